package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Step;
import easel.http.Request;
import easel.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiErrorsTest {
  private static final Map<String, Failure> FAILURES = Map.ofEntries(
      Map.entry("Invalid", new Failure.Invalid("size", "no")),
      Map.entry("Unauthorized", new Failure.Unauthorized("no")),
      Map.entry("Forbidden", new Failure.Forbidden("no")),
      Map.entry("Missing", new Failure.Missing("model_not_found", "no")),
      Map.entry("TooLarge", new Failure.TooLarge("no")),
      Map.entry("Unsupported", new Failure.Unsupported("no")),
      Map.entry("KeyReused", new Failure.KeyReused("no")),
      Map.entry("Refused", new Failure.Refused("no")),
      Map.entry("Limited", new Failure.Limited(Duration.ofMillis(2500), "no")),
      Map.entry("OutOfCredit", new Failure.OutOfCredit("no")),
      Map.entry("BadCredential", new Failure.BadCredential("no")),
      Map.entry("Unfit", new Failure.Unfit("no")),
      Map.entry("Withheld", new Failure.Withheld("no")),
      Map.entry("NoCapacity", new Failure.NoCapacity(Duration.ofMinutes(10), "no")),
      Map.entry("NoSpace", new Failure.NoSpace("no")),
      Map.entry("Unreachable", new Failure.Unreachable("no")),
      Map.entry("UpstreamBroken", new Failure.UpstreamBroken(500, "no")),
      Map.entry("WorkFailed", new Failure.WorkFailed("no")),
      Map.entry("BadMedia", new Failure.BadMedia("no")),
      Map.entry("OutcomeUnknown", new Failure.OutcomeUnknown("no")),
      Map.entry("TimedOut", new Failure.TimedOut("no")),
      Map.entry("Cancelled", new Failure.Cancelled("no")),
      Map.entry("Internal", new Failure.Internal("no")));

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  @ParameterizedTest
  @CsvSource({
      "Invalid, 400 invalid_request_error invalid_value size, ''",
      "Unauthorized, 401 invalid_request_error invalid_api_key null, ''",
      "Forbidden, 403 invalid_request_error forbidden null, ''",
      "Missing, 404 invalid_request_error model_not_found model, ''",
      "TooLarge, 413 invalid_request_error request_too_large null, ''",
      "Unsupported, 415 invalid_request_error unsupported_media_type null, ''",
      "KeyReused, 422 invalid_request_error idempotency_key_reused null, ''",
      "Refused, 400 image_generation_user_error moderation_blocked null, ''",
      "Limited, 429 rate_limit_error rate_limit_exceeded null, true",
      "OutOfCredit, 429 insufficient_quota insufficient_quota null, false",
      "BadCredential, 502 server_error upstream_unauthorized null, false",
      "Unfit, 403 server_error upstream_unfit null, false",
      "Withheld, 502 server_error upstream_withheld null, false",
      "NoCapacity, 503 server_error no_capacity null, true",
      "NoSpace, 507 server_error insufficient_storage null, false",
      "Unreachable, 502 server_error upstream_unreachable null, ''",
      "UpstreamBroken, 502 server_error upstream_broken null, false",
      "WorkFailed, 502 server_error generation_failed null, false",
      "BadMedia, 502 server_error bad_media null, false",
      "OutcomeUnknown, 502 server_error upstream_outcome_unknown null, false",
      "TimedOut, 504 server_error timed_out null, false",
      "Cancelled, 409 invalid_request_error cancelled null, false",
      "Internal, 500 server_error internal_error null, false"})
  void everyFailureHasItsStatusAndItsWordOnRepeats(String name, String trouble, String shouldRetry) throws Exception {
    var reply = answer(new GatewayException(FAILURES.get(name)));

    assertEquals(trouble, reply.trouble());
    assertEquals(shouldRetry, reply.header("x-should-retry"));
    assertEquals(List.of("message", "type", "param", "code"), reply.error().names());
  }

  @Test
  void noFailureWasForgotten() {
    assertEquals(Failure.class.getPermittedSubclasses().length, FAILURES.size());
  }

  @Test
  void theDelayIsToldInSecondsRoundedUpAndInMilliseconds() throws Exception {
    var reply = answer(new GatewayException(FAILURES.get("Limited")));

    assertEquals("3", reply.header("retry-after"));
    assertEquals("2500", reply.header("retry-after-ms"));
  }

  @Test
  void noDelayIsLongerThanClientsAreReadyToWaitNorZero() throws Exception {
    assertEquals("120", answer(new GatewayException(FAILURES.get("NoCapacity"))).header("retry-after"));
    assertEquals("1", answer(new GatewayException(new Failure.Limited(Duration.ZERO, "no"))).header("retry-after"));
  }

  @Test
  void aMistakeOfOursSaysNothingOfItselfButTheRequestId() throws Exception {
    var reply = answer(new IllegalStateException("SELECT secret FROM job"));

    assertEquals("500 server_error internal_error null", reply.trouble());
    assertEquals("Easel made a mistake while it served this request (request req_test).", reply.error().get("message").asString());
    assertEquals("false", reply.header("x-should-retry"));
    assertFalse(reply.body().contains("SELECT"));
  }

  @Test
  void aReadThatFailedMayBeRepeated() throws Exception {
    var response = new OpenAiErrors().apply(Request.of("GET", "/v1/models"), r -> {
      throw new IOException("disk");
    });

    assertEquals(500, response.status());
    assertTrue(response.header("x-should-retry").isEmpty());
  }

  private static Faces.Reply answer(Exception e) throws Exception {
    var response = new OpenAiErrors().apply(Request.of("POST", "/v1/images/generations"), r -> {
      throw e;
    });
    return reply(response);
  }

  private static Faces.Reply reply(Response response) throws Exception {
    var body = new java.io.ByteArrayOutputStream();
    response.writeBody(body);
    return new Faces.Reply(response, body.toString(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void theLastResortHasTheSameShape() throws Exception {
    var reply = reply(OpenAiErrors.lastResort(new easel.http.HttpException(503, "the server is busy",
        new Response.Header("Retry-After", "2"))));

    assertEquals("503 server_error no_capacity null", reply.trouble());
    assertEquals("2", reply.header("retry-after"));
  }

  // ---- jobs that failed -------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
      "Refused, 400 image_generation_user_error moderation_blocked null, ''",
      "Invalid, 400 invalid_request_error invalid_value size, ''",
      "OutOfCredit, 429 insufficient_quota insufficient_quota null, false",
      "BadCredential, 502 server_error upstream_unauthorized null, false",
      "Unreachable, 502 server_error upstream_unreachable null, ''",
      "WorkFailed, 502 server_error generation_failed null, false",
      "UpstreamBroken, 502 server_error upstream_outcome_unknown null, false",
      "TimedOut, 502 server_error upstream_outcome_unknown null, false"})
  void whatTheProviderSaysToASubmitComesThrough(String name, String trouble, String shouldRetry) throws Exception {
    faces.provider.fails(FAILURES.get(name));

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals(trouble, reply.trouble());
    assertEquals(shouldRetry, reply.header("x-should-retry"));
    assertEquals(faces.onlyJob().id(), reply.header("x-easel-job"));
  }

  @Test
  void aRefusalAfterTheWorkWasTakenIsNotToBeRepeatedByItself() throws Exception {
    faces.provider.failsLater(new Failure.Refused("not such a picture"));

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("400 image_generation_user_error moderation_blocked null", reply.trouble());
    assertEquals("false", reply.header("x-should-retry"));
  }

  @Test
  void anOutcomeNobodyKnowsIsToldWithTheJobToLookAt() throws Exception {
    faces.provider.fails(new Failure.UpstreamBroken(500, "oops"));

    var reply = faces.generate("{'prompt':'p'}");

    var message = reply.error().get("message").asString();
    assertTrue(message.endsWith("GET /v1/jobs/" + reply.header("x-easel-job") + " tells what becomes of it."), message);
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void aBusyProviderIsARateLimitWithItsOwnDelay() throws Exception {
    faces.provider.fails(new Failure.Limited(Duration.ofSeconds(90), "Too many pictures."));

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("429 rate_limit_error rate_limit_exceeded null", reply.trouble());
    assertEquals("90", reply.header("retry-after"));
    assertEquals("true", reply.header("x-should-retry"));
  }

  @Test
  void aJobThatTakesTooLongIsAGatewayTimeout() throws Exception {
    faces.provider.neverEnds();

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("504 server_error timed_out null", reply.trouble());
    assertEquals("false", reply.header("x-should-retry"));
  }

  @Test
  void aBrokenAdapterIsAnUnknownOutcomeAndNotAStackTrace() throws Exception {
    faces.provider.act = (task, handle, progress) -> {
      throw new IllegalStateException("adapter");
    };

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("502 server_error upstream_outcome_unknown null", reply.trouble());
    assertFalse(reply.body().contains("IllegalState"));
  }

  @Test
  void aFileThatIsNoPictureIsBadMedia() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("png"), "<html>".getBytes()), java.util.Optional.empty())),
        easel.core.Usage.NONE);

    assertEquals("502 server_error bad_media null", faces.generate("{'prompt':'p'}").trouble());
  }

  @Test
  void aStoppingProcessAsksForARepeat() throws Exception {
    var stopper = faces.stopsInTheMiddle();

    var reply = faces.generate("{'prompt':'p'}");

    stopper.join();
    assertEquals("503 server_error no_capacity null", reply.trouble());
    assertEquals("true", reply.header("x-should-retry"));
    assertEquals("2", reply.header("retry-after"));
    Job job = faces.onlyJob();
    assertFalse(job.state().ended());
    assertEquals(job.id(), reply.header("x-easel-job"));
  }

  @Test
  void anEngineThatStopsTakesNoWork() throws Exception {
    faces.engine.close();

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("503 server_error no_capacity null", reply.trouble());
    assertEquals("5", reply.header("retry-after"));
    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void aDeadStoreIsNoStackTrace() throws Exception {
    faces.store.database().close();

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("502 server_error upstream_outcome_unknown null", reply.trouble());
  }

  // ---- paths and methods ------------------------------------------------------------------------------------------

  @Test
  void unknownPathsAndMethodsAreToldInTheSameShape() throws Exception {
    var unknown = faces.get("/v1/nothing");
    assertEquals("404 invalid_request_error unknown_url null", unknown.trouble());
    assertEquals("Invalid URL (GET /v1/nothing)", unknown.error().get("message").asString());

    var method = faces.call(Faces.request("PUT", "/v1/models"));
    assertEquals("405 invalid_request_error method_not_allowed null", method.trouble());
    assertEquals("GET, HEAD, OPTIONS", method.header("allow"));
  }
}
