package fake;

import com.eclipsesource.json.JsonObject;
import easel.core.Caller;
import easel.core.Cancelling;
import easel.core.Credential;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Secret;
import easel.core.Task;
import easel.core.Time;
import easel.job.Catalogue;
import easel.job.JobEngine;
import easel.job.JobOptions;
import easel.job.Names;
import easel.job.Submission;
import easel.pool.PoolOptions;
import easel.pool.TokenPool;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A real engine on a real store in a folder, with fake providers; what an earlier one left in the folder is resumed.
 */
public final class TestEngine implements AutoCloseable {
  public static final Caller CALLER = new Caller("key-1", "tests");
  public static final Caller STRANGER = new Caller("key-2", "somebody else");

  private final Database database;
  private final JobTable jobs;
  private final MediaStore media;
  private final TokenPool pool;
  private final JobEngine engine;

  private TestEngine(StoreOptions options, Time time, List<? extends Provider> providers, JobOptions limits) throws InterruptedException {
    database = Database.open(options, time);
    jobs = new JobTable(database);
    media = new MediaStore(database);
    pool = new TokenPool(PoolOptions.defaults(), time);
    pool.use(providers.stream().map(p -> share(p.id(), 1)).toList());
    engine = new JobEngine(limits, catalogue(providers, time), pool, jobs, media, event -> { }, time);
    engine.resume();
  }

  private static StoreOptions options(Path folder, Database.Probe probe) {
    return StoreOptions.at(folder.resolve("data"), folder.resolve("storage")).withReserve(0).withProbe(probe);
  }

  public static TestEngine start(Path folder, Time time, List<? extends Provider> providers) throws InterruptedException {
    return start(folder, time, providers, new Database.Probe() { });
  }

  /** {@code probe} hears of the store's commits, and may kill it. */
  public static TestEngine start(Path folder, Time time, List<? extends Provider> providers, Database.Probe probe)
      throws InterruptedException {
    return new TestEngine(options(folder, probe), time, providers, JobOptions.defaults());
  }

  /** With limits of its own. */
  public static TestEngine start(Path folder, Time time, List<? extends Provider> providers, JobOptions limits)
      throws InterruptedException {
    return new TestEngine(options(folder, new Database.Probe() { }), time, providers, limits);
  }

  private static TokenPool.Share share(String provider, int number) {
    return new TokenPool.Share(new Credential(provider, provider + "#" + number, new Secret("secret-" + number)), -1, -1);
  }

  private static Catalogue catalogue(List<? extends Provider> providers, Time time) {
    var cancelling = new HashMap<String, Cancelling>();
    var reconciling = new HashMap<String, Reconciling>();
    for (var provider : providers) {
      if (provider instanceof Cancelling c) cancelling.put(provider.id(), c);
      if (provider instanceof Reconciling r) reconciling.put(provider.id(), r);
    }
    var ready = providers.stream().map(Provider::id).collect(Collectors.toSet());
    var offer = new Catalogue.Offer(List.copyOf(providers), ready, id -> Optional.ofNullable(cancelling.get(id)),
        id -> Optional.ofNullable(reconciling.get(id)));
    return new Catalogue(offer, Names.NONE, time);
  }

  public JobEngine engine() {
    return engine;
  }

  public Database database() {
    return database;
  }

  public JobTable jobs() {
    return jobs;
  }

  public MediaStore media() {
    return media;
  }

  /** Gives a provider so many credentials. */
  public void credentials(Provider provider, int count) {
    var shares = new ArrayList<TokenPool.Share>();
    for (int i = 1; i <= count; i++) shares.add(share(provider.id(), i));
    pool.use(shares);
  }

  /** Nothing is held against the credentials of a provider any more: a person said so. */
  public void forgive(Provider provider) {
    pool.statuses().stream().filter(s -> s.provider().equals(provider.id())).forEach(s -> pool.forgive(s.provider(), s.name()));
  }

  public Submission image(String model, int count) {
    return submission(model, count, Optional.empty(), "hash-" + System.nanoTime(), false);
  }

  public Submission keyed(String key, String bodyHash) {
    return submission("a-image", 1, Optional.of(key), bodyHash, false);
  }

  /** As an SDK sends it: without a key, {@code again} when it says that this is a retry. */
  public Submission repeated(String bodyHash, boolean again) {
    return submission("a-image", 1, Optional.empty(), bodyHash, again);
  }

  private static Submission submission(String model, int count, Optional<String> key, String bodyHash, boolean repeat) {
    var task = new Task.Image(model, "a red boat", count, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    return new Submission(CALLER, "images/generations", "", task, Optional.empty(), key, bodyHash, repeat);
  }

  /** Submits, and waits for the end. */
  public Job run(Submission submission) throws InterruptedException {
    return ended(engine.submit(submission).job());
  }

  /** The end of a job that an earlier engine left. */
  public Job resumed(String id) throws InterruptedException {
    return ended(jobs.find(id).orElseThrow());
  }

  private Job ended(Job job) throws InterruptedException {
    try (var watch = engine.watch(job)) {
      for (;;) {
        var event = watch.next(Duration.ofSeconds(20)).orElseThrow(() -> new AssertionError("job " + job.id() + " did not end"));
        if (event.last()) return event.job();
      }
    }
  }

  /** Waits until every job of the folder has ended. */
  public List<Job> everyJobEnded() throws InterruptedException {
    var ended = new ArrayList<Job>();
    for (var state : JobState.values()) {
      for (var job : jobs.inState(state, 100)) ended.add(resumed(job.id()));
    }
    return ended.stream().distinct().toList();
  }

  public List<String> outcomes(Job job) {
    return job.attempts().stream().map(a -> a.outcome()).toList();
  }

  @Override
  public void close() {
    engine.close();
    database.close();
  }
}
