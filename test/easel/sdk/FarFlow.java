package easel.sdk;

import fake.FakeLabs;
import fake.FakeLabsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

final class FarFlow extends FarSide {
  private static final String PICTURES = "batchGenerateImages";
  private static final List<String> SUBMITS = List.of(PICTURES, "batchAsyncGenerateVideoText", "batchAsyncGenerateVideoStartImage");
  private static final String HTML = "text/html";

  private final FakeLabs fake = new FakeLabs().active(0);

  FarFlow(Scene scene) throws IOException {
    super(scene);
    fake.account(KEY);
  }

  @Override
  String type() {
    return "flow";
  }

  @Override
  URI base() {
    return fake.labs();
  }

  /** It has two addresses. */
  @Override
  String section(String name) {
    var timeout = scene == Scene.DRIP ? "timeout = 3\n" : "";
    return "[providers." + name + "]\ntype = \"flow\"\nlabs_base_url = \"" + fake.labs() + "\"\napi_base_url = \"" + fake.api()
        + "\"\npoll_interval = \"300ms\"\napi_key = \"" + KEY + "\"\n" + timeout;
  }

  @Override
  String model() {
    if (!film()) return "GEM_PIX_2";
    return scene == Scene.FRAME ? "veo_3_1_i2v_s_fast_fl" : "veo_3_1_t2v_fast";
  }

  /** Its pictures come in the answer or not at all. */
  @Override
  Set<Scene> never() {
    return Set.of(Scene.FAILED);
  }

  @Override
  int submits() {
    return SUBMITS.stream().mapToInt(fake::calls).sum();
  }

  @Override
  byte[] made() {
    if (film()) return FakeLabsFiles.film();
    return scene == Scene.EDIT ? FakeLabsFiles.edited() : FakeLabsFiles.picture();
  }

  @Override
  List<byte[]> heard() {
    return fake.seen().stream().map(r -> r.text().getBytes(StandardCharsets.ISO_8859_1)).toList();
  }

  @Override
  FarSide play() {
    switch (scene) {
      case INVALID -> answer(400, "INVALID_ARGUMENT", "", "Invalid value at 'requests[0].image_aspect_ratio'");
      case REFUSED -> answer(400, "INVALID_ARGUMENT", "PUBLIC_ERROR_UNSAFE_GENERATION", "Request contains an invalid argument.");
      case LIMITED -> answer(429, "RESOURCE_EXHAUSTED", "", "Resource has been exhausted (e.g. check quota).", "Retry-After: 7");
      case BROKE -> answer(429, "RESOURCE_EXHAUSTED", "PUBLIC_ERROR_USER_QUOTA_REACHED", "Resource has been exhausted (e.g. check quota).");
      case BAD_KEY -> fake.account(KEY).die();
      case GONE -> fake.close();
      case ERROR -> fake.nextAnswer(PICTURES, 500, HTML, "<html>Internal Server Error</html>");
      case GARBAGE -> fake.nextAnswer(PICTURES, 200, HTML, "<html>welcome</html>");
      case DRIP -> fake.hold(PICTURES);
      case DROPPED -> fake.nextAnswer(PICTURES, 0, "", "");
      default -> { }
    }
    return this;
  }

  private void answer(int status, String word, String reason, String message, String... headers) {
    var details = reason.isEmpty() ? "" : ",\"details\":[{\"reason\":\"" + reason + "\"}]";
    fake.nextAnswer(PICTURES, status, "application/json",
        "{\"error\":{\"code\":" + status + ",\"status\":\"" + word + "\",\"message\":\"" + message + "\"" + details + "}}", headers);
  }

  @Override
  public void close() {
    fake.close();
  }
}
