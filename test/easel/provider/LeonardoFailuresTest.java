package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Secret;
import easel.provider.Exchange.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeonardoFailuresTest {
  private static final LeonardoFailures FAILURES = new LeonardoFailures("leonardo", new Secret("5f1c6a52"));

  private static Answer answer(int status, String body, String retryAfter) {
    return new Answer(status, name -> Optional.of(retryAfter).filter(r -> name.equals("retry-after") && !r.isEmpty()),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Failure of(int status, String words, String path) {
    var body = new JsonObject().add("error", words).add("path", path).add("code", "unexpected");
    return FAILURES.of(answer(status, body.toString(), ""), Instant.EPOCH);
  }

  private static Failure listed(String body) {
    return FAILURES.withoutWork(answer(200, body, ""), Instant.EPOCH);
  }

  private static String kind(Failure failure) {
    return failure.getClass().getSimpleName();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "401 | Authentication hook unauthorized this request | BadCredential",
      "500 | Invalid response from authorization hook | BadCredential",
      "403 | access denied | BadCredential",
      "400 | not enough api tokens userId: 1f1f1f1f | OutOfCredit",
      "402 | | OutOfCredit",
      "403 | content moderation filter: blood | Refused",
      "400 | content moderation filter: blood | Refused",
      "400 | Your prompt appears to contain inappropriate content and so on | Refused",
      "400 | 0815 is not supported within the Production API | Missing",
      "404 | | Missing",
      "429 | rate limit exceeded | Limited",
      "500 | Service Error | UpstreamBroken",
      "502 | | UpstreamBroken",
      "504 | not enough api tokens | UpstreamBroken",
      "409 | | UpstreamBroken",
      "418 | not enough api tokens | UpstreamBroken",
      "422 | content moderation filter: x | UpstreamBroken",
      "423 | | UpstreamBroken",
      "460 | client went away | UpstreamBroken",
      "499 | | UpstreamBroken",
      "302 | | UpstreamBroken"})
  void statusDecidesFirstAndTheTextSecond(int status, String words, String kind) {
    var failure = of(status, words == null ? "" : words, "$");
    assertEquals(kind, kind(failure));
    assertEquals(!kind.equals("UpstreamBroken"), failure.notAccepted());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "Unexpected variable Width | $ | Width",
      "Unexpected variable moderation | $ | moderation",
      "Unexpected variable num_images | $ | n",
      "expecting a value for non-nullable variable: \"prompt\" | $ | prompt",
      "expected a boolean for type 'Boolean', but found a string | $.selectionSet.x.args.alchemy | alchemy",
      "invalid dimensions | $ | size",
      "Invalid prompt, maximum length of 1500 characters exceeded. | $ | prompt",
      "invalid init image id | $ | image",
      "couldn't access image | $ | image",
      "something else | $ | ''"})
  void wrongParameterIsNamed(String words, String path, String field) {
    assertEquals(new Failure.Invalid(field, "leonardo says: " + words), of(400, words, path));
  }

  @Test
  void limitSaysHowLongOrAFewSeconds() {
    assertEquals(Duration.ofSeconds(5), ((Failure.Limited) of(429, "rate limit exceeded", "$")).retryAfter());
    var stated = FAILURES.of(answer(429, "", "11"), Instant.EPOCH);
    assertEquals(Duration.ofSeconds(11), ((Failure.Limited) stated).retryAfter());
  }

  private static String mistake(String code, String words) {
    return "[{\"message\": \"validation failed\", \"path\": [\"generate\"], \"extensions\": {\"code\": \"" + code
        + "\", \"details\": {\"errors\": [{\"message\": \"" + words + "\"}]}}}]";
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "VALIDATION_ERROR | width: not allowed | Invalid | size",
      "VALIDATION_ERROR | parameters.duration: must be one of 4, 6, 8 | Invalid | seconds",
      "BAD_USER_INPUT | no such model | Invalid | ''",
      "MODERATION | content moderation filter: x | Refused | ''",
      "PROMPT_MODERATION_BLOCKED | no | Refused | ''",
      "GENERATE_ERROR | moderation: not allowed | Invalid | moderation",
      "BAD_USER_INPUT | not enough tokens | OutOfCredit | ''",
      "UNAUTHENTICATED | who are you | BadCredential | ''",
      "RATE_LIMIT_EXCEEDED | slow down | Limited | ''"})
  void listWithStatus200IsARejection(String code, String words, String kind, String field) {
    var failure = listed(mistake(code, words));
    assertEquals(kind, kind(failure));
    assertTrue(failure.notAccepted());
    if (failure instanceof Failure.Invalid invalid) assertEquals(field, invalid.field());
  }

  @ParameterizedTest
  @ValueSource(strings = {"VALIDATION_ERROR", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "validation-failed", "bad-request"})
  void codeOfAMistakeIsARejectionWithoutDetailsToo(String code) {
    var failure = listed("[{\"message\": \"width: not allowed\", \"extensions\": {\"code\": \"" + code + "\"}}]");
    assertEquals(new Failure.Invalid("size", "leonardo says: width: not allowed"), failure);
  }

  /** Documented for lists are mistakes in the request, and nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {
      "[{'message': 'Service Error', 'extensions': {'code': 'SERVICE_ERROR'}}]",
      "[{'message': 'Service Error'}]",
      "[{'message': 'upstream model did not answer', 'extensions': {'code': 'DOWNSTREAM_FAILURE'}}]",
      "[{'message': 'not enough api tokens'}]",
      "[{'message': 'content moderation filter: x', 'extensions': {'code': 'MODERATION'}}]",
      "[{'message': 'who are you', 'extensions': {'code': 'UNAUTHENTICATED'}}]",
      "[{'message': 'slow down', 'extensions': {'code': 'RATE_LIMIT_EXCEEDED', 'details': {'errors': []}}}]",
      "[{'message': 'it broke', 'extensions': {'code': 'SERVICE_ERROR', 'details': {'errors': [{'message': 'no answer'}]}}}]",
      "[{'message': 'it broke', 'extensions': {'code': 'DOWNSTREAM_FAILURE', 'details': {'errors': [{'message': 'no answer'}]}}}]",
      "[{'message': 'width', 'extensions': {'code': 'VALIDATION_ERROR'}}, {'message': 'Service Error'}]"})
  void listOfAnythingElseIsNoProofOfAnything(String body) {
    var failure = listed(body.replace('\'', '"'));
    assertEquals("UpstreamBroken", kind(failure));
    assertFalse(failure.notAccepted());
  }

  @Test
  void successWithoutAReasonIsNoProofOfAnything() {
    for (var body : new String[] {"", "[]", "[{}]", "[1]", "{}", "null", "{\"generate\": null}", "<html>", "{\"error\": \"not enough api tokens\"}",
        mistake("INTERNAL_SERVER_ERROR", "it broke")}) {
      assertFalse(listed(body).notAccepted(), body);
    }
  }

  @Test
  void pollNeverJudgesTheWork() {
    for (int status : new int[] {400, 402, 403, 404, 409, 422, 500, 503}) {
      var body = "{\"error\": \"content moderation filter: x\"}";
      assertEquals(status, ((Failure.UpstreamBroken) FAILURES.polled(answer(status, body, ""), Instant.EPOCH)).status());
    }
    assertEquals("BadCredential", kind(FAILURES.polled(answer(401, "", ""), Instant.EPOCH)));
    assertEquals("Limited", kind(FAILURES.polled(answer(429, "", ""), Instant.EPOCH)));
  }

  @Test
  void keyIsNotRepeated() {
    assertFalse(of(401, "who is 5f1c6a52", "$").message().contains("5f1c6a52"));
    assertFalse(listed(mistake("UNAUTHENTICATED", "who is 5f1c6a52")).message().contains("5f1c6a52"));
  }
}
