package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import fake.FakeBfl;
import fake.FakeOpenAiPicture;
import fake.FakeRunware;
import fake.RealEasel;
import fake.Script;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code n} above what a provider makes at once: one submit for each picture, and all of them in order. */
class SeveralTest {
  private static final String REFUSAL = "{\"id\":null,\"status\":\"Request Moderated\",\"details\":{\"Moderation Reasons\":[\"Filter\"]}}";

  @TempDir
  private Path data;
  private FakeBfl bfl;
  private FakeRunware runware;
  private RealEasel easel;

  @BeforeEach
  void open() throws IOException {
    bfl = new FakeBfl().hasty();
    runware = new FakeRunware();
    easel = RealEasel.start(data, Map.of(
        "BFL_API_KEY", FakeBfl.KEY, "EASEL_PROVIDERS_BFL_BASE_URL", bfl.base().toString(),
        "RUNWARE_API_KEY", "rw-key", "EASEL_PROVIDERS_RUNWARE_BASE_URL", runware.base().toString()));
  }

  @AfterEach
  void close() throws InterruptedException {
    easel.kill();
    easel.close();
    bfl.close();
    runware.close();
  }

  private HttpResponse<String> four(String model) throws Exception {
    var body = new JsonObject().add("model", model).add("prompt", "a red boat").add("n", 4).add("seed", 1)
        .add("output_format", "png").add("response_format", "b64_json");
    return easel.send(easel.request("/v1/images/generations").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build());
  }

  private static List<byte[]> pictures(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    return RealEasel.json(answer).get("data").asArray().values().stream().map(JsonValue::asObject)
        .map(d -> Base64.getDecoder().decode(d.getString("b64_json", ""))).toList();
  }

  /** Which seeds were taken, in the order in which the pictures are to come. */
  private List<Integer> seeds() {
    return bfl.ledger().stream().map(a -> a.body().getInt("seed", 0)).sorted().toList();
  }

  private JsonObject job(HttpResponse<String> answer) throws Exception {
    var id = answer.headers().firstValue("x-easel-job").orElseThrow();
    return RealEasel.json(easel.send(easel.request("/v1/jobs/" + id).GET().build()));
  }

  @Test
  void fourPicturesOfAProviderThatMakesOneAtATimeComeInOrder() throws Exception {
    var answer = four("flux-2-pro");
    var pictures = pictures(answer);
    assertEquals(List.of(1, 2, 3, 4), seeds());
    assertEquals(4, pictures.size());
    for (int i = 0; i < 4; i++) assertArrayEquals(FakeBfl.seeded(i + 1), pictures.get(i), "picture " + i);
    assertEquals(4, bfl.submits());
    assertNull(RealEasel.json(answer).get("ordered"));
    assertEquals(4, job(answer).get("attempts").asArray().size());
    assertEquals(0.12, job(answer).getDouble("cost", 0), 1e-9, "what BFL told for each");
  }

  @Test
  void oneThatIsRefusedCostsTheOthersNothingAndIsTold() throws Exception {
    bfl.next(Script.json(422, REFUSAL));
    var answer = four("flux-2-pro");
    var pictures = pictures(answer);
    assertEquals(4, bfl.submits());
    assertEquals(3, pictures.size());
    for (int i = 0; i < 3; i++) assertArrayEquals(FakeBfl.seeded(seeds().get(i)), pictures.get(i), "picture " + i);
    var shortfall = new JsonObject().add("code", "moderation_blocked").add("message",
        "bfl refused the request: Moderation Reasons: Filter");
    for (var told : List.of(RealEasel.json(answer), job(answer))) {
      assertEquals(4, told.getInt("ordered", 0));
      assertEquals(shortfall, told.get("shortfall"));
    }
    assertEquals("succeeded", job(answer).getString("status", ""));
    assertEquals(0.09, job(answer).getDouble("cost", 0), 1e-9);
  }

  @Test
  void aProviderThatMakesFourAtOnceIsAskedOnce() throws Exception {
    var pictures = pictures(four("runware-flux-schnell"));
    assertEquals(1, runware.submits().size());
    assertEquals(4, pictures.size());
    for (int i = 0; i < 4; i++) assertArrayEquals(FakeOpenAiPicture.png(64, 64, i), pictures.get(i), "picture " + i);
  }
}
