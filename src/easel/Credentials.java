package easel;

import easel.api.CredentialBook;
import easel.api.PluginApi;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Refreshing;
import easel.core.Secret;
import easel.core.Time;
import easel.pool.TokenPool;
import easel.provider.ProviderSettings;
import easel.store.AccountTable;
import easel.store.CounterTable;
import easel.store.CredentialTable;
import easel.store.CredentialTable.Row;
import easel.store.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The credentials of the configuration and those of the database, as one. What an administrator changes is in force
 * when the call returns.
 *
 * <pre>
 *   works ----disabled----> disabled      takes nothing new; its jobs go on
 *   works ----removed-----> retired       the same, until its last job has ended: then it is gone
 *   works ----new secret--> works, and a retired one with the old secret while that has jobs
 *   works --renewed secret-> works        under its old name: the account is the same, and its jobs go on with it
 *   any   --key missing---> locked        listed, works for nobody, stays as it is
 * </pre>
 */
final class Credentials implements CredentialBook {
  private static final Duration DAYS_KEPT = Duration.ofDays(40);

  /** What is in force, and the way to put what is here into force. */
  interface House {
    Config config();

    int models(String provider);

    Optional<Balance> balance(String provider);

    Optional<Refreshing> refreshing(String provider);

    /** Renews what a credential was exchanged for, now. */
    void renew(String provider, String name) throws InterruptedException;

    void refresh();
  }

  private final House house;
  private final Lending lending;
  private final Lending.Shelves shelves;
  private final AccountBook accounts;
  private final Succession succession;
  private final CredentialChanges changes;
  private final CredentialQuestion question;
  private final TokenPool pool;
  private final Time time;
  private String folded = "";

  /** {@code lock}: held by whoever changes what is in force. */
  Credentials(House house, Lending.Shelves shelves, TokenPool pool, ReentrantLock lock, Time time) {
    this.house = house;
    this.lending = new Lending(house, shelves, pool, lock, time);
    this.shelves = shelves;
    this.accounts = shelves.accounts();
    this.succession = new Succession(lending, accounts);
    this.changes = new CredentialChanges(house, shelves, lending, succession);
    this.question = new CredentialQuestion(house, accounts, time);
    this.pool = pool;
    this.time = time;
  }

  // ---- for the wiring ---------------------------------------------------------------------------------------------

  /** Reads the database again; the caller puts it into force. */
  void load() {
    lending.load();
  }

  /** What the pool lends, by this configuration. */
  List<TokenPool.Share> shares(Config config) {
    return lending.shares(config);
  }

  /** The sections of the configuration with the keys of the database. */
  List<ProviderSettings> with(List<ProviderSettings> sections) {
    return Lending.with(sections, lending.rows());
  }

  /** Hears that a job has ended. */
  void heard(Event event) {
    lending.heard(event);
  }

  /** Drops what is retired and not needed any more. */
  void tidy() {
    lending.tidy();
  }

  /** Everybody who may be lent for new work. */
  List<Credential> working() {
    return lending.roster().members().stream().filter(Roster.Member::fresh).map(Roster.Member::credential).toList();
  }

  /**
   * Another chance for those of the configuration: whoever reads it again may have mended them where they come from.
   */
  void forgiveConfigured() {
    for (var key : lending.roster().keys()) lending.forgive(AccountBook.key(key.credential()));
  }

  /** Keeps the days that anybody looks at one by one, and the others as a sum. */
  void fold() {
    var today = Tally.day(time.instant());
    if (today.equals(folded)) return;
    shelves.counters().fold(Tally.day(time.instant().minus(DAYS_KEPT)));
    folded = today;
  }

  // ---- changes ----------------------------------------------------------------------------------------------------

  @Override
  public <T> T together(Supplier<T> changes) {
    return lending.changed(changes);
  }

  @Override
  public Added add(Fresh fresh) {
    var done = lending.changed(() -> changes.add(fresh));
    return new Added(find(done.row().id()).orElseThrow(Credentials::unknown), done.fresh());
  }

  @Override
  public List<Boolean> enter(List<Fresh> many) {
    return lending.changed(() -> new Newcomers(lending, accounts, changes::able).enter(many));
  }

  @Override
  public Entry change(String id, Change change) {
    lending.changed(() -> changes.change(row(id), change));
    return find(id).orElseThrow(Credentials::unknown);
  }

