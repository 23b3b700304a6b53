package easel.store;

import easel.core.Time;
import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The database. SQLite runs on three platform threads of its own, because native code holds whatever thread it is on: one
 * writes and puts many callers' work into one commit, two read. Callers block, and are meant to be virtual threads.
 *
 * <pre>
 *   write ---> lane (bounded) ---> writer: BEGIN, up to 512 works, COMMIT (fsync) ---> all callers go on
 *   read  ---> lane (bounded) ---> reader 1 or 2: one work in one snapshot         ---> the caller goes on
 * </pre>
 *
 * An interrupt does not stop a caller here: the outcome is always known when a call returns, and the flag is set again.
 */
public final class Database implements AutoCloseable {
  private static final int READERS = 2;
  private static final int QUEUE_MAX = 4096;

  /** Hears of every commit of {@link #write}, counted from 1 since the start. What it throws kills the database. */
  public interface Probe {
    default void beforeCommit(long n) {}

    default void afterCommit(long n) {}
  }

  /** What is done with the database. It may run twice when a transaction is lost, so it must change nothing else. */
  public interface Work<T> {
    T on(Session session) throws SQLException;
  }

  private final StoreOptions options;
  private final Time time;
  private final LockFile lock;
  private final Room room;
  private final Lane writes = new Lane(QUEUE_MAX);
  private final Lane reads = new Lane(QUEUE_MAX);
  private final List<Thread> threads;

  private Database(StoreOptions options, Time time, LockFile lock) throws IOException, SQLException {
    this.options = options;
    this.time = time;
    this.lock = lock;
    this.room = new Room(options, time);
    var file = Sqlite.prepare(options.data());
    var writer = new Writer(writes, Sqlite.writer(file), room, options.hooks().probe(), this::died);
    var all = new ArrayList<Thread>();
    all.add(Thread.ofPlatform().name("store-writer").daemon().unstarted(writer));
    for (int i = 1; i <= READERS; i++) {
      all.add(Thread.ofPlatform().name("store-reader-" + i).daemon().unstarted(new Reader(reads, Sqlite.reader(file))));
    }
    threads = List.copyOf(all);
    threads.forEach(Thread::start);
  }

  /**
   * Opens the database of a data folder, makes it if there is none, and brings its schema up to date.
   *
   * @throws StoreException {@code LOCKED}, {@code NEWER}, {@code DAMAGED} or {@code UNWRITABLE}, in words for the operator
   */
  public static Database open(StoreOptions options, Time time) {
    try {
      Disk.folder(options.data());
      Disk.folder(options.storage());
      return open(options, time, LockFile.take(options.data()));
    } catch (IOException e) {
      throw new StoreException(Trouble.UNWRITABLE, "cannot use " + options.data() + ": " + words(e), e);
    } catch (SQLException e) {
      throw StoreException.of(e);
    }
  }

  private static Database open(StoreOptions options, Time time, LockFile lock) throws IOException, SQLException {
    try {
      return new Database(options, time, lock);
    } catch (IOException | SQLException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static String words(IOException e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
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

  /** Whether there is room for new jobs, on both disks; looks at most once a second. */
  public boolean hasRoom() {
    return room.enough();
  }

  StoreOptions options() {
    return options;
  }

  Time time() {
    return time;
  }

  private void died(StoreException why) {
    writes.kill(why);
    reads.kill(why);
  }

  /** Finishes what is queued and lets the folder go. */
  @Override
  public void close() {
    var closed = new StoreException(Trouble.CLOSED, "the database is closed");
    writes.close(closed);
    reads.close(closed);
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
    lock.close();
    if (interrupted) Thread.currentThread().interrupt();
  }
}
