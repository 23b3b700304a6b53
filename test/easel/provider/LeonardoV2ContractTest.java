package easel.provider;

import easel.core.Kind;
import fake.FakeLeonardo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The same for version 2, where a mistake is told with status 200. */
class LeonardoV2ContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    var task = kind == Kind.IMAGE ? LeonardoStage.image("lucid-origin", 2) : LeonardoStage.video("veo-3.1-fast-generate-001");
    var stage = new LeonardoStage(within, scene != Scene.UNREACHABLE, task);
    if (scene == Scene.INVALID) stage.fake.refuse(FakeLeonardo.mistakes("VALIDATION_ERROR", "width: not allowed"));
    else if (scene == Scene.REFUSED) stage.fake.refuse(FakeLeonardo.mistakes("MODERATION", "content moderation filter: dot"));
    else LeonardoContractTest.play(stage.fake, scene);
    return stage;
  }
}
