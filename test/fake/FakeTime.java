package fake;

import easel.core.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock that moves only when told to: {@link #sleep} returns at once and moves it on, so that hours of polling pass
 * in no time. Safe for several threads; an interrupted sleeper gets its {@link InterruptedException} as in life.
 */
public final class FakeTime implements Time {
  private final ReentrantLock lock = new ReentrantLock();
  private final Instant start;
  private final List<Duration> slept = new ArrayList<>();
  private Duration passed = Duration.ZERO;
  private Duration shift = Duration.ZERO;

  public FakeTime() {
    this(Instant.parse("2030-01-01T00:00:00Z"));
  }

  public FakeTime(Instant start) {
    this.start = start;
  }

  /** Lets time pass without anybody sleeping. */
  public void advance(Duration duration) {
    locked(() -> passed = passed.plus(duration));
  }

  /** Sets the wall clock forth or back; {@link #nanos} does not notice. */
  public void jump(Duration duration) {
    locked(() -> shift = shift.plus(duration));
  }

  /** Every sleep so far, in order. */
  public List<Duration> slept() {
    lock.lock();
    try {
      return List.copyOf(slept);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    locked(() -> {
      slept.add(duration);
      if (!duration.isNegative()) passed = passed.plus(duration);
    });
  }

  @Override
  public Instant instant() {
    lock.lock();
    try {
      return start.plus(passed).plus(shift);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long nanos() {
    lock.lock();
    try {
      return passed.toNanos();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
