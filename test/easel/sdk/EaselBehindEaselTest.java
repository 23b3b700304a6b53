package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import fake.Await;
import fake.FakeOpenAiPicture;
import fake.RealEasel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One Easel is the provider of another: what the one answers, the other must understand. */
class EaselBehindEaselTest {
  private static final String MODEL = "easel/sample-image";
  private static final String LONG = "[[slow=20]] a boat";
  /** A limit that is longer is told instead of waited for. */
  private static final Map<String, String> SHORT_WAIT = Map.of("EASEL_GENERATION_WAIT_TIMEOUT", "300ms");
  private static final int HOUSE = 8;
  private static final Map<String, String> BEHIND = Map.of("EASEL_GENERATION_WAIT_TIMEOUT", "300ms",
      "EASEL_LIMITS_JOBS_OPEN_MAX", String.valueOf(HOUSE));

  @TempDir
  private static Path shared;
  private static RealEasel behind;
  private static RealEasel front;

  @BeforeAll
  static void start() throws Exception {
    behind = behind(shared, 0);
    front = front(shared, behind);
  }

  @AfterAll
  static void stop() throws Exception {
    for (var easel : List.of(front, behind)) {
      easel.kill();
      easel.close();
    }
  }

  /** Port 0: any. */
  private static RealEasel behind(Path folder, int port) throws IOException {
    return RealEasel.start(folder.resolve("behind"), BEHIND, "--port", String.valueOf(port));
  }

  private static RealEasel front(Path folder, RealEasel provider) throws IOException {
    var config = Files.writeString(folder.resolve("front.toml"), """
        [providers.easel]
        type = "openai"
        base_url = "%s/v1"
        api_key = "%s"
        models = ["sample-image", "nowhere-image"]
        """.formatted(Stand.root(provider.base()), RealEasel.KEY));
    return RealEasel.start(folder.resolve("front"), SHORT_WAIT, "--port", "0", "--config", config.toString());
  }

  private static HttpResponse<String> ask(RealEasel easel, String model, String prompt, Map<String, String> headers)
      throws IOException, InterruptedException {
    return ask(easel, "generations", wish(model, prompt), headers);
  }

  private static JsonObject wish(String model, String prompt) {
    return new JsonObject().add("model", model).add("prompt", prompt).add("size", "128x128")
        .add("response_format", "b64_json");
  }

  private static HttpResponse<String> ask(RealEasel easel, String route, JsonObject body, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request = easel.request("/v1/images/" + route).header("Content-Type", "application/json");
    headers.forEach(request::header);
    return easel.send(request.POST(BodyPublishers.ofString(body.toString())).build());
  }

  private static JsonObject first(HttpResponse<String> response) {
    return RealEasel.json(response).get("data").asArray().get(0).asObject();
  }

