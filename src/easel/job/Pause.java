package easel.job;

import easel.core.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The moments in which a job may be disturbed. A thread that is sending paid work or storing its result is never
 * interrupted; a resting one is, to hear that its caller cancelled it or that Easel stops.
 */
final class Pause {
  /** What may be disturbed. */
  interface Rest<T> {
    T take() throws InterruptedException;
  }

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private Thread resting;
  private boolean cancelled;
  private boolean stopping;

  Pause(Time time) {
    this.time = time;
  }

  /** Sleeps, less long if the job is cancelled meanwhile. */
  void sleep(Duration duration) throws InterruptedException {
    during(() -> {
      if (duration.isPositive()) time.sleep(duration);
      return duration;
    });
  }

  /**
   * Rests for a result; empty if a cancel came instead.
   *
   * @throws InterruptedException Easel stops, and the job is to be left as it is
   */
  <T> Optional<T> during(Rest<T> rest) throws InterruptedException {
    enter();
    try {
      return Optional.of(rest.take());
    } catch (InterruptedException e) {
      if (stopping()) throw e;
      return Optional.empty();
    } finally {
      leave();
    }
  }

  /** As {@link #during}, but not even begun if the job is cancelled already. */
  <T> Optional<T> unlessCancelled(Rest<T> rest) throws InterruptedException {
    return during(() -> {
      if (cancelled()) throw new InterruptedException("cancelled");
      return rest.take();
    });
  }

  private void enter() throws InterruptedException {
    lock.lock();
    try {
      if (stopping) throw new InterruptedException("Easel stops");
      resting = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  /** An interrupt that came too late to disturb anything must not disturb what follows. */
  private void leave() {
    lock.lock();
    try {
      resting = null;
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }

  /** Leaves the job as it is, if Easel stops. */
  void orStop() throws InterruptedException {
    if (stopping()) throw new InterruptedException("Easel stops");
  }

  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      if (resting != null) resting.interrupt();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopping = true;
      if (resting != null) resting.interrupt();
    } finally {
      lock.unlock();
    }
  }

  boolean cancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  private boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }
}
