package easel.api;

import easel.codec.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The shape and the size a request hints at, in the places and words that clients of older gateways use. The first hint
 * wins, for each of the two by itself. Whatever cannot be read is no hint: nothing here complains.
 *
 * @param aspect a shape as it was written: {@code 16:9}, {@code 1024x1792}, {@code portrait}; perhaps one nobody makes
 * @param size {@code 1k}, {@code 2k}, {@code 4k}, {@code 1080p}; perhaps one nobody makes
 */
record ShapeHints(Optional<String> aspect, Optional<String> size) {
  /** No more of a hint is kept or shown. */
  private static final int LENGTH_MAX = 40;
  private static final String[] ASPECTS = {"aspectRatio", "aspect_ratio", "aspect"};
  private static final String[] SIZES = {"imageSize", "image_size", "resolution", "size"};
  private static final String[] QUALITIES = {"quality", "imageQuality", "image_quality"};
  /** What OpenAI's words for quality ask of the size; the lesser ones ask for nothing. */
  private static final Map<String, String> QUALITY = Map.of("medium", "2k", "high", "4k", "hd", "4k", "ultra", "4k");
  private static final List<String> MODEST = List.of("low", "standard");

  /** Reads a body of any face. */
  static ShapeHints of(Fields body) {
    var f = Fields.gathering(body.raw(), e -> { });
    var search = new Search();
    search.config(f.object("generationConfig"));
    search.config(f.object("extra_body").object("generationConfig"));
    search.config(f.object("extraBody").object("generationConfig"));
    search.sizes(f, "size");
    search.qualities(f, "quality");
    search.aspects(f, "aspect_ratio", "aspectRatio");
    search.sizes(f, "image_size", "imageSize");
    search.place(f.object("image_config"));
    return new ShapeHints(search.aspect, search.size);
  }

  private static final class Search {
    Optional<String> aspect = Optional.empty();
    Optional<String> size = Optional.empty();

    void config(Fields config) {
      place(config.object("imageConfig"));
      place(config);
    }

    void place(Fields f) {
      aspects(f, ASPECTS);
      sizes(f, SIZES);
      qualities(f, QUALITIES);
    }

    void aspects(Fields f, String... names) {
      for (var name : names) aspect = aspect.or(() -> word(f, name));
    }

    /** A size in pixels is a hint at the shape. */
    void sizes(Fields f, String... names) {
      for (var name : names) {
        var word = word(f, name);
        if (word.map(Aspect::readable).orElse(false)) aspect = aspect.or(() -> word);
        else size = size.or(() -> word);
      }
    }

    void qualities(Fields f, String... names) {
      for (var name : names) {
        var word = word(f, name).filter(w -> !MODEST.contains(w));
        size = size.or(() -> word.map(w -> QUALITY.getOrDefault(w, w)));
      }
    }

    private static Optional<String> word(Fields f, String name) {
      return f.optText(name).map(w -> w.strip().toLowerCase(Locale.ROOT)).filter(w -> !w.isEmpty() && !w.equals("auto"))
          .map(w -> w.substring(0, Math.min(w.length(), LENGTH_MAX)));
    }
  }
}
