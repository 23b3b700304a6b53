package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.store.StoreException;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs one job and counts the store's commits; then runs it again for each of them, killed just before and just after
 * it, and starts anew on the same folder. The provider's ledger lives through all of it.
 */
class CrashSweepTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource
  void whateverTheMomentNothingIsBoughtTwiceAndNothingPaidIsLost(Style style) throws Exception {
    int commits = commitsOf(style);
    assertTrue(commits >= 2, "a job is stored before it is sent, and when it ends");
    for (int at = 0; at < commits; at++) {
      for (boolean before : List.of(true, false)) check(style, at, before, commits);
    }
  }

  private int commitsOf(Style style) throws Exception {
    var probe = new KillSwitch(Integer.MAX_VALUE, true);
    try (var e = TestEngine.start(folder.resolve("count"), new FakeTime(), List.of(new FakeProvider("a", style)), probe)) {
      assertEquals(JobState.SUCCEEDED, e.run(e.image("a-image", 2)).state());
    }
    return probe.seen();
  }

  private void check(Style style, int at, boolean before, int commits) throws Exception {
    var words = style + " killed " + (before ? "before" : "after") + " commit " + at + " of " + commits;
    var home = folder.resolve(at + "-" + before);
    var provider = new FakeProvider("a", style).listPrice("0.04");
    var accepted = runAndDie(home, provider, new KillSwitch(at, before));
    try (var e = TestEngine.start(home, new FakeTime(), List.of(provider))) {
      var jobs = e.everyJobEnded();
      assertTrue(provider.ledger().size() <= 1, words + ": bought " + provider.ledger().size() + " times");
      accepted.ifPresent(a -> assertTrue(jobs.stream().anyMatch(j -> j.id().equals(a.id())), words + ": an accepted job is gone"));
      for (var job : jobs) assertEquals(expected(job, at == commits - 1), job.state(), words);
      for (var job : jobs) if (job.state() == JobState.SUCCEEDED) assertEquals(2, job.outcome().results().size(), words);
      for (var job : jobs) if (job.state() == JobState.SUCCEEDED) assertEquals("0.08", cost(job), words);
      if (provider.ledger().size() == 1) assertEquals(1, jobs.size(), words + ": paid, and no job tells of it");
    }
  }

  /** With a handle in its row a job always ends well, and so does one whose files were complete; all else is doubt. */
  private static JobState expected(Job job, boolean filesWereKept) {
    return filesWereKept || !job.hold().handle().isEmpty() ? JobState.SUCCEEDED : JobState.UNKNOWN;
  }

  private static String cost(Job job) {
    return job.outcome().usage().cost().map(BigDecimal::toPlainString).orElse("none");
  }

  private static Optional<Job> runAndDie(Path home, FakeProvider provider, KillSwitch probe) throws Exception {
    try (var e = TestEngine.start(home, new FakeTime(), List.of(provider), probe)) {
      try {
        return Optional.of(e.engine().submit(e.image("a-image", 2)).job());
      } catch (StoreException | GatewayException died) {
        return Optional.empty();
      } finally {
        probe.awaitDead();
      }
    }
  }

  /** Killed when its files had moved and its row did not know. */
  private Job adopted(String home, FakeProvider provider, int count) throws Exception {
    var probe = new KillSwitch(1, true);
    try (var e = TestEngine.start(folder.resolve(home), new FakeTime(), List.of(provider), probe)) {
      e.engine().submit(e.image("a-image", count));
      probe.awaitDead();
    }
    try (var e = TestEngine.start(folder.resolve(home), new FakeTime(), List.of(provider))) {
      return e.everyJobEnded().getFirst();
    }
  }

  @Test
  void aLesserResultSaysSoAlsoWhereItIsAdopted() throws Exception {
    var why = new Failure.WorkFailed("the picture could not be made larger");
    var lesser = new FakeProvider("a", Style.AT_ONCE) {
      @Override
      public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
        var done = (Step.Done) super.start(task, credential, progress);
        return new Step.Done(done.outputs(), done.usage(), Optional.of(why));
      }
    };
    var job = adopted("lesser", lesser, 1);
    assertEquals(List.of(JobState.SUCCEEDED, 1, Optional.of(why)), List.of(job.state(), job.outcome().results().size(), job.shortfall()));
    var whole = adopted("whole", new FakeProvider("a", Style.AT_ONCE), 2);
    assertEquals(List.of(JobState.SUCCEEDED, 2, Optional.empty()), List.of(whole.state(), whole.outcome().results().size(), whole.shortfall()));
    var fewer = adopted("fewer", new FakeProvider("a", Style.AT_ONCE).drawsAlso(new byte[] {1, 2, 3}), 3);
    assertEquals(List.of(JobState.SUCCEEDED, 2, Optional.of(new Failure.BadMedia("1 of the files that came were not usable."))),
        List.of(fewer.state(), fewer.outcome().results().size(), fewer.shortfall()));
  }
}
