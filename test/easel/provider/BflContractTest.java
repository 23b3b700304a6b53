package easel.provider;

import easel.core.Kind;
import fake.FakeBfl;
import fake.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

class BflContractTest extends ProviderContract {
  @Override
  List<Kind> kinds() {
    return List.of(Kind.IMAGE, Kind.VIDEO);
  }

  @Override
  Stage stage(Scene scene, Kind kind, Duration within) throws IOException {
    var task = kind == Kind.IMAGE ? BflStage.image("flux-2-pro") : BflStage.video(OptionalInt.of(5));
    var stage = new BflStage(within, scene != Scene.UNREACHABLE, task);
    play(stage.fake, scene);
    return stage;
  }

  private static void play(FakeBfl fake, Scene scene) {
    switch (scene) {
      case WORKS, UNREACHABLE -> { }
      case STUMBLES -> fake.nextPoll(Script.answer(503, "text/plain", "overloaded".getBytes()));
      case UNAUTHORIZED -> fake.next(Script.json(401, "{\"detail\":\"Invalid API key " + FakeBfl.KEY + "\"}"));
      case OUT_OF_CREDIT -> fake.next(Script.json(402, "{\"detail\":\"Insufficient credits\"}"));
      case LIMITED -> fake.next(Script.json(429, "{\"detail\":\"Too many active tasks\"}", "Retry-After: 7"));
      case REFUSED -> fake.nextPoll(Script.json(422,
          "{\"id\":\"1\",\"status\":\"Request Moderated\",\"result\":null,\"details\":{\"Moderation Reasons\":[\"Derivative Works Filter\"]}}"));
      case INVALID -> fake.next(Script.json(422,
          "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"prompt\"],\"msg\":\"Field required\",\"input\":{}}]}"));
      case FAILED -> fake.nextPoll(Script.json(503, "{\"id\":\"1\",\"status\":\"Error\",\"result\":null,\"details\":{\"error\":\"worker died\"}}"));
      case JUNK -> fake.next(Script.answer(200, "text/html", "<html>hello</html>".getBytes()));
      case BROKEN -> fake.next(Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes()));
      case DROPPED -> fake.next(Script.reset());
      case HANGS -> fake.next(Script.hang());
    }
  }
}
