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
import fake.Await;
import fake.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TicketTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Failure SLOW_DOWN = new Failure.Limited(Duration.ofSeconds(3), "slow down");

  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private static TokenPool.Share share(String provider, int concurrency) {
    return share(provider, concurrency, -1);
  }

  private static TokenPool.Share share(String provider, int concurrency, int perMinute) {
    var credential = new Credential(provider, provider + "#1", new Secret("s-" + provider));
    return new TokenPool.Share(credential, concurrency, perMinute);
  }

  private Lease held(String provider) {
    return pool.tryLease(Wish.of(List.of(provider), Kind.IMAGE, "holder")).orElseThrow();
  }

  private Ticket queue(String owner, String... providers) {
    return pool.queue(Wish.of(List.of(providers), Kind.IMAGE, owner));
  }

  private static boolean granted(Ticket ticket) {
    return ticket.place().isEmpty();
  }

  private static String provider(Ticket ticket) throws InterruptedException {
    try (var lease = ticket.await(Duration.ZERO)) {
      return lease.credential().provider();
    }
  }

  /** Waits on a thread of its own, which is seen to wait before this returns. */
  private CompletableFuture<Failure> waiting(Ticket ticket, Duration patience) {
    var failure = new CompletableFuture<Failure>();
    var thread = Thread.ofPlatform().daemon().start(() -> {
      try (ticket; var lease = ticket.await(patience)) {
        failure.completeExceptionally(new AssertionError("got " + lease));
      } catch (GatewayException e) {
        failure.complete(e.failure());
      } catch (InterruptedException e) {
        failure.completeExceptionally(e);
      }
    });
    Await.until("the thread to wait", () -> thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive());
    return failure;
  }

  // ---- turns ------------------------------------------------------------------------------------------------------

  @Test
  void whoeverWaitsGetsTheLeaseThatComesBackInTurn() throws Exception {
    pool.use(List.of(share("p", 1)));
    var held = held("p");
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < 1000; i++) tickets.add(queue("many", "p"));
    var one = queue("one", "p");
    assertEquals(1001, pool.waiting());
    held.close();
    assertTrue(granted(tickets.getFirst()));
    assertFalse(granted(one));
    tickets.getFirst().close();
    assertTrue(granted(one), "one turn later");
    assertEquals("p", provider(one));
    assertTrue(granted(tickets.get(1)));
    assertFalse(granted(tickets.get(2)));
    assertEquals(999 - 1, pool.waiting());
  }

  @Test
  void nobodyGetsPastThoseWhoWait() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1)));
    var held = held("p");
    var first = queue("a", "p");
    held.failed(SLOW_DOWN);
    held.close();
    time.sleep(Duration.ofSeconds(3));
    assertEquals("q", pool.tryLease(Wish.of(List.of("p", "q"), Kind.IMAGE, "b")).orElseThrow().credential().provider());
    assertTrue(granted(first), "the rest was over, though no alarm had told");
  }

  @Test
  void aTicketThatFindsRoomWhenItJoinsIsServedAtOnce() throws Exception {
    pool.use(List.of(share("p", 1)));
    var ticket = queue("a", "p");
    assertTrue(granted(ticket));
    assertEquals("p", provider(ticket));
  }

  // ---- several providers ------------------------------------------------------------------------------------------

  @Test
  void aTicketTakesWhicheverProviderLendsFirstAndLeavesTheOtherLine() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1)));
    var p = held("p");
    var q = held("q");
    var both = queue("a", "p", "q");
    var onlyP = queue("b", "p");
    q.close();
    assertTrue(granted(both));
    p.close();
    assertTrue(granted(onlyP));
    assertEquals("q", provider(both));
    assertEquals("p", provider(onlyP));
    assertEquals(0, pool.waiting());
  }

  @Test
  void aTicketPrefersTheProviderNamedFirst() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1)));
    assertEquals("q", provider(queue("a", "q", "p")));
    assertEquals("p", pool.tryLease(Wish.of(List.of("p", "q"), Kind.IMAGE, "a")).orElseThrow().credential().provider());
    assertEquals("q", pool.tryLease(Wish.of(List.of("p", "q"), Kind.IMAGE, "a")).orElseThrow().credential().provider());
  }

  @Test
  void theFailureIsTheOneThatSoonestPasses() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1)));
    try (var p = held("p"); var q = held("q")) {
      p.failed(new Failure.Limited(Duration.ofSeconds(300), "long"));
      q.failed(new Failure.Limited(Duration.ofSeconds(200), "shorter"));
    }
    try (var ticket = queue("a", "p", "q", "unknown")) {
      var e = assertThrows(GatewayException.class, () -> ticket.await(MINUTE));
      assertEquals(new Failure.Limited(Duration.ofSeconds(200), "shorter"), e.failure());
    }
  }

  // ---- states -----------------------------------------------------------------------------------------------------

  @Test
  void aClosedTicketLetsTheNextOnePass() throws Exception {
    pool.use(List.of(share("p", 1)));
    var held = held("p");
    var first = queue("a", "p");
    var second = queue("a", "p");
    first.close();
    first.close();
    held.close();
    assertTrue(granted(second));
    assertEquals(0, pool.waiting());
  }

  @Test
  void aLeaseThatWasGrantedAndNotTakenGoesBack() throws Exception {
    pool.use(List.of(share("p", 1)));
    var held = held("p");
    var first = queue("a", "p");
    var second = queue("b", "p");
    held.close();
    first.close();
    assertTrue(granted(second));
    assertThrows(GatewayException.class, () -> first.await(Duration.ZERO));
  }

  @Test
  void aTakenLeaseIsTheCallersAndClosingTheTicketLeavesItAlone() throws Exception {
    pool.use(List.of(share("p", 1)));
    var ticket = queue("a", "p");
    var lease = ticket.await(Duration.ZERO);
    ticket.close();
    assertTrue(pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key")).isEmpty());
    assertThrows(IllegalStateException.class, () -> ticket.await(Duration.ZERO));
    lease.close();
    assertTrue(pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key")).isPresent());
  }

  @Test
  void patienceRunsOutAndTheTicketLeaves() {
    pool.use(List.of(share("p", 1)));
    held("p");
    var ticket = queue("a", "p");
    var e = assertThrows(GatewayException.class, () -> ticket.await(Duration.ofMillis(5)));
    assertEquals(new Failure.NoCapacity(Duration.ofSeconds(10), "Every credential of p is busy."), e.failure());
    assertEquals(0, pool.waiting());
    assertEquals(Optional.empty(), ticket.place());
  }

  @Test
  void anInterruptedWaiterKeepsItsPlaceUntilItCloses() {
    pool.use(List.of(share("p", 1)));
    held("p");
    try (var ticket = queue("a", "p")) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> ticket.await(MINUTE));
      assertEquals(1, pool.waiting());
    }
    assertEquals(0, pool.waiting());
  }

  @Test
  void whereTooManyWaitTheNextIsRefusedAtOnce() {
    var options = new PoolOptions(3, MINUTE, MINUTE, 2, Breaker.Options.defaults());
    pool.use(options, List.of(share("p", 1)), Map.of());
    held("p");
    queue("a", "p");
    var second = queue("b", "p");
    var e = assertThrows(GatewayException.class, () -> queue("c", "p"));
    assertInstanceOf(Failure.NoCapacity.class, e.failure());
    second.close();
    assertEquals(2, queue("c", "p").place().orElseThrow().position());
  }

  @Test
  void whereNothingButANewConfigurationCanHelpNobodyWaits() throws Exception {
    var shares = List.of(share("none", 0), share("never", -1, 0), share("capped", 1), share("bad", 1));
    pool.use(PoolOptions.defaults(), shares, Map.of("capped", new TokenPool.Cap(0, -1)));
    for (int i = 0; i < 3; i++) {
      try (var lease = held("bad")) {
        lease.failed(new Failure.BadCredential("no such key"));
      }
      time.sleep(MINUTE);
    }
    for (var provider : List.of("none", "never", "capped", "unknown")) {
      var e = assertThrows(GatewayException.class, () -> queue("a", provider), provider);
      assertInstanceOf(Failure.NoCapacity.class, e.failure());
    }
    var e = assertThrows(GatewayException.class, () -> queue("a", "bad"));
    assertEquals(new Failure.BadCredential("no such key"), e.failure());
    assertEquals(0, pool.waiting());
  }

  @Test
  void whoeverWaitedInVainIsToldWhatForAndHowLong() throws Exception {
    var options = new PoolOptions(3, MINUTE, MINUTE, 10, new Breaker.Options(1, Duration.ofSeconds(1), MINUTE));
    pool.use(options, List.of(share("p", -1), share("q", -1)), Map.of("q", new TokenPool.Cap(-1, 1)));
    try (var lease = held("p")) {
      lease.failed(new Failure.Unreachable("no connection"));
    }
    time.sleep(Duration.ofSeconds(1));
    held("p");
    held("q").close();
    var probing = "p is being tried again after trouble: no connection";
    assertEquals(new Failure.NoCapacity(Duration.ofSeconds(10), probing), inVain("p"));
    assertEquals(new Failure.NoCapacity(MINUTE, "q has been asked as often as is allowed in a minute."), inVain("q"));
  }

  private Failure inVain(String provider) {
    try (var ticket = queue("a", provider)) {
      return assertThrows(GatewayException.class, () -> ticket.await(Duration.ZERO)).failure();
    }
  }

  // ---- place and ETA ----------------------------------------------------------------------------------------------

  @Test
  void aPlaceIsHowManyTurnsItTakesAndWhatThatMeansInTime() throws Exception {
    pool.use(List.of(share("p", 1)));
    var held = held("p");
    assertEquals(new Place(1, Optional.empty()), queue("early", "p").place().orElseThrow(), "nothing is known yet");
    time.advance(Duration.ofSeconds(20));
    held.close();
    var a1 = queue("a", "p");
    var a2 = queue("a", "p");
    var b1 = queue("b", "p");
    assertEquals(new Place(1, Optional.of(Duration.ofSeconds(20))), a1.place().orElseThrow());
    assertEquals(new Place(3, Optional.of(Duration.ofSeconds(60))), a2.place().orElseThrow());
    assertEquals(new Place(2, Optional.of(Duration.ofSeconds(40))), b1.place().orElseThrow());
    a1.close();
    assertEquals(new Place(1, Optional.of(Duration.ofSeconds(20))), a2.place().orElseThrow(), "the turn stays");
    assertEquals(new Place(2, Optional.of(Duration.ofSeconds(40))), b1.place().orElseThrow());
  }

  @Test
  void aTicketForSeveralProvidersStandsWhereItIsServedSoonest() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1)));
    held("p");
    held("q");
    queue("a", "p");
    queue("b", "p");
    assertEquals(1, queue("c", "p", "q").place().orElseThrow().position());
  }

  @Test
  void theEtaKnowsOfRestsAndOfTheMinutesShare() throws Exception {
    pool.use(List.of(share("rests", -1), share("minute", -1, 2)));
    try (var lease = held("rests")) {
      lease.failed(SLOW_DOWN);
    }
    assertEquals(new Place(1, Optional.of(Duration.ofSeconds(3))), queue("a", "rests").place().orElseThrow());
    held("minute").close();
    held("minute").close();
    time.advance(Duration.ofSeconds(50));
    assertEquals(new Place(1, Optional.of(Duration.ofSeconds(30))), queue("a", "minute").place().orElseThrow());
    assertEquals(new Place(2, Optional.of(Duration.ofSeconds(60))), queue("a", "minute").place().orElseThrow());
  }

  // ---- wake-ups ---------------------------------------------------------------------------------------------------

  @Test
  void theEndOfARestWakes() throws Exception {
    pool.use(List.of(share("p", -1)));
    try (var lease = held("p")) {
      lease.failed(SLOW_DOWN);
    }
    try (var ticket = queue("a", "p"); var lease = ticket.await(MINUTE)) {
      assertEquals("p", lease.credential().provider());
    }
    assertEquals(List.of(Duration.ofSeconds(3)), time.slept());
  }

  @Test
  void aMinuteThatHasPassedWakes() throws Exception {
    pool.use(PoolOptions.defaults(), List.of(share("p", -1, 1), share("q", -1)), Map.of("q", new TokenPool.Cap(-1, 1)));
    for (var provider : List.of("p", "q")) {
      held(provider).close();
      assertTrue(pool.tryLease(Wish.of(List.of(provider), Kind.IMAGE, "key")).isEmpty());
      assertEquals(provider, queue("a", provider).await(MINUTE).credential().provider());
    }
    assertEquals(List.of(MINUTE, MINUTE), time.slept());
  }

  @Test
  void aReloadThatMakesRoomWakes() throws Exception {
    pool.use(List.of(share("p", 1)));
    held("p");
    var ticket = queue("a", "p");
    pool.use(List.of(share("p", 2)));
    assertEquals("p", provider(ticket));
  }

  @Test
  void aReloadThatTakesEverythingAwayEndsTheWait() throws Exception {
    pool.use(List.of(share("p", 1)));
    held("p");
    var failure = waiting(queue("a", "p"), MINUTE);
    pool.use(List.of());
    assertEquals(new Failure.NoCapacity(MINUTE, "No credential is set up for p."), failure.get());
  }

  @Test
  void aRestThatWillOutlastPatienceEndsTheWait() throws Exception {
    pool.use(List.of(share("p", 1)));
    var held = held("p");
    var failure = waiting(queue("a", "p"), MINUTE);
    var patient = queue("b", "p");
    held.failed(new Failure.Limited(Duration.ofSeconds(300), "slow down"));
    assertEquals(new Failure.Limited(Duration.ofSeconds(300), "slow down"), failure.get());
    assertFalse(granted(patient));
    held.close();
    assertEquals("p", patient.await(Duration.ofSeconds(301)).credential().provider());
  }

  @Test
  void theLastCredentialThatIsDisabledEndsTheWait() throws Exception {
    pool.use(new PoolOptions(1, MINUTE, MINUTE, 10, Breaker.Options.defaults()), List.of(share("p", 1)), Map.of());
    var held = held("p");
    var failure = waiting(queue("a", "p"), Duration.ofDays(1));
    held.failed(new Failure.BadCredential("no such key"));
    assertEquals(new Failure.BadCredential("no such key"), failure.get());
  }

  private static final Failure.BadCredential DEAD = new Failure.BadCredential("no such key");

  private void refusedOnce(String provider) {
    try (var lease = held(provider)) {
      lease.failed(DEAD);
    }
    time.advance(MINUTE);
  }

  @Test
  void oneRefusalMayBeAMistakeAndIsWaitedOut() {
    pool.use(List.of(share("p", 1)));
    try (var lease = held("p")) {
      lease.failed(DEAD);
    }
    assertFalse(granted(queue("a", "p")));
  }

  @Test
  void nobodyWaitsForTheOneThatIsRefusedAgainAndAgain() throws Exception {
    pool.use(List.of(share("p", 1)));
    refusedOnce("p");
    var held = held("p");
    var waiting = waiting(queue("a", "p"), Duration.ofDays(1));
    held.failed(DEAD);
    assertEquals(DEAD, waiting.get());
    held.close();
    assertEquals(DEAD, assertThrows(GatewayException.class, () -> queue("a", "p")).failure());
    time.advance(MINUTE);
    assertTrue(pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "a")).isPresent(), "the next one after its rest tries it");
  }

  @Test
  void whoeverIsMerelyBusyOrLimitedIsWaitedForThoughAnotherWasRefused() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1), share("r", 1)));
    refusedOnce("p");
    held("p").failed(DEAD);
    var busy = held("q");
    var limited = held("r");
    limited.failed(new Failure.Limited(MINUTE.multipliedBy(2), "slow down"));
    limited.close();
    var first = queue("a", "p", "q");
    var second = queue("a", "p", "r");
    assertFalse(granted(first));
    busy.close();
    assertEquals("q", provider(first));
    assertEquals(new Failure.Limited(MINUTE.multipliedBy(2), "slow down"),
        assertThrows(GatewayException.class, () -> second.await(MINUTE)).failure());
  }

  @Test
  void oneProviderThatGivesUpDoesNotEndTheWaitForTheOther() throws Exception {
    pool.use(List.of(share("p", 1), share("q", 1)));
    var p = held("p");
    var q = held("q");
    var ticket = queue("a", "p", "q");
    p.failed(new Failure.Limited(Duration.ofDays(1), "slow down"));
    q.close();
    assertEquals("q", provider(ticket));
  }
}
