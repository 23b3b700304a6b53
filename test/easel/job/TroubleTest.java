package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Credential;
import easel.core.Kind;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Reconciling;
import easel.core.Secret;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.core.Usage;
import easel.pool.Breaker;
import easel.pool.PoolOptions;
import easel.pool.TokenPool;
import easel.pool.Wish;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.StoreOptions;
import fake.Await;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a hard day does to jobs: slow, silent and stumbling providers, lost credentials, restarts at the wrong moment.
 */
class TroubleTest {
  @TempDir
  private Path folder;
  private final FakeTime time = new FakeTime();

  private TestEngine engine(FakeProvider... providers) throws Exception {
    return TestEngine.start(folder, time, List.of(providers));
  }

  private static Task image(String model, int count) {
    return new Task.Image(model, "a red boat", count, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
  }

  private static Task video(String model) {
    return new Task.Video(model, "a red boat", Optional.empty(), OptionalInt.empty(), List.of(), new JsonObject());
  }

  private static Submission submission(Task task, Optional<String> key) {
    return new Submission(TestEngine.CALLER, "images/generations", "", task, Optional.empty(), key, "hash", false);
  }

  private static Job queued(String id, Task task, java.time.Instant now) {
    var origin = new Job.Origin(TestEngine.CALLER.id(), "", "images/generations", Optional.empty(), "hash", now);
    return Job.queued("job_" + "0".repeat(32 - id.length()) + id, origin, task);
  }

  private static void settle(TestEngine e) {
    Await.within(Duration.ofSeconds(4), () -> e.engine().open() == 0);
  }

  // ---- bought twice ----

  @Test
  void anSdkThatGivesUpAfterItsUsual600SecondsAndRepeatsJoinsTheJobThatStillRuns() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE);
    a.closeGate();
    try (var e = engine(a)) {
      var first = e.engine().submit(e.repeated("body", false)).job();
      a.awaitSubmit();
      time.advance(Duration.ofSeconds(601));
      var second = e.engine().submit(e.repeated("body", true)).job();
      a.openGate();
      e.engine().await(second, Duration.ofSeconds(20));
      assertEquals(first.id(), second.id());
      assertEquals(1, a.ledger().size());
    }
  }

  @Test
  void anSdksRepeatOfAJobThatEndedASecondAgoJoinsIt() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE);
    a.closeGate();
    try (var e = engine(a)) {
      var first = e.engine().submit(e.repeated("body", false)).job();
      a.awaitSubmit();
      time.advance(Duration.ofSeconds(601));
      a.openGate();
      e.engine().await(first, Duration.ofSeconds(20));
      time.advance(Duration.ofSeconds(1));
      assertEquals(first.id(), e.run(e.repeated("body", true)).id());
      assertEquals(1, a.ledger().size());
    }
  }

  @Test
  void aRefusalAfterAcceptanceIsNoProofThatNothingWasBoughtWhenTheFallbackFailsToo() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING).pollFails(new Failure.Refused("policy")).pollFails(new Failure.Refused("policy"));
    var b = new FakeProvider("b", Style.AT_ONCE).startFails(new Failure.Unreachable("down")).startFails(new Failure.Unreachable("down"));
    var d = JobOptions.defaults();
    var options = new JobOptions(d.imageTimeout(), d.videoTimeout(), d.noProgressTimeout(), d.fetchGrace(), d.imagePatience(),
        d.videoPatience(), d.openMax(), d.joinWindow(), true);
    try (var e = TestEngine.start(folder, time, List.of(a, b), options)) {
      var keyed = submission(image("shared-image", 1), Optional.of("k"));
      var first = e.run(keyed);
      assertEquals(Optional.empty(), first.attempts().getFirst().cost(), "nobody knows what the accepted attempt cost");
      var second = e.run(keyed);
      assertEquals(1, a.ledger().size(), "the key was given back though the first attempt was accepted");
      assertEquals(first.id(), second.id());
    }
  }

  // ---- paid and lost ----

  @Test
  void workBoughtLateByFallbackHasTimeToFinish() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING) {
      @Override
      public Step resume(String handle, Credential c, Progress p) {
        time.advance(Duration.ofSeconds(290));
        throw new GatewayException(new Failure.WorkFailed("gpu on fire", true));
      }
    };
    var b = slow("b", Duration.ofSeconds(10)).polls(4);
    try (var e = engine(a, b)) {
      var job = e.run(e.image("shared-image", 1));
      assertEquals(1, b.ledger().size());
      assertEquals(JobState.SUCCEEDED, job.state(), "bought at b and given up at once: " + job.failure());
    }
  }

  private FakeProvider slow(String id, Duration poll) {
    return new FakeProvider(id, Style.BY_POLLING) {
      @Override
      public Step resume(String handle, Credential c, Progress p) {
        time.advance(poll);
        return super.resume(handle, c, p);
      }
    };
  }

  @Test
  void aVideoThatWaitedForMoneyIsNotBoughtToBeThrownAway() throws Exception {
    var broke = new Failure.OutOfCredit("no credits");
    var a = slow("a", Duration.ofSeconds(10)).startFails(broke).startFails(broke).startFails(broke);
    try (var e = engine(a)) {
      var job = e.run(submission(video("a-video"), Optional.empty()));
      assertTrue(a.ledger().isEmpty() || job.state() == JobState.SUCCEEDED || job.failure().orElseThrow() instanceof Failure.BadMedia,
          "bought " + a.ledger().size() + ", then " + job.failure());
    }
  }

  @Test
  void aProviderThatDoesNotKnowItsWorkYetIsForgivenAlsoWhenTheJobHadToWaitBefore() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING).startFails(new Failure.Limited(Duration.ofSeconds(20), "slow down"))
        .pollFails(new Failure.Missing("not_found", "no such task"));
    try (var e = engine(a)) {
      var job = e.run(e.image("a-image", 1));
      assertEquals(1, a.ledger().size());
      assertEquals(JobState.SUCCEEDED, job.state(), "given up after one poll: " + job.failure());
    }
  }

  @Test
  void aProviderWhoseStatusCannotBeAskedForTenMinutesHasNotMadeNoProgress() throws Exception {
    var polls = new AtomicInteger();
    var a = new FakeProvider("a", Style.BY_POLLING) {
      @Override
      public Step resume(String handle, Credential c, Progress p) {
        if (polls.getAndIncrement() > 0 && time.nanos() < Duration.ofMinutes(12).toNanos()) {
          throw new GatewayException(new Failure.UpstreamBroken(503, "status page down"));
        }
        return super.resume(handle, c, p);
      }
    };
    try (var e = engine(a)) {
      var d = JobOptions.defaults();
      var job = e.run(submission(video("a-video"), Optional.empty()));
      assertEquals(1, a.ledger().size());
      assertTrue(d.videoTimeout().compareTo(Duration.ofMinutes(20)) > 0);
      assertTrue(job.failure().map(f -> !(f instanceof Failure.TimedOut)).orElse(true), "given up: " + job.failure());
    }
  }

  @Test
  void picturesThatCameInTheAnswerItselfSurviveABrokenDownloadOfTheOthers() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE) {
      private int fetched;

      @Override
      public Step start(Task task, Credential c, Progress p) {
        // As OpenAiAnswer and GeminiResults do: one picture is a draft already, the other a link.
        return new Step.Waiting(write(p).toString(), Duration.ZERO, true);
      }

      @Override
      public Step resume(String handle, Credential c, Progress p) {
        if (fetched++ == 0) throw new GatewayException(new Failure.UpstreamBroken(503, "link is slow"));
        var outputs = new ArrayList<Step.Output>();
        if (Files.exists(Path.of(handle))) outputs.add(new Step.Output(Path.of(handle), Optional.empty()));
        outputs.add(new Step.Output(write(p), Optional.empty()));
        return new Step.Done(outputs, Usage.NONE);
      }
    };
    try (var e = engine(a)) {
      assertEquals(2, e.run(e.image("a-image", 2)).outcome().results().size());
    }
  }

  private static Path write(Progress p) {
    try {
      return Files.write(p.draft("png"), FakeProvider.PNG);
    } catch (IOException x) {
      throw new UncheckedIOException(x);
    }
  }

  @Test
  void whatAnAdapterThatBreaksHasBegunDoesNotPileUp() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE) {
      private int asked;

      @Override
      public Step start(Task task, Credential c, Progress p) {
        return new Step.Waiting("work", Duration.ZERO, true);
      }

      @Override
      public Step resume(String handle, Credential c, Progress p) {
        var draft = write(p);
        if (asked++ < 2) throw new IllegalStateException("the adapter broke over its answer");
        assertEquals(1, drafts());
        return new Step.Done(List.of(new Step.Output(draft, Optional.empty())), Usage.NONE);
      }
    };
    try (var e = engine(a)) {
      assertEquals(JobState.SUCCEEDED, e.run(e.image("a-image", 1)).state());
    }
  }

  private long drafts() {
    try (var all = Files.list(folder.resolve("storage/drafts"))) {
      return all.count();
    } catch (IOException x) {
      throw new UncheckedIOException(x);
    }
  }

  @Test
  void whatLiesInTheDraftsOfAnUnknownJobIsKeptForAPerson() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE) {
      @Override
      public Step start(Task task, Credential c, Progress p) {
        write(p);
        throw new IllegalStateException("the adapter broke after the picture was decoded");
      }
    };
    try (var e = engine(a)) {
      assertEquals(JobState.UNKNOWN, e.run(e.image("a-image", 1)).state());
      settle(e);
      try (var drafts = Files.list(folder.resolve("storage/drafts"))) {
        assertEquals(1, drafts.count());
      }
    }
  }

  @Test
  void aCredentialThatIsMissingAtOneStartDoesNotWriteOffWhatItBought() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING).polls(1_000_000).cannotCancel();
    String id;
    try (var e = TestEngine.start(folder, Time.system(), List.of(a))) {
      id = e.engine().submit(e.image("a-image", 1)).job().id();
      Await.until("the job to run", () -> e.jobs().find(id).orElseThrow().state() == JobState.RUNNING);
    }
    try (var e = TestEngine.start(folder, time, List.of(new FakeProvider("b", Style.AT_ONCE)))) {
      settle(e);
      var waiting = e.jobs().find(id).orElseThrow();
      assertEquals(List.of(true, JobState.RUNNING), List.of(waiting.stranded(), waiting.state()));
      try (var watch = e.engine().watch(waiting)) {
        assertTrue(watch.next(Duration.ofSeconds(9)).orElseThrow() instanceof Event.Left left && left.job().stranded());
        e.engine().resume();
        settle(e);
        assertTrue(watch.next(Duration.ofSeconds(9)).orElseThrow() instanceof Event.Left, "it was told once more");
      }
    }
    a.polls(2);
    try (var e = TestEngine.start(folder, time, List.of(a))) {
      var job = e.resumed(id);
      assertEquals(List.of(JobState.SUCCEEDED, false), List.of(job.state(), job.stranded()), "" + job.failure());
    }
  }

  private static Job running(Job queued, java.time.Instant now) {
    return queued.submitting(Attempt.begun("a", "a-image", "a#1", now)).holding("1:0", false, now);
  }

  @Test
  void aCancelThatComesWhileTheCredentialIsGoneIsKeptUntilItIsBack() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING).polls(1_000_000);
    try (var e = engine(a)) {
      e.credentials(new FakeProvider("b", Style.AT_ONCE), 1);
      var job = queued("1", image("a-image", 1), time.instant());
      e.jobs().insert(job);
      e.jobs().save(running(job, time.instant()));
      for (int i = 0; i < 2; i++) {
        e.engine().resume();
        settle(e);
        assertTrue(e.engine().find(job.id()).orElseThrow().stranded());
        e.engine().cancel(job);
      }
      e.credentials(a, 1);
      e.engine().resume();
      assertEquals(List.of(JobState.CANCELLED, true), List.of(e.resumed(job.id()).state(), a.wasCancelled()));
    }
  }

  @Test
  void theSameGoesForASet() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING).polls(1_000_000);
    try (var e = engine(a)) {
      e.credentials(new FakeProvider("b", Style.AT_ONCE), 1);
      var set = queued("1", image("a-image", 2), time.instant()).set(2);
      var parts = List.of(0, 1).stream().map(i -> queued("1", image("a-image", 2), time.instant()).part(i, image("a-image", 1))).toList();
      e.jobs().insert(set, parts);
      for (var part : parts) e.jobs().save(running(part, time.instant()));
      e.engine().resume();
      settle(e);
      e.engine().cancel(set);
      e.engine().resume();
      settle(e);
      e.credentials(a, 1);
      e.engine().resume();
      assertEquals(JobState.CANCELLED, e.resumed(set.id()).state());
      assertEquals(List.of(JobState.CANCELLED, JobState.CANCELLED), e.jobs().parts(set.id()).stream().map(Job::state).toList());
    }
  }

  @Test
  void resultsOfASetThatIsNotDoneYetDoNotExpire() throws Exception {
    var calls = new AtomicInteger();
    var hold = new CountDownLatch(1);
    var a = new FakeProvider("a", Style.AT_ONCE) {
      @Override
      public Step start(Task task, Credential c, Progress p) throws InterruptedException {
        if (calls.getAndIncrement() > 0) hold.await();
        return super.start(task, c, p);
      }
    }.atOnce(1);
    try (var e = engine(a)) {
      var job = e.engine().submit(e.image("a-image", 2)).job();
      Await.until("the first part",
          () -> e.jobs().parts(job.id()).stream().anyMatch(p -> p.state() == JobState.SUCCEEDED));
      time.advance(Duration.ofDays(400));
      e.media().sweep(time);
      hold.countDown();
      var done = e.engine().await(job, Duration.ofSeconds(20));
      assertEquals(2, done.outcome().results().size(), "state " + done.state() + " shortfall " + done.shortfall());
    }
  }

  // ---- never ends, hidden ----

  /** Cannot be asked: its adapter stumbles. */
  private static final class Stumbling extends FakeProvider implements Reconciling {
    Stumbling(String id) {
      super(id, Style.AT_ONCE);
    }

    @Override
    public Optional<Step> find(Task task, Credential c, Progress p) {
      throw new IllegalStateException("unexpected answer");
    }
  }

  @Test
  void anAdapterThatStumblesWhileItLooksLeavesAnUnknownJobAndNoHangingOne() throws Exception {
    var a = new Stumbling("a").startFails(new Failure.TimedOut("slow"));
    try (var e = engine(a)) {
      var job = e.run(e.image("a-image", 1));
      assertEquals(JobState.UNKNOWN, job.state());
    }
  }

  @Test
  void aSetEndsThoughAnAdapterStumblesOverOnePart() throws Exception {
    var a = new Stumbling("a").atOnce(1).startFails(new Failure.TimedOut("slow"));
    try (var e = engine(a)) {
      var job = e.run(e.image("a-image", 3));
      settle(e);
      assertTrue(e.jobs().find(job.id()).orElseThrow().state().ended(), "set is " + job.state() + " though nothing is under way");
    }
  }

  @Test
  void anAdapterThatStumblesOverACancelStillHandsOverTheResult() throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING) {
      @Override
      public boolean cancel(String handle, Credential c) {
        throw new IllegalStateException("unexpected answer");
      }
    };
    a.closeGate();
    try (var e = engine(a)) {
      var job = e.engine().submit(e.image("a-image", 1)).job();
      a.awaitSubmit();
      e.engine().cancel(job);
      a.openGate();
      assertEquals(JobState.SUCCEEDED, e.engine().await(job, Duration.ofSeconds(20)).state());
    }
  }

  @Test
  void aSetWithAPartNobodyCanPriceDoesNotTellACostAsIfItWereWhole() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE).atOnce(1).listPrice("0.04").startFails(new Failure.TimedOut("slow"));
    try (var e = engine(a)) {
      var job = e.run(e.image("a-image", 2));
      assertEquals("upstream_outcome_unknown", job.shortfall().orElseThrow().code());
      assertEquals(Optional.empty(), job.outcome().usage().cost());
    }
  }

  @Test
  void aCancelThatComesJustBeforeTheWaitIsHeard() throws Exception {
    var options = StoreOptions.at(folder.resolve("data"), folder.resolve("storage")).withReserve(0);
    var a = new FakeProvider("a", Style.AT_ONCE);
    try (var database = Database.open(options, Time.system())) {
      var pool = new TokenPool(PoolOptions.defaults(), Time.system());
      pool.use(List.of(new TokenPool.Share(new Credential("a", "a#1", new Secret("s")), 1, -1)));
      var offer = new Catalogue.Offer(List.of(a), Set.of("a"), id -> Optional.empty(), id -> Optional.empty());
      var self = new AtomicReference<JobEngine>();
      var engine = new JobEngine(JobOptions.defaults(), new Catalogue(offer, Names.NONE, Time.system()), pool, new JobTable(database),
          new MediaStore(database), event -> {
            if (event instanceof Event.Changed c && c.job().state() == JobState.QUEUED) self.get().cancel(c.job());
          }, Time.system());
      self.set(engine);
      var busy = pool.tryLease(Wish.of(List.of("a"), Kind.IMAGE, "somebody")).orElseThrow();
      try {
        var job = engine.submit(submission(image("a-image", 1), Optional.empty())).job();
        assertEquals(JobState.CANCELLED, engine.await(job, Duration.ofSeconds(5)).state());
      } finally {
        busy.close();
        engine.close();
      }
    }
  }

  // ---- restart ----

  @Test
  void afterARestartTooOnlyThoseAreAskedWhoMakeSoManyAtOnce() throws Exception {
    var one = new FakeProvider("a", Style.AT_ONCE).atOnce(1);
    var ten = new FakeProvider("b", Style.AT_ONCE);
    var row = queued("1", image("shared-image", 3), time.instant());
    try (var e = engine()) {
      e.jobs().insert(row);
    }
    try (var e = engine(one, ten)) {
      e.resumed(row.id());
      assertEquals(List.of(0, 1), List.of(one.ledger().size(), ten.ledger().size()));
    }
  }

  @Test
  void jobsThatWaitedForARestedCredentialGoOnAfterARestart() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE);
    var rows = new ArrayList<Job>();
    try (var e = engine()) {
      for (int i = 0; i < 8; i++) {
        var job = queued("" + i, image("a-image", 1), time.instant());
        e.jobs().insert(job);
        var tried = job.submitting(Attempt.begun("a", "a-image", "a#1", time.instant()))
            .back(new Failure.Limited(Duration.ofSeconds(30), "slow down"), time.instant());
        e.jobs().save(tried);
        rows.add(tried);
      }
    }
    a.closeGate();
    try (var e = engine(a)) {
      a.awaitSubmit();
      a.openGate();
      var states = new ArrayList<JobState>();
      for (var row : rows) states.add(e.resumed(row.id()).state());
      assertEquals(java.util.Collections.nCopies(8, JobState.SUCCEEDED), states);
    }
  }

  private static final class Honest extends FakeProvider implements Reconciling {
    Honest(String id) {
      super(id, Style.AT_ONCE);
    }

    @Override
    public Optional<Step> find(Task task, Credential c, Progress p) {
      return Optional.empty();
    }
  }

  @Test
  void whatItsProviderProvablyNeverGotIsSentAfterARestart() throws Exception {
    var row = queued("1", image("a-image", 1), time.instant());
    try (var e = engine()) {
      e.jobs().insert(row);
      e.jobs().save(row.submitting(Attempt.begun("a", "a-image", "a#1", time.instant())));
    }
    var a = new Honest("a");
    try (var e = engine(a)) {
      var job = e.resumed(row.id());
      assertEquals(JobState.SUCCEEDED, job.state(), "" + job.failure());
      assertEquals(1, a.ledger().size());
    }
  }

  @Test
  void aStopBeforeTheSendDoesNotMakeAnUnsentJobUnknown() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE);
    var self = new AtomicReference<TestEngine>();
    var probe = new Database.Probe() {
      @Override
      public void afterCommit(long n) {
        if (self.get() != null) self.get().engine().close();
      }
    };
    String id;
    try (var e = TestEngine.start(folder, time, List.of(a), probe)) {
      self.set(e);
      id = e.engine().submit(e.image("a-image", 1)).job().id();
      settle(e);
      self.set(null);
    }
    try (var e = engine(a)) {
      assertEquals(JobState.SUCCEEDED, e.resumed(id).state());
      assertEquals(1, a.ledger().size());
    }
  }

  // ---- dispatch ----

  @Test
  void whoNeverSucceededIsNotTheFastestForEver() {
    var dispatcher = new Dispatcher(time);
    var bad = candidate(new FakeProvider("a", Style.AT_ONCE), Preset.NONE);
    var good = candidate(new FakeProvider("b", Style.AT_ONCE), Preset.NONE);
    for (int i = 0; i < 20; i++) {
      dispatcher.began(bad);
      dispatcher.failed(bad, new Failure.Unreachable("down"));
      dispatcher.ended(bad);
      dispatcher.began(good);
      dispatcher.succeeded(good, Duration.ofSeconds(5));
      dispatcher.ended(good);
    }
    assertEquals("b", dispatcher.order(List.of(bad, good), Strategy.FASTEST, image("x", 1)).getFirst().provider().id());
  }

  private static Candidate candidate(FakeProvider provider, Preset preset) {
    Model model = provider.models().getFirst();
    return new Candidate(provider, model, preset);
  }

  @Test
  void aSeedThatTheNameFixesDoesNotBuyTheSamePictureFourTimes() {
    var preset = new Preset(Optional.empty(), OptionalInt.empty(), new JsonObject().add("seed", 7));
    var candidate = candidate(new FakeProvider("a", Style.AT_ONCE).atOnce(1), preset);
    var seeds = Split.of(image("a-image", 4), List.of(candidate)).parts().stream()
        .map(t -> "" + candidate.prepare(t).extras().get("seed")).distinct().count();
    assertEquals(4, seeds);
  }

  @Test
  void aBadKeyIsToldAtOnceAndNotAfterTwoMinutes() throws Exception {
    var bad = new Failure.BadCredential("wrong key");
    var a = new FakeProvider("a", Style.AT_ONCE).startFails(bad).startFails(bad).startFails(bad);
    try (var e = engine(a)) {
      long before = time.nanos();
      assertEquals(bad, e.run(e.image("a-image", 1)).failure().orElseThrow());
      assertTrue(time.nanos() - before < Duration.ofSeconds(10).toNanos(), "after " + Duration.ofNanos(time.nanos() - before));
    }
  }

  @Test
  void aRowThatHasEndedMeanwhileIsNotSent() throws Exception {
    var a = new FakeProvider("a", Style.AT_ONCE);
    var options = StoreOptions.at(folder.resolve("data"), folder.resolve("storage")).withReserve(0);
    try (var database = Database.open(options, Time.system())) {
      var pool = new TokenPool(PoolOptions.defaults(), Time.system());
      pool.use(List.of(new TokenPool.Share(new Credential("a", "a#1", new Secret("s")), 1, -1)));
      var offer = new Catalogue.Offer(List.of(a), Set.of("a"), id -> Optional.empty(), id -> Optional.empty());
      var table = new JobTable(database);
      var engine = new JobEngine(JobOptions.defaults(), new Catalogue(offer, Names.NONE, Time.system()), pool, table,
          new MediaStore(database), event -> { }, Time.system());
      var busy = pool.tryLease(Wish.of(List.of("a"), Kind.IMAGE, "somebody")).orElseThrow();
      var job = engine.submit(submission(image("a-image", 1), Optional.empty())).job();
      table.finish(job.ended(JobState.FAILED, new Failure.Cancelled("written off"), Time.system().instant()));
      busy.close();
      Await.until("the end of the job's thread", () -> engine.open() == 0);
      engine.close();
      assertEquals(0, a.ledger().size());
    }
  }

  /** What held: leases, tickets and waiting places under a storm of cancels, closes and reloads. */
  @Test
  void thePoolLeaksNothingInAStorm() throws Exception {
    // Five failures in a row come by chance: the provider rests then too, but not for ten seconds and more.
    var breaker = new Breaker.Options(5, Duration.ofMillis(1), Duration.ofMillis(8));
    var pool = new TokenPool(new PoolOptions(3, Duration.ofSeconds(60), Duration.ofMinutes(10), 10_000, breaker), Time.system());
    var shares = List.of(new TokenPool.Share(new Credential("a", "a#1", new Secret("s")), 2, -1),
        new TokenPool.Share(new Credential("b", "b#1", new Secret("s")), 1, -1));
    pool.use(shares);
    var threads = new ArrayList<Thread>();
    var served = new AtomicInteger();
    for (int i = 0; i < 400; i++) {
      int n = i;
      threads.add(Thread.ofVirtual().start(() -> {
        for (int k = 0; k < 20; k++) {
          try (var ticket = pool.queue(Wish.of(n % 3 == 0 ? List.of("a") : List.of("a", "b"), Kind.IMAGE, "owner-" + n % 7))) {
            try (var lease = ticket.await(Duration.ofMillis(n % 5 == 0 ? 1 : 20_000))) {
              if (n % 11 == 0) lease.failed(new Failure.Unreachable("x"));
              else lease.succeeded();
              served.incrementAndGet();
              Thread.yield();
            }
          } catch (GatewayException e) {
            Thread.yield();
          } catch (InterruptedException e) {
            Thread.interrupted();
          }
        }
      }));
    }
    for (int i = 0; i < 200; i++) {
      threads.get((i * 37) % threads.size()).interrupt();
      if (i % 40 == 0) pool.use(shares);
      Thread.yield();
    }
    for (var t : threads) t.join(Duration.ofSeconds(60));
    assertTrue(threads.stream().noneMatch(Thread::isAlive));
    assertEquals(0, pool.waiting());
    assertEquals(0, pool.health().stream().mapToInt(h -> h.inFlight() + h.waiting()).sum());
    assertTrue(served.get() > 4000, "served " + served.get());
  }
}
