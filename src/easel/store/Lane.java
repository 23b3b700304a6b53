package easel.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A bounded queue of calls. Callers wait for a place in it; database threads take from it. */
final class Lane {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private final ArrayDeque<Call<?>> waiting = new ArrayDeque<>();
  private final int max;
  private StoreException end;

  Lane(int max) {
    this.max = max;
  }

  void put(Call<?> call) {
    lock.lock();
    try {
      while (end == null && waiting.size() >= max) drained.awaitUninterruptibly();
      if (end != null) throw new StoreException(end.trouble(), end.getMessage(), end);
      waiting.add(call);
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Up to {@code most} calls, in order; waits for the first. Empty once the lane is closed and done with. */
  List<Call<?>> take(int most) {
    lock.lock();
    try {
      while (waiting.isEmpty() && end == null) filled.awaitUninterruptibly();
      var taken = new ArrayList<Call<?>>(Math.min(most, waiting.size()));
      while (taken.size() < most && !waiting.isEmpty()) taken.add(waiting.poll());
      drained.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing new; what waits is still done. */
  void close(StoreException why) {
    lock.lock();
    try {
      if (end == null) end = why;
      filled.signalAll();
      drained.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing new, and what waits fails. */
  void kill(StoreException why) {
    close(why);
    for (var call : take(Integer.MAX_VALUE)) {
      call.fail(why);
      call.tell();
    }
  }
}
