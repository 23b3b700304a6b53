package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.api.CredentialBook.Change;
import easel.api.CredentialBook.Entry;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.store.Terms;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The administrator's credentials: entered, switched, limited, taken away, tried. A secret is written and never read.
 * Stands behind {@link OpenAiErrors}. Whoever comes from system A finds the same under {@code /tokens}.
 */
public final class CredentialApi {
  private static final int BODY_MAX = 32 * 1024;
  private static final int PAGE_MAX = 1000;
  /** What older tools call the secret. */
  private static final String ST = "st";

  private final AdminFilter admin;
  private final CredentialBook book;

  public CredentialApi(AdminSessions sessions, CredentialBook book) {
    this.admin = new AdminFilter(sessions);
    this.book = book;
  }

  public void routes(Router router) {
    router.on("GET /api/admin/credentials", admin.before(this::list));
    router.on("POST /api/admin/credentials", admin.before(this::add));
    router.on("GET /api/admin/credentials/{id}", admin.before(this::one));
    router.on("PATCH /api/admin/credentials/{id}", admin.before(this::change));
    router.on("DELETE /api/admin/credentials/{id}", admin.before(this::remove));
    router.on("POST /api/admin/credentials/{id}/enable", admin.before(this::enable));
    router.on("POST /api/admin/credentials/{id}/disable", admin.before(this::disable));
    router.on("POST /api/admin/credentials/{id}/test", admin.before(this::test));
    router.on("POST /api/admin/credentials/{id}/refresh", admin.before(this::refresh));
    router.on("GET /api/admin/tokens", admin.before(this::list));
    router.on("POST /api/admin/tokens", admin.before(this::add));
    router.on("GET /api/admin/tokens/{id}", admin.before(this::one));
    router.on("PATCH /api/admin/tokens/{id}", admin.before(this::change));
    router.on("DELETE /api/admin/tokens/{id}", admin.before(this::remove));
    router.on("POST /api/admin/tokens/{id}/enable", admin.before(this::enable));
    router.on("POST /api/admin/tokens/{id}/disable", admin.before(this::disable));
    router.on("POST /api/admin/tokens/{id}/test", admin.before(this::test));
    router.on("POST /api/admin/tokens/{id}/refresh", admin.before(this::refresh));
    router.on("GET /api/admin/providers", admin.before(this::providers));
  }

  // ---- looks ------------------------------------------------------------------------------------------------------

  /** {@code ?provider= &state= &limit= &after=}, the last being the id of the last one of the page before. */
  private Response list(Request request) {
    only(request, "provider", "state", "limit", "after");
    var provider = request.query("provider");
    var state = request.query("state").map(CredentialApi::state);
    var wanted = book.list().stream().filter(e -> provider.map(e.provider()::equals).orElse(true))
        .filter(e -> state.map(e.condition().state()::equals).orElse(true)).toList();
    int from = request.query("after").map(id -> after(wanted, id)).orElse(0);
    int to = Math.min(wanted.size(), from + limit(request));
    var list = new JsonArray();
    for (var entry : wanted.subList(from, to)) list.add(CredentialJson.of(entry));
    return answer(200, new JsonObject().add("credentials", list).add("total", wanted.size()).add("has_more", to < wanted.size()));
  }

  private static CredentialBook.State state(String word) {
    var states = Arrays.asList(CredentialBook.State.values());
    return states.stream().filter(s -> JobJson.word(s).equals(word)).findFirst().orElseThrow(() -> wrong("state",
        "state must be one of " + String.join(", ", states.stream().map(JobJson::word).toList())));
  }

  private static int limit(Request request) {
    return request.query("limit").map(text -> whole("limit", text, 1, PAGE_MAX)).orElse(PAGE_MAX);
  }

  /** What means nothing here may be misspelt: a list must not seem to be narrower than it is. */
  static void only(Request request, String... known) {
    for (var name : request.query().keySet()) if (!List.of(known).contains(name)) throw wrong(name, name + " is not a known parameter");
  }

