package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import fake.FakeUpstream;
import fake.RealEasel;
import fake.Script;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where nothing works: what reaches the providers stays within 1.2 times the calls of the clients, and three. */
class StormBehindEaselTest {
  private static final int CALLS = 200;
  private static final int CLIENTS = 20;
  private static final Script BROKEN = Script.answer(500, "text/html", "<html>Internal Server Error</html>".getBytes());
  private static final Script BAD_KEY = Script.json(401,
      "{\"error\":{\"message\":\"bad key\",\"code\":\"invalid_api_key\"}}");
  private static final Script LIMITED = Script.json(429, "{\"error\":{\"message\":\"slow down\"}}",
      "Retry-After-Ms: 60");

  @TempDir
  private static Path folder;
  private static final Map<String, FakeUpstream> UPSTREAMS = new LinkedHashMap<>();
  private static RealEasel easel;

  private static void upstream(String name, Script... mix) throws IOException {
    var upstream = new FakeUpstream();
    upstream.on("POST /v1/images/generations", sent -> mix[upstream.sent().size() % mix.length]);
    UPSTREAMS.put(name, upstream);
  }

  @BeforeAll
  static void open() throws IOException {
    upstream("broken", BROKEN);
    upstream("locked", BAD_KEY);
    upstream("full", LIMITED);
    upstream("mixed", BROKEN, BAD_KEY, LIMITED, Script.reset());
    upstream("first", LIMITED);
    upstream("second", BAD_KEY, LIMITED);
    upstream("third", LIMITED, BROKEN);
    var toml = new StringBuilder("[generation]\nwait_timeout = \"1s\"\n");
    UPSTREAMS.forEach((name, u) -> toml.append("[providers.").append(name)
        .append("]\ntype = \"openai\"\nbase_url = \"").append(u.uri("/v1"))
        .append("\"\napi_keys = [\"sk-1\", \"sk-2\", \"sk-3\", \"sk-4\", \"sk-5\"]\nmodels = [\"m\"]\n"));
    toml.append("[[models]]\nname = \"any\"\ncandidates = [\"first/m\", \"second/m\", \"third/m\"]\n");
    var config = Files.writeString(folder.resolve("setting.toml"), toml);
    easel = RealEasel.start(folder.resolve("data"), Map.of(), "--port", "0", "--config", config.toString());
  }

  @AfterAll
  static void close() throws InterruptedException {
    easel.kill();
    easel.close();
    UPSTREAMS.values().forEach(FakeUpstream::close);
  }

  private static int call(String model) throws IOException, InterruptedException {
    var body = new JsonObject().add("model", model).add("prompt", "a red boat").add("size", "64x64");
    return easel.send(easel.request("/v1/images/generations").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build()).statusCode();
  }

  @ParameterizedTest
  @CsvSource({"broken/m,broken", "locked/m,locked", "full/m,full", "mixed/m,mixed", "any,first second third"})
  void nobodyMakesItWorse(String model, String asked) throws Exception {
    var all = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < CALLS; i++) all.add(() -> call(model));
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (var answer : clients.invokeAll(all)) assertTrue(answer.get() >= 429, "answered " + answer.get());
    }
    int calls = List.of(asked.split(" ")).stream().mapToInt(name -> UPSTREAMS.get(name).sent().size()).sum();
    assertTrue(calls <= 1.2 * CALLS + 3, calls + " calls upstream for " + CALLS + " of clients");
    assertEquals(200, easel.send(easel.request("/health").GET().build()).statusCode());
  }
}
