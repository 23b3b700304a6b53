package easel.pool;

import easel.core.Failure;
import easel.core.GatewayException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
  private final List<Lane> lanes;
  private final Condition wake;
  private State state = State.WAITING;
  private Optional<Lease> lease = Optional.empty();
  private long deadline = Moments.NEVER;

  Ticket(WaitingRoom room, String owner, List<Lane> lanes) {
    this.room = room;
    this.owner = owner;
    this.lanes = lanes;
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

  /** Refuses to wait where nothing but a new configuration can help. */
  void orNever(long now) {
    if (lanes.stream().allMatch(l -> l.look(now).hope() == Moments.NEVER)) throw new GatewayException(excuse());
  }

  private void expect(long until) {
    if (state == State.TAKEN) throw new IllegalStateException("the lease of this ticket was taken before");
    deadline = until;
    if (state == State.WAITING) room.expect(this, until);
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
      var places = lanes.stream().map(l -> l.place(this, now)).toList();
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
      lease.orElseThrow().close();
    } finally {
      room.lock().unlock();
    }
  }

  String owner() {
    return owner;
  }

  List<Lane> lanes() {
    return lanes;
  }

  void grant(Lease lease) {
    this.lease = Optional.of(lease);
    state = State.GRANTED;
    wake.signal();
  }

  /** No lane can lend before its patience is over. */
  private boolean hopeless() {
    return lanes.stream().allMatch(l -> l.hope() > deadline);
  }

  void wakeIfHopeless() {
    if (hopeless()) wake.signal();
  }

  private Failure excuse() {
    long now = room.moments().now();
    return lanes.stream().min(Comparator.comparingLong(l -> l.look(now).hope())).map(l -> l.excuse(now))
        .orElseGet(() -> new Failure.NoCapacity(Duration.ofMinutes(1), "No credential is set up."));
  }
}
