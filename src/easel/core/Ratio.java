package easel.core;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The shape of a picture, written {@code 16:9}. */
public record Ratio(int width, int height) {
  private static final int PART_MAX = 1000;

  public Ratio {
    if (width < 1 || height < 1 || width > PART_MAX || height > PART_MAX) {
      throw new IllegalArgumentException("ratio " + width + ":" + height);
    }
  }

  public static Optional<Ratio> parse(String text) {
    var parts = text.split(":", -1);
    if (parts.length != 2 || !parts[0].matches("[1-9][0-9]{0,2}") || !parts[1].matches("[1-9][0-9]{0,2}")) {
      return Optional.empty();
    }
    return Optional.of(new Ratio(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
  }

  public static Ratio of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("ratio " + text));
  }

  /** The one that is most like the shape of that size. */
  public static Ratio nearest(List<Ratio> ratios, Size size) {
    return ratios.stream().min(Comparator.comparingDouble(r -> r.distance(size))).orElseThrow();
  }

  /** How far a size is from this shape: 0 for none, 0.1 for a tenth too wide or too high. */
  public double distance(Size size) {
    double wanted = (double) width / height;
    double given = (double) size.width() / size.height();
    return Math.max(wanted, given) / Math.min(wanted, given) - 1;
  }

  /** A size of this shape with about so many pixels, its sides multiples of {@code step}. */
  public Size size(long pixels, int step) {
    double side = Math.sqrt((double) pixels / ((long) width * height));
    return new Size(round(side * width, step), round(side * height, step));
  }

  private static int round(double side, int step) {
    return (int) Math.max(step, Math.round(side / step) * step);
  }

  @Override
  public String toString() {
    return width + ":" + height;
  }
}
