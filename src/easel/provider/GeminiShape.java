package easel.provider;

import easel.codec.Fields;
import easel.core.Model;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import java.util.Optional;

/**
 * A size in Google's words, which are a shape and a resolution.
 *
 * @param tier {@code 2K} or {@code 720p}; empty for models with one resolution only
 */
record GeminiShape(String ratio, Optional<String> tier) {
  /** {@code pixels} of its largest shape. */
  private record Tier(String name, long pixels) {}

  /** The nearest shape, and the lowest resolution that reaches the wanted pixels: a higher one may cost more. */
  static Optional<GeminiShape> of(Optional<Size> size, Model model, Fields wire) {
    if (size.isEmpty() || !(model.capability().sizes() instanceof SizeRule.Ratios rule)) return Optional.empty();
    var ratio = Ratio.nearest(rule.ratios(), size.get());
    return Optional.of(new GeminiShape(ratio.toString(), tier(size.get(), wire)));
  }

  private static Optional<String> tier(Size size, Fields wire) {
    var tiers = wire.list("tiers", t -> new Tier(t.text("name"), t.optWhole("pixels", 1, Long.MAX_VALUE).orElse(1L)));
    var reaching = tiers.stream().filter(t -> size.pixels() <= t.pixels).findFirst();
    return reaching.or(() -> tiers.stream().reduce((a, b) -> b)).map(Tier::name);
  }
}
