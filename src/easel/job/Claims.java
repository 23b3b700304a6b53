package easel.job;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One holder at a time for each name; the others wait their turn. */
public final class Claims {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Map<String, Claim> held = new HashMap<>();

  /** A turn; closing it twice does no harm. */
  public final class Claim implements AutoCloseable {
    private final String name;

    private Claim(String name) {
      this.name = name;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        held.remove(name, this);
        freed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  Claim take(String name) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (held.containsKey(name)) freed.await();
      var claim = new Claim(name);
      held.put(name, claim);
      return claim;
    } finally {
      lock.unlock();
    }
  }
}
