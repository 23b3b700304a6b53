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
    for (int left = task.count(); left > 0; left -= each) parts.add(part(image, parts.size(), Math.min(left, each)));
    return new Split(parts, candidates);
  }

  boolean alone() {
    return parts.size() == 1;
  }

  private static Task part(Task.Image image, int index, int count) {
    var part = image.withCount(count);
    return new Task.Image(part.model(), part.prompt(), count, part.size(), part.look(), part.partials(), part.inputs(),
        seeded(part.extras(), index));
  }

  /** Each part has a seed of its own, counted up from the caller's: otherwise all would be the same picture. */
  private static JsonObject seeded(JsonObject extras, int index) {
    var seed = Fields.gathering(extras, e -> { }).optWhole("seed", Long.MIN_VALUE, Long.MAX_VALUE - Job.Kin.MAX);
    if (seed.isEmpty() || index == 0) return extras;
    return new JsonObject(extras).set("seed", seed.get() + index);
  }
}
