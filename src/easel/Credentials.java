package easel;

import easel.api.CredentialBook;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Secret;
import easel.core.Time;
import easel.pool.TokenPool;
import easel.provider.ProviderSettings;
import easel.store.CredentialTable;
import easel.store.CredentialTable.Row;
import easel.store.JobTable;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
 *   any   --key missing---> locked        listed, works for nobody, stays as it is
 * </pre>
 */
final class Credentials implements CredentialBook {
  private static final System.Logger LOG = System.getLogger("easel");

  /** What is in force, and the way to put what is here into force. */
  interface House {
    Config config();

    int models(String provider);

    Optional<Balance> balance(String provider);

    void refresh();
  }

  private final House house;
  private final CredentialTable table;
  private final JobTable jobs;
  private final TokenPool pool;
  private final ReentrantLock lock;
  private final Time time;
  private volatile List<Row> rows = List.of();

  /** {@code lock}: held by whoever changes what is in force. */
  Credentials(House house, CredentialTable table, JobTable jobs, TokenPool pool, ReentrantLock lock, Time time) {
    this.house = house;
    this.table = table;
    this.jobs = jobs;
    this.pool = pool;
    this.lock = lock;
    this.time = time;
  }

  // ---- for the wiring ---------------------------------------------------------------------------------------------

  /** Reads the database again and says what is locked; the caller puts it into force. */
  void load() {
    dropIdle(table.list());
    for (var row : rows) {
      if (!row.locked().isEmpty()) LOG.log(Level.ERROR, "credential locked credential={0}: {1}", row.name(), row.locked());
    }
  }

  /** True if any of them was retired and is not needed any more. */
  private boolean dropIdle(List<Row> all) {
    var idle = all.stream().filter(r -> idle(r, 0)).toList();
    for (var row : idle) table.delete(row.id());
    rows = all.stream().filter(r -> !idle.contains(r)).toList();
    return !idle.isEmpty();
  }

  /** Retired, and nobody needs it any more; {@code over}: leases that the caller knows to be about to end. */
  private boolean idle(Row row, int over) {
    return row.retired().isPresent() && pool.leases(row.provider(), row.name()) <= over
        && jobs.carried(row.provider(), row.name()) == 0;
  }

  /** The sections of the configuration with the keys of the database. */
  List<ProviderSettings> with(List<ProviderSettings> sections) {
    return with(sections, rows);
  }

  static List<ProviderSettings> with(List<ProviderSettings> sections, List<Row> rows) {
    return sections.stream().map(s -> s.withKeys(rows.stream().filter(r -> r.provider().equals(s.id()) && r.works())
        .flatMap(r -> r.secret().stream()).toList())).toList();
  }

  /** Those of the database that take nothing new, for the jobs they carry; {@code sections} as {@link #with} made them. */
  List<Credential> resting(List<ProviderSettings> sections) {
    var working = new HashSet<String>();
    for (var section : sections) for (var c : section.credentials()) working.add(c.name());
    return rows.stream().filter(r -> !r.works() && !working.contains(r.name())).flatMap(r -> r.credential().stream()).toList();
  }

  /** Drops what is retired when its last job has ended; a job that has just ended still holds its lease. */
  void heard(Event event) {
    if (!(event instanceof Event.Ended ended)) return;
    try {
      var over = rows.stream().filter(r -> idle(r, held(ended.job(), r) ? 1 : 0)).toList();
      if (!over.isEmpty()) changed(() -> over.stream().filter(r -> table.delete(r.id())).count());
    } catch (StoreException e) {
      LOG.log(Level.WARNING, "a retired credential stays until somebody looks at the list", e);
    }
  }

  private static boolean held(Job job, Row row) {
    return job.attempts().stream().anyMatch(a -> a.provider().equals(row.provider()) && a.credential().equals(row.name()));
  }

  /** What takes nothing new is out of the pool before anybody looks whether it has jobs: none can come in between. */
  private <T> T changed(Supplier<T> change) {
    lock.lock();
    try {
      var result = change.get();
      rows = table.list();
      house.refresh();
      if (dropIdle(rows)) house.refresh();
      return result;
    } finally {
      lock.unlock();
    }
  }

  // ---- for the administrator --------------------------------------------------------------------------------------

  @Override
  public List<Entry> list() {
    if (rows.stream().anyMatch(r -> idle(r, 0))) changed(() -> true);
    var all = new ArrayList<Entry>();
    for (var section : house.config().providers()) {
      for (var key : section.keys()) all.add(entry(section, section.credential(key)));
    }
    for (var row : rows) all.add(entry(row));
    return all;
  }

  private Entry entry(ProviderSettings section, Credential credential) {
    boolean variable = house.config().secrets().fromEnvironment().contains(credential.name());
    return new Entry(configId(credential), credential.provider(), credential.name(), "",
        variable ? Source.ENVIRONMENT : Source.FILE, section.enabled(), "", false,
        jobs.carried(credential.provider(), credential.name()), Optional.empty(), Optional.empty());
  }

  private static String configId(Credential credential) {
    return "config-" + credential.name().replace('#', '-');
  }

