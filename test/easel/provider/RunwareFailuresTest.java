package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.Failure.Next;
import easel.core.Secret;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from answers, and what it comes to. */
class RunwareFailuresTest {
  private static final RunwareFailures FAILURES = new RunwareFailures("runware", new Secret("rw-very-secret"));

  private static RunwareAnswer read(int status, String body) {
    return RunwareAnswer.read(new Exchange.Answer(status, h -> Optional.empty(), body.getBytes(StandardCharsets.UTF_8)), "t-1");
  }

  private static String error(String code) {
    return "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"So it is.\",\"taskUUID\":\"t-1\"}]}";
  }

  /** With one more member. */
  private static String error(String code, String member) {
    return error(code).replace("\"taskUUID\"", member + ",\"taskUUID\"");
  }

  private static Failure rejected(int status, String body) {
    return FAILURES.rejected(read(status, body), h -> Optional.empty(), Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource({
      "insufficientCredits,402,OutOfCredit", "insufficientCredits,400,OutOfCredit", "insufficientCredits,200,OutOfCredit",
      "providerInsufficientCredits,400,OutOfCredit", "paymentRequired,402,OutOfCredit", "quotaExceeded,400,OutOfCredit",
      "rateLimitExceeded,429,Limited", "rateLimitExceeded,503,Limited", "providerRateLimitExceeded,200,Limited",
      "inferenceRateLimitExceeded,400,Limited", "contentPolicyViolation,400,Refused",
      "providerContentPolicyViolation,200,Refused", "promptBlocked,400,Refused", "invalidProviderContent,400,Refused",
      "invalidApiKey,401,BadCredential", "missingApiKey,400,BadCredential", "accountSuspended,403,BadCredential",
      "tokenExpired,401,BadCredential", "organizationDisabled,403,BadCredential", "unknownModel,400,Missing",
      "modelNotFound,404,Missing", "invalidPositivePrompt,400,Invalid", "unsupportedDuration,400,Invalid",
      "valueTooLarge,200,Invalid", "unknownParameter,400,Invalid", "somethingNew,400,Invalid", "somethingNew,422,Invalid",
      "somethingNew,401,BadCredential", "somethingNew,402,OutOfCredit", "somethingNew,429,Limited",
      "noAvailableServer,503,NoCapacity", "modelDisabled,400,NoCapacity"})
  void documentedRejectionsBoughtNothing(String code, int status, String kind) {
    var failure = rejected(status, error(code));
    assertEquals(kind, failure.getClass().getSimpleName());
    assertTrue(failure.notAccepted());
  }

  @ParameterizedTest
  @CsvSource({
      "timeoutProvider,504,TimedOut,UNKNOWN", "providerTimeout,200,TimedOut,UNKNOWN", "internalServerError,500,UpstreamBroken,UNKNOWN",
      "serviceUnavailable,503,UpstreamBroken,UNKNOWN", "standardError,400,UpstreamBroken,UNKNOWN",
      "somethingNew,200,UpstreamBroken,UNKNOWN", "somethingNew,500,UpstreamBroken,UNKNOWN", "somethingNew,409,UpstreamBroken,UNKNOWN",
      "providerError,500,WorkFailed,STOP", "inferenceError,400,WorkFailed,STOP", "taskFailed,200,WorkFailed,STOP"})
  void troubleWithTheWorkProvesNothing(String code, int status, String kind, Next next) {
    var failure = rejected(status, error(code));
    assertEquals(kind + " " + next, failure.getClass().getSimpleName() + " " + failure.next());
    assertFalse(failure.notAccepted());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{\"errors\":[{\"code\":\"invalidApiKey\",\"message\":\"No.\"}]}", "{\"errors\":{\"code\":\"invalidApiKey\",\"message\":\"No.\"}}",
      "{\"error\":{\"code\":\"invalidApiKey\",\"message\":\"No.\"},\"taskUUID\":\"t-1\"}",
      "{\"error\":[{\"code\":\"invalidApiKey\",\"message\":\"No.\"}]}", "{\"code\":\"invalidApiKey\",\"message\":\"No.\"}",
      "{\"errors\":[{\"code\":\"invalidApiKey\",\"message\":\"No.\",\"taskUUID\":\"\"}]}",
      "{\"data\":[],\"errors\":[{\"code\":\"invalidApiKey\",\"message\":\"No.\",\"parameter\":[\"apiKey\",\"x\"]}]}",
      "{\"data\":[{\"taskUUID\":\"t-1\",\"status\":\"error\",\"error\":{\"code\":\"invalidApiKey\",\"message\":\"No.\"}}]}",
      "{\"data\":[{\"taskUUID\":\"t-1\",\"status\":\"error\",\"code\":\"invalidApiKey\",\"message\":\"No.\"}]}",
      "{\"data\":[{\"taskUUID\":\"t-1\",\"code\":\"invalidApiKey\",\"message\":\"No.\"}]}"})
  void errorsAreHeardInEveryShape(String body) {
    for (int status : List.of(200, 400, 401, 500)) {
      assertEquals(new Failure.BadCredential("runware does not accept the credential: No."), rejected(status, body));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]", "null", "{}", "{\"data\":[]}", "{\"data\":null,\"errors\":null}", "{\"errors\":[]}"})
  void anAnswerWithoutAWordIsJudgedByItsStatus(String body) {
    assertEquals(new Failure.UpstreamBroken(200, "runware answered 200: no reason given"), rejected(200, body));
    assertEquals(new Failure.UpstreamBroken(502, "runware answered 502: no reason given"), rejected(502, body));
    assertEquals("BadCredential", rejected(401, body).getClass().getSimpleName());
    assertEquals("Limited", rejected(429, body).getClass().getSimpleName());
  }

  @ParameterizedTest
  @CsvSource({"positivePrompt,prompt", "height,size", "inputs.frameImages[0].image,image", "numberResults,n", "duration,seconds",
      "providerSettings.openai.quality,quality", "CFGScale,CFGScale", "settings.thinking,settings.thinking"})
  void parametersAreCalledWhatTheCallerCallsThem(String theirs, String ours) {
    var body = "{\"errors\":[{\"code\":\"invalidValue\",\"message\":\"No.\",\"parameter\":\"" + theirs + "\"}]}";
    assertEquals(new Failure.Invalid(ours, "No."), rejected(400, body));
    assertEquals(new Failure.Invalid(ours, "No."), rejected(400, body.replace("\"" + theirs + "\"", "[\"" + theirs + "\",\"x\"]")));
  }

  @Test
  void limitSaysHowLongAndKeysAreNotRepeated() {
    var answer = read(429, "{\"errors\":[{\"code\":\"rateLimitExceeded\",\"message\":\"rw-very-secret is too fast\"}]}");
    assertEquals(new Failure.Limited(Duration.ofSeconds(9), "runware takes no more requests now: *** is too fast"),
        FAILURES.rejected(answer, h -> h.equals("retry-after") ? Optional.of("9") : Optional.empty(), Instant.EPOCH));
  }

  @Test
  void aVerdictIsAboutTheTaskAndTroubleAboutTheQuestion() {
    assertTrue(read(200, error("timeoutProvider")).verdict().isPresent());
    assertTrue(read(200, error("providerContentPolicyViolation")).verdict().isPresent());
    assertTrue(read(200, "{\"errors\":[{\"code\":\"x\",\"message\":\"m\",\"taskType\":\"videoInference\"}]}").verdict().isPresent());
    for (var code : List.of("internalServerError", "rateLimitExceeded", "insufficientCredits", "invalidApiKey", "timeout", "x")) {
      assertTrue(read(500, error(code)).verdict().isEmpty(), code);
      assertTrue(read(200, error(code, "\"status\":\"error\"")).verdict().isEmpty(), code);
      assertTrue(read(200, error(code, "\"taskType\":\"videoInference\"")).verdict().isPresent(), code);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "rateLimitExceeded", "providerTimeout", "providerContentPolicyViolation", "invalidHeight"})
  void anErrorOfAQuestionIsNeverAVerdict(String code) {
    var marked = "\"status\":\"error\",\"taskType\":\"getResponse\"";
    for (int status : List.of(200, 400, 429, 500)) {
      var answer = read(status, error(code, marked));
      assertTrue(answer.verdict().isEmpty() && !answer.claimed());
      assertTrue(read(status, error(code, marked).replace("errors", "data")).verdict().isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"x,true", "invalidHeight,true", "providerRateLimitExceeded,true", "providerInsufficientCredits,true",
      "rateLimitExceeded,false", "insufficientCredits,false", "invalidApiKey,false", "internalServerError,false",
      "timeout,false", "invalidTaskUUID,false"})
  void whatMayBeAboutTheTaskIsAClaimWhereItSaysSo(String code, boolean claimed) {
    assertEquals(claimed, read(200, error(code, "\"status\":\"error\"")).claimed());
    assertFalse(read(200, error(code)).claimed());
    assertFalse(read(200, error(code, "\"status\":\"error\"").replace("t-1", "")).claimed());
  }

  @ParameterizedTest
  @CsvSource({"taskNotFound,true", "taskFailedOrNotFound,false", "responseExpired,false", "unknownModel,false"})
  void onlyNotFoundSaysThatItWasNeverTaken(String code, boolean never) {
    assertTrue(read(404, error(code)).absent());
    assertEquals(never, read(404, error(code)).neverTaken());
  }

  @ParameterizedTest
  @ValueSource(strings = {"taskNotFound", "taskFailedOrNotFound", "responseExpired"})
  void aTaskThatIsNotKnownHasNotFailed(String code) {
    var body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"m\",\"status\":\"error\",\"taskType\":\"videoInference\"}]}";
    assertTrue(read(404, body).absent());
    assertTrue(read(200, body).verdict().isEmpty());
    assertFalse(read(200, error("taskCancelled")).absent());
  }

  @Test
  void resultsAreCountedOnceAndOfOurTaskOnly() {
    var answer = read(200, """
        {"data":[{"taskUUID":"t-1","imageUUID":"a","imageURL":"https://h/a","cost":0.0006,"NSFWContent":false},
        {"taskUUID":"T-1","imageUUID":"a","imageURL":"https://h/a?again","cost":0.0006},
        {"taskUUID":"other","imageUUID":"b","imageURL":"https://h/b"},{"taskUUID":"t-1","status":"processing","progress":61.5},
        {"taskUUID":"t-1","outputs":{"files":[{"uuid":"c","url":"https://h/c"},{"uuid":"d","url":"https://h/d"}]},"cost":"0.10"},
        {"taskUUID":"t-1","mediaURL":"https://h/e","NSFWContent":true}],"errors":[{"code":"x","taskUUID":"other"}]}""");
    assertEquals(List.of(
        new RunwareAnswer.Result("https://h/a", false, Optional.of(new BigDecimal("0.0006"))),
        new RunwareAnswer.Result("https://h/c", false, Optional.of(new BigDecimal("0.10"))),
        new RunwareAnswer.Result("https://h/d", false, Optional.of(BigDecimal.ZERO)),
        new RunwareAnswer.Result("https://h/e", true, Optional.empty())), answer.results());
    assertEquals("1 61 []", answer.pending() + " " + answer.progress() + " " + answer.complaints());
  }

  @Test
  void pastAnswersAreFinal() {
    var told = JsonText.bytes(JsonText.object("""
        {"data":[{"taskType":"getTaskDetails","taskUUID":"t-1","request":[{}],"response":{"errors":[{"code":"imageNotFound",
        "message":"m","taskUUID":"t-1"}]}}]}"""));
    var past = RunwareAnswer.past(new Exchange.Answer(200, h -> Optional.empty(), told), "t-1").orElseThrow();
    assertFalse(past.absent());
    assertTrue(past.verdict().isPresent());
  }

  @Test
  void anErrorOfAPastQuestionTellsNothing() {
    var told = JsonText.bytes(JsonText.object("""
        {"data":[{"taskType":"getTaskDetails","taskUUID":"t-1","request":[{}],"response":{"errors":[{"code":"taskNotFound",
        "message":"m","taskUUID":"t-1","taskType":"getResponse"}]}}]}"""));
    var answer = new Exchange.Answer(200, h -> Optional.empty(), told);
    assertFalse(RunwareAnswer.past(answer, "t-1").orElseThrow().absent());
    assertFalse(RunwareAnswer.read(answer, "t-1").absent());
  }

  @ParameterizedTest
  @CsvSource({"providerContentPolicyViolation,Refused,true", "invalidHeight,Invalid,true", "insufficientCredits,WorkFailed,false",
      "providerTimeout,WorkFailed,false", "rateLimitExceeded,WorkFailed,false", "x,WorkFailed,false"})
  void whatFailedAfterAcceptanceIsBoughtNowhereElse(String code, String kind, boolean free) {
    var failure = FAILURES.verdict(new RunwareAnswer.Complaint(code, "m", "", RunwareAnswer.Weight.VERDICT));
    assertEquals(kind + " " + free, failure.getClass().getSimpleName() + " " + failure.notAccepted());
  }
}
