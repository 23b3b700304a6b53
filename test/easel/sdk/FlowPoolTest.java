package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import fake.Await;
import fake.FakeGemini;
import fake.FakeLabs;
import fake.RealAdmin;
import fake.RealEasel;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator of a pool of Flow credentials sees: the real jar before a fake Flow. */
class FlowPoolTest {
  private static final String IMAGE = "gemini-3.1-flash-image-landscape";
  private static final String VIDEO = "veo_3_1_t2v_fast_portrait";
  private static final String OTHER_KEY = "second-key-of-the-flow-tests";
  private static final long PATIENCE_S = 40;

  @TempDir
  private Path folder;
  private FakeLabs labs;
  private RealEasel easel;
  private RealAdmin admin;

  @BeforeEach
  void open() throws Exception {
    labs = new FakeLabs();
    start("");
  }

  private void start(String more) throws Exception {
    var keys = "[global]\napi_keys = [\"" + OTHER_KEY + "\"]\n";
    easel = RealEasel.configured(folder, keys + labs.section() + "poll_interval = 0.1\n" + more);
    admin = RealAdmin.of(easel);
  }

  @AfterEach
  void close() throws Exception {
    easel.kill();
    easel.close();
    labs.close();
  }

  private String st(int number, String more) throws Exception {
    labs.account("st-" + number);
    return admin.add("flow", "st-" + number, more);
  }

  // ---- callers ----------------------------------------------------------------------------------------------------

