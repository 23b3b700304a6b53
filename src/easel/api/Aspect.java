package easel.api;

import easel.core.Ratio;
import easel.core.Size;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shapes in which names of older gateways are made, as in {@code gemini-3.0-pro-image-four-three}. */
enum Aspect {
  LANDSCAPE(16, 9), PORTRAIT(9, 16), SQUARE(1, 1), FOUR_THREE(4, 3), THREE_FOUR(3, 4);

  /** Clients separate the sides in several ways; the wide colon comes from Chinese keyboards. */
  private static final Pattern SIDES = Pattern.compile("([1-9][0-9]{0,4}) ?[:\uFF1A/x\u00D7] ?([1-9][0-9]{0,4})");
  /** Sides from here on are pixels. */
  private static final int PIXELS = 100;

  final Ratio ratio;

  Aspect(int width, int height) {
    this.ratio = new Ratio(width, height);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What a client calls a shape: a word, a ratio, or pixels, for which the nearest of {@code choices} is taken. A ratio
   * that is none of ours is no shape.
   */
  static Optional<Aspect> parse(String text, Collection<Aspect> choices) {
    var words = text.strip().toLowerCase(Locale.ROOT);
    var sides = SIDES.matcher(words);
    if (!sides.matches()) return all().filter(a -> a.word().equals(words.replace('_', '-'))).findFirst();
    int width = Integer.parseInt(sides.group(1));
    int height = Integer.parseInt(sides.group(2));
    if (Math.max(width, height) > Size.SIDE_MAX) return Optional.empty();
    if (width >= PIXELS && height >= PIXELS) return Optional.of(nearest(new Size(width, height), choices));
    return all().filter(a -> a.ratio.width() * height == a.ratio.height() * width).findFirst();
  }

  private static Stream<Aspect> all() {
    return Arrays.stream(values());
  }

  static boolean readable(String text) {
    return parse(text, Arrays.asList(values())).isPresent();
  }

  /** The shape that is most like that of a picture; the first of two that are equally far. */
  static Aspect nearest(Size size, Collection<Aspect> choices) {
    return choices.stream().min(Comparator.comparingDouble(a -> a.ratio.distance(size))).orElseThrow();
  }
}
