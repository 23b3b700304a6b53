package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lends credentials. It knows nothing of what they are used for.
 *
 * <pre>
 *   active --lease--> busy --back--> active
 *   active --Limited, OutOfCredit, BadCredential--> resting --time--> active
 *   resting --BadCredential, for the n-th time in a row--> disabled (until the configuration is read again)
 * </pre>
 */
public final class TokenPool {
  private static final System.Logger LOG = System.getLogger("easel.pool");

  /** One credential and how it fares. Guarded by the pool's lock. */
  static final class Slot {
    final Credential credential;
    private int concurrency;
    private int inFlight;
    private int refusals;
    private Instant restingUntil = Instant.EPOCH;
    private boolean disabled;
    private Failure lastFailure = new Failure.NoCapacity(Duration.ofSeconds(10), "Every credential is busy.");

    private Slot(Credential credential) {
      this.credential = credential;
    }
  }

  /** A credential and how many jobs it carries at once; -1: any number, 0: none. */
  public record Share(Credential credential, int concurrency) {}

  private PoolOptions options;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition change = lock.newCondition();
  private Map<String, List<Slot>> slots = Map.of();

  public TokenPool(PoolOptions options, Time time) {
    this.options = options;
    this.time = time;
  }

  public void use(List<Share> shares) {
    use(options, shares);
  }

