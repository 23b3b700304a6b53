package easel.pool;

import easel.core.Kind;
import easel.pool.PoolOptions.Choice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One provider's slots in an order that tells at once who is free to make one kind: what it costs to lend does not grow
 * with how many there are. Whatever changes a slot ends in {@link #update}; what time alone changes is noticed here.
 * Guarded by the pool's lock.
 */
final class Stock {
  private static final int NONE = Integer.MAX_VALUE;

  private final Kind kind;
  private final Map<Slot, Seat> seats = new HashMap<>();
  /** By class of account, that of those whose class is not known first. */
  private final TreeMap<Integer, Shelf> shelves = new TreeMap<>();
  private Optional<Slot> lentLast = Optional.empty();
  private long moves;

  private Choice choice = Choice.LEAST_BUSY;

  Stock(Kind kind) {
    this.kind = kind;
  }

  /** Begins anew with these, who may have changed in any way. */
  void use(Choice choice, Collection<Slot> slots, long now) {
    this.choice = choice;
    seats.clear();
    shelves.clear();
    if (choice == Choice.LEAST_BUSY) lentLast = Optional.empty();
    slots.forEach(s -> update(s, now));
  }

  /** Puts a slot where it belongs now. */
  void update(Slot slot, long now) {
    var old = seats.remove(slot);
    if (old != null) shelves.get(old.tier).remove(old);
    if (slot.willing(kind)) sit(slot, now);
    moves++;
  }

  private void sit(Slot slot, long now) {
    int rank = choice == Choice.ROUND_ROBIN ? slot.order() : slot.inFlight();
    var seat = new Seat(slot, rank, slot.hasRoom(kind), now);
    shelves.computeIfAbsent(seat.tier, t -> new Shelf()).add(seat);
    seats.put(slot, seat);
  }

  /** Lets those begin again whose time has come. */
  private void settle(Shelf shelf, long now) {
    while (!shelf.later().isEmpty() && shelf.later().first().at <= now) update(shelf.later().first().slot, now);
  }

  /** Those whose class may do the work, or is not known. */
  private Collection<Shelf> shelves(int tier, long now) {
    var all = new ArrayList<Shelf>();
    for (var entry : shelves.entrySet()) {
      if (!Slot.suits(entry.getKey(), tier)) continue;
      settle(entry.getValue(), now);
      all.add(entry.getValue());
    }
    return all;
  }

  Optional<Slot> free(int tier, long now) {
    var open = shelves(tier, now);
    int rank = rank(open, lentLast.map(s -> s.order() + 1).orElse(0));
    if (rank == NONE) rank = rank(open, 0);
    return rank == NONE ? Optional.empty() : Optional.of(any(open, rank));
  }

  private static int rank(Collection<Shelf> open, int from) {
    int lowest = NONE;
    for (var shelf : open) lowest = Math.min(lowest, shelf.rank(from));
    return lowest;
  }

  private static Slot any(Collection<Shelf> open, int rank) {
    int same = 0;
    for (var shelf : open) same += shelf.free(rank).size();
    int drawn = ThreadLocalRandom.current().nextInt(same);
    for (var shelf : open) {
      var seats = shelf.free(rank);
      if (drawn < seats.size()) return seats.get(drawn).slot;
      drawn -= seats.size();
    }
    throw new IllegalStateException("nobody has rank " + rank);
  }

  void lent(Slot slot) {
    if (choice == Choice.ROUND_ROBIN) lentLast = Optional.of(slot);
  }

  long hope(int tier, long now) {
    return shelves(tier, now).stream().mapToLong(Shelf::hope).min().orElse(Moments.NEVER);
  }

  long soonestBack(int tier, long now) {
    return shelves(tier, now).stream().mapToLong(Shelf::soonestBack).min().orElse(Moments.NEVER);
  }

  long byItself(int tier, long now) {
    return shelves(tier, now).stream().mapToLong(Shelf::byItself).min().orElse(Moments.NEVER);
  }

  /** The one that can begin soonest where none can now; one that was refused only where there is no other. */
  Optional<Slot> soonest(int tier, long now) {
    return shelves(tier, now).stream().flatMap(s -> s.soonest().stream())
        .min(Comparator.<Seat, Boolean>comparing(s -> s.refused).thenComparing(Seat.SOONEST)).map(s -> s.slot);
  }

  /** How often a slot was put somewhere: what the work here is made of. */
  long moves() {
    return moves;
  }
}
