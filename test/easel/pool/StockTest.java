package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;
import easel.core.Secret;
import easel.pool.PoolOptions.Choice;
import fake.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order that tells at once who is free tells the same as a look at every one of them. */
class StockTest {
  private final FakeTime time = new FakeTime();
  private final Moments moments = new Moments(time);
  private final Random random = new Random(7);
  private final List<Slot> slots = new ArrayList<>();
  private final Stock stock = new Stock(Kind.VIDEO);

  private TokenPool.Share share(int number, TokenPool.Limits limits, int tier) {
    return new TokenPool.Share(new Credential("p", "c" + number, new Secret("s")), limits, tier, Standing.CLEAN);
  }

  private void add(TokenPool.Limits limits, int tier) {
    var share = share(slots.size(), limits, tier);
    var slot = new Slot(share, moments);
    slot.use(share, slots.size());
    slots.add(slot);
  }

  private int any(int... numbers) {
    return numbers[random.nextInt(numbers.length)];
  }

  private Stream<Slot> willing(int tier) {
    return slots.stream().filter(s -> s.willing(Kind.VIDEO) && s.suits(tier));
  }

  private void change(Slot slot) {
    long now = moments.now();
    switch (random.nextInt(9)) {
      case 0 -> slot.tier(any(-1, 0, 1, 2));
      case 1 -> slot.rest(Duration.ofSeconds(random.nextInt(90)), new Failure.OutOfCredit("x"));
      case 2 -> slot.forgive();
      case 3 -> slot.refused(new Failure.BadCredential("x"), 4);
      case 4 -> slot.unfit(any(1, 2), new Failure.Unfit("x"));
      case 5 -> {
        if (slot.inFlight(Kind.IMAGE) > 0) slot.back(Kind.IMAGE);
        else slot.lent(Kind.IMAGE);
      }
      case 6 -> slot.throttle().take(now);
      case 7 -> {
        if (slot.inFlight(Kind.VIDEO) > 0) slot.back(Kind.VIDEO);
      }
      default -> slot.lent(Kind.VIDEO);
    }
    stock.update(slot, now);
  }

  private void assertSameAsLookingAtAll(int tier) {
    long now = moments.now();
    var free = willing(tier).filter(s -> s.hasRoom(Kind.VIDEO) && s.readyAt(now) <= now).toList();
    var least = free.stream().mapToInt(Slot::inFlight).min();
    assertEquals(Optional.ofNullable(least.isPresent() ? least.getAsInt() : null),
        stock.free(tier, now).map(Slot::inFlight));
    stock.free(tier, now).ifPresent(s -> assertTrue(free.contains(s), "free"));
    long hope = willing(tier).mapToLong(s -> s.readyAt(now)).min().orElse(Moments.NEVER);
    assertEquals(Math.max(hope, now), Math.max(stock.hope(tier, now), now), "hope");
    long byItself = willing(tier).filter(s -> s.hasRoom(Kind.VIDEO)).mapToLong(s -> s.readyAt(now)).min().orElse(Moments.NEVER);
    assertEquals(Math.max(byItself, now), Math.max(stock.byItself(tier, now), now), "by itself");
    if (hope <= now || hope == Moments.NEVER) return;
    assertEquals(Optional.of(hope), stock.soonest(tier, now).map(s -> s.readyAt(now)), "soonest");
  }

  @Test
  void itTellsWhatALookAtAllWouldTell() {
    for (int i = 0; i < 12; i++) {
      add(new TokenPool.Limits(any(-1, 0, 1, 3), -1, any(-1, 0, 1, 2), any(-1, -1, 2)), any(-1, 0, 1, 2));
    }
    stock.use(Choice.LEAST_BUSY, slots, moments.now());
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(5) == 0) time.advance(Duration.ofSeconds(random.nextInt(40)));
      else change(slots.get(random.nextInt(slots.size())));
      assertSameAsLookingAtAll(any(-1, 0, 1, 2, 3));
    }
  }

  @Test
  void anyOfTheLeastBusyIsAsLikelyWhateverItsClass() {
    for (int i = 0; i < 6; i++) add(new TokenPool.Limits(-1, -1, -1, -1), i % 3 - 1);
    slots.get(5).lent(Kind.IMAGE);
    stock.use(Choice.LEAST_BUSY, slots, moments.now());
    var drawn = new HashMap<Slot, Integer>();
    for (int i = 0; i < 5000; i++) drawn.merge(stock.free(0, moments.now()).orElseThrow(), 1, Integer::sum);
    assertEquals(5, drawn.size());
    drawn.values().forEach(n -> assertTrue(n > 800 && n < 1200, drawn.values().toString()));
  }

  @Test
  void inARoundEachIsLentOnceBeforeOneIsLentTwice() {
    for (int i = 0; i < 4; i++) add(new TokenPool.Limits(-1, -1, i == 2 ? 1 : -1, -1), i % 2);
    stock.use(Choice.ROUND_ROBIN, slots, moments.now());
    var lent = IntStream.range(0, 8).map(i -> {
      var slot = stock.free(0, moments.now()).orElseThrow();
      slot.lent(Kind.VIDEO);
      stock.lent(slot);
      stock.update(slot, moments.now());
      return slot.order();
    });
    assertEquals(List.of(0, 1, 2, 3, 0, 1, 3, 0), lent.boxed().toList());
    assertEquals(1, stock.free(1, moments.now()).orElseThrow().order());
  }
}
