package easel.pool;

import easel.core.Account;
import easel.core.Accounts;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Notice;
import easel.core.Refreshing;
import easel.core.Secret;
import easel.core.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Renews credentials before work needs that, a few at a time and none twice at once.
 *
 * <pre>
 *   idle --due, or a person asks--> under way --done--> idle
 *   under way --failed--> waits, for longer each time --time, or a person asks--> under way
 * </pre>
 *
 * That a provider does not know a credential any more counts as a refusal of it, as with a lease; every other failure
 * counts for nobody. But a session that ends soon and cannot be renewed is told of, once.
 */
public final class Refresher implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.pool");
  private static final int AT_ONCE = 4;
  private static final Duration WAIT_MIN = Duration.ofMinutes(1);
  private static final Duration WAIT_MAX = Duration.ofMinutes(30);
  private static final int DOUBLINGS_MAX = 5;
  /** A session that ends sooner and could not be renewed is told of. */
  private static final Duration SOON = Duration.ofMinutes(15);
  /** Those who are told to stop get as long. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private record Name(String provider, String name) {
    static Name of(Credential credential) {
      return new Name(credential.provider(), credential.name());
    }
  }

  /**
   * What went wrong lately with one credential.
   *
   * @param secret what it went wrong with: of another one by the same name it says nothing
   * @param until when it is tried again, on {@link Time#nanos}
   * @param told the end of the session that was told of
   */
  private record Trouble(Secret secret, int failures, long until, Failure last, Optional<Instant> told) {}

  private final TokenPool pool;
  private final Accounts accounts;
  private final Notice.Listener listener;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition done = lock.newCondition();
  private final Map<Name, Trouble> troubles = new HashMap<>();
  private final Set<Name> underWay = new HashSet<>();
  private final Queue<Credential> wanted = new ArrayDeque<>();
  private final Set<Thread> workers = new HashSet<>();
  private volatile Function<String, Optional<Refreshing>> refreshing;
  private boolean closed;

  /** {@code refreshing} tells the extra of those providers that have it, by id. */
  public Refresher(TokenPool pool, Function<String, Optional<Refreshing>> refreshing, Accounts accounts,
      Notice.Listener listener, Time time) {
    this.pool = pool;
    this.refreshing = refreshing;
    this.accounts = accounts;
    this.listener = listener;
    this.time = time;
  }

  /** Other providers from now on; what is under way stays with the old ones. */
  public void use(Function<String, Optional<Refreshing>> others) {
    refreshing = others;
  }

  // ---- now and then -----------------------------------------------------------------------------------------------

  /**
   * Looks who is due, and at leases that are out for too long. Returns at once; the work is done on threads of its own.
   */
  public void tick() {
    pool.leaks().forEach(listener::heard);
    var willing = pool.willing();
    var names = new HashSet<Name>();
    willing.forEach(c -> names.add(Name.of(c)));
    locked(() -> troubles.keySet().retainAll(names));
    for (var credential : willing) {
      warn(credential);
      if (due(credential)) want(credential);
    }
  }

  private boolean due(Credential credential) {
    var due = refreshing.apply(credential.provider()).flatMap(r -> r.due(credential));
    // the clock is read after the adapter, which says "now" by a look of its own
    return due.filter(d -> !d.isAfter(time.instant())).isPresent();
  }

  private void want(Credential credential) {
    locked(() -> {
      if (closed || trouble(credential).filter(t -> t.until() > time.nanos()).isPresent()) return;
      if (!underWay.add(Name.of(credential))) return;
      wanted.add(credential);
      if (workers.size() < AT_ONCE) workers.add(Thread.ofVirtual().name("refresh").start(this::work));
    });
  }

  private void work() {
    for (var next = take(); next.isPresent(); next = take()) attempt(next.get());
  }

  /** The next one that is wanted; who finds none ends. */
  private Optional<Credential> take() {
    lock.lock();
    try {
      var next = closed ? Optional.<Credential>empty() : Optional.ofNullable(wanted.poll());
      if (next.isEmpty()) {
        workers.remove(Thread.currentThread());
        done.signalAll();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void attempt(Credential credential) {
    try {
      var extra = refreshing.apply(credential.provider());
      // Whatever was changed about it meanwhile counts.
      var current = pool.credential(credential.provider(), credential.name());
      if (extra.isPresent() && current.isPresent()) renew(extra.get(), current.get());
      else over(credential);
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "not refreshed credential={0} code={1} message={2}", credential.name(),
          e.failure().code(), e.failure().message());
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "refresher stops");
    } catch (RuntimeException e) {
      // A mistake of ours, or a disk that is full: the next one is tried all the same, and this one at the next tick.
      LOG.log(Level.ERROR, "not refreshed credential=" + credential.name(), e);
      over(credential);
    }
  }

  // ---- now --------------------------------------------------------------------------------------------------------

  /**
   * Renews one now, whether it is due, waits or is disabled.
   *
   * @throws GatewayException {@code Missing} where there is no such credential, or nothing to renew about it; otherwise
   *     whatever it failed of
   */
  public void refresh(String provider, String name) throws InterruptedException {
    var credential = pool.credential(provider, name).orElseThrow(
        () -> new GatewayException(new Failure.Missing("credential_not_found", "There is no such credential.")));
    var extra = refreshing.apply(provider).orElseThrow(() -> new GatewayException(
        new Failure.Missing("not_refreshable", "Credentials of " + provider + " have nothing to renew.")));
    lock.lockInterruptibly();
    try {
      if (wanted.removeIf(c -> Name.of(c).equals(Name.of(credential)))) underWay.remove(Name.of(credential));
      while (!underWay.add(Name.of(credential))) done.await();
    } finally {
      lock.unlock();
    }
    renew(extra, credential);
  }

  /** The one place where it is done, for whoever has put it {@link #underWay}. */
  private void renew(Refreshing extra, Credential credential) throws InterruptedException {
    try {
      extra.refresh(credential);
      renewed(credential);
    } catch (GatewayException e) {
      failed(credential, e.failure());
      throw e;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "adapter broke while it refreshed credential=" + credential.name(), e);
      var ours = new Failure.Internal("Easel made a mistake while it refreshed this credential.");
      failed(credential, ours);
      throw new GatewayException(ours, e);
    } finally {
      over(credential);
    }
  }

  private void over(Credential credential) {
    locked(() -> {
      underWay.remove(Name.of(credential));
      done.signalAll();
    });
  }

  /** How many wait for one of those who work. */
  int queued() {
    lock.lock();
    try {
      return wanted.size();
    } finally {
      lock.unlock();
    }
  }

  /** Something is under way, or about to be. */
  boolean busy() {
    lock.lock();
    try {
      return !underWay.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  // ---- what became of it ------------------------------------------------------------------------------------------

  private void renewed(Credential credential) {
    Optional<Trouble> before;
    lock.lock();
    try {
      before = Optional.ofNullable(troubles.remove(Name.of(credential)));
    } finally {
      lock.unlock();
    }
    if (before.isPresent()) tell(credential, Notice.Kind.REFRESHED, "Could be renewed again.");
  }

  /** Under the lock. */
  private Optional<Trouble> trouble(Credential credential) {
    return Optional.ofNullable(troubles.get(Name.of(credential))).filter(t -> t.secret().equals(credential.secret()));
  }

  private void failed(Credential credential, Failure why) {
    locked(() -> {
      var before = trouble(credential);
      int failures = before.map(Trouble::failures).orElse(0) + 1;
      var longer = WAIT_MIN.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
      var wait = longer.compareTo(WAIT_MAX) < 0 ? longer : WAIT_MAX;
      troubles.put(Name.of(credential),
          new Trouble(credential.secret(), failures, time.deadline(wait), why, before.flatMap(Trouble::told)));
    });
    if (why instanceof Failure.BadCredential bad) pool.refused(credential, bad);
    warn(credential);
  }

  /** Of a session that is about to end, once; a credential that was refused has been told of already. */
  private void warn(Credential credential) {
    var end = accounts.of(credential).session().map(Account.Session::expires);
    if (end.isEmpty() || end.get().isAfter(time.instant().plus(SOON))) return;
    Failure why;
    lock.lock();
    try {
      var trouble = trouble(credential).orElse(null);
      if (trouble == null || trouble.told().equals(end) || trouble.last() instanceof Failure.BadCredential) return;
      troubles.put(Name.of(credential), new Trouble(trouble.secret(), trouble.failures(), trouble.until(), trouble.last(), end));
      why = trouble.last();
    } finally {
      lock.unlock();
    }
    tell(credential, Notice.Kind.EXPIRING,
        "Its session ends at " + end.get() + " and could not be renewed: " + why.message());
  }

  private void tell(Credential credential, Notice.Kind kind, String words) {
    listener.heard(new Notice(time.instant(), kind, credential.provider(), credential.name(), words));
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** Begins nothing more, and ends what is under way: none of it is paid for. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wanted.forEach(c -> underWay.remove(Name.of(c)));
      wanted.clear();
      workers.forEach(Thread::interrupt);
      long left = PATIENCE.toNanos();
      while (!workers.isEmpty() && left > 0) left = done.awaitNanos(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
