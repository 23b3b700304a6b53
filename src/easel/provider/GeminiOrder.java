package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Model;
import easel.core.Task;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What was bought, as far as an answer cannot tell it. As text it is the handle of work that takes its time.
 *
 * @param way how it was bought, a word of {@link GeminiWay#of}
 * @param id what Google calls it; empty until it said so
 * @param cost by the list, for answers that do not tell what was used up
 */
record GeminiOrder(String way, String model, String id, int count, Optional<BigDecimal> cost) {
  static GeminiOrder of(Task task, Model model, String way) {
    return new GeminiOrder(way, model.upstreamName(), "", task.count(), model.price().map(p -> p.estimate(task)));
  }

  static GeminiOrder of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    return new GeminiOrder(f.text("way"), f.text("model"), f.text("id"), 1, f.optDecimal("cost"));
  }

  GeminiOrder named(String name) {
    return new GeminiOrder(way, model, name, count, cost);
  }

  @Override
  public String toString() {
    var json = new JsonObject().add("way", way).add("id", id).add("model", model);
    cost.ifPresent(c -> json.add("cost", c.toPlainString()));
    return json.toString();
  }
}
