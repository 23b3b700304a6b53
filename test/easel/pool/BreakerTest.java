package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.pool.Breaker.Pass;
import easel.pool.Breaker.State;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Breaker.Options THREE = new Breaker.Options(3, Duration.ofSeconds(10), Duration.ofMinutes(5));

  private final Breaker breaker = new Breaker("p", THREE, (level, words, values) -> { });
  private long now;

  private void trouble(int times) {
    for (int i = 0; i < times; i++) breaker.trouble(breaker.lend(), "down", now);
  }

  /** Lets the rest pass and sends the probe. */
  private Pass probe() {
    now = breaker.lendsAt();
    return breaker.lend();
  }

  private State state() {
    return breaker.state(now);
  }

  @Test
  void troubleInARowOpensIt() {
    trouble(2);
    assertEquals(State.CLOSED, state());
    trouble(1);
    assertEquals(State.OPEN, state());
  }

  @Test
  void aSuccessBetweenStartsTheCountAnew() {
    trouble(2);
    breaker.succeeded();
    trouble(2);
    assertEquals(State.CLOSED, state());
  }

  @Test
  void anAnswerBetweenNeitherForgivesNorCounts() {
    trouble(2);
    breaker.answered(breaker.lend());
    assertEquals(State.CLOSED, state());
    trouble(1);
    assertEquals(State.OPEN, state());
  }

  @Test
  void afterTheRestItIsHalfOpenAndLendsOneProbe() {
    trouble(3);
    assertTrue(breaker.lendsAt() > now);
    now = breaker.lendsAt();
    assertEquals(State.HALF_OPEN, state());
    assertFalse(breaker.probing());
    assertTrue(breaker.lend().probe());
    assertTrue(breaker.probing());
  }

  @Test
  void aProbeThatSucceedsClosesIt() {
    trouble(3);
    probe();
    breaker.succeeded();
    assertEquals(State.CLOSED, state());
    assertFalse(breaker.lend().probe());
  }

  @Test
  void aProbeThatIsRefusedShowsTheProviderAtWorkAndClosesIt() {
    trouble(3);
    breaker.answered(probe());
    assertEquals(State.CLOSED, state());
  }

  @Test
  void aProbeThatFailsOpensItForTwiceAsLongUpToTheLongest() {
    trouble(3);
    for (long seconds : List.of(10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L)) {
      long rest = breaker.lendsAt() - now;
      assertTrue(rest >= seconds * SECOND * 8 / 10 && rest <= seconds * SECOND, seconds + " s, but " + rest);
      breaker.trouble(probe(), "down", now);
      assertEquals(State.OPEN, state());
    }
  }

  @Test
  void closingForgetsHowLongItRestedBefore() {
    trouble(3);
    breaker.trouble(probe(), "down", now);
    probe();
    breaker.succeeded();
    trouble(3);
    assertTrue(breaker.lendsAt() - now <= 10 * SECOND);
  }

  @Test
  void aProbeGivenBackWithoutAWordFreesThePlaceForAnother() {
    trouble(3);
    breaker.returned(probe());
    assertEquals(State.HALF_OPEN, state());
    assertFalse(breaker.probing());
    assertTrue(breaker.lend().probe());
  }

  @Test
  void successOfWorkSentBeforeClosesAnOpenOne() {
    trouble(3);
    breaker.succeeded();
    assertEquals(State.CLOSED, state());
    assertEquals(0, breaker.lendsAt());
  }

  @Test
  void troubleAndAnswersOfWorkSentBeforeAreOldNews() {
    var before = List.of(breaker.lend(), breaker.lend(), breaker.lend());
    trouble(3);
    long until = breaker.lendsAt();
    before.forEach(pass -> breaker.trouble(pass, "down", now));
    before.forEach(breaker::answered);
    assertEquals(until, breaker.lendsAt());
    probe();
    before.forEach(breaker::returned);
    assertTrue(breaker.probing());
    breaker.succeeded();
    before.forEach(pass -> breaker.trouble(pass, "down", now));
    assertEquals(State.CLOSED, state());
  }

  @Test
  void theProbeOfAnEarlierRestDecidesNothing() {
    trouble(3);
    var late = probe();
    breaker.succeeded();
    trouble(3);
    breaker.answered(late);
    assertEquals(State.OPEN, state());
  }

  @Test
  void providersThatBrokeTogetherDoNotComeBackTogether() {
    var moments = new HashSet<Long>();
    for (int i = 0; i < 100; i++) {
      var other = new Breaker("p" + i, new Breaker.Options(1, Duration.ofSeconds(10), Duration.ofMinutes(5)),
          (level, words, values) -> { });
      other.trouble(other.lend(), "down", 0);
      moments.add(other.lendsAt() / (SECOND / 10));
    }
    assertTrue(moments.size() > 8, moments.toString());
  }

  @Test
  void withAThresholdOfZeroItNeverOpens() {
    breaker.use(new Breaker.Options(0, Duration.ofSeconds(10), Duration.ofMinutes(5)));
    trouble(100);
    assertEquals(State.CLOSED, state());
  }

  @Test
  void newOptionsThatForbidOpeningCloseIt() {
    trouble(3);
    breaker.use(new Breaker.Options(0, Duration.ofSeconds(10), Duration.ofMinutes(5)));
    assertEquals(State.CLOSED, state());
  }
}
