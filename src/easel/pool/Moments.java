package easel.pool;

import easel.core.Time;
import java.time.Duration;
import java.time.Instant;

/** The pool's clock: nanoseconds since the pool was made, which never jump and can be compared as they are. */
final class Moments {
  static final long NEVER = Long.MAX_VALUE;
  /** Longer than anybody waits, and short enough to be added to any moment. */
  private static final Duration FAR = Duration.ofDays(3650);

  private final Time time;
  private final long start;

  Moments(Time time) {
    this.time = time;
    this.start = time.nanos();
  }

  long now() {
    return time.nanos() - start;
  }

  long in(Duration duration) {
    return now() + (duration.compareTo(FAR) < 0 ? duration : FAR).toNanos();
  }

  /** How long until then; not less than nothing. */
  Duration until(long moment) {
    return Duration.ofNanos(Math.max(0, moment - now()));
  }

  Instant date(long moment) {
    return time.instant().plus(until(moment));
  }

  /** The moment of a date; 0 where that is past. */
  long of(Instant date) {
    var now = time.instant();
    return date.isAfter(now) ? in(Duration.between(now, date)) : 0;
  }

  Instant instant() {
    return time.instant();
  }

  void sleepUntil(long moment) throws InterruptedException {
    time.sleep(until(moment));
  }
}
