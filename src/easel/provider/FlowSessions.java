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
 * none, or less than an hour left --exchange--> fresh --an hour before its end--> ...
 *   no session there (200 without a token, 401, 403): BadCredential; submits stop, polls go on while the token lives
 *   anything else: says nothing of the session; the token we have is used while it lives
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

  private static final Duration QUESTION = Duration.ofSeconds(30);

  private final FlowOptions options;
  private final Exchange exchange;
  private final Duration patience;
  private final Accounts accounts;
  private final Time time;
  private final SingleFlight<Credential, Secret> flight = new SingleFlight<>("flow-session");
  private final Map<Credential, Instant> notBefore = new ConcurrentHashMap<>();

  FlowSessions(FlowOptions options, Transport transport, Accounts accounts, Time time) {
    this.options = options;
    this.accounts = accounts;
    this.time = time;
    var within = options.timeout().compareTo(QUESTION) < 0 ? options.timeout() : QUESTION;
    exchange = new Exchange(options.id(), transport, within, options.agent());
    patience = within.multipliedBy(2);
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
      return flight.join(credential, patience, () -> needed(credential));
    } catch (GatewayException e) {
      boolean stop = buys && e.failure() instanceof Failure.BadCredential;
      var living = stop ? Optional.<Secret>empty() : living(credential);
      if (living.isPresent()) return living.get();
      throw e;
    }
  }

  /** Another one, after the API has not accepted this one; only asked for where nobody else has done so meanwhile. */
  Secret renewed(Credential credential, Secret stale) throws InterruptedException {
    var token = flight.join(credential, patience, () -> unless(credential, stale));
    // whoever's flight that was may have been content with the one that is stale
    return token.equals(stale) ? flight.join(credential, patience, () -> unless(credential, stale)) : token;
  }

  /** Asks now, whatever we have: hears whether the session is still there. */
  Secret exchanged(Credential credential) throws InterruptedException {
    return flight.join(credential, patience, () -> exchange(credential));
  }

  /** When a token is to be renewed: an hour before it ends, and now where there is none. */
  Instant due(Credential credential) {
    var early = session(credential).map(s -> s.expires().minus(EARLY)).orElse(time.instant());
    var pause = notBefore.getOrDefault(credential, Instant.MIN);
    return early.isBefore(pause) ? pause : early;
  }

  private Optional<Account.Session> session(Credential credential) {
    return accounts.of(credential).session();
  }

  private Optional<Secret> fresh(Credential credential) {
    var now = time.instant();
    boolean paused = now.isBefore(notBefore.getOrDefault(credential, Instant.MIN));
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

  private Secret exchange(Credential credential) throws InterruptedException {
    notBefore.put(credential, time.instant().plus(TROUBLE_PAUSE));
    try {
      var call = FlowWire.cookie(options, credential, exchange.get(options.labs("/auth/session")));
      var answer = exchange.send(call);
      var session = session(credential, answer);
      accounts.keep(credential, a -> a.with(session, person(answer)));
      notBefore.put(credential, time.instant().plus(PAUSE));
      return session.token();
    } catch (GatewayException e) {
      if (e.failure() instanceof Failure.BadCredential) notBefore.remove(credential);
      throw Exchange.unbought(e, "labs could not be asked for a session");
    }
  }

  private Account.Session session(Credential credential, Exchange.Answer answer) {
    var said = answer.object();
    var token = answer.good() ? said.flatMap(s -> s.optText("access_token")).filter(t -> !t.isBlank()) : Optional.<String>empty();
    if (token.isEmpty()) throw withoutSession(credential, answer, said);
    var told = said.flatMap(s -> s.optText("expires")).flatMap(FlowSessions::moment);
    return new Account.Session(new Secret(token.get()), told.orElse(time.instant().plus(UNTOLD)));
  }

  private static String person(Exchange.Answer answer) {
    return answer.object().map(s -> s.object("user").text("email", "")).orElse("");
  }

  /** Only labs itself says that there is no session, in JSON; a page is somebody's who stands between. */
  private GatewayException withoutSession(Credential credential, Exchange.Answer answer, Optional<Fields> said) {
    int status = answer.status();
    boolean silent = answer.body().length == 0 && !answer.good();
    boolean verdict = (answer.good() || status == 401 || status == 403) && (said.isPresent() || silent);
    var words = new Words(credential.secret());
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
