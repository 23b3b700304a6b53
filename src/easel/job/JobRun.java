package easel.job;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Step;
import easel.pool.Lease;
import easel.pool.Place;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One job on its way, on a thread of its own. It alone changes the job, and stores each change before it acts on it.
 *
 * <pre>
 *   queued ----> submitting ----> running ----> fetching ----> succeeded
 *     ^  ^          |  |             |              |
 *     |  |          |  |             +--------------+--------> failed (the provider's verdict, or no time left)
 *     |  +- free ---|--|-------------+              |
 *     +-- not accepted |             +--------------+--------> cancelled (the provider said that it stopped)
 *                      +-- accepted? nobody can tell --------> unknown
 * </pre>
 *
 * A synchronous provider goes from submitting straight to succeeded; "free" is work that a provider gave up and charges
 * nothing for. A thread that is stopped leaves the row as it is: the next start goes on from there.
 */
final class JobRun implements Run {
  private static final System.Logger LOG = System.getLogger("easel.job");
  static final Duration POLL_MIN = Duration.ofMillis(50);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);

  private final Parts parts;
  private final Pause pause;
  private final Ledger ledger;
  private final Purchase purchase;

  JobRun(Parts parts, Job job) {
    this(parts, job, Optional.empty());
  }

  /** {@code wishes}: of its task, where they are known already. */
  JobRun(Parts parts, Job job, Optional<Wishes> wishes) {
    this.parts = parts;
    this.pause = new Pause(parts.time());
    this.ledger = new Ledger(parts, job, pause);
    this.purchase = new Purchase(parts, ledger, pause, wishes);
  }

  @Override
  public Job job() {
    return ledger.job();
  }

  @Override
  public Optional<Place> place() {
    return purchase.place();
  }

  @Override
  public void cancel() {
    pause.cancel();
  }

  @Override
  public void stop() {
    pause.stop();
  }

  /** How long to wait after one more failure of the same kind. */
  static Duration longer(Duration trouble) {
    var twice = trouble.multipliedBy(2);
    return twice.compareTo(BACKOFF_MAX) < 0 ? twice : BACKOFF_MAX;
  }

  /** Runs a new job to its end. */
  void buy(List<Candidate> candidates, Optional<Entry> entry) throws InterruptedException {
    var first = entry;
    try {
      while (!ledger.ended()) {
        // What is stored as submitting has its credential, and is sent: nobody could tell later that it was not.
        if (ledger.job().state() == JobState.QUEUED) pause.orStop();
        var bought = purchase.attempt(candidates, first);
        first = Optional.empty();
        if (bought.isPresent()) follow(bought.get());
      }
    } finally {
      // Of a job that was cancelled, or stopped, before its turn.
      entry.ifPresent(Entry::close);
      purchase.over();
    }
  }

  private void follow(Purchase.Bought bought) throws InterruptedException {
    var began = parts.time().nanos();
    try (var lease = bought.lease()) {
      var again = new Following(parts, ledger, pause, bought.candidate().provider(), lease).follow(bought.step());
      again.ifPresent(purchase::failed);
      remember(bought.candidate(), Duration.ofNanos(parts.time().nanos() - began));
    } finally {
      parts.dispatcher().ended(bought.candidate());
    }
  }

  private void remember(Candidate candidate, Duration followed) {
    var attempt = ledger.job().attempts().getLast();
    var took = Duration.between(attempt.started(), parts.time().instant());
    if (ledger.job().state() == JobState.SUCCEEDED) parts.dispatcher().succeeded(candidate, took.compareTo(followed) > 0 ? took : followed);
    else ledger.job().failure().ifPresent(why -> parts.dispatcher().failed(candidate, why));
  }

  /** Goes on with a job that waits, by today's models. */
  void buyAgain() throws InterruptedException {
    List<Candidate> candidates;
    try {
      candidates = purchase.able(parts.catalogue().candidates(ledger.job().task(), Optional.empty()));
      parts.dispatcher().budget().job();
    } catch (GatewayException e) {
      ledger.end(JobState.FAILED, e.failure());
      return;
    }
    buy(candidates, Optional.empty());
  }

  /** Goes on with a job of an earlier process. */
  void resume() throws InterruptedException {
    var job = ledger.job();
    var kept = parts.media().recover(job);
    if (!kept.isEmpty()) {
      ledger.adopt(kept);
      return;
    }
    var provider = parts.catalogue().provider(job.hold().provider());
    var lease = parts.pool().again(job.hold().provider(), job.hold().credential(), job.kind());
    boolean mute = provider.isPresent() && parts.catalogue().reconciling(provider.get().id()).isEmpty();
    if (lease.isEmpty() && job.state() == JobState.SUBMITTING && mute) {
      ledger.end(JobState.UNKNOWN, purchase.unknown(new Failure.BadCredential("Easel was stopped while it sent this job")));
      return;
    }
    if (lease.isEmpty() || provider.isEmpty()) {
      // A locked vault, a section that is switched off: the work goes on upstream, and may be fetched when it is back.
      var level = ledger.strand() ? Level.WARNING : Level.DEBUG;
      LOG.log(level, "job waits for its credential job={0} credential={1}", job.id(), job.hold().credential());
      lease.ifPresent(Lease::close);
      return;
    }
    try (var held = lease.get()) {
      if (job.stranded()) ledger.report(0, "its credential is back");
      var step = goingOn(job, held);
      if (step.isPresent()) new Following(parts, ledger, pause, provider.get(), held).follow(step.get()).ifPresent(purchase::failed);
    }
    if (ledger.job().state() == JobState.QUEUED) buyAgain();
  }

  private Optional<Step> goingOn(Job job, Lease lease) throws InterruptedException {
    if (job.state() != JobState.SUBMITTING) {
      return Optional.of(new Step.Waiting(job.hold().handle(), Duration.ZERO, job.state() == JobState.FETCHING));
    }
    return purchase.reconcile(job.hold().provider(), lease, new Failure.OutcomeUnknown("Easel was stopped while it sent this job."));
  }
}
