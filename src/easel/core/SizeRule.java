package easel.core;

import java.util.List;
import java.util.Optional;

/** Which sizes a model can make; {@link #complaint} says what is wrong with one, in words for the caller. */
public sealed interface SizeRule {
  Optional<String> complaint(Size size);

  record Any() implements SizeRule {
    @Override
    public Optional<String> complaint(Size size) {
      return Optional.empty();
    }
  }

  record OneOf(List<Size> sizes) implements SizeRule {
    public OneOf {
      sizes = List.copyOf(sizes);
    }

    @Override
    public Optional<String> complaint(Size size) {
      if (sizes.contains(size)) return Optional.empty();
      return Optional.of("must be one of auto, " + String.join(", ", sizes.stream().map(Size::toString).toList()));
    }
  }

  /**
   * Any size whose shape is one of these, give or take {@link #TOLERANCE}: for providers that are told a shape and a
   * resolution instead of sides in pixels.
   */
  record Ratios(List<Ratio> ratios, long pixelsMax) implements SizeRule {
    /** 1792x1024 passes for 16:9, and 1024x768 does not pass for 3:2. */
    public static final double TOLERANCE = 0.04;

    public Ratios {
      ratios = List.copyOf(ratios);
    }

    @Override
    public Optional<String> complaint(Size size) {
      var words = String.join(", ", ratios.stream().map(Ratio::toString).toList());
      if (Ratio.nearest(ratios, size).distance(size) > TOLERANCE) return Optional.of("must have one of the shapes " + words);
      return size.pixels() <= pixelsMax ? Optional.empty() : Optional.of("must have at most " + pixelsMax + " pixels");
    }
  }

  /** Any size in steps, between limits; sides in pixels, {@code ratioMax} is the longer side over the shorter. */
  record Free(int step, int sideMin, int sideMax, int ratioMax, long pixelsMin, long pixelsMax) implements SizeRule {
    @Override
    public Optional<String> complaint(Size size) {
      int longer = Math.max(size.width(), size.height());
      int shorter = Math.min(size.width(), size.height());
      if (size.width() % step != 0 || size.height() % step != 0) return Optional.of("must have sides divisible by " + step);
      if (shorter < sideMin || longer > sideMax) return Optional.of("must have sides between " + sideMin + " and " + sideMax);
      if (longer > (long) ratioMax * shorter) return Optional.of("must be between 1:" + ratioMax + " and " + ratioMax + ":1");
      boolean fits = size.pixels() >= pixelsMin && size.pixels() <= pixelsMax;
      return fits ? Optional.empty() : Optional.of("must have between " + pixelsMin + " and " + pixelsMax + " pixels");
    }
  }
}
