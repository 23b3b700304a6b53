package easel.api;

import easel.core.Size;
import easel.core.SizeRule;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The shape of a picture, written {@code 16:9}. */
record AspectRatio(int width, int height) {
  private static final int MAX = 100;
  /** What most models draw well: about a million pixels, in steps of sixteen. */
  private static final double PIXELS = 1024 * 1024;
  private static final int STEP = 16;

  static Optional<AspectRatio> parse(String text) {
    var parts = text.strip().split(":", -1);
    if (parts.length != 2 || !number(parts[0]) || !number(parts[1])) return Optional.empty();
    var ratio = new AspectRatio(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    boolean sane = ratio.width > 0 && ratio.height > 0 && ratio.width <= MAX && ratio.height <= MAX;
    return sane ? Optional.of(ratio) : Optional.empty();
  }

  private static boolean number(String text) {
    return !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The size of this shape to ask a model for: the nearest of its own, or one of about a million pixels. */
  Size size(SizeRule rule) {
    if (rule instanceof SizeRule.OneOf one && !one.sizes().isEmpty()) return nearest(one.sizes());
    int step = rule instanceof SizeRule.Free free ? Math.max(free.step(), STEP) : STEP;
    return IntStream.rangeClosed(10, 400).mapToObj(percent -> scaled(PIXELS * percent / 100, step))
        .filter(s -> rule.complaint(s).isEmpty())
        .min(Comparator.comparingDouble(this::distance).thenComparingDouble(AspectRatio::excess))
        .orElseGet(() -> scaled(PIXELS, step));
  }

  /**
   * The same with about so many pixels, and never more: providers sell by steps of them. Where none of the model's own
   * sizes comes near them it is a size that the model refuses, and another may make: to ask for less than the caller
   * did would be a guess. One that has a single size makes that, whatever is asked for: older gateways' names fix it,
   * and their clients say more than they need.
   *
   * @param usual what sides are multiples of where the rule does not say
   */
  Size size(SizeRule rule, long pixels, int usual) {
    if (rule instanceof SizeRule.OneOf one && one.sizes().size() == 1) return one.sizes().getFirst();
    int step = rule instanceof SizeRule.Free free ? Math.max(free.step(), usual) : usual;
    if (rule instanceof SizeRule.OneOf one && !one.sizes().isEmpty()) return ofList(one.sizes(), pixels, step);
    return IntStream.rangeClosed(80, 100).mapToObj(percent -> scaled(pixels * percent / 100.0, step))
        .filter(s -> s.pixels() <= pixels && rule.complaint(s).isEmpty())
        .min(Comparator.comparingDouble(this::distance).thenComparingDouble(s -> excess(s, pixels)))
        .orElseGet(() -> scaled(pixels, step));
  }

  private Size ofList(List<Size> sizes, long pixels, int step) {
    double near = distance(nearest(sizes));
    var best = sizes.stream().filter(s -> distance(s) <= near + 0.01)
        .min(Comparator.comparingDouble(s -> excess(s, pixels))).orElseThrow();
    return excess(best, pixels) < Math.log(2) ? best : scaled(pixels, step);
  }

  private static double excess(Size size, long pixels) {
    return Math.abs(Math.log((double) size.pixels() / pixels));
  }

  /** How far from a million pixels. */
  private static double excess(Size size) {
    return Math.abs(Math.log(size.pixels() / PIXELS));
  }

  private Size nearest(List<Size> sizes) {
    return sizes.stream().min(Comparator.comparingDouble(this::distance)).orElseThrow();
  }

  private double distance(Size size) {
    return Math.abs(Math.log((double) size.width() * height / ((double) size.height() * width)));
  }

  private Size scaled(double pixels, int step) {
    double side = Math.sqrt(pixels * width / height);
    return new Size(rounded(side, step), rounded(side * height / width, step));
  }

  private static int rounded(double side, int step) {
    return Math.clamp(Math.round(side / step), 1, Size.SIDE_MAX / step) * step;
  }
}
