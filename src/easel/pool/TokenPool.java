package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.Notice;
import easel.core.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Lends credentials, and lets those wait who find none. It knows nothing of what they are used for.
 *
 * <pre>
 *   able --lease--> able, with one more in flight, up to its limits for pictures, videos and both --back--> able
 *   able --Limited--> resting, for as long as upstream asked
 *   able --OutOfCredit--> resting
 *   able --BadCredential--> resting, and refused once more
 *   able --Unreachable, by a proxy of its own, unless it is the last able one--> resting, for longer each time
 *   able --Unfit for work of the lowest class, unless it is the last able one--> resting, for longer each time
 *   able --Unfit--> able, for lower classes of work
 *   resting --time, forgive--> able
 *   able, resting --BadCredential, for the n-th time without a success between--> disabled
 *   disabled --forgive--> able
 * </pre>
 *
 * A success ends a row of refusals. Every other failure says nothing of the credential: trouble rests its provider
 * ({@link Breaker}), and the caller's mistakes count for nobody. A credential is its provider's id and its name: while
 * both stay, so does what is held against it, and a new process goes on with what the {@link PoolListener} was told.
 * One who waits has the states of {@link Ticket}.
 */
public final class TokenPool {
  /**
   * How much a credential may be used; -1: any number, 0: none.
   *
   * @param concurrency jobs it carries at once
   * @param images how many of them may make pictures
   * @param videos how many of them may make videos
   * @param perMinute jobs it may begin in a minute
   */
  public record Limits(int concurrency, int images, int videos, int perMinute) {}

  /**
   * A credential and how it is lent.
   *
   * @param tier class of account, {@link easel.core.Account.Tier#rank()}; -1 where it is not known yet: then it is
   *     tried
   * @param standing what was held against it before this process began; counts for one that is new here
   */
  public record Share(Credential credential, Limits limits, int tier, Standing standing) {
    public Share(Credential credential, int concurrency, int perMinute) {
      this(credential, new Limits(concurrency, -1, -1, perMinute), -1, Standing.CLEAN);
    }
  }

  /** The same for all credentials of a provider together. */
  public record Cap(int concurrency, int perMinute) {
    static final Cap NONE = new Cap(-1, -1);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Moments moments;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final WaitingRoom room;
  private final Tidings tidings;
  private final Faults faults;
  private final LeakWatch watch;
  /** Under the lock. */
  private final Map<Slot, Runnable> whenIdle = new HashMap<>();
  private PoolOptions options;

  public TokenPool(PoolOptions options, Time time) {
    this(options, (credential, standing, notice) -> { }, time);
  }

  public TokenPool(PoolOptions options, PoolListener listener, Time time) {
    this.options = options;
    this.moments = new Moments(time);
    this.room = new WaitingRoom(lock, moments, lanes.values());
    this.tidings = new Tidings(listener, moments);
    this.watch = new LeakWatch(moments, tidings);
    this.faults = new Faults(options, moments, tidings);
  }

  // ---- what there is ----------------------------------------------------------------------------------------------

  public void use(List<Share> shares) {
    use(options, shares, Map.of());
  }

  /**
   * Replaces the rules and the set of credentials. What is held against those that stay is kept ({@link #forgive} is
   * for that), and leases of those that go last until they come back.
   */
  public void use(PoolOptions options, List<Share> shares, Map<String, Cap> caps) {
    var byProvider = new LinkedHashMap<String, List<Share>>();
    for (var share : shares) {
      byProvider.computeIfAbsent(share.credential().provider(), p -> new ArrayList<>()).add(share);
    }
    locked(() -> {
      this.options = options;
      faults.use(options);
      for (var provider : byProvider.keySet()) {
        lanes.computeIfAbsent(provider, p -> new Lane(p, this, moments, tidings, options.breaker()));
      }
      lanes.forEach((provider, lane) -> lane.use(byProvider.getOrDefault(provider, List.of()),
          caps.getOrDefault(provider, Cap.NONE), options));
      lanes.values().removeIf(Lane::deserted);
      room.serve(lanes.values());
      return true;
    });
  }

  /** Forgets what is held against a credential: it is lent again at once. */
  public void forgive(String provider, String name) {
    change(provider, name, faults::forgiven);
  }

  /**
   * Its class of account is known, or another one; -1: it is not known any more. The same again undoes what it was
   * found unfit for, once an hour.
   */
  public void tier(String provider, String name, int tier) {
    change(provider, name, slot -> slot.told(tier));
  }

  /** The provider has refused it, though not for a lease; nothing where another secret has its name by now. */
  void refused(Credential credential, Failure.BadCredential why) {
    change(credential.provider(), credential.name(), slot -> {
      if (slot.credential().secret().equals(credential.secret())) faults.refused(slot, why);
    });
  }

  private void change(String provider, String name, Consumer<Slot> what) {
    locked(() -> {
      find(provider, name).ifPresent(slot -> {
        what.accept(slot);
        changed(lanes.get(provider), slot);
      });
      return true;
    });
  }

  private void changed(Lane lane, Slot slot) {
    lane.changed(slot);
    room.serve(lane, slot);
  }

  private Optional<Slot> find(String provider, String name) {
    return Optional.ofNullable(lanes.get(provider)).flatMap(l -> l.find(name));
  }

  // ---- how it fares -----------------------------------------------------------------------------------------------

