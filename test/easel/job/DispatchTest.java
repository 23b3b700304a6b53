package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked after whom, and what the job tells of it. */
class DispatchTest {
  @TempDir
  private Path folder;

  private TestEngine engine(FakeProvider... providers) throws Exception {
    return TestEngine.start(folder, new FakeTime(), List.of(providers));
  }

  private TestEngine engine(JobOptions options, FakeProvider... providers) throws Exception {
    return TestEngine.start(folder, new FakeTime(), List.of(providers), options);
  }

  private static JobOptions refusalsGoOn() {
    var d = JobOptions.defaults();
    return new JobOptions(d.imageTimeout(), d.videoTimeout(), d.noProgressTimeout(), d.fetchGrace(), d.imagePatience(),
        d.videoPatience(), d.openMax(), d.joinWindow(), true);
  }

  @Test
  void workGivenUpForFreeGoesToTheNextProvider() throws Exception {
    var first = new FakeProvider("a", Style.BY_POLLING).pollFails(new Failure.WorkFailed("gpu on fire", true));
    var second = new FakeProvider("b", Style.BY_POLLING);
    try (var e = engine(first, second)) {
      var job = e.run(e.image("shared-image", 1));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(List.of("generation_failed", "succeeded"), e.outcomes(job));
      assertEquals("b", job.hold().provider());
      assertEquals(List.of(1, 1), List.of(first.ledger().size(), second.ledger().size()));
    }
  }

  @Test
  void workThatMayHaveBeenChargedGoesNowhere() throws Exception {
    var first = new FakeProvider("a", Style.BY_POLLING).pollFails(new Failure.WorkFailed("gpu on fire"));
    var second = new FakeProvider("b", Style.BY_POLLING);
    try (var e = engine(first, second)) {
      assertEquals(new Failure.WorkFailed("gpu on fire"), e.run(e.image("shared-image", 1)).failure().orElseThrow());
      assertEquals(0, second.ledger().size());
    }
  }

  @Test
  void whatEveryProviderGaveUpForFreeMayBeAskedForAgainWithTheSameKey() throws Exception {
    var only = new FakeProvider("a", Style.BY_POLLING).pollFails(new Failure.WorkFailed("gpu on fire", true));
    try (var e = engine(only)) {
      assertEquals(new Failure.WorkFailed("gpu on fire", true), e.run(e.keyed("k", "hash")).failure().orElseThrow());
      assertEquals(JobState.SUCCEEDED, e.run(e.keyed("k", "hash")).state());
    }
  }

  @Test
  void aRefusalGoesOnWhereTheOperatorWantsIt() throws Exception {
    var first = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.Refused("policy"));
    var second = new FakeProvider("b", Style.BY_POLLING).pollFails(new Failure.Refused("policy too"));
    var third = new FakeProvider("c", Style.AT_ONCE);
    try (var e = engine(refusalsGoOn(), first, second, third)) {
      var job = e.run(e.image("shared-image", 1));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(List.of("moderation_blocked", "moderation_blocked", "succeeded"), e.outcomes(job));
    }
  }

  @Test
  void everyAttemptTellsWhatItSaidAndCost() throws Exception {
    var first = new FakeProvider("a", Style.AT_ONCE).startFails(new Failure.Unreachable("no connection"));
    var second = new FakeProvider("b", Style.AT_ONCE);
    try (var e = engine(first, second)) {
      var job = e.run(e.image("shared-image", 1));
      var stored = e.jobs().find(job.id()).orElseThrow().attempts();
      assertEquals(job.attempts(), stored);
      assertEquals("no connection", stored.getFirst().words());
      assertEquals(Optional.of(BigDecimal.ZERO), stored.getFirst().cost());
      assertEquals("b#1", stored.getLast().credential());
      assertTrue(stored.stream().allMatch(a -> a.ended().isPresent()));
    }
  }

  @Test
  void whereEverythingFailsTheAttemptsStayWithinAFifthMoreThanTheJobsAndThree() throws Exception {
    var providers = new FakeProvider[6];
    for (int i = 0; i < providers.length; i++) providers[i] = new FakeProvider("p" + i, Style.AT_ONCE);
    int jobs = 50;
    for (var provider : providers) for (int i = 0; i < jobs; i++) provider.startFails(new Failure.Missing("model_not_found", "no such model"));
    try (var e = engine(providers)) {
      int attempts = 0;
      for (int i = 0; i < jobs; i++) attempts += tried(e);
      assertTrue(attempts <= 1.2 * jobs + 3, attempts + " attempts for " + jobs + " jobs");
    }
  }

  private static int tried(TestEngine e) throws Exception {
    try {
      return e.run(e.image("shared-image", 1)).attempts().size();
    } catch (GatewayException refusedAtTheDoor) {
      return 0;
    }
  }

  @Test
  void fallbackThatWorksIsNeverHeldBack() throws Exception {
    var first = new FakeProvider("a", Style.AT_ONCE);
    var second = new FakeProvider("b", Style.AT_ONCE);
    for (int i = 0; i < 100; i++) first.startFails(new Failure.Missing("model_not_found", "no such model"));
    try (var e = engine(first, second)) {
      for (int i = 0; i < 100; i++) assertEquals(JobState.SUCCEEDED, e.run(e.image("shared-image", 1)).state());
    }
  }

  @Test
  void aTimeoutOfTheFetchHandsOverWhatThereIs() throws Exception {
    var provider = new FakeProvider("a", Style.BY_LINK).polls(1).oneLinkIsDead();
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 3));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(2, job.outcome().results().size());
      assertInstanceOf(Failure.UpstreamBroken.class, job.shortfall().orElseThrow());
    }
  }

  @Test
  void aJobThatIsDoneTellsItsListPriceWhereTheProviderTellsNone() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).listPrice("0.04");
    try (var e = engine(provider)) {
      Job job = e.run(e.image("a-image", 2));
      assertEquals(Optional.of(new BigDecimal("0.08")), job.outcome().usage().cost());
      assertTrue(job.outcome().usage().listed());
      assertEquals(Optional.of(new BigDecimal("0.08")), job.attempts().getLast().cost());
      assertEquals(Duration.ZERO, Duration.between(job.outcome().ended().orElseThrow(), job.updated()));
    }
  }
}
