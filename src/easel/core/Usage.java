package easel.core;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a generation used up, where the provider says so; zero tokens where it does not.
 *
 * @param cost in US dollars, empty where nobody knows
 */
public record Usage(long textIn, long imageIn, long imageOut, long textOut, Optional<BigDecimal> cost) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, Optional.empty());

  /** Nothing counted, this many US dollars charged. */
  public static Usage charged(BigDecimal cost) {
    return new Usage(0, 0, 0, 0, Optional.of(cost));
  }

  public boolean counted() {
    return textIn + imageIn + imageOut + textOut > 0;
  }
}
