package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.JobState;
import easel.core.Kind;
import easel.core.Task;
import easel.job.Submission;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import fake.FakeRunware;
import fake.Script;
import fake.TestEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runware under the real engine: what a job's owner sees of trouble with a paid film, and what was paid. */
@Timeout(30)
class RunwareJobTest {
  private static final String MODEL = "runware-veo-3.1-fast";

  @TempDir
  private Path folder;

  private static RunwareStage stage() throws IOException {
    return RunwareStage.of(RunwareStage.task(Kind.VIDEO));
  }

  private static Submission film() {
    var task = new Task.Video(MODEL, "a red dot rolls", Optional.empty(), OptionalInt.empty(), List.of(), new JsonObject());
    return new Submission(TestEngine.CALLER, "videos", "", task, Optional.empty(), Optional.empty(), "hash", false);
  }

  private void filmIsDelivered(RunwareStage stage) throws Exception {
    try (var engine = TestEngine.start(folder, stage.time, List.of(stage.provider()))) {
      var job = engine.run(film());
      assertEquals(JobState.SUCCEEDED, job.state(), String.valueOf(job.failure()));
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void aFilmOfElevenMinutesWithoutAWordOfItsProgressIsDelivered() throws Exception {
    try (var stage = stage()) {
      var processing = Script.json(200, "{\"data\":[{\"taskType\":\"videoInference\",\"status\":\"processing\"}]}");
      stage.fake.nextPoll(Collections.nCopies(135, processing).toArray(Script[]::new));
      filmIsDelivered(stage);
    }
  }

  @Test
  void anOutageDoesNotMakeTheNextNoFinal() throws Exception {
    try (var stage = stage()) {
      stage.fake.nextPoll(Collections.nCopies(9, Script.json(503, "{}")).toArray(Script[]::new));
      var unknown = FakeRunware.error(404, "taskNotFound", "");
      stage.fake.nextPoll(unknown).nextDetails(unknown);
      filmIsDelivered(stage);
    }
  }

  @Test
  void whatWasTakenIsNotBoughtElsewhereBecauseTheMoneyIsGoneNow() throws Exception {
    try (var stage = stage(); var other = stage(); var upstream = new Upstream(UpstreamOptions.defaults())) {
      var options = new RunwareOptions("runware-b", other.fake.base(), Duration.ofSeconds(20), 1 << 20, "Easel/test");
      var models = ModelFile.read("runware.json", ProviderSettings.of("runware-b", "runware"));
      var second = new RunwareProvider(options, models, upstream, upstream.fetcher(), stage.time);
      stage.fake.nextPoll(FakeRunware.error(402, "insufficientCredits", ""));
      try (var engine = TestEngine.start(folder, stage.time, List.of(stage.provider(), second))) {
        assertEquals(JobState.SUCCEEDED, engine.run(film()).state());
        assertEquals(1, stage.submits());
        assertEquals(0, other.submits());
      }
    }
  }
}
