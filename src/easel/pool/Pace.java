package easel.pool;

import java.util.Optional;

/** How long leases last lately, and what that means for those who wait. Durations are in nanoseconds. */
final class Pace {
  /** How much the past counts: after as many leases about two thirds of it are forgotten. */
  private static final int MEMORY = 8;

  private double mean;
  private long known;

  void lasted(long nanos) {
    known++;
    mean += (nanos - mean) / Math.min(known, MEMORY);
  }

  /**
   * Until so many have found room.
   *
   * @param free how many find it at once
   * @param carried how many leases there can be at once
   * @return empty while no lease has come back yet
   */
  Optional<Long> forRoom(int position, long free, long carried) {
    if (position <= free) return Optional.of(0L);
    if (known == 0 || carried <= 0) return Optional.empty();
    return Optional.of((long) (mean * (position - Math.max(0, free)) / carried));
  }

  /** Until so many may have begun, of whom {@code free} may begin at once and {@code perMinute} in each minute. */
  static long forMinutes(int position, long free, long perMinute) {
    if (perMinute <= 0 || position <= free) return 0;
    return (long) ((double) Throttle.MINUTE * (position - free) / perMinute);
  }
}
