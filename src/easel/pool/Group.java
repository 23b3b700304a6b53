package easel.pool;

import java.util.Comparator;
import java.util.TreeSet;

/** Those who wait for the same at one provider. Guarded by the pool's lock. */
final class Group {
  private static final Comparator<Ticket> LEAST_PATIENT =
      Comparator.comparingLong(Ticket::deadline).thenComparingLong(Ticket::number);

  private final Lane lane;
  private final Need need;
  private final Turns turns = new Turns();
  private final TreeSet<Ticket> expecting = new TreeSet<>(LEAST_PATIENT);
  private long turn;
  private long hope;

  Group(Lane lane, Need need) {
    this.lane = lane;
    this.need = need;
  }

  Lane lane() {
    return lane;
  }

  Need need() {
    return need;
  }

  Wish.Ask ask() {
    return new Wish.Ask(lane.provider(), need.tier());
  }

  Turns turns() {
    return turns;
  }

  /** Whose is lower is served before the others. */
  long turn() {
    return turn;
  }

  void turn(long number) {
    turn = number;
  }

  void leave(Ticket ticket) {
    turns.remove(ticket);
    expecting.remove(ticket);
  }

  /** Its deadline is about to change. */
  void forget(Ticket ticket) {
    expecting.remove(ticket);
  }

  /** From now on it waits until its deadline. */
  void expect(Ticket ticket) {
    expecting.add(ticket);
  }

  /** When there will be somebody, as those who wait have been told. */
  long hope() {
    return hope;
  }

  /** Tells them; wakes those who have to wait longer than they can. */
  void tell(long soonest, long now) {
    boolean later = soonest > Math.max(hope, now);
    hope = soonest;
    if (!later) return;
    for (var ticket : expecting) {
      if (ticket.deadline() >= soonest) return;
      ticket.wakeIfHopeless();
    }
  }
}
