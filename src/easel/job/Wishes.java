package easel.job;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Kind;
import easel.core.Task;
import easel.pool.Lease;
import easel.pool.Wish;
import java.util.List;
import java.util.Optional;

/**
 * What a task asks of the pool: a credential of one of its candidates' providers, of a class that may do the work
 * there. What goes on with a video needs the very credential that made it, which no other may see.
 */
final class Wishes {
  private final Parts parts;
  private final Task task;
  private final Optional<Job.Hold> maker;

  /** @throws GatewayException {@code Invalid} where nobody knows who made the video that the task goes on with */
  Wishes(Parts parts, Task task) {
    this.parts = parts;
    this.task = task;
    this.maker = Parts.source(task).map(m -> parts.made(m).orElseThrow(Wishes::lost));
  }

  Task task() {
    return task;
  }

  private static GatewayException lost() {
    return new GatewayException(new Failure.Invalid("image", "image is a video whose making is not known here any more"));
  }

  /**
   * Those who can do it.
   *
   * @throws GatewayException {@code Invalid} where none of them made the video that the task goes on with
   */
  List<Candidate> able(List<Candidate> candidates) {
    if (maker.isEmpty()) return candidates;
    var own = candidates.stream().filter(c -> c.provider().id().equals(maker.get().provider())).toList();
    if (!own.isEmpty()) return own;
    throw new GatewayException(new Failure.Invalid("image",
        "image is a video that was made by " + maker.get().provider() + ", and this model is not"));
  }

  Wish wish(List<Candidate> candidates, String owner) {
    var asks = candidates.stream().map(this::ask).distinct().toList();
    return new Wish(asks, task instanceof Task.Image ? Kind.IMAGE : Kind.VIDEO, owner, maker.map(Job.Hold::credential));
  }

  private Wish.Ask ask(Candidate candidate) {
    return new Wish.Ask(candidate.provider().id(), parts.catalogue().tier(candidate, task));
  }

  /** The candidate for whom it was lent: the first of those who ask the same. */
  Candidate lent(List<Candidate> candidates, Lease lease) {
    return candidates.stream().filter(c -> ask(c).equals(lease.ask())).findFirst().orElseThrow();
  }
}
