package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenPoolTest {
  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private static TokenPool.Share share(String name, int concurrency) {
    return share(name, concurrency, -1);
  }

  private static TokenPool.Share share(String name, int concurrency, int perMinute) {
    return new TokenPool.Share(new Credential("p", name, new Secret("s-" + name)), concurrency, perMinute);
  }

  private Optional<Lease> tryLease() {
    return pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key"));
  }

  private Lease lease(Duration patience) throws InterruptedException {
    try (var ticket = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "key"))) {
      return ticket.await(patience);
    }
  }

  private String leasedName() {
    try (var lease = tryLease().orElseThrow()) {
      return lease.credential().name();
    }
  }

  @Test
  void theLeastBusyCredentialIsLent() {
    pool.use(List.of(share("a", -1), share("b", -1)));
    try (var first = tryLease().orElseThrow(); var second = tryLease().orElseThrow()) {
      assertTrue(!first.credential().name().equals(second.credential().name()));
    }
  }

  @Test
  void aCredentialThatWasAwayAndIsBackStillCarriesWhatItCarried() {
    pool.use(List.of(share("a", 1)));
    try (var first = tryLease().orElseThrow()) {
      pool.use(List.of());
      pool.use(List.of(share("a", 1)));
      assertTrue(tryLease().isEmpty(), "lent twice: " + first);
    }
    assertEquals("a", leasedName());
  }

  @Test
  void aLimitOfZeroMeansNever() {
    pool.use(List.of(share("a", 0)));
    assertTrue(tryLease().isEmpty());
    var e = assertThrows(GatewayException.class, () -> lease(Duration.ZERO));
    assertInstanceOf(Failure.NoCapacity.class, e.failure());
  }

  @Test
  void aLimitedCredentialRestsAsLongAsUpstreamAsked() {
    pool.use(List.of(share("a", -1), share("b", -1)));
    try (var lease = tryLease().orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(3), "slow down"));
      var rested = lease.credential().name();
      for (int i = 0; i < 10; i++) assertTrue(!leasedName().equals(rested));
    }
  }

  @Test
  void whenAllRestTheSmallestDelayIsTold() {
    pool.use(List.of(share("a", -1), share("b", -1)));
    for (int seconds : List.of(50, 40)) {
      try (var lease = tryLease().orElseThrow()) {
        lease.failed(new Failure.Limited(Duration.ofSeconds(seconds), "slow down"));
      }
    }
    var e = assertThrows(GatewayException.class, () -> lease(Duration.ofSeconds(10)));
    assertEquals(new Failure.Limited(Duration.ofSeconds(40), "slow down"), e.failure());
  }

  @Test
  void aRestedCredentialComesBackWithTime() throws InterruptedException {
    pool.use(List.of(share("a", -1)));
    try (var lease = tryLease().orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(3), "slow down"));
    }
    assertTrue(tryLease().isEmpty());
    time.sleep(Duration.ofSeconds(3));
    assertEquals("a", leasedName());
  }

  @Test
  void threeRefusalsInARowDisableACredential() throws InterruptedException {
    pool.use(List.of(share("a", -1)));
    for (int i = 0; i < 3; i++) {
      try (var lease = tryLease().orElseThrow()) {
        lease.failed(new Failure.BadCredential("no"));
      }
      time.sleep(Duration.ofMinutes(2));
    }
    assertTrue(tryLease().isEmpty());
    pool.use(List.of(share("a", -1)));
    assertTrue(tryLease().isEmpty(), "a reload changes nothing about that");
    pool.forgive("p", "a");
    assertEquals("a", leasedName());
  }

  @Test
  void theCallersMistakesCountForNobody() {
    pool.use(List.of(share("a", -1)));
    for (int i = 0; i < 10; i++) {
      try (var lease = tryLease().orElseThrow()) {
        lease.failed(i % 2 == 0 ? new Failure.Invalid("prompt", "bad") : new Failure.Refused("policy"));
      }
    }
    assertEquals("a", leasedName());
  }

  @Test
  void aWaiterGetsTheLeaseThatComesBack() throws Exception {
    pool.use(List.of(share("a", 1)));
    var held = tryLease().orElseThrow();
    var waiter = CompletableFuture.supplyAsync(() -> {
      try (var lease = lease(Duration.ofSeconds(30))) {
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
    try (var lease = tryLease().orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(300), "slow down"));
      assertEquals("a", pool.again("p", "a", Kind.IMAGE).orElseThrow().credential().name());
    }
    assertTrue(pool.again("p", "gone", Kind.IMAGE).isEmpty());
  }

  @Test
  void aShorterRestDoesNotEndALongerOne() throws InterruptedException {
    pool.use(List.of(share("a", -1)));
    try (var one = tryLease().orElseThrow(); var other = tryLease().orElseThrow()) {
      one.failed(new Failure.Limited(Duration.ofSeconds(30), "long"));
      other.failed(new Failure.Limited(Duration.ofSeconds(1), "short"));
    }
    time.sleep(Duration.ofSeconds(2));
    var e = assertThrows(GatewayException.class, () -> lease(Duration.ofSeconds(1)));
    assertEquals(new Failure.Limited(Duration.ofSeconds(28), "long"), e.failure());
  }

  @Test
  void theWallClockMayJumpAndNoRestNotices() throws InterruptedException {
    pool.use(List.of(share("a", -1)));
    try (var lease = tryLease().orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(3), "slow down"));
    }
    time.jump(Duration.ofDays(1));
    assertTrue(tryLease().isEmpty());
    time.jump(Duration.ofDays(-2));
    time.sleep(Duration.ofSeconds(3));
    assertEquals("a", leasedName());
  }

  @Test
  void badCredentialsWasteOneAttemptARestAndThenNone() throws InterruptedException {
    var shares = IntStream.range(0, 10).mapToObj(i -> share("c" + i, -1)).toList();
    pool.use(shares);
    int wasted = 0;
    int worked = 0;
    for (int i = 0; i < 1000; i++) {
      try (var lease = tryLease().orElseThrow()) {
        if (lease.credential().name().equals("c0")) {
          lease.succeeded();
          worked++;
        } else {
          lease.failed(new Failure.BadCredential("no"));
          wasted++;
        }
      }
      time.sleep(Duration.ofSeconds(1));
    }
    assertEquals(9 * 3, wasted);
    assertEquals(1000 - 9 * 3, worked);
  }

  @Test
  void aCredentialBeginsNoMoreThanItMayInAMinute() throws InterruptedException {
    pool.use(List.of(share("a", -1, 2), share("b", -1, 1)));
    for (int i = 0; i < 3; i++) tryLease().orElseThrow().close();
    assertTrue(tryLease().isEmpty());
    var e = assertThrows(GatewayException.class, () -> lease(Duration.ofSeconds(1)));
    var words = "Every credential of p has been used as often as is allowed in a minute.";
    assertEquals(new Failure.NoCapacity(Duration.ofMinutes(1), words), e.failure());
    time.sleep(Duration.ofMinutes(1));
    assertTrue(tryLease().isPresent());
  }

  @Test
  void allCredentialsTogetherCarryAndBeginNoMoreThanTheirProviderMay() {
    pool.use(PoolOptions.defaults(), List.of(share("a", -1), share("b", -1)), Map.of("p", new TokenPool.Cap(2, 3)));
    var first = tryLease().orElseThrow();
    var second = tryLease().orElseThrow();
    assertTrue(tryLease().isEmpty(), "two at once");
    first.close();
    var third = tryLease().orElseThrow();
    second.close();
    third.close();
    assertTrue(tryLease().isEmpty(), "three in a minute");
  }

  @Test
  void workUpstreamUsesUpNobodysMinute() {
    pool.use(PoolOptions.defaults(), List.of(share("a", -1, 1)), Map.of("p", new TokenPool.Cap(-1, 1)));
    for (int i = 0; i < 5; i++) pool.again("p", "a", Kind.IMAGE).orElseThrow().close();
    assertTrue(tryLease().isPresent());
  }

  @Test
  void aReloadKeepsWhatIsKnownOfThoseThatStay() {
    pool.use(List.of(share("a", 1), share("b", 1)));
    var held = tryLease().orElseThrow();
    var other = tryLease().orElseThrow();
    other.failed(new Failure.Limited(Duration.ofSeconds(30), "slow down"));
    other.close();
    pool.use(List.of(share("b", 1), share("a", 1), share("c", 1)));
    assertEquals("c", tryLease().orElseThrow().credential().name(), "one is busy still, the other rests still");
    assertEquals(2, pool.health().getFirst().inFlight());
    held.close();
    assertEquals(held.credential(), tryLease().orElseThrow().credential());
  }

  @Test
  void aProviderThatIsGoneAndDoneWithIsForgotten() {
    pool.use(List.of(share("a", 1)));
    var held = tryLease().orElseThrow();
    pool.use(List.of());
    assertEquals(1, pool.health().size());
    held.close();
    pool.use(List.of());
    assertEquals(List.of(), pool.health());
  }

  @Test
  void healthTellsHowEachProviderFares() {
    pool.use(List.of(share("a", 1)));
    var held = tryLease().orElseThrow();
    pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "key"));
    assertEquals(List.of(new Health("p", Breaker.State.CLOSED, Optional.empty(), 1, 1)), pool.health());
    held.failed(new Failure.Limited(Duration.ofSeconds(5), "slow down"));
    var until = Optional.of(time.instant().plusSeconds(5));
    assertEquals(List.of(new Health("p", Breaker.State.CLOSED, until, 1, 1)), pool.health());
  }

  @Test
  void noCredentialThatRestsOrDoesNothingIsAble() {
    pool.use(List.of(share("a", 0)));
    assertFalse(pool.able());
    pool.use(List.of(share("b", -1)));
    assertTrue(pool.able());
    try (var lease = tryLease().orElseThrow()) {
      lease.failed(new Failure.OutOfCredit("no money"));
    }
    assertFalse(pool.able());
  }

  @Test
  void whatManyJobsHearAtTheSameTimeIsOneRefusal() {
    pool.use(List.of(share("a", -1)));
    var leases = List.of(tryLease().orElseThrow(), tryLease().orElseThrow(), tryLease().orElseThrow());
    for (var lease : leases) lease.failed(new Failure.BadCredential("no"));
    var standing = pool.statuses().getFirst().standing();
    assertEquals(List.of(1, false), List.of(standing.refusals(), standing.disabled().isPresent()));
  }
}
