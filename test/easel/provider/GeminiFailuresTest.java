package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiFailuresTest {
  private static final GeminiFailures FAILURES = new GeminiFailures("gemini", new Secret("g-key-4711"));
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private static Exchange.Answer answer(int status, String body) {
    return new Exchange.Answer(status, n -> n.equals("retry-after") ? Optional.of("9") : Optional.empty(),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Failure of(int status, String body) {
    return FAILURES.of(answer(status, body), NOW);
  }

  private static Failure google(int status, String word, String message) {
    return of(status, "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\",\"status\":\"" + word
        + "\"}}");
  }

  private static Failure limited(String details, String message) {
    return of(429, "{\"error\":{\"code\":429,\"message\":\"" + message
        + "\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
        + details + "]}}");
  }

  @Test
  void invalidKeyIsNoInvalidArgument() {
    var words = "gemini does not accept the credential: API key not valid. Please pass a valid API key.";
    assertEquals(new Failure.BadCredential(words), of(400, """
        {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[
        {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com",
        "metadata":{"service":"generativelanguage.googleapis.com"}}]}}"""));
    assertEquals(new Failure.BadCredential(words), google(400, "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key."));
    assertEquals(new Failure.BadCredential(words), of(400, """
        [{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"""));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"401|UNAUTHENTICATED|Request had invalid authentication credentials.",
      "403|PERMISSION_DENIED|Your API key was reported as leaked. Please use another API key.",
      "403|PERMISSION_DENIED|Request had insufficient authentication scopes.",
      "403|PERMISSION_DENIED|Generative Language API has not been used in project 1 before or it is disabled.",
      "400|FAILED_PRECONDITION|User location is not supported for the API use."})
  void whatTheKeyMayNotDoIsTheKeysFault(int status, String word, String message) {
    assertEquals(new Failure.BadCredential("gemini does not accept the credential: " + message),
        google(status, word, message));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "400|FAILED_PRECONDITION|Gemini API free tier is not available in your country. Please enable billing on your project.",
      "429|RESOURCE_EXHAUSTED|Your prepayment credits are depleted. Please go to AI Studio.",
      "403|PERMISSION_DENIED|This API method requires billing to be enabled.", "402|PAYMENT_REQUIRED|no more",
      "403|insufficient_user_quota|insufficient quota of this user"})
  void moneyIsToldInManyWays(int status, String word, String message) {
    assertEquals(new Failure.OutOfCredit("gemini wants money: " + message), google(status, word, message));
  }

  @Test
  void otherPreconditionsAreTheCallers() {
    var words = "The File abc is not in an ACTIVE state and usage is not allowed.";
    assertEquals(new Failure.Invalid("", words), google(400, "FAILED_PRECONDITION", words));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"29.72s|29720", "47s|47000", "0.5s|500", "1800s|1800000", "9000s|3600000"})
  void limitLastsAsLongAsGoogleSays(String delay, long millis) {
    var failure = limited("{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" + delay + "\"}",
        "Quota exceeded.");
    assertEquals(new Failure.Limited(Duration.ofMillis(millis), "gemini takes no more requests now: Quota exceeded."),
        failure);
  }

  @Test
  void limitWithoutDetailsIsReadFromItsWordsAndThenFromItsHeader() {
    assertEquals(new Failure.Limited(Duration.ofMillis(21_500),
        "gemini takes no more requests now: Please retry in 21.5s."),
        limited("", "Please retry in 21.5s."));
    assertEquals(new Failure.Limited(Duration.ofMillis(250),
        "gemini takes no more requests now: Please retry in 250ms."),
        limited("", "Please retry in 250ms."));
    assertEquals(new Failure.Limited(Duration.ofSeconds(9), "gemini takes no more requests now: Slow down."),
        limited("", "Slow down."));
    assertEquals(new Failure.Limited(Duration.ofSeconds(9),
        "gemini takes no more requests now: gemini answered 429 without a reason"),
        of(429, "<html>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\",\"quotaValue\":\"100\"",
      "\"quotaId\":\"InputTokensPerModelPerMinute-FreeTier\",\"quotaValue\":0", "\"quotaValue\":\"0\""})
  void limitOfTheDayIsNotWorthAskingSoon(String violation) {
    var failure = limited("{\"violations\":[{" + violation + "}]},{\"retryDelay\":\"29s\"}",
        "You exceeded your current quota.");
    assertEquals(Duration.ofHours(1), ((Failure.Limited) failure).retryAfter());
  }

  @Test
  void ordinaryQuotaIsNotAboutMoneyThoughItSpeaksOfBilling() {
    var failure = limited("", "You exceeded your current quota, please check your plan and billing details. limit: 20");
    assertEquals(Failure.Next.OTHER_CREDENTIAL, failure.next());
    assertEquals(Failure.Limited.class, failure.getClass());
    assertEquals(Duration.ofHours(1), ((Failure.Limited) limited("",
        "Quota exceeded for metric: x, limit: 0, model: y")).retryAfter());
  }

  @Test
  void unknownAndRetiredModelsAreMissing() {
    var words = "models/veo-3.1-generate-preview is not found for API version v1beta, or is not supported for predictLongRunning.";
    assertEquals(new Failure.Missing("model_not_found", words), google(404, "NOT_FOUND", words));
    assertEquals(new Failure.Missing("not_found", "gemini has no such address, is its base_url right?"),
        of(404, "<html>404</html>"));
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 408, 409, 499, 500, 502, 503, 504, 529})
  void whatIsNoProofIsBroken(int status) {
    assertEquals(new Failure.UpstreamBroken(status, "gemini answered " + status + ": The model is overloaded."),
        google(status, "UNAVAILABLE", "The model is overloaded."));
  }

  @Test
  void pageOfAProxyIsNotForTheCaller() {
    assertEquals(new Failure.UpstreamBroken(502, "gemini answered 502: no reason given"), of(502, "<html>Bad gateway</html>"));
    assertEquals(new Failure.UpstreamBroken(503, "gemini answered 503: no reason given"), of(503, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"The prompt was blocked by our safety filters.",
      "The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices.",
      "Veo could not generate videos because the input image violates Vertex AI's usage guidelines.",
      "Your current safety filter threshold prohibited one or more generated samples."})
  void refusedPromptMayComeAs400(String words) {
    assertEquals(new Failure.Refused(words), of(400, "{\"error\":{\"code\":\"invalid_request\",\"message\":\"" + words
        + "\"}}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"Invalid value at 'safety_settings[0].threshold'|''",
      "Unknown name \\\"seed\\\"|''",
      "The number value for `durationSeconds` is out of bound. Please provide a value between 4 and 8, inclusive.|seconds",
      "Invalid duration|seconds", "Invalid value at 'generation_config.image_config.aspect_ratio'|size"})
  void otherMistakesNameTheParameterWhereTheyCan(String words, String field) {
    assertEquals(new Failure.Invalid(field, words.replace("\\", "")), google(400, "INVALID_ARGUMENT", words));
  }

  @Test
  void keyIsNeverRepeated() {
    assertEquals(new Failure.BadCredential("gemini does not accept the credential: key *** is wrong"),
        google(401, "UNAUTHENTICATED", "key g-key-4711 is wrong"));
  }

  @Test
  void questionsCannotUndoWhatWasBought() {
    var unknown = answer(400, "{\"error\":{\"code\":\"invalid_request\",\"message\":\"Invalid interaction name\"}}");
    assertEquals(new Failure.Missing("not_found", "gemini does not know this work: Invalid interaction name"),
        FAILURES.ofPoll(unknown, NOW));
    var other = answer(400, "{\"error\":{\"code\":400,\"message\":\"Request contains an invalid argument.\"}}");
    assertEquals(new Failure.UpstreamBroken(400, "gemini answered 400: Request contains an invalid argument."),
        FAILURES.ofPoll(other, NOW));
  }

  @Test
  void endedWorkIsToldByItsCode() {
    var words = "Video generation failed due to an internal server issue.";
    for (int code : new int[] {8, 13, 14}) assertEquals(new Failure.WorkFailed("gemini gave up: " + words),
        ended(code, words));
    assertEquals(new Failure.Invalid("", "The image is too small."), ended(3, "The image is too small."));
    assertEquals(new Failure.Refused("It violates our usage policies."), ended(3, "It violates our usage policies."));
    assertEquals(new Failure.WorkFailed("gemini gave up: it ended as budget_exceeded"),
        FAILURES.ended(Fields.of(Json.parse("{\"code\":\"budget_exceeded\"}").asObject())));
  }

  private static Failure ended(int code, String words) {
    return FAILURES.ended(Fields.of(Json.object().add("code", code).add("message", words)));
  }
}
