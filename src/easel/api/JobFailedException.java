package easel.api;

import easel.core.Failure;
import easel.core.Job;

/** A job that its caller waited for, and that did not come to a good end here. */
final class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Job job;
  private final transient Failure failure;

  /** The job's own end. */
  JobFailedException(Job job) {
    this(job, job.failure().orElseGet(() -> new Failure.Internal("The job ended without a reason.")));
  }

  /** The job goes on, or will; it is the waiting that ended so. */
  JobFailedException(Job job, Failure failure) {
    super(failure.message(), null, false, false);
    this.job = job;
    this.failure = failure;
  }

  Job job() {
    return job;
  }

  Failure failure() {
    return failure;
  }
}
