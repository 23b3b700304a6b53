package easel.api;

import easel.codec.Fields;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import java.util.Arrays;
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

  /** Google's newest clients say numbers in words: {@code ASPECT_RATIO_SIXTEEN_BY_NINE}, {@code IMAGE_SIZE_TWO_K}. */
  private static final Map<String, String> WORDS = Map.of("one", "1", "two", "2", "three", "3", "four", "4",
      "five", "5", "eight", "8", "nine", "9", "sixteen", "16", "twenty_one", "21");

  /** The part of {@code generationConfig} that says how a picture is to be, in its older place or its newer one. */
  static Fields image(Fields config) {
    if (Gemini.has(config, "imageConfig")) return Gemini.part(config, "imageConfig");
    return Gemini.each(config, "responseFormat", f -> f).stream().filter(f -> f.has("image"))
        .map(f -> f.object("image")).findFirst().orElseGet(() -> Gemini.part(config, "imageConfig"));
  }

  /** The same in numbers. */
  static String plain(String text) {
    var words = text.strip().toLowerCase(Locale.ROOT);
    if (words.endsWith("_unspecified")) return "";
    if (words.equals("image_size_five_twelve")) return "512";
    if (words.startsWith("image_size_")) return number(words.substring(11).replace("_k", "")) + "k";
    if (!words.startsWith("aspect_ratio_")) return words;
    return String.join(":", Arrays.stream(words.substring(13).split("_by_", 2)).map(GeminiSize::number).toList());
  }

  private static String number(String word) {
    return WORDS.getOrDefault(word, word);
  }

  static GeminiSize read(Fields config, Kind kind) {
    var image = image(config);
    return new GeminiSize(ratio(image), pixels(image, kind == Kind.VIDEO ? VIDEOS : PICTURES));
  }

  private static Optional<AspectRatio> ratio(Fields image) {
    var name = Gemini.spelt(image, "aspectRatio");
    var text = image.optText(name).map(GeminiSize::plain).filter(t -> !t.isEmpty() && !t.equals("auto"));
    return text.map(t -> AspectRatio.parse(t).orElseThrow(() -> image.wrong(name, "must be like 16:9")));
  }

  private static long pixels(Fields image, Map<String, Long> known) {
    var name = Gemini.spelt(image, "imageSize");
    var word = image.optText(name).map(GeminiSize::plain).orElse("");
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
