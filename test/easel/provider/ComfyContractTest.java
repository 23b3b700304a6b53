package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A server behind a proxy with a key, as ComfyUI itself knows none. */
class ComfyContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.REFUSED) return never("it has no policy");
    if (scene == Scene.INVALID && kind == Kind.VIDEO) return never("the workflow has nothing that a caller could get wrong");
    var extras = scene == Scene.INVALID ? new JsonObject().add("steps", 20_000) : new JsonObject();
    var task = kind == Kind.IMAGE ? ComfyStage.image("flux-dev", 2, 2, extras) : ComfyStage.video();
    var stage = new ComfyStage(folder, task, within, 1);
    stage.fake.withKey(ComfyStage.CREDENTIAL.secret().reveal());
    play(stage, scene);
    return stage;
  }

  private static void play(ComfyStage stage, Scene scene) {
    switch (scene) {
      case WORKS, INVALID, REFUSED -> { }
      case STUMBLES -> stage.fake.nextQuestion(503);
      case UNAUTHORIZED -> stage.fake.next("401");
      case OUT_OF_CREDIT -> stage.fake.next("402");
      case LIMITED -> stage.fake.next("429=7");
      case FAILED -> stage.fake.next("fail");
      case JUNK -> stage.fake.next("html");
      case BROKEN -> stage.fake.next("500");
      case UNREACHABLE -> stage.fake.close();
      case DROPPED -> stage.fake.next("drop");
      case HANGS -> stage.fake.next("hang");
    }
  }
}
