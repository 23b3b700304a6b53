package easel.provider;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import easel.core.Cancelling;
import easel.core.Kind;
import easel.core.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Vertex with an API key, where an operation is asked about by a POST and has its video in the answer. */
class GeminiVertexContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.STUMBLES) return never("played for the relay");
    if (scene == Scene.FAILED && kind == Kind.IMAGE) return never("played for Google's own");
    var task = kind == Kind.IMAGE ? GeminiStage.image("imagen-4.0-generate-001", 1)
        : GeminiStage.video("veo-3.1-generate-001");
    var stage = new GeminiStage("/v1beta1/publishers/google", within, scene != Scene.UNREACHABLE, task);
    if (scene == Scene.WORKS && kind == Kind.VIDEO) stage.fake.next("vertex", "vertex", "vertex");
    GeminiContractTest.play(stage, scene, "filtered", "failed");
    return stage;
  }

  /** Nothing is documented that would stop an operation. */
  @Test
  @Override
  void waitingWorkCanBeCancelled() {
    assertDoesNotThrow(() -> {
      try (var stage = (GeminiStage) stage(Scene.WORKS, Kind.VIDEO, Duration.ofSeconds(20))) {
        var waiting = (Step.Waiting) stage.provider().start(stage.task(), stage.credential(), log());
        assertFalse(((Cancelling) stage.provider()).cancel(waiting.handle(), stage.credential()));
        assertEquals(1, stage.fake.sent().size());
      }
    });
  }
}
