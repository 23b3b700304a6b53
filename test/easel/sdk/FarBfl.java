package easel.sdk;

import fake.FakeBfl;
import fake.Script;
import fake.Sent;
import java.io.IOException;
import java.net.URI;
import java.util.List;

final class FarBfl extends FarSide {
  private static final String MODERATED = "{\"id\":\"1\",\"status\":\"Content Moderated\",\"details\":{\"Moderation Reasons\":[\"Filter\"]}}";

  private final FakeBfl fake = new FakeBfl().hasty();

  FarBfl(Scene scene) throws IOException {
    super(scene);
  }

  @Override
  String type() {
    return "bfl";
  }

  @Override
  URI base() {
    return fake.base();
  }

  @Override
  String key() {
    return FakeBfl.KEY;
  }

  @Override
  String model() {
    return film() ? "flux-3-video" : "flux-2-pro";
  }

  @Override
  int submits() {
    return fake.submits();
  }

  @Override
  byte[] made() {
    return FakeBfl.bytes(film() ? "mp4" : "jpeg");
  }

  @Override
  List<byte[]> heard() {
    return fake.seen().stream().map(Sent::body).toList();
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> fake.next(Script.json(422,
          "{\"detail\":[{\"type\":\"multiple_of\",\"loc\":[\"body\",\"width\"],\"msg\":\"no\",\"input\":{}}]}"));
      case REFUSED -> fake.nextPoll(Script.json(422, MODERATED));
      case FAILED -> fake.nextPoll(Script.json(503,
          "{\"id\":\"1\",\"status\":\"Error\",\"result\":null,\"details\":{\"error\":\"worker died\"}}"));
      case LIMITED -> fake.next(Script.json(429, "{\"detail\":\"Too many active tasks\"}", "Retry-After: 7"));
      case BAD_KEY -> fake.next(Script.json(403, "{\"detail\":\"Not authenticated: " + FakeBfl.KEY + "\"}"));
      case BROKE -> fake.next(Script.json(402, "{\"detail\":\"Insufficient credits\"}"));
      case GONE -> fake.close();
      case ERROR -> fake.take(answer -> Script.answer(500, "text/html",
          "<html>Internal Server Error</html>".getBytes()));
      case GARBAGE -> fake.take(answer -> Script.answer(200, "text/html", "<html>hello</html>".getBytes()));
      case DRIP -> fake.take(answer -> answer.dripping(1, DROP));
      case DROPPED -> fake.take(answer -> Script.reset());
      default -> { }
    }
    return this;
  }

  @Override
  public void close() {
    fake.close();
  }
}
