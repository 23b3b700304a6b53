package easel.job;

import easel.core.Event;
import java.time.Duration;
import java.util.Optional;

/** One listener of one job. The first event tells where the job stands, {@link Event#last()} tells the last. */
public interface Watch extends AutoCloseable {
  /** The next event, or empty when none came in time. */
  Optional<Event> next(Duration patience) throws InterruptedException;

  @Override
  void close();
}
