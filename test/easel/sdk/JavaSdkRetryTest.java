package easel.sdk;

import static easel.sdk.JavaSdkTest.fails;
import static easel.sdk.JavaSdkTest.only;
import static easel.sdk.JavaSdkTest.picture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.models.images.ImageEditParams;
import fake.FakeOpenAiPicture;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Java client retries by itself, twice and without an idempotency key: nothing may be bought twice for that. */
@ExtendWith(Stand.Shared.class)
class JavaSdkRetryTest {
  private static final byte[] INPUT = FakeOpenAiPicture.png(96, 64, 3);
  private static final String GPT = "gpt-image-2";

  private static Stand stand;
  private static OpenAIClient openai;
  /** No two tests share it. */
  private String prompt;
  private int before;

  @BeforeAll
  static void start(Stand shared) {
    stand = shared;
    openai = JavaSdkTest.client(stand.proxy().base()).withOptions(o -> o.maxRetries(2));
  }

  @AfterAll
  static void stop() {
    openai.close();
  }

  @BeforeEach
  void count(TestInfo test) {
    prompt = "java " + test.getDisplayName();
    before = stand.proxy().tries().size();
  }

  private static OpenAIClient cut(String when) {
    return openai.withOptions(o -> o.putHeader("X-Cut", when));
  }

  /** What the SDK has sent since the test began. */
  private List<String> tries() {
    return stand.proxy().tries().stream().skip(before).map(t -> t.substring(t.lastIndexOf(' ') + 1)).toList();
  }

  @Test
  void theRetryAfterALostAnswerGetsTheFirstTrysPicture() {
    only(cut("answer").images().generate(picture(GPT, prompt).build()));
    assertEquals(List.of("0", "1"), tries());
    assertEquals(1, stand.bought(prompt));
  }

  @Test
  void theRetryWhileTheProviderWorksWaitsForTheSamePicture() {
    var slow = "[[slow=900]] " + prompt;
    only(cut("running").images().generate(picture(GPT, slow).build()));
    assertEquals(List.of("0", "1"), tries());
    assertEquals(1, stand.bought(slow));
  }

  @Test
  void theRetryOfAFormIsJoinedThoughItsBoundaryIsAnother() {
    only(cut("answer").images().edit(ImageEditParams.builder().model(GPT).prompt(prompt).image(INPUT).build()));
    assertEquals(List.of("0", "1"), tries());
    assertEquals(1, stand.bought(prompt));
  }

  @Test
  void aFormWithAStreamCannotBeRetriedAndOneIsBought() {
    var wish = ImageEditParams.builder().model(GPT).prompt(prompt).image(new OneWay(INPUT)).build();
    assertThrows(OpenAIIoException.class, () -> cut("answer").images().edit(wish));
    assertEquals(List.of("0"), tries());
    assertEquals(1, stand.bought(prompt));
  }

  /** Cannot be read a second time. */
  private static final class OneWay extends FilterInputStream {
    OneWay(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  @Test
  void aClientThatGivesUpWaitingAndAsksAgainWaitsForTheSamePicture() {
    var slow = "[[slow=1500]] " + prompt;
    var impatient = openai.withOptions(o -> o.timeout(Duration.ofMillis(1000)));
    only(impatient.images().generate(picture(GPT, slow).build()));
    assertEquals("1", tries().get(1));
    assertEquals(1, stand.bought(slow));
  }

  @Test
  void anUnknownOutcomeIsNotRetried() {
    var dropped = "[[drop]] " + prompt;
    fails(InternalServerException.class, "upstream_outcome_unknown",
        () -> openai.images().generate(picture(GPT, dropped).build()));
    assertEquals(List.of("0"), tries());
    assertEquals(1, stand.bought(dropped));
  }

  @Test
  void aLimitSaysHowLongAndIsWaitedForByTheRetry() {
    stand.fake().next("429ms=1500");
    var once = openai.withOptions(o -> o.maxRetries(0));
    var limited = fails(RateLimitException.class, "rate_limit_exceeded",
        () -> once.images().generate(picture(GPT, prompt).build()));
    assertTrue(Set.of("1", "2").contains(limited.headers().values("retry-after").getFirst()), limited.toString());
    only(openai.images().generate(picture(GPT, prompt).build()));
    assertEquals(1, stand.bought(prompt));
  }
}
