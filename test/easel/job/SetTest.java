package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Media;
import easel.core.Task;
import easel.store.StoreException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More results than a provider makes at once: several purchases, one job. */
class SetTest {
  @TempDir
  private Path folder;

  private TestEngine engine(FakeProvider... providers) throws Exception {
    return TestEngine.start(folder, new FakeTime(), List.of(providers));
  }

  private static Submission seeded(int count) {
    var task = new Task.Image("a-image", "a red boat", count, Optional.empty(), Look.ANY, 0, List.of(),
        new JsonObject().add("seed", 41));
    return new Submission(TestEngine.CALLER, "images/generations", "", task, Optional.empty(), Optional.empty(), "hash", false);
  }

  private static List<Integer> positions(Job job) {
    return job.outcome().results().stream().map(Media::position).toList();
  }

  @ParameterizedTest
  @EnumSource
  void fourPicturesOfAProviderThatMakesOneAtATimeAreFourPurchasesAndOneJob(Style style) throws Exception {
    var provider = new FakeProvider("a", style).atOnce(1).listPrice("0.04");
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 4));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(4, provider.ledger().stream().distinct().count());
      assertEquals(List.of(0, 16, 32, 48), positions(job));
      assertEquals(List.of("succeeded", "succeeded", "succeeded", "succeeded"), e.outcomes(job));
      assertEquals(Optional.of(new BigDecimal("0.16")), job.outcome().usage().cost());
      assertEquals(Optional.empty(), job.shortfall());
      assertEquals("a", job.hold().provider());
      assertEquals(job, e.jobs().find(job.id()).orElseThrow());
    }
  }

  @Test
  void whoMakesAllAtOnceIsAskedBeforeWhoDoesNot() throws Exception {
    var one = new FakeProvider("a", Style.AT_ONCE).atOnce(1);
    var ten = new FakeProvider("b", Style.AT_ONCE);
    try (var e = engine(one, ten)) {
      assertEquals(JobState.SUCCEEDED, e.run(e.image("shared-image", 3)).state());
      assertEquals(List.of(0, 1), List.of(one.ledger().size(), ten.ledger().size()));
    }
  }

  @Test
  void thePartsAreAsLargeAsTheProviderMakesThem() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).atOnce(2);
    try (var e = engine(provider)) {
      assertEquals(List.of(0, 1, 16, 17, 32), positions(e.run(e.image("a-image", 5))));
      assertEquals(3, provider.ledger().size());
    }
  }

  @Test
  void partialSuccessIsToldWithItsReason() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).atOnce(1).startFails(new Failure.Refused("policy"));
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 3));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(2, job.outcome().results().size());
      assertEquals(Optional.of(new Failure.Refused("policy")), job.shortfall());
      assertEquals(1, job.attempts().stream().filter(a -> a.outcome().equals("moderation_blocked")).count());
      assertEquals(job, e.jobs().find(job.id()).orElseThrow());
    }
  }

  @Test
  void aPartThatMayHaveBeenPaidForSaysSoThoughOthersSucceeded() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).atOnce(1).startFails(new Failure.TimedOut("slow"))
        .startFails(new Failure.Refused("policy"));
    try (var e = engine(provider)) {
      var job = e.run(e.image("a-image", 3));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals("upstream_outcome_unknown", job.shortfall().orElseThrow().code());
    }
  }

  @Test
  void aSetWithoutAnyResultFailsAndWhatWasNeverBoughtMayBeAskedForAgain() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).atOnce(1).startFails(new Failure.Refused("policy"))
        .startFails(new Failure.Refused("policy"));
    try (var e = engine(provider)) {
      var task = e.image("a-image", 2).task();
      var keyed = new Submission(TestEngine.CALLER, "images/generations", "", task, Optional.empty(), Optional.of("k"), "hash", false);
      var job = e.run(keyed);
      assertEquals(JobState.FAILED, job.state());
      assertEquals(new Failure.Refused("policy"), job.failure().orElseThrow());
      assertEquals(JobState.SUCCEEDED, e.run(keyed).state());
      assertEquals(2, provider.ledger().size());
    }
  }

  @Test
  void aSetNobodyCanTellOfIsUnknownAndKeepsItsKey() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).atOnce(1).startFails(new Failure.Refused("policy"))
        .startFails(new Failure.TimedOut("slow"));
    try (var e = engine(provider)) {
      var task = e.image("a-image", 2).task();
      var keyed = new Submission(TestEngine.CALLER, "images/generations", "", task, Optional.empty(), Optional.of("k"), "hash", false);
      var job = e.run(keyed);
      assertEquals(JobState.UNKNOWN, job.state());
      assertEquals(job, e.run(keyed));
      assertEquals(1, provider.ledger().size());
    }
  }

  @Test
  void everyPartHasASeedOfItsOwn() throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).atOnce(1);
    try (var e = engine(provider)) {
      e.run(seeded(3));
      assertEquals(List.of("41", "42", "43"), provider.seeds().stream().sorted().toList());
    }
  }

  @Test
  void cancellingASetCancelsItsParts() throws Exception {
    var provider = new FakeProvider("a", Style.BY_POLLING).atOnce(1).polls(1_000_000);
    provider.closeGate();
    try (var e = engine(provider)) {
      var job = e.engine().submit(e.image("a-image", 3)).job();
      provider.awaitSubmit();
      e.engine().cancel(job);
      provider.openGate();
      assertEquals(JobState.CANCELLED, e.engine().await(job, Duration.ofDays(1)).state());
    }
  }

  @Test
  void partsAreNobodysJobs() throws Exception {
    try (var e = engine(new FakeProvider("a", Style.AT_ONCE).atOnce(1))) {
      var job = e.run(e.image("a-image", 2));
      assertEquals(List.of(job), e.jobs().page("key-1", 10, ""));
      assertTrue(e.engine().find(job.id() + "-part0", TestEngine.CALLER).isEmpty());
      assertEquals(1, e.jobs().counts().values().stream().mapToLong(Long::longValue).sum());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereverItIsKilledEachPartIsBoughtOnceAtMostAndWhatIsPaidIsDelivered(Style style) throws Exception {
    int commits = commits(style);
    for (int at = 0; at < commits; at++) {
      for (boolean before : List.of(true, false)) check(style, at, before);
    }
  }

  private int commits(Style style) throws Exception {
    var probe = new KillSwitch(Integer.MAX_VALUE, true);
    try (var e = TestEngine.start(folder.resolve("count"), new FakeTime(), List.of(new FakeProvider("a", style).atOnce(1)), probe)) {
      assertEquals(JobState.SUCCEEDED, e.run(e.image("a-image", 2)).state());
    }
    return probe.seen();
  }

  private void check(Style style, int at, boolean before) throws Exception {
    var words = style + " killed " + (before ? "before" : "after") + " commit " + at;
    var home = folder.resolve(at + "-" + before);
    var provider = new FakeProvider("a", style).atOnce(1);
    runAndDie(home, provider, new KillSwitch(at, before));
    try (var e = TestEngine.start(home, new FakeTime(), List.of(provider))) {
      var jobs = e.everyJobEnded();
      assertTrue(provider.ledger().size() <= 2, words + ": bought " + provider.ledger().size());
      assertEquals(provider.ledger().size(), provider.ledger().stream().distinct().count(), words);
      var sets = jobs.stream().filter(Job::isSet).toList();
      assertEquals(jobs.isEmpty() ? 0 : 1, sets.stream().map(Job::id).distinct().count(), words);
      var parts = jobs.stream().filter(Job::isPart).toList();
      long good = parts.stream().filter(p -> p.state() == JobState.SUCCEEDED).map(Job::id).distinct().count();
      for (var set : sets) assertEquals(good, set.outcome().results().size(), words);
      for (var part : parts) assertTrue(part.state() == JobState.SUCCEEDED || part.state() == JobState.UNKNOWN, words + part);
    }
  }

  private static void runAndDie(Path home, FakeProvider provider, KillSwitch probe) throws Exception {
    try (var e = TestEngine.start(home, new FakeTime(), List.of(provider), probe)) {
      try {
        // Two parts at once commit together or not: where it died later than here, it has simply ended well.
        e.engine().await(e.engine().submit(e.image("a-image", 2)).job(), Duration.ofDays(1));
      } catch (StoreException | GatewayException died) {
        // What the dead process said is of no interest: the next one is asked.
      }
    }
  }
}
