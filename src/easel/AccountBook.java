package easel;

import easel.core.Account;
import easel.core.Accounts;
import easel.core.Credential;
import easel.core.Notice;
import easel.core.Secret;
import easel.core.Time;
import easel.pool.PoolListener;
import easel.pool.Standing;
import easel.store.AccountTable;
import easel.store.AccountTable.Held;
import easel.store.AccountTable.Key;
import easel.store.AccountTable.Row;
import easel.store.AccountTable.Seals;
import easel.store.StoreException;
import easel.store.Tally;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What is known of every credential, in memory, and behind it the table that outlives the process.
 *
 * <pre>
 *   keep     memory, then the disk, then the caller goes on; the disk later, where it does not take it now
 *   note     memory; the disk with the next {@link #flush}
 *   changed  memory; the disk as soon as one thread, which is there only while there is something, gets to it
 * </pre>
 *
 * What is written is what the memory holds at that moment: so no writer can undo another's work. A refusal more than
 * before is counted as one of the credential's errors.
 */
final class AccountBook implements Accounts, PoolListener {
  private static final System.Logger LOG = System.getLogger("easel");

  /** Hears of a class of account that has changed, or that the provider has said once more. */
  interface Tiers {
    void tier(String provider, String name, int rank);
  }

  private final Optional<AccountTable> table;
  private final Notice.Listener notices;
  private final Map<Key, AccountPage> pages = new ConcurrentHashMap<>();
  private final Queue<AccountPage> urgent = new ConcurrentLinkedQueue<>();
  private final Queue<Tally> faults = new ConcurrentLinkedQueue<>();
  private final Time time;
  private final AtomicBoolean storing = new AtomicBoolean();
  private final AtomicBoolean behind = new AtomicBoolean();
  private volatile Tiers tiers = (provider, name, rank) -> { };

  /** With what the table has. */
  AccountBook(AccountTable table, Notice.Listener notices, Time time) {
    this.table = Optional.of(table);
    this.notices = notices;
    this.time = time;
    for (var row : table.list()) pages.put(row.key(), new AccountPage(row));
  }

  /** In memory alone. */
  AccountBook() {
    this.table = Optional.empty();
    this.notices = notice -> { };
    this.time = Time.system();
  }

  void tell(Tiers whom) {
    tiers = whom;
  }

  // ---- for adapters -----------------------------------------------------------------------------------------------

  @Override
  public Account of(Credential credential) {
    return row(key(credential)).account();
  }

  @Override
  public Account keep(Credential credential, UnaryOperator<Account> change) {
    var page = page(key(credential));
    var account = changed(page, credential, change, true);
    storeOrLater(List.of(page));
    return account;
  }

  @Override
  public Account note(Credential credential, UnaryOperator<Account> change) {
    return changed(page(key(credential)), credential, change, false);
  }

  /** {@code confirms}: where funds are heard, the class is too; what is only noted was heard with something else. */
  private Account changed(AccountPage page, Credential credential, UnaryOperator<Account> change, boolean confirms) {
    var was = page.row;
    var now = page.change(row -> {
      var next = page.own(credential, row.account(), change.apply(row.account()));
      return row.with(next, sealed(row, next));
    });
    var rank = now.account().tier().map(Account.Tier::rank);
    boolean same = rank.equals(was.account().tier().map(Account.Tier::rank));
    if (rank.isPresent() && (!same || confirms && !now.account().heard().equals(was.account().heard()))) {
      tiers.tier(now.key().provider(), now.key().name(), rank.get());
    }
    return now.account();
  }

  /** What cannot be sealed stays in memory: a session can be had again, what is sealed there may not. */
  private Seals sealed(Row row, Account next) {
    var seals = row.sealed();
    if (table.isEmpty()) return seals;
    var was = row.account();
    return new Seals(sealed(row.key(), was.session(), next.session(), seals.session(), s -> table.get().seal(row.key(), s)),
        sealed(row.key(), was.renewal(), next.renewal(), seals.renewal(), r -> table.get().seal(row.key(), r)),
        sealed(row.key(), was.descent(), next.descent(), seals.descent(), d -> table.get().sealDescent(row.key(), d)));
  }

  private static <T, S> Optional<S> sealed(Key key, Optional<T> was, Optional<T> now, Optional<S> there, Function<T, S> seal) {
    if (now.equals(was)) return there;
    try {
      return now.map(seal);
    } catch (StoreException e) {
      LOG.log(Level.WARNING, "a session is not stored credential={0}: {1}", key.name(), e.getMessage());
      return there;
    }
  }

  @Override
  public Turn turn(Credential credential) throws InterruptedException {
    var turn = page(key(credential)).turn;
    turn.lockInterruptibly();
    return turn::unlock;
  }

  /** All that have taken a secret's place. */
  Set<Secret> renewals() {
    return pages.values().stream().flatMap(page -> page.row.account().renewal().stream()).map(Account.Renewal::token)
        .collect(Collectors.toSet());
  }

  /** Fingerprints of all whose place a credential's own secret has taken. */
  Set<Secret> ancestors() {
    return pages.values().stream().flatMap(page -> page.row.account().descent().stream()).map(Account.Renewal::of)
        .collect(Collectors.toSet());
  }

  /** Whose secret's place this has taken, or who came of it. */
  Optional<Key> renewed(String provider, Secret token) {
    var fingerprint = token.fingerprint();
    return pages.values().stream().map(page -> page.row).filter(row -> row.key().provider().equals(provider)
        && (row.account().renewal().map(r -> r.token().equals(token)).orElse(false)
            || row.account().descent().map(d -> d.of().equals(fingerprint)).orElse(false))).map(Row::key).findFirst();
  }

  // ---- for the pool -----------------------------------------------------------------------------------------------

  @Override
  public void changed(Credential credential, Standing standing, Optional<Notice> notice) {
    var page = page(key(credential));
    // What is heard of a secret that was replaced meanwhile says nothing of the one that has its name now.
    if (page.is(credential)) {
      int before = page.row.held().refusals();
      page.change(row -> row.with(held(standing)));
      if (standing.refusals() > before) faults.add(Tally.failed(credential.provider(), credential.name(), time.instant()));
      urgent.add(page);
      if (storing.compareAndSet(false, true)) Thread.ofVirtual().name("standings").start(this::storeUrgent);
    }
    notice.ifPresent(notices::heard);
  }

  private void storeUrgent() {
    do {
      var batch = new HashSet<AccountPage>();
      for (var page = urgent.poll(); page != null; page = urgent.poll()) batch.add(page);
      try {
        storeOrLater(batch);
        storeFaults();
      } finally {
        storing.set(false);
      }
    } while (!urgent.isEmpty() && storing.compareAndSet(false, true));
  }

  private void storeFaults() {
    var batch = new ArrayList<Tally>();
    for (var fault = faults.poll(); fault != null; fault = faults.poll()) batch.add(fault);
    if (batch.isEmpty() || table.isEmpty()) return;
    try {
      table.get().add(batch);
    } catch (StoreException e) {
      faults.addAll(batch);
      LOG.log(Level.WARNING, "{0} errors of credentials are not counted yet: {1}", batch.size(), e.getMessage());
    }
  }

  /** What the pool is to know of a credential that is new to it. */
  Standing standing(Key key) {
    var held = row(key).held();
    return new Standing(held.refusals(), held.restingUntil(), held.disabled(), held.why());
  }

  private static Held held(Standing standing) {
    return new Held(standing.refusals(), standing.restingUntil(), standing.disabled(), standing.why());
  }

  /** -1 where it is not known. */
  int tier(Key key) {
    return row(key).account().tier().map(Account.Tier::rank).orElse(-1);
  }

  // ---- for the wiring ---------------------------------------------------------------------------------------------

  /** These are the credentials there are, and these of them are lent: each gets a page, and a number that has none. */
  void meet(Collection<Key> all, Collection<Credential> lent) {
    all.forEach(this::welcome);
    for (var credential : lent) page(key(credential)).secret = Optional.of(credential.secret());
    var fresh = all.stream().filter(key -> page(key).row.number() == 0).toList();
    if (fresh.isEmpty() || table.isEmpty()) return;
    try {
      table.get().numbers(fresh).forEach((key, number) -> page(key).change(row -> row.numbered(number)));
    } catch (StoreException e) {
      LOG.log(Level.WARNING, "credentials without a number for now: {0}", e.getMessage());
    }
  }

  Row row(Key key) {
    return Optional.ofNullable(pages.get(key)).map(page -> page.row).orElseGet(() -> Row.unknown(key));
  }

  /** Holds nothing against it any more, on the disk too. */
  void forgive(Key key) {
    var page = pages.get(key);
    if (page == null || page.row.held().equals(Held.NOTHING)) return;
    page.change(row -> row.with(Held.NOTHING));
    store(List.of(page));
  }

  /**
   * Knows nothing of it any more, nor of what it did. Its page stays, empty: a renewal or a lease that is still under
   * way would begin another one, and the disk would have what was taken away.
   */
  void forget(Key key) {
    var page = page(key);
    page.gone = true;
    page.change(row -> Row.unknown(key));
    table.ifPresent(t -> t.delete(key));
  }

  /** It is there, and if it was forgotten before, like one that nobody has heard of. */
  void welcome(Key key) {
    var page = page(key);
    if (!page.gone) return;
    page.change(row -> Row.unknown(key));
    page.stored = page.row;
    page.gone = false;
  }

  /** Stores what has only been noted, and what somebody else may be about to store. */
  void flush() {
    storeOrLater(pages.values().stream().filter(page -> !page.gone && !page.row.equals(page.stored)).toList());
    storeFaults();
  }

  /** One warning for as long as the disk does not take anything: every job may come by here. */
  private void storeOrLater(Collection<AccountPage> some) {
    try {
      store(some);
      if (!some.isEmpty()) behind.set(false);
    } catch (StoreException e) {
      var level = behind.compareAndSet(false, true) ? Level.WARNING : Level.DEBUG;
      LOG.log(level, "what was learned of {0} credentials is not stored yet: {1}", some.size(), e.getMessage());
    }
  }

  private void store(Collection<AccountPage> some) {
    if (some.isEmpty() || table.isEmpty()) return;
    var written = new HashMap<AccountPage, Row>();
    table.get().save(some.stream().<Supplier<Optional<Row>>>map(page -> () -> {
      var row = page.wanted();
      row.ifPresent(r -> written.put(page, r));
      return row;
    }).toList());
    written.forEach((page, row) -> page.stored = row);
  }

  private AccountPage page(Key key) {
    return pages.computeIfAbsent(key, k -> new AccountPage(Row.unknown(k)));
  }

  static Key key(Credential credential) {
    return new Key(credential.provider(), credential.name());
  }
}
