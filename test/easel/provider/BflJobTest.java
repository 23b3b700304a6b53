package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.JobState;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.job.Submission;
import fake.FakeTime;
import fake.Script;
import fake.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** BFL under the real engine: paid work is not given up for what a question about it was answered. */
@Timeout(30)
class BflJobTest {
  @TempDir
  private Path folder;

  /** With a key that the fake knows. */
  private record Keyed(Provider inner) implements Provider {
    @Override
    public String id() {
      return inner.id();
    }

    @Override
    public List<Model> models() {
      return inner.models();
    }

    @Override
    public Step start(Task task, Credential any, Progress progress) throws InterruptedException {
      return inner.start(task, BflStage.CREDENTIAL, progress);
    }

    @Override
    public Step resume(String handle, Credential any, Progress progress) throws InterruptedException {
      return inner.resume(handle, BflStage.CREDENTIAL, progress);
    }
  }

  private TestEngine engine(BflStage stage) throws InterruptedException {
    return TestEngine.start(folder, new FakeTime(), List.of(new Keyed(stage.provider())));
  }

  private static Script says(String status) {
    return Script.json(200, "{\"id\":\"x\",\"status\":\"" + status + "\"}");
  }

  private static Script[] many(int count, Script script) {
    return Collections.nCopies(count, script).toArray(Script[]::new);
  }

  @Test
  void pageOfAProxyEndsNothing() throws Exception {
    try (var stage = BflStage.ready(); var engine = engine(stage)) {
      stage.fake.nextPoll(many(20, says("Pending")));
      stage.fake.nextPoll(many(8, Script.answer(404, "text/html", "<html>404</html>".getBytes(StandardCharsets.UTF_8))));
      var job = engine.run(engine.image("flux-2-pro", 1));
      assertEquals(JobState.SUCCEEDED, job.state(), String.valueOf(job.failure()));
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void onlyATaskThatStaysAwayIsGivenUp() throws Exception {
    try (var stage = BflStage.ready(); var engine = engine(stage)) {
      stage.fake.nextPoll(many(20, says("Pending"))).nextPoll(many(5, says("Task not found")));
      assertEquals(JobState.SUCCEEDED, engine.run(engine.image("flux-2-pro", 1)).state());
      stage.fake.nextPoll(many(20, says("Pending"))).nextPoll(many(6, says("Task not found")));
      assertEquals(List.of("not_found"), engine.outcomes(engine.run(engine.image("flux-2-pro", 1))));
      assertEquals(2, stage.submits());
    }
  }

  @Test
  void videoOfElevenMinutesIsWaitedFor() throws Exception {
    var task = new Task.Video("flux-3-video", "waves", Optional.of(new Size(1280, 720)), OptionalInt.of(5), List.of(), new JsonObject());
    try (var stage = new BflStage(Duration.ofSeconds(20), true, task); var engine = engine(stage)) {
      stage.fake.nextPoll(many(230, says("Generating")));
      var job = engine.run(new Submission(TestEngine.CALLER, "videos", "", task, Optional.empty(), Optional.empty(), "h", false));
      assertFalse(String.valueOf(job.failure()).contains("made no progress"), String.valueOf(job.failure()));
    }
  }
}
