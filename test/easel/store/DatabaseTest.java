package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.Time;
import easel.store.StoreException.Trouble;
import fake.Await;
import fake.TempStore;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private final KillingProbe probe = new KillingProbe();
  private final TempStore store = new TempStore(Time.system(), o -> o.withProbe(probe));
  private final Database database = store.database();

  /** Kills the database at a commit; 0 is never reached. */
  private static final class KillingProbe implements Database.Probe {
    volatile long commits;
    volatile long before;
    volatile long after;

    @Override
    public void beforeCommit(long n) {
      commits = n;
      if (n == before) throw new IllegalStateException("killed before " + n);
    }

    @Override
    public void afterCommit(long n) {
      if (n == after) throw new IllegalStateException("killed after " + n);
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static int put(Session session, String name) throws SQLException {
    return session.update("INSERT INTO setting (name, value) VALUES (?, 'x')", name);
  }

  private List<String> names() {
    return List.copyOf(store.settings().all().keySet());
  }

  /** Queues all of these behind a write that does not end before they are there. */
  private <T> List<Future<T>> together(List<Callable<T>> calls) throws Exception {
    var entered = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    var results = new ArrayList<Future<T>>();
    try (var callers = Executors.newCachedThreadPool()) {
      callers.submit(() -> database.write(s -> {
        entered.countDown();
        pass(gate);
        return null;
      }));
      entered.await();
      var threads = new ArrayList<Thread>();
      for (var call : calls) {
        var task = new FutureTask<>(call);
        results.add(task);
        threads.add(Thread.ofPlatform().start(task));
      }
      for (var thread : threads) waitUntilParked(thread);
      gate.countDown();
      for (var thread : threads) thread.join();
    }
    return results;
  }

  private static void pass(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitUntilParked(Thread thread) {
    Await.until("the thread to wait", () -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
  }

  @Test
  void writeIsSeenByTheNextRead() {
    int rows = database.write(s -> put(s, "a"));
    assertEquals(1, rows);
    assertEquals(List.of("a"), names());
  }

  @Test
  void callersThatWaitShareOneCommit() throws Exception {
    var calls = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 50; i++) {
      var name = "n" + i;
      calls.add(() -> database.write(s -> put(s, name)));
    }
    together(calls);
    assertEquals(50, names().size());
    assertEquals(2, probe.commits);
  }

  @Test
  void badWriteFailsAloneAndItsNeighboursAreStored() throws Exception {
    List<Callable<Integer>> calls = List.of(
        () -> database.write(s -> put(s, "a")),
        () -> database.write(s -> put(s, "b") + put(s, "b")),
        () -> database.write(s -> {
          put(s, "c");
          throw new IllegalArgumentException("mine");
        }),
        () -> database.write(s -> s.update("no SQL")),
        () -> database.write(s -> put(s, "d")));
    var results = together(calls);
    assertEquals(1, results.get(0).get());
    assertEquals(Trouble.BROKEN, trouble(results.get(1)));
    assertEquals("mine", assertThrows(ExecutionException.class, results.get(2)::get).getCause().getMessage());
    assertEquals(Trouble.BROKEN, trouble(results.get(3)));
    assertEquals(1, results.get(4).get());
    assertEquals(List.of("a", "d"), names());
  }

  private static Trouble trouble(Future<?> result) {
    var cause = assertThrows(ExecutionException.class, result::get).getCause();
    return ((StoreException) cause).trouble();
  }

  @Test
  void loneBadWriteLeavesNothingBehind() {
    assertThrows(StoreException.class, () -> database.write(s -> put(s, "a") + put(s, "a")));
    assertEquals(List.of(), names());
    database.write(s -> put(s, "a"));
    assertEquals(List.of("a"), names());
  }

  @Test
  void interruptedWriterStillLearnsTheOutcome() throws Exception {
    var flagged = new AtomicBoolean();
    var result = together(List.<Callable<Integer>>of(() -> {
      Thread.currentThread().interrupt();
      int rows = database.write(s -> put(s, "a"));
      flagged.set(Thread.interrupted());
      return rows;
    }));
    assertEquals(1, result.getFirst().get());
    assertTrue(flagged.get());
    assertEquals(List.of("a"), names());
  }

  @Test
  void readersCannotWrite() {
    var e = assertThrows(StoreException.class, () -> database.read(s -> put(s, "a")));
    assertEquals(Trouble.UNWRITABLE, e.trouble());
    assertEquals(List.of(), names());
  }

  @Test
  void readerSeesOneStateFromBeginningToEnd() {
    int seen = database.read(s -> {
      int before = s.list("SELECT name FROM setting", r -> r.getString(1)).size();
      var writer = Thread.ofPlatform().start(() -> database.write(w -> put(w, "a")));
      try {
        writer.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return before + s.list("SELECT name FROM setting", r -> r.getString(1)).size();
    });
    assertEquals(0, seen);
    assertEquals(List.of("a"), names());
  }

  @Test
  void workMayNotWaitForAnother() {
    assertThrows(IllegalStateException.class, () -> database.write(s -> database.read(r -> 1)));
    assertThrows(IllegalStateException.class, () -> database.read(s -> database.write(r -> 1)));
  }

  @Test
  void killBeforeACommitLosesItAndEverythingAfter() {
    database.write(s -> put(s, "a"));
    probe.before = 2;
    assertEquals(Trouble.CLOSED, assertThrows(StoreException.class, () -> database.write(s -> put(s, "b"))).trouble());
    assertEquals(Trouble.CLOSED, assertThrows(StoreException.class, () -> database.write(s -> put(s, "c"))).trouble());
    assertEquals(Trouble.CLOSED, assertThrows(StoreException.class, this::names).trouble());
    assertFalse(database.alive());
    store.restart(o -> o.withProbe(new Database.Probe() {}));
    assertEquals(List.of("a"), names());
  }

  @Test
  void killAfterACommitKeepsWhatItsCallerNeverHeardOf() {
    probe.after = 1;
    assertThrows(StoreException.class, () -> database.write(s -> put(s, "a")));
    store.restart(o -> o.withProbe(new Database.Probe() {}));
    assertEquals(List.of("a"), names());
  }

  @Test
  void killFailsEveryoneWhoWaits() throws Exception {
    probe.before = 2;
    var calls = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 5; i++) {
      var name = "n" + i;
      calls.add(() -> database.write(s -> put(s, name)));
    }
    for (var result : together(calls)) assertEquals(Trouble.CLOSED, trouble(result));
  }

  @Test
  void closedDatabaseRefusesAndClosesTwice() {
    database.close();
    database.close();
    var e = assertThrows(StoreException.class, () -> database.write(s -> put(s, "a")));
    assertEquals(Trouble.CLOSED, e.trouble());
    assertTrue(e.failure() instanceof Failure.NoCapacity);
  }

  @Test
  void closeFinishesWhatWasQueued() throws Exception {
    var entered = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    var first = Thread.ofPlatform().start(() -> database.write(s -> {
      entered.countDown();
      pass(gate);
      return put(s, "a");
    }));
    entered.await();
    var second = Thread.ofPlatform().start(() -> database.write(s -> put(s, "b")));
    waitUntilParked(second);
    var closing = Thread.ofPlatform().start(database::close);
    waitUntilParked(closing);
    gate.countDown();
    for (var thread : List.of(first, second, closing)) thread.join();
    store.restart();
    assertEquals(List.of("a", "b"), names());
  }

  @Test
  void somebodyElsesLockIsWaitedForAndThenReported() throws SQLException {
    database.write(s -> {
      s.script("PRAGMA busy_timeout = 50");
      return null;
    });
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + store.options().data().resolve("easel.db"));
        var statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      var e = assertThrows(StoreException.class, () -> database.write(s -> put(s, "a")));
      assertEquals(Trouble.BUSY, e.trouble());
      assertTrue(e.failure() instanceof Failure.NoCapacity);
      assertEquals(List.of(), names());
      statement.execute("COMMIT");
    }
    database.write(s -> put(s, "a"));
    assertEquals(List.of("a"), names());
  }

  @Test
  void thousandVirtualCallersAreServed() throws Exception {
    var done = new AtomicInteger();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1000; i++) {
        var name = "n" + i;
        callers.submit(() -> {
          database.write(s -> put(s, name));
          if (database.read(s -> s.first("SELECT 1 FROM setting WHERE name = ?", r -> 1, name)).isPresent()) {
            done.incrementAndGet();
          }
        });
      }
    }
    assertEquals(1000, done.get());
  }
}
