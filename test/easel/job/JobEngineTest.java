package easel.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Event;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Size;
import easel.core.Task;
import easel.core.Time;
import fake.Await;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobEngineTest {
  @TempDir
  private Path folder;

  private TestEngine engine(FakeProvider... providers) throws Exception {
    return TestEngine.start(folder, new FakeTime(), List.of(providers));
  }

  private static JobOptions limits(Duration all) {
    return new JobOptions(all, all, all, all, all, all, 100, all, false);
  }

  @ParameterizedTest
  @EnumSource
  void aPictureGoesAllTheWay(Style style) throws Exception {
    var provider = new FakeProvider("a", style);
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 2));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(1, provider.ledger().size());
      assertEquals(2, job.outcome().results().size());
      for (var media : job.outcome().results()) {
        assertArrayEquals(FakeProvider.PNG, Files.readAllBytes(e.media().find(media.id()).orElseThrow().file()));
      }
      assertEquals(List.of("succeeded"), e.outcomes(job));
    }
  }

  @Test
  void aSizeThatWouldNotBeKeptIsNotBought() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    try (var e = engine(provider)) {
      var huge = new Task.Image("a-image", "a red boat", 1, Optional.of(new Size(8192, 8192)), Look.ANY, 0, List.of(), new JsonObject());
      var submission = new Submission(TestEngine.CALLER, "images/generations", "", huge, Optional.empty(), Optional.empty(), "hash", false);
      var failure = assertThrows(GatewayException.class, () -> e.engine().submit(submission)).failure();
      assertEquals(new Failure.Invalid("size", "size must have at most 50000000 pixels: larger ones are not kept here"), failure);
      assertEquals(List.of(), provider.ledger());
    }
  }

  @Test
  void whatWasProvenNotAcceptedGoesToTheNextProvider() throws Exception {
    var first = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.Unreachable("no connection"));
    var second = new FakeProvider("b", Style.AT_ONCE);
    try (var e = engine(first, second)) {
      var job = e.run(e.image("shared-image", 1));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(List.of("upstream_unreachable", "succeeded"), e.outcomes(job));
      assertEquals(0, first.ledger().size());
      assertEquals(1, second.ledger().size());
    }
  }

  @Test
  void whatMayHaveBeenAcceptedGoesNowhereElse() throws Exception {
    for (var why : List.of(new Failure.UpstreamBroken(500, "oops"), new Failure.TimedOut("slow"), new Failure.Internal("bug"))) {
      var first = new FakeProvider("a", Style.AT_ONCE).startFails(why);
      var second = new FakeProvider("b", Style.AT_ONCE);
      try (var e = TestEngine.start(folder.resolve(why.code()), new FakeTime(), List.of(first, second))) {
        var job = e.run(e.image("shared-image", 1));
        assertEquals(JobState.UNKNOWN, job.state());
        assertInstanceOf(Failure.OutcomeUnknown.class, job.outcome().failure().orElseThrow());
        assertEquals(1, first.ledger().size());
        assertEquals(0, second.ledger().size());
      }
    }
  }

  @Test
  void aRefusalEndsTheJobAndIsNotTriedElsewhere() throws Exception {
    var first = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.Refused("policy"));
    var second = new FakeProvider("b", Style.AT_ONCE);
    try (var e = engine(first, second)) {
      var job = e.run(e.image("shared-image", 1));
      assertEquals(new Failure.Refused("policy"), job.outcome().failure().orElseThrow());
      assertEquals(0, second.ledger().size());
    }
  }

  @Test
  void aLimitedCredentialIsFollowedByTheNextOne() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.Limited(Duration.ofSeconds(60), "slow down"));
    try (var e = engine(provider)) {
      e.credentials(provider, 2);
      var job = e.run(e.image("a-image", 1));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(2, job.attempts().stream().map(a -> a.credential()).distinct().count());
    }
  }

  @Test
  void troubleWhilePollingLosesNothing() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING);
    for (int i = 0; i < 20; i++) provider.pollFails(new Failure.UpstreamBroken(503, "busy"));
    provider.pollFails(new Failure.BadCredential("expired")).pollFails(new Failure.Limited(Duration.ofSeconds(7), "slow down"));
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(provider), limits(Duration.ofHours(10)))) {
      var job = e.run(e.image("a-image", 1));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(1, provider.ledger().size());
      assertEquals(1, provider.credentials().stream().distinct().count(), "polls need the credential of the submit");
    }
  }

  @Test
  void theProvidersVerdictEndsTheJob() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING).pollFails(new Failure.WorkFailed("gpu on fire"));
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 1));
      assertEquals(JobState.FAILED, job.state());
      assertEquals(new Failure.WorkFailed("gpu on fire"), job.outcome().failure().orElseThrow());
    }
  }

  @Test
  void aJobWithoutEndTimesOutAndIsStoppedUpstream() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING).polls(1_000_000);
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(provider), limits(Duration.ofSeconds(2)))) {
      var job = e.run(e.image("a-image", 1));
      assertInstanceOf(Failure.TimedOut.class, job.outcome().failure().orElseThrow());
      assertTrue(provider.wasCancelled());
      assertFalse(job.hold().handle().isEmpty(), "a person can still look for it");
    }
  }

  @Test
  void aFileThatIsNoPictureFailsTheJobAndIsNotServed() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).draws("<html>sorry</html>".getBytes());
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 1));
      assertInstanceOf(Failure.BadMedia.class, job.outcome().failure().orElseThrow());
      assertEquals(List.of(), job.outcome().results());
    }
  }

  @Test
  void aFetchThatNeverWorksEndsWithItsGrace() throws Exception {
    var provider = new FakeProvider("a", Style.BY_LINK);
    provider.polls(1);
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(provider), limits(Duration.ofSeconds(8)))) {
      var submission = e.image("a-image", 1);
      provider.closeGate();
      var job = e.engine().submit(submission).job();
      provider.awaitSubmit();
      for (int i = 0; i < 200; i++) provider.pollFails(new Failure.UpstreamBroken(404, "gone"));
      provider.openGate();
      assertInstanceOf(Failure.TimedOut.class, e.resumed(job.id()).outcome().failure().orElseThrow());
    }
  }

  @Test
  void oneBadPictureDoesNotCostTheOthers() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).drawsAlso("<html>".getBytes());
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 3));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(2, job.outcome().results().size());
      assertEquals(Optional.of(new Failure.BadMedia("1 of the files that came were not usable.")), job.shortfall());
      assertEquals(job, e.jobs().find(job.id()).orElseThrow());
    }
  }

  @Test
  void aRetryJoinsTheRunningJobThoughANewerOneFailedForFree() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    provider.closeGate();
    try (var e = engine(provider)) {
      var first = e.engine().submit(e.repeated("hash", false)).job();
      provider.awaitSubmit();
      provider.startFails(new Failure.Refused("policy"));
      assertEquals(JobState.FAILED, e.run(e.repeated("hash", false)).state());
      var again = e.engine().submit(e.repeated("hash", true));
      assertEquals(first.id(), again.job().id());
      provider.openGate();
      assertEquals(JobState.SUCCEEDED, e.resumed(first.id()).state());
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void resumingDoesNotTouchAJobThatIsUnderWay() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    provider.closeGate();
    try (var e = engine(provider)) {
      var job = e.engine().submit(e.image("a-image", 1)).job();
      provider.awaitSubmit();
      e.engine().resume();
      provider.openGate();
      assertEquals(JobState.SUCCEEDED, e.resumed(job.id()).state());
      assertEquals(JobState.SUCCEEDED, e.jobs().find(job.id()).orElseThrow().state());
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void fiftyRequestsWithOneKeyAreOneJob() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    try (var e = engine(provider); var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<java.util.concurrent.Future<Accepted>>();
      for (int i = 0; i < 50; i++) tasks.add(callers.submit(() -> e.engine().submit(e.keyed("k", "hash"))));
      var ids = new ArrayList<String>();
      int replayed = 0;
      for (var task : tasks) {
        ids.add(task.get().job().id());
        if (task.get().replayed()) replayed++;
      }
      assertEquals(1, ids.stream().distinct().count());
      assertEquals(49, replayed);
      e.engine().await(tasks.getFirst().get().job(), Duration.ofDays(1));
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void oneKeyForTwoRequestsIsAnError() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    try (var e = engine(provider)) {
      e.run(e.keyed("k", "hash"));
      var wrong = assertThrows(GatewayException.class, () -> e.engine().submit(e.keyed("k", "other hash")));
      assertInstanceOf(Failure.KeyReused.class, wrong.failure());
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void aKeyIsFreeAgainWhenNothingWasBought() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.Invalid("size", "size is odd"));
    try (var e = engine(provider)) {
      assertEquals(JobState.FAILED, e.run(e.keyed("k", "hash")).state());
      assertEquals(JobState.SUCCEEDED, e.run(e.keyed("k", "hash")).state());
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void aKeyStaysWithAJobWhoseOutcomeIsUnknown() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.TimedOut("slow"));
    try (var e = engine(provider)) {
      var first = e.run(e.keyed("k", "hash"));
      var second = e.run(e.keyed("k", "hash"));
      assertEquals(first, second);
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void anSdksOwnRetryJoinsAndADeliberateRepeatDoesNot() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    try (var e = engine(provider)) {
      var first = e.run(e.repeated("hash", false));
      assertEquals(first.id(), e.run(e.repeated("hash", true)).id());
      assertFalse(first.id().equals(e.run(e.repeated("hash", false)).id()));
      assertEquals(2, provider.ledger().size());
    }
  }

  @Test
  void aJobCancelledUpstreamIsCancelled() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING).polls(1_000_000);
    provider.closeGate();
    try (var e = engine(provider)) {
      var job = e.engine().submit(e.image("a-image", 1)).job();
      provider.awaitSubmit();
      e.engine().cancel(job);
      provider.openGate();
      assertEquals(JobState.CANCELLED, e.engine().await(job, Duration.ofDays(1)).state());
      assertTrue(provider.wasCancelled());
    }
  }

  @Test
  void aCancelThatCameTooLateKeepsTheResult() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE);
    provider.closeGate();
    try (var e = engine(provider)) {
      var job = e.engine().submit(e.image("a-image", 1)).job();
      provider.awaitSubmit();
      e.engine().cancel(job);
      provider.openGate();
      assertEquals(JobState.SUCCEEDED, e.engine().await(job, Duration.ofDays(1)).state());
    }
  }

  @Test
  void aWatcherSeesTheStartAndTheEnd() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING);
    provider.closeGate();
    try (var e = engine(provider)) {
      var job = e.engine().submit(e.image("a-image", 1)).job();
      var seen = new ArrayList<Event>();
      try (var watch = e.engine().watch(job)) {
        provider.openGate();
        do seen.add(watch.next(Duration.ofMinutes(1)).orElseThrow());
        while (!seen.getLast().last());
      }
      assertInstanceOf(Event.Changed.class, seen.getFirst());
      assertEquals(JobState.SUCCEEDED, seen.getLast().job().state());
      assertTrue(seen.stream().anyMatch(s -> s.job().standing().percent() == 33));
    }
  }

  @Test
  void aWatcherWhoComesLateGetsThePreviewsToo() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).previews(2);
    try (var e = TestEngine.start(folder, Time.system(), List.of(provider))) {
      var job = e.run(e.image("a-image", 1));
      try (var watch = e.engine().watch(job)) {
        for (int i = 0; i < 2; i++) {
          var preview = (Event.Partial) watch.next(Duration.ofMinutes(1)).orElseThrow();
          assertEquals(i, preview.index());
          assertArrayEquals(FakeProvider.PNG, Files.readAllBytes(preview.picture()));
        }
        assertInstanceOf(Event.Ended.class, watch.next(Duration.ofMinutes(1)).orElseThrow());
      }
    }
  }

  @Test
  void anotherKeysJobIsNotFound() throws Exception {
    try (var e = engine(new FakeProvider("a", Style.AT_ONCE))) {
      var job = e.run(e.image("a-image", 1));
      assertTrue(e.engine().find(job.id(), TestEngine.CALLER).isPresent());
      assertTrue(e.engine().find(job.id(), TestEngine.STRANGER).isEmpty());
    }
  }

  @Test
  void anUnknownModelIsNamedWithItsNeighbours() throws Exception {
    try (var e = engine(new FakeProvider("a", Style.AT_ONCE))) {
      var wrong = assertThrows(GatewayException.class, () -> e.engine().submit(e.image("shraed-image", 1)));
      assertEquals("The model 'shraed-image' does not exist. Did you mean shared-image?", wrong.getMessage());
    }
  }

  @Test
  void moreThanTheModelCanDoNamesTheParameter() throws Exception {
    try (var e = engine(new FakeProvider("a", Style.AT_ONCE))) {
      var wrong = assertThrows(GatewayException.class, () -> e.engine().submit(e.image("a-image", 161)));
      assertEquals("n", ((Failure.Invalid) wrong.failure()).field());
    }
  }

  @Test
  void workUpstreamWaitsForItsCredentialToComeBack() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING).polls(1_000_000);
    var ids = new ArrayList<String>();
    try (var e = TestEngine.start(folder, Time.system(), List.of(provider))) {
      e.credentials(provider, 2);
      for (int i = 0; i < 2; i++) ids.add(e.engine().submit(e.image("a-image", 1)).job().id());
      // What was not answered and stored before the end would be unknown, and rightly so.
      Await.until("both jobs to run",
          () -> ids.stream().allMatch(id -> e.jobs().find(id).orElseThrow().state() == JobState.RUNNING));
    }
    provider.polls(2);
    try (var e = TestEngine.start(folder, Time.system(), List.of(provider))) {
      ids.sort(Comparator.comparing(id -> e.jobs().find(id).orElseThrow().hold().credential()));
      assertEquals(JobState.SUCCEEDED, e.resumed(ids.getFirst()).state());
      assertEquals(JobState.RUNNING, e.jobs().find(ids.getLast()).orElseThrow().state());
      e.credentials(provider, 2);
      e.engine().resume();
      assertEquals(JobState.SUCCEEDED, e.resumed(ids.getLast()).state());
      assertEquals(2, provider.ledger().size());
    }
  }

  @Test
  void aStopLeavesWorkUpstreamForTheNextStart() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING);
    provider.closeGate();
    String id;
    try (var e = TestEngine.start(folder, Time.system(), List.of(provider))) {
      var job = e.engine().submit(e.image("a-image", 1)).job();
      id = job.id();
      provider.awaitSubmit();
      var drain = Thread.ofVirtual().start(() -> {
        try {
          e.engine().drain(Duration.ofDays(1));
        } catch (InterruptedException x) {
          Thread.currentThread().interrupt();
        }
      });
      provider.openGate();
      drain.join();
      assertEquals(JobState.RUNNING, e.jobs().find(id).orElseThrow().state());
      assertThrows(GatewayException.class, () -> e.engine().submit(e.image("a-image", 1)));
    }
    try (var e = engine(provider)) {
      assertEquals(JobState.SUCCEEDED, e.resumed(id).state());
      assertEquals(1, provider.ledger().size());
    }
  }
}
