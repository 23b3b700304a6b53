package easel.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts the names in folders on the disk for many at once. One sync serves all who asked before it began, so that fifty
 * results that come together cost a few waits for the disk and not fifty.
 */
final class FolderSyncs {
  /** How one folder is put on the disk; {@link Disk#syncFolder}, or what a test counts with. */
  interface Sync {
    void now(Path folder) throws IOException;
  }

  /** Those who wait for one folder: each has a number, and is served when {@code done} has come to it. */
  private static final class Line {
    private final Condition change;
    private long asked;
    private long done;
    private int waiting;
    private boolean underWay;

    Line(Condition change) {
      this.change = change;
    }
  }

  private final Sync disk;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Path, Line> lines = new HashMap<>();

  FolderSyncs(Sync disk) {
    this.disk = disk;
  }

  /** Returns when every name the folder has now is on the disk, also in a thread that was told to stop. */
  void sync(Path folder) throws IOException {
    lock.lock();
    try {
      var line = lines.computeIfAbsent(folder, f -> new Line(lock.newCondition()));
      long mine = ++line.asked;
      line.waiting++;
      try {
        while (line.done < mine) {
          if (line.underWay) line.change.awaitUninterruptibly();
          else lead(folder, line);
        }
      } finally {
        if (--line.waiting == 0) lines.remove(folder);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Does it for all who have asked by now. Where that fails, the next one tries: only who tried hears of it. */
  private void lead(Path folder, Line line) throws IOException {
    long all = line.asked;
    line.underWay = true;
    lock.unlock();
    boolean done = false;
    try {
      disk.now(folder);
      done = true;
    } finally {
      lock.lock();
      if (done) line.done = all;
      line.underWay = false;
      line.change.signalAll();
    }
  }
}
