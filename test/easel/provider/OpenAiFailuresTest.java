package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiFailuresTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String KEY = "sk-proj-4711/very+secret";
  private final OpenAiFailures failures = new OpenAiFailures("openai", new Secret(KEY));

  private Failure of(int status, String body, Map<String, String> headers) {
    return failures.of(status, name -> Optional.ofNullable(headers.get(name)), body.getBytes(StandardCharsets.UTF_8),
        NOW);
  }

  private Failure of(int status, String body) {
    return of(status, body, Map.of());
  }

  private static String error(String type, String code, String param, String message) {
    var error = new JsonObject().add("message", message).add("type", type).add("param", param).add("code", code);
    return new JsonObject().add("error", error).toString();
  }

  /** The table of OpenAI's error codes guide, and how its imitators differ. */
  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "401, invalid_request_error, -, -, BadCredential",
      "401, invalid_request_error, invalid_api_key, -, BadCredential",
      "403, request_forbidden, unsupported_country_region_territory, -, BadCredential",
      "400, invalid_request_error, invalid_api_key, -, BadCredential",
      "404, invalid_request_error, model_not_found, -, Missing",
      "400, invalid_request_error, model_not_found, model, Missing",
      "404, invalid_request_error, -, -, Missing",
      "404, invalid_request_error, -, image, Invalid",
      "405, invalid_request_error, -, -, Missing",
      "400, invalid_request_error, invalid_value, size, Invalid",
      "400, invalid_request_error, unknown_parameter, styel, Invalid",
      "422, invalid_request_error, -, n, Invalid",
      "413, invalid_request_error, -, -, Invalid",
      "415, invalid_request_error, -, -, Invalid",
      "400, image_generation_user_error, moderation_blocked, -, Refused",
      "400, image_generation_user_error, -, -, Refused",
      "400, invalid_request_error, content_policy_violation, -, Refused",
      "403, invalid_request_error, content_policy_violation, -, Refused",
      "400, invalid_request_error, billing_hard_limit_reached, -, OutOfCredit",
      "400, billing_limit_user_error, -, -, OutOfCredit",
      "429, insufficient_quota, insufficient_quota, -, OutOfCredit",
      "402, invalid_request_error, -, -, OutOfCredit",
      "429, requests, rate_limit_exceeded, -, Limited",
      "429, tokens, -, -, Limited",
      "408, invalid_request_error, -, -, UpstreamBroken",
      "409, invalid_request_error, -, -, UpstreamBroken",
      "500, server_error, server_error, -, UpstreamBroken",
      "502, server_error, -, -, UpstreamBroken",
      "503, service_unavailable_error, -, -, UpstreamBroken",
      "504, server_error, -, -, UpstreamBroken",
      "502, server_error, upstream_outcome_unknown, -, OutcomeUnknown",
      "301, -, -, -, UpstreamBroken",
      "500, server_error, moderation_blocked, -, UpstreamBroken"})
  void everyAnswerHasItsFailure(int status, String type, String code, String param, String expected) {
    var failure = of(status, error(type, code, param, "Because."));
    assertEquals(expected, failure.getClass().getSimpleName());
    assertTrue(failure.message().contains("Because."), failure.message());
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 408, 409, 425, 500, 502, 503, 504, 520, 599})
  void noServerTroubleProvesThatNothingWasBought(int status) {
    assertFalse(of(status, error("server_error", "overloaded", null, "Overloaded, not accepted.")).notAccepted());
  }

  @ParameterizedTest
  @ValueSource(ints = {402, 406, 410, 411, 414, 418, 423, 424, 426, 428, 431, 451, 460, 494, 499})
  void statusNobodyDocumentsIsNoProof(int status) {
    assertEquals(status == 402, of(status, "<html>no</html>").notAccepted());
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {"400, -, UpstreamBroken", "404, -, UpstreamBroken", "404, model_not_found, UpstreamBroken",
      "405, -, UpstreamBroken", "410, -, UpstreamBroken", "413, -, UpstreamBroken", "422, -, UpstreamBroken",
      "418, -, UpstreamBroken", "503, -, UpstreamBroken", "401, -, BadCredential", "403, -, BadCredential", "429, -, Limited",
      "400, moderation_blocked, Refused", "502, generation_failed, WorkFailed"})
  void questionAboutWorkThatWasTakenEndsItOnlyWithAWordOnTheWork(int status, String code, String expected) {
    var body = error("invalid_request_error", code, "id", "Because.").getBytes(StandardCharsets.UTF_8);
    var failure = failures.polled(new Exchange.Answer(status, name -> Optional.empty(), body), NOW);
    assertEquals(expected, failure.getClass().getSimpleName());
    assertTrue(failure.message().contains("Because."), failure.message());
  }

  @Test
  void complaintKeepsTheParameterAndTheWords() {
    assertEquals(new Failure.Invalid("size", "Invalid size 1x1."),
        of(400, error("invalid_request_error", "invalid_value", "size", "Invalid size 1x1.")));
    assertEquals(new Failure.Missing("model_not_found", "No such model."),
        of(404, error("invalid_request_error", "model_not_found", null, "No such model.")));
    assertEquals(new Failure.UpstreamBroken(503, "openai answered 503: Busy."),
        of(503, error("server_error", null, null, "Busy.")));
  }

  @Test
  void otherServersErrorsAreUnderstood() {
    assertEquals(new Failure.Invalid("", "it broke"), of(400, "{\"error\":\"it broke\"}"));
    assertEquals(new Failure.Invalid("", "it broke"), of(400,
        "{\"object\":\"error\",\"message\":\"it broke\",\"code\":400}"));
    assertEquals(new Failure.Invalid("", "it broke"), of(422, "{\"detail\":\"it broke\"}"));
    assertEquals(new Failure.Invalid("", "Field required"), of(422,
        "{\"detail\":[{\"loc\":[\"body\",\"prompt\"],\"msg\":\"Field required\"}]}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html><b>400 Bad Request</b></html>", "{", "[]", "{\"error\":null}",
      "{\"error\":{\"message\":17}}"})
  void bodyWithoutWordsIsNotRepeated(String body) {
    assertEquals(new Failure.Invalid("", "openai answered 400 without a reason"), of(400, body));
    assertEquals(new Failure.UpstreamBroken(502, "openai answered 502: no reason given"), of(502, body));
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "1500, 77, 1500", "-, 7, 7000", "-, 0.25, 250", "-, -, 5000", "-, soon, 5000", "x, 3, 3000", "-, -4, 0",
      "-, 'Sat, 21 Nov 2026 12:00:30 GMT', 30000", "-, 'Sat, 21 Nov 2026 11:00:00 GMT', 0", "-, 999999, 3600000",
      "1e99, -, 3600000",
      "-, NaN, 5000", "-, 'Fri, 21 Nov 2036 12:00:00 GMT', 3600000"})
  void limitLastsAsLongAsStatedButNeverForever(String ms, String seconds, long millis) {
    var headers = new HashMap<String, String>();
    if (ms != null) headers.put("retry-after-ms", ms);
    if (seconds != null) headers.put("retry-after", seconds);
    var limited = assertInstanceOf(Failure.Limited.class, of(429,
        error("requests", "rate_limit_exceeded", null, "Slow."), headers));
    assertEquals(Duration.ofMillis(millis), limited.retryAfter());
  }
}
