package easel.store;

import easel.core.Time;
import java.time.Duration;
import java.time.Instant;

/** A clock that tests move. */
final class TestTime implements Time {
  private volatile Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private volatile long nanos;

  void advance(Duration duration) {
    now = now.plus(duration);
    nanos += duration.toNanos();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void sleep(Duration duration) {
    advance(duration);
  }
}
