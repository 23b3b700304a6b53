package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowFailuresTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private final FlowFailures failures = new FlowFailures("flow", new Secret("eyJhSecretSession"));

  private static Exchange.Answer answer(int status, String body, String retryAfter) {
    return new Exchange.Answer(status, name -> name.equalsIgnoreCase("retry-after") ? Optional.of(retryAfter).filter(r -> !r.isEmpty())
        : Optional.empty(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static String google(int code, String status, String reason, String message) {
    var details = reason.isEmpty() ? "" : ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" + reason + "\"}]";
    return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"status\":\"" + status + "\"" + details + "}}";
  }

  private Failure of(int status, String word, String reason, String message) {
    return failures.of(answer(status, google(status, word, reason, message), ""), NOW);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "400|INVALID_ARGUMENT|PUBLIC_ERROR_UNSAFE_GENERATION|Request contains an invalid argument.|Refused",
      "400|INVALID_ARGUMENT|PUBLIC_ERROR_MINOR_UPLOAD|Request contains an invalid argument.|Refused",
      "400|INVALID_ARGUMENT|PUBLIC_ERROR_PROMINENT_PEOPLE_FILTER_FAILED|x|Refused",
      "400|INVALID_ARGUMENT|PUBLIC_ERROR_IMAGE_SAFETY|x|Refused",
      "403|PERMISSION_DENIED|PUBLIC_ERROR_UNSAFE_GENERATION|x|Refused",
      "400|INVALID_ARGUMENT|PUBLIC_ERROR_UNSAFE_GENERATION|The user input was blocked.|Refused",
      "400|INVALID_ARGUMENT||The prompt violates our usage policy.|Refused",
      "400|INVALID_ARGUMENT|PUBLIC_ERROR_SOMETHING_NEW|Request contains an invalid argument.|Invalid",
      "400|INVALID_ARGUMENT||Request contains an invalid argument.|Invalid",
      "413|||too large|Invalid",
      "403|PERMISSION_DENIED|PUBLIC_ERROR_SOMETHING_WENT_WRONG|reCAPTCHA evaluation failed|Withheld",
      "403|PERMISSION_DENIED|PUBLIC_ERROR_UNUSUAL_ACTIVITY|nothing more|Withheld",
      "400|INVALID_ARGUMENT||recaptchaContext.token is invalid|Withheld",
      "403|PERMISSION_DENIED||Flow is not available in your country|Withheld",
      "403|PERMISSION_DENIED||The caller does not have permission|Unfit",
      "403|PERMISSION_DENIED|PUBLIC_ERROR_SOMETHING_WENT_WRONG|no idea|Unfit",
      "403|PERMISSION_DENIED||This account has been suspended|BadCredential",
      "401|UNAUTHENTICATED||Request had invalid authentication credentials.|BadCredential",
      "429|RESOURCE_EXHAUSTED||Resource has been exhausted (e.g. check quota).|Limited",
      "429|RESOURCE_EXHAUSTED|PUBLIC_ERROR_UNUSUAL_ACTIVITY_TOO_MUCH_TRAFFIC|slow down|Limited",
      "400|RESOURCE_EXHAUSTED||too many|Limited",
      "429|RESOURCE_EXHAUSTED|PUBLIC_ERROR_USER_QUOTA_REACHED|Resource has been exhausted (e.g. check quota).|OutOfCredit",
      "429|RESOURCE_EXHAUSTED||Your credits are exhausted|OutOfCredit",
      "403|PERMISSION_DENIED||Not enough credits|OutOfCredit",
      "402|||pay|OutOfCredit",
      "404|NOT_FOUND||Requested entity was not found.|Missing",
      "500|INTERNAL||Internal error encountered.|UpstreamBroken",
      "503|UNAVAILABLE||reCAPTCHA evaluation failed|UpstreamBroken",
      "500|INTERNAL|PUBLIC_ERROR_UNSAFE_GENERATION|x|UpstreamBroken",
      "408|||x|UpstreamBroken",
      "409|ABORTED||x|UpstreamBroken",
      "499|CANCELLED||x|UpstreamBroken",
      "302|||x|UpstreamBroken"})
  void everyReasonHasItsMeaning(int status, String word, String reason, String message, String meaning) {
    var failure = of(status, word == null ? "" : word, reason == null ? "" : reason, message);
    assertEquals(meaning, failure.getClass().getSimpleName(), failure.toString());
    assertEquals(!meaning.equals("UpstreamBroken"), failure.notAccepted());
  }

  @Test
  void aCaptchaIsToldPlainlyWithWhatCanBeDone() {
    var words = of(403, "PERMISSION_DENIED", "PUBLIC_ERROR_SOMETHING_WENT_WRONG", "reCAPTCHA evaluation failed").message();
    assertEquals("flow asked for the answer to a reCAPTCHA, and Easel solves none (reCAPTCHA evaluation failed"
        + " (PUBLIC_ERROR_SOMETHING_WENT_WRONG)). An operator can set recaptcha_token in [flow], or a key for the Gemini API,"
        + " which then does such work instead", words);
  }

  @Test
  void howLongToWaitIsReadWhereverItStands() {
    var body = "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
        + "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"12.5s\"}]}}";
    assertEquals(Duration.ofSeconds(7), limited(body, "7"));
    assertEquals(Duration.ofMillis(12_500), limited(body, ""));
    assertEquals(Duration.ofSeconds(60), limited("{}", ""));
    assertEquals(Duration.ofSeconds(60), limited("<html>", ""));
  }

  private Duration limited(String body, String retryAfter) {
    return ((Failure.Limited) failures.of(answer(429, body, retryAfter), NOW)).retryAfter();
  }

  @Test
  void labsErrorsAreReadInTheirEnvelope() {
    var body = "{\"error\":{\"json\":{\"message\":\"UNAUTHORIZED\",\"code\":-32001,\"data\":{\"code\":\"UNAUTHORIZED\",\"httpStatus\":401}}}}";
    assertEquals(new Failure.BadCredential("flow does not accept the credential: UNAUTHORIZED"), failures.of(answer(401, body, ""), NOW));
    assertEquals(new Failure.BadCredential("flow does not accept the credential: UNAUTHORIZED"),
        failures.of(answer(401, "[" + body + "]", ""), NOW));
  }

  @Test
  void aPageOfTheFrontDoorIsNobodysFault() {
    assertEquals(new Failure.Withheld("flow does not let us in: no reason given, 403"),
        failures.of(answer(403, "<html>We're sorry</html>", ""), NOW));
  }

  @Test
  void noSecretIsRepeated() {
    var words = of(400, "INVALID_ARGUMENT", "", "bad ya29.a0AfB-x_y and eyJhSecretSession and Bearer abc.def").message();
    assertEquals("bad *** and *** and Bearer ***", words);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"3|PUBLIC_ERROR_UNSAFE_GENERATION|Refused", "3|PUBLIC_ERROR_AUDIO_FILTERED|Refused",
      "13|Internal error encountered.|WorkFailed", "3|Request contains an invalid argument.|WorkFailed", "8|''|WorkFailed"})
  void whatAcceptedWorkEndedInIsToldAsWhatItIs(int code, String message, String meaning) {
    var error = Fields.of(JsonText.object("{\"code\":" + code + ",\"message\":\"" + message + "\"}"));
    var failure = failures.ended(error);
    assertEquals(meaning, failure.getClass().getSimpleName());
    assertFalse(failure instanceof Failure.WorkFailed w && w.free());
  }

  @ParameterizedTest
  @CsvSource({"400,UpstreamBroken", "404,UpstreamBroken", "403,UpstreamBroken", "500,UpstreamBroken", "401,BadCredential", "429,Limited"})
  void anErrorToAQuestionIsNoVerdictOnTheWork(int status, String meaning) {
    var said = failures.polled(answer(status, google(status, "X", "PUBLIC_ERROR_UNSAFE_GENERATION", "x"), ""), NOW);
    assertEquals(meaning, said.getClass().getSimpleName());
  }

  @Test
  void aProjectThatIsGoneIsTold() {
    assertTrue(failures.projectGone(answer(404, google(404, "NOT_FOUND", "", "Requested entity was not found."), "")));
    assertTrue(failures.projectGone(answer(400, google(400, "INVALID_ARGUMENT", "", "Invalid project id"), "")));
    assertFalse(failures.projectGone(answer(400, google(400, "INVALID_ARGUMENT", "", "Request contains an invalid argument."), "")));
    assertFalse(failures.projectGone(answer(404, "<html>project</html>", "")));
    assertFalse(failures.projectGone(answer(500, google(500, "INTERNAL", "", "project"), "")));
  }
}
