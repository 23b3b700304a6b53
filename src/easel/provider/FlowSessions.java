package easel.provider;

import easel.codec.Fields;
import easel.core.Account;
import easel.core.Accounts;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import easel.upstream.Transport;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The access tokens that session tokens are exchanged for ({@code GET {labs}/auth/session}): kept with the account,
 * renewed an hour before they end, once for all who need one.
 *
 * <pre>
 * none, or less than an hour left --exchange--> fresh --an hour before its end, or when it is old--> ...
 *   no session there (200 without a token, 401, 403): BadCredential; submits stop, polls go on while the token lives
 *   anything else: says nothing of the session; the token we have is used while it lives
 * </pre>
 *
 * With each exchange labs gives a newer session token, and like a browser we go on with that one: a provider that takes
 * back what it has replaced knows no other, and it ends later.
 *
 * <pre>
 * own token --exchange--> newer one, kept before it is used --exchange--> the next
 *   killed between the answer and the disk: what is on the disk is asked with; such tokens are signed, not looked up,
 *     and the one before is good until it ends
 *   no session for the newer one: the own one is asked with, once; where that works the newer one is dropped
 * </pre>
 */
final class FlowSessions {
  /** What is left of a token when it is renewed. */
  static final Duration EARLY = Duration.ofHours(1);
  /** What a token must have left for a call to be made with it. */
  private static final Duration MARGIN = Duration.ofMinutes(2);
  /** A token that is short-lived from the beginning is not asked for again at each call. */
  private static final Duration PAUSE = Duration.ofMinutes(5);
  private static final Duration TROUBLE_PAUSE = Duration.ofSeconds(30);
  /** Of a token whose end is not told: an hour is what Google gives. */
  private static final Duration UNTOLD = EARLY.plus(PAUSE);
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final int PLACES = 1024;
  /** Names that differ in one letter are to be far apart. */
  private static final int SCATTER = 0x9E3779B1;

  private static final Duration QUESTION = Duration.ofSeconds(30);

  private final FlowOptions options;
  private final Exchange exchange;
  private final Duration patience;
  private final Accounts accounts;
  private final Time time;
  private final Instant born;
  private final SingleFlight<Credential, Secret> flight = new SingleFlight<>("flow-session");
  private final Map<Credential, Instant> notBefore = new ConcurrentHashMap<>();

  FlowSessions(FlowOptions options, Transport transport, Accounts accounts, Time time) {
    this.options = options;
    this.accounts = accounts;
    this.time = time;
    born = time.instant();
    var within = options.timeout().compareTo(QUESTION) < 0 ? options.timeout() : QUESTION;
    exchange = new Exchange(options.id(), transport, within, options.agent());
    // two questions, and somebody else's two
    patience = within.multipliedBy(5);
  }

  /** One to buy with. */
  Secret token(Credential credential) throws InterruptedException {
    return token(credential, true);
  }

  /**
   * An access token that is good for now.
   *
   * @param buys false for questions about work that is bought already: they go on as long as the token lives, even
   *     where the session is known to be dead
   * @throws GatewayException whose failure says that nothing was bought; {@code BadCredential} only where labs itself
   *     says that there is no session
   */
  Secret token(Credential credential, boolean buys) throws InterruptedException {
    var now = fresh(credential);
    if (now.isPresent()) return now.get();
    try {
      return flight.join(key(credential), patience, () -> needed(credential));
    } catch (GatewayException e) {
      boolean stop = buys && e.failure() instanceof Failure.BadCredential;
      var living = stop ? Optional.<Secret>empty() : living(credential);
      if (living.isPresent()) return living.get();
      throw e;
    }
  }

  /** Another one, after the API has not accepted this one; only asked for where nobody else has done so meanwhile. */
  Secret renewed(Credential credential, Secret stale) throws InterruptedException {
    var token = flight.join(key(credential), patience, () -> unless(credential, stale));
    // whoever's flight that was may have been content with the one that is stale
    return token.equals(stale) ? flight.join(key(credential), patience, () -> unless(credential, stale)) : token;
  }

  /** Asks now, whatever we have: hears whether the session is still there. */
  Secret exchanged(Credential credential) throws InterruptedException {
    return flight.join(key(credential), patience, () -> exchange(credential));
  }

  /** What labs is shown: the newest token that it has given, or else the credential's own. */
  Secret presented(Credential credential) {
    return accounts.of(credential).current(credential.secret());
  }

  /** When a token is to be renewed: an hour before it ends or when it is old, and now where there is none. */
  Instant due(Credential credential) {
    var session = session(credential);
    var early = session.map(s -> s.expires().minus(EARLY)).orElse(time.instant());
    var old = session.map(s -> old(credential, s)).orElse(early);
    var first = early.isBefore(old) ? early : old;
    var pause = notBefore.getOrDefault(key(credential), Instant.MIN);
    return first.isBefore(pause) ? pause : first;
  }

  /**
   * Accounts that came together do not stay together: each has its own place in the last quarter of the interval. Whose
   * last exchange nobody knows has one in the whole interval that begins with us.
   */
  private Instant old(Credential credential, Account.Session session) {
    var interval = options.sessionInterval();
    if (interval.isZero()) return Instant.MAX;
    var place = interval.dividedBy(PLACES).multipliedBy(Math.floorMod(credential.name().hashCode() * SCATTER, PLACES));
    return session.since().map(s -> s.plus(interval).minus(place.dividedBy(4))).orElse(born.plus(place));
  }

