package easel.store;

import easel.core.Time;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The room left on the disks, and the reserve: a file that takes up space, to be given up in the one moment when a write
 * must not fail, and to be made again when there is space again.
 */
final class Room {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final long LOOK = Duration.ofSeconds(1).toNanos();

  private final StoreOptions options;
  private final Time time;
  private final Path reserve;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long looked;
  private volatile boolean enough;
  private volatile boolean held;

  Room(StoreOptions options, Time time) {
    this.options = options;
    this.time = time;
    this.reserve = options.data().resolve("reserve");
    look();
  }

  boolean enough() {
    if (time.nanos() - looked > LOOK && lock.tryLock()) {
      try {
        look();
      } finally {
        lock.unlock();
      }
    }
    return enough;
  }

  private void look() {
    held = whole();
    if (!held && usable(options.data()) >= 2 * options.reserveBytes()) held = make();
    boolean before = enough;
    enough = held && usable(options.data()) >= options.reserveBytes() && usable(options.storage()) >= options.reserveBytes();
    if (before && !enough) LOG.log(Level.ERROR, "disk nearly full, no new jobs data={0} storage={1}", options.data(), options.storage());
    looked = time.nanos();
  }

  private long usable(Path path) {
    return options.hooks().room().usable(path);
  }

  private boolean whole() {
    if (options.reserveBytes() == 0) return true;
    try {
      return Files.size(reserve) == options.reserveBytes();
    } catch (IOException e) {
      return false;
    }
  }

  /** Random bytes: a disk that compresses would store zeros in no space at all. */
  private boolean make() {
    var block = new byte[1 << 16];
    var random = new SplittableRandom();
    try (var file = new RandomAccessFile(reserve.toFile(), "rw")) {
      Disk.close(reserve);
      file.setLength(0);
      for (long left = options.reserveBytes(); left > 0; left -= block.length) {
        random.nextBytes(block);
        file.write(block, 0, (int) Math.min(block.length, left));
      }
      file.getFD().sync();
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "reserve not made file=" + reserve, e);
      return false;
    }
  }

  /** Whether an error of the database comes from a full disk; some reach us as plain I/O errors. */
  boolean isShort(SQLException e) {
    int code = e.getErrorCode() & 0xff;
    return code == 13 || (code == 10 && usable(options.data()) < options.reserveBytes());
  }

  /** Gives the reserve up; nothing new is taken until it is back. */
  void release() {
    lock.lock();
    try {
      enough = false;
      looked = time.nanos();
      if (!Files.deleteIfExists(reserve)) return;
      held = false;
      LOG.log(Level.ERROR, "disk full, reserve given up file={0}", reserve);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "reserve not given up file=" + reserve, e);
    } finally {
      lock.unlock();
    }
  }
}
