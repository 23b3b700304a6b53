package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What lending costs does not grow with how many credentials there are and how many wait: counted, not timed. */
class EffortTest {
  private static final int ROUNDS = 200;
  /** Two kinds of two classes and those who need the one that came back: each is looked at, and its hope told. */
  private static final double A_HANDFUL = 25;

  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(
      new PoolOptions(3, Duration.ofMinutes(1), Duration.ofMinutes(1), 100_000, Breaker.Options.defaults()), time);

  private void use(int credentials, int concurrency) {
    pool.use(IntStream.range(0, credentials).mapToObj(i -> new TokenPool.Share(credential(i),
        new TokenPool.Limits(concurrency, -1, -1, -1), i % 3, Standing.CLEAN)).toList());
  }

  private static Credential credential(int number) {
    return new Credential("p", "c" + number, new Secret("s"));
  }

  /** Every tenth needs one credential. */
  private static Wish wish(int number, int credentials) {
    var only = Optional.of("c" + number * 7 % credentials).filter(o -> number % 10 == 0);
    var ask = new Wish.Ask("p", only.isPresent() ? 0 : number % 2);
    return new Wish(List.of(ask), number % 3 == 0 ? Kind.VIDEO : Kind.IMAGE, "key" + number % 17, only);
  }

  private double perRound(Runnable round) {
    long before = pool.effort();
    for (int i = 0; i < ROUNDS; i++) round.run();
    return (pool.effort() - before) / (double) ROUNDS;
  }

  @Test
  void lendingAndReturningCostsAHandfulOfLooksWithTenCredentialsAndWithAThousand() {
    for (int credentials : List.of(10, 1000)) {
      use(credentials, 5);
      double each = perRound(() -> pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "k")).orElseThrow().close());
      assertTrue(each <= A_HANDFUL, credentials + ": " + each);
    }
  }

  @Test
  void aReturnServesTheNextWithAHandfulOfLooksHoweverManyWait() {
    for (int credentials : List.of(10, 1000)) {
      use(credentials, 1);
      var out = new ArrayDeque<Lease>();
      for (int i = 0; i < credentials; i++) out.add(pool.tryLease(wish(1, credentials)).or(() -> pool.tryLease(wish(2, 1))).orElseThrow());
      var waiting = new ArrayList<Ticket>();
      for (int i = 0; i < 10 * credentials; i++) waiting.add(pool.queue(wish(i, credentials)));
      double each = perRound(() -> out.pollFirst().close(), credentials);
      assertEquals(10 * credentials - Math.min(ROUNDS, credentials), pool.waiting());
      assertTrue(each <= A_HANDFUL, credentials + ": " + each);
      waiting.forEach(Ticket::close);
    }
  }

  private double perRound(Runnable round, int most) {
    int rounds = Math.min(ROUNDS, most);
    long before = pool.effort();
    for (int i = 0; i < rounds; i++) round.run();
    return (pool.effort() - before) / (double) rounds;
  }

  @Test
  void oneMoreWhoWaitsCostsTheSameHoweverManyDo() {
    use(1000, 1);
    for (int i = 0; i < 1000; i++) pool.tryLease(wish(1, 1)).or(() -> pool.tryLease(wish(2, 1))).orElseThrow();
    for (int i = 0; i < 10_000; i++) pool.queue(wish(i, 1000));
    double each = perRound(() -> pool.queue(wish(1, 1000)).close());
    assertTrue(each <= A_HANDFUL, "" + each);
    double place = perRound(() -> assertTrue(pool.tryLease(wish(2, 1000)).isEmpty()));
    assertTrue(place <= A_HANDFUL, "" + place);
  }

  @Test
  void aRestAndItsEndCostTheSameHoweverManyWait() {
    use(1000, 1);
    var out = new ArrayDeque<Lease>();
    for (int i = 0; i < 1000; i++) out.add(pool.tryLease(wish(1, 1)).or(() -> pool.tryLease(wish(2, 1))).orElseThrow());
    for (int i = 0; i < 10_000; i++) pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "k" + i % 9));
    double each = perRound(() -> {
      var lease = out.pollFirst();
      lease.failed(new Failure.Limited(Duration.ofSeconds(1), "slow down"));
      lease.close();
      time.advance(Duration.ofSeconds(1));
      assertTrue(pool.tryLease(wish(1, 1000)).isEmpty());
    });
    assertTrue(each <= A_HANDFUL, "" + each);
    assertEquals(10_000 - ROUNDS, pool.waiting());
  }
}
