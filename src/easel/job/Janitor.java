package easel.job;

import easel.core.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/** Does what has to be done now and then, one chore after the other: none of them may take long. */
public final class Janitor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.job");

  /** {@code name} is for the log, should it fail. */
  public record Chore(String name, Runnable work) {}

  private final Thread thread;

  public Janitor(List<Chore> chores, Duration every, Time time) {
    thread = Thread.ofVirtual().name("janitor").start(() -> {
      try {
        for (;;) {
          time.sleep(every);
          chores.forEach(Janitor::run);
        }
      } catch (InterruptedException e) {
        LOG.log(Level.DEBUG, "janitor stops");
      }
    });
  }

  /** One that fails, a full disk or a mistake of ours, keeps nobody from the others, and is tried again. */
  private static void run(Chore chore) {
    try {
      chore.work().run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "chore failed chore=" + chore.name(), e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