  /** Replaces the rules and the set of credentials; what is known of those that stay is kept, but for their being disabled. */
  public void use(PoolOptions options, List<Share> shares) {
    lock.lock();
    try {
      this.options = options;
      var next = new HashMap<String, List<Slot>>();
      for (var share : shares) {
        var credential = share.credential();
        var slot = find(credential.provider(), credential.name()).filter(s -> s.credential.equals(credential))
            .orElseGet(() -> new Slot(credential));
        slot.concurrency = share.concurrency();
        slot.disabled = false;
        slot.refusals = 0;
        next.computeIfAbsent(credential.provider(), p -> new ArrayList<>()).add(slot);
      }
      slots = next;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public Optional<Lease> tryLease(List<String> providers, String owner) {
    for (var p : providers) {
      var lease = tryLease(p);
      if (lease.isPresent()) return lease;
    }
    return Optional.empty();
  }

  public Ticket queue(List<String> providers, String owner) {
    return new Ticket(this, providers.getFirst());
  }

  /** A credential that is free right now, or empty. */
  public Optional<Lease> tryLease(String provider) {
    lock.lock();
    try {
      return pick(provider);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a free credential.
   *
   * @param patience longest wait
   * @throws GatewayException at once where waiting cannot help within it (all disabled, resting for longer, or none
   *     there), and when it runs out; the failure is the one that would soonest pass
   */
  public Lease lease(String provider, Duration patience) throws InterruptedException {
    long deadline = time.deadline(patience);
    lock.lockInterruptibly();
    try {
      for (;;) {
        var lease = pick(provider);
        if (lease.isPresent()) return lease.get();
        var wait = soonest(provider);
        var left = time.left(deadline);
        if (left.isNegative() || left.isZero() || wait.compareTo(left) > 0) throw new GatewayException(excuse(provider));
        change.await(Math.max(1, Math.min(wait.toNanos(), left.toNanos())), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same credential again, for work it already has upstream: not bound by limits or rest, empty if it is gone. */
  public Optional<Lease> again(String provider, String name) {
    lock.lock();
    try {
      return find(provider, name).map(this::lend);
    } finally {
      lock.unlock();
    }
  }

  /** Whether any credential could work now, if it had room. */
  public boolean able() {
    lock.lock();
    try {
      var now = time.instant();
      return slots.values().stream().flatMap(List::stream).anyMatch(s -> !s.disabled && !s.restingUntil.isAfter(now));
    } finally {
      lock.unlock();
    }
  }

  private Optional<Slot> find(String provider, String name) {
    return slots.getOrDefault(provider, List.of()).stream().filter(s -> s.credential.name().equals(name)).findFirst();
  }

  /** Random among the least busy of those that can work. */
  private Optional<Lease> pick(String provider) {
    var now = time.instant();
    var free = slots.getOrDefault(provider, List.of()).stream().filter(s -> able(s, now)).toList();
    if (free.isEmpty()) return Optional.empty();
    int least = free.stream().mapToInt(s -> s.inFlight).min().getAsInt();
    var best = free.stream().filter(s -> s.inFlight == least).toList();
    return Optional.of(lend(best.get(best.size() == 1 ? 0 : ThreadLocalRandom.current().nextInt(best.size()))));
  }

  private boolean able(Slot slot, Instant now) {
    boolean room = slot.concurrency < 0 || slot.inFlight < slot.concurrency;
    return room && !slot.disabled && !slot.restingUntil.isAfter(now);
  }

  private Lease lend(Slot slot) {
    slot.inFlight++;
    return new Lease(this, slot);
  }

  /** How long until something may change by itself; very long where only a return or a reload can help. */
  private Duration soonest(String provider) {
    var now = time.instant();
    var mine = slots.getOrDefault(provider, List.of());
    if (mine.stream().allMatch(s -> s.disabled)) return Duration.ofDays(1);
    if (mine.stream().anyMatch(s -> !s.disabled && !s.restingUntil.isAfter(now))) return Duration.ofSeconds(1);
    return mine.stream().filter(s -> !s.disabled).map(s -> Duration.between(now, s.restingUntil))
        .min(Comparator.naturalOrder()).orElse(Duration.ofDays(1));
  }

  private Failure excuse(String provider) {
    var now = time.instant();
    var mine = slots.getOrDefault(provider, List.of());
    if (mine.isEmpty()) return new Failure.NoCapacity(Duration.ofMinutes(1), "No credential is set up for " + provider + ".");
    var soonest = mine.stream().filter(s -> !s.disabled).min(Comparator.comparing(s -> s.restingUntil));
    if (soonest.isEmpty()) return mine.getFirst().lastFailure;
    var slot = soonest.get();
    if (!slot.restingUntil.isAfter(now)) {
      return new Failure.NoCapacity(Duration.ofSeconds(10), "Every credential of " + provider + " is busy.");
    }
    var left = Duration.between(now, slot.restingUntil);
    return slot.lastFailure instanceof Failure.Limited l ? new Failure.Limited(left, l.message()) : slot.lastFailure;
  }

  void succeeded(Slot slot) {
    lock.lock();
    try {
      slot.refusals = 0;
    } finally {
      lock.unlock();
    }
  }

  void failed(Slot slot, Failure failure) {
    lock.lock();
    try {
      switch (failure) {
        case Failure.Limited l -> rest(slot, l.retryAfter(), failure);
        case Failure.OutOfCredit o -> rest(slot, options.brokeRest(), failure);
        case Failure.BadCredential b -> refused(slot, failure);
        case Failure.Invalid i -> { }
        case Failure.Unauthorized u -> { }
        case Failure.Forbidden f -> { }
        case Failure.Missing m -> { }
        case Failure.TooLarge t -> { }
        case Failure.Unsupported u -> { }
        case Failure.KeyReused k -> { }
        case Failure.Refused r -> { }
        case Failure.NoCapacity n -> { }
        case Failure.NoSpace n -> { }
        case Failure.Unreachable u -> { }
        case Failure.UpstreamBroken b -> { }
        case Failure.WorkFailed w -> { }
        case Failure.BadMedia b -> { }
        case Failure.OutcomeUnknown o -> { }
        case Failure.TimedOut t -> { }
        case Failure.Cancelled c -> { }
        case Failure.Internal i -> { }
      }
    } finally {
      lock.unlock();
    }
  }

  private void refused(Slot slot, Failure failure) {
    slot.refusals++;
    rest(slot, options.badRest(), failure);
    if (options.banThreshold() > 0 && slot.refusals >= options.banThreshold()) {
      slot.disabled = true;
      LOG.log(Level.ERROR, "credential disabled credential={0} refusals={1}", slot.credential.name(), slot.refusals);
    }
  }

  private void rest(Slot slot, Duration duration, Failure why) {
    slot.restingUntil = time.instant().plus(duration);
    slot.lastFailure = why;
    LOG.log(Level.WARNING, "credential rests credential={0} code={1} seconds={2}", slot.credential.name(), why.code(),
        duration.toSeconds());
  }

  void back(Slot slot) {
    lock.lock();
    try {
      slot.inFlight--;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
