package easel.job;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * How a task's results are shared out, where no provider makes so many at once.
 *
 * @param parts tasks of one request each; one where nothing needs to be shared out
 * @param candidates who can do each of them, in order
 */
record Split(List<Task> parts, List<Candidate> candidates) {
  private static final long LARGE = 1_000_000_000;

  Split {
    parts = List.copyOf(parts);
    candidates = List.copyOf(candidates);
  }

  /**
   * Whoever makes all at once is asked; where nobody does, whoever makes the most at once.
   *
   * @throws GatewayException {@code Invalid} where there would be too many parts
   */
  static Split of(Task task, List<Candidate> able) {
    int most = able.stream().mapToInt(c -> c.model().capability().countMax()).max().orElse(1);
    int each = Math.min(task.count(), most);
    var candidates = able.stream().filter(c -> c.model().capability().countMax() >= each).toList();
    if (!(task instanceof Task.Image image) || task.count() <= most) return new Split(List.of(task), candidates);
    if (task.count() > most * Job.Kin.MAX) {
      throw new GatewayException(new Failure.Invalid("n", "n must be between 1 and " + most * Job.Kin.MAX + " for this model"));
    }
    var parts = new ArrayList<Task>();
    var extras = candidates.getFirst().prepare(image).extras();
    for (int left = task.count(); left > 0; left -= each) parts.add(part(image, parts.size(), Math.min(left, each), extras));
    return new Split(parts, candidates);
  }

  boolean alone() {
    return parts.size() == 1;
  }

  /** {@code fixed}: parameters as the provider will get them, those that the model's name fixes among them. */
  private static Task part(Task.Image image, int index, int count, JsonObject fixed) {
    return new Task.Image(image.model(), image.prompt(), count, image.size(), image.look(), image.partials(), image.inputs(),
        seeded(image.extras(), index, fixed));
  }

  /**
   * Each part has a seed of its own: otherwise all would be the same picture. Large ones count down, to stay in range.
   */
  private static JsonObject seeded(JsonObject extras, int index, JsonObject fixed) {
    var seed = Fields.gathering(fixed, e -> { }).optWhole("seed", Long.MIN_VALUE + Job.Kin.MAX, Long.MAX_VALUE);
    if (seed.isEmpty() || index == 0) return extras;
    return new JsonObject(extras).set("seed", seed.get() > LARGE ? seed.get() - index : seed.get() + index);
  }
}
