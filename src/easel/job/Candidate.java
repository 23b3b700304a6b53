package easel.job;

import easel.core.Failure;
import easel.core.Model;
import easel.core.Provider;
import easel.core.Task;
import java.util.Optional;

/** One way to do a task. */
record Candidate(Provider provider, Model model, Preset preset) {
  /** The task in the provider's words. */
  Task prepare(Task task) {
    return preset.apply(task).withModel(model.upstreamName());
  }

  /** Why the task cannot be done this way, naming the parameter; empty if it can. */
  Optional<Failure.Invalid> complaint(Task task) {
    return preset.complaint(task).or(() -> model.capability().complaint(prepare(task))
        .map(i -> new Failure.Invalid(i.field(), i.message() + " for " + model.name())));
  }
}
