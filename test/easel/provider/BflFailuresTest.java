package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import easel.core.Failure;
import easel.core.Secret;
import fake.FakeBfl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BflFailuresTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private final BflFailures failures = new BflFailures("bfl", new Secret(FakeBfl.KEY));

  private static Exchange.Answer answer(int status, String quotes, Map<String, String> headers) {
    var body = quotes.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new Exchange.Answer(status, name -> Optional.ofNullable(headers.get(name)), body);
  }

  private Failure submit(int status, String quotes) {
    return failures.submit(answer(status, quotes == null ? "" : quotes, Map.of()), NOW);
  }

  private Failure poll(int status, String quotes) {
    return failures.poll(answer(status, quotes, Map.of()), NOW);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "400 | {'detail':'Bad aspect ratio'}                    | Invalid       | bfl: Bad aspect ratio",
      "401 | {'error':'Unauthorized'}                         | BadCredential | bfl does not accept the credential: Unauthorized",
      "403 | {'detail':'Not authenticated'}                   | BadCredential | bfl does not accept the credential: Not authenticated",
      "403 | <html>no</html>                                  | BadCredential | bfl does not accept the credential: no reason given",
      "402 | {'detail':'Insufficient credits'}                | OutOfCredit   | bfl wants money: Insufficient credits",
      "402 | Payment Required                                 | OutOfCredit   | bfl wants money: no reason given",
      "403 | {'detail':'Insufficient credits. Please add.'}   | OutOfCredit   | bfl wants money: Insufficient credits. Please add.",
      "429 | {'error':{'message':'insufficient credit'}}      | OutOfCredit   | bfl wants money: insufficient credit",
      "404 | {'detail':'Not Found'}                           | Missing       | bfl has no such model or address: Not Found",
      "405 | {'detail':'Method Not Allowed'}                  | Missing       | bfl has no such model or address: Method Not Allowed",
      "408 | {'detail':'slow'}                                | UpstreamBroken | bfl answered 408: slow",
      "413 | too big                                          | Invalid       | bfl finds the request too large: no reason given",
      "418 | {'detail':'insufficient credits'}                | UpstreamBroken | bfl answered 418: insufficient credits",
      "423 | {'detail':'Locked'}                              | UpstreamBroken | bfl answered 423: Locked",
      "460 | <html>client went away</html>                    | UpstreamBroken | bfl answered 460: no reason given",
      "499 |                                                  | UpstreamBroken | bfl answered 499: no reason given",
      "422 | {'status':'Request Moderated','id':'1'}          | Refused       | bfl refused the request for its content.",
      "429 | {'detail':'Too many active tasks'}               | Limited       | bfl takes no more tasks now: Too many active tasks",
      "307 | {}                                               | UpstreamBroken | bfl answered 307: no reason given",
      "500 | {'detail':'Insufficient credits? no, a crash'}   | UpstreamBroken | bfl answered 500: Insufficient credits? no, a crash",
      "503 | overloaded                                       | UpstreamBroken | bfl answered 503: no reason given",
      "503 | {'message':'Service busy','retry_after':3}       | UpstreamBroken | bfl answered 503: Service busy"})
  void everyAnswerHasItsFailure(int status, String body, String kind, String words) {
    var failure = submit(status, body);
    assertEquals(kind + ": " + words, failure.getClass().getSimpleName() + ": " + failure.message());
    assertEquals(!kind.equals("UpstreamBroken"), failure.notAccepted());
  }

  /** FastAPI says where: the parameter is told as our callers know it. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "-", value = {
      "'body','prompt'           | prompt",
      "'body','t2v','prompt'     | prompt",
      "'body','images',0         | image",
      "'body','input_image_2'    | image",
      "'body','i2v','keyframes','str' | image",
      "'body','mask'             | mask",
      "'body','width'            | size",
      "'body','aspect_ratio'     | size",
      "'body','t2v','duration'   | seconds",
      "'body','steps'            | steps",
      "'body',0                  | -",
      "'body'                    | -"})
  void validationNamesTheParameter(String loc, String field) {
    var body = "{'detail':[{'type':'x','loc':[" + loc + "],'msg':'Field required','input':{}}]}";
    assertEquals(field == null ? "" : field, assertInstanceOf(Failure.Invalid.class, submit(422, body)).field());
  }

  @Test
  void everyComplaintIsTold() {
    var body = "{'detail':[{'loc':['body','prompt'],'msg':'Field required'},{'loc':['body','seed'],'msg':'Extra inputs are not permitted'}]}";
    assertEquals(new Failure.Invalid("prompt", "bfl: prompt Field required; seed Extra inputs are not permitted"), submit(422, body));
    assertEquals(new Failure.Invalid("", "bfl: no reason given"), submit(422, "{'detail':[1,null,'x']}"));
  }

  @Test
  void limitSaysHowLong() {
    var limited = failures.submit(answer(429, "{'detail':'busy'}", Map.of("retry-after", "11")), NOW);
    assertEquals(Duration.ofSeconds(11), ((Failure.Limited) limited).retryAfter());
    assertEquals(Duration.ofMillis(2500), ((Failure.Limited) submit(429, "{'retry_after':2.5}")).retryAfter());
    assertEquals(Duration.ofSeconds(5), ((Failure.Limited) submit(429, "{'retry_after':-1}")).retryAfter());
    assertEquals(Duration.ofSeconds(5), ((Failure.Limited) submit(429, "busy")).retryAfter());
  }

  /** The work goes on whatever is wrong with the question. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "400 | {'detail':'Bad id'}                                       | UpstreamBroken",
      "422 | {'detail':[{'loc':['query','id'],'msg':'Field required'}]} | UpstreamBroken",
      "404 | <html>default backend - 404</html>                        | UpstreamBroken",
      "405 | {'detail':'Method Not Allowed'}                           | UpstreamBroken",
      "403 | {'detail':'Not authenticated'}                            | BadCredential",
      "429 | {'detail':'Too many requests'}                            | Limited",
      "302 | <html/>                                                   | UpstreamBroken",
      "503 | overloaded                                                | UpstreamBroken"})
  void questionThatFailsIsNoVerdictOnTheWork(int status, String body, String kind) {
    assertEquals(kind, poll(status, body).getClass().getSimpleName());
  }

  @Test
  void keyIsNeverRepeated() {
    var failure = submit(401, "{'detail':'Key " + FakeBfl.KEY + " is not valid'}");
    assertFalse(failure.message().contains(FakeBfl.KEY), failure.message());
  }
}
