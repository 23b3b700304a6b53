package easel.job;

import easel.core.Input;
import easel.core.Job;
import easel.core.Media;
import easel.core.Task;
import easel.core.Time;
import easel.pool.TokenPool;
import easel.store.JobTable;
import easel.store.MediaStore;
import java.util.Optional;

/** What every run shares. */
record Parts(JobOptions options, Catalogue catalogue, Dispatcher dispatcher, TokenPool pool, JobTable table,
    MediaStore media, ProgressHub hub, Time time) {

  /**
   * Who made a result, and under which handle; empty for what was handed in, and where its job is not known any more.
   */
  Optional<Job.Hold> made(Media result) {
    if (result.role() != Media.Role.RESULT) return Optional.empty();
    return table.find(result.job()).map(Job::hold).filter(h -> !h.handle().isEmpty());
  }

  /** The video that a task goes on with: only its maker can do that. */
  static Optional<Media> source(Task task) {
    return task.inputs(Input.Role.SOURCE).stream().findFirst();
  }
}
