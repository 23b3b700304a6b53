package easel.job;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.JobState;
import easel.core.Provider;
import easel.core.Step;
import easel.pool.Lease;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/** Follows work that a provider has, from its first answer to the end. Nothing here buys. */
final class Following {
  private static final System.Logger LOG = System.getLogger("easel.job");
  /** Right after a submit some providers do not find the work they have just taken. */
  private static final Duration LAG = Duration.ofSeconds(15);

  private final Parts parts;
  private final Ledger ledger;
  private final Pause pause;
  private final Provider provider;
  private final Lease lease;
  /** When its provider took the work, or this process took it up: what came before is not the provider's time. */
  private final long began;
  private Duration trouble = JobRun.POLL_MIN;
  private Optional<Failure> verdict = Optional.empty();
  private boolean told;

  Following(Parts parts, Ledger ledger, Pause pause, Provider provider, Lease lease) {
    this.parts = parts;
    this.ledger = ledger;
    this.pause = pause;
    this.provider = provider;
    this.lease = lease;
    this.began = parts.time().nanos();
  }

  /**
   * Afterwards the job has ended, or is queued again because the provider gave the work up and charged nothing.
   *
   * @return why it is queued again
   */
  Optional<Failure> follow(Step first) throws InterruptedException {
    var step = first;
    while (step instanceof Step.Waiting waiting) {
      ledger.hold(waiting);
      if (ledger.ended() || stopped(waiting)) return Optional.empty();
      if (late(waiting) || stuck(waiting)) {
        step = lastLook(waiting);
        if (verdict.isPresent()) return over(verdict.get());
        if (step.equals(waiting) || late(step)) {
          giveUp(waiting);
          return Optional.empty();
        }
        continue;
      }
      pause.sleep(min(max(waiting.pollAfter(), waiting.fetching() ? Duration.ZERO : JobRun.POLL_MIN), left(waiting)));
      try {
        ledger.asking();
        step = provider.resume(waiting.handle(), lease.credential(), ledger);
        recovered();
      } catch (GatewayException e) {
        if (verdict(e.failure())) return over(e.failure());
        troubled(waiting, e.failure());
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "adapter broke while polling, it is asked again job=" + ledger.job().id(), e);
        ledger.dropOpened();
        rest(waiting, Duration.ZERO);
      }
    }
    ledger.keep((Step.Done) step);
    return Optional.empty();
  }

  /** What there is of the results is better than nothing: done, or ready to be fetched. */
  private Step lastLook(Step.Waiting waiting) throws InterruptedException {
    ledger.last(true);
    try {
      var step = provider.resume(waiting.handle(), lease.credential(), ledger);
      return step instanceof Step.Waiting more && !more.fetching() ? waiting : step;
    } catch (GatewayException e) {
      if (verdict(e.failure())) verdict = Optional.of(e.failure());
      LOG.log(Level.WARNING, "nothing could be fetched job={0} code={1} message={2}", ledger.job().id(), e.failure().code(),
          e.failure().message());
      return waiting;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "adapter broke while fetching job=" + ledger.job().id(), e);
      return waiting;
    } finally {
      ledger.last(false);
    }
  }

  // ---- trouble ----------------------------------------------------------------------------------------------------

  /** True for answers that end the work; everything else is trouble on the way, and the work goes on upstream. */
  private boolean verdict(Failure failure) {
    return switch (failure) {
      case Failure.Refused r -> true;
      case Failure.WorkFailed w -> true;
      case Failure.BadMedia b -> true;
      case Failure.Invalid i -> true;
      case Failure.Missing m -> age().compareTo(LAG) > 0;
      default -> false;
    };
  }

  /** Somebody else may do it only where nothing was charged, or where the operator wants refusals tried elsewhere. */
  private Optional<Failure> over(Failure why) throws InterruptedException {
    boolean elsewhere = why instanceof Failure.WorkFailed || why instanceof Failure.Refused;
    if (elsewhere && parts.options().next(why) == Failure.Next.OTHER_PROVIDER) {
      ledger.back(why);
      return Optional.of(why);
    }
    ledger.end(JobState.FAILED, why);
    return Optional.empty();
  }

  private void recovered() {
    trouble = JobRun.POLL_MIN;
    ledger.troubles(0);
  }

  private void troubled(Step.Waiting waiting, Failure failure) throws InterruptedException {
    // A provider's trouble with polls says nothing about new work; a credential's does.
    if (failure.next() == Failure.Next.OTHER_CREDENTIAL) lease.failed(failure);
    LOG.log(Level.WARNING, "poll failed job={0} provider={1} code={2} message={3}", ledger.job().id(), provider.id(),
        failure.code(), failure.message());
    ledger.dropOpened();
    ledger.heard();
    rest(waiting, failure instanceof Failure.Limited l ? l.retryAfter() : Duration.ZERO);
  }

  private void rest(Step.Waiting waiting, Duration wished) throws InterruptedException {
    trouble = JobRun.longer(trouble);
    ledger.troubles(ledger.troubles() + 1);
    pause.sleep(min(max(wished, trouble), left(waiting)));
  }

  // ---- ends -------------------------------------------------------------------------------------------------------

  private boolean late(Step step) {
    return step instanceof Step.Waiting waiting && left(waiting).isZero();
  }

  /** Only where the provider tells how far it is: silence of one that never does says nothing. */
  private boolean stuck(Step.Waiting waiting) {
    return !waiting.fetching() && ledger.job().standing().percent() > 0
        && ledger.silence().compareTo(parts.options().noProgressTimeout()) > 0;
  }

  /** What it holds stays in its row, for a person to find. */
  private void giveUp(Step.Waiting waiting) throws InterruptedException {
    boolean stopped = cancelUpstream(waiting);
    var words = late(waiting) ? "did not finish within " + total().toSeconds() + " seconds"
        : "made no progress for " + parts.options().noProgressTimeout().toSeconds() + " seconds";
    ledger.end(JobState.FAILED, new Failure.TimedOut("The provider " + words + (stopped ? " and was told to stop." : ".")));
  }

  private boolean stopped(Step.Waiting waiting) throws InterruptedException {
    if (!pause.cancelled() || !cancelUpstream(waiting)) return false;
    ledger.end(JobState.CANCELLED, new Failure.Cancelled("The job was cancelled."));
    return true;
  }

  private boolean cancelUpstream(Step.Waiting waiting) throws InterruptedException {
    var cancelling = parts.catalogue().cancelling(provider.id());
    if (cancelling.isEmpty() || waiting.fetching() || told) return false;
    told = true;
    try {
      return cancelling.get().cancel(waiting.handle(), lease.credential());
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "cancel failed job={0} code={1}", ledger.job().id(), e.failure().code());
      return false;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "adapter broke over a cancel job=" + ledger.job().id(), e);
      return false;
    }
  }

  // ---- time -------------------------------------------------------------------------------------------------------

  private Duration total() {
    return parts.options().total(ledger.job().kind());
  }

  private Duration left(Step.Waiting waiting) {
    var all = waiting.fetching() ? total().plus(parts.options().fetchGrace()) : total();
    return max(all.minus(age()), Duration.ZERO);
  }

  private Duration age() {
    return Duration.ofNanos(parts.time().nanos() - began);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