  @Override
  public Set<String> amend(Map<String, Change> many) {
    return lending.changed(() -> changes.amend(many));
  }

  @Override
  public void renewed(String id, Account.Renewal renewal) {
    lending.row(id).flatMap(Row::credential).ifPresent(c -> succession.renewed(c, renewal));
  }

  /** Whose that credential is which has this secret, asked of its provider; empty where nobody here has it. */
  Optional<PluginApi.Person> person(String provider, Secret secret) throws InterruptedException {
    var refreshing = house.refreshing(provider);
    return refreshing.isEmpty() ? Optional.empty() : succession.person(provider, secret, refreshing.get());
  }

  @Override
  public Entry enable(String id) {
    var key = configured(id);
    if (key.isEmpty()) return change(id, Change.NOTHING.enabled(true));
    lending.forgive(AccountBook.key(key.get().credential()));
    return find(id).orElseThrow(Credentials::unknown);
  }

  @Override
  public Optional<Entry> remove(String id) {
    lending.changed(() -> {
      var row = row(id);
      return row.retired().isPresent() ? row : lending.save(row.retired(Optional.of(time.instant())));
    });
    return find(id);
  }

  private Row row(String id) {
    if (configured(id).isPresent()) {
      throw new GatewayException(new Failure.Forbidden("This credential is set in the file or the environment: change it there."));
    }
    return lending.row(id).orElseThrow(Credentials::unknown);
  }

  private Optional<Roster.Key> configured(String id) {
    return lending.roster().keys().stream().filter(k -> CredentialEntries.configId(k.credential()).equals(id)).findFirst();
  }

  private static GatewayException unknown() {
    return new GatewayException(new Failure.Missing("credential_not_found", "There is no such credential."));
  }

  // ---- looks ------------------------------------------------------------------------------------------------------

  @Override
  public List<Entry> list() {
    lending.tidy();
    var entries = entries(shelves.jobs().carried(), shelves.counters().counters(Tally.day(time.instant())));
    var all = new ArrayList<Entry>();
    for (var key : lending.roster().keys()) all.add(entries.entry(key));
    for (var row : lending.rows()) all.add(entries.entry(row));
    return all;
  }

  @Override
  public Optional<Entry> find(String id) {
    var row = lending.row(id);
    if (row.isPresent()) return Optional.of(entries(Lending.key(row.get())).entry(row.get()));
    return configured(id).map(key -> entries(AccountBook.key(key.credential())).entry(key));
  }

  private CredentialEntries entries(AccountTable.Key key) {
    return entries(Map.of(key, shelves.jobs().carried(key.provider(), key.name())),
        shelves.counters().counters(Tally.day(time.instant()), key));
  }

  private CredentialEntries entries(Map<AccountTable.Key, Long> jobs, Map<AccountTable.Key, CounterTable.Counters> counters) {
    return new CredentialEntries(house, accounts, pool.statuses(), jobs, counters, time.instant());
  }

  @Override
  public List<Bare> bare() {
    var bare = new ArrayList<Bare>();
    var entries = entries(shelves.jobs().carried(), shelves.counters().counters(Tally.day(time.instant())));
    for (var row : lending.rows()) row.secret().ifPresent(s -> bare.add(new Bare(entries.entry(row), s)));
    return bare;
  }

  @Override
  public List<ProviderState> providers() {
    return with(house.config().providers()).stream().map(s -> new ProviderState(s.id(), s.type(), s.enabled(), house.models(s.id()),
        s.keys().size(), s.enabled() && !s.credentials().isEmpty(), house.balance(s.id()).isPresent())).toList();
  }

  // ---- at the provider --------------------------------------------------------------------------------------------

  @Override
  public Check check(String id) throws InterruptedException {
    return checked(id, question::funds);
  }

  @Override
  public Check refresh(String id) throws InterruptedException {
    return checked(id, question::renewed);
  }

  private Check checked(String id, CredentialQuestion.Way way) throws InterruptedException {
    var locked = lending.row(id).filter(r -> !r.locked().isEmpty());
    if (locked.isPresent()) return new Check(Optional.empty(), accounts.row(Lending.key(locked.get())).account(), locked.get().locked());
    var credential = configured(id).map(Roster.Key::credential).or(() -> lending.row(id).flatMap(Row::credential));
    return way.ask(credential.orElseThrow(Credentials::unknown));
  }
}
