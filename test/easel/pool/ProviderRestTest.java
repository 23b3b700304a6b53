package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The breaker as those see it who borrow. */
class ProviderRestTest {
  private static final Failure BROKEN = new Failure.UpstreamBroken(502, "bad gateway");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private static TokenPool.Share share(String provider, int number) {
    return new TokenPool.Share(new Credential(provider, provider + "#" + number, new Secret("s" + number)), -1, -1);
  }

  private Optional<Lease> tryLease() {
    return pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key"));
  }

  private Lease lease() {
    return tryLease().orElseThrow();
  }

  private Lease lease(Duration patience) throws InterruptedException {
    try (var ticket = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "key"))) {
      return ticket.await(patience);
    }
  }

  private void fails(Failure failure) {
    try (var lease = lease()) {
      lease.failed(failure);
    }
  }

  private void breaks() {
    for (int i = 0; i < 5; i++) fails(BROKEN);
  }

  private Breaker.State state() {
    return pool.health().getFirst().breaker();
  }

  @Test
  void troubleRestsTheProviderWithAllItsCredentials() {
    pool.use(List.of(share("p", 1), share("p", 2), share("q", 1)));
    breaks();
    assertTrue(tryLease().isEmpty());
    assertEquals("q", pool.tryLease(Wish.of(List.of("p", "q"), Kind.IMAGE, "a")).orElseThrow().credential().provider());
    assertTrue(pool.able(), "no credential is to blame");
  }

  @Test
  void theRestIsToldWithTheProvidersNameWherePatienceIsShorter() {
    pool.use(List.of(share("p", 1)));
    breaks();
    var e = assertThrows(GatewayException.class, () -> lease(Duration.ofSeconds(1)));
    var failure = assertInstanceOf(Failure.NoCapacity.class, e.failure());
    assertEquals("p rests after trouble: bad gateway", failure.message());
    long seconds = failure.retryAfter().toSeconds();
    assertTrue(seconds >= 7 && seconds <= 10, failure.toString());
    assertEquals(Optional.of(time.instant().plus(failure.retryAfter())), pool.health().getFirst().restingUntil());
  }

  @Test
  void aPatientOneWaitsForTheRestToEndAndIsTheProbe() throws Exception {
    pool.use(List.of(share("p", 1)));
    breaks();
    try (var probe = lease(MINUTE)) {
      assertEquals(Breaker.State.HALF_OPEN, state());
      assertTrue(tryLease().isEmpty(), "one probe at a time");
      var next = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "a"));
      var after = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "b"));
      probe.succeeded();
      assertEquals(Breaker.State.CLOSED, state());
      assertEquals(Optional.empty(), next.place());
      assertEquals(Optional.empty(), after.place());
    }
  }

  @Test
  void aProbeInTroubleKeepsTheOthersWaiting() throws Exception {
    pool.use(List.of(share("p", 1)));
    breaks();
    var first = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "a"));
    var second = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "b"));
    time.sleep(Duration.ofSeconds(10));
    try (var probe = first.await(Duration.ZERO)) {
      assertEquals(1, second.place().orElseThrow().position());
      probe.failed(BROKEN);
    }
    assertEquals(1, second.place().orElseThrow().position());
    assertEquals(Breaker.State.OPEN, state());
  }

  @Test
  void aProbeThatBreaksRestsTheProviderForLonger() throws Exception {
    pool.use(List.of(share("p", 1)));
    breaks();
    try (var probe = lease(MINUTE)) {
      probe.failed(BROKEN);
    }
    var e = assertThrows(GatewayException.class, () -> lease(Duration.ofSeconds(10)));
    assertTrue(((Failure.NoCapacity) e.failure()).retryAfter().toSeconds() >= 15);
  }

  @Test
  void aProbeGivenBackUnusedPassesToTheNext() throws Exception {
    pool.use(List.of(share("p", 1)));
    breaks();
    var probe = lease(MINUTE);
    var next = pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "a"));
    assertEquals(1, next.place().orElseThrow().position());
    probe.close();
    assertEquals(Optional.empty(), next.place());
    assertEquals(Breaker.State.HALF_OPEN, state());
  }

  @Test
  void troubleWhileWorkIsFollowedIsNotCounted() {
    pool.use(List.of(share("p", 1)));
    try (var lease = lease(); var again = pool.again("p", "p#1", Kind.IMAGE).orElseThrow()) {
      lease.succeeded();
      for (int i = 0; i < 10; i++) {
        lease.failed(BROKEN);
        again.failed(BROKEN);
      }
    }
    assertEquals(Breaker.State.CLOSED, state());
  }

  @Test
  void workUpstreamIsFollowedWhileTheProviderRests() {
    pool.use(List.of(share("p", 1)));
    breaks();
    assertTrue(pool.again("p", "p#1", Kind.IMAGE).isPresent());
  }

  @Test
  void aReloadKeepsWhatIsKnownOfTheProvider() {
    pool.use(List.of(share("p", 1)));
    breaks();
    pool.use(List.of(share("p", 1), share("p", 2)));
    assertEquals(Breaker.State.OPEN, state());
  }

  private static Stream<Failure> trouble() {
    return Stream.of(new Failure.Unreachable("x"), BROKEN, new Failure.TimedOut("x"), new Failure.OutcomeUnknown("x"));
  }

  private static Stream<Failure> answers() {
    return Stream.of(new Failure.Invalid("", "x"), new Failure.Missing("no_model", "x"), new Failure.Refused("x"),
        new Failure.WorkFailed("x"), new Failure.BadMedia("x"), new Failure.Limited(Duration.ZERO, "x"),
        new Failure.OutOfCredit("x"), new Failure.BadCredential("x"));
  }

  private static Stream<Failure> ours() {
    return Stream.of(new Failure.Unauthorized("x"), new Failure.Forbidden("x"), new Failure.TooLarge("x"),
        new Failure.Unsupported("x"), new Failure.KeyReused("x"), new Failure.NoCapacity(MINUTE, "x"),
        new Failure.NoSpace("x"), new Failure.Cancelled("x"), new Failure.Internal("x"));
  }

  private void useForgiving() {
    var forgiving = new PoolOptions(0, Duration.ZERO, Duration.ZERO, 10, Breaker.Options.defaults());
    pool.use(forgiving, List.of(share("p", 1)), Map.of());
  }

  @ParameterizedTest
  @MethodSource("trouble")
  void everyKindOfTroubleOpensTheBreakerAndLeavesTheCredentialAlone(Failure failure) {
    useForgiving();
    for (int i = 0; i < 5; i++) fails(failure);
    assertEquals(Breaker.State.OPEN, state());
    assertTrue(pool.able());
  }

  @ParameterizedTest
  @MethodSource({"answers", "ours"})
  void noOtherFailureOpensIt(Failure failure) {
    useForgiving();
    for (int i = 0; i < 20; i++) fails(failure);
    assertEquals(Breaker.State.CLOSED, state());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anyAnswerToTheProbeClosesIt(Failure failure) throws Exception {
    useForgiving();
    breaks();
    try (var probe = lease(MINUTE)) {
      probe.failed(failure);
    }
    assertEquals(Breaker.State.CLOSED, state());
  }

  @ParameterizedTest
  @MethodSource("ours")
  void whatTheProbeFailedOfByOurselvesLeavesItHalfOpen(Failure failure) throws Exception {
    useForgiving();
    breaks();
    try (var probe = lease(MINUTE)) {
      probe.failed(failure);
    }
    assertEquals(Breaker.State.HALF_OPEN, state());
    assertTrue(tryLease().isPresent());
  }

  @Test
  void aProviderThatAlwaysFailsIsHardlyAsked() throws Exception {
    pool.use(List.of(share("p", 1), share("p", 2), share("p", 3)));
    int lent = 0;
    for (int second = 0; second < 600; second++) {
      for (int client = 0; client < 10; client++) {
        var lease = pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key" + client));
        if (lease.isEmpty()) continue;
        lent++;
        lease.get().failed(BROKEN);
        lease.get().close();
      }
      time.sleep(Duration.ofSeconds(1));
    }
    assertTrue(lent <= 5 + 7, lent + " of 6000");
  }
}