  private static byte[] picture(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response.body());
    return Base64.getDecoder().decode(first(response).getString("b64_json", ""));
  }

  private static JsonObject error(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    return RealEasel.json(response).get("error").asObject();
  }

  /** How many jobs an Easel has in these states; all of them without a state. */
  private static int jobs(RealEasel easel, String... states) throws IOException, InterruptedException {
    var counts = RealEasel.json(easel.send(easel.request("/health").build())).get("jobs").asObject();
    var names = states.length == 0 ? counts.names() : List.of(states);
    return names.stream().mapToInt(n -> counts.getInt(n, 0)).sum();
  }

  @Test
  void aPictureIsTheSameThroughBoth() throws Exception {
    var through = picture(ask(front, MODEL, "a red boat", Map.of()));
    assertArrayEquals(picture(ask(behind, "sample-image", "a red boat", Map.of())), through);
    var linked = ask(front, "generations", wish(MODEL, "a red boat").set("response_format", "url"), Map.of());
    var link = URI.create(first(linked).getString("url", ""));
    assertEquals(front.base().getPort(), link.getPort());
    assertArrayEquals(through, front.bytes(link));
    assertEquals("easel", RealEasel.json(linked).getString("provider", ""));
  }

  @Test
  void anEditIsTheSameThroughBoth() throws Exception {
    var through = picture(ask(front, "edits", edit(MODEL), Map.of()));
    assertArrayEquals(picture(ask(behind, "edits", edit("sample-image"), Map.of())), through);
  }

  private static JsonObject edit(String model) {
    return wish(model, "with a hat").add("images", new JsonArray().add(input(3)).add(input(7))).add("mask", input(1));
  }

  private static JsonObject input(int index) {
    var base64 = Base64.getEncoder().encodeToString(FakeOpenAiPicture.png(96, 64, index));
    return new JsonObject().add("image_url", "data:image/png;base64," + base64);
  }

  @Test
  void previewsComeThroughBoth() throws Exception {
    var wish = wish(MODEL, "[[slow=1]] a lake").add("stream", true).add("partial_images", 2);
    var events = ask(front, "generations", wish, Map.of()).body().lines().filter(l -> l.startsWith("event: ")).toList();
    assertEquals(List.of("event: image_generation.partial_image", "event: image_generation.partial_image",
        "event: image_generation.completed"), events);
  }

  @Test
  void aRefusalKeepsItsCodeThroughBoth() throws Exception {
    assertToldAlike("[[refuse]] a boat", "400 moderation_blocked image_generation_user_error retry as usual");
  }

  @Test
  void aFailureKeepsItsCodeThroughBoth() throws Exception {
    assertToldAlike("[[fail]] a boat", "502 generation_failed server_error retry false");
  }

  @Test
  void anUnknownOutcomeIsUnknownThroughBoth() throws Exception {
    assertToldAlike("[[drop]] a boat", "502 upstream_outcome_unknown server_error retry false");
  }

  private static void assertToldAlike(String prompt, String expected) throws Exception {
    assertEquals(expected, told(ask(behind, "sample-image", prompt, Map.of())));
    assertEquals(expected, told(ask(front, MODEL, prompt, Map.of())));
  }

  /** What a client goes by. */
  private static String told(HttpResponse<String> response) {
    var error = error(response.statusCode(), response);
    var retry = response.headers().firstValue("x-should-retry").orElse("as usual");
    return String.join(" ", String.valueOf(response.statusCode()), error.getString("code", "none"),
        error.getString("type", "none"), "retry", retry);
  }

  @Test
  void aFullHouseIsToldThroughBothAndIsNoUnknownOutcome() throws Exception {
    var wish = wish("sample-image", "[[async=60]] a boat").add("async", true);
    var guests = new ArrayList<String>();
    for (int i = 0; i < HOUSE; i++) {
      guests.add(ask(behind, "generations", wish, Map.of()).headers().firstValue("location").orElse(""));
    }
    var full = ask(front, MODEL, "one boat too many", Map.of());
    for (var guest : guests) behind.send(behind.request(guest).DELETE().build());
    assertEquals("503 no_capacity server_error retry true", told(full));
    picture(ask(front, MODEL, "one boat less", Map.of()));
  }

  @Test
  void aParameterThatOnlyTheOtherKnowsIsNamed() throws Exception {
    var error = error(400, ask(front, "generations", wish(MODEL, "a boat").set("size", "16x16"), Map.of()));
    assertEquals("size", error.getString("param", ""));
    assertEquals("invalid_value", error.getString("code", ""));
    var nowhere = error(404, ask(front, "easel/nowhere-image", "a boat", Map.of()));
    assertEquals("model_not_found", nowhere.getString("code", ""));
  }

  @Test
  void aLimitIsToldThroughBothWithItsTimeAndIsOverThen() throws Exception {
    var limited = ask(front, MODEL, "[[limit=2]] a boat", Map.of());
    assertEquals("rate_limit_exceeded", error(429, limited).getString("code", ""));
    assertTrue(List.of("1", "2").contains(limited.headers().firstValue("retry-after").orElse("")));
    var patient = JavaSdkTest.client(front.base()).withOptions(o -> o.maxRetries(2));
    var after = patient.images().generate(JavaSdkTest.picture(MODEL, "a boat after the limit").build());
    assertEquals(1, after.data().orElseThrow().size());
    patient.close();
  }

  @Test
  void theOneBehindIsKilledInTheMiddleAndNothingIsMadeTwice(@TempDir Path folder) throws Exception {
    try (var doomed = behind(folder, 0); var caller = front(folder, doomed)) {
      var first = killedInTheMiddle(doomed, caller);
      assertEquals("upstream_outcome_unknown", error(502, first).getString("code", ""));
      assertEquals("false", first.headers().firstValue("x-should-retry").orElse(""));
      try (var again = behind(folder, doomed.base().getPort())) {
        var repeat = ask(caller, MODEL, LONG, Map.of("x-stainless-retry-count", "1"));
        assertEquals(first.body(), repeat.body());
        assertEquals(1, jobs(again));
        assertEquals(1, jobs(caller));
        picture(ask(caller, MODEL, "another boat", Map.of()));
        caller.kill();
        try (var restarted = front(folder, again)) {
          repeat = ask(restarted, MODEL, LONG, Map.of("x-stainless-retry-count", "2"));
          assertEquals(first.body(), repeat.body());
          restarted.kill();
        }
        again.kill();
      }
    }
  }

  private static HttpResponse<String> killedInTheMiddle(RealEasel doomed, RealEasel caller) throws Exception {
    var answer = new CompletableFuture<HttpResponse<String>>();
    Thread.ofPlatform().start(() -> {
      try {
        answer.complete(ask(caller, MODEL, LONG, Map.of()));
      } catch (IOException | InterruptedException e) {
        answer.completeExceptionally(e);
      }
    });
    Await.until("the job to run", () -> jobs(doomed, "submitting", "running") > 0);
    doomed.kill();
    return answer.get();
  }
}
