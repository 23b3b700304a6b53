package easel.sdk;

import com.eclipsesource.json.JsonObject;
import fake.FakeOpenAiPicture;
import fake.FakeRunware;
import fake.Script;
import fake.Sent;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

final class FarRunware extends FarSide {
  private static final String TAKEN = "{\"data\":[{\"taskType\":\"imageInference\"}]}" + " ".repeat(100);

  private final FakeRunware fake = new FakeRunware();

  FarRunware(Scene scene) throws IOException {
    super(scene);
  }

  @Override
  String type() {
    return "runware";
  }

  @Override
  URI base() {
    return fake.base();
  }

  @Override
  String model() {
    return film() ? "runware-veo-3.1-fast" : "runware-flux-schnell";
  }

  @Override
  Optional<JsonObject> tooMuch() {
    return Optional.of(new JsonObject().add("size", "100x100"));
  }

  @Override
  int submits() {
    return fake.submits().size();
  }

  @Override
  byte[] made() {
    return film() ? FakeRunware.MP4 : FakeOpenAiPicture.png(64, 64, 0);
  }

  @Override
  List<byte[]> heard() {
    return fake.sent().stream().map(Sent::body).toList();
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> fake.next(Script.json(400,
          "{\"errors\":[{\"code\":\"invalidCustomHeight\",\"message\":\"Invalid height.\",\"parameter\":\"height\"}]}"));
      case REFUSED -> fake.next(FakeRunware.error(400, "invalidProviderContent", ""));
      case FAILED -> fake.nextPoll(FakeRunware.error(200, "timeoutProvider", ""));
      case LIMITED -> fake.next(Script.json(429,
          "{\"errors\":[{\"code\":\"rateLimitExceeded\",\"message\":\"Slow down.\"}]}", "Retry-After: 7"));
      case BAD_KEY -> fake.next(Script.json(401,
          "{\"errors\":[{\"code\":\"invalidApiKey\",\"message\":\"Invalid API key " + KEY + ".\"}]}"));
      case BROKE -> fake.next(FakeRunware.error(402, "insufficientCredits", ""));
      case GONE -> fake.close();
      case ERROR -> fake.nextAccepted(Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes()));
      case GARBAGE -> fake.nextAccepted(Script.answer(200, "text/html", "<html>OK</html>".getBytes()));
      case DRIP -> fake.nextAccepted(Script.json(200, TAKEN).dripping(1, DROP));
      case DROPPED -> fake.nextAccepted(Script.raw(""));
      default -> { }
    }
    return this;
  }

  @Override
  public void close() {
    fake.close();
  }
}
