package easel.sdk;

import fake.FakeOpenAi;
import fake.FakeOpenAiExchange;
import fake.FakeOpenAiPicture;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;

final class FarOpenAi extends FarSide {
  private final FakeOpenAi fake = new FakeOpenAi();

  FarOpenAi(Scene scene) throws IOException {
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
    return List.of("models = [\"gpt-image-2\"]");
  }

  @Override
  String model() {
    return "gpt-image-2";
  }

  @Override
  Set<Scene> never() {
    return Set.of(Scene.VIDEO, Scene.FRAME, Scene.LATER, Scene.FAILED);
  }

  @Override
  int submits() {
    return (int) fake.seen().stream().filter(r -> r.path().startsWith("/v1/images/")).count();
  }

  @Override
  byte[] made() {
    return FakeOpenAiPicture.png(1024, 1024, 0);
  }

  @Override
  List<byte[]> heard() {
    return fake.seen().stream().map(FakeOpenAiExchange.Request::body).toList();
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> fake.next("invalid=size");
      case REFUSED -> fake.next("refuse");
      case LIMITED -> fake.next("429=7");
      case BAD_KEY -> fake.next("401");
      case BROKE -> fake.next("quota");
      case GONE -> fake.close();
      case ERROR -> fake.next("failed");
      case GARBAGE -> fake.next("garbage");
      case DRIP -> fake.next("drip=" + DROP.toMillis());
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
