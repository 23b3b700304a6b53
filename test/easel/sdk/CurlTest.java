package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import fake.FakeOpenAiPicture;
import fake.RealEasel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people type: curl against a real Easel, as the README and other gateways' documents have it. */
@ExtendWith(Stand.Shared.class)
class CurlTest {
  private static final String BEARER = "Authorization: Bearer " + RealEasel.KEY;
  private static final String JSON = "Content-Type: application/json";
  private static final String GENERATIONS = "/v1/images/generations";
  private static final String EDITS = "/v1/images/edits";

  @TempDir
  private static Path data;
  private static Stand stand;
  private static String root;

  @BeforeAll
  static void start(Stand shared) throws Exception {
    try {
      Program.run(10, "curl", "--version");
    } catch (IOException none) {
      abort("curl is not on the PATH");
    }
    stand = shared;
    root = stand.root();
    Files.write(data.resolve("a.png"), FakeOpenAiPicture.png(96, 64, 3));
    Files.write(data.resolve("b.png"), FakeOpenAiPicture.png(96, 64, 7));
  }

  private record Answer(int status, String head, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonObject json() {
      return Json.parse(text()).asObject();
    }

    JsonObject first() {
      return json().get("data").asArray().get(0).asObject();
    }

    String code() {
      return json().get("error").asObject().getString("code", "none");
    }

    String header(String name) {
      return head.lines().filter(l -> l.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(l -> l.substring(name.length() + 1).strip()).findFirst().orElse("");
    }
  }

  /** {@code path} may be a whole address. */
  private static Answer curl(String path, String... options) throws IOException, InterruptedException {
    var head = Files.createTempFile(data, "curl", ".head");
    var body = Files.createTempFile(data, "curl", ".body");
    var command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "30", "-D", head.toString(),
        "-o", body.toString(), "-w", "%{http_code}"));
    command.addAll(List.of(options));
    command.add(path.startsWith("http") ? path : root + path);
    var outcome = Program.run(40, command.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.errors());
    return new Answer(Integer.parseInt(outcome.output()), Files.readString(head), Files.readAllBytes(body));
  }

  private static Answer good(String path, String... options) throws IOException, InterruptedException {
    var answer = curl(path, options);
    assertEquals(200, answer.status(), answer.text());
    return answer;
  }

  private static byte[] png(byte[] bytes) {
    assertArrayEquals(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, Arrays.copyOf(bytes, 4));
    return bytes;
  }

  private static byte[] inline(Answer answer) {
    return png(Base64.getDecoder().decode(answer.first().getString("b64_json", "")));
  }

  private static String linked(Answer answer) {
    return answer.first().getString("url", "no link");
  }

  @Test
  void everyCallOfTheReadmeWorks() throws Exception {
    int calls = 0;
    for (var block : Readme.calls("sh", root)) {
      for (var call : block.split("\n\n")) {
        if (!call.startsWith("curl ")) continue;
        var line = "cd " + data + " && cp a.png boat.png && " + call.replaceFirst("curl ", "curl -sSf --max-time 30 ");
        var outcome = Program.run(40, Map.of("KEY", RealEasel.KEY), "sh", "-c", line);
        assertEquals(0, outcome.status(), call + outcome.errors());
        assertTrue(outcome.output().contains(root + "/media/"), call + outcome.output());
        calls++;
      }
    }
    assertTrue(calls >= 3, calls + " calls");
  }

  @Test
  void modelsAreListed() throws Exception {
    var models = good("/v1/models", "-H", BEARER).json();
    assertEquals("list", models.getString("object", ""));
    assertTrue(models.get("data").asArray().size() > 2);
  }

  @Test
  void googlesOwnExampleWorksWithItsKeyInEveryPlace() throws Exception {
    var draw = "/v1beta/models/sample-image:generateContent";
    var body = "{\"contents\":[{\"parts\":[{\"text\":\"a red boat\"}]}],"
        + "\"generationConfig\":{\"imageConfig\":{\"aspectRatio\":\"1:1\",\"imageSize\":\"512\"}}}";
    var answer = good(draw, "-H", "x-goog-api-key: " + RealEasel.KEY, "-H", JSON, "-d", body).json();
    var part = answer.get("candidates").asArray().get(0).asObject().get("content").asObject().get("parts").asArray().get(0);
    png(Base64.getDecoder().decode(part.asObject().get("inlineData").asObject().getString("data", "")));
    good("/models/sample-image:generateContent?key=" + RealEasel.KEY, "-H", JSON, "-d", body);
    assertTrue(good("/v1beta/models?pageSize=1", "-H", BEARER).text().contains("\"nextPageToken\""));
    var stream = good("/v1beta/models/sample-image:streamGenerateContent?alt=sse", "-N", "-H", BEARER, "-H", JSON, "-d", body);
    assertTrue(stream.header("content-type").startsWith("text/event-stream"), stream.head());
    assertTrue(stream.text().contains("\"thought\":true") && stream.text().endsWith("}\n\n"));
    assertEquals(401, curl(draw, "-H", JSON, "-d", body).status());
  }

  @Test
  void aUniversalGatewaysBodyWorksAsItStands() throws Exception {
    var answer = good(GENERATIONS, "-H", "X-API-Key: " + RealEasel.KEY, "-H", JSON, "-d", """
        {"prompt":"a red boat","provider":"sample","provider_params":{"model":"sample-image","size":"64x64"},
         "user_id":"someone","project":"harbour"}""");
    assertEquals("sample", answer.json().getString("provider", ""));
    assertEquals("sample-image", answer.json().getString("model", ""));
    png(good(linked(answer)).body());
  }

  @Test
  void anEditTakesFilesUnderEveryName() throws Exception {
    var one = good(EDITS, "-H", BEARER, "-F", "image=@" + data.resolve("a.png"), "-F", "prompt=a hat", "-F", "n=2",
        "-F", "model=sample-image", "-F", "response_format=b64_json", "-F", "size=64x64");
    assertEquals(2, one.json().get("data").asArray().size());
    inline(one);
    var two = inline(several("image[]"));
    assertArrayEquals(two, inline(several("image")));
  }

  private static Answer several(String name) throws IOException, InterruptedException {
    return good(EDITS, "-H", BEARER, "-F", name + "=@" + data.resolve("a.png"),
        "-F", name + "=@" + data.resolve("b.png"), "-F", "mask=@" + data.resolve("a.png"), "-F", "prompt=a hat",
        "-F", "model=sample-image", "-F", "response_format=b64_json", "-F", "size=64x64");
  }

  /** curl asks before it sends much, with {@code Expect: 100-continue}; and it can send without a length. */
  @Test
  void aLargeUploadIsTakenHoweverItIsSent() throws Exception {
    var large = data.resolve("large.png");
    try (var out = Files.newOutputStream(large)) {
      FakeOpenAiPicture.padded(out, 3 << 20);
    }
    var form = new String[] {"-H", BEARER, "-F", "image=@" + large, "-F", "prompt=a hat", "-F", "model=sample-image",
        "-F", "response_format=b64_json", "-F", "size=64x64"};
    var expecting = new ArrayList<>(List.of(form));
    expecting.addAll(List.of("-H", "Expect: 100-continue"));
    var chunked = new ArrayList<>(List.of(form));
    chunked.addAll(List.of("-H", "Transfer-Encoding: chunked"));
    var usual = inline(good(EDITS, form));
    assertArrayEquals(usual, inline(good(EDITS, expecting.toArray(String[]::new))));
    assertArrayEquals(usual, inline(good(EDITS, chunked.toArray(String[]::new))));
  }

  @Test
  void anOldClientIsServed() throws Exception {
    var answer = good(GENERATIONS, "--http1.0", "-H", BEARER, "-H", JSON, "-d",
        "{\"model\":\"sample-image\",\"prompt\":\"a boat\",\"size\":\"64x64\",\"response_format\":\"b64_json\"}");
    inline(answer);
  }

  private static String picture(String prompt) throws IOException, InterruptedException {
    return linked(good(GENERATIONS, "-H", BEARER, "-H", JSON, "-d",
        "{\"model\":\"sample-image\",\"prompt\":\"" + prompt + "\",\"size\":\"128x128\"}"));
  }

  @Test
  void aResultIsFetchedInParts() throws Exception {
    var link = picture("a boat in parts");
    var whole = good(link);
    png(whole.body());
    assertEquals("image/png", whole.header("content-type"));
    assertEquals("nosniff", whole.header("x-content-type-options"));
    int length = whole.body().length;
    var first = curl(link, "-r", "0-99");
    assertEquals(206, first.status());
    assertEquals("bytes 0-99/" + length, first.header("content-range"));
    assertArrayEquals(Arrays.copyOf(whole.body(), 100), first.body());
    assertArrayEquals(Arrays.copyOfRange(whole.body(), 100, length), curl(link, "-r", "100-").body());
    assertArrayEquals(Arrays.copyOfRange(whole.body(), length - 8, length), curl(link, "-r", "-8").body());
    assertEquals(416, curl(link, "-r", length + "-").status());
    var unchanged = curl(link, "-H", "If-None-Match: " + whole.header("etag"));
    assertEquals(304, unchanged.status());
    assertEquals(0, unchanged.body().length);
  }

  @Test
  void headTellsWithoutTheBody() throws Exception {
    var link = picture("a boat for its head");
    var head = curl(link, "-I");
    assertEquals(200, head.status());
    assertEquals(String.valueOf(good(link).body().length), head.header("content-length"));
    assertEquals("image/png", head.header("content-type"));
    assertEquals("bytes", head.header("accept-ranges"));
    assertEquals(404, curl(root + "/media/nothing.png", "-I").status());
    assertEquals(200, curl("/v1/models", "-I", "-H", BEARER).status());
  }

  @Test
  void aJobIsOrderedWatchedAndCancelled() throws Exception {
    var order = "{\"model\":\"sample-image\",\"prompt\":\"[[async=60]] a boat\"}";
    var job = curl(GENERATIONS, "-H", BEARER, "-H", JSON, "-H", "Prefer: respond-async", "-d", order);
    assertEquals(202, job.status(), job.text());
    var path = job.header("location");
    assertEquals("/v1/jobs/" + job.json().getString("id", ""), path);
    assertEquals(path, good(path, "-H", BEARER).json().get("links").asObject().getString("self", ""));
    assertEquals(401, curl(path).status());
    assertEquals("done", good(path, "-X", "DELETE", "-H", BEARER).json().getString("cancel", ""));
    var events = good(path + "/events", "-N", "-H", BEARER);
    assertTrue(events.text().contains("event: end\ndata: {"), events.text());
    assertEquals("cancelled", good(path, "-H", BEARER).json().getString("status", ""));
  }

  @Test
  void aStreamIsReadAsItComes() throws Exception {
    var events = good(GENERATIONS, "-N", "-H", BEARER, "-H", JSON, "-d",
        "{\"model\":\"sample-image\",\"prompt\":\"a boat\",\"size\":\"64x64\",\"stream\":true}");
    assertTrue(events.header("content-type").startsWith("text/event-stream"), events.head());
    var begin = "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\"";
    assertTrue(events.text().contains(begin), events.text());
    assertTrue(events.text().endsWith("}\n\n"));
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    assertEquals(401, curl("/v1/models").status());
    assertEquals("invalid_api_key", curl("/v1/models", "-H", "Authorization: Bearer nobody").code());
    assertEquals("invalid_json", curl(GENERATIONS, "-H", BEARER, "-H", JSON, "-d", "{'model':'sample-image'}").code());
    var missing = curl(EDITS, "-H", BEARER, "-F", "prompt=a hat", "-F", "model=sample-image");
    assertEquals(400, missing.status());
    assertEquals("image", missing.json().get("error").asObject().getString("param", ""));
    var forgotten = curl(GENERATIONS, "-H", BEARER, "-d", "{\"prompt\":\"a boat\"}");
    assertEquals(415, forgotten.status());
    assertTrue(forgotten.text().contains("Content-Type must be application/json"), forgotten.text());
  }
}
