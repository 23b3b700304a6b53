package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TokenPoolTest {
  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private static TokenPool.Share share(String name, int concurrency) {
    return new TokenPool.Share(new Credential("p", name, new Secret("s-" + name)), concurrency, -1);
  }

  private String leasedName() {
    try (var lease = pool.tryLease("p").orElseThrow()) {
      return lease.credential().name();
    }
  }

  @Test
  void theLeastBusyCredentialIsLent() {
    pool.use(List.of(share("a", -1), share("b", -1)));
    try (var first = pool.tryLease("p").orElseThrow(); var second = pool.tryLease("p").orElseThrow()) {
      assertTrue(!first.credential().name().equals(second.credential().name()));
    }
  }

  @Test
  void aLimitOfZeroMeansNever() {
    pool.use(List.of(share("a", 0)));
    assertTrue(pool.tryLease("p").isEmpty());
    var e = assertThrows(GatewayException.class, () -> pool.lease("p", Duration.ZERO));
    assertInstanceOf(Failure.NoCapacity.class, e.failure());
  }

  @Test
  void aLimitedCredentialRestsAsLongAsUpstreamAsked() {
    pool.use(List.of(share("a", -1), share("b", -1)));
    try (var lease = pool.tryLease("p").orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(3), "slow down"));
      var rested = lease.credential().name();
      for (int i = 0; i < 10; i++) assertTrue(!leasedName().equals(rested));
    }
  }

  @Test
  void whenAllRestTheSmallestDelayIsTold() {
    pool.use(List.of(share("a", -1), share("b", -1)));
    for (int seconds : List.of(50, 40)) {
      try (var lease = pool.tryLease("p").orElseThrow()) {
        lease.failed(new Failure.Limited(Duration.ofSeconds(seconds), "slow down"));
      }
    }
    var e = assertThrows(GatewayException.class, () -> pool.lease("p", Duration.ofSeconds(10)));
    assertEquals(new Failure.Limited(Duration.ofSeconds(40), "slow down"), e.failure());
  }

  @Test
  void aRestedCredentialComesBackWithTime() throws InterruptedException {
    pool.use(List.of(share("a", -1)));
    try (var lease = pool.tryLease("p").orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(3), "slow down"));
    }
    assertTrue(pool.tryLease("p").isEmpty());
    time.sleep(Duration.ofSeconds(3));
    assertEquals("a", leasedName());
  }

  @Test
  void threeRefusalsInARowDisableACredential() throws InterruptedException {
    pool.use(List.of(share("a", -1)));
    for (int i = 0; i < 3; i++) {
      try (var lease = pool.tryLease("p").orElseThrow()) {
        lease.failed(new Failure.BadCredential("no"));
      }
      time.sleep(Duration.ofMinutes(2));
    }
    assertTrue(pool.tryLease("p").isEmpty());
    pool.use(List.of(share("a", -1)));
    assertEquals("a", leasedName(), "a reload gives it another chance");
  }

  @Test
  void theCallersMistakesCountForNobody() {
    pool.use(List.of(share("a", -1)));
    for (int i = 0; i < 10; i++) {
      try (var lease = pool.tryLease("p").orElseThrow()) {
        lease.failed(i % 2 == 0 ? new Failure.Invalid("prompt", "bad") : new Failure.Refused("policy"));
      }
    }
    assertEquals("a", leasedName());
  }

  @Test
  void aWaiterGetsTheLeaseThatComesBack() throws Exception {
    pool.use(List.of(share("a", 1)));
    var held = pool.tryLease("p").orElseThrow();
    var waiter = CompletableFuture.supplyAsync(() -> {
      try (var lease = pool.lease("p", Duration.ofSeconds(30))) {
        return lease.credential().name();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    held.close();
    held.close();
    assertEquals("a", waiter.get());
  }

  @Test
  void workUpstreamKeepsItsCredentialEvenWhenItRestsOrIsFull() {
    pool.use(List.of(share("a", 1)));
    try (var lease = pool.tryLease("p").orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(300), "slow down"));
      assertEquals("a", pool.again("p", "a").orElseThrow().credential().name());
    }
    assertTrue(pool.again("p", "gone").isEmpty());
  }
}
