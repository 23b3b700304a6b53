package easel.sdk;

import com.eclipsesource.json.JsonObject;
import fake.FakeComfy;
import fake.FakeOpenAiExchange;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

final class FarComfy extends FarSide {
  private static final String EDIT = """
      {"1": {"class_type": "LoadImage", "inputs": {"image": "%input_image%"}},
       "3": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
       "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "edit"}}}
      """;
  private static final String FILM = """
      {"1": {"class_type": "EmptyImage", "inputs": {"width": "%width%", "height": "%height%", "batch_size": "%frames%", "color": 1}},
       "2": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 16}},
       "9": {"class_type": "SaveVideo", "inputs": {"video": ["2", 0], "filename_prefix": "video/gw", "format": "auto", "codec": "auto"}}}
      """;
  private static final String FRAME = FILM.replace("{\"class_type\": \"EmptyImage\", \"inputs\": {\"width\": \"%width%\", \"height\": \"%height%\","
      + " \"batch_size\": \"%frames%\", \"color\": 1}}",
          "{\"class_type\": \"LoadImage\", \"inputs\": {\"image\": \"%input_image%\"}}");

  private final FakeComfy fake = new FakeComfy();
  private final Path folder;

  /** {@code folder}: for workflows. */
  FarComfy(Scene scene, Path folder) throws IOException {
    super(scene);
    this.folder = folder;
    Files.writeString(folder.resolve("edit.json"), EDIT);
    Files.writeString(folder.resolve("film.json"), FILM);
    Files.writeString(folder.resolve("frame.json"), FRAME);
  }

  @Override
  String type() {
    return "comfyui";
  }

  @Override
  URI base() {
    return fake.base();
  }

  @Override
  List<String> lines() {
    return List.of("folder = \"" + folder + "\"");
  }

  @Override
  String model() {
    return switch (scene) {
      case EDIT -> "edit";
      case FRAME -> "frame";
      case VIDEO, LATER -> "film";
      default -> "flux-dev";
    };
  }

  @Override
  JsonObject invalid() {
    return new JsonObject().add("provider_params", new JsonObject().add("steps", 20_000));
  }

  /** It has no policy. */
  @Override
  Set<Scene> never() {
    return Set.of(Scene.REFUSED);
  }

  @Override
  int submits() {
    return fake.submits().size();
  }

  @Override
  byte[] made() {
    var name = fake.worker().files().getFirst();
    return fake.worker().file(name).orElseThrow();
  }

  @Override
  List<byte[]> heard() {
    return fake.seen().stream().map(FakeOpenAiExchange.Request::body).toList();
  }

  @Override
  FarSide play() {
    fake.withKey(KEY);
    switch (scene) {
      case FAILED -> fake.next("fail");
      case LIMITED -> fake.next("429=7");
      case BAD_KEY -> fake.next("401");
      case BROKE -> fake.next("402");
      case GONE -> fake.close();
      case ERROR -> fake.next("500");
      case GARBAGE -> fake.next("muddle");
      case DRIP -> fake.next("drip");
      case DROPPED -> fake.next("lose");
      default -> { }
    }
    return this;
  }

  @Override
  public void close() {
    fake.close();
  }
}
