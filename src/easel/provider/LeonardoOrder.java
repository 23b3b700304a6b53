package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * A generation that Leonardo has taken. As text it is the handle that the engine stores.
 *
 * @param count results that were ordered
 * @param promptHash tells whether another purchase may look the same in the list
 * @param cost in US dollars, where the answer said so
 * @param empty how many times it was called complete and held nothing
 */
record LeonardoOrder(String generation, boolean video, int count, int promptHash, Optional<BigDecimal> cost,
    int empty) {
  /** Leonardo is done in 5-30 s with pictures, in 1-6 min with videos. */
  private static final Duration FIRST_LOOK = Duration.ofSeconds(5);
  private static final Duration NEXT_LOOK = Duration.ofSeconds(3);

  static LeonardoOrder of(Task task, String generation, Optional<BigDecimal> cost) {
    int promptHash = LeonardoTraces.promptHash(task);
    return new LeonardoOrder(generation, task instanceof Task.Video, task.count(), promptHash, cost, 0);
  }

  static LeonardoOrder of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    return new LeonardoOrder(f.text("generation"), f.flag("video", false), f.integer("n", 1, 1, 100),
        f.integer("prompt_hash", 0, Integer.MIN_VALUE, Integer.MAX_VALUE), f.optText("cost").map(BigDecimal::new),
        f.integer("empty", 0, 0, Integer.MAX_VALUE));
  }

  LeonardoOrder emptyOnceMore() {
    return new LeonardoOrder(generation, video, count, promptHash, cost, empty + 1);
  }

  Usage usage() {
    return cost.map(Usage::charged).orElse(Usage.NONE);
  }

  Step.Waiting taken() {
    return new Step.Waiting(toString(), FIRST_LOOK, false);
  }

  Step.Waiting waiting() {
    return new Step.Waiting(toString(), NEXT_LOOK, false);
  }

  @Override
  public String toString() {
    var json = new JsonObject().add("generation", generation).add("video", video).add("n", count)
        .add("prompt_hash", promptHash);
    cost.ifPresent(c -> json.add("cost", c.toPlainString()));
    if (empty > 0) json.add("empty", empty);
    return json.toString();
  }
}
