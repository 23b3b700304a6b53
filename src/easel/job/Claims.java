package easel.job;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holders of names, in the order in which they came. Who waits has a name's first place when its turn comes; who does
 * not is only waited for. So repeats of a request wait for it, and fifty first requests with the same words do not for
 * each other.
 */
public final class Claims {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Queue<Claim>> lines = new HashMap<>();

  /** A place; closing it twice does no harm. */
  public final class Claim implements AutoCloseable {
    private final String name;
    private final Condition first = lock.newCondition();

    private Claim(String name) {
      this.name = name;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        leave(this);
      } finally {
        lock.unlock();
      }
    }
  }

  /** {@code waits}: until all who took the name before have closed. */
  Claim take(String name, boolean waits) throws InterruptedException {
    lock.lockInterruptibly();
    var claim = new Claim(name);
    try {
      var line = lines.computeIfAbsent(name, n -> new ArrayDeque<>());
      line.add(claim);
      while (waits && line.peek() != claim) claim.first.await();
      return claim;
    } catch (InterruptedException e) {
      leave(claim);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the one whose turn it is now, and nobody else. */
  private void leave(Claim claim) {
    var line = lines.get(claim.name);
    if (line == null || !line.remove(claim)) return;
    if (line.isEmpty()) lines.remove(claim.name);
    else line.peek().first.signal();
  }
}
