package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Account;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.store.FlowDatabase;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** Many credentials at once, in and out. Stands behind {@link OpenAiErrors}. */
public final class TokenFileApi {
  private static final System.Logger LOG = System.getLogger("easel.api");
  private static final int ORDER_MAX = 16 * 1024;
  /** Room for {@link TokenText#BYTES_MAX} of plain lines, which the command line sends as JSON. */
  private static final int LIST_MAX = TokenText.BYTES_MAX * 5 / 4;
  /** A larger one is read from the disk: {@code easel token import}. */
  private static final long DATABASE_MAX = 512L << 20;
  /** A list as other systems call their credentials; where nothing else is said, they are for the pool of sessions. */
  static final String USUAL = "flow";
  private static final String JSON = "application/json";
  /** No form of another site's page can send any of these. */
  private static final Set<String> DATABASE = Set.of("application/vnd.sqlite3", "application/x-sqlite3", "application/octet-stream");

  private final AdminFilter admin;
  private final AdminSessions sessions;
  private final CredentialBook book;
  private final Path scratch;
  private final ReentrantLock reading = new ReentrantLock();

  /** @param scratch a folder that may be made and removed, for the databases that are sent */
  public TokenFileApi(AdminSessions sessions, CredentialBook book, Path scratch) {
    this.admin = new AdminFilter(sessions);
    this.sessions = sessions;
    this.book = book;
    this.scratch = scratch;
    discard(scratch);
  }

  private static void discard(Path scratch) {
    try {
      FlowDatabase.discard(scratch);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the copy of an imported database could not be removed folder={0}: {1}", scratch, e.getMessage());
    }
  }

  public void routes(Router router) {
    router.on("POST /api/admin/credentials/import", admin.before(this::take));
    router.on("GET /api/admin/credentials/export", admin.before(this::list));
    router.on("POST /api/admin/credentials/export", admin.before(this::export));
    router.on("POST /api/admin/tokens/import", admin.before(this::take));
    router.on("GET /api/admin/tokens/export", admin.before(this::list));
    router.on("POST /api/admin/tokens/export", admin.before(this::export));
  }

  // ---- in ---------------------------------------------------------------------------------------------------------

  private Response take(Request request) throws IOException, InterruptedException {
    var provider = request.query("provider").orElse(USUAL);
    if (book.providers().stream().noneMatch(p -> p.id().equals(provider))) {
      throw new GatewayException(new Failure.Invalid("provider", "There is no provider " + provider + " here."));
    }
    var type = request.contentType().orElse("");
    if (DATABASE.contains(type)) return database(request, provider);
    if (!type.equals(JSON)) throw new HttpException(415, "send JSON, or a database of Flow2API as application/vnd.sqlite3");
    // one list at a time: in memory it is several times as large as its text
    reading.lockInterruptibly();
    try {
      return answer(TokenImport.run(book, TokenFile.of(TokenText.json(request.body(LIST_MAX)), provider)));
    } finally {
      reading.unlock();
    }
  }

  private Response database(Request request, String provider) throws IOException, InterruptedException {
    FlowDatabase.Content content;
    reading.lockInterruptibly();
    try {
      content = FlowDatabase.read(request.body(DATABASE_MAX), scratch);
    } finally {
      reading.unlock();
    }
    var file = TokenFile.of(new JsonObject().add("tokens", content.accounts()), provider);
    return answer(TokenImport.run(book, file).add("settings", FlowSettings.json(FlowSettings.lines(content.settings()))));
  }

