package easel.core;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.time.Instant;
import java.util.Optional;

/** One try at one provider: visible in the job, so that nobody has to guess where the time and the money went. */
public record Attempt(String provider, String model, String credential, Instant started, Optional<Instant> ended,
    String outcome) {

  public static Attempt begun(String provider, String model, String credential, Instant now) {
    return new Attempt(provider, model, credential, now, Optional.empty(), "submitting");
  }

  /** The provider has the work. */
  public Attempt accepted() {
    return new Attempt(provider, model, credential, started, ended, "accepted");
  }

  /** {@code outcome}: {@code succeeded}, or the code of a failure. */
  public Attempt ended(Instant now, String outcome) {
    return new Attempt(provider, model, credential, started, Optional.of(now), outcome);
  }

  public JsonObject toJson() {
    var json = new JsonObject().add("provider", provider).add("model", model).add("credential", credential)
        .add("started_at", started.toEpochMilli());
    ended.ifPresent(e -> json.add("ended_at", e.toEpochMilli()));
    return json.add("outcome", outcome);
  }

  public static Attempt of(Fields f) {
    return new Attempt(f.text("provider"), f.text("model"), f.text("credential"),
        Instant.ofEpochMilli(f.optWhole("started_at", 0, Long.MAX_VALUE).orElse(0L)),
        f.optWhole("ended_at", 0, Long.MAX_VALUE).map(Instant::ofEpochMilli), f.text("outcome"));
  }
}
