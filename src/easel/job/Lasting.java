package easel.job;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * Does what must not fail for want of room, or because somebody holds the database: waits rather than lose what is
 * paid.
 */
final class Lasting {
  private static final System.Logger LOG = System.getLogger("easel.job");

  private final Pause pause;

  Lasting(Pause pause) {
    this.pause = pause;
  }

  <T> T get(Supplier<T> work) throws InterruptedException {
    for (var trouble = JobRun.POLL_MIN;; trouble = JobRun.longer(trouble)) {
      try {
        return work.get();
      } catch (GatewayException e) {
        if (!(e.failure() instanceof Failure.NoSpace)) throw e;
        LOG.log(Level.ERROR, "no room, tried again: " + e.getMessage());
      } catch (StoreException e) {
        if (e.trouble() == StoreException.Trouble.CLOSED) throw e;
        LOG.log(Level.ERROR, "not stored, tried again: " + e.getMessage());
      }
      pause.sleep(trouble);
    }
  }
}
