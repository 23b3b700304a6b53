package easel.provider;

import easel.core.Kind;
import fake.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

class OpenAiVideosContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    var stage = new OpenAiVideosStage(within, scene != Scene.UNREACHABLE);
    switch (scene) {
      case WORKS, UNREACHABLE -> stage.fake.works();
      case STUMBLES -> stage.fake.works().stumbles();
      case UNAUTHORIZED -> stage.fake.submit(Script.json(401, error("invalid_api_key",
          "Incorrect API key provided: " + OpenAiStage.CREDENTIAL.secret().reveal())));
      case OUT_OF_CREDIT -> stage.fake.submit(Script.json(429, error("insufficient_quota", "no money left")));
      case LIMITED -> stage.fake.submit(Script.json(429, error("rate_limit_exceeded", "slow down"), "Retry-After: 7"));
      case REFUSED -> stage.fake.works().ends("\"status\":\"failed\",\"error\":{\"code\":\"moderation_blocked\",\"message\":\"no\"}");
      case INVALID -> stage.fake.submit(Script.json(400, "{\"error\":{\"message\":\"too long\",\"param\":\"seconds\"}}"));
      case FAILED -> stage.fake.works().ends("\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"gpu on fire\"}");
      case JUNK -> stage.fake.submit(Script.answer(200, "text/html", "<html>hello</html>".getBytes()));
      case BROKEN -> stage.fake.submit(Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes()));
      case DROPPED -> stage.fake.submit(Script.reset());
      case HANGS -> stage.fake.submit(Script.hang());
    }
    return stage;
  }

  private static String error(String code, String message) {
    return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"x\",\"param\":null,\"code\":\"" + code + "\"}}";
  }
}
