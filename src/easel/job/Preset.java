package easel.job;

import com.eclipsesource.json.JsonObject;
import easel.core.Capability;
import easel.core.Failure;
import easel.core.Kind;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Parameters that a name fixes: {@code gemini-3.0-pro-image-landscape} is a model and a size. They fill what the task
 * leaves open. A caller who asks for another size or length than the fixed one is told so; further parameters for the
 * provider give way to the caller's own.
 */
public record Preset(Optional<Size> size, OptionalInt seconds, JsonObject extras) {
  public static final Preset NONE = new Preset(Optional.empty(), OptionalInt.empty(), new JsonObject());

  /** What the task asks for that is fixed otherwise; its model is still the name the caller used. */
  Optional<Failure.Invalid> complaint(Task task) {
    if (size.isPresent() && size(task).isPresent() && !size(task).equals(size)) return fixed("size", size.get(), task);
    if (!(task instanceof Task.Video video) || seconds.isEmpty() || video.seconds().isEmpty()) return Optional.empty();
    return video.seconds().equals(seconds) ? Optional.empty() : fixed("seconds", seconds.getAsInt(), task);
  }

  private static Optional<Size> size(Task task) {
    return switch (task) {
      case Task.Image image -> image.size();
      case Task.Video video -> video.size();
    };
  }

  private static Optional<Failure.Invalid> fixed(String field, Object value, Task task) {
    return Optional.of(new Failure.Invalid(field, field + " is fixed to " + value + " by the model " + task.model()));
  }

  /** The task with what it leaves open filled in. */
  public Task apply(Task task) {
    return switch (task) {
      case Task.Image i -> new Task.Image(i.model(), i.prompt(), i.count(), i.size().or(() -> size), i.look(), i.partials(),
          i.inputs(), merged(i.extras()));
      case Task.Video v -> new Task.Video(v.model(), v.prompt(), v.size().or(() -> size),
          v.seconds().isPresent() ? v.seconds() : seconds, v.inputs(), merged(v.extras()));
    };
  }

  private JsonObject merged(JsonObject own) {
    if (extras.isEmpty()) return own;
    var merged = new JsonObject(extras);
    own.forEach(m -> merged.set(m.getName(), m.getValue()));
    return merged;
  }

  /** What is left to choose of what a model can do. */
  Capability of(Capability c) {
    var sizes = size.<SizeRule>map(s -> new SizeRule.OneOf(List.of(s))).orElse(c.sizes());
    boolean timed = seconds.isPresent() && c.kind() == Kind.VIDEO;
    return new Capability(c.kind(), c.inputs(), c.countMax(), c.promptMax(), c.partialsMax(), sizes, c.formats(),
        c.qualities(), timed ? Set.of(seconds.getAsInt()) : c.seconds());
  }
}
