package easel.sdk;

import com.eclipsesource.json.JsonObject;
import fake.FakeVideos;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A compatible server that makes videos and nothing else. */
final class FarVideos extends FarSide {
  private static final String TAKEN = "{\"id\":\"video_0001\",\"object\":\"video\",\"status\":\"queued\",\"progress\":0}";

  private final FakeVideos fake = new FakeVideos(1);

  FarVideos(Scene scene) throws IOException {
    super(scene);
  }

  @Override
  String type() {
    return "openai";
  }

  @Override
  URI base() {
    return fake.base();
  }

  @Override
  List<String> lines() {
    return List.of("video_models = [\"wan\"]");
  }

  @Override
  String model() {
    return "wan";
  }

  @Override
  Optional<JsonObject> tooMuch() {
    return Optional.empty();
  }

  @Override
  Set<Scene> never() {
    return Set.of(Scene.PICTURE, Scene.EDIT, Scene.TOO_MUCH);
  }

  @Override
  boolean film() {
    return true;
  }

  @Override
  int submits() {
    return fake.upstream().sent("POST /v1/videos").size();
  }

  @Override
  byte[] made() {
    return FakeVideos.MP4;
  }

  @Override
  List<byte[]> heard() {
    return bodies(fake.upstream());
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> fake.submit(Script.json(400, "{\"error\":{\"message\":\"too long\",\"param\":\"seconds\"}}"));
      case REFUSED -> fake.works()
          .ends("\"status\":\"failed\",\"error\":{\"code\":\"moderation_blocked\",\"message\":\"no\"}");
      case FAILED -> fake.works()
          .ends("\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"gpu on fire\"}");
      case LIMITED -> fake.submit(Script.json(429, error("rate_limit_exceeded", "slow down"), "Retry-After: 7"));
      case BAD_KEY -> fake.submit(Script.json(401, error("invalid_api_key", "Incorrect API key provided: " + KEY)));
      case BROKE -> fake.submit(Script.json(429, error("insufficient_quota", "no money left")));
      case GONE -> fake.close();
      case ERROR -> fake.submit(Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes()));
      case GARBAGE -> fake.submit(Script.answer(200, "text/html", "<html>hello</html>".getBytes()));
      case DRIP -> fake.submit(Script.json(200, TAKEN).dripping(1, DROP));
      case DROPPED -> fake.submit(Script.reset());
      default -> fake.works();
    }
    return this;
  }

  private static String error(String code, String message) {
    return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"x\",\"param\":null,\"code\":\"" + code + "\"}}";
  }

  @Override
  public void close() {
    fake.close();
  }
}
