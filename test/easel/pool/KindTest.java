package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.Secret;
import easel.pool.PoolOptions.Choice;
import fake.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Limits for pictures, for videos and for both; classes of account; the one credential that will do. */
class KindTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private static TokenPool.Share share(String name, int concurrency, int images, int videos, int tier) {
    var limits = new TokenPool.Limits(concurrency, images, videos, -1);
    return new TokenPool.Share(new Credential("p", name, new Secret("s-" + name)), limits, tier, Standing.CLEAN);
  }

  private static TokenPool.Share tiered(String name, int tier) {
    return share(name, -1, -1, -1, tier);
  }

  private static Wish wish(Kind kind, int tier) {
    return new Wish(List.of(new Wish.Ask("p", tier)), kind, "key", Optional.empty());
  }

  private static Wish only(String name, int tier) {
    return new Wish(List.of(new Wish.Ask("p", tier)), Kind.VIDEO, "key", Optional.of(name));
  }

  private Optional<Lease> lease(Kind kind) {
    return pool.tryLease(wish(kind, 0));
  }

  private Failure refusal(Wish wish) {
    return assertThrows(GatewayException.class, () -> pool.queue(wish)).failure();
  }

  private static boolean granted(Ticket ticket) {
    return ticket.place().isEmpty();
  }

  // ---- limits -----------------------------------------------------------------------------------------------------

  @Test
  void eachKindHasALimitOfItsOwnAndBothHaveOneTogether() {
    pool.use(List.of(share("a", 3, 2, 2, -1)));
    var picture = lease(Kind.IMAGE).orElseThrow();
    lease(Kind.IMAGE).orElseThrow();
    assertTrue(lease(Kind.IMAGE).isEmpty(), "two pictures");
    lease(Kind.VIDEO).orElseThrow();
    assertTrue(lease(Kind.VIDEO).isEmpty(), "three altogether");
    picture.close();
    lease(Kind.VIDEO).orElseThrow();
    assertEquals(List.of(new Status("p", "a", 1, 2, Standing.CLEAN, true)), pool.statuses());
  }

  @Test
  void aLimitOfZeroForAKindMeansNever() {
    pool.use(List.of(share("a", -1, 0, -1, -1)));
    for (int i = 0; i < 100; i++) assertTrue(lease(Kind.IMAGE).isEmpty());
    assertEquals(new Failure.NoCapacity(MINUTE, "p is set up to make no pictures."), refusal(wish(Kind.IMAGE, 0)));
    assertTrue(lease(Kind.VIDEO).isPresent());
    assertEquals(100, IntStream.range(0, 100).filter(i -> lease(Kind.VIDEO).isPresent()).count(), "-1 is any number");
  }

  @Test
  void eightPicturesByOneCredentialThatMakesOneAtATimeAreMadeOneAfterTheOtherInTurn() throws Exception {
    pool.use(List.of(share("a", -1, 1, -1, -1)));
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < 8; i++) tickets.add(pool.queue(Wish.of(List.of("p"), Kind.IMAGE, "key" + i % 3)));
    var order = new ArrayList<Integer>();
    while (order.size() < 8) {
      var now = IntStream.range(0, 8).filter(i -> granted(tickets.get(i)) && !order.contains(i)).boxed().toList();
      assertEquals(1, now.size(), "one at a time");
      order.addAll(now);
      tickets.get(now.getFirst()).await(Duration.ZERO).close();
    }
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), order);
  }

  @Test
  void workUpstreamCountsAsInFlightOfItsKindAndIsNotBoundByItsLimit() {
    pool.use(List.of(share("a", -1, 1, 1, -1)));
    var again = pool.again("p", "a", Kind.VIDEO).orElseThrow();
    var more = pool.again("p", "a", Kind.VIDEO).orElseThrow();
    assertEquals(new Wish.Ask("p", 0), again.ask());
    assertTrue(lease(Kind.VIDEO).isEmpty());
    assertTrue(lease(Kind.IMAGE).isPresent());
    again.close();
    assertTrue(lease(Kind.VIDEO).isEmpty());
    more.close();
    assertTrue(lease(Kind.VIDEO).isPresent());
  }

  @Test
  void inARoundPicturesAndVideosAreCountedApart() {
    pool.use(PoolOptions.defaults().with(Choice.ROUND_ROBIN),
        List.of(tiered("a", -1), tiered("b", -1), tiered("c", -1)), Map.of());
    var names = new ArrayList<String>();
    for (var kind : List.of(Kind.IMAGE, Kind.IMAGE, Kind.VIDEO, Kind.IMAGE, Kind.VIDEO, Kind.IMAGE)) {
      names.add(lease(kind).orElseThrow().credential().name());
    }
    assertEquals(List.of("a", "b", "a", "c", "b", "a"), names);
  }

  // ---- classes of account -----------------------------------------------------------------------------------------

  @Test
  void onlyWhoeverIsOfTheClassOrMayBeIsLent() {
    pool.use(List.of(tiered("free", 0), tiered("pro", 1), tiered("ultra", 2), share("new", 1, -1, -1, -1)));
    for (int i = 0; i < 50; i++) {
      try (var lease = pool.tryLease(wish(Kind.VIDEO, 2)).orElseThrow()) {
        assertTrue(List.of("ultra", "new").contains(lease.credential().name()), lease.toString());
        assertEquals(new Wish.Ask("p", 2), lease.ask());
      }
    }
  }

  @Test
  void aCredentialOfUnknownClassIsTriedAndLearnsWhatItMayNot() {
    pool.use(List.of(tiered("a", -1)));
    try (var lease = pool.tryLease(wish(Kind.VIDEO, 2)).orElseThrow()) {
      lease.failed(new Failure.Unfit("Ultra only."));
    }
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isEmpty());
    assertEquals(new Failure.Unfit("Ultra only."), refusal(wish(Kind.VIDEO, 2)));
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 1)).isPresent(), "nothing is known of the class below");
    assertEquals(Standing.CLEAN, pool.statuses().getFirst().standing());
  }

  @Test
  void whatWasLearnedHoldsUntilSomebodySaysOtherwise() {
    pool.use(List.of(tiered("a", 2)));
    try (var lease = pool.tryLease(wish(Kind.VIDEO, 2)).orElseThrow()) {
      lease.failed(new Failure.Unfit("Ultra only."));
    }
    pool.use(List.of(tiered("a", 2)));
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isEmpty(), "the same was said before");
    pool.tier("p", "a", 2);
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isPresent());
    pool.tier("p", "a", 0);
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 1)).isEmpty());
    pool.use(List.of(tiered("a", 1)));
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 1)).isPresent());
  }

  @Test
  void aClassThatIsToldAgainUndoesWhatWasLearnedOnceAnHour() {
    pool.use(List.of(tiered("a", 2)));
    learns("a");
    pool.tier("p", "a", 2);
    learns("a");
    time.advance(Duration.ofMinutes(59));
    pool.tier("p", "a", 2);
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isEmpty(), "the same was said, and was wrong, within the hour");
    time.advance(MINUTE);
    pool.tier("p", "a", 2);
    learns("a");
    pool.tier("p", "a", 3);
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isPresent(), "another class is news");
  }

  private void learns(String name) {
    try (var lease = pool.tryLease(only(name, 2)).orElseThrow()) {
      lease.failed(new Failure.Unfit("Ultra only."));
    }
  }

  @Test
  void whoIsForgivenMayTryAgainWhatItsClassMay() {
    pool.use(List.of(tiered("a", 2)));
    try (var lease = pool.tryLease(wish(Kind.VIDEO, 2)).orElseThrow()) {
      lease.failed(new Failure.Unfit("Not now."));
    }
    pool.forgive("p", "a");
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isPresent());
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 3)).isEmpty());
  }

  @Test
  void whereNobodyIsOfTheClassNobodyWaits() {
    pool.use(List.of(tiered("a", 0), tiered("b", 1)));
    assertEquals(new Failure.Unfit("No account of p is of a class that may do this."), refusal(wish(Kind.IMAGE, 2)));
    assertEquals(0, pool.waiting());
  }

  @Test
  void aClassThatIsHeardOfServesThoseWhoWait() {
    pool.use(List.of(share("low", 1, -1, -1, 0), share("high", 1, -1, -1, 2)));
    pool.tryLease(wish(Kind.IMAGE, 2)).orElseThrow();
    var ticket = pool.queue(wish(Kind.IMAGE, 2));
    assertFalse(granted(ticket));
    pool.tier("p", "low", 2);
    assertTrue(granted(ticket));
  }

  /** A 403 of one prompt or one model is told like that of an account: it must not take the account from all others. */
  @Test
  void whoeverIsUnfitForTheLowestClassRestsShortlyAndLongerOnlyWhileItGoesOn() {
    pool.use(List.of(tiered("a", -1), tiered("b", -1)));
    for (int seconds : List.of(30, 60, 120, 240, 480, 600, 600)) {
      unfit("a");
      assertEquals(rests(seconds), standing("a"));
      time.advance(Duration.ofSeconds(seconds));
    }
    try (var lease = pool.tryLease(only("a", 0)).orElseThrow()) {
      lease.succeeded();
    }
    unfit("a");
    assertEquals(rests(30), standing("a"));
  }

  @Test
  void whatManyHearAtOnceOfOneThatIsUnfitMakesNoLongerRest() {
    pool.use(List.of(tiered("a", -1), tiered("b", -1)));
    var leases = Stream.generate(() -> pool.tryLease(only("a", 0)).orElseThrow()).limit(5).toList();
    for (var lease : leases) lease.failed(new Failure.Unfit("No."));
    assertEquals(rests(30), standing("a"));
  }

  @Test
  void oneRequestThatNobodyIsFitForDoesNotTakeTheLastOneFromTheOthers() {
    pool.use(List.of(tiered("a", 0), tiered("b", 1), tiered("c", -1)));
    for (var name : List.of("a", "b", "c")) unfit(name);
    assertEquals(List.of(rests(30), rests(30), Standing.CLEAN), List.of(standing("a"), standing("b"), standing("c")));
    assertTrue(lease(Kind.VIDEO).isPresent());
  }

  private void unfit(String name) {
    try (var lease = pool.tryLease(only(name, 0)).orElseThrow()) {
      lease.failed(new Failure.Unfit("No."));
    }
  }

  private Standing rests(int seconds) {
    var until = Optional.of(time.instant().plusSeconds(seconds));
    return new Standing(0, until, Optional.empty(), Optional.of(new Failure.Unfit("No.")));
  }

  private Standing standing(String name) {
    return pool.statuses().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow().standing();
  }

  /** The next caller asked for something else, and may come again: 403 would say that the request is at fault. */
  @Test
  void whoeverComesWhileTheOneThatIsNeededRestsAsUnfitIsToldToComeAgain() {
    pool.use(List.of(tiered("a", 0), tiered("b", 0)));
    unfit("a");
    assertEquals(new Failure.NoCapacity(Duration.ofSeconds(30), "The credential a rests: No."), inVain(only("a", 0)));
  }

  @Test
  void whatAnUnfitLeaseWasNotLentForTeachesNothing() {
    pool.use(List.of(tiered("a", 2)));
    try (var again = pool.again("p", "a", Kind.VIDEO).orElseThrow()) {
      again.failed(new Failure.Unfit("No upscaling."));
    }
    assertEquals(new Status("p", "a", 0, 0, Standing.CLEAN, true), pool.statuses().getFirst());
    assertTrue(pool.tryLease(wish(Kind.VIDEO, 2)).isPresent());
  }

  @Test
  void theFirstAskThatFindsSomebodyIsAnswered() {
    pool.use(List.of(share("low", 1, -1, -1, 0), share("high", 1, -1, -1, 2)));
    var wish = new Wish(List.of(new Wish.Ask("gone", 0), new Wish.Ask("p", 2), new Wish.Ask("p", 0)), Kind.IMAGE, "key",
        Optional.empty());
    assertEquals(new Wish.Ask("p", 2), pool.tryLease(wish).orElseThrow().ask());
    assertEquals(new Wish.Ask("p", 0), pool.tryLease(wish).orElseThrow().ask());
    assertTrue(pool.tryLease(wish).isEmpty());
  }

  @Test
  void aTicketSaysWhichAskItFoundSomebodyFor() throws Exception {
    pool.use(List.of(share("low", 1, -1, -1, 0), share("high", 1, -1, -1, 2)));
    var low = pool.tryLease(only("low", 0)).orElseThrow();
    var high = pool.tryLease(only("high", 0)).orElseThrow();
    var wish = new Wish(List.of(new Wish.Ask("p", 2), new Wish.Ask("p", 0)), Kind.IMAGE, "key", Optional.empty());
    var first = pool.queue(wish);
    var second = pool.queue(wish);
    assertEquals(2, pool.health().getFirst().waiting(), "each is counted once");
    low.close();
    assertEquals(new Wish.Ask("p", 0), first.await(Duration.ZERO).ask());
    high.close();
    assertEquals(new Wish.Ask("p", 2), second.await(Duration.ZERO).ask());
    assertEquals(0, pool.health().getFirst().waiting());
  }

  // ---- only one will do -------------------------------------------------------------------------------------------

  @Test
  void onlyTheOneThatIsNamedIsLent() {
    pool.use(List.of(share("a", 1, -1, -1, 0), share("b", 1, -1, -1, 2)));
    var held = pool.tryLease(only("a", 0)).orElseThrow();
    assertEquals("a", held.credential().name());
    assertTrue(pool.tryLease(only("a", 0)).isEmpty());
    var ticket = pool.queue(only("a", 0));
    assertFalse(granted(ticket));
    assertEquals("b", lease(Kind.VIDEO).orElseThrow().credential().name(), "who waits for a is in nobody's way");
    held.close();
    assertTrue(granted(ticket));
  }

  @Test
  void whyTheOnlyOneDoesNotComeIsTold() throws Exception {
    pool.use(new PoolOptions(1, MINUTE, MINUTE, 10, Breaker.Options.defaults()),
        List.of(tiered("low", 0), share("never", -1, -1, 0, 2), tiered("bad", 2), tiered("slow", 2), share("busy", 1, -1, -1, 2)),
        Map.of());
    pool.tryLease(only("bad", 0)).orElseThrow().failed(new Failure.BadCredential("no such key"));
    pool.tryLease(only("slow", 0)).orElseThrow().failed(new Failure.Limited(MINUTE, "slow down"));
    pool.tryLease(only("busy", 0)).orElseThrow();
    assertEquals(new Failure.NoCapacity(MINUTE, "The credential gone of p is not here any more."), refusal(only("gone", 0)));
    assertEquals(new Failure.Unfit("No account of p is of a class that may do this."), refusal(only("low", 2)));
    assertEquals(new Failure.NoCapacity(MINUTE, "The credential never is set up to make no videos."), refusal(only("never", 0)));
    assertEquals(new Failure.BadCredential("no such key"), refusal(only("bad", 0)));
    assertEquals(new Failure.Limited(MINUTE, "slow down"), inVain(only("slow", 0)));
    assertEquals(new Failure.NoCapacity(Duration.ofSeconds(10), "The credential busy is busy."), inVain(only("busy", 0)));
  }

  private Failure inVain(Wish wish) {
    try (var ticket = pool.queue(wish)) {
      return assertThrows(GatewayException.class, () -> ticket.await(Duration.ZERO)).failure();
    }
  }
}
