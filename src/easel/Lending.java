package easel;

import easel.core.Credential;
import easel.core.Event;
import easel.core.Job;
import easel.core.Time;
import easel.pool.TokenPool;
import easel.provider.ProviderSettings;
import easel.store.AccountTable;
import easel.store.CounterTable;
import easel.store.CredentialTable;
import easel.store.CredentialTable.Row;
import easel.store.JobTable;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The credentials of the database as they are in force: what the pool lends of them, and who is needed no more. */
final class Lending {
  private static final System.Logger LOG = System.getLogger("easel");
  /** How many rows are stored with one commit. */
  private static final int SOME = 500;

  /** Where things are kept. */
  record Shelves(CredentialTable credentials, CounterTable counters, JobTable jobs, AccountBook accounts) {}

  private final Credentials.House house;
  private final Shelves shelves;
  private final TokenPool pool;
  private final ReentrantLock lock;
  private final Time time;
  private int changing;
  private volatile List<Row> rows = List.of();

  Lending(Credentials.House house, Shelves shelves, TokenPool pool, ReentrantLock lock, Time time) {
    this.house = house;
    this.shelves = shelves;
    this.pool = pool;
    this.lock = lock;
    this.time = time;
  }

  static AccountTable.Key key(Row row) {
    return new AccountTable.Key(row.provider(), row.name());
  }

  // ---- who there is -----------------------------------------------------------------------------------------------

  List<Row> rows() {
    return rows;
  }

  Optional<Row> row(String id) {
    return rows.stream().filter(r -> r.id().equals(id)).findFirst();
  }

  Roster roster() {
    return new Roster(house.config().providers(), rows);
  }

  /** Reads the database again and says what is locked; the caller puts it into force. */
  void load() {
    rows = shelves.credentials().list();
    dropIdle();
    for (var row : rows) {
      if (!row.locked().isEmpty()) LOG.log(Level.ERROR, "credential locked credential={0}: {1}", row.name(), row.locked());
    }
  }

  /** What the pool lends, by this configuration. */
  List<TokenPool.Share> shares(Config config) {
    var roster = new Roster(config.providers(), rows);
    var members = roster.members();
    var accounts = shelves.accounts();
    accounts.meet(roster.names(), members.stream().map(Roster.Member::credential).toList());
    return members.stream().map(m -> {
      var key = AccountBook.key(m.credential());
      return new TokenPool.Share(m.credential(), m.limits(), accounts.tier(key), accounts.standing(key));
    }).toList();
  }

  /** The sections with the keys of those rows that work. */
  static List<ProviderSettings> with(List<ProviderSettings> sections, List<Row> rows) {
    return sections.stream().map(s -> s.withKeys(rows.stream().filter(r -> r.provider().equals(s.id()) && r.works())
        .flatMap(r -> r.secret().stream()).toList())).toList();
  }

  // ---- changes ----------------------------------------------------------------------------------------------------

  /**
   * Makes a change, or many, and puts them into force together. What takes nothing new is out of the pool before
   * anybody looks whether it has jobs: none can come in between.
   */
  <T> T changed(Supplier<T> change) {
    lock.lock();
    changing++;
    var before = rows;
    boolean done = false;
    try {
      var result = change.get();
      done = true;
      return result;
    } finally {
      changing--;
      try {
        // Of many changes some may have been made before one failed.
        if (changing == 0 && (done || rows != before)) apply();
      } finally {
        lock.unlock();
      }
    }
  }

  private void apply() {
    rows = shelves.credentials().list();
    house.refresh();
    if (dropIdle()) house.refresh();
  }

  /** Stores a row, and sees to it that the next look finds it so. */
  Row save(Row row) {
    var now = time.instant();
    shelves.credentials().save(row, now);
    return known(row.updated(now));
  }

  /** The same of many, some at a time. */
  void save(List<Row> many) {
    var now = time.instant();
    for (int i = 0; i < many.size(); i += SOME) {
      var some = many.subList(i, Math.min(many.size(), i + SOME));
      shelves.credentials().save(some, now);
      var saved = some.stream().collect(Collectors.toMap(Row::id, row -> row.updated(now)));
      rows = rows.stream().map(row -> saved.getOrDefault(row.id(), row)).toList();
    }
  }

  Row insert(Credential credential, CredentialTable.Given given) {
    return known(shelves.credentials().insert(credential, given, time.instant()));
  }

  /** The same for many at once. */
  void insert(Map<Credential, CredentialTable.Given> many) {
    if (many.isEmpty()) return;
    var all = new ArrayList<>(rows);
    all.addAll(shelves.credentials().insert(many, time.instant()));
    many.keySet().forEach(c -> shelves.accounts().welcome(AccountBook.key(c)));
    rows = List.copyOf(all);
  }

  /**
   * Stores a row with another secret and name, and the old one apart: what is lent of it until this is in force needs
   * it too. Whoever does not is dropped then.
   */
  Row replace(Row old, Row next) {
    if (old.secret().isEmpty()) {
      var saved = save(next);
      forget(old);
      return saved;
    }
    var now = time.instant();
    shelves.credentials().replace(old, next, now);
    shelves.accounts().welcome(key(next));
    rows = shelves.credentials().list();
    return next.updated(now);
  }

  private Row known(Row row) {
    shelves.accounts().welcome(key(row));
    var all = new ArrayList<>(rows);
    all.removeIf(r -> r.id().equals(row.id()));
    all.add(row);
    rows = List.copyOf(all);
    return row;
  }

  /** Lends it again, whatever was held against it. */
  void forgive(AccountTable.Key key) {
    shelves.accounts().forgive(key);
    pool.forgive(key.provider(), key.name());
  }

  // ---- who is needed no more --------------------------------------------------------------------------------------

  /** Drops what is retired and not needed any more, if there is any. */
  void tidy() {
    if (!idle().isEmpty()) changed(() -> true);
  }

  /** True if there was any. */
  private boolean dropIdle() {
    var idle = idle();
    idle.forEach(this::drop);
    return !idle.isEmpty();
  }

  private List<Row> idle() {
    var retired = rows.stream().filter(r -> r.retired().isPresent()).toList();
    if (retired.isEmpty()) return retired;
    var carried = shelves.jobs().carried();
    return retired.stream().filter(r -> !carried.containsKey(key(r)) && pool.leases(r.provider(), r.name()) == 0).toList();
  }

  /** Drops what is retired when its last job has ended, and has given back what it was lent. */
  void heard(Event event) {
    if (!(event instanceof Event.Ended ended)) return;
    for (var row : rows) {
      if (row.retired().isPresent() && held(ended.job(), row)) pool.whenIdle(row.provider(), row.name(), this::tidyOrLater);
    }
  }

  private void tidyOrLater() {
    try {
      tidy();
    } catch (StoreException e) {
      LOG.log(Level.WARNING, "a retired credential stays for another minute", e);
    }
  }

  private static boolean held(Job job, Row row) {
    return job.attempts().stream().anyMatch(a -> a.provider().equals(row.provider()) && a.credential().equals(row.name()));
  }

  private void drop(Row row) {
    forget(row);
    shelves.credentials().delete(row.id());
    rows = rows.stream().filter(r -> !r.id().equals(row.id())).toList();
  }

  /** What was learned of it and what it did, unless the configuration has the same one. */
  private void forget(Row row) {
    boolean configured = roster().keys().stream().anyMatch(k -> AccountBook.key(k.credential()).equals(key(row)));
    if (!configured) shelves.accounts().forget(key(row));
  }
}
