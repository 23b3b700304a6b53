package easel.pool;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands leases to those who wait, each to the one whose turn it is: nobody else is woken. Whatever may let a lane lend
 * (a return, a rest that ends, a minute that has passed, a reload) ends in {@link #serve}. Guarded by the pool's lock.
 */
final class WaitingRoom {
  private final ReentrantLock lock;
  private final Moments moments;
  private final Alarm alarm;
  private int size;
  /** Until when the most patient one waits: what changes later wakes nobody. */
  private long latest;

  WaitingRoom(ReentrantLock lock, Moments moments, Collection<Lane> lanes) {
    this.lock = lock;
    this.moments = moments;
    this.alarm = new Alarm(lock, moments, () -> serve(lanes));
  }

  ReentrantLock lock() {
    return lock;
  }

  Moments moments() {
    return moments;
  }

  int size() {
    return size;
  }

  void join(Ticket ticket) {
    size++;
    ticket.lanes().forEach(l -> l.turns().add(ticket));
    serve(ticket.lanes());
  }

  void leave(Ticket ticket) {
    size--;
    ticket.lanes().forEach(l -> l.turns().remove(ticket));
    if (size == 0) latest = 0;
  }

  /** From now on somebody waits until then. */
  void expect(Ticket ticket, long deadline) {
    latest = Math.max(latest, deadline);
    serve(ticket.lanes());
  }

  void serve(Collection<Lane> lanes) {
    for (var lane : lanes) serve(lane);
  }

  void serve(Lane lane) {
    if (lane.turns().size() == 0) return;
    long now = moments.now();
    var view = lane.look(now);
    while (view.free().isPresent() && lane.turns().size() > 0) {
      var ticket = lane.turns().next();
      leave(ticket);
      ticket.grant(lane.lend(view.free().get(), ticket.owner(), now));
      view = lane.look(now);
    }
    if (lane.turns().size() == 0) return;
    if (lane.tell(view.hope(), now)) lane.turns().each(Ticket::wakeIfHopeless);
    if (view.byItself() <= latest) alarm.by(view.byItself());
  }
}
