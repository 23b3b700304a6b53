package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Attempt;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Step;
import easel.store.StoreException.Trouble;
import fake.TempStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomTest {
  private static final long RESERVE = 512 << 10;
  private final TestTime time = new TestTime();
  private final AtomicLong free = new AtomicLong(1L << 30);
  @TempDir
  Path folder;

  private TempStore store() {
    return new TempStore(time, o -> o.withReserve(RESERVE).withFreeSpace(path -> free.get()));
  }

  private static Path reserve(TempStore store) {
    return store.options().data().resolve("reserve");
  }

  @Test
  void roomIsLookedAtOnceASecond() {
    try (var store = store()) {
      assertTrue(store.media().hasRoom());
      free.set(RESERVE - 1);
      assertTrue(store.media().hasRoom());
      time.advance(Duration.ofMillis(1001));
      assertFalse(store.media().hasRoom());
      free.set(RESERVE);
      time.advance(Duration.ofMillis(1001));
      assertTrue(store.media().hasRoom());
    }
  }

  @Test
  void fullDiskIsMetWithTheReserveAndTheWriteRepeated() throws IOException {
    try (var store = store()) {
      assertEquals(RESERVE, Files.size(reserve(store)));
      var runs = new AtomicInteger();
      store.database().write(s -> {
        limit(s, runs.incrementAndGet() == 1 ? 1 : 1 << 30);
        return fill(s);
      });
      assertEquals(2, runs.get());
      assertEquals(1, store.settings().all().size());
      assertFalse(Files.exists(reserve(store)));
      assertFalse(store.media().hasRoom());
      time.advance(Duration.ofSeconds(61));
      assertTrue(store.media().hasRoom());
      assertEquals(RESERVE, Files.size(reserve(store)));
    }
  }

  @Test
  void writeThatDoesNotFitEvenThenFailsAloneAndCleanly() {
    try (var store = store()) {
      var e = assertThrows(StoreException.class, () -> store.database().write(s -> {
        limit(s, 1);
        return fill(s);
      }));
      assertEquals(Trouble.FULL, e.trouble());
      assertTrue(e.failure() instanceof Failure.NoSpace);
      store.database().write(s -> {
        limit(s, 1 << 30);
        return 0;
      });
      store.settings().put("a", "b");
      assertEquals(List.of("a"), List.copyOf(store.settings().all().keySet()));
    }
  }

  /** SQLite never lets a file have fewer pages than it has: then nothing more fits. */
  private static void limit(Session session, int pages) throws SQLException {
    session.list("PRAGMA max_page_count = " + pages, r -> r.getLong(1));
  }

  private static int fill(Session session) throws SQLException {
    return session.update("INSERT INTO setting (name, value) VALUES ('large', ?)", "x".repeat(100_000));
  }

  @Test
  void reserveThatCannotBeMadeMeansNoNewJobs() {
    free.set(2 * RESERVE - 1);
    try (var store = store()) {
      assertFalse(Files.exists(reserve(store)));
      assertFalse(store.media().hasRoom());
    }
  }

  // ---- on a disk that is really full ------------------------------------------------------------------------------

  private interface Body {
    void run(Path mount) throws Exception;
  }

  private void onSmallDisk(String size, Body body) throws Exception {
    var mount = Files.createDirectory(folder.resolve("mount"));
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", mount.toString());
    if (!mounted) System.err.println("RoomTest: no tmpfs can be mounted here (needs root): full disk NOT tested");
    Assumptions.assumeTrue(mounted, "needs root to mount a small disk");
    try {
      body.run(mount);
    } finally {
      assertTrue(run("umount", mount.toString()));
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void fillUp(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      for (;;) out.write(new byte[4096]);
    } catch (IOException e) {
      if (!Disk.full(e)) throw e;
    }
  }

  @Test
  void upstreamIdIsStoredOnAFullDiskAndNewJobsAreRefused() throws Exception {
    onSmallDisk("4m", mount -> {
      var options = StoreOptions.at(mount.resolve("data"), mount.resolve("storage")).withReserve(1 << 20);
      var running = Jobs.queued("a").submitting(Attempt.begun("openai", "m", "openai#1", time.instant()));
      try (var database = Database.open(options, time)) {
        var jobs = new JobTable(database);
        jobs.insert(running);
        fillUp(mount.resolve("other"));
        // The log still has pages to reuse; what does not fit any more comes a little later.
        for (int i = 0; i < 60; i++) assertTrue(jobs.save(running.holding("upstream-" + i, false, time.instant())));
        assertFalse(Files.exists(mount.resolve("data/reserve")));
        assertFalse(database.hasRoom());
        assertEquals("upstream-59", jobs.find(running.id()).orElseThrow().hold().handle());
        Files.delete(mount.resolve("other"));
        time.advance(Duration.ofSeconds(61));
        assertTrue(database.hasRoom());
        assertEquals(1 << 20, Files.size(mount.resolve("data/reserve")));
      }
      try (var database = Database.open(options, time)) {
        assertEquals("upstream-59", new JobTable(database).open().getFirst().hold().handle());
      }
    });
  }

  @Test
  void fullDiskDoesNotKeepUsFromStarting() throws Exception {
    onSmallDisk("4m", mount -> {
      var options = StoreOptions.at(mount.resolve("data"), mount.resolve("storage")).withReserve(1 << 20);
      try (var database = Database.open(options, time)) {
        new SettingTable(database).put("a", "b");
      }
      fillUp(mount.resolve("other"));
      try (var database = Database.open(options, time)) {
        assertEquals(Optional.of("b"), new SettingTable(database).find("a"));
        new SettingTable(database).put("a", "c");
        assertFalse(database.hasRoom());
      }
    });
  }

  @Test
  void resultWaitsOnAFullDiskAndIsKeptLater() throws Exception {
    onSmallDisk("4m,nr_inodes=50", mount -> {
      var options = StoreOptions.at(folder.resolve("data"), mount).withReserve(0);
      try (var database = Database.open(options, time)) {
        var media = new MediaStore(database);
        var job = Jobs.queued("a").submitting(Attempt.begun("openai", "m", "openai#1", time.instant()));
        var draft = Files.write(media.draft(job.id(), "png"), Pictures.png(1, 1));
        var outputs = List.of(new Step.Output(draft, Optional.empty()));
        var others = useAllNames(mount);
        assertEquals(new Failure.NoSpace("The disk is full."),
            assertThrows(GatewayException.class, () -> media.keep(job, outputs)).failure());
        assertThrows(IOException.class, () -> Files.createFile(media.draft(Jobs.id(), "png")));
        for (var other : others) Files.delete(other);
        assertEquals(1, media.keep(job, outputs).size());
      }
    });
  }

  private static List<Path> useAllNames(Path mount) throws IOException {
    var made = new ArrayList<Path>();
    try {
      for (int i = 0;; i++) made.add(Files.createFile(mount.resolve("other" + i)));
    } catch (IOException e) {
      if (!Disk.full(e)) throw e;
    }
    return made;
  }

  @Test
  void readOnlyDiskIsOneClearLine() throws Exception {
    onSmallDisk("8m", mount -> {
      var options = StoreOptions.at(mount.resolve("data"), mount.resolve("storage")).withReserve(1 << 20);
      Database.open(options, time).close();
      assertTrue(run("mount", "-o", "remount,ro", mount.toString()));
      var e = assertThrows(StoreException.class, () -> Database.open(options, time));
      assertEquals(Trouble.UNWRITABLE, e.trouble());
      assertTrue(e.getMessage().contains(mount + "/data") && e.getMessage().contains("Read-only"), e.getMessage());
      assertFalse(e.getMessage().contains("\n"));
    });
  }

  @Test
  void databaseThatCannotBeWrittenStillAnswersReads() {
    try (var store = store()) {
      store.settings().put("a", "b");
      store.database().write(s -> {
        s.script("PRAGMA query_only = 1");
        return 0;
      });
      var e = assertThrows(StoreException.class, () -> store.settings().put("a", "c"));
      assertEquals(Trouble.UNWRITABLE, e.trouble());
      assertTrue(e.failure() instanceof Failure.NoCapacity);
      assertEquals(Optional.of("b"), store.settings().find("a"));
    }
  }
}
