package easel.job;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many attempts there may be beyond the first of each job: a fifth of the jobs, and three more. Where everything
 * fails that ends the storm: attempts stay within 1.2 times the jobs and 3, however calm it was before.
 *
 * <p>An attempt that was worth it is given back with another one, so that fallback that works is not held back; jobs
 * that need none wear off what was earned so.
 *
 * <p>Where nothing is left, a job waits for those attempts that are still out: they tell whether another one would be
 * worth it. So a crowd whose first provider is down sends three ahead, and follows when those were taken.
 */
final class Budget {
  /** What one attempt costs, and one job brings a fifth of. */
  private static final int ATTEMPT = 5;
  private static final int START = 3 * ATTEMPT;
  private static final int MAX = 20 * ATTEMPT;
  private static final int WORTH = 2 * ATTEMPT;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int left = START;
  private int out;

  void job() {
    lock.lock();
    try {
      left += Integer.signum(START - left);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** For one job. */
  Loan loan() {
    return new Loan();
  }

  /** {@code left} may go below nothing: then work that seemed good has failed after all. */
  private void put(int more, int back) {
    lock.lock();
    try {
      left = Math.min(MAX, left + more);
      out -= back;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean take(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = patience.toNanos();
      while (left < ATTEMPT && out > 0 && nanos > 0) nanos = changed.awaitNanos(nanos);
      if (left < ATTEMPT) return false;
      left -= ATTEMPT;
      out++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What one job has taken for its attempt.
   *
   * <pre>
   *   nothing --take--> out --accepted--> back      the provider has the work: as a rule that was worth it
   *   out --failed--> nothing                       it was not
   *   back --failed--> nothing                      the work was given up for free: it was not, after all
   *   out --over--> nothing                         given back if the job came to a good end
   * </pre>
   */
  final class Loan {
    private enum State { NOTHING, OUT, BACK }

    private State state = State.NOTHING;

    /** False where there is nothing left: then the job ends with what it has. */
    boolean take(Duration patience) throws InterruptedException {
      boolean taken = Budget.this.take(patience);
      state = taken ? State.OUT : State.NOTHING;
      return taken;
    }

    void accepted() {
      if (state != State.OUT) return;
      put(WORTH, 1);
      state = State.BACK;
    }

    void failed() {
      if (state == State.OUT) put(0, 1);
      if (state == State.BACK) put(-WORTH, 0);
      state = State.NOTHING;
    }

    void over(boolean good) {
      if (state == State.OUT) put(good ? WORTH : 0, 1);
      state = State.NOTHING;
    }
  }
}
