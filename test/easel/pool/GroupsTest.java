package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;
import easel.core.Secret;
import fake.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Those who need different things wait beside each other, and take turns where they need the same credential. */
class GroupsTest {
  private final FakeTime time = new FakeTime();
  private final TokenPool pool = new TokenPool(PoolOptions.defaults(), time);

  private static TokenPool.Share share(String name, int concurrency, int images, int videos, int tier) {
    var limits = new TokenPool.Limits(concurrency, images, videos, -1);
    return new TokenPool.Share(new Credential("p", name, new Secret("s-" + name)), limits, tier, Standing.CLEAN);
  }

  private static Wish wish(Kind kind, int tier, String owner, String... only) {
    return new Wish(List.of(new Wish.Ask("p", tier)), kind, owner, List.of(only).stream().findFirst());
  }

  private static boolean granted(Ticket ticket) {
    return ticket.place().isEmpty();
  }

  /** Gives back what whoever was served has, and so on; the names in the order in which they were served. */
  private static List<String> order(Map<Ticket, String> waiting) {
    var order = new ArrayList<String>();
    while (order.size() < waiting.size()) {
      var next = waiting.entrySet().stream().filter(e -> granted(e.getKey()) && !order.contains(e.getValue())).findFirst();
      if (next.isEmpty()) return order;
      order.add(next.get().getValue());
      next.get().getKey().close();
    }
    return order;
  }

  @Test
  void whoeverCannotBeServedIsInNobodysWay() {
    pool.use(List.of(share("a", -1, 1, 1, 0), share("b", -1, 1, 1, 2)));
    pool.tryLease(wish(Kind.VIDEO, 0, "x")).orElseThrow();
    pool.tryLease(wish(Kind.VIDEO, 0, "x")).orElseThrow();
    var b = pool.tryLease(wish(Kind.IMAGE, 2, "x")).orElseThrow();
    for (int i = 0; i < 100; i++) pool.queue(wish(Kind.VIDEO, 0, "videos"));
    for (int i = 0; i < 100; i++) pool.queue(wish(Kind.IMAGE, 2, "better class"));
    for (int i = 0; i < 100; i++) pool.queue(wish(Kind.VIDEO, 0, "the one", "b"));
    assertEquals("a", pool.tryLease(wish(Kind.IMAGE, 0, "y")).orElseThrow().credential().name());
    var picture = pool.queue(wish(Kind.IMAGE, 0, "y"));
    assertFalse(granted(picture));
    b.close();
    assertFalse(granted(picture), "it is the turn of the others");
    assertEquals(300, pool.waiting());
  }

  @Test
  void groupsTakeTurnsHoweverManyWaitInOne() {
    pool.use(List.of(share("a", 1, -1, -1, 2)));
    var held = pool.tryLease(wish(Kind.IMAGE, 0, "x")).orElseThrow();
    var waiting = new LinkedHashMap<Ticket, String>();
    for (int i = 1; i <= 4; i++) waiting.put(pool.queue(wish(Kind.IMAGE, 0, "k")), "picture " + i);
    for (int i = 1; i <= 2; i++) waiting.put(pool.queue(wish(Kind.VIDEO, 1, "k")), "video " + i);
    waiting.put(pool.queue(wish(Kind.VIDEO, 0, "k", "a")), "pinned");
    held.close();
    assertEquals(List.of("picture 1", "video 1", "pinned", "picture 2", "video 2", "picture 3", "picture 4"), order(waiting));
  }

  @Test
  void whoeverComesBackAgainAndAgainStarvesNobody() {
    pool.use(List.of(share("a", 1, -1, -1, -1)));
    var held = pool.tryLease(wish(Kind.IMAGE, 0, "greedy")).orElseThrow();
    var patient = pool.queue(wish(Kind.VIDEO, 0, "patient"));
    var greedy = pool.queue(wish(Kind.IMAGE, 0, "greedy"));
    held.close();
    assertTrue(granted(patient));
    for (int i = 0; i < 10; i++) {
      var again = pool.queue(wish(Kind.VIDEO, 0, "patient"));
      var next = pool.queue(wish(Kind.IMAGE, 0, "greedy"));
      patient.close();
      assertTrue(granted(greedy));
      greedy.close();
      assertTrue(granted(again));
      patient = again;
      greedy = next;
    }
  }

