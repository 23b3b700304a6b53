package fake;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what nobody tells: another process, the disk, the state of a thread. It looks again and again, at first
 * often, and ends within {@link #PATIENCE}, or when the test is interrupted, with words that say what did not come.
 */
public final class Await {
  public static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long SHORTEST = 20_000;
  private static final long LONGEST = 5_000_000;

  /** What is to become true. */
  public interface Claim<E extends Exception> {
    boolean holds() throws E;
  }

  private Await() {}

  /** {@code what}: in words that go on after "waited in vain for". */
  public static <E extends Exception> void until(String what, Claim<E> claim) throws E {
    if (within(PATIENCE, claim)) return;
    throw new AssertionError((Thread.currentThread().isInterrupted() ? "interrupted, waiting for " : "waited in vain for ") + what);
  }

  /** False where it did not become true in this time, or before an interrupt, whose flag stays. */
  public static <E extends Exception> boolean within(Duration patience, Claim<E> claim) throws E {
    long until = System.nanoTime() + patience.toNanos();
    long pause = SHORTEST;
    while (!claim.holds()) {
      if (Thread.currentThread().isInterrupted() || System.nanoTime() - until > 0) return false;
      LockSupport.parkNanos(pause);
      pause = Math.min(LONGEST, pause * 2);
    }
    return true;
  }
}
