package bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle one; of an even number, the lower of the two in the middle. */
final class Median {
  private Median() {}

  static double of(double... numbers) {
    if (numbers.length == 0) return 0;
    var sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  /** Of one number of each of these. */
  static <T> double of(List<T> all, ToDoubleFunction<T> number) {
    return of(all.stream().mapToDouble(number).toArray());
  }
}
