package easel.sdk;

import fake.FakeGemini;
import fake.FakeGeminiAnswers;
import fake.Sent;
import java.io.IOException;
import java.net.URI;
import java.util.List;

final class FarGemini extends FarSide {
  private final FakeGemini fake = new FakeGemini().hasty();

  FarGemini(Scene scene) throws IOException {
    super(scene);
  }

  @Override
  String type() {
    return "gemini";
  }

  @Override
  URI base() {
    return fake.base();
  }

  @Override
  String model() {
    return film() ? "gemini-omni-1.1-flash" : "gemini-3-pro-image";
  }

  @Override
  int submits() {
    return fake.submits();
  }

  @Override
  byte[] made() {
    return film() ? FakeGeminiAnswers.video() : FakeGeminiAnswers.picture(3);
  }

  @Override
  List<byte[]> heard() {
    return fake.sent().stream().map(Sent::body).toList();
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> fake.next("invalid");
      case REFUSED -> fake.next("blocked");
      case FAILED -> fake.next("empty");
      case LIMITED -> fake.next("429=7");
      case BAD_KEY -> fake.next("badkey");
      case BROKE -> fake.next("prepaid");
      case GONE -> fake.close();
      case ERROR -> fake.next("500");
      case GARBAGE -> fake.next("garbage");
      case DRIP -> fake.next("drip");
      case DROPPED -> fake.next("drop");
      default -> { }
    }
    return this;
  }

  @Override
  public void close() {
    fake.close();
  }
}
