package easel.job;

import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Media;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Usage;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The book of one job: how it stands, each change stored before anything acts on it. Adapters write to it too. */
final class Ledger implements Progress {
  private static final System.Logger LOG = System.getLogger("easel.job");

  private final JobRun.Parts parts;
  private final Pause pause;
  private final long started;
  private volatile Job job;
  private long changed;
  private int troubles;
  private boolean last;

  Ledger(JobRun.Parts parts, Job job, Pause pause) {
    this.parts = parts;
    this.pause = pause;
    this.job = job;
    // A resumed job has its whole time again: what was paid for may long be ready, however long Easel was away.
    this.started = parts.time().nanos();
    this.changed = started;
  }

  Job job() {
    return job;
  }

  boolean ended() {
    return job.state().ended();
  }

  /** Time since it was begun in this process. */
  Duration age() {
    return Duration.ofNanos(parts.time().nanos() - started);
  }

  /** Time since anything about it was heard. */
  Duration silence() {
    return Duration.ofNanos(parts.time().nanos() - changed);
  }

  void publish() {
    parts.hub().publish(new Event.Changed(job));
  }

  // ---- changes ----------------------------------------------------------------------------------------------------

  void store(Job next) throws InterruptedException {
    if (!lasting(() -> parts.table().save(next))) LOG.log(Level.ERROR, "job had ended before job={0} state={1}", next.id(), next.state());
    job = next;
  }

  /** Stores where the provider has the work, unless that is known. */
  void hold(Step.Waiting waiting) throws InterruptedException {
    boolean known = job.hold().handle().equals(waiting.handle()) && job.state() != JobState.SUBMITTING
        && (job.state() == JobState.FETCHING) == waiting.fetching();
    if (known) return;
    store(job.holding(waiting.handle(), waiting.fetching(), parts.time().instant()));
    changed = parts.time().nanos();
    publish();
  }

  /** The attempt bought nothing: the job waits for somebody else. */
  void back(Failure why) throws InterruptedException {
    store(job.back(why, parts.time().instant()));
  }

  void end(JobState state, Failure why) throws InterruptedException {
    finish(job.ended(state, why, parts.time().instant()));
  }

  /** Stores the files, then the row. */
  void keep(Step.Done done) throws InterruptedException {
    List<Media> kept;
    try {
      kept = lasting(() -> parts.media().keep(job, done.outputs()));
    } catch (GatewayException e) {
      end(JobState.FAILED, e.failure());
      return;
    }
    succeed(kept, done.usage(), done.shortfall().or(() -> unusable(done.outputs().size() - kept.size())));
  }

  private static Optional<Failure> unusable(int count) {
    return count == 0 ? Optional.empty() : Optional.of(new Failure.BadMedia(count + " of the files that came were not usable."));
  }

  void succeed(List<Media> kept, Usage usage, Optional<Failure> shortfall) throws InterruptedException {
    boolean fewer = kept.size() < job.task().count();
    var why = shortfall.or(() -> Optional.of(new Failure.WorkFailed("The provider made fewer than were asked for.")));
    finish(job.succeeded(kept, priced(usage, kept.size()), fewer ? why : Optional.empty(), parts.time().instant()));
  }

  /** With the list price where the provider told none. */
  private Usage priced(Usage usage, int count) {
    if (usage.cost().isPresent() || job.attempts().isEmpty()) return usage;
    var ran = parts.catalogue().ran(job);
    var price = ran.flatMap(c -> c.model().price().map(p -> p.estimate(c.prepare(job.task()), count)));
    return price.map(usage::atList).orElse(usage);
  }

  private void finish(Job ended) throws InterruptedException {
    if (!lasting(() -> parts.table().finish(ended))) LOG.log(Level.ERROR, "job had ended before job={0} state={1}", ended.id(), ended.state());
    if (neverBought(ended)) lasting(() -> parts.table().releaseKey(ended.id()));
    job = ended;
    log();
    parts.hub().publish(new Event.Ended(ended));
  }

  /** Such a job gives its idempotency key back: the same request may be tried again, and only then be bought. */
  static boolean neverBought(Job ended) {
    return ended.hold().handle().isEmpty() && ended.failure().map(Failure::notAccepted).orElse(false);
  }

  /** Does what must not fail for want of room, or because somebody holds the database: waits rather than lose what is paid. */
  private <T> T lasting(Supplier<T> work) throws InterruptedException {
    for (var trouble = JobRun.POLL_MIN;; trouble = JobRun.longer(trouble)) {
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

  private void log() {
    boolean fewer = job.shortfall().isPresent();
    var level = fewer || job.state() == JobState.UNKNOWN ? Level.WARNING : Level.INFO;
    LOG.log(level, () -> "job ended job=" + job.id() + " model=" + job.task().model() + " provider=" + job.hold().provider()
        + " credential=" + job.hold().credential() + " state=" + job.state() + " attempts=" + job.attempts().size()
        + (fewer ? " results=" + job.outcome().results().size() + " ordered=" + job.task().count() : "")
        + " ms=" + age().toMillis());
  }

  // ---- what the adapter sees --------------------------------------------------------------------------------------

  @Override
  public String tag() {
    return job.tag();
  }

  @Override
  public Instant sent() {
    return job.attempts().getLast().started();
  }

  @Override
  public void report(int percent, String words) {
    int clean = Math.max(job.standing().percent(), Math.min(99, percent));
    if (clean == job.standing().percent() && words.equals(job.standing().words())) return;
    changed = parts.time().nanos();
    job = job.progressed(clean, words);
    publish();
  }

  @Override
  public void partial(int index, Path picture) {
    changed = parts.time().nanos();
    parts.hub().publish(new Event.Partial(job, index, picture));
  }

  @Override
  public Path draft(String extension) {
    return parts.media().draft(job.id(), extension);
  }

  @Override
  public int troubles() {
    return troubles;
  }

  void troubles(int count) {
    troubles = count;
  }

  @Override
  public boolean last() {
    return last;
  }

  void lastLook() {
    last = true;
  }
}
