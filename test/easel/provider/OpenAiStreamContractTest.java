package easel.provider;

import easel.core.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** OpenAI itself, with previews: the answer is a stream of events. */
class OpenAiStreamContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.STUMBLES) return never("there is no second question");
    var stage = new OpenAiStage("openai", within, scene != Scene.UNREACHABLE, OpenAiStage.image("gpt-image-2", 2, 2));
    OpenAiContractTest.play(stage, scene);
    return stage;
  }
}
