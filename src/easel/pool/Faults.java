package easel.pool;

import easel.core.Failure;
import easel.core.Notice;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * What trouble does to a credential or to its provider. A credential answers for nothing but its own: that it is
 * refused, limited, out of credit, of too low a class, or that its own proxy is not there. Guarded by the pool's lock.
 */
final class Faults {
  /** The first rest of a credential whose own proxy cannot be reached; each one after that is twice as long. */
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final int DOUBLINGS_MAX = 5;
  private static final Duration AWAY_MAX = Duration.ofMinutes(5);
  /** The first rest of one that may not do what anybody may: that may be the fault of one request or of one model. */
  private static final Duration UNFIT = Duration.ofSeconds(30);
  private static final Duration UNFIT_MAX = Duration.ofMinutes(10);

  private final Moments moments;
  private final Tidings tidings;
  private PoolOptions options;

  Faults(PoolOptions options, Moments moments, Tidings tidings) {
    this.options = options;
    this.moments = moments;
    this.tidings = tidings;
  }

  void use(PoolOptions options) {
    this.options = options;
  }

  // ---- of a lease -------------------------------------------------------------------------------------------------

  void succeeded(Lease lease) {
    if (lease.current()) recovered(lease.slot());
    if (lease.judge()) lease.lane().breaker().succeeded();
  }

  /** What a failure says of whoever was lent, and of the provider. */
  void judge(Lease lease, Failure failure) {
    switch (failure) {
      case Failure.Limited l -> limited(lease, l);
      case Failure.OutOfCredit o -> broke(lease, o);
      case Failure.BadCredential b -> refused(lease, b);
      case Failure.Unfit u -> unfit(lease, u);
      case Failure.Unreachable u -> unreachable(lease, u);
      case Failure.Withheld w -> trouble(lease, w);
      case Failure.UpstreamBroken b -> trouble(lease, b);
      case Failure.TimedOut t -> trouble(lease, t);
      case Failure.OutcomeUnknown o -> trouble(lease, o);
      case Failure.Invalid i -> answered(lease);
      case Failure.Missing m -> answered(lease);
      case Failure.Refused r -> answered(lease);
      case Failure.WorkFailed w -> answered(lease);
      case Failure.BadMedia b -> answered(lease);
      // What we stumbled over ourselves says nothing of the provider.
      case Failure.Unauthorized u -> { }
      case Failure.Forbidden f -> { }
      case Failure.TooLarge t -> { }
      case Failure.Unsupported u -> { }
      case Failure.KeyReused k -> { }
      case Failure.NoCapacity n -> { }
      case Failure.NoSpace n -> { }
      case Failure.Cancelled c -> { }
      case Failure.Internal i -> { }
    }
  }

  private void limited(Lease lease, Failure.Limited why) {
    if (lease.current()) rest(lease.slot(), why.retryAfter(), why);
    answered(lease);
  }

  private void broke(Lease lease, Failure why) {
    if (lease.current()) rest(lease.slot(), options.brokeRest(), why);
    answered(lease);
  }

  /** What many jobs, or one that asks again and again, hear at the same time is one refusal and not many. */
  private void refused(Lease lease, Failure why) {
    boolean known = lease.slot().rests(moments.now()) && lease.slot().excuse() instanceof Failure.BadCredential;
    if (lease.current() && !known) refused(lease.slot(), why);
    answered(lease);
  }

  /**
   * Work that is upstream already was fit for it. What needs no class teaches nothing of the account's: it rests
   * shortly, and longer only while it goes on.
   */
  private void unfit(Lease lease, Failure.Unfit why) {
    if (lease.terms().fresh() && lease.current()) {
      int tier = lease.ask().tier();
      if (tier > 0) lease.slot().unfit(tier, why);
      else if (!lease.slot().rests(moments.now()) && lease.lane().hasOther(lease)) misfit(lease.slot(), why);
    }
    answered(lease);
  }

  /** Where it goes a way of its own, that way is to blame; otherwise the provider. */
  private void unreachable(Lease lease, Failure.Unreachable why) {
    var slot = lease.slot();
    var way = lease.credential().proxy();
    if (way.isEmpty()) trouble(lease, why);
    else if (way.equals(slot.credential().proxy()) && !slot.rests(moments.now()) && lease.lane().hasOther(lease)) {
      stumbled(slot, why);
    }
  }

  /** The provider said no, and so it works. */
  private void answered(Lease lease) {
    if (lease.judge()) lease.lane().breaker().answered(lease.terms().pass());
  }

  private void trouble(Lease lease, Failure why) {
    if (lease.judge()) lease.lane().breaker().trouble(lease.terms().pass(), why.message(), moments.now());
  }

  // ---- of a credential --------------------------------------------------------------------------------------------

  void refused(Slot slot, Failure why) {
    boolean first = !slot.rests(moments.now());
    slot.rest(options.badRest(), why);
    if (slot.refused(why, options.banThreshold())) {
      tidings.said(Level.ERROR, "credential disabled credential={0} refusals={1}", slot.credential().name(), slot.refusals());
      tidings.changed(slot, Notice.Kind.DISABLED, "Refused " + times(slot.refusals()) + " in a row: " + why.message());
    } else {
      rested(slot, first, options.badRest(), why);
    }
  }

  private static String times(int number) {
    return number == 1 ? "once" : number + " times";
  }

  void forgiven(Slot slot) {
    if (slot.forgive()) tidings.changed(slot, Notice.Kind.RECOVERED, "Is lent again: a person said so.");
  }

  private void recovered(Slot slot) {
    if (!slot.succeeded()) return;
    if (slot.disabled()) tidings.changed(slot);
    else tidings.changed(slot, Notice.Kind.RECOVERED, "Works again after it was refused.");
  }

  private void stumbled(Slot slot, Failure why) {
    rest(slot, longer(AWAY, slot.stumbled(), AWAY_MAX), why);
  }

  private void misfit(Slot slot, Failure why) {
    rest(slot, longer(UNFIT, slot.misfit(), UNFIT_MAX), why);
  }

  private static Duration longer(Duration first, int before, Duration longest) {
    var longer = first.multipliedBy(1L << Math.min(before, DOUBLINGS_MAX));
    return longer.compareTo(longest) < 0 ? longer : longest;
  }

  private void rest(Slot slot, Duration duration, Failure why) {
    boolean first = !slot.rests(moments.now());
    if (slot.rest(duration, why)) rested(slot, first, duration, why);
  }

  /** Only the first of several rests at once is news to a person. */
  private void rested(Slot slot, boolean first, Duration duration, Failure why) {
    tidings.said(Level.DEBUG, "credential rests credential={0} code={1} seconds={2}", slot.credential().name(), why.code(),
        duration.toSeconds());
    if (first) tidings.changed(slot, Notice.Kind.RESTED, "Rests for " + duration.toSeconds() + " s: " + why.message());
    else tidings.changed(slot);
  }
}
