package easel.provider;

import easel.core.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** OpenAI itself: the pictures are in the answer. */
class OpenAiContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.STUMBLES) return never("there is no second question");
    // only a stream can say in the middle that the work came to nothing
    int partials = scene == Scene.FAILED ? 2 : 0;
    var stage = new OpenAiStage("openai", within, scene != Scene.UNREACHABLE,
        OpenAiStage.image("gpt-image-2", 2, partials));
    play(stage, scene);
    return stage;
  }

  static void play(OpenAiStage stage, Scene scene) {
    switch (scene) {
      case WORKS, UNREACHABLE -> { }
      case STUMBLES -> stage.fake.nextDownload(503, "text/plain", "busy");
      case UNAUTHORIZED -> stage.fake.next("401");
      case OUT_OF_CREDIT -> stage.fake.next("quota");
      case LIMITED -> stage.fake.next("429=7");
      case REFUSED -> stage.fake.next("refuse");
      case INVALID -> stage.fake.next("invalid=size");
      case FAILED -> stage.fake.next("midway");
      case JUNK -> stage.fake.next("html");
      case BROKEN -> stage.fake.nextAnswer(500, "text/html", "<html>Internal Server Error</html>");
      case DROPPED -> stage.fake.next("drop");
      case HANGS -> stage.fake.next("hang");
    }
  }
}
