package easel.pool;

import easel.core.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One provider: its credentials, what it may be asked for altogether, its breaker, and who waits for it. Guarded by the
 * pool's lock.
 */
final class Lane {
  private final String provider;
  private final TokenPool pool;
  private final Moments moments;
  private final Throttle throttle = new Throttle();
  private final Breaker breaker;
  private final Groups groups = new Groups();
  private final Map<Kind, Stock> stocks = new EnumMap<>(Kind.class);
  private final Map<Kind, Pace> paces = new EnumMap<>(Kind.class);
  private Map<String, Slot> slots = Map.of();
  /** Those that are not lent any more and still carry something: who comes back before that ends carries it still. */
  private final Map<String, Slot> leaving = new HashMap<>();
  private int concurrency = -1;
  private int inFlight;

  Lane(String provider, TokenPool pool, Moments moments, Tidings tidings, Breaker.Options breaker) {
    this.provider = provider;
    this.pool = pool;
    this.moments = moments;
    this.breaker = new Breaker(provider, breaker, tidings::said);
    for (var kind : Kind.values()) {
      stocks.put(kind, new Stock(kind));
      paces.put(kind, new Pace());
    }
  }

  /**
   * Replaces what is lent and how much. A slot is its credential's name: what is known of it stays, whatever else is
   * said of it. The first of several of one name counts.
   */
  void use(List<TokenPool.Share> shares, TokenPool.Cap cap, PoolOptions options) {
    var next = new LinkedHashMap<String, Slot>();
    for (var share : shares) {
      var name = share.credential().name();
      if (next.containsKey(name)) continue;
      var slot = slots.containsKey(name) ? slots.get(name) : come(share);
      slot.use(share, next.size());
      next.put(name, slot);
    }
    for (var slot : slots.values()) if (!next.containsKey(slot.credential().name()) && slot.inFlight() > 0) leaving.put(slot.credential().name(), slot);
    slots = next;
    concurrency = cap.concurrency();
    throttle.use(cap.perMinute());
    breaker.use(options.breaker());
    stocks.values().forEach(s -> s.use(options.choice(), slots.values(), moments.now()));
  }

  private Slot come(TokenPool.Share share) {
    var back = leaving.remove(share.credential().name());
    if (back == null) return new Slot(share, moments);
    back.anew(share.standing());
    return back;
  }

  String provider() {
    return provider;
  }

  Groups groups() {
    return groups;
  }

  Breaker breaker() {
    return breaker;
  }

  Throttle throttle() {
    return throttle;
  }

  Collection<Slot> slots() {
    return slots.values();
  }

  Stock stock(Kind kind) {
    return stocks.get(kind);
  }

  Optional<Slot> find(String name) {
    return Optional.ofNullable(slots.get(name));
  }

  boolean able(long now) {
    return slots.values().stream().anyMatch(s -> s.willing() && !s.rests(now));
  }

  /** Another credential than that of this lease could have done the same. */
  boolean hasOther(Lease lease) {
    var terms = lease.terms();
    long now = moments.now();
    return slots.values().stream().anyMatch(s -> s != lease.slot() && s.willing(terms.kind())
        && s.suits(terms.ask().tier()) && !s.rests(now));
  }

  /** Nothing to lend, nothing lent, and nobody here. */
  boolean deserted() {
    return slots.isEmpty() && inFlight == 0 && groups.waiting() == 0;
  }

  // ---- who is free ------------------------------------------------------------------------------------------------

  /** One that can be lent now. */
  Optional<Slot> free(Need need, long now) {
    if (shut(now)) return Optional.empty();
    if (need.only().isEmpty()) return stock(need.kind()).free(need.tier(), now);
    return only(need).filter(s -> s.hasRoom(need.kind()) && s.readyAt(now) <= now);
  }

  /** When there will be one though nobody gives anything back; not after now where there is one. */
  long byItself(Need need, long now) {
    if (!hasRoom()) return Moments.NEVER;
    long soonest = need.only().isEmpty() ? stock(need.kind()).byItself(need.tier(), now)
        : only(need).filter(s -> s.hasRoom(need.kind())).map(s -> s.readyAt(now)).orElse(Moments.NEVER);
    return Math.max(soonest, gate(now));
  }

  /**
   * When there will be one if everything lent comes back at once. Nobody waits for those that were refused: they will
   * most likely be refused again.
   */
  long hope(Need need, long now) {
    long soonest = need.only().isEmpty() ? stock(need.kind()).hope(need.tier(), now)
        : only(need).filter(s -> !s.restsRefused(now)).map(s -> s.readyAt(now)).orElse(Moments.NEVER);
    return Math.max(soonest, gate(now));
  }

