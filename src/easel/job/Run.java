package easel.job;

import easel.core.Job;
import easel.pool.Place;
import java.util.Optional;

/** A job on its way in this process. */
interface Run {
  Job job();

  /** Where it stands in the queue, while it does. */
  Optional<Place> place();

  /** Asks for its end. */
  void cancel();

  /** Leaves it to the next start, as soon as that costs nothing. */
  void stop();
}
