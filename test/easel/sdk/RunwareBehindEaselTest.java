package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import fake.Await;
import fake.FakeOpenAiPicture;
import fake.FakeRunware;
import fake.RealEasel;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider that knows tasks by our id: whatever happens to an answer, nothing is lost and nothing is bought twice.
 */
class RunwareBehindEaselTest {
  private static final String MODEL = "runware-flux-schnell";

  @TempDir
  private Path data;

  private static RealEasel start(Path data, FakeRunware fake) throws IOException {
    return RealEasel.start(data, Map.of("EASEL_PROVIDERS_RUNWARE_BASE_URL", fake.base().toString(), "RUNWARE_API_KEY", "rw-key"));
  }

  private static byte[] picture(RealEasel easel, HttpResponse<String> response) throws Exception {
    assertEquals(200, response.statusCode(), response.body());
    var first = RealEasel.json(response).get("data").asArray().get(0).asObject();
    return easel.bytes(URI.create(first.getString("url", "")));
  }

  @Test
  void aPictureIsBoughtOnceAlsoWhereTheAnswerToTheSubmitIsLost() throws Exception {
    try (var fake = new FakeRunware(); var easel = start(data, fake)) {
      assertArrayEquals(FakeOpenAiPicture.png(64, 64, 0), picture(easel, easel.send(easel.image("k1", MODEL, "a cat"))));
      fake.nextAccepted(Script.raw(""));
      assertArrayEquals(FakeOpenAiPicture.png(64, 64, 0), picture(easel, easel.send(easel.image("k2", MODEL, "a dog"))));
      assertEquals(2, fake.submits().size());
      easel.kill();
    }
  }

  @Test
  void aKilledEaselFindsWhatItHadSentAndWhatItWaitedFor() throws Exception {
    try (var fake = new FakeRunware()) {
      var never = new CountDownLatch(1);
      fake.nextAccepted(Script.json(200, "{}").after(never));
      try (var first = start(data, fake)) {
        first.sendAndForget(first.image("k1", MODEL, "a cat"));
        Await.until("the submit", () -> !fake.accepted().isEmpty());
        first.kill();
      }
      try (var second = start(data, fake)) {
        var again = second.send(second.image("k1", MODEL, "a cat"));
        assertArrayEquals(FakeOpenAiPicture.png(64, 64, 0), picture(second, again));
        assertEquals(1, fake.submits().size());
        second.kill();
      }
    }
  }

  @Test
  void aRefusalAndAWrongSizeAreTold() throws Exception {
    try (var fake = new FakeRunware(); var easel = start(data, fake)) {
      fake.next(FakeRunware.error(400, "invalidProviderContent", ""));
      assertEquals("moderation_blocked", code(easel.send(easel.image("k1", MODEL, "a cat"))));
      var odd = new JsonObject().add("model", MODEL).add("prompt", "a cat").add("size", "100x100").toString();
      var answer = easel.send(easel.request("/v1/images/generations").header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(odd)).build());
      assertEquals(400, answer.statusCode());
      assertTrue(answer.body().contains("size must have sides divisible by 64"), answer.body());
      assertEquals(1, fake.submits().size());
      easel.kill();
    }
  }

  private static String code(HttpResponse<String> response) {
    return RealEasel.json(response).get("error").asObject().getString("code", "");
  }
}
