package easel.provider;

import easel.core.Kind;
import fake.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Google's own: pictures by generateContent, videos by Interactions. */
class GeminiContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.STUMBLES && kind == Kind.IMAGE) return never("the picture is in the answer");
    var stage = new GeminiStage("", within, scene != Scene.UNREACHABLE, GeminiStage.task(kind, false));
    play(stage, scene, kind == Kind.IMAGE ? "blocked" : "words", kind == Kind.IMAGE ? "empty" : "failed");
    return stage;
  }

  /** {@code refused} and {@code failed}: the fake's words for work that ends so. */
  static void play(GeminiStage stage, Scene scene, String refused, String failed) {
    switch (scene) {
      case WORKS, UNREACHABLE -> { }
      case STUMBLES -> stage.fake.nextQuestion(Script.json(503,
          "{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}"));
      case UNAUTHORIZED -> stage.fake.next("401");
      case OUT_OF_CREDIT -> stage.fake.next("billing");
      case LIMITED -> stage.fake.next("429=7");
      case REFUSED -> stage.fake.next(refused);
      case INVALID -> stage.fake.next("invalid");
      case FAILED -> stage.fake.next(failed);
      case JUNK -> stage.fake.next("html");
      case BROKEN -> stage.fake.next("500");
      case DROPPED -> stage.fake.next("drop");
      case HANGS -> stage.fake.next("hang");
    }
  }
}
