package bench;

import easel.core.Credential;
import easel.core.Kind;
import easel.core.Secret;
import easel.core.Time;
import easel.pool.Breaker;
import easel.pool.Lease;
import easel.pool.PoolOptions;
import easel.pool.Standing;
import easel.pool.TokenPool;
import easel.pool.Wish;
import fake.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/**
 * What it costs to pick a credential while 10,000 wait for 1,000 of them: every credential makes one video and is busy
 * with it, pictures are free. Those who wait belong to 50 owners, need one of three classes of account, and one in a
 * hundred needs the very credential that made something before.
 */
final class Selection {
  private static final int CREDENTIALS = 1000;
  private static final int WAITING = 10_000;
  private static final int OWNERS = 50;
  private static final int TIERS = 3;
  private static final int WARM = 20_000;

  /** Whoever comes next wishes the same, so that the crowd stays what it was. */
  private record Served(Wish wish, Lease lease) {}

  private final int rounds;
  private final Report report;
  private final Random random = new Random(1);
  private final TokenPool pool = new TokenPool(
      new PoolOptions(3, Duration.ofMinutes(1), Duration.ofMinutes(1), 2 * WAITING, Breaker.Options.defaults()), Time.system());
  private final ArrayDeque<Lease> out = new ArrayDeque<>();
  private final BlockingQueue<Served> served = new LinkedBlockingQueue<>();
  private final Timings lend = new Timings();
  private final Timings serve = new Timings();
  private final Timings join = new Timings();

  Selection(Scale scale, Report report) {
    this.rounds = scale.rounds() == 1 ? WARM : 100_000;
    this.report = report;
  }

  void run() throws InterruptedException {
    report.say("== pool");
    fill();
    for (int i = 0; i < WARM; i++) round();
    lend.clear();
    serve.clear();
    join.clear();
    long before = heap();
    for (int i = 0; i < rounds; i++) round();
    long after = heap();
    int lost = WAITING - pool.waiting();
    if (lost != 0 || out.size() != CREDENTIALS) report.wrong("pool", lost + " who waited are gone, " + out.size() + " leases are out");
    report.table("| pool: %,d credentials, %,d waiting | p50 | p99 |", CREDENTIALS, WAITING);
    report.table("|---|--:|--:|");
    row("a lease that is free, and its return", lend);
    row("a return that wakes the next who waits", serve);
    row("one more who waits", join);
    report.table("| heap before and after %,d rounds | %s | %s |", rounds, Report.megabytes(before), Report.megabytes(after));
    report.table("");
  }

  private void fill() throws InterruptedException {
    pool.use(IntStream.range(0, CREDENTIALS).mapToObj(i -> new TokenPool.Share(new Credential("p", "p#" + i, new Secret("s" + i)),
        new TokenPool.Limits(-1, -1, 1, -1), i % TIERS, Standing.CLEAN)).toList());
    for (int i = 0; i < CREDENTIALS; i++) out.add(pool.tryLease(Wish.of(List.of("p"), Kind.VIDEO, "holder")).orElseThrow());
    for (int i = 0; i < WAITING; i++) join(wish(Kind.VIDEO));
  }

  private Wish wish(Kind kind) {
    var only = random.nextInt(100) == 0 ? Optional.of("p#" + random.nextInt(CREDENTIALS)) : Optional.<String>empty();
    int tier = only.isPresent() ? 0 : random.nextInt(TIERS);
    return new Wish(List.of(new Wish.Ask("p", tier)), kind, owner(), only);
  }

  private void round() throws InterruptedException {
    var free = wish(Kind.IMAGE);
    long from = System.nanoTime();
    pool.tryLease(free).orElseThrow().close();
    lend.add(System.nanoTime() - from);
    var back = out.removeFirst();
    from = System.nanoTime();
    back.close();
    serve.add(System.nanoTime() - from);
    var next = served.take();
    out.addLast(next.lease());
    join(new Wish(next.wish().asks(), Kind.VIDEO, owner(), next.wish().only()));
  }

  private String owner() {
    return "key" + random.nextInt(OWNERS);
  }

  /** As a job does: on a thread of its own, which waits when this returns. */
  private void join(Wish wish) {
    long from = System.nanoTime();
    var ticket = pool.queue(wish);
    join.add(System.nanoTime() - from);
    var thread = Thread.ofVirtual().start(() -> {
      try (ticket) {
        served.add(new Served(wish, ticket.await(Duration.ofHours(1))));
      } catch (InterruptedException | RuntimeException e) {
        report.wrong("pool", e.toString());
      }
    });
    Await.until("the thread to wait", () -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  private void row(String what, Timings timings) {
    report.say("%-45s p50 %6.1f us, p99 %6.1f us, slowest %6.1f us", what, micros(timings, 0.5), micros(timings, 0.99), micros(timings, 1));
    report.table("| %s | %.1f µs | %.1f µs |", what, micros(timings, 0.5), micros(timings, 0.99));
  }

  private static double micros(Timings timings, double part) {
    return timings.ms(part) * 1000;
  }

  /** What is in use after all that is not has gone. */
  private static long heap() {
    System.gc();
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
