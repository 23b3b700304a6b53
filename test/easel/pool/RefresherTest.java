package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Account;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.Refreshing;
import easel.core.Secret;
import fake.Await;
import fake.FakeAccounts;
import fake.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RefresherTest {
  private static final Failure DOWN = new Failure.Unreachable("the house is dark");

  /** Everything is due that is not told otherwise; each refresh is answered by hand. */
  private static final class Desk implements Refreshing {
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final Map<String, Instant> due = new HashMap<>();
    private Runnable asked = () -> { };

    private record Call(Credential credential, CompletableFuture<Optional<Failure>> answer) {
      void ends(Optional<Failure> failure) {
        answer.complete(failure);
      }

      String name() {
        return credential.name();
      }
    }

    @Override
    public Optional<Instant> due(Credential credential) {
      asked.run();
      return Optional.ofNullable(due.getOrDefault(credential.name(), Instant.EPOCH)).filter(d -> !d.equals(Instant.MAX));
    }

    @Override
    public void refresh(Credential credential) throws InterruptedException {
      var call = new Call(credential, new CompletableFuture<>());
      calls.add(call);
      try {
        var failure = call.answer.get();
        if (failure.isPresent()) throw new GatewayException(failure.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);
  private final FakeAccounts accounts = new FakeAccounts();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final Desk desk = new Desk();
  private final Refresher refresher = new Refresher(pool, id -> Optional.<Refreshing>of(desk).filter(d -> id.equals("p")),
      accounts, n -> told.add(n.kind() + " " + n.credential() + " " + n.words()), time);

  private static Credential credential(String name) {
    return new Credential("p", name, new Secret("s-" + name));
  }

  private void use(String... names) {
    pool.use(List.of(names).stream().map(n -> new TokenPool.Share(credential(n), -1, -1)).toList());
  }

  /** Ticks, answers the one call that comes, and waits until that has been heard. */
  private void ticks(Optional<Failure> answer) throws Exception {
    refresher.tick();
    desk.calls.take().ends(answer);
    settled();
  }

  /** Nothing is under way any more. */
  private void settled() {
    Await.until("the refresher to be done", () -> !refresher.busy());
  }

  private int refusals(String name) {
    return pool.statuses().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow().standing().refusals();
  }

  private List<String> heard() {
    var all = new ArrayList<String>();
    told.drainTo(all);
    return all;
  }

  @AfterEach
  void close() {
    refresher.close();
  }

  // ---- now and then -----------------------------------------------------------------------------------------------

  @Test
  void whoIsDueIsRenewedAndNobodyElse() throws Exception {
    use("due", "later", "never");
    desk.due.put("later", time.instant().plusSeconds(60));
    desk.due.put("never", Instant.MAX);
    refresher.tick();
    assertEquals("due", desk.calls.take().name());
    assertEquals(0, desk.calls.size());
  }

  @Test
  void whoIsDueNowIsRenewedThoughTheClockGoesOnMeanwhile() throws Exception {
    use("fresh");
    desk.asked = () -> {
      time.advance(Duration.ofNanos(1));
      desk.due.put("fresh", time.instant());
    };
    refresher.tick();
    assertTrue(refresher.busy());
  }

  @Test
  void whoIsDisabledOrMayDoNothingOrHasNothingToRenewIsLeftAlone() {
    var disabled = new Standing(3, Optional.empty(), Optional.of(Instant.EPOCH), Optional.empty());
    var any = new TokenPool.Limits(-1, -1, -1, -1);
    pool.use(List.of(new TokenPool.Share(credential("disabled"), any, -1, disabled), new TokenPool.Share(credential("idle"), 0, -1),
        new TokenPool.Share(new Credential("q", "other", new Secret("s")), -1, -1)));
    refresher.tick();
    settled();
    assertEquals(0, desk.calls.size());
  }

  @Test
  void fourAreRenewedAtOnceAndNoneTwiceAndAllInTheEnd() throws Exception {
    use(IntStream.range(0, 10).mapToObj(i -> "c" + i).toArray(String[]::new));
    refresher.tick();
    refresher.tick();
    var seen = new ArrayList<String>();
    var open = new ArrayList<Desk.Call>();
    for (int i = 0; i < 4; i++) open.add(desk.calls.take());
    assertEquals(0, desk.calls.size());
    for (int i = 0; i < 10; i++) {
      var call = open.removeFirst();
      seen.add(call.name());
      desk.due.put(call.name(), Instant.MAX);
      call.ends(Optional.empty());
      if (i < 6) open.add(desk.calls.take());
    }
    settled();
    assertEquals(10, seen.stream().distinct().count());
    assertEquals(0, desk.calls.size());
  }

  @Test
  void afterAFailureItWaitsForLongerEachTimeAndThatCountsForNobody() throws Exception {
    use("a");
    for (int minutes : List.of(1, 2, 4, 8, 16, 30, 30)) {
      ticks(Optional.of(DOWN));
      time.advance(Duration.ofMinutes(minutes).minusNanos(1));
      refresher.tick();
      settled();
      assertEquals(0, desk.calls.size());
      time.advance(Duration.ofNanos(1));
    }
    ticks(Optional.empty());
    assertEquals(Standing.CLEAN, pool.statuses().getFirst().standing());
    assertEquals(List.of("REFRESHED a Could be renewed again."), heard());
    ticks(Optional.of(DOWN));
    time.advance(Duration.ofMinutes(1));
    ticks(Optional.empty());
  }

  @Test
  void whatWentWrongWithAnOldSecretDoesNotDelayTheNewOne() throws Exception {
    use("a");
    ticks(Optional.of(DOWN));
    refresher.tick();
    settled();
    assertEquals(0, desk.calls.size(), "it waits");
    pool.use(List.of(new TokenPool.Share(new Credential("p", "a", new Secret("another")), -1, -1)));
    refresher.tick();
    assertEquals(new Secret("another"), nextSecret(Optional.of(DOWN)));
    time.advance(Duration.ofMinutes(1));
    ticks(Optional.empty());
  }

  private Secret nextSecret(Optional<Failure> answer) throws InterruptedException {
    var call = desk.calls.take();
    call.ends(answer);
    settled();
    return call.credential().secret();
  }

  @Test
  void whomItsProviderDoesNotKnowAnyMoreIsRefusedAndInTheEndDisabled() throws Exception {
    use("a");
    for (int i = 1; i <= 3; i++) {
      ticks(Optional.of(new Failure.BadCredential("no such session")));
      assertEquals(i, refusals("a"));
      time.advance(Duration.ofMinutes(30));
    }
    refresher.tick();
    settled();
    assertEquals(0, desk.calls.size());
    assertTrue(pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "k")).isEmpty());
  }

  @Test
  void aSessionThatEndsSoonAndCannotBeRenewedIsToldOfOnce() throws Exception {
    use("a");
    ends(time.instant().plus(Duration.ofMinutes(20)));
    ticks(Optional.of(DOWN));
    assertEquals(List.of(), heard());
    time.advance(Duration.ofMinutes(5));
    ticks(Optional.of(DOWN));
    refresher.tick();
    settled();
    assertEquals(List.of("EXPIRING a Its session ends at 2030-01-01T00:20:00Z and could not be renewed: the house is dark"), heard());
    ends(time.instant().plus(Duration.ofMinutes(14)));
    refresher.tick();
    settled();
    assertEquals(1, heard().size(), "another session");
  }

  @Test
  void aSessionThatNobodyFailedToRenewIsNotToldOf() throws Exception {
    use("a");
    ends(time.instant().plusSeconds(1));
    ticks(Optional.empty());
    ticks(Optional.of(new Failure.BadCredential("that is told as a refusal")));
    assertEquals(List.of(), heard());
  }

  private void ends(Instant when) {
    accounts.keep(credential("a"), a -> a.with(new Account.Session(new Secret("at"), when), ""));
  }

  @Test
  void anAdapterThatBreaksIsOneFailureMore() throws Exception {
    use("a");
    refresher.tick();
    desk.calls.take().answer().completeExceptionally(new IllegalStateException("oops"));
    settled();
    refresher.tick();
    settled();
    assertEquals(0, desk.calls.size(), "it waits a minute");
    assertEquals(0, refusals("a"));
  }

  @Test
  void leasesThatNeverCameBackAreToldOfHere() {
    pool.use(List.of(new TokenPool.Share(new Credential("q", "a", new Secret("s")), -1, -1)));
    pool.tryLease(Wish.of(List.of("q"), Kind.IMAGE, "key 1")).orElseThrow();
    time.advance(Duration.ofHours(1));
    refresher.tick();
    refresher.tick();
    assertEquals(List.of("LEAKED a A lease for one image is out since 2030-01-01T00:00:00Z, to key 1."), heard());
  }

  // ---- now --------------------------------------------------------------------------------------------------------

  @Test
  void aPersonGetsTheAnswerAndNeedNotWaitForTheNextTime() throws Exception {
    use("a");
    ticks(Optional.of(DOWN));
    var asked = CompletableFuture.supplyAsync(() -> failure("p", "a"));
    desk.calls.take().ends(Optional.of(DOWN));
    assertEquals(DOWN, asked.get());
    assertEquals("credential_not_found", failure("p", "gone").code());
    pool.use(List.of(new TokenPool.Share(new Credential("q", "other", new Secret("s")), -1, -1)));
    assertEquals("not_refreshable", failure("q", "other").code());
  }

  private Failure failure(String provider, String name) {
    return assertThrows(GatewayException.class, () -> refresher.refresh(provider, name)).failure();
  }

  @Test
  void aPersonWaitsForTheOneThatIsUnderWayAndIsNotQueuedBehindOthers() throws Exception {
    use("c0", "c1", "c2", "c3", "queued");
    refresher.tick();
    var open = new ArrayList<Desk.Call>();
    for (int i = 0; i < 4; i++) open.add(desk.calls.take());
    assertEquals(1, refresher.queued());
    var queued = Thread.ofVirtual().start(() -> refresh("queued"));
    var first = desk.calls.take();
    assertEquals("queued", first.name());
    var again = Thread.ofVirtual().start(() -> refresh("c0"));
    Await.until("the second to wait", () -> again.getState() == Thread.State.WAITING);
    assertEquals(0, desk.calls.size(), "never twice at once");
    first.ends(Optional.empty());
    queued.join();
    open.forEach(c -> c.ends(Optional.empty()));
    desk.calls.take().ends(Optional.empty());
    again.join();
    assertEquals(0, desk.calls.size());
  }

  private void refresh(String name) {
    try {
      refresher.refresh("p", name);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoClosesItEndsWhatIsUnderWayAndBeginsNothing() throws Exception {
    use("c0", "c1", "c2", "c3", "queued");
    refresher.tick();
    for (int i = 0; i < 4; i++) desk.calls.take();
    refresher.close();
    settled();
    refresher.tick();
    assertEquals(0, desk.calls.size());
  }

  @Test
  void otherProvidersTakeOver() throws Exception {
    use("a");
    var other = new Desk();
    refresher.use(id -> Optional.of(other));
    refresher.tick();
    other.calls.take().ends(Optional.empty());
    assertEquals(0, desk.calls.size());
  }
}