  /** 400 where there was something and none of it could be taken. */
  private static Response answer(JsonObject outcome) {
    LOG.log(Level.INFO, "credentials imported added={0} updated={1} unchanged={2} errors={3}", count(outcome, "added"),
        count(outcome, "updated"), count(outcome, "unchanged"), outcome.getBoolean("success", false) ? "none" : "some");
    boolean taken = count(outcome, "added") + count(outcome, "updated") + count(outcome, "unchanged") > 0;
    if (taken || outcome.getBoolean("success", false)) return Response.json(200, JsonText.bytes(outcome));
    outcome.add("error", new JsonObject().add("message", "None of these tokens could be taken over: see errors.")
        .add("type", "invalid_request_error").add("param", "tokens").add("code", "invalid_value"));
    return Response.json(400, JsonText.bytes(outcome));
  }

  private static int count(JsonObject outcome, String name) {
    return outcome.getInt(name, 0);
  }

  // ---- out --------------------------------------------------------------------------------------------------------

  private Response list(Request request) {
    return file(request, false);
  }

  private Response export(Request request) throws IOException {
    if (!request.contentType().map(JSON::equals).orElse(false)) throw new HttpException(415, "send JSON");
    var f = Fields.of(JsonText.object(request.bytes(ORDER_MAX)));
    boolean secrets = f.flag("secrets", false);
    var password = f.optText("password");
    f.strict();
    if (!secrets) return file(request, false);
    if (password.isEmpty()) throw f.wrong("password", "is required to export secrets: the administrator's, once more");
    sessions.confirm(request, password.get());
    LOG.log(Level.WARNING, "credentials exported with their secrets client={0} request={1}", request.client(),
        request.requestId());
    return file(request, true);
  }

  /** Those of the database: what stands in the file or the environment is carried over with those. */
  private Response file(Request request, boolean secrets) {
    var provider = request.query("provider");
    var bare = secrets ? book.bare().stream().collect(Collectors.toMap(b -> b.entry().id(), CredentialBook.Bare::secret))
        : Map.<String, Secret>of();
    var tokens = new JsonArray();
    for (var entry : book.list()) {
      boolean kept = entry.source() == CredentialBook.Source.DATABASE
          && entry.condition().state() != CredentialBook.State.RETIRED;
      boolean wanted = kept && provider.map(entry.provider()::equals).orElse(true);
      if (wanted) tokens.add(json(entry, Optional.ofNullable(bare.get(entry.id())), secrets));
    }
    var list = new JsonObject().add("version", TokenFile.VERSION).add("secrets", secrets).add("tokens", tokens);
    return Response.stream(JSON, -1, out -> JsonText.write(list, out))
        .withHeader("Content-Disposition", "attachment; filename=\"easel-tokens.json\"");
  }

  /** The newest, and the oldest known whose place it took: so a list that has become old is known again by that. */
  private static void token(JsonObject json, Secret secret, Account account) {
    json.add("session_token", account.current(secret).reveal());
    account.lineage(secret).ifPresent(r -> json.add("renewed_from", r.of().reveal()).add("session_renewed_at", r.since().getEpochSecond()));
  }

  /** In the words of Flow2API's list, where it has any. */
  private static JsonObject json(CredentialBook.Entry entry, Optional<Secret> secret, boolean secrets) {
    var terms = entry.given().terms();
    var account = entry.account();
    var json = new JsonObject().add("provider", entry.provider()).add("name", entry.name());
    secret.ifPresent(s -> token(json, s, account));
    json.add("email", account.person()).add("remark", entry.given().remark()).add("is_active", entry.given().enabled())
        .add("state", JobJson.word(entry.condition().state()))
        .add("image_enabled", terms.images()).add("video_enabled", terms.videos())
        .add("image_concurrency", terms.imageConcurrency()).add("video_concurrency", terms.videoConcurrency())
        .add("current_project_id", terms.projectId()).add("current_project_name", terms.projectName());
    if (secrets) json.add("proxy_url", terms.proxy().reveal());
    else json.add("proxy", entry.given().proxy());
    account.funds().ifPresent(f -> json.add("credits", f.amount().doubleValue()));
    account.tier().ifPresent(t -> json.add("user_paygate_tier", t.word()));
    return json;
  }
}
