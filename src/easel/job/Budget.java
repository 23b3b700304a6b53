package easel.job;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many attempts there may be beyond the first of each job: a fifth of the jobs, and three more. An attempt that was
 * worth it is given back, so that fallback to a provider that works is never held back; where everything fails, it ends
 * the storm: attempts stay within 1.2 times the jobs and 3.
 */
final class Budget {
  /** What one attempt costs, and one job brings a fifth of. */
  private static final int ATTEMPT = 5;
  private static final int START = 3 * ATTEMPT;
  private static final int MAX = 20 * ATTEMPT;

  private final AtomicInteger left = new AtomicInteger(START);

  void job() {
    left.updateAndGet(n -> Math.min(MAX, n + 1));
  }

  /** False where there is nothing left: then the job ends with what it has. */
  boolean take() {
    return left.getAndUpdate(n -> n < ATTEMPT ? n : n - ATTEMPT) >= ATTEMPT;
  }

  void giveBack() {
    left.updateAndGet(n -> Math.min(MAX, n + ATTEMPT));
  }
}
