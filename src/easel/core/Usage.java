package easel.core;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a generation used up, where the provider says so; zero tokens where it does not.
 *
 * @param cost in US dollars, empty where nobody knows
 * @param listed the cost is what the price list says, because the provider told none
 */
public record Usage(long textIn, long imageIn, long imageOut, long textOut, Optional<BigDecimal> cost, boolean listed) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, Optional.empty());

  /** As told by the provider. */
  public Usage(long textIn, long imageIn, long imageOut, long textOut, Optional<BigDecimal> cost) {
    this(textIn, imageIn, imageOut, textOut, cost, false);
  }

  /** Nothing counted, this many US dollars charged. */
  public static Usage charged(BigDecimal cost) {
    return new Usage(0, 0, 0, 0, Optional.of(cost));
  }

  /** The same with the price list's word for the cost. */
  public Usage atList(BigDecimal price) {
    return new Usage(textIn, imageIn, imageOut, textOut, Optional.of(price), true);
  }

  /** Both together; where one cost is not known, the sum is not. */
  public Usage plus(Usage other) {
    var sum = cost.flatMap(c -> other.cost.map(c::add));
    return new Usage(textIn + other.textIn, imageIn + other.imageIn, imageOut + other.imageOut, textOut + other.textOut,
        sum, listed || other.listed);
  }

  /** The same where the whole cost is not known after all. */
  public Usage unpriced() {
    return new Usage(textIn, imageIn, imageOut, textOut, Optional.empty(), false);
  }

  public boolean counted() {
    return textIn + imageIn + imageOut + textOut > 0;
  }
}
