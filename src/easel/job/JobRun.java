package easel.job;

import easel.core.Attempt;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import easel.core.Media;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Step;
import easel.core.Time;
import easel.pool.Lease;
import easel.pool.TokenPool;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One job on its way, on a thread of its own. It alone changes the job, and stores each change before it acts on it.
 *
 * <pre>
 *   queued ----> submitting ----> running ----> fetching ----> succeeded
 *     ^             |  |             |              |
 *     |             |  |             +--------------+--------> failed (the provider's verdict, or no time left)
 *     +-- not accepted |             +--------------+--------> cancelled (the provider said that it stopped)
 *                      +-- accepted? nobody can tell --------> unknown
 * </pre>
 *
 * A synchronous provider goes from submitting straight to succeeded. A thread that is stopped leaves the row as it is: the
 * next start goes on from there.
 */
final class JobRun implements Progress {
  private static final System.Logger LOG = System.getLogger("easel.job");
  private static final Duration POLL_MIN = Duration.ofMillis(50);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
  /** Right after a submit some providers do not find the work they have just taken. */
  private static final Duration LAG = Duration.ofSeconds(15);
  private static final int ATTEMPTS_MAX = 12;

  private final Parts parts;
  private final Time time;
  private final Pause pause;
  private final long started;
  private volatile Job job;
  private long changed;
  private Failure failure = new Failure.NoCapacity(Duration.ofSeconds(10), "No provider is free.");

  /** What every run shares. */
  record Parts(JobOptions options, Catalogue catalogue, TokenPool pool, JobTable table,
      MediaStore media, ProgressHub hub, Time time) {}

  JobRun(Parts parts, Job job) {
    this.parts = parts;
    this.time = parts.time();
    this.pause = new Pause(time);
    this.job = job;
    // A resumed job has its whole time again: what was paid for may long be ready, however long Easel was away.
    this.started = time.nanos();
    this.changed = started;
  }

  Job job() {
    return job;
  }

  Pause pause() {
    return pause;
  }

  // ---- buying -----------------------------------------------------------------------------------------------------

  /** Runs a new job to its end; {@code first} is the lease it was stored with as submitting, if there was one free. */
  void buy(List<Candidate> candidates, Optional<Lease> first) throws InterruptedException {
    if (first.isPresent()) attempt(candidates.getFirst(), first.get());
    while (!job.state().ended()) {
      pause.orStop();
      if (pause.cancelled()) end(JobState.CANCELLED, new Failure.Cancelled("The job was cancelled before anything was sent."));
      else if (job.attempts().size() >= ATTEMPTS_MAX || remaining(candidates).isEmpty()) end(JobState.FAILED, failure);
      else tryNext(candidates);
    }
  }

  /** Goes on with a job that waits, by today's models. */
  void buyAgain() throws InterruptedException {
    List<Candidate> candidates;
    try {
      candidates = parts.catalogue().candidates(job.task(), Optional.empty());
    } catch (GatewayException e) {
      end(JobState.FAILED, e.failure());
      return;
    }
    buy(candidates, Optional.empty());
  }

  /** One attempt with whoever is free first, in order; if nobody is, waits for the first. */
  private void tryNext(List<Candidate> candidates) throws InterruptedException {
    for (var candidate : remaining(candidates)) {
      var lease = parts.pool().tryLease(candidate.provider().id());
      if (lease.isPresent()) {
        attempt(candidate, lease.get());
        return;
      }
    }
    var waitFor = remaining(candidates).getFirst();
    try {
      var patience = min(parts.options().patience(), left());
      var lease = pause.during(() -> parts.pool().lease(waitFor.provider().id(), patience));
      if (lease.isPresent() && pause.cancelled()) lease.get().close();
      else if (lease.isPresent()) attempt(waitFor, lease.get());
    } catch (GatewayException e) {
      end(JobState.FAILED, e.failure());
    }
  }

  /** A provider that could not be reached, or does not know the model, is not asked again for this job. */
  private List<Candidate> remaining(List<Candidate> candidates) {
    return candidates.stream().filter(c -> job.attempts().stream().noneMatch(a -> gaveUp(a, c))).toList();
  }

  private static boolean gaveUp(Attempt attempt, Candidate candidate) {
    boolean same = attempt.provider().equals(candidate.provider().id()) && attempt.model().equals(candidate.model().upstreamName());
    boolean again = List.of("rate_limit_exceeded", "insufficient_quota", "upstream_unauthorized").contains(attempt.outcome());
    return same && !again;
  }

  /** One try: afterwards the job has ended, or nothing was bought and it is queued again. */
  private void attempt(Candidate candidate, Lease lease) throws InterruptedException {
    try (lease) {
      if (job.state() == JobState.QUEUED) store(submitting(job, candidate, lease, time.instant()));
      parts.hub().publish(new Event.Changed(job));
      var step = start(candidate, lease);
      if (step.isEmpty()) return;
      lease.succeeded();
      follow(step.get(), candidate.provider(), lease);
    }
  }

  static Job submitting(Job queued, Candidate candidate, Lease lease, Instant now) {
    var model = candidate.model();
    return queued.submitting(Attempt.begun(model.provider(), model.upstreamName(), lease.credential().name(), now));
  }

  /** Sends the work; empty when that failed, and then the job has ended or is queued again. */
  private Optional<Step> start(Candidate candidate, Lease lease) throws InterruptedException {
    var task = job.task().withModel(candidate.model().upstreamName());
    try {
      return Optional.of(candidate.provider().start(task, lease.credential(), this));
    } catch (GatewayException e) {
      lease.failed(e.failure());
      return refused(candidate, lease, e.failure());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "adapter broke job=" + job.id() + " provider=" + candidate.provider().id(), e);
      return refused(candidate, lease, new Failure.Internal("Easel made a mistake while it sent this job."));
    }
  }

  private Optional<Step> refused(Candidate candidate, Lease lease, Failure why) throws InterruptedException {
    failure = why;
    switch (why.next()) {
      case STOP -> end(JobState.FAILED, why);
      case OTHER_CREDENTIAL, OTHER_PROVIDER -> store(job.back(why, time.instant()));
      case UNKNOWN -> {
        return reconcile(candidate.provider().id(), lease, why);
      }
    }
    return Optional.empty();
  }

  // ---- doubt ------------------------------------------------------------------------------------------------------

  /** Asks the provider what became of a submit without an answer; where it cannot tell, the job is unknown. */
  private Optional<Step> reconcile(String provider, Lease lease, Failure why) throws InterruptedException {
    var asks = parts.catalogue().reconciling(provider);
    if (asks.isEmpty()) {
      end(JobState.UNKNOWN, unknown(why));
      return Optional.empty();
    }
    var found = lookFor(asks.get(), lease, why);
    if (found.isEmpty() && !job.state().ended()) {
      failure = new Failure.NoCapacity(Duration.ofSeconds(1), why.message());
      store(job.back(failure, time.instant()));
    }
    return found;
  }

  private Optional<Step> lookFor(Reconciling asks, Lease lease, Failure why) throws InterruptedException {
    try {
      return asks.find(job.task().withModel(job.attempts().getLast().model()), lease.credential(), this);
    } catch (GatewayException e) {
      end(JobState.UNKNOWN, unknown(why));
      return Optional.empty();
    }
  }

  private Failure unknown(Failure why) {
    return new Failure.OutcomeUnknown("The work was sent to " + job.hold().provider()
        + " and no clear answer came back: it may have been done and charged. (" + why.message() + ")");
  }

  /** Goes on with a job of an earlier process. */
  void resume() throws InterruptedException {
    var kept = parts.media().recover(job);
    if (!kept.isEmpty()) {
      finish(job.succeeded(kept, job.outcome().usage(), time.instant()));
      return;
    }
    var lease = parts.pool().again(job.hold().provider(), job.hold().credential());
    var provider = parts.catalogue().provider(job.hold().provider());
    if (lease.isEmpty() || provider.isEmpty()) {
      end(JobState.UNKNOWN, unknown(new Failure.BadCredential("its provider or credential is no longer configured")));
      return;
    }
    try (var held = lease.get()) {
      if (job.state() != JobState.SUBMITTING) {
        follow(new Step.Waiting(job.hold().handle(), Duration.ZERO, job.state() == JobState.FETCHING), provider.get(), held);
        return;
      }
      var interrupted = new Failure.OutcomeUnknown("Easel was stopped while it sent this job.");
      var step = reconcile(job.hold().provider(), held, interrupted);
      if (step.isPresent()) follow(step.get(), provider.get(), held);
    }
    if (job.state() == JobState.QUEUED) buyAgain();
  }

  // ---- following --------------------------------------------------------------------------------------------------

  /** From the provider's first answer to the end of the job. */
  private void follow(Step first, Provider provider, Lease lease) throws InterruptedException {
    var step = first;
    var trouble = POLL_MIN;
    while (step instanceof Step.Waiting waiting) {
      hold(waiting);
      if (outOfTime(waiting, lease) || stopped(waiting, lease)) return;
      pause.sleep(min(max(waiting.pollAfter(), waiting.fetching() ? Duration.ZERO : POLL_MIN), left(waiting)));
      try {
        step = provider.resume(waiting.handle(), lease.credential(), this);
        trouble = POLL_MIN;
      } catch (GatewayException e) {
        if (verdict(e.failure())) {
          end(JobState.FAILED, e.failure());
          return;
        }
        trouble = min(trouble.multipliedBy(2), BACKOFF_MAX);
        pollFailed(e.failure(), lease);
        // What a broken-off download left is fetched anew: it must not pile up.
        if (waiting.fetching()) parts.media().dropDrafts(job.id());
        pause.sleep(min(patience(e.failure(), trouble), left(waiting)));
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "adapter broke while polling, it is asked again job=" + job.id(), e);
        trouble = min(trouble.multipliedBy(2), BACKOFF_MAX);
        pause.sleep(min(trouble, left(waiting)));
      }
    }
    keep((Step.Done) step);
  }

  private void hold(Step.Waiting waiting) throws InterruptedException {
    boolean known = job.hold().handle().equals(waiting.handle()) && job.state() != JobState.SUBMITTING
        && (job.state() == JobState.FETCHING) == waiting.fetching();
    if (known) return;
    store(job.holding(waiting.handle(), waiting.fetching(), time.instant()));
    changed = time.nanos();
    parts.hub().publish(new Event.Changed(job));
  }

  /** True for answers that end the work; everything else is trouble on the way, and the work goes on upstream. */
  private boolean verdict(Failure failure) {
    return switch (failure) {
      case Failure.Refused r -> true;
      case Failure.WorkFailed w -> true;
      case Failure.BadMedia b -> true;
      case Failure.Invalid i -> true;
      case Failure.Missing m -> time.nanos() - started > LAG.toNanos();
      default -> false;
    };
  }

  private void pollFailed(Failure failure, Lease lease) {
    lease.failed(failure);
    LOG.log(Level.WARNING, "poll failed job={0} provider={1} code={2} message={3}", job.id(), job.hold().provider(),
        failure.code(), failure.message());
  }

  private static Duration patience(Failure failure, Duration trouble) {
    return failure instanceof Failure.Limited l ? max(l.retryAfter(), trouble) : trouble;
  }

  /** Gives up a job whose time is over; what it holds stays in its row, for a person to find. */
  private boolean outOfTime(Step.Waiting waiting, Lease lease) throws InterruptedException {
    boolean late = left(waiting).isZero();
    boolean stuck = !waiting.fetching() && time.nanos() - changed > parts.options().noProgressTimeout().toNanos();
    if (!late && !stuck) return false;
    boolean stopped = cancelUpstream(waiting, lease);
    var words = stuck && !late ? "made no progress for " + parts.options().noProgressTimeout().toSeconds() + " seconds"
        : "did not finish within " + total().toSeconds() + " seconds";
    end(JobState.FAILED, new Failure.TimedOut("The provider " + words + (stopped ? " and was told to stop." : ".")));
    return true;
  }

  private boolean stopped(Step.Waiting waiting, Lease lease) throws InterruptedException {
    if (!pause.cancelled() || !cancelUpstream(waiting, lease)) return false;
    end(JobState.CANCELLED, new Failure.Cancelled("The job was cancelled."));
    return true;
  }

  private boolean cancelUpstream(Step.Waiting waiting, Lease lease) throws InterruptedException {
    var cancelling = parts.catalogue().cancelling(job.hold().provider());
    if (cancelling.isEmpty() || waiting.fetching()) return false;
    try {
      return cancelling.get().cancel(waiting.handle(), lease.credential());
    } catch (GatewayException e) {
      LOG.log(Level.WARNING, "cancel failed job={0} code={1}", job.id(), e.failure().code());
      return false;
    }
  }

  // ---- ends -------------------------------------------------------------------------------------------------------

  /** Stores the files, then the row. */
  private void keep(Step.Done done) throws InterruptedException {
    List<Media> kept;
    try {
      kept = lasting(() -> parts.media().keep(job, done.outputs()));
    } catch (GatewayException e) {
      end(JobState.FAILED, e.failure());
      return;
    }
    finish(job.succeeded(kept, done.usage(), time.instant()));
  }

  /** Does what must not fail for want of room, or because somebody holds the database: waits rather than lose what is paid. */
  private <T> T lasting(Supplier<T> work) throws InterruptedException {
    for (var trouble = POLL_MIN;; trouble = min(trouble.multipliedBy(2), BACKOFF_MAX)) {
      try {
        return work.get();
      } catch (GatewayException e) {
        if (!(e.failure() instanceof Failure.NoSpace)) throw e;
      } catch (StoreException e) {
        if (e.trouble() == StoreException.Trouble.CLOSED) throw e;
        LOG.log(Level.ERROR, "not stored, tried again: " + e.getMessage());
      }
      LOG.log(Level.ERROR, "storing waits job={0} state={1}", job.id(), job.state());
      pause.sleep(trouble);
    }
  }

  private void end(JobState state, Failure why) throws InterruptedException {
    finish(job.ended(state, why, time.instant()));
  }

  private void finish(Job ended) throws InterruptedException {
    if (!lasting(() -> parts.table().finish(ended))) LOG.log(Level.ERROR, "job had ended before job={0} state={1}", ended.id(), ended.state());
    if (neverBought(ended)) lasting(() -> parts.table().releaseKey(ended.id()));
    job = ended;
    log();
    parts.hub().publish(new Event.Ended(ended));
  }

  /** Such a job gives its idempotency key back: the same request may be tried again, and only then be bought. */
  private static boolean neverBought(Job ended) {
    return ended.hold().handle().isEmpty() && ended.outcome().failure().map(Failure::notAccepted).orElse(false);
  }

  private void store(Job next) throws InterruptedException {
    if (!lasting(() -> parts.table().save(next))) LOG.log(Level.ERROR, "job had ended before job={0} state={1}", next.id(), next.state());
    job = next;
  }

  private void log() {
    boolean fewer = job.state() == JobState.SUCCEEDED && job.outcome().results().size() < job.task().count();
    var level = fewer || job.state() == JobState.UNKNOWN ? Level.WARNING : Level.INFO;
    LOG.log(level, () -> "job ended job=" + job.id() + " model=" + job.task().model() + " provider=" + job.hold().provider()
        + " credential=" + job.hold().credential() + " state=" + job.state() + " attempts=" + job.attempts().size()
        + (fewer ? " results=" + job.outcome().results().size() + " ordered=" + job.task().count() : "")
        + " ms=" + (time.nanos() - started) / 1_000_000);
  }

  // ---- time -------------------------------------------------------------------------------------------------------

  private Duration total() {
    return job.kind() == Kind.IMAGE ? parts.options().imageTimeout() : parts.options().videoTimeout();
  }

  private Duration left() {
    return leftOf(total());
  }

  private Duration left(Step.Waiting waiting) {
    return leftOf(waiting.fetching() ? total().plus(parts.options().fetchGrace()) : total());
  }

  private Duration leftOf(Duration all) {
    return max(all.minusNanos(time.nanos() - started), Duration.ZERO);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  // ---- what the adapter sees --------------------------------------------------------------------------------------

  @Override
  public String tag() {
    return job.tag();
  }

  @Override
  public void report(int percent, String words) {
    int clean = Math.max(job.standing().percent(), Math.min(99, percent));
    if (clean == job.standing().percent() && words.equals(job.standing().words())) return;
    changed = time.nanos();
    job = job.progressed(clean, words);
    parts.hub().publish(new Event.Changed(job));
  }

  @Override
  public void partial(int index, Path picture) {
    changed = time.nanos();
    parts.hub().publish(new Event.Partial(job, index, picture));
  }

  @Override
  public Path draft(String extension) {
    return parts.media().draft(job.id(), extension);
  }
}
