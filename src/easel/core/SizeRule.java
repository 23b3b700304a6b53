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
