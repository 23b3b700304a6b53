package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import fake.RealEasel;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked after whom, as {@code curl} shows it. */
class FallbackTest {
  private static final String AUTHORIZATION = "Authorization: Bearer " + RealEasel.KEY;

  @TempDir
  private static Path folder;
  private static final Map<String, FarSide> FAR = new LinkedHashMap<>();
  private static RealEasel easel;

  @BeforeAll
  static void open() throws Exception {
    try {
      Program.run(10, "curl", "--version");
    } catch (IOException none) {
      abort("curl is not on the PATH");
    }
    FAR.put("down", new FarLeonardo(Scene.GONE));
    FAR.put("full", new FarBfl(Scene.LIMITED));
    FAR.put("broken", new FarBfl(Scene.ERROR));
    FAR.put("strict", new FarRunware(Scene.REFUSED));
    FAR.put("stricter", new FarRunware(Scene.REFUSED));
    FAR.put("home", new FarComfy(Scene.FAILED, folder));
    FAR.put("openai", new FarOpenAi(Scene.PICTURE));
    easel = RealEasel.start(folder.resolve("data"), Map.of(), "--port", "0", "--config", configured(false).toString());
    for (var far : FAR.values()) far.play();
  }

  private static Path configured(boolean fallbackOnRefusal) throws IOException {
    var all = new StringBuilder("[dispatch]\nfallback_on_refusal = " + fallbackOnRefusal + "\n");
    FAR.forEach((name, far) -> all.append(far.section(name)));
    all.append(model("poster", "down", "full", "openai")).append(model("try-home", "home", "openai"))
        .append(model("try-strict", "strict", "openai")).append(model("try-stricter", "stricter", "openai"))
        .append(model("try-broken", "broken", "openai"));
    return Files.writeString(folder.resolve("setting.toml"), all);
  }

  private static String model(String name, String... providers) {
    var candidates = new ArrayList<String>();
    for (var provider : providers) candidates.add("\"" + provider + "/" + FAR.get(provider).model() + "\"");
    return "[[models]]\nname = \"" + name + "\"\ncandidates = [" + String.join(", ", candidates) + "]\n";
  }

  @AfterAll
  static void close() throws Exception {
    if (easel != null) {
      easel.kill();
      easel.close();
    }
    FAR.values().forEach(FarSide::close);
  }

  // ---- curl -------------------------------------------------------------------------------------------------------

  private static JsonObject curl(String path, String... options) throws Exception {
    var command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "30", "-H", AUTHORIZATION));
    command.addAll(List.of(options));
    command.add(easel.base().resolve(path).toString());
    var outcome = Program.run(40, command.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.errors());
    return Json.parse(outcome.output()).asObject();
  }

  /** The job of a picture, when it has ended. */
  private static JsonObject job(String model) throws Exception {
    var body = new JsonObject().add("model", model).add("prompt", "a red boat").add("async", true).toString();
    var id = curl("/v1/images/generations", "-H", "Content-Type: application/json", "-d", body).getString("id", "none");
    easel.send(easel.request("/v1/jobs/" + id + "/events").GET().build());
    return curl("/v1/jobs/" + id);
  }

  private static List<JsonObject> attempts(JsonObject job) {
    return job.get("attempts").asArray().values().stream().map(JsonValue::asObject).toList();
  }

  private static List<String> outcomes(JsonObject job) {
    return attempts(job).stream().map(a -> a.getString("provider", "") + " " + a.getString("outcome", "")).toList();
  }

  private static List<Integer> submits(String... providers) {
    return List.of(providers).stream().map(p -> FAR.get(p).submits()).toList();
  }

  // ---- tests ------------------------------------------------------------------------------------------------------

  @Test
  void theJobShowsEveryAttemptInOrder() throws Exception {
    int before = FAR.get("openai").submits();
    var job = job("poster");
    assertEquals("succeeded", job.getString("status", ""));
    assertEquals("openai", job.getString("provider", ""));
    var all = attempts(job);
    assertEquals(List.of(
        "down de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3 upstream_unreachable 0 127.0.0.1/api/rest/v1/generations cannot be reached: connection refused",
        "full flux-2-pro rate_limit_exceeded 0 full takes no more tasks now: Too many active tasks",
        "openai gpt-image-2 succeeded 0.053025 "), all.stream().map(FallbackTest::words).toList());
    long at = job.getLong("created_at", 0);
    for (var attempt : all) {
      assertTrue(attempt.getString("credential", "").matches(attempt.getString("provider", "") + "#[0-9a-f]{6}"),
          attempt.toString());
      assertTrue(attempt.getLong("started_at", 0) >= at, attempt.toString());
      assertTrue(attempt.getLong("ended_at", 0) >= attempt.getLong("started_at", 0), attempt.toString());
      assertTrue(attempt.getLong("milliseconds", -1) >= 0, attempt.toString());
      at = attempt.getLong("started_at", 0);
    }
    assertEquals(List.of(0, 1, before + 1), submits("down", "full", "openai"));
  }

  private static String words(JsonObject attempt) {
    return String.join(" ", attempt.getString("provider", ""), attempt.getString("model", ""),
        attempt.getString("outcome", ""), String.valueOf(attempt.get("cost")), attempt.getString("message", ""));
  }

  @Test
  void workGivenUpForFreeIsDoneBySomebodyElse() throws Exception {
    var job = job("try-home");
    assertEquals(List.of("home generation_failed", "openai succeeded"), outcomes(job));
    var words = attempts(job).getFirst().getString("message", "");
    assertEquals("home failed in node 40 (KSampler): Allocation on device", words);
    assertEquals(1, FAR.get("home").submits());
  }

  @Test
  void aRefusalStaysARefusalUnlessTheOperatorWantsOthersAsked() throws Exception {
    var refused = job("try-strict");
    assertEquals(List.of("strict moderation_blocked"), outcomes(refused));
    assertEquals("failed", refused.getString("status", ""));
    reload(true);
    assertEquals(List.of("stricter moderation_blocked", "openai succeeded"), outcomes(job("try-stricter")));
    reload(false);
    assertEquals(List.of(1, 1), submits("strict", "stricter"));
  }

  private static void reload(boolean fallbackOnRefusal) throws Exception {
    configured(fallbackOnRefusal);
    var answer = easel.send(easel.request("/admin/reload-config").POST(BodyPublishers.noBody()).build());
    assertEquals(200, answer.statusCode(), answer.body());
  }

  @Test
  void whatMayHaveBeenBoughtIsNeverBoughtElsewhere() throws Exception {
    int before = FAR.get("openai").submits();
    var job = job("try-broken");
    assertEquals("unknown", job.getString("status", ""));
    assertEquals(List.of("broken upstream_outcome_unknown"), outcomes(job));
    assertEquals(List.of(1, before), submits("broken", "openai"));
    assertEquals(null, attempts(job).getFirst().get("cost"), "nobody knows what it cost");
  }
}
