package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.JobState;
import easel.store.Database;
import fake.Script;
import fake.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leonardo under the real engine: what a job's owner sees of a lost answer, and what was paid. */
@Timeout(30)
class LeonardoJobTest {
  private static final String MODEL = "leonardo-phoenix-1.0";

  @TempDir
  private Path folder;

  private TestEngine engine(LeonardoStage stage) throws InterruptedException {
    stage.fake.open();
    return TestEngine.start(folder, stage.time, List.of(stage.provider()));
  }

  @Test
  void lostAnswerIsFoundAndBoughtOnce() throws Exception {
    try (var stage = LeonardoStage.of(LeonardoStage.image(LeonardoStage.PHOENIX, 1)); var engine = engine(stage)) {
      stage.fake.take(answer -> answer.cutAfter(0));
      var job = engine.run(engine.image(MODEL, 2));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(2, job.outcome().results().size());
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void whatIsNotInTheListStaysUnknownAndIsBoughtNowhereElse() throws Exception {
    try (var stage = LeonardoStage.of(LeonardoStage.image(LeonardoStage.PHOENIX, 1)); var engine = engine(stage)) {
      stage.fake.refuse(Script.empty(500));
      var job = engine.run(engine.image(MODEL, 1));
      assertEquals(JobState.UNKNOWN, job.state());
      assertEquals(List.of("upstream_outcome_unknown"), engine.outcomes(job));
      assertEquals(1, stage.submits());
    }
  }

  /** The answer came, and the process died before it was on the disk. */
  @Test
  void killedEaselFindsWhatItHadSent() throws Exception {
    for (var model : List.of(MODEL, "leonardo-gpt-image-2")) {
      var home = folder.resolve(model);
      try (var stage = LeonardoStage.of(LeonardoStage.image(LeonardoStage.PHOENIX, 1))) {
        stage.fake.open();
        var job = buyAndDie(home, stage, model);
        stage.time.advance(Duration.ofHours(3));
        try (var engine = TestEngine.start(home, stage.time, List.of(stage.restarted()))) {
          assertEquals(JobState.SUCCEEDED, engine.resumed(job).state());
          assertEquals(1, stage.submits());
        }
      }
    }
  }

  private static String buyAndDie(Path home, LeonardoStage stage, String model) throws InterruptedException {
    var dead = new CountDownLatch(1);
    var probe = new Database.Probe() {
      @Override
      public void beforeCommit(long n) {
        if (stage.submits() == 0) return;
        dead.countDown();
        throw new IllegalStateException("killed");
      }
    };
    try (var engine = TestEngine.start(home, stage.time, List.of(stage.provider()), probe)) {
      var job = engine.engine().submit(engine.image(model, 1)).job();
      dead.await();
      return job.id();
    }
  }

  @Test
  void twinWithoutASeedOfOursMakesTheJobUnknown() throws Exception {
    try (var stage = LeonardoStage.of(LeonardoStage.image("gpt-image-2", 1)); var engine = engine(stage)) {
      stage.fake.elsewhere(new JsonObject().add("id", "twin").add("prompt", "a red boat").add("createdAt", stage.time.instant().toString()));
      stage.fake.take(answer -> answer.cutAfter(0));
      assertEquals(JobState.UNKNOWN, engine.run(engine.image("leonardo-gpt-image-2", 1)).state());
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void manyPicturesOfOneOrderHaveSeedsOfTheirOwnAndAreFoundEach() throws Exception {
    try (var stage = LeonardoStage.of(LeonardoStage.image(LeonardoStage.PHOENIX, 1)); var engine = engine(stage)) {
      IntStream.range(0, 3).forEach(i -> stage.fake.take(answer -> answer.cutAfter(0)));
      var job = engine.run(engine.image(MODEL, 10));
      assertEquals(JobState.SUCCEEDED, job.state());
      assertEquals(10, job.outcome().results().size());
      assertEquals(3, stage.submits());
      assertEquals(3, stage.fake.generations().stream().map(g -> g.body().getLong("seed", 0)).distinct().count());
    }
  }
}
