package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import fake.Await;
import fake.FakeOpenAi;
import fake.FakeOpenAiExchange;
import fake.RealEasel;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty clients with three API keys before providers that may only be asked so much. */
class CrowdTest {
  private static final int CLIENTS = 50;
  private static final int WAITING = 40;
  private static final String[] KEYS = {RealEasel.KEY, "second-key-of-the-crowd", "third-key-of-the-crowd"};
  private static final String SETTINGS = """
      [global]
      api_keys = ["second-key-of-the-crowd", "third-key-of-the-crowd"]
      [generation]
      wait_timeout = 30
      [providers.few]
      type = "openai"
      base_url = "%s"
      api_keys = ["sk-1", "sk-2", "sk-3", "sk-4", "sk-5"]
      models = ["m"]
      concurrency = 2
      total_concurrency = 7
      [providers.slow]
      type = "openai"
      base_url = "%s"
      api_keys = ["sk-1", "sk-2", "sk-3", "sk-4", "sk-5"]
      models = ["m"]
      requests_per_minute = 3
      total_requests_per_minute = 10
      [providers.single]
      type = "openai"
      base_url = "%s"
      api_key = "sk-1"
      models = ["m"]
      concurrency = 1
      """;

  @TempDir
  private static Path folder;
  private static FakeOpenAi few;
  private static FakeOpenAi slow;
  private static FakeOpenAi single;
  private static RealEasel easel;

  @BeforeAll
  static void open() throws IOException {
    few = new FakeOpenAi(new FakeOpenAi.Settings(0, 50, true));
    slow = new FakeOpenAi();
    single = new FakeOpenAi();
    var settings = SETTINGS.formatted(few.base(), slow.base(), single.base());
    var config = Files.writeString(folder.resolve("setting.toml"), settings);
    easel = RealEasel.start(folder.resolve("data"), Map.of(), "--port", "0", "--config", config.toString());
  }

  @AfterAll
  static void close() throws InterruptedException {
    easel.kill();
    easel.close();
    few.close();
    slow.close();
    single.close();
  }

  // ---- clients ----------------------------------------------------------------------------------------------------

  private static HttpRequest order(String key, String provider, String prompt, boolean async) {
    var body = new JsonObject().add("model", provider + "/m").add("prompt", prompt).add("size", "64x64")
        .add("async", async);
    return easel.request("/v1/images/generations").setHeader("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString())).build();
  }

  /** What all clients are answered, who ask at once. */
  private static List<HttpResponse<String>> crowd(String provider) throws Exception {
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      var all = new ArrayList<Callable<HttpResponse<String>>>();
      for (int i = 0; i < CLIENTS; i++) {
        var order = order(KEYS[i % KEYS.length], provider, "boat " + i, false);
        all.add(() -> easel.send(order));
      }
      var answers = new ArrayList<HttpResponse<String>>();
      for (var answer : clients.invokeAll(all)) answers.add(answer.get());
      return answers;
    }
  }

  private static String later(String key, String prompt) throws Exception {
    return RealEasel.json(easel.send(order(key, "single", prompt, true))).getString("id", "");
  }

  private static JsonObject job(String key, String id) throws Exception {
    var request = easel.request("/v1/jobs/" + id).setHeader("Authorization", "Bearer " + key).GET().build();
    return RealEasel.json(easel.send(request));
  }

  private static Map<String, Long> submits(FakeOpenAi fake) {
    return fake.seen().stream().map(FakeOpenAiExchange.Request::headers)
        .collect(Collectors.groupingBy(h -> h.get("authorization"), Collectors.counting()));
  }

  // ---- tests ------------------------------------------------------------------------------------------------------

  @Test
  void noKeyAndNoProviderCarriesMoreAtOnceThanItMay() throws Exception {
    var answers = crowd("few");
    assertEquals(List.of(200), answers.stream().map(HttpResponse::statusCode).distinct().toList());
    assertEquals(CLIENTS, few.ledger().size());
    var peaks = few.peaks();
    assertEquals(7, peaks.get(FakeOpenAi.ALL), peaks.toString());
    for (int i = 1; i <= 5; i++) assertTrue(peaks.get("Bearer sk-" + i) <= 2, peaks.toString());
  }

  @Test
  void noKeyAndNoProviderBeginsMoreInAMinuteThanItMay() throws Exception {
    var answers = crowd("slow");
    var good = answers.stream().filter(a -> a.statusCode() == 200).count();
    assertEquals(10, good);
    assertEquals(10, slow.ledger().size());
    var submits = submits(slow);
    assertTrue(submits.values().stream().allMatch(n -> n <= 3), submits.toString());
    for (var answer : answers) {
      if (answer.statusCode() == 200) continue;
      var error = RealEasel.json(answer).get("error").asObject();
      assertEquals("503 no_capacity", answer.statusCode() + " " + error.getString("code", ""), answer.body());
      assertEquals("true", answer.headers().firstValue("x-should-retry").orElse(""));
      long after = answer.headers().firstValueAsLong("retry-after").orElse(0);
      assertTrue(after > 30 && after <= 60, answer.headers().toString());
    }
  }

  @Test
  void aCrowdOfOneApiKeyDelaysAnotherByOneTurn() throws Exception {
    var before = easel.send(order(KEYS[0], "single", "so that it is known how long one takes", false));
    assertEquals(200, before.statusCode());
    var first = later(KEYS[0], "first [[hang]]");
    Await.until("the first of the crowd", () -> single.ledger().size() > 1);
    var crowd = new ArrayList<String>();
    for (int i = 0; i < WAITING; i++) crowd.add(later(KEYS[0], "crowd " + i + " [[hang]]"));
    var other = later(KEYS[1], "other [[hang]]");

    assertEquals(null, job(KEYS[0], first).get("queue"), "it has its turn");
    var own = queue(KEYS[1], other);
    assertTrue(own.getInt("position", 0) <= 2, own.toString());
    assertTrue(own.get("eta_seconds") != null, own.toString());
    var positions = new ArrayList<Integer>(List.of(own.getInt("position", 0)));
    for (var id : crowd) positions.add(queue(KEYS[0], id).getInt("position", 0));
    assertEquals(positions.subList(1, positions.size()), positions.stream().skip(1).sorted().toList(),
        "in the order they came");
    Collections.sort(positions);
    assertEquals(IntStream.rangeClosed(1, WAITING + 1).boxed().toList(), positions);

    Await.until("the turn of the other", () -> {
      single.release();
      return turn("other") >= 0;
    });
    assertTrue(turn("other") - turn("first") <= 2, "at most one of the crowd between");
    assertEquals(1, single.peaks().get(FakeOpenAi.ALL));
  }

  private static JsonObject queue(String key, String id) throws Exception {
    var job = job(key, id);
    assertEquals("queued", job.getString("status", ""));
    return job.get("queue").asObject();
  }

  private static int turn(String prompt) {
    var prompts = single.ledger().stream().map(FakeOpenAi.Accepted::prompt).toList();
    return prompts.indexOf(prompt + " [[hang]]");
  }
}
