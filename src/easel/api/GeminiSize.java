package easel.api;

import easel.codec.Fields;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A shape and a resolution, as {@code imageConfig} of the Gemini API says them; either may be left to the model.
 *
 * @param pixels about how many the result is to have; 0: as many as the model likes
 */
record GeminiSize(Optional<AspectRatio> ratio, long pixels) {
  /** All is left to the model. */
  static final GeminiSize OPEN = new GeminiSize(Optional.empty(), 0);

  private static final long MEGA = 1024 * 1024;
  private static final int PICTURE_STEP = 16;
  /** 1080 is no multiple of sixteen. */
  private static final int FRAME_STEP = 8;
  /** {@code 0.5K} and {@code 512px} are older spellings. */
  private static final Map<String, Long> PICTURES = Map.of("512", MEGA / 4, "512px", MEGA / 4, "0.5k", MEGA / 4,
      "1k", MEGA, "2k", 4 * MEGA, "4k", 16 * MEGA);
  private static final Map<String, Long> VIDEOS = Map.of("360p", 640L * 360, "720p", 1280L * 720,
      "1080p", 1920L * 1080, "4k", 3840L * 2160);

  static GeminiSize read(Fields config, Kind kind) {
    var image = Gemini.part(config, "imageConfig");
    return new GeminiSize(ratio(image), pixels(image, kind == Kind.VIDEO ? VIDEOS : PICTURES));
  }

  private static Optional<AspectRatio> ratio(Fields image) {
    var name = Gemini.spelt(image, "aspectRatio");
    var text = image.optText(name).map(String::strip).filter(t -> !t.isEmpty() && !t.equalsIgnoreCase("auto"));
    return text.map(t -> AspectRatio.parse(t).orElseThrow(() -> image.wrong(name, "must be like 16:9")));
  }

  private static long pixels(Fields image, Map<String, Long> known) {
    var name = Gemini.spelt(image, "imageSize");
    var word = image.optText(name).map(w -> w.strip().toLowerCase(Locale.ROOT)).orElse("");
    if (word.isEmpty()) return 0;
    var pixels = known.get(word);
    if (pixels != null) return pixels;
    var words = new TreeSet<>(known.keySet().stream().map(w -> w.toUpperCase(Locale.ROOT)).toList());
    throw image.wrong(name, "must be one of " + String.join(", ", words));
  }

  /** What to ask a model with this rule for; empty where all is left to it. */
  Optional<Size> size(SizeRule rule, Kind kind, List<Input> inputs) {
    if (pixels == 0) return ratio.map(r -> usual(r, rule, kind));
    return Optional.of(size(ratio.orElseGet(() -> shape(rule, kind, inputs)), rule, kind, pixels));
  }

  /** Google's own default, so that a shape does not cost more than it would there; or what the model has. */
  private static Size usual(AspectRatio shape, SizeRule rule, Kind kind) {
    if (rule instanceof SizeRule.OneOf) return shape.size(rule);
    var size = size(shape, rule, kind, kind == Kind.VIDEO ? VIDEOS.get("720p") : MEGA);
    return rule.complaint(size).isEmpty() ? size : shape.size(rule);
  }

  private static Size size(AspectRatio shape, SizeRule rule, Kind kind, long pixels) {
    return shape.size(rule, pixels, kind == Kind.VIDEO ? FRAME_STEP : PICTURE_STEP);
  }

  /** Who asks for a resolution alone gets the shape of the first picture, as Google does it. */
  private static AspectRatio shape(SizeRule rule, Kind kind, List<Input> inputs) {
    var usual = kind == Kind.VIDEO ? new Size(16, 9) : new Size(1, 1);
    var like = inputs.stream().map(i -> i.media().size()).flatMap(Optional::stream).findFirst().orElse(usual);
    if (!(rule instanceof SizeRule.Ratios shapes)) return new AspectRatio(like.width(), like.height());
    var nearest = Ratio.nearest(shapes.ratios(), like);
    return new AspectRatio(nearest.width(), nearest.height());
  }
}
