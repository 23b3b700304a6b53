package easel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Kind;
import easel.core.Secret;
import easel.core.Time;
import fake.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads: nobody sleeps on although there is something for them. */
@Timeout(30)
class WakeUpTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** A clock whose sleepers sleep until the test moves it. */
  private static final class HandTime implements Time {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final List<Long> sleeping = new ArrayList<>();
    private long nanos;

    void advance(Duration duration) {
      lock.lock();
      try {
        nanos += duration.toNanos();
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** Waits until exactly one sleeps, and until then. */
    void awaitSleeper(Duration until) throws InterruptedException {
      lock.lock();
      try {
        while (!sleeping.equals(List.of(until.toNanos()))) moved.await();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      lock.lock();
      Long until = nanos + duration.toNanos();
      sleeping.add(until);
      moved.signalAll();
      try {
        while (nanos < until) moved.await();
      } finally {
        sleeping.remove(until);
        moved.signalAll();
        lock.unlock();
      }
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanos());
    }

    @Override
    public long nanos() {
      lock.lock();
      try {
        return nanos;
      } finally {
        lock.unlock();
      }
    }
  }

  private static TokenPool.Share share(String provider, String name, int concurrency) {
    return new TokenPool.Share(new Credential(provider, name, new Secret("s-" + name)), concurrency, -1);
  }

  private static CompletableFuture<String> waiter(TokenPool pool, String provider) {
    var got = new CompletableFuture<String>();
    Thread.ofVirtual().start(() -> {
      try (var ticket = pool.queue(Wish.of(List.of(provider), Kind.IMAGE, "key")); var lease = ticket.await(LONG)) {
        got.complete(lease.credential().name());
      } catch (Exception e) {
        got.completeExceptionally(e);
      }
    });
    return got;
  }

  private static void rest(TokenPool pool, String provider, int seconds) {
    try (var lease = pool.tryLease(Wish.of(List.of(provider), Kind.IMAGE, "key")).orElseThrow()) {
      lease.failed(new Failure.Limited(Duration.ofSeconds(seconds), "slow down"));
    }
  }

  @Test
  void oneAlarmServesAllAndIsSetToTheSoonestChange() throws Exception {
    var time = new HandTime();
    var pool = new TokenPool(PoolOptions.defaults(), time);
    pool.use(List.of(share("late", "l", -1), share("soon", "s", -1)));
    rest(pool, "late", 100);
    rest(pool, "soon", 3);
    var late = waiter(pool, "late");
    time.awaitSleeper(Duration.ofSeconds(100));
    var soon = waiter(pool, "soon");
    time.awaitSleeper(Duration.ofSeconds(3));
    time.advance(Duration.ofSeconds(3));
    assertEquals("s", soon.get());
    time.awaitSleeper(Duration.ofSeconds(100));
    time.advance(Duration.ofSeconds(97));
    assertEquals("l", late.get());
  }

  @Test
  void nobodySleepsForAChangeThatComesAfterEverybodysPatience() throws Exception {
    var time = new HandTime();
    var pool = new TokenPool(PoolOptions.defaults(), time);
    pool.use(List.of(share("p", "busy", 1), share("p", "rests", 1)));
    var first = pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key")).orElseThrow();
    var second = pool.tryLease(Wish.of(List.of("p"), Kind.IMAGE, "key")).orElseThrow();
    second.failed(new Failure.Limited(LONG.plusSeconds(1), "slow down"));
    second.close();
    var waiter = waiter(pool, "p");
    Await.until("somebody to wait", () -> pool.waiting() > 0);
    first.close();
    assertEquals(first.credential().name(), waiter.get());
    assertEquals(List.of(), time.sleeping);
  }

  /** Everything at once: returns, rests of a millisecond, trouble, probes, reloads, waiters that go away. */
  @Test
  void underContentionEverybodyIsServedAndNothingLeaks() throws Exception {
    var options = new PoolOptions(0, Duration.ofMillis(1), Duration.ofMillis(1), 10_000,
        new Breaker.Options(3, Duration.ofMillis(1), Duration.ofMillis(3)));
    var shares = List.of(share("p", "p1", 1), share("p", "p2", 2), share("q", "q1", 1), narrow("p3", 0), narrow("p4", 1));
    var told = new AtomicInteger();
    var pool = new TokenPool(options, (credential, standing, notice) -> told.incrementAndGet(), Time.system());
    pool.use(shares);
    var work = new ArrayList<Future<Integer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 60; i++) {
        int seed = i;
        work.add(threads.submit(() -> borrow(pool, new Random(seed), "key" + seed % 5)));
      }
      for (int i = 0; i < 20; i++) {
        pool.use(shares);
        pool.forgive("p", "p" + (1 + i % 4));
        pool.tier("p", "p2", i % 3);
        pool.statuses();
      }
      for (var each : work) assertEquals(20, each.get());
    }
    assertEquals(0, pool.waiting());
    assertEquals(List.of(0, 0), pool.health().stream().map(Health::inFlight).toList());
    assertEquals(List.of(0, 0), pool.health().stream().map(Health::waiting).toList());
    assertTrue(pool.statuses().stream().allMatch(s -> s.images() + s.videos() == 0), pool.statuses().toString());
    assertTrue(told.get() > 0);
  }

  /** One of each kind at a time. */
  private static TokenPool.Share narrow(String name, int tier) {
    var limits = new TokenPool.Limits(-1, 1, 1, -1);
    return new TokenPool.Share(new Credential("p", name, new Secret("s-" + name)), limits, tier, Standing.CLEAN);
  }

  private static Wish wish(Random random, String owner) {
    var kind = Kind.values()[random.nextInt(2)];
    var only = Optional.of("p" + (1 + random.nextInt(4))).filter(o -> random.nextInt(5) == 0);
    int tier = only.isPresent() ? 0 : random.nextInt(2);
    var asks = Stream.of(new Wish.Ask("p", tier), new Wish.Ask("q", 0), new Wish.Ask("p", 0));
    int first = only.isPresent() || random.nextBoolean() ? 0 : random.nextInt(3);
    return new Wish(asks.skip(first).toList(), kind, owner, only);
  }

  private static int borrow(TokenPool pool, Random random, String owner) throws Exception {
    int done = 0;
    while (done < 20) {
      var wish = wish(random, owner);
      try (var ticket = pool.queue(wish)) {
        if (random.nextInt(10) == 0) continue;
        try (var lease = ticket.await(LONG)) {
          assertTrue(wish.asks().contains(lease.ask()));
          assertEquals(wish.only().orElse(lease.credential().name()), lease.credential().name());
          Thread.yield();
          end(lease, random);
          done++;
        }
      }
    }
    return done;
  }

  private static void end(Lease lease, Random random) {
    switch (random.nextInt(8)) {
      case 0 -> lease.failed(new Failure.Limited(Duration.ofMillis(1), "slow down"));
      case 1, 2 -> lease.failed(new Failure.UpstreamBroken(502, "bad gateway"));
      case 3 -> lease.close();
      default -> lease.succeeded();
    }
  }
}
