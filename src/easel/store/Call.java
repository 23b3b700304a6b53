package easel.store;

import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/** A piece of work on its way to a database thread, and the caller who waits for it. */
final class Call<T> {
  private final Database.Work<T> work;
  private final Thread caller = Thread.currentThread();
  private T result;
  private Throwable failure;
  private volatile boolean told;

  Call(Database.Work<T> work) {
    this.work = work;
  }

  /** May run again, if the transaction it ran in was lost. */
  void run(Session session) throws SQLException {
    failure = null;
    result = work.on(session);
  }

  void fail(Throwable why) {
    failure = why;
  }

  /** Lets the caller go on. */
  void tell() {
    told = true;
    LockSupport.unpark(caller);
  }

  /**
   * Waits for the outcome, interrupt or not: what is queued will be done, and a caller that left would not know whether
   * it was. The flag is set again for whatever the caller waits for next.
   */
  T await() {
    boolean interrupted = false;
    while (!told) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) caller.interrupt();
    if (failure != null) throw raised();
    return result;
  }

  private RuntimeException raised() {
    return switch (failure) {
      case SQLException e -> StoreException.of(e);
      case StoreException e -> new StoreException(e.trouble(), e.getMessage(), e);
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(failure);
    };
  }
}
