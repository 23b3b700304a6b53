package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Secret;
import easel.store.Terms;
import java.util.Optional;
import java.util.regex.Pattern;

/** Credentials as administrators write and see them. Times are whole seconds; what is not known is left out. */
public final class CredentialJson {
  /** Shorter ones are slips of the hand, in files too. */
  static final int SECRET_MIN = 4;
  private static final int SECRET_MAX = 8192;
  private static final int LINE_MAX = 200;
  private static final int PROXY_MAX = 1024;
  /** A project's id becomes a part of a path at its provider. */
  private static final Pattern PROJECT = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{0,128}");

  private CredentialJson() {}

  // ---- reading ----------------------------------------------------------------------------------------------------

  /** It goes out in a header: what cannot stand there is a slip of the hand. */
  public static Optional<Secret> secret(Fields f, String name) {
    var text = f.optText(name).map(String::strip);
    if (text.isEmpty()) return Optional.empty();
    if (text.get().isEmpty()) throw f.wrong(name, "must not be empty");
    if (text.get().length() < SECRET_MIN) throw f.wrong(name, "must have at least " + SECRET_MIN + " characters");
    if (text.get().length() > SECRET_MAX) throw f.wrong(name, "must have at most " + SECRET_MAX + " characters");
    if (!text.get().chars().allMatch(c -> c > ' ' && c < 127)) throw f.wrong(name, "must be visible ASCII without blanks");
    return text.map(Secret::new);
  }

  /** {@code secret}: what must not be in it. */
  public static Optional<String> remark(Fields f, Optional<Secret> secret) {
    return line(f, "remark", secret);
  }

  private static Optional<String> line(Fields f, String name, Optional<Secret> secret) {
    var line = f.optText(name).map(String::strip);
    if (line.isEmpty()) return line;
    if (line.get().length() > LINE_MAX) throw f.wrong(name, "must have at most " + LINE_MAX + " characters");
    if (line.get().chars().anyMatch(Character::isISOControl)) throw f.wrong(name, "must be one line");
    if (secret.map(s -> !s.hide(line.get()).equals(line.get())).orElse(false)) throw f.wrong(name, "must not hold the secret");
    return line;
  }

  /** What these fields say of a credential's terms, and for the rest what they were. The proxy is taken as it is. */
  public static Terms terms(Fields f, Terms was, Optional<Secret> secret) {
    return was.able(f.flag("images_enabled", was.images()), f.flag("videos_enabled", was.videos()))
        .atOnce(concurrency(f, "image_concurrency", was.imageConcurrency()), concurrency(f, "video_concurrency", was.videoConcurrency()))
        .by(proxy(f, was.proxy())).in(project(f, was.projectId()), line(f, "project_name", secret).orElse(was.projectName()));
  }

  private static int concurrency(Fields f, String name, int was) {
    return f.integer(name, was, -1, Terms.CONCURRENCY_MAX);
  }

  private static Secret proxy(Fields f, Secret was) {
    var proxy = f.optText("proxy").map(String::strip);
    if (proxy.map(p -> p.length() > PROXY_MAX).orElse(false)) throw f.wrong("proxy", "must have at most " + PROXY_MAX + " characters");
    return proxy.map(Secret::new).orElse(was);
  }

  private static String project(Fields f, String was) {
    var id = f.optText("project_id").map(String::strip).orElse(was);
    if (!PROJECT.matcher(id).matches()) throw f.wrong("project_id", "must be at most 128 letters, digits and the signs . _ -");
    return id;
  }

  // ---- writing ----------------------------------------------------------------------------------------------------

  /** Everything but secrets. */
  public static JsonObject of(CredentialBook.Entry entry) {
    var json = new JsonObject().add("id", entry.id()).add("number", entry.number()).add("provider", entry.provider())
        .add("name", entry.name()).add("remark", entry.given().remark()).add("source", JobJson.word(entry.source()));
    condition(json, entry);
    given(json, entry.given());
    account(json, entry.account());
    use(json, entry);
    entry.created().ifPresent(t -> json.add("created_at", t.getEpochSecond()));
    entry.updated().ifPresent(t -> json.add("updated_at", t.getEpochSecond()));
    return json;
  }

  private static void condition(JsonObject json, CredentialBook.Entry entry) {
    var condition = entry.condition();
    json.add("state", JobJson.word(condition.state())).add("enabled", entry.given().enabled());
    if (!condition.code().isEmpty()) {
      json.add("reason", new JsonObject().add("code", condition.code()).add("message", condition.words()));
    }
    condition.since().ifPresent(t -> json.add("since", t.getEpochSecond()));
    condition.restingUntil().ifPresent(t -> json.add("resting_until", t.getEpochSecond()));
    condition.refresh().ifPresent(t -> json.add("next_refresh_at", t.getEpochSecond()));
  }

  private static void given(JsonObject json, CredentialBook.Given given) {
    var terms = given.terms();
    json.add("secret", given.hint()).add("images_enabled", terms.images()).add("videos_enabled", terms.videos())
        .add("image_concurrency", terms.imageConcurrency()).add("video_concurrency", terms.videoConcurrency())
        .add("proxy", given.proxy()).add("proxy_set", !terms.proxy().isEmpty()).add("project_id", terms.projectId())
        .add("project_name", terms.projectName());
  }

  static void account(JsonObject json, Account account) {
    if (!account.person().isEmpty()) json.add("person", account.person());
    account.tier().ifPresent(t -> json.add("tier", t.word()));
    account.funds().ifPresent(f -> {
      var balance = balance(f);
      account.heard().ifPresent(h -> balance.add("heard_at", h.getEpochSecond()));
      json.add("balance", balance);
    });
    account.session().ifPresent(s -> json.add("session_expires_at", s.expires().getEpochSecond()));
    account.renewal().ifPresent(r -> json.add("session_renewed_at", r.since().getEpochSecond()));
  }

  static JsonObject balance(Balance.Funds funds) {
    return new JsonObject().add("amount", Json.value(funds.amount().doubleValue())).add("unit", funds.unit());
  }

  private static void use(JsonObject json, CredentialBook.Entry entry) {
    var use = entry.use();
    json.add("in_flight", new JsonObject().add("images", use.images()).add("videos", use.videos()))
        .add("counters", new JsonObject().add("today", count(use.today())).add("total", count(use.total()))
            .add("errors_in_a_row", entry.condition().refusals()));
    use.last().ifPresent(t -> json.add("last_used_at", t.getEpochSecond()));
    json.add("jobs", use.jobs());
  }

  private static JsonObject count(CredentialBook.Count count) {
    return new JsonObject().add("images", count.images()).add("videos", count.videos()).add("errors", count.errors());
  }
}