  @Test
  void aSlotThatIsFullForOneKindServesTheOther() {
    pool.use(List.of(share("a", 2, -1, 1, -1)));
    var video = pool.tryLease(wish(Kind.VIDEO, 0, "k")).orElseThrow();
    var picture = pool.tryLease(wish(Kind.IMAGE, 0, "k")).orElseThrow();
    var film = pool.queue(wish(Kind.VIDEO, 0, "k"));
    var still = pool.queue(wish(Kind.IMAGE, 0, "k"));
    picture.close();
    assertFalse(granted(film));
    assertTrue(granted(still));
    video.close();
    assertTrue(granted(film));
  }

  @Test
  void roomUnderTheProvidersOwnLimitServesWhoeverIsNextOfAll() {
    pool.use(PoolOptions.defaults(), List.of(share("a", -1, -1, -1, -1), share("b", -1, -1, -1, -1)),
        Map.of("p", new TokenPool.Cap(1, -1)));
    var held = pool.tryLease(wish(Kind.IMAGE, 0, "k", "a")).orElseThrow();
    var other = pool.queue(wish(Kind.IMAGE, 0, "k", "b"));
    held.close();
    assertTrue(granted(other));
  }

  @Test
  void theEndOfTheProvidersRestServesAllWhoCanBeServed() {
    pool.use(new PoolOptions(3, Duration.ZERO, Duration.ZERO, 10, new Breaker.Options(1, Duration.ofSeconds(1), Duration.ofSeconds(1))),
        List.of(share("a", -1, -1, -1, -1), share("b", 1, -1, -1, -1)), Map.of());
    var early = pool.tryLease(wish(Kind.IMAGE, 0, "k", "a")).orElseThrow();
    pool.tryLease(wish(Kind.IMAGE, 0, "k", "a")).orElseThrow().failed(new Failure.UpstreamBroken(503, "down"));
    var tickets = List.of(pool.queue(wish(Kind.IMAGE, 0, "k", "b")), pool.queue(wish(Kind.IMAGE, 0, "k")),
        pool.queue(wish(Kind.VIDEO, 0, "k")), pool.queue(wish(Kind.VIDEO, 0, "k", "b")));
    assertTrue(tickets.stream().noneMatch(GroupsTest::granted));
    early.succeeded();
    assertEquals(List.of(true, true, true, false), tickets.stream().map(GroupsTest::granted).toList());
  }

  @Test
  void aPlaceCountsTheTurnsOfThoseWhoNeedTheSameCredentials() {
    pool.use(List.of(share("a", 1, -1, -1, -1)));
    pool.tryLease(wish(Kind.IMAGE, 0, "k")).orElseThrow();
    for (int i = 0; i < 10; i++) pool.queue(wish(Kind.VIDEO, 0, "k"));
    var first = pool.queue(wish(Kind.IMAGE, 0, "k"));
    var second = pool.queue(wish(Kind.IMAGE, 0, "k"));
    assertEquals(List.of(2, 4), List.of(first, second).stream().map(t -> t.place().orElseThrow().position()).toList());
    pool.use(List.of(share("a", -1, 1, 1, -1)));
    assertEquals(List.of(1, 2), List.of(first, second).stream().map(t -> t.place().orElseThrow().position()).toList(),
        "now no picture waits for a video");
  }

  @Test
  void theEtaOfAVideoIsNotThatOfAPicture() throws Exception {
    pool.use(List.of(share("a", -1, 1, 1, -1)));
    for (var kind : Kind.values()) {
      var lease = pool.tryLease(wish(kind, 0, "k")).orElseThrow();
      time.advance(Duration.ofSeconds(kind == Kind.IMAGE ? 10 : 200));
      lease.close();
      pool.tryLease(wish(kind, 0, "k")).orElseThrow();
    }
    assertEquals(Optional.of(Duration.ofSeconds(10)), pool.queue(wish(Kind.IMAGE, 0, "k")).place().orElseThrow().eta());
    assertEquals(Optional.of(Duration.ofSeconds(200)), pool.queue(wish(Kind.VIDEO, 0, "k")).place().orElseThrow().eta());
  }

