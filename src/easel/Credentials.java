package easel;

import easel.api.CredentialBook;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Refreshing;
import easel.core.Secret;
import easel.core.Time;
import easel.pool.TokenPool;
import easel.provider.ProviderSettings;
import easel.store.AccountTable;
import easel.store.CredentialTable;
import easel.store.CredentialTable.Row;
import easel.store.JobTable;
import easel.store.StoreException;
import easel.store.Tally;
import easel.store.Terms;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The credentials of the configuration and those of the database, as one. What an administrator changes is in force when
 * the call returns.
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
  private static final System.Logger LOG = System.getLogger("easel");

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

  /** Where things are kept. */
  record Shelves(CredentialTable credentials, AccountTable counters, JobTable jobs, AccountBook accounts) {}

  private final House house;
  private final CredentialTable table;
  private final Shelves shelves;
  private final AccountBook accounts;
  private final TokenPool pool;
  private final ReentrantLock lock;
  private final Time time;
  private int together;
  private String folded = "";
  private volatile List<Row> rows = List.of();

  /** {@code lock}: held by whoever changes what is in force. */
  Credentials(House house, Shelves shelves, TokenPool pool, ReentrantLock lock, Time time) {
    this.house = house;
    this.table = shelves.credentials();
    this.shelves = shelves;
    this.accounts = shelves.accounts();
    this.pool = pool;
    this.lock = lock;
    this.time = time;
  }

  // ---- for the wiring ---------------------------------------------------------------------------------------------

  /** Reads the database again and says what is locked; the caller puts it into force. */
  void load() {
    rows = table.list();
    dropIdle();
    for (var row : rows) {
      if (!row.locked().isEmpty()) LOG.log(Level.ERROR, "credential locked credential={0}: {1}", row.name(), row.locked());
    }
  }

  /** Another chance for those of the configuration: whoever reads it again may have mended them where they come from. */
  void forgiveConfigured() {
    for (var key : roster().keys()) forgive(key.credential().provider(), key.credential().name());
  }

  private void forgive(String provider, String name) {
    accounts.forgive(new AccountTable.Key(provider, name));
    pool.forgive(provider, name);
  }

  /** What the pool lends, by this configuration. */
  List<TokenPool.Share> shares(Config config) {
    var roster = new Roster(config.providers(), rows);
    var members = roster.members();
    accounts.meet(roster.names(), members.stream().map(Roster.Member::credential).toList());
    return members.stream().map(m -> {
      var key = AccountBook.key(m.credential());
      return new TokenPool.Share(m.credential(), m.limits(), accounts.tier(key), accounts.standing(key));
    }).toList();
  }

  /** Everybody who may be lent for new work. */
  List<Credential> working() {
    return roster().members().stream().filter(Roster.Member::fresh).map(Roster.Member::credential).toList();
  }

  /** Keeps the days that anybody looks at one by one, and the others as a sum. */
  void fold() {
    var today = CredentialEntries.today(time);
    if (today.equals(folded)) return;
    shelves.counters().fold(Tally.day(time.instant().minus(DAYS_KEPT)));
    folded = today;
  }

  private Roster roster() {
    return new Roster(house.config().providers(), rows);
  }

  /** The sections of the configuration with the keys of the database. */
  List<ProviderSettings> with(List<ProviderSettings> sections) {
    return with(sections, rows);
  }

  static List<ProviderSettings> with(List<ProviderSettings> sections, List<Row> rows) {
    return sections.stream().map(s -> s.withKeys(rows.stream().filter(r -> r.provider().equals(s.id()) && r.works())
        .flatMap(r -> r.secret().stream()).toList())).toList();
  }

  // ---- who is needed no more --------------------------------------------------------------------------------------

  /** True if any of them was retired and is not needed any more. */
  private boolean dropIdle() {
    var idle = idle(Optional.empty());
    idle.forEach(this::drop);
    return !idle.isEmpty();
  }

  /** The retired that nobody needs any more; {@code ended}: a job whose lease is about to come back. */
  private List<Row> idle(Optional<Job> ended) {
    var retired = rows.stream().filter(r -> r.retired().isPresent()).toList();
    if (retired.isEmpty()) return retired;
    var carried = shelves.jobs().carried();
    return retired.stream().filter(r -> !carried.containsKey(key(r))
        && pool.leases(r.provider(), r.name()) <= (ended.map(j -> held(j, r)).orElse(false) ? 1 : 0)).toList();
  }

  private static boolean held(Job job, Row row) {
    return job.attempts().stream().anyMatch(a -> a.provider().equals(row.provider()) && a.credential().equals(row.name()));
  }

  private void drop(Row row) {
    forget(row);
    table.delete(row.id());
    rows = rows.stream().filter(r -> !r.id().equals(row.id())).toList();
  }

  /** Unless the configuration has the same one. */
  private void forget(Row row) {
    boolean configured = roster().keys().stream().anyMatch(k -> AccountBook.key(k.credential()).equals(key(row)));
    if (!configured) accounts.forget(key(row));
  }

  /** Drops what is retired when its last job has ended; a job that has just ended still holds its lease. */
  void heard(Event event) {
    if (!(event instanceof Event.Ended ended)) return;
    try {
      var over = idle(Optional.of(ended.job()));
      if (!over.isEmpty()) changed(() -> {
        over.forEach(this::drop);
        return true;
      });
    } catch (StoreException e) {
      LOG.log(Level.WARNING, "a retired credential stays until somebody looks at the list", e);
    }
  }

  static AccountTable.Key key(Row row) {
    return new AccountTable.Key(row.provider(), row.name());
  }

  // ---- changes ----------------------------------------------------------------------------------------------------

  @Override
  public <T> T together(Supplier<T> changes) {
    return changed(changes);
  }

  /** What takes nothing new is out of the pool before anybody looks whether it has jobs: none can come in between. */
  private <T> T changed(Supplier<T> change) {
    lock.lock();
    together++;
    boolean done = false;
    try {
      var before = rows;
      try {
        var result = change.get();
        done = true;
        return result;
      } finally {
        // Of many changes some may have been made before one failed.
        if (together == 1 && (done || rows != before)) apply();
      }
    } finally {
      together--;
      lock.unlock();
    }
  }

  private void apply() {
    rows = table.list();
    house.refresh();
    if (dropIdle()) house.refresh();
  }

  /** Stores it, and sees to it that the next look finds it so. */
  private Row saved(Row row) {
    var now = time.instant();
    table.save(row, now);
    return known(row.updated(now));
  }

  private Row known(Row row) {
    var all = new ArrayList<>(rows);
    all.removeIf(r -> r.id().equals(row.id()));
    all.add(row);
    rows = List.copyOf(all);
    return row;
  }

  @Override
  public Added add(Fresh fresh) {
    boolean[] isNew = {false};
    var id = changed(() -> {
      var section = section(fresh.provider());
      var credential = roster().named(section, fresh.secret());
      var old = rowOf(credential);
      if (old.isPresent()) return again(old.get(), credential, fresh.remark()).id();
      isNew[0] = true;
      var terms = checked(Terms.OPEN, fresh.terms());
      var row = known(table.insert(credential.by(terms.proxy()), fresh.remark(), fresh.enabled(), terms, time.instant()));
      settle(Terms.OPEN, row);
      return row.id();
    });
    return new Added(find(id).orElseThrow(Credentials::unknown), isNew[0]);
  }

  /** It is there already, or was until it was taken away, or could not be read. */
  private Row again(Row old, Credential credential, String remark) {
    boolean retired = old.retired().isPresent();
    if (retired) forgive(old.provider(), old.name());
    var next = old.secret().isPresent() ? old : unlocked(old, old.terms(), credential.secret());
    return saved(next.with(remark.isEmpty() ? old.remark() : remark, old.enabled() || retired).retired(Optional.empty()));
  }

  /** The proxy that was locked together with the secret is lost with it: nobody is to go without one by mistake. */
  private Row unlocked(Row old, Terms next, Secret secret) {
    if (next.proxy().isEmpty() && !old.locked().isEmpty() && table.hasProxy(old.id())) {
      throw wrong("proxy", "proxy cannot be read any more: take this credential away and add it again with its proxy");
    }
    return old.with(next).with(old.name(), secret);
  }

  private ProviderSettings section(String provider) {
    var able = house.config().providers().stream().filter(p -> !p.type().equals("sample")).toList();
    return able.stream().filter(p -> p.id().equals(provider)).findFirst().orElseThrow(() -> wrong("provider",
        "provider must be one of " + String.join(", ", able.stream().map(ProviderSettings::id).toList())));
  }

  private Optional<Row> rowOf(Credential credential) {
    return rows.stream().filter(r -> r.provider().equals(credential.provider()) && r.name().equals(credential.name())).findFirst();
  }

  @Override
  public Entry change(String id, Change change) {
    changed(() -> {
      var row = row(id);
      if (row.retired().isPresent()) throw wrong("id", "This credential is retired and only finishes its jobs: add it again to use it.");
      var terms = checked(row.terms(), change.terms().apply(row.terms()));
      if (!row.locked().isEmpty() && change.secret().isEmpty() && !terms.proxy().equals(row.terms().proxy())) {
        throw wrong("proxy", "proxy cannot be changed while the credential is locked");
      }
      var next = row.with(change.remark().orElse(row.remark()), change.enabled().orElse(row.enabled())).with(terms);
      var saved = change.secret().map(s -> resealed(row, next, s, change.sameAccount())).orElseGet(() -> saved(next));
      if (change.secret().isPresent() || change.enabled().orElse(false)) forgive(saved.provider(), saved.name());
      settle(row.terms(), saved);
      return saved;
    });
    return find(id).orElseThrow(Credentials::unknown);
  }

  private static Terms checked(Terms old, Terms next) {
    if (next.proxy().equals(old.proxy())) return next;
    try {
      ProxyWords.check(next.proxy());
      return next;
    } catch (IllegalArgumentException e) {
      throw wrong("proxy", "proxy " + e.getMessage());
    }
  }

  /** The project that an operator sets is the first one that the account has. */
  private void settle(Terms old, Row row) {
    var id = row.terms().projectId();
    if (id.equals(old.projectId()) || row.secret().isEmpty()) return;
    accounts.keep(row.credential().orElseThrow(), account -> {
      var projects = new ArrayList<>(account.projects());
      projects.removeAll(List.of(old.projectId(), id));
      if (!id.isEmpty()) projects.addFirst(id);
      return account.withProjects(projects);
    });
  }

  /** Its jobs go on with the secret they began with: what was bought with one may be hidden from another. */
  private Row resealed(Row old, Row next, Secret secret, boolean sameAccount) {
    var credential = roster().named(section(old.provider()), secret);
    var other = rowOf(credential);
    if (other.isPresent() && !other.get().id().equals(old.id())) throw wrong("secret", "secret is that of another credential, " + credential.name());
    if (other.isPresent() || sameAccount) {
      var renewed = unlocked(old, next.terms(), secret);
      if (old.secret().map(s -> !s.equals(secret)).orElse(false)) accounts.keep(renewed.credential().orElseThrow(), Account::withoutSession);
      return saved(renewed.with(next.remark(), next.enabled()));
    }
    var renamed = unlocked(old, next.terms(), secret).with(credential.name(), secret).with(next.remark(), next.enabled());
    if (old.secret().isEmpty() || !busy(old)) return renamed(old, renamed);
    var now = time.instant();
    table.replace(old, renamed, now);
    rows = table.list();
    return renamed.updated(now);
  }

  /** Nobody has the old name any more. */
  private Row renamed(Row old, Row next) {
    var row = saved(next);
    forget(old);
    return row;
  }

  private boolean busy(Row row) {
    return pool.leases(row.provider(), row.name()) > 0 || shelves.jobs().carried(row.provider(), row.name()) > 0;
  }

  @Override
  public Entry enable(String id) {
    var key = configured(id);
    if (key.isEmpty()) return change(id, Change.NOTHING.enabled(true));
    changed(() -> {
      forgive(key.get().credential().provider(), key.get().credential().name());
      return true;
    });
    return find(id).orElseThrow(Credentials::unknown);
  }

  @Override
  public Optional<Entry> remove(String id) {
    changed(() -> {
      var row = row(id);
      return row.retired().isPresent() ? row : saved(row.retired(Optional.of(time.instant())));
    });
    return find(id);
  }

  private Row row(String id) {
    if (configured(id).isPresent()) {
      throw new GatewayException(new Failure.Forbidden("This credential is set in the file or the environment: change it there."));
    }
    return rows.stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow(Credentials::unknown);
  }

  private Optional<Roster.Key> configured(String id) {
    return roster().keys().stream().filter(k -> CredentialEntries.configId(k.credential()).equals(id)).findFirst();
  }

  private static GatewayException unknown() {
    return new GatewayException(new Failure.Missing("credential_not_found", "There is no such credential."));
  }

  private static GatewayException wrong(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, words));
  }

  // ---- looks ------------------------------------------------------------------------------------------------------

  @Override
  public List<Entry> list() {
    if (!idle(Optional.empty()).isEmpty()) changed(() -> true);
    var entries = entries(shelves.jobs().carried(), shelves.counters().counters(CredentialEntries.today(time)));
    var all = new ArrayList<Entry>();
    for (var key : roster().keys()) all.add(entries.entry(key));
    for (var row : rows) all.add(entries.entry(row));
    return all;
  }

  @Override
  public Optional<Entry> find(String id) {
    var row = rows.stream().filter(r -> r.id().equals(id)).findFirst();
    var key = row.isEmpty() ? configured(id) : Optional.<Roster.Key>empty();
    var whose = row.map(Credentials::key).or(() -> key.map(k -> AccountBook.key(k.credential())));
    if (whose.isEmpty()) return Optional.empty();
    var jobs = shelves.jobs().carried(whose.get().provider(), whose.get().name());
    var entries = entries(Map.of(whose.get(), jobs), shelves.counters().counters(CredentialEntries.today(time), whose.get()));
    return row.map(entries::entry).or(() -> key.map(entries::entry));
  }

  private CredentialEntries entries(Map<AccountTable.Key, Long> jobs, Map<AccountTable.Key, AccountTable.Counters> counters) {
    return new CredentialEntries(house, accounts, pool.statuses(), jobs, counters, time.instant());
  }

  @Override
  public List<Bare> bare() {
    var entries = list();
    var bare = new ArrayList<Bare>();
    for (var entry : entries) {
      rows.stream().filter(r -> r.id().equals(entry.id())).findFirst().flatMap(Row::secret).ifPresent(s -> bare.add(new Bare(entry, s)));
    }
    return bare;
  }

  /** Asks a provider about a credential. */
  private interface Question {
    Optional<Balance.Funds> ask(Credential credential) throws InterruptedException;
  }

  @Override
  public Check check(String id) throws InterruptedException {
    return asked(id, credential -> {
      var balance = house.balance(credential.provider()).orElseThrow(() -> wrong("id", "The provider " + credential.provider()
          + " has nothing that tries a credential without buying something."));
      return Optional.of(balance.funds(credential));
    });
  }

  @Override
  public Check refresh(String id) throws InterruptedException {
    return asked(id, credential -> {
      if (house.refreshing(credential.provider()).isEmpty()) {
        throw wrong("id", "The credentials of " + credential.provider() + " stay good by themselves: there is nothing to renew.");
      }
      house.renew(credential.provider(), credential.name());
      return accounts.of(credential).funds();
    });
  }

  private Check asked(String id, Question question) throws InterruptedException {
    var locked = rows.stream().filter(r -> r.id().equals(id) && !r.locked().isEmpty()).findFirst();
    if (locked.isPresent()) return new Check(Optional.empty(), Account.UNKNOWN, locked.get().locked());
    var credential = credential(id).orElseThrow(Credentials::unknown);
    try {
      return new Check(question.ask(credential), accounts.of(credential), "");
    } catch (GatewayException e) {
      if (e.failure() instanceof Failure.Invalid invalid && invalid.field().equals("id")) throw e;
      return new Check(Optional.empty(), accounts.of(credential), credential.secret().hide(e.failure().message()));
    }
  }

  private Optional<Credential> credential(String id) {
    return configured(id).map(Roster.Key::credential)
        .or(() -> rows.stream().filter(r -> r.id().equals(id)).findFirst().flatMap(Row::credential));
  }

  @Override
  public List<ProviderState> providers() {
    return with(house.config().providers()).stream().map(s -> new ProviderState(s.id(), s.type(), s.enabled(), house.models(s.id()),
        s.keys().size(), s.enabled() && !s.credentials().isEmpty(), house.balance(s.id()).isPresent())).toList();
  }
}
