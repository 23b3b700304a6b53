package easel.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The only clock and the only sleep in the house, so that tests can own both. */
public interface Time extends InstantSource {
  void sleep(Duration duration) throws InterruptedException;

  /** Seconds that never jump, for deadlines: the wall clock may be set back in the middle of a job. */
  long nanos();

  static Time system() {
    return SystemTime.ONLY;
  }

  /** A moment on {@link #nanos()} after which {@link #left} is zero or less. */
  default long deadline(Duration fromNow) {
    return nanos() + fromNow.toNanos();
  }

  default Duration left(long deadline) {
    return Duration.ofNanos(deadline - nanos());
  }

  /** The machine's own clock. */
  enum SystemTime implements Time {
    ONLY;

    @Override
    public Instant instant() {
      return Instant.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      Thread.sleep(duration);
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }
  }
}
