package easel.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
  private long numbers;
  /** Until when the most patient one waits: what changes later wakes nobody. */
  private long latest;
  private long looks;

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

  /** How often it was asked whether there is somebody for a group: what the work here is made of. */
  long looks() {
    return looks;
  }

  long number() {
    return ++numbers;
  }

  void join(Ticket ticket) {
    size++;
    ticket.lanes().forEach(l -> l.groups().waits(1));
    ticket.groups().forEach(g -> g.lane().groups().join(g, ticket));
    ticket.groups().forEach(this::serve);
  }

  void leave(Ticket ticket) {
    size--;
    ticket.lanes().forEach(l -> l.groups().waits(-1));
    ticket.groups().forEach(g -> g.lane().groups().leave(g, ticket));
    if (size == 0) latest = 0;
  }

  /** From now on somebody waits until then. */
  void expect(Ticket ticket, long deadline) {
    latest = Math.max(latest, deadline);
    ticket.groups().forEach(this::serve);
  }

  void serve(Collection<Lane> lanes) {
    for (var lane : lanes) serve(lane);
  }

  void serve(Lane lane) {
    if (lane.groups().waiting() == 0) return;
    lane.groups().again(lane.gate(moments.now()));
    serve(lane, lane.groups().all());
  }

  /** Nothing is different but this slot. */
  void serve(Lane lane, Slot slot) {
    if (lane.groups().waiting() == 0) return;
    long now = moments.now();
    if (lane.groups().stale(lane.gate(now)) || lane.groups().due(now)) serve(lane);
    else serve(lane, lane.groups().around(slot));
  }

  /** Nothing is different but that somebody is new there, or waits for longer. */
  private void serve(Group group) {
    var lane = group.lane();
    if (lane.groups().due(moments.now())) serve(lane);
    else serve(lane, List.of(group));
  }

  private void serve(Lane lane, List<Group> groups) {
    long now = moments.now();
    for (var open = groups; !open.isEmpty(); ) open = turn(lane, open, now);
    for (var group : groups) if (group.turns().size() > 0) tell(group, now);
    if (lane.shut(now)) lane.groups().shut();
  }

  /** One lease for each of these, where there is one; those who got one may get another. */
  private List<Group> turn(Lane lane, List<Group> groups, long now) {
    var more = new ArrayList<Group>();
    for (var group : groups) {
      if (group.turns().size() == 0) continue;
      looks++;
      var free = lane.free(group.need(), now);
      if (free.isEmpty()) continue;
      grant(group, free.get(), now);
      more.add(group);
    }
    return more;
  }

  private void grant(Group group, Slot slot, long now) {
    var ticket = group.turns().next();
    group.lane().groups().served(group);
    leave(ticket);
    ticket.grant(group.lane().lend(slot, group.ask(), group.need().kind(), ticket.owner(), now));
  }

  private void tell(Group group, long now) {
    looks++;
    group.tell(group.lane().hope(group.need(), now), now);
    long byItself = group.lane().byItself(group.need(), now);
    group.lane().groups().dueBy(byItself);
    if (byItself <= latest) alarm.by(byItself);
  }
}
