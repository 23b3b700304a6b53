package easel.job;

import easel.core.Time;
import easel.store.MediaStore;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Tidies now and then: what has expired, what is too much, what belongs to nobody, and open jobs that nobody works on.
 */
public final class Janitor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.job");

  private final Thread thread;

  public Janitor(MediaStore media, JobEngine engine, Duration every, Time time) {
    thread = Thread.ofVirtual().name("janitor").start(() -> {
      try {
        for (;;) {
          time.sleep(every);
          sweep(media, engine, time);
        }
      } catch (InterruptedException e) {
        LOG.log(Level.DEBUG, "janitor stops");
      }
    });
  }

  private static void sweep(MediaStore media, JobEngine engine, Time time) {
    try {
      media.sweep(time);
      engine.resume();
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "sweep failed", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
