package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Kind;
import easel.core.Notice;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private Lease lease(String owner) {
    return pool.tryLease(Wish.of(List.of("p"), Kind.VIDEO, owner)).orElseThrow();
  }

  private Notice leaked(String words) {
    return new Notice(time.instant(), Notice.Kind.LEAKED, "p", "a", words);
  }

  @Test
  void aLeaseThatIsOutForTooLongIsToldOfOnceAndNotTakenAway() {
    pool.use(List.of(new TokenPool.Share(new Credential("p", "a", new Secret("s")), 2, -1)));
    var lost = lease("key 7");
    time.advance(Duration.ofMinutes(30));
    lease("key 8").close();
    pool.again("p", "a", Kind.IMAGE).orElseThrow();
    time.advance(Duration.ofMinutes(30).minusNanos(1));
    assertEquals(List.of(), pool.leaks());
    time.advance(Duration.ofNanos(1));
    assertEquals(List.of(leaked("A lease for one video is out since 2030-01-01T00:00:00Z, to key 7.")), pool.leaks());
    assertEquals(List.of(), pool.leaks());
    time.advance(Duration.ofMinutes(30));
    assertEquals(List.of(leaked("A lease for one image is out since 2030-01-01T00:30:00Z, for work that was upstream already.")),
        pool.leaks());
    assertEquals(2, pool.leases("p", "a"));
    assertTrue(pool.tryLease(Wish.of(List.of("p"), Kind.VIDEO, "x")).isEmpty());
    lost.close();
    assertTrue(pool.tryLease(Wish.of(List.of("p"), Kind.VIDEO, "x")).isPresent());
  }
}