  /** How many leases of a credential are out. */
  public int leases(String provider, String name) {
    return locked(() -> find(provider, name).map(Slot::inFlight).orElse(0));
  }

  /**
   * Does this once no lease of a credential is out: now, or by whoever gives the last one back, outside of the lock. Of
   * several things for one credential the last counts.
   */
  public void whenIdle(String provider, String name, Runnable what) {
    boolean idle = locked(() -> {
      var busy = find(provider, name).filter(slot -> slot.inFlight() > 0);
      busy.ifPresent(slot -> whenIdle.put(slot, what));
      return busy.isEmpty();
    });
    if (idle) what.run();
  }

  /** How every credential fares. */
  public List<Status> statuses() {
    return locked(() -> slots().map(Slot::status).toList());
  }

  /** Those that are not disabled and may do something. */
  List<Credential> willing() {
    return locked(() -> slots().filter(Slot::willing).map(Slot::credential).toList());
  }

  Optional<Credential> credential(String provider, String name) {
    return locked(() -> find(provider, name).map(Slot::credential));
  }

  private Stream<Slot> slots() {
    return lanes.values().stream().flatMap(l -> l.slots().stream());
  }

  /** Whether any credential could work now, if it had room. */
  public boolean able() {
    return locked(() -> lanes.values().stream().anyMatch(l -> l.able(moments.now())));
  }

  /** How many tickets wait. */
  public int waiting() {
    return locked(room::size);
  }

  public List<Health> health() {
    return locked(() -> lanes.values().stream().map(l -> l.health(moments.now())).toList());
  }

  /** Tells of leases that have been out for too long, each once. */
  List<Notice> leaks() {
    return locked(() -> watch.late(options.leakAfter()));
  }

  // ---- lending ----------------------------------------------------------------------------------------------------

  /**
   * A credential that is free right now: of the wish's first ask for which there is one. Nobody who waits is passed by:
   * they were all looked after first.
   */
  public Optional<Lease> tryLease(Wish wish) {
    return locked(() -> {
      long now = moments.now();
      for (var ask : wish.asks()) {
        var lane = lanes.get(ask.provider());
        if (lane == null) continue;
        // Time may have set something free of which the alarm has not told yet.
        if (lane.groups().due(now)) room.serve(lane);
        var free = lane.free(new Need(wish.kind(), ask.tier(), wish.only()), now);
        if (free.isPresent()) return Optional.of(lane.lend(free.get(), ask, wish.kind(), wish.owner(), now));
      }
      return Optional.empty();
    });
  }

  /**
   * Queues for whichever of the wish's asks finds a credential first. Those who need the same wait together: their
   * owners take turns, and an owner's own are served in the order they came.
   *
   * @throws GatewayException {@code NoCapacity} where too many wait already; where waiting cannot help (everything is
   * disabled, rests because it was refused, is of too low a class, or there is nothing), the failure that would soonest
   * pass
   */
  public Ticket queue(Wish wish) {
    return locked(() -> {
      var asks = wish.asks().stream().distinct().filter(a -> lanes.containsKey(a.provider()));
      var ticket = new Ticket(room, wish.owner(), asks.map(a -> group(wish, a)).toList());
      ticket.orNever(moments.now());
      if (room.size() >= options.queueMax()) {
        throw new GatewayException(
            new Failure.NoCapacity(Duration.ofSeconds(10), "Too many jobs are waiting for a free credential."));
      }
      room.join(ticket);
      return ticket;
    });
  }

  private Group group(Wish wish, Wish.Ask ask) {
    var lane = lanes.get(ask.provider());
    return lane.groups().of(lane, new Need(wish.kind(), ask.tier(), wish.only()));
  }

  /**
   * The same credential again, for work it already has upstream: not bound by limits, rest or breaker, and counted as
   * in flight; empty if it is gone.
   */
  public Optional<Lease> again(String provider, String credentialName, Kind kind) {
    return locked(() -> find(provider, credentialName).map(s -> lanes.get(provider).lendAgain(s, kind, moments.now())));
  }

  // ---- what became of it ------------------------------------------------------------------------------------------

  /** Under the lock. */
  void lent(Lease lease) {
    watch.lent(lease);
  }

  void succeeded(Lease lease) {
    locked(() -> {
      faults.succeeded(lease);
      changed(lease.lane(), lease.slot());
      return true;
    });
  }

  void failed(Lease lease, Failure failure) {
    locked(() -> {
      faults.judge(lease, failure);
      changed(lease.lane(), lease.slot());
      return true;
    });
  }

  void back(Lease lease) {
    locked(() -> {
      if (!lease.end()) return Optional.<Runnable>empty();
      watch.back(lease);
      lease.lane().back(lease, moments.now());
      room.serve(lease.lane(), lease.slot());
      return lease.slot().inFlight() > 0 ? Optional.<Runnable>empty() : Optional.ofNullable(whenIdle.remove(lease.slot()));
    }).ifPresent(Runnable::run);
  }

  /** What the listener is to hear of it is told when the lock is free again. */
  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
      if (!lock.isHeldByCurrentThread()) tidings.tell();
    }
  }

  /** How often a slot or a group was looked at since the beginning: what lending costs, on any machine. */
  long effort() {
    return locked(() -> room.looks() + lanes.values().stream().mapToLong(Lane::moves).sum());
  }
}
