package bench;

import java.util.Arrays;

/** How long each of many things took, in nanoseconds; grows by itself, for one thread, and joins with others. */
final class Timings {
  private long[] nanos = new long[256];
  private int count;
  private boolean sorted;

  void add(long took) {
    if (count == nanos.length) nanos = Arrays.copyOf(nanos, count * 2);
    nanos[count++] = took;
    sorted = false;
  }

  void addAll(Timings others) {
    if (count + others.count > nanos.length) nanos = Arrays.copyOf(nanos, count + others.count);
    System.arraycopy(others.nanos, 0, nanos, count, others.count);
    count += others.count;
    sorted = false;
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  /**
   * Milliseconds that {@code part} of them did not exceed: 0.5 is the median, 1 the slowest; 0 where there are none.
   */
  double ms(double part) {
    if (count == 0) return 0;
    if (!sorted) Arrays.sort(nanos, 0, count);
    sorted = true;
    return nanos[Math.max(0, (int) Math.ceil(part * count) - 1)] / 1e6;
  }
}
