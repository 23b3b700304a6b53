package easel.pool;

import easel.core.Failure;
import easel.core.GatewayException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;

/**
 * A place in the waiting room, for whichever of several providers lends first.
 *
 * <pre>
 *   waiting --turn--> granted --await--> taken (the lease is the caller's, who closes it)
 *   waiting --patience over, no hope left, close--> left
 *   granted --close--> left (the lease goes back)
 * </pre>
 */
public final class Ticket implements AutoCloseable {
  private enum State { WAITING, GRANTED, TAKEN, LEFT }

  private final WaitingRoom room;
  private final String owner;
  private final long number;
  private final List<Group> groups;
  private final List<Lane> lanes;
  private final Condition wake;
  private State state = State.WAITING;
  private Optional<Lease> lease = Optional.empty();
  private long deadline = Moments.NEVER;

  /** {@code groups}: where it waits, the one it would like to be served in first. */
  Ticket(WaitingRoom room, String owner, List<Group> groups) {
    this.room = room;
    this.owner = owner;
    this.number = room.number();
    this.groups = groups;
    this.lanes = groups.stream().map(Group::lane).distinct().toList();
    this.wake = room.lock().newCondition();
  }

  /**
   * Waits for the lease.
   *
   * @param patience longest wait
   * @throws GatewayException at once where waiting cannot help within it (everything is disabled, or rests for longer),
   *     and when it runs out; the failure is the one that would soonest pass
   */
  public Lease await(Duration patience) throws InterruptedException {
    room.lock().lockInterruptibly();
    try {
      expect(room.moments().in(patience));
      boolean late = false;
      while (state == State.WAITING) {
        long left = deadline - room.moments().now();
        // A last look: what comes free at the last moment is still in time.
        if (late || left <= 0) room.serve(lanes);
        if (state != State.WAITING) break;
        if (late || left <= 0 || hopeless()) giveUp();
        else late = wake.awaitNanos(left) <= 0;
      }
      if (state != State.GRANTED) throw new GatewayException(excuse());
      state = State.TAKEN;
      return lease.orElseThrow();
    } finally {
      room.lock().unlock();
    }
  }

  /**
   * Refuses to wait where nothing but a new configuration can help, or whoever is left rests because it was refused.
   */
  void orNever(long now) {
    if (groups.stream().allMatch(g -> hope(g, now) == Moments.NEVER)) throw new GatewayException(excuse());
  }

  private void expect(long until) {
    if (state == State.TAKEN) throw new IllegalStateException("the lease of this ticket was taken before");
    if (state != State.WAITING) return;
    groups.forEach(g -> g.forget(this));
    deadline = until;
    groups.forEach(g -> g.expect(this));
    room.expect(this, until);
  }

  private void giveUp() {
    room.leave(this);
    state = State.LEFT;
  }

  /** Where it stands; empty when it no longer waits. */
  public Optional<Place> place() {
    room.lock().lock();
    try {
      if (state != State.WAITING) return Optional.empty();
      long now = room.moments().now();
      var places = groups.stream().map(g -> g.lane().place(g, this, now)).toList();
      int position = places.stream().mapToInt(Place::position).min().orElse(1);
      var eta = places.stream().flatMap(p -> p.eta().stream()).min(Comparator.naturalOrder());
      return Optional.of(new Place(position, eta));
    } finally {
      room.lock().unlock();
    }
  }

  /** Leaves the queue; a lease that was granted and not taken goes back. */
  @Override
  public void close() {
    room.lock().lock();
    try {
      if (state == State.WAITING) giveUp();
      if (state != State.GRANTED) return;
      state = State.LEFT;
    } finally {
      room.lock().unlock();
    }
    lease.orElseThrow().close();
  }

  String owner() {
    return owner;
  }

  List<Group> groups() {
    return groups;
  }

  /** Those of its groups, each once. */
  List<Lane> lanes() {
    return lanes;
  }

  long deadline() {
    return deadline;
  }

  /** No two have the same, and who came later has a higher one. */
  long number() {
    return number;
  }

  void grant(Lease lease) {
    this.lease = Optional.of(lease);
    state = State.GRANTED;
    wake.signal();
  }

  /** Nobody can be lent before its patience is over. */
  private boolean hopeless() {
    return groups.stream().allMatch(g -> g.hope() > deadline);
  }

  void wakeIfHopeless() {
    if (hopeless()) wake.signal();
  }

  private static long hope(Group group, long now) {
    return group.lane().hope(group.need(), now);
  }

  private Failure excuse() {
    long now = room.moments().now();
    return groups.stream().min(Comparator.comparingLong((Group g) -> hope(g, now))
        .thenComparingLong(g -> g.lane().soonestBack(g.need(), now)))
        .map(g -> new Excuses(g.lane(), g.need(), room.moments()).excuse(now)).orElseGet(Excuses::nothing);
  }
}