  private HttpResponse<String> chat(String key, String model, String prompt, String more) throws IOException, InterruptedException {
    var message = new JsonObject().add("role", "user").add("content", prompt);
    var body = new JsonObject().add("model", model).add("messages", new JsonArray().add(message));
    for (var member : Json.parse("{" + more.replace('\'', '"') + "}").asObject()) body.set(member.getName(), member.getValue());
    return easel.send(easel.request("/v1/chat/completions").setHeader("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString())).build());
  }

  private HttpResponse<String> chat(String prompt) throws IOException, InterruptedException {
    return chat(RealEasel.KEY, IMAGE, prompt, "");
  }

  /** The id of a job that nobody waits for. */
  private String later(String key, String model, String prompt) throws IOException, InterruptedException {
    var answer = chat(key, model, prompt, "'async':true");
    assertEquals(202, answer.statusCode(), answer.body());
    return RealEasel.json(answer).getString("id", "");
  }

  private JsonObject job(String key, String id) throws IOException, InterruptedException {
    return RealEasel.json(easel.send(easel.request("/v1/jobs/" + id).setHeader("Authorization", "Bearer " + key).GET().build()));
  }

  private JsonObject ended(String key, String id) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(PATIENCE_S).toNanos();
    while (System.nanoTime() < until) {
      var job = job(key, id);
      if (job.get("ended_at") != null) return job;
    }
    throw new AssertionError("not ended: " + job(key, id));
  }

  private static JsonObject last(JsonObject job) {
    var attempts = job.get("attempts").asArray();
    return attempts.get(attempts.size() - 1).asObject();
  }

  private void await(String what, Await.Claim<Exception> claim) throws Exception {
    if (!Await.within(Duration.ofSeconds(PATIENCE_S), claim)) throw new AssertionError(what + "; Easel said: " + easel.said());
  }

  private static String error(HttpResponse<String> answer) {
    return RealEasel.json(answer).get("error").asObject().getString("code", "");
  }

  // ---- limits -----------------------------------------------------------------------------------------------------

  @Test
  void limitOneMeansOneAfterTheOtherInTheOrderInWhichTheyCameWhoeverAsked() throws Exception {
    st(1, ",'image_concurrency':1");
    labs.hold("batchGenerateImages");
    var keys = List.of(RealEasel.KEY, OTHER_KEY);
    var jobs = new ArrayList<String>();
    for (int i = 0; i < 8; i++) jobs.add(later(keys.get(i % 2), IMAGE, "boat " + i));
    await("the first is sent", () -> labs.calls("batchGenerateImages") == 1);
    labs.release("batchGenerateImages");

    for (int i = 0; i < 8; i++) ended(keys.get(i % 2), jobs.get(i));
    assertEquals(IntStream.range(0, 8).mapToObj(i -> "boat " + i).toList(), labs.ledger().stream().map(FakeLabs.Bought::prompt).toList());
    assertEquals(1, labs.mostAtOnce("batchGenerateImages"));
  }

  @Test
  void limitZeroMeansNever() throws Exception {
    st(1, ",'image_concurrency':0");
    assertEquals(503, chat("nobody may").statusCode());
    var other = st(2, ",'video_concurrency':0");
    for (int i = 0; i < 10; i++) assertEquals(200, chat("boat " + i).statusCode());
    assertEquals(List.of(0, 10), List.of(labs.submits("st-1"), labs.submits("st-2")));
    admin.ask("PATCH", "/credentials/" + other, "{'images_enabled':false}");
    assertEquals(503, chat("nobody may").statusCode());
    assertEquals(10, labs.submits());
  }

  // ---- faults -----------------------------------------------------------------------------------------------------

  @Test
  void neitherTheCallersMistakesNorRefusalsCountAgainstACredential() throws Exception {
    var id = st(1, "");
    for (int i = 0; i < 10; i++) assertEquals("moderation_blocked", error(chat("[[unsafe]] " + i)));
    for (int i = 0; i < 5; i++) assertEquals(400, chat("[[400]] " + i).statusCode());
    for (int i = 0; i < 5; i++) assertEquals(400, chat(RealEasel.KEY, "veo_3_1_interpolation_lite_portrait", "no frames", "").statusCode());
    var credential = admin.credential(id);
    assertEquals(List.of("active", "0", "0"), List.of(credential.getString("state", ""), counter(credential, "errors_in_a_row"),
        counter(credential, "today", "errors")));
    assertEquals(200, chat("and still at work").statusCode());
  }

  private static String counter(JsonObject credential, String... path) {
    JsonValue value = credential.get("counters");
    for (var name : path) value = value.asObject().get(name);
    return value.toString();
  }

  @Test
  void threeRefusalsInARowDisableACredentialForGoodAndSayWhy() throws Exception {
    var id = st(1, "");
    st(2, "");
    assertEquals(200, chat("a boat").statusCode());
    labs.account("st-1").die().revoke();
    for (int i = 0; i < 3; i++) admin.ask("POST", "/credentials/" + id + "/refresh", "");
    assertEquals(List.of("disabled", "upstream_unauthorized"), state(id));
    int before = labs.submits("st-1");
    for (int i = 0; i < 5; i++) assertEquals(200, chat("boat " + i).statusCode());
    assertEquals(before, labs.submits("st-1"));

    assertEquals(0, easel.stop());
    start("");
    assertEquals(List.of("disabled", "upstream_unauthorized"), state(id));
    assertEquals(200, chat("after a restart").statusCode());
    assertEquals(before, labs.submits("st-1"));
    assertEquals(200, admin.ask("POST", "/credentials/" + id + "/enable", "").statusCode());
    assertEquals("active", admin.credential(id).getString("state", ""));
  }

  private List<String> state(String id) throws Exception {
    var credential = admin.credential(id);
    return List.of(credential.getString("state", ""), credential.get("reason").asObject().getString("code", ""));
  }

  @Test
  void aLimitedCredentialRestsAsLongAsItWasToldAndAnotherTakesOverUnnoticed() throws Exception {
    st(1, "");
    st(2, "");
    labs.nextAnswer("batchGenerateImages", 429, "application/json",
        "{\"error\":{\"code\":429,\"message\":\"slow down\",\"status\":\"RESOURCE_EXHAUSTED\"}}", "Retry-After: 70");
    assertEquals(200, chat("a boat").statusCode());
    for (int i = 0; i < 5; i++) assertEquals(200, chat("boat " + i).statusCode());
    assertEquals(6, labs.submits());
    var resting = admin.credentials().stream().filter(c -> c.getString("state", "").equals("resting")).toList();
    assertEquals(1, resting.size());
    long left = resting.getFirst().getLong("resting_until", 0) - System.currentTimeMillis() / 1000;
    assertTrue(left > 30 && left <= 71, "rests for " + left + " s");
    assertTrue(labs.submits("st-1") == 6 || labs.submits("st-2") == 6, "one of them did it all");
  }

  // ---- videos -----------------------------------------------------------------------------------------------------

  @Test
  void anAccessTokenThatEndsInMidVideoIsRenewedAndNothingIsBoughtTwice() throws Exception {
    var id = st(1, "");
    labs.active(5);
    labs.hold("batchCheckAsyncVideoGenerationStatus");
    var job = later(RealEasel.KEY, VIDEO, "a boat");
    await("it is followed", () -> labs.calls("batchCheckAsyncVideoGenerationStatus") >= 1);
    labs.account("st-1").revoke();
    labs.release("batchCheckAsyncVideoGenerationStatus");
    var done = ended(RealEasel.KEY, job);
    assertEquals("succeeded", done.getString("status", ""), done.toString());
    assertEquals(List.of(1, 2, 1), List.of(labs.submits(), labs.account("st-1").tokens(), done.get("attempts").asArray().size()));
    assertEquals("active", admin.credential(id).getString("state", ""));
  }

  @Test
  void twentyVideosOutliveTheProcessEachWithItsOwnCredential() throws Exception {
    for (int i = 1; i <= 5; i++) st(i, "");
    labs.active(1_000_000);
    var jobs = new ArrayList<String>();
    for (int i = 0; i < 20; i++) jobs.add(later(RealEasel.KEY, VIDEO, "boat " + i));
    await("all are sent", () -> labs.submits() == 20);
    for (var id : jobs) await("it is followed", () -> job(RealEasel.KEY, id).getString("status", "").equals("running"));
    easel.kill();
    easel.close();
    labs.active(0);
    start("");
    var used = new HashSet<String>();
    for (var id : jobs) {
      var done = ended(RealEasel.KEY, id);
      assertEquals("succeeded", done.getString("status", ""), done.toString());
      used.add(last(done).getString("credential", ""));
    }
    assertEquals(20, labs.submits());
    assertEquals(5, used.size());
    assertEquals(0, labs.leaks());
    int counted = 0;
    for (var credential : admin.credentials()) counted += Integer.parseInt(counter(credential, "today", "videos"));
    assertEquals(20, counted);
  }

  // ---- captchas ---------------------------------------------------------------------------------------------------

  @Test
  void aCaptchaIsToldPlainlyAndNotSolved() throws Exception {
    var id = st(1, "");
    labs.captcha(token -> false);
    var answer = chat("a boat");
    assertEquals(List.of("502", "upstream_withheld"), List.of("" + answer.statusCode(), error(answer)));
    assertTrue(answer.body().contains("reCAPTCHA"), answer.body());
    assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""));
    assertEquals("active", admin.credential(id).getString("state", ""));
    assertFalse(easel.said().contains("st-1"), "the log holds a secret");
    assertEquals(0, labs.submits());
  }

  @Test
  void whereFlowWantsACaptchaTheOfficialApiTakesOverUnderTheSameName() throws Exception {
    st(1, "");
    labs.captcha(token -> false);
    assertEquals(0, easel.stop());
    easel.close();
    try (var gemini = new FakeGemini().hasty()) {
      start("""
          [providers.gemini]
          base_url = "%s"
          api_key = "official-key"
          """.formatted(gemini.base()));
      for (var model : List.of(IMAGE, VIDEO)) {
        var answer = chat(RealEasel.KEY, model, "a boat", "");
        assertEquals(200, answer.statusCode(), answer.body());
      }
      assertEquals(List.of(0, 2), List.of(labs.submits(), gemini.submits()));
    }
  }
}
