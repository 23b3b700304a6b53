package easel.sdk;

import com.eclipsesource.json.JsonObject;
import fake.FakeUpstream;
import fake.Sent;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A provider in one scene: a fake of its own for each, so that no scene feels the limits and rests of another. */
abstract class FarSide implements AutoCloseable {
  /** Repeated by some, and never to be told to a client. */
  static final String KEY = "far-side-4711-very-secret";
  static final Duration DROP = Duration.ofMillis(100);

  final Scene scene;

  FarSide(Scene scene) {
    this.scene = scene;
  }

  /** What its section is of. */
  abstract String type();

  abstract URI base();

  String key() {
    return KEY;
  }

  /** Further lines of its section. */
  List<String> lines() {
    return List.of();
  }

  /** Its section of the configuration. */
  String section(String name) {
    var all = new StringBuilder("[providers." + name + "]\ntype = \"" + type() + "\"\nbase_url = \"" + base()
        + "\"\napi_key = \"" + key() + "\"\n");
    if (scene == Scene.DRIP) all.append("timeout = 3\n");
    lines().forEach(l -> all.append(l).append('\n'));
    return all.toString();
  }

  /** For a picture, an edit or a video. */
  abstract String model();

  /** What a caller asks for that the model cannot do; empty where nobody knows what it can. */
  Optional<JsonObject> tooMuch() {
    return Optional.of(new JsonObject().add("size", "8192x8192"));
  }

  /** What a caller asks for that the provider refuses, where it has to be asked for. */
  JsonObject invalid() {
    return new JsonObject();
  }

  /** Scenes without a meaning here. */
  Set<Scene> never() {
    return Set.of();
  }

  boolean film() {
    return scene.film();
  }

  /** Requests that may have bought something, whatever came of them. */
  abstract int submits();

  /** What it made. */
  abstract byte[] made();

  /** Bodies of all requests. */
  abstract List<byte[]> heard();

  /** Plays the scene. */
  abstract FarSide play() throws IOException;

  @Override
  public abstract void close();

  static List<byte[]> bodies(FakeUpstream upstream) {
    return upstream.sent().stream().map(Sent::body).toList();
  }
}
