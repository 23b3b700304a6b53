package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Progress;
import easel.core.Secret;
import easel.core.Step;
import easel.core.Task;
import easel.core.Tiered;
import easel.core.Time;
import easel.pool.PoolOptions;
import easel.pool.Standing;
import easel.pool.TokenPool;
import easel.pool.Wish;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.StoreOptions;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a job does with the very credential that it was lent. */
@Timeout(20)
class LentTest {
  private static final TokenPool.Limits ANY = new TokenPool.Limits(-1, -1, -1, -1);

  @TempDir
  private Path folder;
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), Time.system());
  private final List<String> asked = new ArrayList<>();
  private final FakeProvider a = new FakeProvider("a", Style.AT_ONCE) {
    @Override
    public Step start(Task task, Credential c, Progress p) throws InterruptedException {
      asked.add(c.name() + " " + task.model());
      return super.start(task, c, p);
    }
  };
  private final FakeProvider b = new FakeProvider("b", Style.AT_ONCE);
  private Database database;

  @BeforeEach
  void open() throws Exception {
    database = Database.open(StoreOptions.at(folder.resolve("data"), folder.resolve("storage")).withReserve(0), Time.system());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static TokenPool.Share share(String provider, int number, int tier, String proxy) {
    var credential = new Credential(provider, provider + "#" + number, new Secret("secret-" + number), new Secret(proxy));
    return new TokenPool.Share(credential, ANY, tier, Standing.CLEAN);
  }

  private JobEngine engine(Names names, Tiered tiered) {
    var offer = new Catalogue.Offer(List.of(a, b), Set.of("a", "b"), id -> Optional.empty(), id -> Optional.empty(),
        id -> Optional.of(tiered));
    return new JobEngine(JobOptions.defaults(), new Catalogue(offer, names, Time.system()), pool, new JobTable(database),
        new MediaStore(database), event -> { }, Time.system());
  }

  private static Job submitted(JobEngine engine, String model) {
    var task = new Task.Image(model, "a red boat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    return engine.submit(new Submission(TestEngine.CALLER, "images/generations", "", task, Optional.empty(), Optional.empty(),
        "hash", false)).job();
  }

  @Test
  void aLowerAccountDoesTheLowerWorkThatItWasLentFor() throws Exception {
    pool.use(List.of(share("a", 1, 0, "")));
    var best = new ModelEntry("best", List.of(), List.of(new ModelEntry.Target("a/a-image", Preset.NONE),
        new ModelEntry.Target("a/shared-image", Preset.NONE)), Optional.empty());
    try (var engine = engine(new Names(List.of(best), List.of(), Strategy.ORDER), task -> task.model().equals("a-image") ? 2 : 0)) {
      assertEquals(JobState.SUCCEEDED, engine.await(submitted(engine, "best"), Duration.ofSeconds(9)).state());
      assertEquals(List.of("a#1 shared-image"), asked);
    }
  }

  @Test
  void whereOneAccountsOwnWayIsClosedAnotherAccountDoesTheWork() throws Exception {
    pool.use(List.of(share("a", 1, 0, "http://127.0.0.1:1"), share("a", 2, 0, "")));
    a.startFails(new Failure.Unreachable("the proxy is not there"));
    try (var engine = engine(Names.NONE, task -> 0);
        var busy = pool.tryLease(new Wish(List.of(new Wish.Ask("a", 0)), Kind.IMAGE, "k", Optional.of("a#2"))).orElseThrow()) {
      var job = engine.await(submitted(engine, "a-image"), Duration.ofSeconds(9));
      assertEquals(List.of("a#1 a-image", busy.credential().name() + " a-image"), asked);
      assertEquals(JobState.SUCCEEDED, job.state());
    }
  }

  @Test
  void theOnlyAccountIsNotTriedAgainByItsClosedWay() throws Exception {
    pool.use(List.of(share("a", 1, 0, "http://127.0.0.1:1"), share("b", 1, 0, "")));
    a.down(new Failure.Unreachable("the proxy is not there"));
    try (var engine = engine(Names.NONE, task -> 0)) {
      var alone = engine.await(submitted(engine, "a-image"), Duration.ofSeconds(9));
      assertEquals(new Failure.Unreachable("the proxy is not there"), alone.failure().orElseThrow());
      assertEquals(1, a.calls());
      assertEquals("b", engine.await(submitted(engine, "shared-image"), Duration.ofSeconds(9)).hold().provider());
      assertEquals(2, a.calls());
    }
  }

  @Test
  void whoMayNotDoTheWorkIsAskedOnceThoughThePoolLendsTheLastOneOn() throws Exception {
    pool.use(List.of(share("a", 1, 0, ""), share("a", 2, 0, "")));
    a.down(new Failure.Unfit("not for this account"));
    try (var engine = engine(Names.NONE, task -> 0)) {
      var job = engine.await(submitted(engine, "a-image"), Duration.ofSeconds(9));
      assertEquals(new Failure.Unfit("not for this account"), job.failure().orElseThrow());
      assertEquals(2, a.calls());
    }
  }
}
