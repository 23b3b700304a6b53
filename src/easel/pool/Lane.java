package easel.pool;

import easel.core.Credential;
import easel.core.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One provider: its credentials, what it may be asked for altogether, its breaker, and who waits for it. Guarded by the
 * pool's lock.
 */
final class Lane {
  /** Room comes when somebody is done, which nobody can foretell. */
  private static final Duration BUSY = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(1);

  /**
   * What one look over the credentials found.
   *
   * @param free one that can be lent now
   * @param byItself when there will be one though nobody gives anything back
   * @param hope when there will be one if everything lent comes back at once
   */
  record View(Optional<Slot> free, long byItself, long hope) {}

  private final String provider;
  private final TokenPool pool;
  private final Moments moments;
  private final Throttle throttle = new Throttle();
  private final Breaker breaker;
  private final Turns turns = new Turns();
  private final Pace pace = new Pace();
  private List<Slot> slots = List.of();
  private Map<String, Slot> byName = Map.of();
  private int concurrency = -1;
  private int inFlight;
  private long hope;

  Lane(String provider, TokenPool pool, Moments moments, Breaker.Options breaker) {
    this.provider = provider;
    this.pool = pool;
    this.moments = moments;
    this.breaker = new Breaker(provider, breaker);
  }

  /** Replaces what is lent and how much; what is known of those that stay is kept, but for their being disabled. */
  void use(List<TokenPool.Share> shares, TokenPool.Cap cap, Breaker.Options options) {
    var known = new HashMap<Credential, Slot>();
    for (var slot : slots) known.put(slot.credential(), slot);
    var next = new ArrayList<Slot>();
    var names = new HashMap<String, Slot>();
    for (var share : shares) {
      var slot = known.computeIfAbsent(share.credential(), Slot::new);
      slot.use(share.concurrency(), share.perMinute());
      next.add(slot);
      names.putIfAbsent(share.credential().name(), slot);
    }
    slots = next;
    byName = names;
    concurrency = cap.concurrency();
    throttle.use(cap.perMinute());
    breaker.use(options);
  }

  Turns turns() {
    return turns;
  }

  Breaker breaker() {
    return breaker;
  }

  Optional<Slot> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  boolean able(long now) {
    return slots.stream().anyMatch(s -> s.willing() && !s.rests(now));
  }

  /** Nothing to lend, nothing lent, and nobody here. */
  boolean deserted() {
    return slots.isEmpty() && inFlight == 0 && turns.size() == 0;
  }

  // ---- lending ----------------------------------------------------------------------------------------------------

  /** Picks at random among the least busy of those that can work, in one pass and without a list. */
  View look(long now) {
    Slot best = null;
    int ties = 0;
    long byItself = Moments.NEVER;
    long soonest = Moments.NEVER;
    for (var slot : slots) {
      if (!slot.willing()) continue;
      long at = slot.readyAt(now);
      soonest = Math.min(soonest, at);
      if (!slot.hasRoom()) continue;
      byItself = Math.min(byItself, at);
      if (at > now || best != null && slot.inFlight() > best.inFlight()) continue;
      ties = best != null && slot.inFlight() == best.inFlight() ? ties + 1 : 1;
      if (ties == 1 || ThreadLocalRandom.current().nextInt(ties) == 0) best = slot;
    }
    long gate = gate(now);
    boolean room = !breaker.probing() && (concurrency < 0 || inFlight < concurrency);
    var free = Optional.ofNullable(room && gate <= now ? best : null);
    return new View(free, room ? Math.max(byItself, gate) : Moments.NEVER, Math.max(soonest, gate));
  }

  /** When the provider as a whole may be asked again. */
  private long gate(long now) {
    return concurrency == 0 ? Moments.NEVER : Math.max(breaker.lendsAt(), throttle.freeAt(now));
  }

  /** What those who wait have been told of {@link View#hope}. */
  long hope() {
    return hope;
  }

