package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who waits for a folder to be on the disk, and how often the disk is asked. */
class FolderSyncsTest {
  private static final Path FOLDER = Path.of("results");

  private final AtomicInteger syncs = new AtomicInteger();

  @Test
  void whoeverAsksWhileOneIsUnderWaySharesTheNextAndNotThatOne() throws Exception {
    var entered = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    var folders = new FolderSyncs(folder -> {
      if (syncs.incrementAndGet() > 1) return;
      entered.countDown();
      awaited(gate);
    });
    try (var threads = Executors.newCachedThreadPool()) {
      var all = new ArrayList<Future<?>>();
      all.add(threads.submit(() -> sync(folders, FOLDER)));
      entered.await();
      for (int i = 0; i < 20; i++) all.add(threads.submit(() -> sync(folders, FOLDER)));
      // Somebody else's folder does not wait for this one.
      sync(folders, Path.of("others"));
      assertTrue(all.stream().noneMatch(Future::isDone), "one returned before its name was on the disk");
      gate.countDown();
      for (var one : all) one.get();
    }
    assertTrue(syncs.get() >= 3 && syncs.get() < 22, "the disk was asked " + syncs + " times");
  }

  @Test
  void whoAsksAloneIsServedAtOnceEveryTime() throws Exception {
    var folders = new FolderSyncs(folder -> syncs.incrementAndGet());
    for (int i = 0; i < 3; i++) folders.sync(FOLDER);
    assertEquals(3, syncs.get());
  }

  @Test
  void aDiskThatFailsIsToldToWhoTriedAndTriedAgainForTheNext() throws Exception {
    var folders = new FolderSyncs(folder -> {
      if (syncs.incrementAndGet() == 1) throw new IOException("no");
    });
    assertThrows(IOException.class, () -> folders.sync(FOLDER));
    folders.sync(FOLDER);
    assertEquals(2, syncs.get());
  }

  private static Void sync(FolderSyncs folders, Path folder) throws IOException {
    folders.sync(folder);
    return null;
  }

  private static void awaited(CountDownLatch gate) throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
