package easel.provider;

import com.eclipsesource.json.JsonArray;
import easel.core.Kind;
import fake.FakeLeonardo;
import fake.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

class LeonardoContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    var stage = new LeonardoStage(within, scene != Scene.UNREACHABLE, LeonardoStage.task(kind));
    play(stage.fake, scene);
    return stage;
  }

  static void play(FakeLeonardo fake, Scene scene) {
    switch (scene) {
      case WORKS, UNREACHABLE -> { }
      case STUMBLES -> fake.answerPolls(Script.answer(503, "text/html", "<html>busy</html>".getBytes()));
      case UNAUTHORIZED -> fake.refuse(FakeLeonardo.error(401, "access-denied", "Authentication hook unauthorized this request "
          + LeonardoStage.CREDENTIAL.secret().reveal()));
      case OUT_OF_CREDIT -> fake.refuse(FakeLeonardo.error(400, "unexpected", "not enough api tokens userId: " + FakeLeonardo.USER));
      case LIMITED -> fake.refuse(FakeLeonardo.error(429, "unexpected", "rate limit exceeded",
          "Retry-After: " + STATED_DELAY.toSeconds()));
      case REFUSED -> fake.refuse(FakeLeonardo.error(403, "unexpected", "content moderation filter: dot"));
      case INVALID -> fake.refuse(FakeLeonardo.error(400, "bad-request", "Unexpected variable Width"));
      case FAILED -> fake.bend(json -> json.set("status", "FAILED").set("generated_images", new JsonArray()));
      case JUNK -> fake.take(answer -> Script.answer(200, "text/html", "<html>welcome</html>".getBytes()));
      case BROKEN -> fake.refuse(Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes()));
      case DROPPED -> fake.take(answer -> answer.cutAfter(0));
      case HANGS -> fake.take(answer -> answer.hangAfter(0));
    }
  }
}