  /** Tells them; true where they have to wait longer than they knew. */
  boolean tell(long hope, long now) {
    boolean later = hope > Math.max(this.hope, now);
    this.hope = hope;
    return later;
  }

  Lease lend(Slot slot, String owner, long now) {
    slot.lent();
    inFlight++;
    slot.throttle().take(now);
    throttle.take(now);
    return new Lease(pool, this, slot, new Lease.Terms(owner, true, breaker.lend(), now));
  }

  Lease lendAgain(Slot slot, long now) {
    slot.lent();
    inFlight++;
    return new Lease(pool, this, slot, new Lease.Terms("", false, new Breaker.Pass(-1, false), now));
  }

  void back(Lease lease, long now) {
    lease.slot().back();
    inFlight--;
    if (!lease.terms().fresh()) return;
    pace.lasted(now - lease.terms().since());
    if (!lease.judged()) breaker.returned(lease.terms().pass());
  }

  // ---- telling ----------------------------------------------------------------------------------------------------

  Place place(Ticket ticket, long now) {
    int position = turns.position(ticket);
    return new Place(position, eta(position, look(now).hope(), now));
  }

  private Optional<Duration> eta(int position, long hope, long now) {
    if (hope == Moments.NEVER) return Optional.empty();
    long carried = 0;
    long left = 0;
    long perMinute = 0;
    for (var slot : slots) {
      if (!slot.willing()) continue;
      carried += Throttle.count(slot.concurrency());
      left += slot.throttle().left(now);
      perMinute += Throttle.count(slot.throttle().perMinute());
    }
    long most = Math.min(carried, Throttle.count(concurrency));
    long minutes = Math.max(Pace.forMinutes(position, left, perMinute),
        Pace.forMinutes(position, throttle.left(now), Throttle.count(throttle.perMinute())));
    return pace.forRoom(position, most - inFlight, most)
        .map(room -> Duration.ofNanos(Math.max(hope - now, Math.max(room, minutes))));
  }

  Health health(long now) {
    long until = look(now).hope();
    var resting = until > now && until != Moments.NEVER ? Optional.of(moments.date(until)) : Optional.<Instant>empty();
    return new Health(provider, breaker.state(now), resting, inFlight, turns.size());
  }

  /** Why nothing is lent: of all reasons the one that will hold longest. */
  Failure excuse(long now) {
    if (slots.isEmpty()) return new Failure.NoCapacity(IDLE, "No credential is set up for " + provider + ".");
    var soonest = slots.stream().filter(Slot::willing).min(Comparator.comparingLong(s -> s.readyAt(now)));
    if (soonest.isEmpty() || gate(now) == Moments.NEVER) return never();
    var slot = soonest.get();
    if (slot.readyAt(now) > Math.max(now, gate(now))) return excuse(slot, now);
    if (breaker.lendsAt() > now && breaker.lendsAt() >= throttle.freeAt(now)) {
      return busy(breaker.lendsAt(), provider + " was in trouble several times in a row and rests.");
    }
    if (throttle.freeAt(now) > now) {
      return busy(throttle.freeAt(now), provider + " has been asked as often as is allowed in a minute.");
    }
    if (breaker.probing()) return new Failure.NoCapacity(BUSY, provider + " was in trouble and is being tried again.");
    return new Failure.NoCapacity(BUSY, "Every credential of " + provider + " is busy.");
  }

  private Failure excuse(Slot slot, long now) {
    if (!slot.rests(now)) {
      return busy(slot.readyAt(now),
          "Every credential of " + provider + " has been used as often as is allowed in a minute.");
    }
    return slot.lastFailure() instanceof Failure.Limited l
        ? new Failure.Limited(moments.until(slot.readyAt(now)), l.message()) : slot.lastFailure();
  }

  private Failure never() {
    return slots.stream().filter(Slot::disabled).findFirst().map(Slot::lastFailure)
        .orElseGet(() -> new Failure.NoCapacity(IDLE, provider + " is set up to do no work."));
  }

  private Failure busy(long until, String message) {
    return new Failure.NoCapacity(moments.until(until), message);
  }
}
