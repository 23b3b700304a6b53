package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Step;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What BFL is asked again with. A job's own link says in which region it runs: no other can tell of it.
 *
 * @param id of the task at BFL
 * @param link the {@code polling_url} it answered, empty for none
 * @param extension of the result, without the dot
 * @param promptHash tells whether the prompt that comes back is another one
 * @param cost in US dollars, as told at the submit, else by the list
 */
record BflHandle(String id, String link, String extension, int promptHash, Optional<BigDecimal> cost) {
  private static final String PART = "bfl";

  boolean video() {
    return extension.equals("mp4");
  }

  private JsonObject json() {
    var json = new JsonObject().add("id", id).add("link", link).add("extension", extension).add("prompt_hash", promptHash);
    cost.ifPresent(c -> json.add("cost", c.toPlainString()));
    return json;
  }

  @Override
  public String toString() {
    return new JsonObject().add(PART, json()).toString();
  }

  /** The handle of a finished task: result links live for minutes, so it can still ask for another one. */
  Step.Waiting finished(Finished finished) {
    var both = JsonText.object(finished.toString()).add(PART, json()).toString();
    var plain = finished.waiting();
    return new Step.Waiting(both, plain.pollAfter(), plain.fetching());
  }

  /** Reads what {@link #toString} or {@link #finished} wrote. */
  static BflHandle of(String handle) {
    var f = Fields.of(JsonText.object(handle)).object(PART);
    return new BflHandle(f.text("id"), f.text("link"), f.text("extension"),
        f.integer("prompt_hash", 0, Integer.MIN_VALUE, Integer.MAX_VALUE), f.optDecimal("cost"));
  }
}