  static int whole(String name, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) return number;
    } catch (NumberFormatException e) {
      // Told below like one that is out of range.
    }
    throw wrong(name, name + " must be between " + min + " and " + max);
  }

  private static int after(List<Entry> all, String id) {
    for (int i = 0; i < all.size(); i++) if (all.get(i).id().equals(id)) return i + 1;
    throw wrong("after", "after must be the id of a credential of the same list");
  }

  private static GatewayException wrong(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, words));
  }

  private Response one(Request request) {
    var entry = book.find(request.param("id"));
    return answer(200, CredentialJson.of(entry.orElseThrow(() ->
        new GatewayException(new Failure.Missing("credential_not_found", "There is no such credential.")))));
  }

  private Response providers(Request request) {
    var list = new JsonArray();
    for (var s : book.providers()) {
      list.add(new JsonObject().add("id", s.id()).add("type", s.type()).add("enabled", s.enabled()).add("models", s.models())
          .add("credentials", s.credentials()).add("ready", s.ready()).add("balance", s.balance()));
    }
    return answer(200, new JsonObject().add("providers", list));
  }

  // ---- changes ----------------------------------------------------------------------------------------------------

  private Response add(Request request) throws IOException {
    var f = fields(request);
    var provider = secretName(f).equals(ST) ? f.text("provider", TokenFileApi.USUAL) : f.text("provider");
    var secret = secret(f).orElseGet(() -> new Secret(f.text("secret")));
    var remark = CredentialJson.remark(f, Optional.of(secret)).orElse("");
    boolean enabled = f.flag("enabled", true);
    var terms = CredentialJson.terms(f, Terms.OPEN, Optional.of(secret));
    f.strict();
    var added = book.add(new CredentialBook.Fresh(provider, secret, remark, enabled, terms));
    return answer(added.fresh() ? 201 : 200, CredentialJson.of(added.entry()));
  }

  private Response change(Request request) throws IOException {
    var f = fields(request);
    var enabled = f.has("enabled") ? Optional.of(f.flag("enabled", true)) : Optional.<Boolean>empty();
    var secret = secret(f);
    boolean same = f.flag("same_account", false);
    if (same && secret.isEmpty()) throw wrong("same_account", "same_account goes with a new secret");
    var remark = CredentialJson.remark(f, secret);
    // Once for what is wrong with them, and again on what is there when it is changed.
    CredentialJson.terms(f, Terms.OPEN, secret);
    f.strict();
    var change = new Change(enabled, remark, secret, same, was -> CredentialJson.terms(f, was, secret));
    return answer(200, CredentialJson.of(book.change(request.param("id"), change)));
  }

  private static Optional<Secret> secret(Fields f) {
    return CredentialJson.secret(f, secretName(f));
  }

  private static String secretName(Fields f) {
    return !f.has("secret") && f.has(ST) ? ST : "secret";
  }

  /** 204, or 202 with what stays until its jobs have ended. */
  private Response remove(Request request) {
    var left = book.remove(request.param("id"));
    return left.map(entry -> answer(202, CredentialJson.of(entry))).orElseGet(() -> Response.empty(204));
  }

  private Response enable(Request request) {
    return answer(200, CredentialJson.of(book.enable(request.param("id"))));
  }

  private Response disable(Request request) {
    return answer(200, CredentialJson.of(book.change(request.param("id"), Change.NOTHING.enabled(false))));
  }

  // ---- at the provider --------------------------------------------------------------------------------------------

  private Response test(Request request) throws InterruptedException {
    return answer(200, json(book.check(request.param("id"))));
  }

  private Response refresh(Request request) throws InterruptedException {
    return answer(200, json(book.refresh(request.param("id"))));
  }

  /** What it was heard to have left just now, and whatever else is known of it. */
  private static JsonObject json(CredentialBook.Check check) {
    var json = new JsonObject().add("ok", check.error().isEmpty());
    CredentialJson.account(json, check.account());
    check.funds().ifPresent(f -> json.set("balance", CredentialJson.balance(f)));
    if (!check.error().isEmpty()) json.add("error", check.error());
    return json;
  }

  /** JSON only: no form of another site's page can send that. */
  private static Fields fields(Request request) throws IOException {
    if (!request.contentType().map("application/json"::equals).orElse(false)) throw new HttpException(415, "send JSON");
    return Fields.of(JsonText.object(request.bytes(BODY_MAX)));
  }

  private static Response answer(int status, JsonObject json) {
    return Response.json(status, JsonText.bytes(json));
  }
}
