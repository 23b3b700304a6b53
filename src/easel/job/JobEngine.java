package easel.job;

import easel.core.Caller;
import easel.core.Event;
import easel.core.EventListener;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Time;
import easel.pool.Place;
import easel.pool.TokenPool;
import easel.store.JobTable;
import easel.store.MediaStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes tasks in, runs each as a job on a virtual thread of its own, and goes on with what an earlier process left. A
 * job that was accepted here is stored before anything is sent, and does not depend on its caller staying.
 */
public final class JobEngine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.job");

  private final TokenPool pool;
  private final JobTable table;
  private final MediaStore media;
  private final ProgressHub hub;
  private final Time time;
  private final Runs runs;
  private final Claims claims = new Claims();
  /** Jobs whose end was asked for: who takes one up again must hear of it. Cleared of what has ended by and by. */
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
  private final Dispatcher dispatcher;
  private volatile JobOptions options;
  private volatile Catalogue catalogue;
  private volatile boolean draining;

  public JobEngine(JobOptions options, Catalogue catalogue, TokenPool pool, JobTable table, MediaStore media,
      EventListener listener, Time time) {
    this.options = options;
    this.catalogue = catalogue;
    this.pool = pool;
    this.table = table;
    this.media = media;
    this.runs = new Runs(media, listener, time);
    this.hub = runs.hub();
    this.time = time;
    this.dispatcher = new Dispatcher(time);
  }

  /** Swaps limits and models; jobs under way keep what they began with. */
  public void use(JobOptions options, Catalogue catalogue) {
    this.options = options;
    this.catalogue = catalogue;
  }

  public Catalogue catalogue() {
    return catalogue;
  }

  /** Jobs under way in this process. */
  public int open() {
    return runs.size();
  }

  /**
   * Stores the task as a job and starts it; answers as soon as it is safe on disk.
   *
   * @throws GatewayException {@code Invalid}, {@code Missing}, {@code KeyReused}, {@code NoCapacity} or {@code
   *     NoSpace}; then no job was made
   */
  public Accepted submit(Submission submission) {
    var joined = joined(submission);
    if (joined.isPresent()) return joined.get();
    if (draining) throw new GatewayException(new Failure.NoCapacity(Duration.ofSeconds(5), "Easel is stopping; try again in a moment."));
    var taken = new Intake(parts(), runs).take(submission);
    return taken.replayed() ? same(taken.job(), submission) : taken;
  }

  private Parts parts() {
    return new Parts(options, catalogue, dispatcher, pool, table, media, hub, time);
  }

  /**
   * The job this request already became: by its idempotency key, or because the client's SDK sent it again. Tells it
   * before inputs are fetched, which the submission's task does not need for that.
   *
   * @throws GatewayException {@code KeyReused}
   */
  public Optional<Accepted> joined(Submission s) {
    if (s.idempotencyKey().isPresent()) {
      return table.byKey(s.caller().id(), s.face(), s.idempotencyKey().get()).map(j -> same(j, s));
    }
    if (!s.repeat()) return Optional.empty();
    var since = time.instant().minus(options.joinWindow());
    return table.recentByBody(s.caller().id(), s.face(), s.bodyHash(), since).stream()
        .filter(j -> !bought(j).equals(Optional.of(false))).findFirst().map(j -> new Accepted(live(j), true));
  }

  /** Whether a job's ending proves that something or nothing was bought; empty while it has not ended. */
  private static Optional<Boolean> bought(Job job) {
    if (!job.state().ended()) return Optional.empty();
    return Optional.of(!job.neverBought());
  }

  private Accepted same(Job holder, Submission s) {
    if (!holder.origin().bodyHash().equals(s.bodyHash())) {
      throw new GatewayException(new Failure.KeyReused("This Idempotency-Key was used for another request."));
    }
    return new Accepted(live(holder), true);
  }

  // ---- looking ----------------------------------------------------------------------------------------------------

  /** A stored job as it stands now: how far it is is not always on the disk. */
  public Job live(Job stored) {
    return runs.find(stored.id()).map(Run::job).orElse(stored);
  }

  /** Anybody's job as it stands, parts of sets too. */
  public Optional<Job> find(String id) {
    return runs.find(id).map(Run::job).or(() -> table.find(id));
  }

  /** The parts of a set as they stand, in order. */
  public List<Job> parts(Job set) {
    return set.isSet() ? table.parts(set.id()).stream().map(this::live).toList() : List.of();
  }

  /** The job as it stands, if it belongs to the caller. */
  public Optional<Job> find(String id, Caller caller) {
    return find(id).filter(j -> j.origin().owner().equals(caller.id()) && !j.isPart());
  }

  /** Where a job stands in the queue; empty if it does not. */
  public Optional<Place> place(Job job) {
    return runs.find(job.id()).flatMap(Run::place);
  }

  /** Listens to a job; the first event tells where it stands now. */
  public Watch watch(Job job) {
    var watch = hub.watch(job.id());
    var run = runs.find(job.id());
    var now = run.map(Run::job).or(() -> table.find(job.id())).orElse(job);
    watch.offer(now.state().ended() ? new Event.Ended(now) : run.isEmpty() ? new Event.Left(now) : new Event.Changed(now));
    return watch;
  }

  /** Listens to all jobs from now on; close it. */
  public Feed feed() {
    return hub.feed();
  }

  /** Waits for the end of a job; answers it as it stands when patience runs out. */
  public Job await(Job job, Duration patience) throws InterruptedException {
    long deadline = time.deadline(patience);
    var latest = job;
    try (var watch = watch(job)) {
      for (var left = patience; left.isPositive(); left = time.left(deadline)) {
        var event = watch.next(left);
        if (event.isPresent()) latest = event.get().job();
        if (event.isPresent() && event.get().last()) return latest;
      }
    }
    return latest;
  }

  /** Longest time a caller should wait for this job. */
  public Duration patience(Job job) {
    return options.total(job.kind()).plus(options.fetchGrace()).plus(options.patience(job.kind()));
  }

  /**
   * Asks for the end of a job. What was sent can only be stopped where the provider can stop it: otherwise the job goes
   * on, and its result is kept. One that nobody works on just now, as while its credential is gone, hears of it when it
   * is taken up.
   */
  public void cancel(Job job) {
    cancelled.add(job.id());
    runs.find(job.id()).ifPresent(Run::cancel);
  }

  // ---- life -------------------------------------------------------------------------------------------------------

  /**
   * Goes on with every open job that nobody here works on: those of an earlier process, and those that broke off or
   * wait for a credential to come back. Harmless at any time. Sets first, so that they hear of their parts.
   */
  public void resume() {
    if (draining) return;
    var open = table.openIds();
    cancelled.retainAll(open);
    if (open.stream().allMatch(id -> runs.find(id).isPresent())) return;
    var left = table.open().stream().filter(j -> runs.find(j.id()).isEmpty()).toList();
    var begun = new ArrayList<JobRun>();
    for (var job : left) if (!job.isSet()) begun.add(new JobRun(parts(), job));
    for (var job : left) if (job.isSet()) resume(new SetRun(parts(), job, partsOf(job, begun)));
    for (var run : begun) resume(run);
    if (!left.isEmpty()) LOG.log(Level.INFO, "jobs resumed count={0}", left.size());
  }

  private void resume(SetRun set) {
    if (runs.add(set)) runs.go(set, set::run);
  }

  /** Between the look at the table and now another run of it may have ended. */
  private void resume(JobRun run) {
    if (!runs.add(run)) return;
    if (cancelled.contains(run.job().id()) || cancelled.contains(run.job().origin().kin().set())) run.cancel();
    boolean stale = !table.find(run.job().id()).map(Job::updated).equals(Optional.of(run.job().updated()));
    if (stale) runs.remove(run);
    else runs.go(run, run.job().state() == JobState.QUEUED ? run::buyAgain : run::resume);
  }

  private static List<JobRun> partsOf(Job set, List<JobRun> begun) {
    return begun.stream().filter(r -> r.job().origin().kin().set().equals(set.id())).toList();
  }

  /** Takes nothing new, lets submits under way come to an answer, and leaves every other job for the next start. */
  public void drain(Duration grace) throws InterruptedException {
    draining = true;
    runs.stop();
    runs.drain(grace);
  }

  /**
   * Holds a request of this kind while its inputs are fetched: a repeat that comes meanwhile, or one with a key, waits
   * here, and then finds the job. Close it when the job is stored.
   */
  public Claims.Claim claim(Submission s) throws InterruptedException {
    boolean waits = s.repeat() || s.idempotencyKey().isPresent();
    return claims.take(s.caller().id() + " " + s.face() + " " + s.bodyHash(), waits);
  }

  @Override
  public void close() {
    draining = true;
    runs.stop();
  }
}
