package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import easel.core.Failure;
import easel.http.Request;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class GeminiErrorsTest {
  private static final String CALL = "/v1beta/models/fake-image:generateContent";
  private static final String SAY = Faces.quoted("{'contents':[{'parts':[{'text':'a boat'}]}]}");

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  /** Status, Google's name for it, and our code. */
  private static String trouble(Faces.Reply reply) {
    var error = reply.error();
    assertEquals(reply.status(), error.getInt("code", 0));
    var info = error.get("details").asArray().get(0).asObject();
    return reply.status() + " " + error.getString("status", "") + " " + info.getString("reason", "");
  }

  static Stream<Arguments> endings() {
    return Stream.of(
        Arguments.of("400 INVALID_ARGUMENT PROHIBITED_CONTENT", new Failure.Refused("no")),
        Arguments.of("400 INVALID_ARGUMENT INVALID_VALUE", new Failure.Invalid("size", "size is odd")),
        Arguments.of("429 RESOURCE_EXHAUSTED INSUFFICIENT_QUOTA", new Failure.OutOfCredit("no money")),
        Arguments.of("502 UNAVAILABLE UPSTREAM_UNAUTHORIZED", new Failure.BadCredential("not you")),
        Arguments.of("502 UNAVAILABLE UPSTREAM_UNREACHABLE", new Failure.Unreachable("no line")),
        Arguments.of("502 UNAVAILABLE GENERATION_FAILED", new Failure.WorkFailed("failed", true)),
        Arguments.of("424 UNKNOWN GENERATION_FAILED", new Failure.WorkFailed("failed")),
        Arguments.of("424 UNKNOWN UPSTREAM_OUTCOME_UNKNOWN", new Failure.OutcomeUnknown("who knows")),
        Arguments.of("424 UNKNOWN UPSTREAM_OUTCOME_UNKNOWN", new Failure.UpstreamBroken(500, "broken")),
        Arguments.of("424 UNKNOWN UPSTREAM_OUTCOME_UNKNOWN", new Failure.TimedOut("late")));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void whatCouldBePaidTwiceHasAStatusThatNoSdkRepeats(String expected, Failure failure) throws Exception {
    faces.provider.fails(failure);

    var reply = faces.call(Faces.post(CALL, SAY));

    assertEquals(expected, trouble(reply), reply.body());
    assertEquals(faces.onlyJob().id(), reply.header("x-easel-job"));
  }

  @Test
  void withAKeyTheTrueStatusStaysBecauseARepeatFindsTheJob() throws Exception {
    faces.provider.fails(new Failure.OutcomeUnknown("who knows"));
    var request = Faces.post(CALL, SAY).header("idempotency-key", "k1");

    assertEquals("502 UNAVAILABLE UPSTREAM_OUTCOME_UNKNOWN", trouble(faces.call(request.body(SAY))));
    assertEquals("502 UNAVAILABLE UPSTREAM_OUTCOME_UNKNOWN", trouble(faces.call(request.body(SAY))));
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void aLimitSaysWhenToComeBack() throws Exception {
    faces.provider.fails(new Failure.Limited(Duration.ofHours(2), "too many"));

    var reply = faces.call(Faces.post(CALL, SAY));

    assertEquals("429 RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED", trouble(reply));
    assertEquals("7200", reply.header("Retry-After"));
    assertEquals(Json.parse("{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"7200s\"}"),
        reply.error().get("details").asArray().get(1));
  }

  @Test
  void aStopInTheMiddleDoesNotInviteASecondPurchase() throws Exception {
    var stopper = faces.stopsInTheMiddle();

    var reply = faces.call(Faces.post(CALL, SAY));

    stopper.join();
    assertEquals("424 UNKNOWN NO_CAPACITY", trouble(reply));
    assertTrue(reply.error().getString("message", "").endsWith("GET /v1/jobs/" + faces.onlyJob().id()
        + " tells what becomes of it."), reply.body());
  }

  @ParameterizedTest
  @CsvSource({
      "POST, /v1beta/models/fake-image:predict, 404 NOT_FOUND METHOD_NOT_FOUND",
      "POST, /v1beta/models/fake-video:predictLongRunning, 404 NOT_FOUND METHOD_NOT_FOUND",
      "POST, /v1/models/fake-image:countTokens, 404 NOT_FOUND METHOD_NOT_FOUND",
      "POST, /models/fake-image, 404 NOT_FOUND METHOD_NOT_FOUND",
      "POST, /v1beta/models/nope:generateContent, 404 NOT_FOUND MODEL_NOT_FOUND",
      "GET, /v1beta/models/nope, 404 NOT_FOUND MODEL_NOT_FOUND",
      "GET, /v1beta/operations/abc, 404 NOT_FOUND UNKNOWN_URL",
      "DELETE, /v1beta/models/fake-image, 405 INVALID_ARGUMENT METHOD_NOT_ALLOWED"})
  void whatIsNotThereIsSaidInGooglesShape(String method, String path, String expected) throws Exception {
    var request = Faces.request(method, path).header("content-type", "application/json").body(SAY);

    assertEquals(expected, trouble(faces.call(request)));
  }

  @Test
  void anUnknownMethodIsSaidAsGoogleDoes() throws Exception {
    var reply = faces.call(Faces.post("/v1beta/models/fake-image:predict", "{}"));

    assertEquals("models/fake-image is not found, or is not supported for predict. Call ListModels to see the available "
        + "models and their supported methods.", reply.error().getString("message", ""));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "image must be given for m | contents: a picture must be given for m",
      "image may be given at most once for m | contents: a picture may be given at most once for m",
      "m needs a video: give extend://ID as image_url | m needs a video: give extend://ID as fileData.fileUri"})
  void whatIsMissingIsNamedAsThisFaceHasIt(String ours, String words) throws Exception {
    faces.provider.fails(new Failure.Invalid("image", ours));

    assertEquals(words, faces.call(Faces.post(CALL, SAY)).error().getString("message", ""));
  }

  @Test
  void aModelNearlyNamedIsSuggested() throws Exception {
    var message = faces.get("/v1beta/models/fake-imag").error().getString("message", "");

    assertEquals("The model 'fake-imag' does not exist. Did you mean fake-image?", message);
  }

  @ParameterizedTest
  @CsvSource({"/v1beta/models", "/models", "/v1beta/nothing"})
  void withoutAKeyNobodyIsLetIn(String path) throws Exception {
    var reply = faces.call(Request.of("GET", path));

    assertEquals(401, reply.status());
    assertEquals("401 UNAUTHENTICATED API_KEY_INVALID", trouble(reply));
    var wrong = faces.call(Request.of("GET", path).header("authorization", "Bearer nobody"));
    assertEquals("401 UNAUTHENTICATED API_KEY_INVALID", trouble(wrong));
  }

  @Test
  void aBodyThatIsNoJsonIsToldSo() throws Exception {
    var reply = faces.call(Faces.post(CALL, "{'contents'"));

    assertEquals("400 INVALID_ARGUMENT INVALID_VALUE", trouble(reply));
    assertEquals("415 INVALID_ARGUMENT UNSUPPORTED_MEDIA_TYPE",
        trouble(faces.call(Faces.request("POST", CALL).header("content-type", "text/plain").body(SAY))));
  }
}
