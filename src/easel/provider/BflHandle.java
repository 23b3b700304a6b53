package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Step;
import easel.core.Usage;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What BFL is asked again with. A job's own link says in which region it runs: no other can tell of it.
 *
 * @param id of the task at BFL
 * @param link the {@code polling_url} it answered, empty for none
 * @param extension of the result, without the dot
 * @param promptHash tells whether the prompt that comes back is another one
 * @param cost in US dollars; empty where neither BFL nor its list tells
 * @param listed the cost is the list's, because BFL told none
 * @param missing how many times in a row BFL did not find the task
 */
record BflHandle(String id, String link, String extension, int promptHash, Optional<BigDecimal> cost, boolean listed,
    int missing) {
  private static final String PART = "bfl";

  boolean video() {
    return extension.equals("mp4");
  }

  private JsonObject json() {
    var json = new JsonObject().add("id", id).add("link", link).add("extension", extension);
    json.add("prompt_hash", promptHash).add("listed", listed);
    cost.ifPresent(c -> json.add("cost", c.toPlainString()));
    if (missing > 0) json.add("missing", missing);
    return json;
  }

  @Override
  public String toString() {
    return new JsonObject().add(PART, json()).toString();
  }

  /** The same, now that BFL has told what it charges. */
  BflHandle charged(BigDecimal usd) {
    return new BflHandle(id, link, extension, promptHash, Optional.of(usd), false, missing);
  }

  /** The same, now that BFL has said so many times in a row that it does not find the task. */
  BflHandle missing(int times) {
    return new BflHandle(id, link, extension, promptHash, cost, listed, times);
  }

  /** What the work used up. */
  Usage usage() {
    return cost.map(c -> listed ? Usage.NONE.atList(c) : Usage.charged(c)).orElse(Usage.NONE);
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
        f.integer("prompt_hash", 0, Integer.MIN_VALUE, Integer.MAX_VALUE), f.optDecimal("cost"),
        f.flag("listed", false), f.integer("missing", 0, 0, Integer.MAX_VALUE));
  }
}
