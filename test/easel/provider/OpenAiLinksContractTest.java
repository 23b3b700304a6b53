package easel.provider;

import easel.core.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A compatible server that answers with links to its own host. */
class OpenAiLinksContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    int partials = scene == Scene.FAILED ? 2 : 0;
    var stage = new OpenAiStage("local", within, scene != Scene.UNREACHABLE,
        OpenAiStage.image("any-model", 2, partials));
    if (scene == Scene.WORKS || scene == Scene.STUMBLES) stage.fake.next("url", "url", "url");
    OpenAiContractTest.play(stage, scene);
    return stage;
  }
}
