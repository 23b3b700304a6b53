package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Secret;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import java.io.IOException;
import java.util.Optional;

/**
 * The administrator's credentials: entered, switched, taken away, tried. A secret is written and never read. Stands behind
 * {@link OpenAiErrors}.
 */
public final class CredentialApi {
  private static final int BODY_MAX = 32 * 1024;
  private static final int SECRET_MAX = 8192;
  private static final int REMARK_MAX = 200;

  private final AdminFilter admin;
  private final CredentialBook book;

  public CredentialApi(AdminSessions sessions, CredentialBook book) {
    this.admin = new AdminFilter(sessions);
    this.book = book;
  }

  public void routes(Router router) {
    router.on("GET /api/admin/credentials", admin.before(this::list));
    router.on("POST /api/admin/credentials", admin.before(this::add));
    router.on("PATCH /api/admin/credentials/{id}", admin.before(this::change));
    router.on("DELETE /api/admin/credentials/{id}", admin.before(this::remove));
    router.on("POST /api/admin/credentials/{id}/test", admin.before(this::test));
    router.on("GET /api/admin/providers", admin.before(this::providers));
  }

  private Response list(Request request) {
    var list = new JsonArray();
    for (var entry : book.list()) list.add(json(entry));
    return answer(200, new JsonObject().add("credentials", list));
  }

  private Response add(Request request) throws IOException {
    var f = fields(request);
    var provider = f.text("provider");
    var secret = secret(f).orElseGet(() -> new Secret(f.text("secret")));
    var remark = remark(f, Optional.of(secret)).orElse("");
    f.strict();
    var added = book.add(provider, secret, remark);
    return answer(added.fresh() ? 201 : 200, json(added.entry()));
  }

  private Response change(Request request) throws IOException {
    var f = fields(request);
    var enabled = f.has("enabled") ? Optional.of(f.flag("enabled", true)) : Optional.<Boolean>empty();
    var secret = secret(f);
    var remark = remark(f, secret);
    f.strict();
    return answer(200, json(book.change(request.param("id"), new CredentialBook.Change(enabled, remark, secret))));
  }

  /** 204, or 202 with what stays until its jobs have ended. */
  private Response remove(Request request) {
    var left = book.remove(request.param("id"));
    return left.map(entry -> answer(202, json(entry))).orElseGet(() -> Response.empty(204));
  }

  private Response test(Request request) throws InterruptedException {
    var check = book.check(request.param("id"));
    var json = new JsonObject().add("ok", check.error().isEmpty());
    check.funds().ifPresent(f -> json.add("balance",
        new JsonObject().add("amount", Json.value(f.amount().doubleValue())).add("unit", f.unit())));
    if (!check.error().isEmpty()) json.add("error", check.error());
    return answer(200, json);
  }

  private Response providers(Request request) {
    var list = new JsonArray();
    for (var s : book.providers()) {
      list.add(new JsonObject().add("id", s.id()).add("type", s.type()).add("enabled", s.enabled()).add("models", s.models())
          .add("credentials", s.credentials()).add("ready", s.ready()).add("balance", s.balance()));
    }
    return answer(200, new JsonObject().add("providers", list));
  }

  // ---- reading and writing ----------------------------------------------------------------------------------------

  /** JSON only: no form of another site's page can send that. */
  private static Fields fields(Request request) throws IOException {
    if (!request.contentType().map("application/json"::equals).orElse(false)) throw new HttpException(415, "send JSON");
    return Fields.of(JsonText.object(request.bytes(BODY_MAX)));
  }

  /** It goes out in a header: what cannot stand there is a slip of the hand. */
  private static Optional<Secret> secret(Fields f) {
    var text = f.optText("secret").map(String::strip);
    if (text.isEmpty()) return Optional.empty();
    if (text.get().isEmpty()) throw f.wrong("secret", "must not be empty");
    if (text.get().length() > SECRET_MAX) throw f.wrong("secret", "must have at most " + SECRET_MAX + " characters");
    if (!text.get().chars().allMatch(c -> c > ' ' && c < 127)) throw f.wrong("secret", "must be visible ASCII without blanks");
    return text.map(Secret::new);
  }

  private static Optional<String> remark(Fields f, Optional<Secret> secret) {
    var remark = f.optText("remark").map(String::strip);
    if (remark.isEmpty()) return remark;
    if (remark.get().length() > REMARK_MAX) throw f.wrong("remark", "must have at most " + REMARK_MAX + " characters");
    if (remark.get().chars().anyMatch(Character::isISOControl)) throw f.wrong("remark", "must be one line");
    if (secret.map(s -> !s.hide(remark.get()).equals(remark.get())).orElse(false)) throw f.wrong("remark", "must not hold the secret");
    return remark;
  }

  private static JsonObject json(CredentialBook.Entry entry) {
    var json = new JsonObject().add("id", entry.id()).add("provider", entry.provider()).add("name", entry.name())
        .add("remark", entry.remark()).add("source", JobJson.word(entry.source())).add("enabled", entry.enabled())
        .add("locked", !entry.locked().isEmpty());
    if (!entry.locked().isEmpty()) json.add("reason", entry.locked());
    json.add("retired", entry.retired()).add("jobs", entry.jobs());
    entry.created().ifPresent(t -> json.add("created_at", t.getEpochSecond()));
    entry.updated().ifPresent(t -> json.add("updated_at", t.getEpochSecond()));
    return json;
  }

  private static Response answer(int status, JsonObject json) {
    return Response.json(status, JsonText.bytes(json));
  }
}
