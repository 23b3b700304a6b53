package easel.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The slots of one class of account that are willing to make one kind. Guarded by the pool's lock. */
final class Shelf {
  /** Ready and with room, by rank. */
  private final TreeMap<Integer, List<Seat>> free = new TreeMap<>();
  private final TreeSet<Seat> later = new TreeSet<>(Seat.SOONEST);
  /** Those of them that are worth a wait. */
  private final TreeSet<Seat> hopeful = new TreeSet<>(Seat.SOONEST);
  private final TreeSet<Seat> laterWithRoom = new TreeSet<>(Seat.SOONEST);
  private int ready;

  void add(Seat seat) {
    if (seat.ready) {
      ready++;
      if (seat.room) join(free.computeIfAbsent(seat.rank, r -> new ArrayList<>()), seat);
    } else {
      later.add(seat);
      if (!seat.refused) hopeful.add(seat);
      if (seat.room) laterWithRoom.add(seat);
    }
  }

  void remove(Seat seat) {
    if (seat.ready) {
      ready--;
      if (seat.room) leave(free.get(seat.rank), seat);
    } else {
      later.remove(seat);
      hopeful.remove(seat);
      laterWithRoom.remove(seat);
    }
  }

  private static void join(List<Seat> same, Seat seat) {
    seat.index = same.size();
    same.add(seat);
  }

  /** The last one takes its place: the order among the same says nothing. */
  private void leave(List<Seat> same, Seat seat) {
    var last = same.removeLast();
    if (last != seat) {
      same.set(seat.index, last);
      last.index = seat.index;
    }
    if (same.isEmpty()) free.remove(seat.rank);
  }

  /** The lowest rank from this one on that somebody free has; {@code Integer.MAX_VALUE} where none has. */
  int rank(int from) {
    var rank = free.ceilingKey(from);
    return rank == null ? Integer.MAX_VALUE : rank;
  }

  List<Seat> free(int rank) {
    return free.getOrDefault(rank, List.of());
  }

  /** When one that is worth a wait can begin something, if everything lent comes back. */
  long hope() {
    return ready > 0 ? 0 : soonest(hopeful);
  }

  /** The same of whichever it is. */
  long soonestBack() {
    return ready > 0 ? 0 : soonest(later);
  }

  /** When one can begin something though nothing comes back. */
  long byItself() {
    return free.isEmpty() ? soonest(laterWithRoom) : 0;
  }

  /** The one that is worth a wait and can begin soonest of those that cannot now, or else one that is not worth it. */
  Optional<Seat> soonest() {
    var best = hopeful.isEmpty() ? later : hopeful;
    return best.isEmpty() ? Optional.empty() : Optional.of(best.first());
  }

  /** Those that cannot begin anything now. */
  TreeSet<Seat> later() {
    return later;
  }

  private static long soonest(TreeSet<Seat> seats) {
    return seats.isEmpty() ? Moments.NEVER : seats.first().at;
  }
}
