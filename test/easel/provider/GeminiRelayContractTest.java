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

/** A relay below a path of its own: pictures by Imagen's predict, videos by Veo's predictLongRunning. */
class GeminiRelayContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.STUMBLES && kind == Kind.IMAGE) return never("the pictures are in the answer");
    if (scene == Scene.FAILED
        && kind == Kind.IMAGE) return never("it answers with pictures, with a refusal or with an error");
    var stage = new GeminiStage("/px/", within, scene != Scene.UNREACHABLE, GeminiStage.task(kind, true));
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
