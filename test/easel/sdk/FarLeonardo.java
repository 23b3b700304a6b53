package easel.sdk;

import com.eclipsesource.json.JsonArray;
import fake.FakeLeonardo;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.util.List;

final class FarLeonardo extends FarSide {
  private static final String UUID = "5f1c6a52-9d3e-4b7a-8c21-7d90e4b3a6f8";

  private final FakeLeonardo fake = new FakeLeonardo().pendingFor(0);

  FarLeonardo(Scene scene) throws IOException {
    super(scene);
  }

  @Override
  String type() {
    return "leonardo";
  }

  @Override
  URI base() {
    return fake.base();
  }

  @Override
  String key() {
    return UUID;
  }

  @Override
  String model() {
    return film() ? "leonardo-motion-2" : "leonardo-phoenix-1.0";
  }

  @Override
  int submits() {
    return fake.submits();
  }

  @Override
  byte[] made() {
    return film() ? FakeLeonardo.film() : FakeLeonardo.picture(0);
  }

  @Override
  List<byte[]> heard() {
    return bodies(fake.server());
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> fake.refuse(FakeLeonardo.error(400, "bad-request", "Unexpected variable width"));
      case REFUSED -> fake.refuse(FakeLeonardo.error(403, "unexpected", "content moderation filter: dot"));
      case FAILED -> fake.bend(json -> json.set("status", "FAILED").set("generated_images", new JsonArray()));
      case LIMITED -> fake.refuse(FakeLeonardo.error(429, "unexpected", "rate limit exceeded", "Retry-After: 7"));
      case BAD_KEY -> fake.refuse(FakeLeonardo.error(401, "access-denied",
          "Authentication hook unauthorized this request " + UUID));
      case BROKE -> fake.refuse(FakeLeonardo.error(400, "unexpected", "not enough api tokens userId: "
          + FakeLeonardo.USER));
      case GONE -> fake.close();
      case ERROR -> fake.take(answer -> Script.answer(500, "text/html",
          "<html>Internal Server Error</html>".getBytes()));
      case GARBAGE -> fake.take(answer -> Script.answer(200, "text/html", "<html>welcome</html>".getBytes()));
      case DRIP -> fake.take(answer -> answer.dripping(1, DROP));
      case DROPPED -> fake.take(answer -> answer.cutAfter(0));
      default -> { }
    }
    return this;
  }

  @Override
  public void close() {
    fake.close();
  }
}