  /** The same with those that were refused. */
  long soonestBack(Need need, long now) {
    long soonest = need.only().isEmpty() ? stock(need.kind()).soonestBack(need.tier(), now)
        : only(need).map(s -> s.readyAt(now)).orElse(Moments.NEVER);
    return Math.max(soonest, gate(now));
  }

  /** The one that is needed, where it will do. */
  private Optional<Slot> only(Need need) {
    return need.only().flatMap(this::find).filter(s -> s.willing(need.kind()) && s.suits(need.tier()));
  }

  /** When the provider as a whole may be asked again. */
  long gate(long now) {
    return concurrency == 0 ? Moments.NEVER : Math.max(breaker.lendsAt(), throttle.freeAt(now));
  }

  private boolean hasRoom() {
    return !breaker.probing() && (concurrency < 0 || inFlight < concurrency);
  }

  /** It lends nothing, whoever is free. */
  boolean shut(long now) {
    return !hasRoom() || gate(now) > now;
  }

  // ---- lending ----------------------------------------------------------------------------------------------------

  Lease lend(Slot slot, Wish.Ask ask, Kind kind, String owner, long now) {
    slot.throttle().take(now);
    throttle.take(now);
    stock(kind).lent(slot);
    return lend(slot, new Lease.Terms(owner, kind, ask, true, breaker.lend(), now));
  }

  Lease lendAgain(Slot slot, Kind kind, long now) {
    return lend(slot, new Lease.Terms("", kind, new Wish.Ask(provider, 0), false, new Breaker.Pass(-1, false), now));
  }

  private Lease lend(Slot slot, Lease.Terms terms) {
    slot.lent(terms.kind());
    inFlight++;
    changed(slot);
    var lease = new Lease(pool, this, slot, terms);
    pool.lent(lease);
    return lease;
  }

  void back(Lease lease, long now) {
    var terms = lease.terms();
    lease.slot().back(terms.kind());
    inFlight--;
    if (lease.slot().inFlight() == 0) leaving.values().remove(lease.slot());
    changed(lease.slot());
    if (!terms.fresh()) return;
    paces.get(terms.kind()).lasted(now - terms.since());
    if (!lease.judged()) breaker.returned(terms.pass());
  }

  /** Something is different about a slot; one that is gone is put nowhere any more. */
  void changed(Slot slot) {
    if (slots.get(slot.credential().name()) != slot) return;
    long now = moments.now();
    for (var stock : stocks.values()) stock.update(slot, now);
  }

  long moves() {
    return stocks.values().stream().mapToLong(Stock::moves).sum();
  }

  // ---- telling ----------------------------------------------------------------------------------------------------

  Place place(Group group, Ticket ticket, long now) {
    boolean shared = concurrency >= 0 || throttle.perMinute() >= 0 || slots.values().stream().anyMatch(Slot::shared);
    int position = groups.position(group, ticket, shared);
    return new Place(position, eta(group.need(), position, now));
  }

  private Optional<Duration> eta(Need need, int position, long now) {
    long hope = hope(need, now);
    if (hope == Moments.NEVER) return Optional.empty();
    long carries = 0;
    long room = 0;
    long left = 0;
    long perMinute = 0;
    for (var slot : need.only().isEmpty() ? slots.values() : only(need).stream().toList()) {
      if (!slot.willing(need.kind()) || !slot.suits(need.tier())) continue;
      carries += slot.carries(need.kind());
      room += slot.room(need.kind());
      left += slot.throttle().left(now);
      perMinute += Throttle.count(slot.throttle().perMinute());
    }
    long most = Math.min(carries, Throttle.count(concurrency));
    long free = Math.min(room, Throttle.count(concurrency) - inFlight);
    long minutes = Math.max(Pace.forMinutes(position, left, perMinute),
        Pace.forMinutes(position, throttle.left(now), Throttle.count(throttle.perMinute())));
    return paces.get(need.kind()).forRoom(position, free, most)
        .map(wait -> Duration.ofNanos(Math.max(hope - now, Math.max(wait, minutes))));
  }

  Health health(long now) {
    long until = Moments.NEVER;
    for (var kind : Kind.values()) until = Math.min(until, soonestBack(new Need(kind, 0, Optional.empty()), now));
    var resting = until > now && until != Moments.NEVER ? Optional.of(moments.date(until)) : Optional.<Instant>empty();
    return new Health(provider, breaker.state(now), resting, inFlight, groups.waiting());
  }
}
