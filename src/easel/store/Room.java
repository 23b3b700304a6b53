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
 * The room left on the disks, and the reserve: a file that takes up space, to be given up in the one moment when a
 * write must not fail, and to be made again when there is space again.
 */
final class Room {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final long LOOK = Duration.ofSeconds(1).toNanos();
  private static final long TRY = Duration.ofMinutes(1).toNanos();
  private static final int BLOCK = 1 << 16;

  private final StoreOptions options;
  private final Time time;
  private final Path reserve;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long looked;
  private volatile boolean enough = true;
  private long tried;

  Room(StoreOptions options, Time time) {
    this.options = options;
    this.time = time;
    this.reserve = reserve(options);
    this.tried = time.nanos() - 2 * TRY;
    look();
  }

  private static Path reserve(StoreOptions options) {
    return options.data().resolve("reserve");
  }

  /** Looks once a second; callers in between get the last answer, so that any number may ask. */
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
    boolean fits = held() && usable(options.data()) >= options.reserveBytes()
        && usable(options.storage()) >= options.reserveBytes();
    if (enough && !fits) {
      LOG.log(Level.ERROR, "disk nearly full, no new jobs data={0} storage={1}", options.data(), options.storage());
    } else if (fits && !enough) {
      LOG.log(Level.INFO, "disk has room again data={0}", options.data());
    }
    enough = fits;
    looked = time.nanos();
  }

  private long usable(Path path) {
    return options.hooks().space().at(path);
  }

  private boolean held() {
    if (options.reserveBytes() == 0 || reserve.toFile().length() == options.reserveBytes()) return true;
    boolean due = time.nanos() - tried > TRY && usable(options.data()) >= 2 * options.reserveBytes();
    if (!due) return false;
    tried = time.nanos();
    return make();
  }

  private boolean make() {
    try {
      if (!Files.exists(reserve)) Disk.create(reserve);
      fill();
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "reserve not made file=" + reserve, e);
      drop();
      return false;
    }
  }

  /** Random bytes: a disk that compresses would store zeros in no space at all. */
  private void fill() throws IOException {
    var block = new byte[BLOCK];
    var random = new SplittableRandom();
    try (var file = new RandomAccessFile(reserve.toFile(), "rw")) {
      file.setLength(0);
      for (long left = options.reserveBytes(); left > 0; left -= BLOCK) {
        random.nextBytes(block);
        file.write(block, 0, (int) Math.min(BLOCK, left));
      }
      file.getFD().sync();
    }
  }

  private boolean drop() {
    try {
      return Files.deleteIfExists(reserve);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "reserve not given up file=" + reserve, e);
      return false;
    }
  }

  /** Whether an error of the database comes from a full disk; some reach us as plain I/O errors. */
  boolean isShort(SQLException e) {
    int code = e.getErrorCode() & 0xff;
    return code == 13 || (code == 10 && usable(options.data()) < options.reserveBytes());
  }

  /** Gives the reserve up; no new jobs are taken until it is back. */
  void release() {
    lock.lock();
    try {
      enough = false;
      tried = time.nanos();
      if (drop()) LOG.log(Level.ERROR, "disk full, reserve given up file={0}", reserve);
    } finally {
      lock.unlock();
    }
  }

  /** On a disk that is full before we start: true if there was something to give up. */
  static boolean release(StoreOptions options) throws IOException {
    boolean dropped = Files.deleteIfExists(reserve(options));
    if (dropped) LOG.log(Level.ERROR, "disk full at start, reserve given up file={0}", reserve(options));
    return dropped;
  }
}
