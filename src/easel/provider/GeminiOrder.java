package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * What was bought, as far as an answer cannot tell it. As text it is the handle of work that takes its time.
 *
 * @param way how it was bought, a word of {@link GeminiWay#of}
 * @param id what Google calls it; empty until it said so
 * @param cost by the list, for answers that do not tell what was used up
 * @param nothing answers since it was last seen at work that said there is no such work, or no result of it
 */
record GeminiOrder(String way, String model, String id, int count, Optional<BigDecimal> cost, int nothing) {
  private static final int NOTHING_AFTER = 3;
  private static final Duration AGAIN = Duration.ofSeconds(10);

  static GeminiOrder of(Task task, Model model, String way) {
    return new GeminiOrder(way, model.upstreamName(), "", task.count(), model.price().map(p -> p.estimate(task)), 0);
  }

  static GeminiOrder of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    return new GeminiOrder(f.text("way"), f.text("model"), f.text("id"), 1, f.optDecimal("cost"),
        f.integer("nothing", 0, 0, Integer.MAX_VALUE));
  }

  /** The first name it is told is its name: with another one it would be lost. */
  GeminiOrder named(String name) {
    return id.isEmpty() ? new GeminiOrder(way, model, name, count, cost, nothing) : this;
  }

  Step.Waiting atWork(Duration each) {
    return new Step.Waiting(new GeminiOrder(way, model, id, count, cost, 0).toString(), each, false);
  }

  /** Whether an answer that says there is nothing is believed: one alone may be a server that lags behind another. */
  boolean believed(Progress progress) {
    return progress.last() || nothing >= NOTHING_AFTER;
  }

  Step.Waiting nothingAgain() {
    return new Step.Waiting(new GeminiOrder(way, model, id, count, cost, nothing + 1).toString(), AGAIN, false);
  }

  @Override
  public String toString() {
    var json = new JsonObject().add("way", way).add("id", id).add("model", model);
    cost.ifPresent(c -> json.add("cost", c.toPlainString()));
    if (nothing > 0) json.add("nothing", nothing);
    return json.toString();
  }
}
