package easel.pool;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Goes off at the soonest moment at which time alone changes something for those who wait. One virtual thread however
 * many they are, and none where there is nothing to wait for. Guarded by the pool's lock.
 */
final class Alarm {
  private final ReentrantLock lock;
  private final Moments moments;
  private final Runnable wake;
  private long target = Moments.NEVER;
  private Thread sleeper;

  /** {@code wake} is called with the lock held, and sets the next moment. */
  Alarm(ReentrantLock lock, Moments moments, Runnable wake) {
    this.lock = lock;
    this.moments = moments;
    this.wake = wake;
  }

  void by(long moment) {
    if (moment >= target) return;
    if (sleeper != null) sleeper.interrupt();
    target = moment;
    sleeper = Thread.ofVirtual().name("pool-alarm").start(() -> sleep(moment));
  }

  private void sleep(long moment) {
    try {
      moments.sleepUntil(moment);
    } catch (InterruptedException e) {
      return;
    }
    lock.lock();
    try {
      // One that was replaced while it woke: the other goes off earlier, and sets what follows.
      if (sleeper != Thread.currentThread()) return;
      sleeper = null;
      target = Moments.NEVER;
      wake.run();
    } finally {
      lock.unlock();
    }
  }
}
