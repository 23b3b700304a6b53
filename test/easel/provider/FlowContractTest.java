package easel.provider;

import easel.core.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

class FlowContractTest extends ProviderContract {
  private static final String PAGE = "<html>Internal Server Error</html>";

  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    if (scene == Scene.FAILED && kind == Kind.IMAGE) return never("pictures come in the answer or not at all");
    var stage = new FlowStage(within, FlowStage.task(kind, mark(scene)));
    var submit = kind == Kind.IMAGE ? "batchGenerateImages" : "batchAsyncGenerateVideoText";
    switch (scene) {
      case STUMBLES -> stage.fake.nextAnswer(kind == Kind.IMAGE ? "storage" : "batchCheckAsyncVideoGenerationStatus", 503, "text/html", "<html>busy</html>");
      case UNAUTHORIZED -> {
        // once more with a token that was renewed
        var body = "{\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\",\"message\":\"bad " + FlowStage.CREDENTIAL.secret().reveal() + "\"}}";
        for (int i = 0; i < 2; i++) stage.fake.nextAnswer(submit, 401, "application/json", body);
      }
      case BROKEN -> stage.fake.nextAnswer(submit, 500, "text/html", PAGE);
      case UNREACHABLE -> stage.fake.close();
      default -> { }
    }
    return stage;
  }

  private static String mark(Scene scene) {
    return switch (scene) {
      case WORKS, STUMBLES, UNAUTHORIZED, BROKEN, UNREACHABLE -> "";
      case OUT_OF_CREDIT -> " [[credits]]";
      case LIMITED -> " [[429=" + STATED_DELAY.toSeconds() + "]]";
      case REFUSED -> " [[unsafe]]";
      case INVALID -> " [[400]]";
      case FAILED -> " [[vfail]]";
      case JUNK -> " [[junk]]";
      case DROPPED -> " [[drop]]";
      case HANGS -> " [[slow=3600]]";
    };
  }
}
