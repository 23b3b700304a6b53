package easel.job;

import easel.core.Caller;
import easel.core.Event;
import easel.core.EventListener;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Task;
import easel.core.Time;
import easel.pool.Lease;
import easel.pool.Place;
import easel.pool.TokenPool;
import easel.prompt.PromptCheck;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes tasks in, runs each as a job on a virtual thread of its own, and goes on with what an earlier process left. A job
 * that was accepted here is stored before anything is sent, and does not depend on its caller staying.
 */
public final class JobEngine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.job");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PREVIEWS_KEPT = Duration.ofSeconds(60);

  private final TokenPool pool;
  private final JobTable table;
  private final MediaStore media;
  private final ProgressHub hub;
  private final Time time;
  private final Map<String, JobRun> runs = new ConcurrentHashMap<>();
  private final Claims claims = new Claims();
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
    this.hub = new ProgressHub(listener);
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

  /** Time first, so that the database finds new rows beside each other; then 80 random bits, so that nobody guesses one. */
  private String newId() {
    var random = new byte[10];
    RANDOM.nextBytes(random);
    return "job_" + HexFormat.of().toHexDigits(time.instant().toEpochMilli(), 12) + HexFormat.of().formatHex(random);
  }

  /**
   * Stores the task as a job and starts it; answers as soon as it is safe on disk.
   *
   * @throws GatewayException {@code Invalid}, {@code Missing}, {@code KeyReused}, {@code NoCapacity} or {@code NoSpace};
   *     then no job was made
   */
  public Accepted submit(Submission submission) {
    var joined = joined(submission);
    if (joined.isPresent()) return joined.get();
    PromptCheck.check(submission.task().prompt());
    var candidates = catalogue.candidates(submission.task(), submission.provider());
    admit();
    var task = submission.provider().isEmpty() ? submission.task()
        : candidates.getFirst().prepare(submission.task()).withModel(candidates.getFirst().model().address());
    var asked = dispatcher.order(candidates, catalogue.strategy(submission.task().model()), submission.task());
    var entry = enter(asked, submission.caller());
    try {
      return insert(submission, task, asked, entry);
    } catch (RuntimeException e) {
      entry.close();
      throw e;
    }
  }

  /** A credential that is free, or a place in the queue; neither means that no job is made. */
  private Entry enter(List<Candidate> candidates, Caller caller) {
    var providers = Purchase.providers(candidates);
    var lease = pool.tryLease(providers, caller.id());
    return new Entry(lease, lease.isPresent() ? Optional.empty() : Optional.of(pool.queue(providers, caller.id())));
  }

  private void admit() {
    if (draining) throw new GatewayException(new Failure.NoCapacity(Duration.ofSeconds(5), "Easel is stopping; try again in a moment."));
    if (runs.size() >= options.openMax()) {
      throw new GatewayException(new Failure.NoCapacity(Duration.ofSeconds(10), "Too many jobs are under way."));
    }
    if (!media.hasRoom()) throw new GatewayException(new Failure.NoSpace("The disk is nearly full; no new jobs are taken."));
  }

  private Accepted insert(Submission s, Task task, List<Candidate> candidates, Entry entry) {
    var now = time.instant();
    var origin = new Job.Origin(s.caller().id(), s.project(), s.face(), s.idempotencyKey(), s.bodyHash(), now);
    var queued = Job.queued(newId(), origin, task);
    var job = entry.lease().map(l -> Purchase.submitting(queued, lent(candidates, l), l, now)).orElse(queued);
    var run = new JobRun(parts(), job);
    runs.put(job.id(), run);
    try {
      var holder = table.insert(job);
      if (holder.isPresent()) {
        runs.remove(job.id());
        entry.close();
        return same(holder.get(), s);
      }
    } catch (StoreException e) {
      runs.remove(job.id());
      throw e.certain() ? e : new GatewayException(new Failure.OutcomeUnknown("It is not certain that the job was stored."), e);
    } catch (RuntimeException e) {
      runs.remove(job.id());
      throw e;
    }
    dispatcher.budget().job();
    go(run, () -> run.buy(candidates, Optional.of(entry)));
    return new Accepted(job, false);
  }

  private static Candidate lent(List<Candidate> candidates, Lease lease) {
    var provider = lease.credential().provider();
    return candidates.stream().filter(c -> c.provider().id().equals(provider)).findFirst().orElseThrow();
  }

  private JobRun.Parts parts() {
    return new JobRun.Parts(options, catalogue, dispatcher, pool, table, media, hub, time);
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
    boolean free = job.hold().handle().isEmpty() && job.failure().map(Failure::notAccepted).orElse(false);
    return Optional.of(!free);
  }

  private Accepted same(Job holder, Submission s) {
    if (!holder.origin().bodyHash().equals(s.bodyHash())) {
      throw new GatewayException(new Failure.KeyReused("This Idempotency-Key was used for another request."));
    }
    return new Accepted(live(holder), true);
  }

  // ---- looking ----------------------------------------------------------------------------------------------------

  private Job live(Job stored) {
    var run = runs.get(stored.id());
    return run == null ? stored : run.job();
  }

  /** The job as it stands, if it belongs to the caller. */
  public Optional<Job> find(String id, Caller caller) {
    var run = runs.get(id);
    var job = run != null ? Optional.of(run.job()) : table.find(id);
    return job.filter(j -> j.origin().owner().equals(caller.id()));
  }

  /** Where a job stands in the queue; empty if it does not. */
  public Optional<Place> place(Job job) {
    var run = runs.get(job.id());
    return run == null ? Optional.empty() : run.place();
  }

  /** Listens to a job; the first event tells where it stands now. */
  public Watch watch(Job job) {
    var watch = hub.watch(job.id());
    var run = runs.get(job.id());
    var now = run != null ? run.job() : table.find(job.id()).orElse(job);
    watch.offer(now.state().ended() ? new Event.Ended(now) : run == null ? new Event.Left(now) : new Event.Changed(now));
    return watch;
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
   * on, and its result is kept.
   */
  public void cancel(Job job) {
    var run = runs.get(job.id());
    if (run != null) run.pause().cancel();
  }

  // ---- life -------------------------------------------------------------------------------------------------------

  /** Goes on with every job that an earlier process left open. */
  public void resume() {
    for (var job : table.open()) {
      var run = new JobRun(parts(), job);
      if (runs.putIfAbsent(job.id(), run) != null) continue;
      go(run, job.state() == JobState.QUEUED ? run::buyAgain : run::resume);
    }
    if (!runs.isEmpty()) LOG.log(Level.INFO, "jobs resumed count={0}", runs.size());
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void go(JobRun run, Work work) {
    Thread.ofVirtual().name(run.job().id()).start(() -> {
      try {
        work.run();
      } catch (InterruptedException e) {
        LOG.log(Level.INFO, "job left for the next start job={0} state={1}", run.job().id(), run.job().state());
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "job broke off job=" + run.job().id() + " state=" + run.job().state(), e);
      } finally {
        leave(run.job());
      }
    });
  }

  /** Drafts of a job that has not ended may be all there is of a paid result: they stay. */
  private void leave(Job job) {
    runs.remove(job.id());
    if (!job.state().ended()) hub.publish(new Event.Left(job));
    else if (job.failure().map(f -> f instanceof Failure.BadMedia).orElse(false)) LOG.log(Level.WARNING, "drafts of a bad result kept for an hour job={0}", job.id());
    else if (hub.previewed(job.id())) Thread.ofVirtual().start(() -> dropLater(job));
    else media.dropDrafts(job.id());
  }

  /** Watchers may still be sending previews that lie among the drafts. */
  private void dropLater(Job job) {
    try {
      time.sleep(PREVIEWS_KEPT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    hub.forget(job.id());
    media.dropDrafts(job.id());
  }

  /** Takes nothing new, lets submits under way come to an answer, and leaves every other job for the next start. */
  public void drain(Duration grace) throws InterruptedException {
    draining = true;
    runs.values().forEach(r -> r.pause().stop());
    long deadline = time.deadline(grace);
    while (!runs.isEmpty() && time.left(deadline).isPositive()) time.sleep(Duration.ofMillis(10));
    runs.values().forEach(r -> LOG.log(Level.WARNING, "job cut off job={0} state={1}", r.job().id(), r.job().state()));
  }

  /**
   * Holds a request of this kind while its inputs are fetched: a repeat that comes meanwhile waits here, and then finds
   * the job. Close it when the job is stored.
   */
  public Claims.Claim claim(Submission s) throws InterruptedException {
    return claims.take(s.caller().id() + " " + s.face() + " " + s.bodyHash());
  }

  @Override
  public void close() {
    draining = true;
    runs.values().forEach(r -> r.pause().stop());
  }
}
