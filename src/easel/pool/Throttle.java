package easel.pool;

/**
 * So many in any minute. The minute slides: the next may begin a minute after the one that began so many before it, so
 * that no choice of sixty seconds ever holds more. Remembers the beginnings of the last minute and nothing else.
 */
final class Throttle {
  static final long MINUTE = 60_000_000_000L;
  private static final int SMALLEST = 8;
  private static final long ANY = 1L << 40;

  private int perMinute = -1;
  private long[] ring = new long[0];
  private int first;
  private int size;

  /** -1: any number, 0: none. Those that have begun still count. */
  void use(int perMinute) {
    this.perMinute = perMinute;
    if (perMinute <= 0) size = 0;
  }

  int perMinute() {
    return perMinute;
  }

  /** When the next may begin; in the past where that is now. */
  long freeAt(long now) {
    if (perMinute < 0) return 0;
    if (perMinute == 0) return Moments.NEVER;
    forget(now);
    return size < perMinute ? 0 : begun(size - perMinute) + MINUTE;
  }

  /** A limit as a number that can be added to others. */
  static long count(int limit) {
    return limit < 0 ? ANY : limit;
  }

  /** How many may begin right now. */
  long left(long now) {
    if (perMinute < 0) return ANY;
    forget(now);
    return Math.max(0, perMinute - size);
  }

  void take(long now) {
    if (perMinute <= 0) return;
    forget(now);
    if (size == ring.length) widen();
    ring[(first + size) % ring.length] = now;
    size++;
  }

  private long begun(int index) {
    return ring[(first + index) % ring.length];
  }

  private void forget(long now) {
    while (size > 0 && begun(0) + MINUTE <= now) {
      first = (first + 1) % ring.length;
      size--;
    }
  }

  private void widen() {
    var wider = new long[Math.max(SMALLEST, 2 * size)];
    for (int i = 0; i < size; i++) wider[i] = begun(i);
    ring = wider;
    first = 0;
  }
}
