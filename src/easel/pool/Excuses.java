package easel.pool;

import easel.core.Failure;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/** Why a provider lends nothing: of all reasons the one that will hold longest. Guarded by the pool's lock. */
final class Excuses {
  /** Room comes when somebody is done, which nobody can foretell. */
  private static final Duration BUSY = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final Lane lane;
  private final Need need;
  private final Moments moments;
  private final String provider;

  Excuses(Lane lane, Need need, Moments moments) {
    this.lane = lane;
    this.need = need;
    this.moments = moments;
    this.provider = lane.provider();
  }

  static Failure nothing() {
    return new Failure.NoCapacity(IDLE, "No credential is set up.");
  }

  Failure excuse(long now) {
    if (lane.slots().isEmpty()) return idle("No credential is set up for " + provider + ".");
    if (lane.gate(now) == Moments.NEVER) return idle(provider + " is set up to do no work.");
    if (lane.soonestBack(need, now) == Moments.NEVER) return need.only().map(this::never).orElseGet(this::never);
    long gate = lane.gate(now);
    var soonest = need.only().map(lane::find).orElseGet(() -> lane.stock(need.kind()).soonest(need.tier(), now));
    if (soonest.isPresent() && lane.soonestBack(need, now) > Math.max(now, gate)) return late(soonest.get(), now);
    if (gate > now) return shut(gate, now);
    if (lane.breaker().probing()) {
      return new Failure.NoCapacity(BUSY, provider + " is being tried again after trouble: " + lane.breaker().words());
    }
    return new Failure.NoCapacity(BUSY, need.only().map(name -> "The credential " + name + " is busy.")
        .orElse("Every credential of " + provider + " is busy."));
  }

  /** The provider as a whole may not be asked. */
  private Failure shut(long gate, long now) {
    boolean rests = lane.breaker().lendsAt() >= lane.throttle().freeAt(now);
    return until(gate, rests ? provider + " rests after trouble: " + lane.breaker().words()
        : provider + " has been asked as often as is allowed in a minute.");
  }

  /** Even the one that is ready soonest is not yet. */
  private Failure late(Slot slot, long now) {
    // What it was found unfit for was somebody else's work, and says nothing of this one but that it has to wait.
    if (slot.rests(now)) {
      return slot.excuse() instanceof Failure.Unfit ? until(slot.readyAt(now), away(slot)) : slot.excuse();
    }
    return until(slot.readyAt(now), need.only().map(name -> "The credential " + name)
        .orElse("Every credential of " + provider) + " has been used as often as is allowed in a minute.");
  }

  private String away(Slot slot) {
    return need.only().map(name -> "The credential " + name + " rests: ").orElse("Every credential of " + provider + " rests: ")
        + slot.excuse().message();
  }

  // ---- where waiting does not help --------------------------------------------------------------------------------

  private Failure never(String name) {
    var slot = lane.find(name);
    if (slot.isEmpty()) return idle("The credential " + name + " of " + provider + " is not here any more.");
    return disabledOrTooLow(slot.stream().toList())
        .orElseGet(() -> idle("The credential " + name + " is set up to make no " + things() + "."));
  }

  private Failure never() {
    var slots = lane.slots();
    return disabledOrTooLow(slots).orElseGet(() -> idle(slots.stream().anyMatch(Slot::willing)
        ? provider + " is set up to make no " + things() + "." : provider + " is set up to do no work."));
  }

  private Optional<Failure> disabledOrTooLow(Collection<Slot> slots) {
    return slots.stream().filter(s -> s.disabled() && s.may(need.kind()) && s.suits(need.tier())).findFirst()
        .map(Slot::excuse).or(() -> tooLow(slots));
  }

  /** Where some would do the work if they were of a better class; in their provider's words, if it has said so. */
  private Optional<Failure> tooLow(Collection<Slot> slots) {
    var low = slots.stream().filter(s -> s.willing(need.kind()) && !s.suits(need.tier())).toList();
    if (low.isEmpty()) return Optional.empty();
    return low.stream().flatMap(s -> s.lesson().stream()).map(Failure.class::cast).findFirst()
        .or(() -> Optional.of(new Failure.Unfit("No account of " + provider + " is of a class that may do this.")));
  }

  private String things() {
    return switch (need.kind()) {
      case IMAGE -> "pictures";
      case VIDEO -> "videos";
    };
  }

  private static Failure idle(String message) {
    return new Failure.NoCapacity(IDLE, message);
  }

  private Failure until(long moment, String message) {
    return new Failure.NoCapacity(moments.until(moment), message);
  }
}
