package easel.job;

import easel.core.Model;
import easel.core.Provider;
import easel.core.Task;

/** One way to do a task. */
record Candidate(Provider provider, Model model) {
  /** The task in the provider's words. */
  Task prepare(Task task) {
    return task.withModel(model.upstreamName());
  }
}
