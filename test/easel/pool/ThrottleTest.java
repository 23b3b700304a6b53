package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final long SECOND = 1_000_000_000L;

  private final Throttle throttle = new Throttle();

  @Test
  void withoutALimitAnyNumberMayBegin() {
    for (int i = 0; i < 1000; i++) throttle.take(0);
    assertTrue(throttle.freeAt(0) <= 0);
  }

  @Test
  void aLimitOfZeroMeansNever() {
    throttle.use(0);
    assertEquals(Moments.NEVER, throttle.freeAt(0));
    assertEquals(0, throttle.left(0));
  }

  @Test
  void theNextMayBeginAMinuteAfterTheOneThatWasSoManyBefore() {
    throttle.use(2);
    throttle.take(0);
    assertTrue(throttle.freeAt(10 * SECOND) <= 10 * SECOND);
    throttle.take(10 * SECOND);
    assertEquals(60 * SECOND, throttle.freeAt(20 * SECOND));
    throttle.take(60 * SECOND);
    assertEquals(70 * SECOND, throttle.freeAt(60 * SECOND));
    assertEquals(2, throttle.left(120 * SECOND));
  }

  @Test
  void aSmallerLimitCountsWhatHasBegun() {
    throttle.use(10);
    for (int i = 0; i < 5; i++) throttle.take(i * SECOND);
    throttle.use(2);
    assertEquals(0, throttle.left(5 * SECOND));
    assertEquals(63 * SECOND, throttle.freeAt(5 * SECOND));
  }

  @Test
  void noMinuteHoldsMoreThanTheLimitHoweverTheyCome() {
    var random = new Random(7);
    throttle.use(13);
    var begun = new ArrayDeque<Long>();
    long now = 0;
    for (int i = 0; i < 2000; i++) {
      now += random.nextLong(12 * SECOND);
      if (throttle.freeAt(now) > now) continue;
      throttle.take(now);
      begun.addLast(now);
      while (begun.getFirst() + Throttle.MINUTE <= now) begun.removeFirst();
      assertTrue(begun.size() <= 13);
      assertEquals(13 - begun.size(), throttle.left(now));
    }
  }
}
