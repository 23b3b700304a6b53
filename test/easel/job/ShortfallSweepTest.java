package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.JobState;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.store.Database;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills before each rename of a result; the next start may get another result than the first did. */
@Timeout(60)
class ShortfallSweepTest {
  private static final Failure WHY = new Failure.WorkFailed("the picture could not be made larger");

  @TempDir
  private Path folder;

  /** The first poll that has results brings lesser ones (or whole ones), later polls the other. */
  private static FakeProvider provider(boolean firstLesser, AtomicInteger asked) {
    return new FakeProvider("a", Style.BY_POLLING) {
      @Override
      public Step resume(String handle, Credential credential, Progress progress) {
        var step = super.resume(handle, credential, progress);
        if (!(step instanceof Step.Done done)) return step;
        boolean lesser = (asked.getAndIncrement() == 0) == firstLesser;
        return lesser ? new Step.Done(done.outputs(), done.usage(), Optional.of(WHY)) : step;
      }
    }.polls(1);
  }

  @Test
  void whatIsSaidOfAResultIsAlwaysOfThisOne() throws Exception {
    for (int count : List.of(1, 3)) {
      for (boolean firstLesser : List.of(true, false)) {
        for (int at = 0; at < 2 * count + 1; at++) check(count, firstLesser, at);
      }
    }
  }

  private void check(int count, boolean firstLesser, int at) throws Exception {
    var home = folder.resolve(count + "-" + firstLesser + "-" + at);
    var asked = new AtomicInteger();
    var provider = provider(firstLesser, asked);
    var moves = new AtomicInteger();
    var dead = new CountDownLatch(1);
    var probe = new Database.Probe() {
      @Override
      public void beforeMove(Path from, Path to) {
        if (moves.getAndIncrement() == at) {
          dead.countDown();
          throw new IllegalStateException("killed at move " + at);
        }
      }

      @Override
      public void beforeCommit(long n) {
        if (asked.get() > 0) {
          dead.countDown();
          throw new IllegalStateException("killed before the end was stored");
        }
      }
    };
    try (var e = TestEngine.start(home, new FakeTime(), List.of(provider), probe)) {
      e.engine().submit(e.image("a-image", count));
      dead.await();
    }
    int before = asked.get();
    try (var e = TestEngine.start(home, new FakeTime(), List.of(provider))) {
      var job = e.everyJobEnded().getFirst();
      boolean lesser = (asked.get() == before) == firstLesser;
      var words = count + " " + firstLesser + " " + at + " adopted=" + (asked.get() == before);
      assertEquals(List.of(JobState.SUCCEEDED, count, lesser ? Optional.of(WHY) : Optional.empty()),
          List.of(job.state(), job.outcome().results().size(), job.shortfall()), words);
    }
  }
}
