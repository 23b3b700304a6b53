package bench;

import java.util.Arrays;

/** The middle one; of an even number, the lower of the two in the middle. */
final class Median {
  private Median() {}

  static double of(double... numbers) {
    if (numbers.length == 0) return 0;
    var sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }
}