  // ---- whatever happens -------------------------------------------------------------------------------------------

  private record Waits(Ticket ticket, Wish wish) {}

  private final Random random = new Random(3);
  private final List<Lease> out = new ArrayList<>();
  private final List<Waits> waiting = new ArrayList<>();
  private final Map<String, TokenPool.Limits> limits = Map.of("a", new TokenPool.Limits(2, 1, -1, -1),
      "b", new TokenPool.Limits(-1, 1, 1, -1), "c", new TokenPool.Limits(1, -1, -1, -1));
  private final Map<String, Integer> tiers = Map.of("a", 0, "b", 1, "c", 2);

  @Test
  void nobodyWaitsForWhatIsFreeAndNobodyIsLentWhatIsNot() throws Exception {
    pool.use(limits.entrySet().stream().map(e -> new TokenPool.Share(new Credential("p", e.getKey(), new Secret("s")),
        e.getValue(), tiers.get(e.getKey()), Standing.CLEAN)).toList());
    for (int step = 0; step < 3000; step++) {
      step();
      // Whoever asks is a reason to look what time has brought.
      pool.tryLease(wish(Kind.IMAGE, 9, "nobody"));
      collect();
      var statuses = pool.statuses();
      for (var status : statuses) assertTrue(withinLimits(status), status.toString());
      for (var one : waiting) assertTrue(statuses.stream().noneMatch(s -> free(s, one.wish())), one.wish().toString());
    }
  }

  private void step() {
    var kind = Kind.values()[random.nextInt(2)];
    var only = random.nextInt(4) == 0 ? new String[] {"a"} : new String[0];
    var wish = wish(kind, only.length > 0 ? 0 : random.nextInt(3), "k" + random.nextInt(3), only);
    switch (waiting.size() < 12 ? random.nextInt(6) : 2 + random.nextInt(4)) {
      case 0, 1 -> waiting.add(new Waits(pool.queue(wish), wish));
      case 2 -> pool.tryLease(wish).ifPresent(out::add);
      case 3 -> time.advance(Duration.ofSeconds(random.nextInt(10)));
      case 4 -> waiting.stream().skip(random.nextInt(3)).findFirst().ifPresent(w -> {
        waiting.remove(w);
        w.ticket().close();
      });
      default -> {
        if (out.isEmpty()) return;
        var lease = out.remove(random.nextInt(out.size()));
        if (random.nextBoolean()) lease.failed(new Failure.Limited(Duration.ofSeconds(random.nextInt(20)), "slow"));
        lease.close();
      }
    }
  }

  private void collect() throws InterruptedException {
    for (var one : List.copyOf(waiting)) {
      if (!granted(one.ticket())) continue;
      waiting.remove(one);
      out.add(one.ticket().await(Duration.ZERO));
    }
  }

  private boolean withinLimits(Status status) {
    var most = limits.get(status.name());
    return (most.concurrency() < 0 || status.images() + status.videos() <= most.concurrency())
        && (most.images() < 0 || status.images() <= most.images()) && (most.videos() < 0 || status.videos() <= most.videos());
  }

  private boolean free(Status status, Wish wish) {
    boolean picture = wish.kind() == Kind.IMAGE;
    var more = new Status("p", status.name(), status.images() + (picture ? 1 : 0), status.videos() + (picture ? 0 : 1),
        status.standing(), true);
    boolean will = wish.only().map(status.name()::equals).orElse(true) && tiers.get(status.name()) >= wish.asks().getFirst().tier();
    return will && withinLimits(more) && status.standing().restingUntil().filter(u -> u.isAfter(Instant.EPOCH)).isEmpty();
  }
}