  /** One secret is one credential, whatever way its calls take. */
  private static Credential key(Credential credential) {
    return new Credential(credential.provider(), credential.name(), credential.secret());
  }

  private Optional<Account.Session> session(Credential credential) {
    return accounts.of(credential).session();
  }

  private Optional<Secret> fresh(Credential credential) {
    var now = time.instant();
    boolean paused = now.isBefore(notBefore.getOrDefault(key(credential), Instant.MIN));
    return session(credential).filter(s -> paused ? lives(s) : s.expires().isAfter(now.plus(EARLY))).map(Account.Session::token);
  }

  private Optional<Secret> living(Credential credential) {
    return session(credential).filter(this::lives).map(Account.Session::token);
  }

  private boolean lives(Account.Session session) {
    return session.expires().isAfter(time.instant().plus(MARGIN));
  }

  private Secret needed(Credential credential) throws InterruptedException {
    var now = fresh(credential);
    return now.isPresent() ? now.get() : exchange(credential);
  }

  private Secret unless(Credential credential, Secret stale) throws InterruptedException {
    var now = living(credential).filter(t -> !t.equals(stale));
    return now.isPresent() ? now.get() : exchange(credential);
  }

  /** What somebody else has exchanged while we waited is as good: the other adapter, around a reload. */
  private Secret exchange(Credential credential) throws InterruptedException {
    var before = session(credential);
    var turn = accounts.turn(credential);
    try {
      var now = session(credential);
      return now.isPresent() && !now.equals(before) ? now.get().token() : asked(credential);
    } finally {
      turn.end();
    }
  }

  private Secret asked(Credential credential) throws InterruptedException {
    notBefore.put(key(credential), time.instant().plus(TROUBLE_PAUSE));
    try {
      var told = told(credential);
      // on the disk before it is used for anything, if there is room
      accounts.keep(credential, a -> a.with(told.session, told.person).renewed(told.renewal));
      notBefore.put(key(credential), time.instant().plus(PAUSE));
      return told.session.token();
    } catch (GatewayException e) {
      if (e.failure() instanceof Failure.BadCredential) notBefore.remove(key(credential));
      throw Exchange.unbought(e, "labs could not be asked for a session");
    }
  }

  /** What labs says; {@code renewal}: what it is shown from now on, where that is not the credential's own token. */
  private record Told(Account.Session session, String person, Optional<Account.Renewal> renewal) {}

  private Told told(Credential credential) throws InterruptedException {
    var newest = accounts.of(credential).renewal().filter(r -> r.standsFor(credential.secret()));
    if (newest.isEmpty()) return told(credential, newest);
    try {
      return told(credential, newest);
    } catch (GatewayException e) {
      if (!(e.failure() instanceof Failure.BadCredential)) throw e;
      return told(credential, Optional.empty());
    }
  }

  private Told told(Credential credential, Optional<Account.Renewal> shown) throws InterruptedException {
    var token = shown.map(Account.Renewal::token).orElse(credential.secret());
    var answer = exchange.send(FlowWire.cookie(options, credential, token, exchange.get(options.labs("/auth/session"))));
    var session = session(credential, answer);
    var given = given(answer).filter(g -> !g.equals(FlowCookie.plain(token)));
    var own = FlowCookie.plain(credential.secret());
    var renewal = given.isEmpty() ? shown
        : given.filter(g -> !g.equals(own)).map(g -> Account.Renewal.of(credential.secret(), g, time.instant()));
    return new Told(session, person(answer), renewal);
  }

  /** Where the site says that it could not renew what it holds itself, the token before is the better one. */
  private Optional<Secret> given(Exchange.Answer answer) {
    boolean troubled = answer.object().flatMap(s -> s.optText("error")).filter(e -> !e.isBlank()).isPresent();
    return troubled ? Optional.empty() : FlowCookie.given(answer.cookies(), time.instant());
  }

  private Account.Session session(Credential credential, Exchange.Answer answer) {
    var said = answer.object();
    var token = answer.good() ? said.flatMap(s -> s.optText("access_token")).filter(t -> !t.isBlank()) : Optional.<String>empty();
    if (token.isEmpty()) throw withoutSession(credential, answer, said);
    var told = said.flatMap(s -> s.optText("expires")).flatMap(FlowSessions::moment);
    var now = time.instant();
    return new Account.Session(new Secret(token.get()), told.orElse(now.plus(UNTOLD)), Optional.of(now));
  }

  private static String person(Exchange.Answer answer) {
    return answer.object().map(s -> s.object("user").text("email", "")).orElse("");
  }

  /** Only labs itself says that there is no session, in JSON; a page is somebody's who stands between. */
  private GatewayException withoutSession(Credential credential, Exchange.Answer answer, Optional<Fields> said) {
    int status = answer.status();
    boolean silent = answer.body().length == 0 && !answer.good();
    boolean verdict = (answer.good() || status == 401 || status == 403) && (said.isPresent() || silent);
    var words = new Words(credential.secret(), presented(credential));
    if (verdict) {
      var why = said.flatMap(s -> s.optText("error")).map(words::clean).orElse("labs knows no such session");
      return new GatewayException(new Failure.BadCredential("the session token is no longer valid: " + why));
    }
    var wait = RetryAfter.stated(answer.header(), time.instant()).orElse(SOON);
    return new GatewayException(new Failure.NoCapacity(wait, "labs answered " + status + " when it was asked for a session"));
  }

  private static Optional<Instant> moment(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
