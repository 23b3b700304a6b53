package easel;

import easel.api.CredentialBook.Condition;
import easel.api.CredentialBook.Count;
import easel.api.CredentialBook.Entry;
import easel.api.CredentialBook.Given;
import easel.api.CredentialBook.Source;
import easel.api.CredentialBook.State;
import easel.api.CredentialBook.Use;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Secret;
import easel.pool.Standing;
import easel.pool.Status;
import easel.store.AccountTable.Key;
import easel.store.CounterTable.Counters;
import easel.store.CounterTable.Sum;
import easel.store.CredentialTable.Row;
import easel.store.Terms;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Credentials as they look at one moment. */
final class CredentialEntries {
  private static final int HINT_FROM = 25;
  private static final int HINT_ENDS = 4;

  private final Credentials.House house;
  private final AccountBook accounts;
  private final Map<Key, Status> statuses = new HashMap<>();
  private final Map<Key, Long> jobs;
  private final Map<Key, Counters> counters;
  private final Instant now;

  CredentialEntries(Credentials.House house, AccountBook accounts, List<Status> statuses, Map<Key, Long> jobs,
      Map<Key, Counters> counters, Instant now) {
    this.house = house;
    this.accounts = accounts;
    for (var status : statuses) this.statuses.put(new Key(status.provider(), status.name()), status);
    this.jobs = jobs;
    this.counters = counters;
    this.now = now;
  }

  static String configId(Credential credential) {
    return "config-" + credential.name().replace('#', '-');
  }

  /** One of the configuration. */
  Entry entry(Roster.Key key) {
    var credential = key.credential();
    var section = key.section();
    boolean variable = house.config().secrets().fromEnvironment().contains(section.credential(credential.secret()).name());
    var terms = key.terms();
    var given = new Given("", section.enabled(), terms, hint(credential.secret()), ProxyWords.shown(credential.proxy()));
    boolean idle = section.limits().concurrency() == 0 || section.limits().perMinute() == 0;
    var condition = !section.enabled() ? plain(State.OFF) : idle ? plain(State.NONE) : condition(credential, terms);
    return new Entry(configId(credential), accounts.row(AccountBook.key(credential)).number(), credential.provider(), credential.name(),
        variable ? Source.ENVIRONMENT : Source.FILE, given, condition, accounts.of(credential), use(AccountBook.key(credential)),
        Optional.empty(), Optional.empty());
  }

  /** One of the database. */
  Entry entry(Row row) {
    var key = Lending.key(row);
    var known = accounts.row(key);
    var given = new Given(row.remark(), row.enabled() && row.retired().isEmpty(), row.terms(), row.secret().map(CredentialEntries::hint).orElse(""),
        ProxyWords.shown(row.terms().proxy()));
    return new Entry(row.id(), known.number(), row.provider(), row.name(), Source.DATABASE, given, condition(row), known.account(),
        use(key), Optional.of(row.created()), Optional.of(row.updated()));
  }

  private Condition condition(Row row) {
    if (row.retired().isPresent()) return new Condition(State.RETIRED, "", "", row.retired(), Optional.empty(), 0, Optional.empty());
    if (row.secret().isEmpty()) return new Condition(State.LOCKED, "locked", row.locked(), Optional.empty(), Optional.empty(), 0, Optional.empty());
    return row.enabled() ? condition(row.credential().orElseThrow(), row.terms()) : plain(State.OFF);
  }

  private static Condition plain(State state) {
    return new Condition(state, "", "", Optional.empty(), Optional.empty(), 0, Optional.empty());
  }

  private Condition condition(Credential credential, Terms terms) {
    var key = AccountBook.key(credential);
    var standing = Optional.ofNullable(statuses.get(key)).map(Status::standing).orElseGet(() -> accounts.standing(key));
    var resting = standing.restingUntil().filter(now::isBefore);
    var state = state(standing, resting.isPresent(), terms);
    boolean held = state == State.DISABLED || state == State.RESTING;
    var why = standing.why().filter(w -> held);
    return new Condition(state, why.map(Failure::code).orElse(""), why.map(w -> hidden(credential, w)).orElse(""),
        standing.disabled(), resting, standing.refusals(), house.refreshing(credential.provider()).flatMap(r -> r.due(credential)));
  }

  private String hidden(Credential credential, Failure why) {
    return accounts.of(credential).hide(credential.secret().hide(why.message()));
  }

  private static State state(Standing standing, boolean resting, Terms terms) {
    if (standing.disabled().isPresent()) return State.DISABLED;
    if (terms.imagesAtOnce() == 0 && terms.videosAtOnce() == 0) return State.NONE;
    return resting ? State.RESTING : State.ACTIVE;
  }

  private Use use(Key key) {
    var status = Optional.ofNullable(statuses.get(key));
    var counted = counters.getOrDefault(key, Counters.NONE);
    return new Use(status.map(Status::images).orElse(0), status.map(Status::videos).orElse(0), count(counted.today()),
        count(counted.total()), counted.used(), jobs.getOrDefault(key, 0L));
  }

  private static Count count(Sum sum) {
    return new Count(sum.images(), sum.videos(), sum.errors());
  }

  private static String hint(Secret secret) {
    var text = secret.reveal();
    if (text.length() < HINT_FROM) return "";
    return text.substring(0, HINT_ENDS) + "..." + text.substring(text.length() - HINT_ENDS);
  }
}
