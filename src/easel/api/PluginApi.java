package easel.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Account;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import easel.http.BodyException;
import easel.http.Handler;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.store.Terms;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What Flow2API's browser extension calls: it reads session tokens off a signed-in browser and hands them over. Its
 * requests and answers are as there, errors too: {@code {"detail": ...}}. Off unless a connection token is set.
 */
public final class PluginApi {
  private static final System.Logger LOG = System.getLogger("easel.api");
  private static final String PROVIDER = "flow";
  private static final int BODY_MAX = 256 * 1024;
  private static final int EMAILS_MAX = 1000;
  private static final Duration EARLY = Duration.ofHours(1);
  private static final String BEARER = "bearer ";

  /** As set by the operator. {@code token}: what the extension shows; empty: nobody comes in. */
  public record Options(Optional<Secret> token, boolean enables) {}

  /**
   * What a provider says of a session token.
   *
   * @param email empty where it does not tell
   * @param own that token, or the one of ours in whose place it had been given before it was asked with
   * @param renewed what it has given in place of that token, which has to be kept with it
   */
  public record Person(String email, Secret own, Optional<Secret> renewed) {}

  /** Asks the provider whose a session token is. */
  public interface Persons {
    /**
     * Whose it is.
     *
     * @throws GatewayException {@code BadCredential} where it is nobody's any more
     */
    Person of(Secret token) throws InterruptedException;
  }

  private final Supplier<Options> options;
  private final CredentialBook book;
  private final Persons persons;
  private final Time time;
  private final ReentrantLock changing = new ReentrantLock();

  /** {@code options}: those of the moment. */
  public PluginApi(Supplier<Options> options, CredentialBook book, Persons persons, Time time) {
    this.options = options;
    this.book = book;
    this.persons = persons;
    this.time = time;
  }

  public void routes(Router router) {
    router.on("POST /api/plugin/update-token", behind(this::update));
    router.on("POST /api/plugin/check-tokens", behind(this::check));
  }

  // ---- who may ----------------------------------------------------------------------------------------------------

  private Handler behind(Handler handler) {
    return request -> {
      var token = options.get().token();
      if (token.isEmpty()) return detail(403, "This is off: set [plugin] connection_token, 12 characters or more.");
      if (!shown(request).map(s -> same(s, token.get())).orElse(false)) return detail(401, "The connection token is not right.");
      return answered(request, handler).withHeader("Cache-Control", "no-store");
    };
  }

  /** As a Bearer token, or bare. */
  private static Optional<String> shown(Request request) {
    return request.header("authorization").map(String::strip)
        .map(v -> v.toLowerCase(Locale.ROOT).startsWith(BEARER) ? v.substring(BEARER.length()).strip() : v);
  }

  private static boolean same(String shown, Secret token) {
    return MessageDigest.isEqual(shown.getBytes(UTF_8), token.reveal().getBytes(UTF_8));
  }

