package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import fake.Await;
import fake.FakeBfl;
import fake.FakeOpenAiPicture;
import fake.RealEasel;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real jar before BFL: its key in the environment is all it was told. */
class BflTest {
  @TempDir
  private Path data;
  private FakeBfl fake;
  private RealEasel easel;

  @BeforeEach
  void open() throws IOException {
    fake = new FakeBfl().hasty();
    easel = start();
  }

  private RealEasel start() throws IOException {
    return RealEasel.start(data, Map.of("BFL_API_KEY", FakeBfl.KEY, "EASEL_PROVIDERS_BFL_BASE_URL", fake.base().toString()));
  }

  @AfterEach
  void close() {
    easel.close();
    fake.close();
  }

  private HttpResponse<String> post(String path, String quotes) throws IOException, InterruptedException {
    var request = easel.request(path).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(quotes.replace('\'', '"')));
    return easel.send(request.build());
  }

  private static String dataUrl(byte[] picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
  }

  /** As a client of an older gateway sends it: the provider under its old name, the model among its parameters. */
  @Test
  void bodyOfAnOlderGatewayWorksAsItStands() throws Exception {
    var response = post("/v1/images/generations", """
        {'provider':'bfl-flux','prompt':'a fox','user_id':'u1','project':'p1',
         'provider_params':{'model':'flux-pro-1.1','width':1024,'height':768,'steps':28,'prompt_upsampling':true,'output_format':'png'}}""");
    assertEquals(200, response.statusCode(), response.body());
    var answer = RealEasel.json(response);
    assertEquals("bfl flux-pro-1.1", answer.getString("provider", "") + " " + answer.getString("model", ""));
    var link = URI.create(answer.get("data").asArray().get(0).asObject().getString("url", ""));
    assertArrayEquals(FakeBfl.bytes("png"), easel.bytes(link));
    assertEquals(Json.parse("{\"width\":1024,\"height\":768,\"steps\":28,\"prompt_upsampling\":true,\"output_format\":\"png\",\"prompt\":\"a fox\"}"),
        fake.ledger().getFirst().body());
    assertEquals("flux-pro-1.1", fake.ledger().getFirst().model());
  }

  @Test
  void maskedEditAndVideoAndRefusalReachTheClient() throws Exception {
    var picture = dataUrl(FakeOpenAiPicture.png(64, 48, 2));
    var opaque = post("/v1/images/edits", "{'model':'flux-pro-1.0-fill','prompt':'a hat','images':[{'image_url':'" + picture
        + "'}],'mask':{'image_url':'" + picture + "'}}");
    assertEquals(400, opaque.statusCode());
    assertEquals("mask", RealEasel.json(opaque).get("error").asObject().getString("param", ""));
    assertEquals(0, fake.submits());

    var video = post("/v1/chat/completions", "{'model':'flux-3-video','messages':[{'role':'user','content':'waves'}]}");
    assertEquals(200, video.statusCode(), video.body());
    assertTrue(video.body().contains(".mp4"), video.body());
    assertEquals(Json.parse("{\"mode\":\"t2v\",\"prompt\":\"waves\"}"), fake.ledger().getFirst().body());

    fake.nextPoll(Script.json(422, "{\"id\":\"1\",\"status\":\"Content Moderated\",\"details\":{\"Moderation Reasons\":[\"Filter\"]}}"));
    var refused = post("/v1/images/generations", "{'model':'flux-2-pro','prompt':'no'}");
    var error = RealEasel.json(refused).get("error").asObject();
    assertEquals("400 moderation_blocked", refused.statusCode() + " " + error.getString("code", ""));
    assertEquals("bfl withholds the result: Moderation Reasons: Filter", error.getString("message", ""));
  }

  @Test
  void processThatDiesWhileItAsksBuysNothingTwice() throws Exception {
    var never = new CountDownLatch(1);
    fake.nextPoll(Script.json(200, "{}").after(never));
    easel.sendAndForget(easel.image("key-1", "flux-2-pro", "a boat"));
    Await.until("the first poll", () -> fake.seen().size() > 1);
    easel.kill();
    easel.close();
    easel = start();
    var response = easel.send(easel.image("key-1", "flux-2-pro", "a boat"));
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(1, fake.submits());
    JsonObject answer = RealEasel.json(response);
    assertArrayEquals(FakeBfl.bytes("jpeg"), easel.bytes(URI.create(answer.get("data").asArray().get(0).asObject().getString("url", ""))));
  }
}
