package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real jar in a process of its own, on a free port, with a folder that outlives it. */
public final class RealEasel implements AutoCloseable {
  public static final String KEY = "key-of-the-process-tests";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Path log;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  private RealEasel(ProcessBuilder builder) throws IOException {
    log = Files.createTempFile("easel-", ".log");
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    base = awaitAddress();
  }

  /** Starts the jar; {@code environment} adds to what it needs anyway. */
  public static RealEasel start(Path data, Map<String, String> environment) throws IOException {
    return start(data, environment, "--port", "0");
  }

  /** Starts the jar on this folder with these settings, which stay there as a file. */
  public static RealEasel configured(Path folder, String settings) throws IOException {
    var config = Files.writeString(folder.resolve("setting.toml"), settings);
    return start(folder.resolve("data"), Map.of(), "--port", "0", "--config", config.toString());
  }

  /** Starts the jar with these flags. */
  public static RealEasel start(Path data, Map<String, String> environment, String... flags) throws IOException {
    var command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", jar(),
        "--data", data.toString()));
    command.addAll(List.of(flags));
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(k -> k.startsWith("EASEL_") || k.endsWith("_API_KEY"));
    builder.environment().put("EASEL_API_KEY", KEY);
    builder.environment().put("EASEL_ADMIN_PASSWORD", "password-of-the-process-tests");
    builder.environment().putAll(environment);
    return new RealEasel(builder);
  }

  /** The environment that makes a fake the provider "openai". */
  public static Map<String, String> upstream(FakeOpenAi fake) {
    return Map.of("EASEL_PROVIDERS_OPENAI_BASE_URL", fake.base().toString(), "EASEL_PROVIDERS_OPENAI_API_KEY", "sk-fake");
  }

  public static String java() {
    return System.getProperty("easel.java", ProcessHandle.current().info().command().orElse("java"));
  }

  public static String jar() {
    return System.getProperty("easel.jar", "build/easel.jar");
  }

  private URI awaitAddress() throws IOException {
    Await.within(PATIENCE, () -> address().isPresent() || !process.isAlive());
    var line = address().orElseThrow(() -> new IOException("easel did not start: " + said()));
    return URI.create(line.substring(line.indexOf("http")).strip());
  }

  private Optional<String> address() {
    return said().lines().filter(l -> l.contains(" listens on ")).findFirst();
  }

  public URI base() {
    return base;
  }

  /** Everything it wrote so far. */
  public String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; the exit code. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) throw new AssertionError("easel did not stop: " + said());
    return process.exitValue();
  }

  /** An image request with an idempotency key. */
  public HttpRequest image(String key, String model, String prompt) {
    var body = new JsonObject().add("model", model).add("prompt", prompt).add("response_format", "url");
    return request("/v1/images/generations").header("Content-Type", "application/json").header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + KEY).timeout(Duration.ofSeconds(60));
  }

  public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Sends, and does not wait; what becomes of it is of no interest, because the process is about to die. */
  public void sendAndForget(HttpRequest request) {
    client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  public byte[] bytes(URI link) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(link).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  public static JsonObject json(HttpResponse<String> response) {
    return Json.parse(response.body()).asObject();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.shutdownNow();
    log.toFile().delete();
  }
}
