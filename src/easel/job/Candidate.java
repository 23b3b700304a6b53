package easel.job;

import easel.core.Failure;
import easel.core.Input;
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

  /** Why the task cannot be done this way, naming the parameter, and the model as the caller did; empty if it can. */
  Optional<Failure.Invalid> complaint(Task task) {
    var asked = task.model().equals(Catalogue.AUTO) ? model.name() : task.model();
    return preset.complaint(task).or(() -> model.capability().complaint(prepare(task)).map(i -> of(asked, i)));
  }

  private static Failure.Invalid of(String asked, Failure.Invalid i) {
    boolean parameter = i.message().startsWith(i.field() + " ");
    return new Failure.Invalid(i.field(), parameter ? i.message() + " for " + asked : asked + " " + i.message());
  }

  /** Lacks the video that the model is there to go on with: no other model would help. */
  boolean lacksSource(Task task) {
    return model.capability().inputs().goesOn() && task.inputs(Input.Role.SOURCE).isEmpty();
  }
}
