package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.JobState;
import fake.Script;
import fake.TestEngine;
import java.nio.file.Path;
import java.util.List;
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
  void whatWasCertainlyNeverAcceptedIsBoughtElsewhereOrNotAtAll() throws Exception {
    try (var stage = LeonardoStage.of(LeonardoStage.image(LeonardoStage.PHOENIX, 1)); var engine = engine(stage)) {
      stage.fake.refuse(Script.empty(500));
      var job = engine.run(engine.image(MODEL, 1));
      assertEquals(JobState.FAILED, job.state());
      assertEquals(List.of("no_capacity"), engine.outcomes(job));
      assertEquals(List.of(), stage.fake.generations());
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
