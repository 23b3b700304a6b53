package easel.core;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * One try at one provider: visible in the job, so that nobody has to guess where the time and the money went.
 *
 * @param outcome {@code submitting}, {@code accepted}, {@code succeeded}, or the code of a failure
 * @param words what the failure said; empty without one
 * @param cost in US dollars, zero where it is proven that nothing was bought; empty where nobody knows
 */
public record Attempt(String provider, String model, String credential, Instant started, Milestones milestones,
    Optional<Instant> ended, String outcome, String words, Optional<BigDecimal> cost) {

  /**
   * What it passed on the way. A provider that answers with the result at once passes neither.
   *
   * @param accepted when the provider said that it has the work
   * @param fetching when it was first known to be finished there
   */
  public record Milestones(Optional<Instant> accepted, Optional<Instant> fetching) {
    public static final Milestones NONE = new Milestones(Optional.empty(), Optional.empty());

    private Milestones held(boolean finished, Instant now) {
      return new Milestones(accepted.or(() -> Optional.of(now)), finished ? fetching.or(() -> Optional.of(now)) : fetching);
    }
  }

  public static final String NOT_RECEIVED = "not_received";

  public static Attempt begun(String provider, String model, String credential, Instant now) {
    return new Attempt(provider, model, credential, now, Milestones.NONE, Optional.empty(), "submitting", "",
        Optional.empty());
  }

  /** The provider has the work, and may have finished it. */
  Attempt accepted(boolean finished, Instant now) {
    return new Attempt(provider, model, credential, started, milestones.held(finished, now), ended, "accepted", words, cost);
  }

  Attempt succeeded(Instant now, Optional<BigDecimal> cost) {
    return new Attempt(provider, model, credential, started, milestones, Optional.of(now), "succeeded", "", cost);
  }

  Attempt failed(Instant now, Failure failure) {
    return failed(now, failure, Usage.NONE);
  }

  Attempt failed(Instant now, Failure failure, Usage usage) {
    var charged = usage.cost().or(() -> free(failure) ? Optional.of(BigDecimal.ZERO) : Optional.empty());
    return new Attempt(provider, model, credential, started, milestones, Optional.of(now), failure.code(), failure.message(),
        charged);
  }

  /** Its provider says that it never got it. */
  Attempt notReceived(Instant now) {
    return new Attempt(provider, model, credential, started, milestones, Optional.of(now), NOT_RECEIVED, "",
        Optional.of(BigDecimal.ZERO));
  }

  boolean costs(BigDecimal exactly) {
    return cost.map(c -> c.compareTo(exactly) == 0).orElse(false);
  }

  /** Work that was accepted may be charged whatever becomes of it, unless its provider says that it is not. */
  private boolean free(Failure failure) {
    return outcome.equals("accepted") ? failure instanceof Failure.WorkFailed w && w.free() : failure.notAccepted();
  }

  public JsonObject toJson() {
    var json = new JsonObject().add("provider", provider).add("model", model).add("credential", credential)
        .add("started_at", started.toEpochMilli());
    milestones.accepted().ifPresent(a -> json.add("accepted_at", a.toEpochMilli()));
    milestones.fetching().ifPresent(f -> json.add("fetching_at", f.toEpochMilli()));
    ended.ifPresent(e -> json.add("ended_at", e.toEpochMilli()));
    json.add("outcome", outcome);
    if (!words.isEmpty()) json.add("words", words);
    cost.ifPresent(c -> json.add("cost", c.toPlainString()));
    return json;
  }

  public static Attempt of(Fields f) {
    return new Attempt(f.text("provider"), f.text("model"), f.text("credential"),
        moment(f, "started_at").orElse(Instant.EPOCH), new Milestones(moment(f, "accepted_at"), moment(f, "fetching_at")),
        moment(f, "ended_at"), f.text("outcome"), f.text("words", ""), f.optDecimal("cost"));
  }

  private static Optional<Instant> moment(Fields f, String name) {
    return f.optWhole(name, 0, Long.MAX_VALUE).map(Instant::ofEpochMilli);
  }
}
