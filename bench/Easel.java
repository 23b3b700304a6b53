package bench;

import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Easel from its jar, in a process of its own, with a folder of its own, its provider being the fake upstream. */
record Easel(Child child, Target target) implements AutoCloseable {
  static final String KEY = "bench-key-0123456789";
  static final String MODEL = "gpt-image-2";
  private static final long START_MAX_NANOS = 30_000_000_000L;

  /**
   * How to start one.
   *
   * @param folder where the settings, the log and the data are
   * @param heap megabytes
   * @param flags more flags for the JVM
   * @param more settings besides the provider
   */
  record Plan(Path jar, Path folder, URI upstream, int heap, List<String> flags, String more) {
    Plan(Path jar, Path folder, URI upstream, int heap, List<String> flags) {
      this(jar, folder, upstream, heap, flags, "");
    }

    /** With a second provider that has nothing, and a model {@code either} that is asked of it first. */
    Plan without(URI base) {
      return with("""
          [providers.empty]
          type = "openai"
          base_url = "%s"
          models = ["none"]
          [[models]]
          name = "either"
          candidates = ["empty/none", "openai/gpt-image-2"]
          """.formatted(base));
    }

    /** With a second provider, of one model that makes videos: {@code film}. */
    Plan films(URI base) {
      return with("""
          [providers.films]
          type = "openai"
          base_url = "%s"
          video_models = ["film"]
          """.formatted(base));
    }

    /** With these settings too. */
    Plan with(String settings) {
      return new Plan(jar, folder, upstream, heap, flags, more + settings);
    }

    Plan folder(Path other) {
      return new Plan(jar, other, upstream, heap, flags, more);
    }

    Plan upstream(URI other) {
      return new Plan(jar, folder, other, heap, flags, more);
    }

    Plan heap(int megabytes) {
      return new Plan(jar, folder, upstream, megabytes, flags, more);
    }

    Plan flags(List<String> others) {
      var all = new ArrayList<>(flags);
      all.addAll(others);
      return new Plan(jar, folder, upstream, heap, all, more);
    }

    private List<String> arguments(int port) throws IOException {
      var settings = Files.createDirectories(folder).resolve("setting.toml");
      Files.writeString(settings, """
          [providers.openai]
          base_url = "%s"
          api_key = "sk-fake"
          """.formatted(upstream.resolve("/v1")) + more);
      var all = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms8m", "-Xmx" + heap + "m"));
      all.addAll(flags);
      all.addAll(List.of("-jar", jar.toString(), "serve", "--config", settings.toString(), "--data",
          folder.resolve("data").toString(), "--host", "127.0.0.1", "--port", Integer.toString(port)));
      return all;
    }

    /** Starts it and waits for its first good answer. */
    Easel start() throws IOException, InterruptedException {
      int port = freePort();
      var arguments = arguments(port);
      var child = Child.java(arguments, Map.of("EASEL_API_KEY", KEY), folder.resolve("easel.log"));
      var easel = new Easel(child, new Target("Easel", URI.create("http://127.0.0.1:" + port + "/"), KEY));
      easel.await();
      return easel;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void await() throws IOException, InterruptedException {
    long from = System.nanoTime();
    var health = target.get("/health");
    while (child.alive() && System.nanoTime() - from < START_MAX_NANOS) {
      try {
        target.ask(health);
        return;
      } catch (IOException notYet) {
        Thread.sleep(1);
      }
    }
    child.close();
    throw new IOException("Easel did not start:\n" + child.lastWords());
  }

  /** What a caller asks a gateway for: the smallest picture (some 70 bytes as PNG), as a link or in the answer. */
  static JsonObject picture(String prompt, String format) {
    return new JsonObject().add("model", MODEL).add("prompt", prompt).add("size", "16x16").add("response_format", format);
  }

  @Override
  public void close() {
    child.close();
  }
}