  /** The errors of this face, in its own shape. */
  private static Response answered(Request request, Handler handler) throws Exception {
    try {
      return handler.handle(request);
    } catch (FieldException e) {
      return detail(400, e.getMessage());
    } catch (BodyException e) {
      return detail(e.status(), e.getMessage());
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "a token of the browser extension was not taken: {0}", e.failure().message());
      return detail(status(e.failure()), e.failure().message());
    }
  }

  /** The token's own fault, or not: the extension keeps what was not its fault and comes again. */
  private static int status(Failure failure) {
    boolean own = failure instanceof Failure.BadCredential || failure instanceof Failure.Invalid
        || failure instanceof Failure.Forbidden;
    return own ? 400 : 500;
  }

  private static Response detail(int status, String words) {
    return Response.json(status, JsonText.bytes(new JsonObject().add("detail", words)));
  }

  private static Fields fields(Request request) throws IOException {
    return Fields.of(JsonText.object(request.bytes(BODY_MAX)));
  }

  // ---- a fresh token ----------------------------------------------------------------------------------------------

  private Response update(Request request) throws IOException, InterruptedException {
    var f = fields(request);
    var secret = CredentialJson.secret(f, "session_token").orElseGet(() -> new Secret(f.text("session_token")));
    var person = persons.of(secret);
    // Two pushes of one account at the same moment must not make two of it.
    changing.lockInterruptibly();
    try {
      var old = known(person);
      // together: nobody is to ask with the token before what took its place is known
      var answer = book.together(() -> old.isPresent() ? updated(old.get(), person) : added(person));
      return Response.json(200, JsonText.bytes(answer));
    } finally {
      changing.unlock();
    }
  }

  /** The credential with this very token, or else that of the same person. */
  private Optional<CredentialBook.Entry> known(Person person) {
    var same = book.bare().stream().filter(b -> ours(b.entry()) && b.secret().equals(person.own()))
        .map(CredentialBook.Bare::entry).findFirst();
    if (same.isPresent() || person.email().isEmpty()) return same;
    // Of several that a list has brought, the one that needs it.
    return book.list().stream().filter(PluginApi::ours).filter(e -> is(e, person.email()))
        .min(Comparator.comparing(e -> e.condition().state() != CredentialBook.State.DISABLED));
  }

  private static boolean ours(CredentialBook.Entry entry) {
    return entry.provider().equals(PROVIDER) && entry.source() == CredentialBook.Source.DATABASE
        && entry.condition().state() != CredentialBook.State.RETIRED;
  }

  /** One that was imported and has not been asked yet has the address for a remark. */
  private static boolean is(CredentialBook.Entry entry, String person) {
    return email(entry).equalsIgnoreCase(person);
  }

  private JsonObject updated(CredentialBook.Entry old, Person person) {
    book.change(old.id(), CredentialBook.Change.NOTHING.secret(person.own(), true));
    renewed(old.id(), person);
    var state = old.condition().state();
    boolean enable = options.get().enables() && (state == CredentialBook.State.OFF || state == CredentialBook.State.DISABLED);
    if (enable) book.enable(old.id());
    LOG.log(Level.INFO, "credential renewed by the browser extension credential={0}", old.name());
    var answer = new JsonObject().add("success", true).add("message", "The token of " + named(old) + " was renewed.")
        .add("action", "updated").add("token_id", old.id());
    return enable ? answer.add("auto_enabled", true) : answer;
  }

  private void renewed(String id, Person person) {
    person.renewed().ifPresent(token -> book.renewed(id, Account.Renewal.of(person.own(), token, time.instant())));
  }

  private JsonObject added(Person person) {
    var made = book.add(new CredentialBook.Fresh(PROVIDER, person.own(), person.email(), true, Terms.OPEN)).entry();
    renewed(made.id(), person);
    LOG.log(Level.INFO, "credential entered by the browser extension credential={0}", made.name());
    var whose = person.email().isEmpty() ? made.name() : person.email();
    return new JsonObject().add("success", true).add("message", "The token of " + whose + " was added.")
        .add("action", "added").add("token_id", made.id());
  }

  private static String named(CredentialBook.Entry entry) {
    return entry.account().person().isEmpty() ? entry.name() : entry.account().person();
  }

  // ---- which are stale --------------------------------------------------------------------------------------------

  private Response check(Request request) throws IOException {
    var f = fields(request);
    var emails = f.texts("emails");
    if (emails.size() > EMAILS_MAX) throw f.wrong("emails", "must have at most " + EMAILS_MAX + " addresses");
    var wanted = new HashSet<String>();
    emails.forEach(e -> wanted.add(e.strip().toLowerCase(Locale.ROOT)));
    var tokens = new JsonArray();
    for (var entry : book.list()) {
      var email = email(entry);
      if (ours(entry) && (wanted.isEmpty() || wanted.contains(email.toLowerCase(Locale.ROOT)))) tokens.add(json(entry, email));
    }
    return Response.json(200, JsonText.bytes(new JsonObject().add("success", true).add("tokens", tokens)));
  }

  private static String email(CredentialBook.Entry entry) {
    return entry.account().person().isEmpty() ? entry.given().remark() : entry.account().person();
  }

  private JsonObject json(CredentialBook.Entry entry, String email) {
    var account = entry.account();
    var ends = account.session().map(Account.Session::expires);
    var state = entry.condition().state();
    boolean works = List.of(CredentialBook.State.ACTIVE, CredentialBook.State.RESTING, CredentialBook.State.NONE).contains(state);
    boolean ending = ends.map(e -> e.isBefore(time.instant().plus(EARLY))).orElse(true);
    boolean stale = ending || state == CredentialBook.State.DISABLED;
    return new JsonObject().add("id", entry.id()).add("email", email).add("is_active", works)
        .add("needs_refresh", stale).add("at_expires", moment(ends)).add("last_used_at", moment(entry.use().last()))
        .add("protocol_mode", "session")
        .add("credits", account.funds().map(x -> Json.value(x.amount().doubleValue())).orElse(Json.NULL));
  }

  private static JsonValue moment(Optional<Instant> when) {
    return when.map(w -> Json.value(w.toString())).orElse(Json.NULL);
  }
}
