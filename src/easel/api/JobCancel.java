package easel.api;

import easel.core.Job;
import easel.core.JobState;
import easel.job.JobEngine;
import java.time.Duration;

/** Asks for the end of a job, and says in one word what came of that. */
final class JobCancel {
  /** A job that rests is cancelled at once: the answer to the cancel can say so. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final JobEngine engine;

  JobCancel(JobEngine engine) {
    this.engine = engine;
  }

  /** @param word {@code done}, {@code requested} or {@code too_late} */
  record Outcome(Job job, String word) {}

  Outcome cancel(Job job) throws InterruptedException {
    if (job.state().ended()) return new Outcome(job, "too_late");
    engine.cancel(job);
    var now = engine.await(job, SOON);
    if (!now.state().ended()) return new Outcome(now, "requested");
    return new Outcome(now, now.state() == JobState.CANCELLED ? "done" : "too_late");
  }
}
