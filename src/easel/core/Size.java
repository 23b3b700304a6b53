package easel.core;

import java.util.Optional;

/** Width and height of a picture in pixels, written {@code 1024x768}. */
public record Size(int width, int height) {
  /** No side may be longer: far above every provider, and far below what makes a product overflow. */
  public static final int SIDE_MAX = 16_384;

  public Size {
    if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
      throw new IllegalArgumentException("size " + width + "x" + height);
    }
  }

  public static Optional<Size> parse(String text) {
    int x = text.indexOf('x');
    if (x < 1 || !digits(text, 0, x) || !digits(text, x + 1, text.length())) return Optional.empty();
    int width = Integer.parseInt(text.substring(0, x));
    int height = Integer.parseInt(text.substring(x + 1));
    boolean sane = width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX;
    return sane ? Optional.of(new Size(width, height)) : Optional.empty();
  }

  private static boolean digits(String text, int from, int to) {
    if (to <= from || to - from > 5) return false;
    return text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  public long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
