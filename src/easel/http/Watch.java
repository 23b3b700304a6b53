package easel.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends socket calls that take too long, by interrupting their thread: an interrupt closes the channel the thread is
 * blocked on. The JDK's server offers no time limit of its own but one number for a whole request.
 */
final class Watch {
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();

  /** Gives the current thread until then; {@link Call#close} ends the limit. Nested limits each hold on their own. */
  Call limit(Duration time) {
    var call = new Call(System.nanoTime() + time.toNanos());
    calls.add(call);
    return call;
  }

  interface SocketCall {
    void run() throws IOException;
  }

  /** Runs a call that writes to the client; any failure, and being late, means that the client is gone. */
  void write(Duration time, SocketCall call) throws ClientGoneException {
    try (var limit = limit(time)) {
      try {
        call.run();
      } catch (IOException e) {
        throw new ClientGoneException(limit.late() ? "the client reads too slowly" : "the client is gone", e);
      }
      if (limit.late()) {
        throw new ClientGoneException("the client reads too slowly", null);
      }
    }
  }

  /** Interrupts whoever is late. Called a few times per shortest limit. */
  void tick() {
    long now = System.nanoTime();
    for (var call : calls) {
      call.check(now);
    }
  }

  /** One limited stretch of one thread's work. */
  final class Call implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread = Thread.currentThread();
    private volatile long deadline;
    private boolean done;
    private boolean late;

    private Call(long deadline) {
      this.deadline = deadline;
    }

    /** Moves the deadline closer, never away. */
    void hurry(long newDeadline) {
      if (newDeadline - deadline < 0) {
        deadline = newDeadline;
      }
    }

    /** Whether time ran out before {@link #close}. */
    boolean late() {
      lock.lock();
      try {
        return late;
      } finally {
        lock.unlock();
      }
    }

    private void check(long now) {
      if (now - deadline < 0) {
        return;
      }
      lock.lock();
      try {
        if (!done && !late) {
          late = true;
          thread.interrupt();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Under the lock, so that no interrupt of ours can reach the thread's next work. */
    @Override
    public void close() {
      calls.remove(this);
      lock.lock();
      try {
        done = true;
        if (late) {
          Thread.interrupted();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
