package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.Notice;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Whose fault it is, what is held against whom, and that it is told in order and outlives the process. */
class FaultTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Failure.BadCredential NO = new Failure.BadCredential("no such key");
  private static final Failure AWAY = new Failure.Unreachable("the proxy does not answer");

  private record Told(String name, Standing standing, Optional<String> notice) {}

  private final FakeTime time = new FakeTime(START);
  private final List<Told> told = new ArrayList<>();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), this::heard, time);

  private void heard(Credential credential, Standing standing, Optional<Notice> notice) {
    told.add(new Told(credential.name(), standing, notice.map(n -> n.kind() + " " + n.words())));
  }

  private static Credential credential(String name, String proxy) {
    return new Credential("p", name, new Secret("s-" + name), new Secret(proxy));
  }

  private static TokenPool.Share share(String name, String proxy, Standing standing) {
    return new TokenPool.Share(credential(name, proxy), new TokenPool.Limits(-1, -1, -1, -1), -1, standing);
  }

  private static TokenPool.Share share(String name) {
    return share(name, "", Standing.CLEAN);
  }

  private static Wish wish(String... only) {
    return new Wish(List.of(new Wish.Ask("p", 0)), Kind.IMAGE, "key", List.of(only).stream().findFirst());
  }

  private Lease lease(String name) {
    return pool.tryLease(wish(name)).orElseThrow();
  }

  private void fails(String name, Failure failure) {
    try (var lease = lease(name)) {
      lease.failed(failure);
    }
  }

  private void succeeds(String name) {
    try (var lease = lease(name)) {
      lease.succeeded();
    }
  }

  private Standing standing(String name) {
    return pool.statuses().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow().standing();
  }

  private Standing rests(int refusals, Duration forHowLong, Failure why) {
    return new Standing(refusals, Optional.of(time.instant().plus(forHowLong)), Optional.empty(), Optional.of(why));
  }

  private boolean able(String name) {
    return pool.tryLease(wish(name)).map(l -> {
      l.close();
      return true;
    }).orElse(false);
  }

  private Breaker.State breaker() {
    return pool.health().getFirst().breaker();
  }

  // ---- refusals ---------------------------------------------------------------------------------------------------

  @Test
  void onlyRefusalsInARowDisableAndASuccessEndsTheRow() throws Exception {
    pool.use(List.of(share("a")));
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 2; j++) {
        fails("a", NO);
        time.advance(Duration.ofMinutes(1));
      }
      succeeds("a");
      assertEquals(Standing.CLEAN, standing("a"));
    }
    for (int j = 0; j < 3; j++) {
      fails("a", NO);
      time.advance(Duration.ofMinutes(1));
    }
    var since = Optional.of(time.instant().minus(Duration.ofMinutes(1)));
    assertEquals(new Standing(3, Optional.empty(), since, Optional.of(NO)), standing("a"));
    assertFalse(able("a"));
  }

  @Test
  void tenMistakesOfCallersAndTenRefusalsOfContentCountForNobody() {
    pool.use(List.of(share("a")));
    for (int i = 0; i < 10; i++) {
      fails("a", new Failure.Invalid("prompt", "bad"));
      fails("a", new Failure.Refused("policy"));
      fails("a", new Failure.Missing("model_not_found", "no"));
      fails("a", new Failure.WorkFailed("no"));
    }
    assertEquals(new Status("p", "a", 0, 0, Standing.CLEAN, true), pool.statuses().getFirst());
    assertEquals(List.of(), told);
  }

  @Test
  void withAThresholdOfZeroNobodyIsDisabled() {
    pool.use(new PoolOptions(0, Duration.ofSeconds(1), Duration.ofSeconds(1), 10, Breaker.Options.defaults()),
        List.of(share("a")), Map.of());
    for (int i = 0; i < 50; i++) {
      fails("a", NO);
      time.advance(Duration.ofSeconds(1));
    }
    assertTrue(able("a"));
  }

  @Test
  void aReloadDoesNotWakeWhoIsDisabledOrRestsAndAPersonDoes() throws Exception {
    pool.use(List.of(share("a", "", new Standing(3, Optional.empty(), Optional.of(START), Optional.of(NO))), share("b")));
    fails("b", new Failure.Limited(Duration.ofMinutes(10), "slow down"));
    pool.use(List.of(share("a"), share("b")));
    assertFalse(able("a") || able("b"));
    assertEquals(NO, assertThrows(GatewayException.class, () -> pool.queue(wish("a"))).failure());
    var ticket = pool.queue(wish("b"));
    pool.forgive("p", "a");
    pool.forgive("p", "b");
    pool.forgive("p", "b");
    pool.forgive("p", "nobody");
    assertEquals("b", ticket.await(Duration.ZERO).credential().name());
    assertTrue(able("a"));
    var words = Optional.of("RECOVERED Is lent again: a person said so.");
    assertEquals(List.of(new Told("a", Standing.CLEAN, words), new Told("b", Standing.CLEAN, words)), told.subList(1, told.size()));
  }

  @Test
  void theOneThatWasDisabledSaysWhyAndStaysSoThoughEarlierWorkOfItEndsWell() {
    pool.use(new PoolOptions(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 10, Breaker.Options.defaults()),
        List.of(share("a")), Map.of());
    var earlier = lease("a");
    fails("a", NO);
    earlier.succeeded();
    time.advance(Duration.ofSeconds(1));
    assertEquals(new Standing(0, Optional.empty(), Optional.of(START), Optional.of(NO)), standing("a"));
    assertEquals(List.of(Optional.of("DISABLED Refused once in a row: no such key"), Optional.empty()),
        told.stream().map(Told::notice).toList());
  }

  // ---- a proxy of one's own ---------------------------------------------------------------------------------------

  @Test
  void whoCannotGoItsOwnWayRestsForLongerEachTimeAndLeavesTheProviderAlone() {
    pool.use(List.of(share("a", "socks5://own", Standing.CLEAN), share("b")));
    for (int seconds : List.of(30, 60, 120, 240, 300, 300)) {
      fails("a", AWAY);
      assertEquals(rests(0, Duration.ofSeconds(seconds), AWAY), standing("a"));
      time.advance(Duration.ofSeconds(seconds));
      assertTrue(able("a"));
    }
    succeeds("a");
    fails("a", AWAY);
    assertEquals(rests(0, Duration.ofSeconds(30), AWAY), standing("a"), "a success forgets how often");
    assertEquals(Breaker.State.CLOSED, breaker());
    for (int i = 0; i < 4; i++) fails("b", AWAY);
    assertEquals(Breaker.State.CLOSED, breaker(), "none of all that was the provider's");
    fails("b", AWAY);
    assertEquals(Breaker.State.OPEN, breaker());
  }

  @Test
  void whatFailsWhileItRestsForThatAlreadyIsTheSameTrouble() {
    pool.use(List.of(share("a", "socks5://own", Standing.CLEAN), share("b")));
    var leases = List.of(lease("a"), lease("a"), pool.again("p", "a", Kind.VIDEO).orElseThrow());
    leases.forEach(l -> l.failed(AWAY));
    assertEquals(rests(0, Duration.ofSeconds(30), AWAY), standing("a"));
    assertEquals(1, told.size());
  }

  @Test
  void theLastUsableOneNeverRestsForTheNetwork() {
    pool.use(List.of(share("a", "socks5://own", Standing.CLEAN), share("rests", "", Standing.CLEAN),
        share("disabled", "", new Standing(3, Optional.empty(), Optional.of(START), Optional.of(NO)))));
    fails("rests", new Failure.OutOfCredit("no money"));
    for (int i = 0; i < 20; i++) fails("a", AWAY);
    assertEquals(Standing.CLEAN, standing("a"));
    assertEquals(Breaker.State.CLOSED, breaker());
    time.advance(Duration.ofMinutes(10));
    fails("a", AWAY);
    assertEquals(rests(0, Duration.ofSeconds(30), AWAY), standing("a"), "now there is another");
  }

  @Test
  void aWayThatWasChangedMeanwhileIsNotToBlame() {
    pool.use(List.of(share("a", "socks5://old", Standing.CLEAN), share("b")));
    var lease = lease("a");
    pool.use(List.of(share("a", "socks5://new", Standing.CLEAN), share("b")));
    lease.failed(AWAY);
    assertEquals("socks5://old", lease.credential().proxy().reveal());
    assertEquals("socks5://new", lease("a").credential().proxy().reveal());
    assertEquals(Standing.CLEAN, standing("a"));
  }

  @Test
  void aProbeThatCouldNotGoItsOwnWayLetsAnotherOneTry() {
    pool.use(List.of(share("a", "socks5://own", Standing.CLEAN), share("b")));
    for (int i = 0; i < 5; i++) fails("b", new Failure.UpstreamBroken(502, "bad gateway"));
    time.advance(Duration.ofSeconds(10));
    fails("a", AWAY);
    assertEquals(Breaker.State.HALF_OPEN, breaker());
    succeeds("b");
    assertEquals(Breaker.State.CLOSED, breaker());
  }

  @Test
  void aCaptchaRestsTheProviderWhichSaysSoPlainly() {
    pool.use(List.of(share("a")));
    var words = "Flow wants a captcha solved, which Easel does not do.";
    for (int i = 0; i < 5; i++) fails("a", new Failure.Withheld(words));
    try (var ticket = pool.queue(wish())) {
      var failure = assertThrows(GatewayException.class, () -> ticket.await(Duration.ZERO)).failure();
      assertEquals("p rests after trouble: " + words, failure.message());
    }
    assertEquals(Standing.CLEAN, standing("a"));
  }

  // ---- one slot, whatever is said of it ---------------------------------------------------------------------------

  @Test
  void whatIsKnownOfACredentialStaysThoughItsWayAndItsLimitsChange() {
    pool.use(List.of(share("a")));
    var held = lease("a");
    fails("a", NO);
    var limits = new TokenPool.Limits(2, 1, 1, -1);
    pool.use(List.of(new TokenPool.Share(credential("a", "socks5://new"), limits, 1, Standing.CLEAN)));
    assertEquals(new Status("p", "a", 1, 0, rests(1, Duration.ofMinutes(1), NO), false), pool.statuses().getFirst());
    time.advance(Duration.ofMinutes(1));
    assertFalse(able("a"), "one picture is under way");
    held.close();
    assertEquals(credential("a", "socks5://new"), lease("a").credential());
  }

  @Test
  void whatBecomesOfAnOldSecretSaysNothingOfTheNewOne() {
    pool.use(List.of(share("a")));
    var old = List.of(lease("a"), lease("a"), lease("a"), lease("a"));
    var renewed = new Credential("p", "a", new Secret("new"));
    pool.use(List.of(new TokenPool.Share(renewed, -1, -1)));
    old.get(0).failed(NO);
    old.get(1).failed(new Failure.Limited(Duration.ofMinutes(9), "slow down"));
    old.get(2).failed(new Failure.OutOfCredit("no money"));
    pool.refused(credential("a", ""), NO);
    assertEquals(Standing.CLEAN, standing("a"));
    pool.refused(renewed, NO);
    old.get(3).succeeded();
    assertEquals(1, standing("a").refusals());
  }

  @Test
  void aNewProcessGoesOnWithWhatWasHeldAgainstEachOne() {
    var limited = new Failure.Limited(Duration.ofMinutes(30), "slow down");
    var until = Optional.of(START.plus(Duration.ofMinutes(10)));
    var disabled = new Standing(3, Optional.empty(), Optional.of(START.minusSeconds(9)), Optional.of(NO));
    pool.use(List.of(share("rests", "", new Standing(0, until, Optional.empty(), Optional.of(limited))),
        share("twice", "", new Standing(2, Optional.of(START.minusSeconds(1)), Optional.empty(), Optional.of(NO))),
        share("disabled", "", disabled)));
    assertEquals(disabled, standing("disabled"));
    assertFalse(able("disabled") || able("rests"));
    var e = assertThrows(GatewayException.class, () -> pool.queue(wish("rests")).await(Duration.ofSeconds(1)));
    assertEquals(new Failure.Limited(Duration.ofMinutes(10), "slow down"), e.failure());
    fails("twice", NO);
    assertTrue(standing("twice").disabled().isPresent(), "the third in a row");
    time.advance(Duration.ofMinutes(10));
    assertTrue(able("rests"));
  }

  @Test
  void theFirstOfSeveralOfOneNameCounts() {
    pool.use(List.of(share("a", "socks5://first", Standing.CLEAN), share("a", "socks5://second", Standing.CLEAN)));
    assertEquals(1, pool.statuses().size());
    assertEquals("socks5://first", lease("a").credential().proxy().reveal());
  }

  // ---- telling ----------------------------------------------------------------------------------------------------

  @Test
  void restsRefusalsAndRecoveriesAreToldInTheirOrder() {
    pool.use(List.of(share("a")));
    var other = lease("a");
    fails("a", new Failure.Limited(Duration.ofSeconds(90), "slow down"));
    var limited = rests(0, Duration.ofSeconds(90), new Failure.Limited(Duration.ofSeconds(90), "slow down"));
    other.failed(NO);
    var refused = new Standing(1, limited.restingUntil(), Optional.empty(), limited.why());
    other.succeeded();
    other.succeeded();
    assertEquals(List.of(
        new Told("a", limited, Optional.of("RESTED Rests for 90 s: slow down")),
        new Told("a", refused, Optional.empty()),
        new Told("a", limited, Optional.of("RECOVERED Works again after it was refused."))), told);
  }

  @Test
  void whoIsToldMayAskThePoolAndHearsOneThingAtATime() {
    var order = new ArrayList<String>();
    var pools = new ArrayList<TokenPool>();
    var asking = new TokenPool(PoolOptions.defaults(), (credential, standing, notice) -> {
      order.add("begin " + notice.orElseThrow().kind());
      pools.getFirst().forgive("p", "a");
      assertTrue(pools.getFirst().tryLease(wish()).isPresent());
      order.add("end");
    }, time);
    pools.add(asking);
    asking.use(List.of(share("a")));
    asking.tryLease(wish()).orElseThrow().failed(new Failure.OutOfCredit("no money"));
    assertEquals(List.of("begin RESTED", "end", "begin RECOVERED", "end"), order);
  }

  @Test
  void nobodyWaitsForTheListenerAndNothingIsToldTwiceOrTooEarly() throws Exception {
    var order = new ArrayList<String>();
    var entered = new CompletableFuture<Void>();
    var go = new CompletableFuture<Void>();
    var slow = new TokenPool(PoolOptions.defaults(), (credential, standing, notice) -> {
      entered.complete(null);
      go.join();
      order.add(credential.name());
    }, time);
    slow.use(List.of(share("a"), share("b"), share("c")));
    var leases = List.of("a", "b", "c").stream().map(n -> slow.tryLease(wish(n)).orElseThrow()).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> leases.get(0).failed(NO));
      entered.get();
      leases.get(1).failed(NO);
      leases.get(2).failed(NO);
      assertEquals(List.of(), order);
      go.complete(null);
      first.get();
    }
    assertEquals(List.of("a", "b", "c"), order);
  }
}
