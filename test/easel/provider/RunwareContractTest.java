package easel.provider;

import easel.core.Kind;
import fake.FakeRunware;
import fake.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

class RunwareContractTest extends ProviderContract {
  private static final String TAG = new ProgressLog(null).tag();

  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    var stage = new RunwareStage(RunwareStage.task(kind), within, scene != Scene.UNREACHABLE);
    play(stage.fake, scene);
    return stage;
  }

  private static void play(FakeRunware fake, Scene scene) {
    switch (scene) {
      case WORKS, UNREACHABLE -> { }
      case STUMBLES -> fake.nextPoll(Script.answer(503, "text/html", "<html>busy</html>".getBytes()));
      case UNAUTHORIZED -> fake.next(Script.json(401, "{\"errors\":[{\"code\":\"invalidApiKey\",\"message\":\"Invalid API key "
          + RunwareStage.CREDENTIAL.secret().reveal() + ".\",\"parameter\":\"apiKey\",\"taskType\":\"authentication\"}]}"));
      case OUT_OF_CREDIT -> fake.next(FakeRunware.error(402, "insufficientCredits", TAG));
      case LIMITED -> fake.next(Script.json(429, "{\"errors\":[{\"code\":\"rateLimitExceeded\",\"message\":\"Slow down.\"}]}",
          "Retry-After: " + STATED_DELAY.toSeconds()));
      case REFUSED -> fake.next(FakeRunware.error(400, "invalidProviderContent", TAG));
      case INVALID -> fake.next(FakeRunware.error(400, "invalidCustomHeight", TAG));
      case FAILED -> fake.nextPoll(FakeRunware.error(200, "timeoutProvider", TAG));
      case JUNK -> fake.next(Script.answer(200, "text/html", "<html>OK</html>".getBytes()));
      case BROKEN -> fake.next(Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes()));
      case DROPPED -> fake.nextAccepted(Script.raw(""));
      case HANGS -> fake.nextAccepted(Script.hang());
    }
  }
}
