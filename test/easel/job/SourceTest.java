package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Media;
import easel.core.Task;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that goes on with what somebody has made can be done by its maker alone. */
class SourceTest {
  @TempDir
  private Path folder;

  private final FakeProvider a = new FakeProvider("a", Style.BY_POLLING);
  private final FakeProvider b = new FakeProvider("b", Style.BY_POLLING);

  private static Submission goingOn(String model, Media source) {
    var task = new Task.Image(model, "and then it sinks", 1, Optional.empty(), Look.ANY, 0,
        List.of(new Input(source, Input.Role.SOURCE)), new JsonObject());
    return new Submission(TestEngine.CALLER, "chat/completions", "", task, Optional.empty(), Optional.empty(), "h" + source.id(), false);
  }

  private static Media result(Job job) {
    return job.outcome().results().getFirst();
  }

  @Test
  void theCredentialThatMadeItGoesOnWithIt() throws Exception {
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(a))) {
      e.credentials(a, 9);
      var made = e.run(e.image("a-image", 1));
      var used = Set.of(made.hold().credential());
      for (int i = 0; i < 5; i++) {
        var next = e.run(goingOn("a-image", result(made)));
        assertEquals(used, Set.of(next.hold().credential()));
        made = next;
      }
    }
  }

  @Test
  void nobodyElseIsAskedThoughHeHasTheModel() throws Exception {
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(a, b))) {
      var made = e.run(e.image("b-image", 1));
      var next = e.run(goingOn("shared-image", result(made)));
      assertEquals(List.of(JobState.SUCCEEDED, "b"), List.of(next.state(), next.hold().provider()));
      assertEquals(0, a.calls());
    }
  }

  @Test
  void aModelOfAnotherProviderIsTheCallersMistake() throws Exception {
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(a, b))) {
      var made = e.run(e.image("b-image", 1));
      var wrong = assertThrows(GatewayException.class, () -> e.engine().submit(goingOn("a-image", result(made))));
      assertEquals(new Failure.Invalid("image", "image is a video that was made by b, and this model is not"), wrong.failure());
    }
  }

  @Test
  void nothingElseIsAskedWhenItsMakerRefuses() throws Exception {
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(a, b))) {
      e.credentials(a, 3);
      var made = e.run(e.image("a-image", 1));
      a.startFails(new Failure.BadCredential("no"));
      var next = e.run(goingOn("shared-image", result(made)));
      assertEquals(JobState.FAILED, next.state());
      assertEquals(List.of("upstream_unauthorized"), e.outcomes(next));
      assertEquals(0, b.calls());
    }
  }
}
