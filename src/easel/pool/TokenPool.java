package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lends credentials, and lets those wait who find none. It knows nothing of what they are used for. The states are
 * those of {@link Slot} (one credential), {@link Breaker} (one provider) and {@link Ticket} (one who waits).
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
   * @param tier class of account, {@link easel.core.Account.Tier#rank()}; -1 where it is not known yet: then it is tried
   * @param standing what was held against it before this process began; counts for one that is new here
   */
  public record Share(Credential credential, Limits limits, int tier, Standing standing) {
    public Share(Credential credential, int concurrency, int perMinute) {
      this(credential, new Limits(concurrency, -1, -1, perMinute), -1, Standing.CLEAN);
    }

    int concurrency() {
      return limits.concurrency();
    }

    int perMinute() {
      return limits.perMinute();
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
  private PoolOptions options;

  public TokenPool(PoolOptions options, Time time) {
    this(options, (credential, standing, notice) -> { }, time);
  }

  public TokenPool(PoolOptions options, PoolListener listener, Time time) {
    this.options = options;
    this.moments = new Moments(time);
    this.room = new WaitingRoom(lock, moments, lanes.values());
  }

  // ---- what there is ----------------------------------------------------------------------------------------------

  public void use(List<Share> shares) {
    use(options, shares, Map.of());
  }

  /**
   * Replaces the rules and the set of credentials; what is known of those that stay is kept, but for their being
   * disabled.
   */
  public void use(PoolOptions options, List<Share> shares, Map<String, Cap> caps) {
    var byProvider = new LinkedHashMap<String, List<Share>>();
    for (var share : shares) {
      byProvider.computeIfAbsent(share.credential().provider(), p -> new ArrayList<>()).add(share);
    }
    lock.lock();
    try {
      this.options = options;
      for (var provider : byProvider.keySet()) {
        lanes.computeIfAbsent(provider, p -> new Lane(p, this, moments, options.breaker()));
      }
      lanes.forEach((provider, lane) -> lane.use(byProvider.getOrDefault(provider, List.of()),
          caps.getOrDefault(provider, Cap.NONE), options.breaker()));
      lanes.values().removeIf(Lane::deserted);
      room.serve(lanes.values());
    } finally {
      lock.unlock();
    }
  }

  /** How many leases of a credential are out. */
  public int leases(String provider, String name) {
    lock.lock();
    try {
      return Optional.ofNullable(lanes.get(provider)).flatMap(l -> l.find(name)).map(Slot::inFlight).orElse(0);
    } finally {
      lock.unlock();
    }
  }

  /** How every credential fares. */
  public List<Status> statuses() {
    return List.of();
  }

  /** Forgets what is held against a credential: it is lent again at once. */
  public void forgive(String provider, String name) {
  }

  /** Its class of account is known, or another one. */
  public void tier(String provider, String name, int tier) {
  }

  /** Whether any credential could work now, if it had room. */
  public boolean able() {
    lock.lock();
    try {
      long now = moments.now();
      return lanes.values().stream().anyMatch(l -> l.able(now));
    } finally {
      lock.unlock();
    }
  }

  /** How many tickets wait. */
  public int waiting() {
    lock.lock();
    try {
      return room.size();
    } finally {
      lock.unlock();
    }
  }

  public List<Health> health() {
    lock.lock();
    try {
      long now = moments.now();
      return lanes.values().stream().map(l -> l.health(now)).toList();
    } finally {
      lock.unlock();
    }
  }

  // ---- lending ----------------------------------------------------------------------------------------------------

  /** A credential of the first of these providers that has one free right now, and for which nobody waits. */
  public Optional<Lease> tryLease(Wish wish) {
    return tryLease(wish.asks().stream().map(Wish.Ask::provider).toList(), wish.owner());
  }

  public Ticket queue(Wish wish) {
    return queue(wish.asks().stream().map(Wish.Ask::provider).toList(), wish.owner());
  }

  public Optional<Lease> tryLease(List<String> providers, String owner) {
    lock.lock();
    try {
      long now = moments.now();
      for (var lane : lanesOf(providers)) {
        // Time may have set something free of which the alarm has not told yet.
        room.serve(lane);
        if (lane.turns().size() > 0) continue;
        var free = lane.look(now).free();
        if (free.isPresent()) return Optional.of(lane.lend(free.get(), owner, now));
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues for a credential of whichever of these providers has one first. Owners take turns; an owner's own are served
   * in the order they came.
   *
   * @throws GatewayException {@code NoCapacity} where too many wait already; where waiting cannot help (everything is
   *     disabled, or there is nothing), the failure that would soonest pass
   */
  public Ticket queue(List<String> providers, String owner) {
    lock.lock();
    try {
      var ticket = new Ticket(room, owner, lanesOf(providers));
      ticket.orNever(moments.now());
      if (room.size() >= options.queueMax()) {
        throw new GatewayException(
            new Failure.NoCapacity(Duration.ofSeconds(10), "Too many jobs are waiting for a free credential."));
      }
      room.join(ticket);
      return ticket;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same credential again, for work it already has upstream: not bound by limits, rest or breaker; empty if it is
   * gone.
   */
  public Optional<Lease> again(String provider, String credentialName) {
    lock.lock();
    try {
      var lane = Optional.ofNullable(lanes.get(provider));
      return lane.flatMap(l -> l.find(credentialName).map(s -> l.lendAgain(s, moments.now())));
    } finally {
      lock.unlock();
    }
  }

  private List<Lane> lanesOf(List<String> providers) {
    return new LinkedHashSet<>(providers).stream().map(lanes::get).filter(Objects::nonNull).toList();
  }

  // ---- what became of it ------------------------------------------------------------------------------------------

  void succeeded(Lease lease) {
    lock.lock();
    try {
      lease.slot().succeeded();
      if (lease.judge()) lease.lane().breaker().succeeded();
      room.serve(lease.lane());
    } finally {
      lock.unlock();
    }
  }

  void failed(Lease lease, Failure failure) {
    lock.lock();
    try {
      switch (failure) {
        case Failure.Limited l -> rest(lease, l.retryAfter(), l);
        case Failure.OutOfCredit o -> rest(lease, options.brokeRest(), o);
        case Failure.BadCredential b -> refused(lease, b);
        case Failure.Unfit u -> answered(lease);
        case Failure.Withheld w -> trouble(lease);
        case Failure.Unreachable u -> trouble(lease);
        case Failure.UpstreamBroken b -> trouble(lease);
        case Failure.TimedOut t -> trouble(lease);
        case Failure.OutcomeUnknown o -> trouble(lease);
        case Failure.Invalid i -> answered(lease);
        case Failure.Missing m -> answered(lease);
        case Failure.Refused r -> answered(lease);
        case Failure.WorkFailed w -> answered(lease);
        case Failure.BadMedia b -> answered(lease);
        // What we stumbled over ourselves says nothing of the provider.
        case Failure.Unauthorized u -> { }
        case Failure.Forbidden f -> { }
        case Failure.TooLarge t -> { }
        case Failure.Unsupported u -> { }
        case Failure.KeyReused k -> { }
        case Failure.NoCapacity n -> { }
        case Failure.NoSpace n -> { }
        case Failure.Cancelled c -> { }
        case Failure.Internal i -> { }
      }
      room.serve(lease.lane());
    } finally {
      lock.unlock();
    }
  }

  private void rest(Lease lease, Duration duration, Failure why) {
    lease.slot().rest(duration, why, moments);
    answered(lease);
  }

  private void refused(Lease lease, Failure why) {
    lease.slot().refused(why, options, moments);
    answered(lease);
  }

  private static void answered(Lease lease) {
    if (lease.judge()) lease.lane().breaker().answered(lease.terms().pass());
  }

  private void trouble(Lease lease) {
    if (lease.judge()) lease.lane().breaker().trouble(lease.terms().pass(), moments.now());
  }

  void back(Lease lease) {
    lock.lock();
    try {
      if (!lease.end()) return;
      lease.lane().back(lease, moments.now());
      room.serve(lease.lane());
    } finally {
      lock.unlock();
    }
  }
}
