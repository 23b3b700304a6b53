package easel.store;

import easel.core.Time;
import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The database. SQLite runs on three platform threads of its own, because native code holds whatever thread it is on:
 * one writes and puts many callers' work into one commit, two read. Callers block, and are meant to be virtual threads.
 *
 * <pre>
 *   write ---> lane (bounded) ---> writer: BEGIN, up to 512 works, COMMIT (fsync) ---> all callers go on
 *   read  ---> lane (bounded) ---> reader 1 or 2: one work in one snapshot         ---> the caller goes on
 * </pre>
 *
 * An interrupt does not stop a caller here: the outcome is always known when a call returns, and the flag is set again.
 */
public final class Database implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final int READERS = 2;
  private static final int QUEUE_MAX = 4096;

  /** Hears of every point at which a crash makes a difference. What it throws stands for the crash. */
  public interface Probe {
    /** The {@code n}th commit of {@link #write} since the start, counted from 1. Throwing kills the database. */
    default void beforeCommit(long n) {}

    default void afterCommit(long n) {}

    /** A result is about to get another name. */
    default void beforeMove(Path from, Path to) {}
  }

  /** What is done with the database. It may run twice when a transaction is lost, so it must change nothing else. */
  public interface Work<T> {
    T on(Session session) throws SQLException;
  }

  private volatile StoreOptions options;
  private final Time time;
  private final LockFile lock;
  private final Room room;
  private final Lane writes = new Lane(QUEUE_MAX);
  private final Lane reads = new Lane(QUEUE_MAX);
  private final List<Thread> threads;
  private final Writer writer;
  private volatile boolean alive = true;

  private Database(StoreOptions options, Time time, LockFile lock) throws IOException, SQLException {
    this.options = options;
    this.time = time;
    this.lock = lock;
    var file = Sqlite.prepare(options.data());
    this.room = new Room(options, time);
    var session = Sqlite.writer(file);
    var readers = new ArrayList<Session>();
    try {
      for (int i = 0; i < READERS; i++) readers.add(Sqlite.reader(file));
    } catch (SQLException e) {
      for (var reader : readers) reader.close();
      session.close();
      throw e;
    }
    writer = new Writer(writes, session, room, options.hooks().probe(), this::died);
    threads = threads(readers);
    threads.forEach(Thread::start);
  }

  private List<Thread> threads(List<Session> readers) {
    var all = new ArrayList<Thread>();
    all.add(platform("store-writer", writer));
    for (var reader : readers) all.add(platform("store-reader-" + all.size(), new Reader(reads, reader, this::died)));
    return List.copyOf(all);
  }

  private static Thread platform(String name, Runnable work) {
    return Thread.ofPlatform().name(name).daemon().unstarted(work);
  }

  /**
   * Opens the database of a data folder, makes it if there is none, and brings its schema up to date.
   *
   * @throws StoreException {@code LOCKED}, {@code NEWER}, {@code DAMAGED}, {@code UNWRITABLE} or {@code FULL}, in one
   *     line for the operator
   */
  public static Database open(StoreOptions options, Time time) {
    try {
      Disk.lastingFolder(options.data());
      Disk.lastingFolder(options.storage());
      var lock = LockFile.take(options.data());
      try {
        return opened(options, time, lock);
      } catch (IOException | SQLException | RuntimeException | Error e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException(Trouble.UNWRITABLE, "cannot use the folders " + options.data() + " and "
          + options.storage() + ": " + words(e), e);
    } catch (SQLException e) {
      throw StoreException.of(e);
    }
  }

  /** A disk that was full before the start must not keep us from starting: that is what the reserve is for, too. */
  private static Database opened(StoreOptions options, Time time, LockFile lock) throws IOException, SQLException {
    try {
      return new Database(options, time, lock);
    } catch (IOException e) {
      if (!Disk.full(e) || !Room.release(options)) throw e;
    } catch (SQLException e) {
      int code = e.getErrorCode() & 0xff;
      boolean full = code == 13 || code == 10 || code == 14;
      if (!full || !Room.release(options)) throw e;
    }
    return new Database(options, time, lock);
  }

  /** Some of the system's exceptions say nothing but a path. */
  private static String words(IOException e) {
    return switch (e) {
      case AccessDeniedException a -> "no permission for " + a.getFile();
      case FileAlreadyExistsException f -> f.getFile() + " is not a folder";
      default -> e.getMessage();
    };
  }

  /** Runs the work in a transaction, and returns once it is safe on the disk. */
  public <T> T write(Work<T> work) {
    return ask(writes, work);
  }

  /** Runs the work in one snapshot of the database; it cannot change anything. */
  public <T> T read(Work<T> work) {
    return ask(reads, work);
  }

  private <T> T ask(Lane lane, Work<T> work) {
    if (threads.contains(Thread.currentThread())) throw new IllegalStateException("a work may not wait for another");
    var call = new Call<>(work);
    lane.put(call);
    return call.await();
  }

  /** Transactions since the start; each has waited for the disk once. */
  public long commits() {
    return writer.commits();
  }

  /** Works that were written in them: many callers share one. */
  public long writes() {
    return writer.writes();
  }

  /** {@code ok}, or what SQLite's own check of the whole file found. Reads all of it, so not often. */
  public String check() {
    return read(s -> String.join("; ", s.list("PRAGMA integrity_check(10)", r -> r.getString(1))));
  }

  /** Whether there is room for new jobs, on both disks; looks at most once a second. */
  public boolean hasRoom() {
    return room.enough();
  }

  /** Keeps media for so long and so much from now on; folders and reserve stay as they are. */
  public void use(Duration mediaLife, long mediaBytesMax, long pixelsMax) {
    options = options.withMedia(mediaLife, mediaBytesMax).withPixels(pixelsMax);
  }

  StoreOptions options() {
    return options;
  }

  Time time() {
    return time;
  }

  /** False once the database has died: nothing works then, until the process starts again. */
  public boolean alive() {
    return alive;
  }

  private void died(Throwable why) {
    LOG.log(Level.ERROR, "database died", why);
    alive = false;
    writes.kill(dead(why));
    reads.kill(dead(why));
  }

  static StoreException dead(Throwable why) {
    return new StoreException(Trouble.CLOSED, "the database died: " + why.getMessage(), why);
  }

  /** Finishes what is queued and lets the folder go. The writer goes last, so that it leaves the file without a log. */
  @Override
  public void close() {
    var closed = new StoreException(Trouble.CLOSED, "the database is closed");
    reads.close(closed);
    boolean interrupted = ended(threads.subList(1, threads.size()));
    writes.close(closed);
    interrupted |= ended(threads.subList(0, 1));
    lock.close();
    if (interrupted) Thread.currentThread().interrupt();
  }

  /** Waits for threads to end; true if this one was told to stop meanwhile. */
  private static boolean ended(List<Thread> threads) {
    boolean interrupted = false;
    for (var thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    return interrupted;
  }
}
