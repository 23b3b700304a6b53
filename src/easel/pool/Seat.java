package easel.pool;

import java.util.Comparator;

/**
 * Where a slot stands in the {@link Stock} of one kind: what it was when it was put there, so that it is found again.
 */
final class Seat {
  static final Comparator<Seat> SOONEST = Comparator.<Seat>comparingLong(s -> s.at).thenComparingInt(s -> s.slot.order());

  final Slot slot;
  final int tier;
  /** The lowest is lent first. */
  final int rank;
  final long at;
  final boolean room;
  /** It can begin something now, if it has room. */
  final boolean ready;
  /** It was refused, and nobody should wait for it. */
  final boolean refused;
  /** Its index among those of the same rank. */
  int index;

  Seat(Slot slot, int rank, boolean room, long now) {
    this.slot = slot;
    this.tier = slot.tier();
    this.rank = rank;
    this.at = slot.readyAt(now);
    this.room = room;
    this.ready = at <= now;
    this.refused = slot.restsRefused(now);
  }
}
