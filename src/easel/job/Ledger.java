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
import easel.store.MediaStore;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The book of one job: how it stands, each change stored before anything acts on it. Adapters write to it too. */
final class Ledger implements Progress {
  private static final System.Logger LOG = System.getLogger("easel.job");
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Parts parts;
  private final long started;
  private volatile Job job;
  private long changed;
  private int troubles;
  private boolean last;
  private final Lasting lasting;
  private final List<Path> opened = new CopyOnWriteArrayList<>();

  Ledger(Parts parts, Job job, Pause pause) {
    this.parts = parts;
    this.lasting = new Lasting(pause);
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

  /**
   * Afterwards the job stands so, unless its row had ended meanwhile: then it stands as that says, and nothing is to be
   * done.
   *
   * @return false if its row does not say so: it had ended, or is not there any more
   */
  boolean store(Job next) throws InterruptedException {
    boolean stored = lasting.get(() -> parts.table().save(next));
    job = stored ? next : asStored(next);
    return stored;
  }

  private Job asStored(Job next) throws InterruptedException {
    LOG.log(Level.ERROR, "job had ended before job={0} state={1}", next.id(), next.state());
    return lasting.get(() -> parts.table().find(next.id())).orElse(next);
  }

  /** Stores where the provider has the work, unless that is known. */
  void hold(Step.Waiting waiting) throws InterruptedException {
    boolean known = job.hold().handle().equals(waiting.handle()) && job.state() != JobState.SUBMITTING
        && (job.state() == JobState.FETCHING) == waiting.fetching();
    if (known) return;
    store(job.holding(waiting.handle(), waiting.fetching(), parts.time().instant()));
    heard();
    publish();
  }

  /**
   * Its credential is gone: that is in its row, and told once, however often it is looked at. False if it was known.
   */
  boolean strand() throws InterruptedException {
    if (job.stranded()) return false;
    store(job.progressed(job.standing().percent(), Job.Standing.STRANDED));
    publish();
    parts.hub().publish(new Event.Stranded(job, job.hold()));
    return true;
  }

  /** Nothing can be said of its progress while its provider cannot be asked. */
  void heard() {
    changed = parts.time().nanos();
  }

  /** The attempt bought nothing: the job waits for somebody else. */
  void back(Failure why) throws InterruptedException {
    store(job.back(why, parts.time().instant()));
  }

  /** The same where its provider says that it never got the work. */
  void notReceived() throws InterruptedException {
    store(job.notReceived(parts.time().instant()));
  }

  void end(JobState state, Failure why) throws InterruptedException {
    finish(job.ended(state, why, parts.time().instant()));
  }

  /** Stores the files, then the row. */
  void keep(Step.Done done) throws InterruptedException {
    List<Media> kept;
    try {
      kept = lasting.get(() -> parts.media().keep(job, done.outputs(), done.shortfall()));
    } catch (GatewayException e) {
      finish(job.ended(JobState.FAILED, e.failure(), priced(done.usage(), done.outputs().size()), parts.time().instant()));
      return;
    }
    succeed(kept, priced(done.usage(), done.outputs().size()), done.shortfall().or(() -> MediaStore.unusable(done.outputs().size() - kept.size())));
  }

  /** Files that an earlier process stored; what their provider said of their cost went with it. */
  void adopt(List<Media> kept) throws InterruptedException {
    succeed(kept, priced(job.outcome().usage(), kept.size()), parts.media().shortfall(job));
  }

  private void succeed(List<Media> kept, Usage usage, Optional<Failure> shortfall) throws InterruptedException {
    boolean fewer = kept.size() < job.task().count();
    var why = shortfall.or(() -> Optional.of(new Failure.WorkFailed("The provider made fewer than were asked for.")));
    finish(job.succeeded(kept, whole(usage), fewer ? why : shortfall, parts.time().instant()));
  }

  /** Earlier attempts may have cost something too: where nobody knows what, nobody knows the whole. */
  private Usage whole(Usage last) {
    var before = job.attempts().subList(0, Math.max(0, job.attempts().size() - 1));
    return before.stream().allMatch(a -> a.cost().isPresent()) ? last : last.unpriced();
  }

  /** With the list price where the provider told none. */
  private Usage priced(Usage usage, int count) {
    if (usage.cost().isPresent() || job.attempts().isEmpty()) return usage;
    var ran = parts.catalogue().ran(job);
    var price = ran.flatMap(c -> c.model().price().map(p -> p.estimate(c.prepare(job.task()), count)));
    return price.map(usage::atList).orElse(usage);
  }

  private void finish(Job ended) throws InterruptedException {
    job = lasting.get(() -> parts.table().finish(ended)) ? ended : asStored(ended);
    if (job.neverBought()) lasting.get(() -> parts.table().releaseKey(ended.id()));
    log();
    parts.hub().publish(new Event.Ended(job));
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
  public Optional<Job.Hold> made(Media media) {
    try {
      return parts.made(media);
    } catch (StoreException e) {
      var words = "Who made the file to go on with cannot be looked up just now; nothing was sent.";
      throw new GatewayException(new Failure.NoCapacity(SOON, words), e);
    }
  }

  @Override
  public Path draft(String extension) {
    var draft = parts.media().draft(job.id(), extension);
    opened.add(draft);
    return draft;
  }

  /** From here on drafts are those of one question to the provider. */
  void asking() {
    opened.clear();
  }

  /** What that question left, which another will bring anew: it must not pile up. What came before it stays. */
  void dropOpened() {
    parts.media().dropDrafts(job.id(), List.copyOf(opened));
    opened.clear();
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

  /** For one question: what there is is to be handed over. */
  void last(boolean now) {
    last = now;
  }
}