  private Entry entry(Row row) {
    return new Entry(row.id(), row.provider(), row.name(), row.remark(), Source.DATABASE,
        row.enabled() && row.retired().isEmpty(), row.locked(), row.retired().isPresent(),
        jobs.carried(row.provider(), row.name()), Optional.of(row.created()), Optional.of(row.updated()));
  }

  @Override
  public Added add(String provider, Secret secret, String remark) {
    return changed(() -> {
      var credential = section(provider).credential(secret);
      var known = known(credential);
      if (known.isEmpty()) return new Added(entry(table.insert(credential, remark, time.instant())), true);
      var old = known.get();
      var next = old.with(credential).with(remark.isEmpty() ? old.remark() : remark, old.enabled() || old.retired().isPresent())
          .retired(Optional.empty());
      return new Added(entry(saved(next)), false);
    });
  }

  private ProviderSettings section(String provider) {
    var able = house.config().providers().stream().filter(p -> !p.type().equals("sample")).toList();
    return able.stream().filter(p -> p.id().equals(provider)).findFirst().orElseThrow(() -> wrong("provider",
        "provider must be one of " + String.join(", ", able.stream().map(ProviderSettings::id).toList())));
  }

  /** The row of this very secret. */
  private Optional<Row> known(Credential credential) {
    var same = rows.stream().filter(r -> r.provider().equals(credential.provider()) && r.name().equals(credential.name())).findFirst();
    // One in sixteen million: two secrets whose names are the same would be one credential to the pool.
    if (same.flatMap(Row::secret).map(s -> !s.equals(credential.secret())).orElse(false)) {
      throw wrong("secret", "secret would get the name of another credential, " + credential.name());
    }
    return same;
  }

  @Override
  public Entry change(String id, Change change) {
    return changed(() -> {
      var row = row(id);
      if (row.retired().isPresent()) throw wrong("id", "This credential is retired and only finishes its jobs: add it again to use it.");
      var next = row.with(change.remark().orElse(row.remark()), change.enabled().orElse(row.enabled()));
      return entry(change.secret().map(s -> resealed(row, next, s)).orElseGet(() -> saved(next)));
    });
  }

  private Row saved(Row row) {
    var now = time.instant();
    table.save(row, now);
    return row.updated(now);
  }

  /** Its jobs go on with the secret they began with: what was bought with one may be hidden from another. */
  private Row resealed(Row old, Row next, Secret secret) {
    var credential = section(old.provider()).credential(secret);
    var other = known(credential);
    if (other.isPresent() && !other.get().id().equals(old.id())) throw wrong("secret", "secret is that of another credential, " + credential.name());
    boolean carries = !old.name().equals(credential.name()) && old.secret().isPresent() && busy(old);
    if (!carries) return saved(next.with(credential));
    var now = time.instant();
    table.replace(old, next.with(credential), now);
    return next.with(credential).updated(now);
  }

  private boolean busy(Row row) {
    return pool.leases(row.provider(), row.name()) > 0 || jobs.carried(row.provider(), row.name()) > 0;
  }

  @Override
  public Optional<Entry> remove(String id) {
    var now = time.instant();
    changed(() -> {
      var row = row(id);
      return row.retired().isPresent() || table.save(row.retired(Optional.of(now)), now);
    });
    return rows.stream().filter(r -> r.id().equals(id)).findFirst().map(this::entry);
  }

  private Row row(String id) {
    if (house.config().providers().stream().flatMap(p -> p.keys().stream().map(p::credential)).anyMatch(c -> configId(c).equals(id))) {
      throw new GatewayException(new Failure.Forbidden("This credential is set in the file or the environment: change it there."));
    }
    return rows.stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow(Credentials::unknown);
  }

  private static GatewayException unknown() {
    return new GatewayException(new Failure.Missing("credential_not_found", "There is no such credential."));
  }

  private static GatewayException wrong(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, words));
  }

  @Override
  public Check check(String id) throws InterruptedException {
    var locked = rows.stream().filter(r -> r.id().equals(id) && !r.locked().isEmpty()).findFirst();
    if (locked.isPresent()) return new Check(Optional.empty(), locked.get().locked());
    var credential = credential(id).orElseThrow(Credentials::unknown);
    var balance = house.balance(credential.provider()).orElseThrow(() -> wrong("id", "The provider " + credential.provider()
        + " has nothing that tries a credential without buying something."));
    try {
      return new Check(Optional.of(balance.funds(credential)), "");
    } catch (GatewayException e) {
      return new Check(Optional.empty(), credential.secret().hide(e.failure().message()));
    }
  }

  private Optional<Credential> credential(String id) {
    for (var section : house.config().providers()) {
      for (var key : section.keys()) if (configId(section.credential(key)).equals(id)) return Optional.of(section.credential(key));
    }
    return rows.stream().filter(r -> r.id().equals(id)).findFirst().flatMap(Row::credential);
  }

  @Override
  public List<ProviderState> providers() {
    return with(house.config().providers()).stream().map(s -> new ProviderState(s.id(), s.type(), s.enabled(), house.models(s.id()),
        s.keys().size(), s.enabled() && !s.credentials().isEmpty(), house.balance(s.id()).isPresent())).toList();
  }
}
