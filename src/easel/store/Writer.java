package easel.store;

import easel.store.StoreException.Trouble;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes all writes that wait and commits them together. Where one of them spoils the transaction, each gets a transaction
 * of its own, so that no caller pays for its neighbour. A full disk is met with the reserve.
 */
final class Writer implements Runnable {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final int BATCH = 512;

  private final Lane lane;
  private final Session session;
  private final Room room;
  private final Database.Probe probe;
  private final Consumer<StoreException> died;
  private long commits;

  Writer(Lane lane, Session session, Room room, Database.Probe probe, Consumer<StoreException> died) {
    this.lane = lane;
    this.session = session;
    this.room = room;
    this.probe = probe;
    this.died = died;
  }

  @Override
  public void run() {
    List<Call<?>> batch = List.of();
    try (session) {
      for (batch = lane.take(BATCH); !batch.isEmpty(); batch = lane.take(BATCH)) {
        commit(batch);
        batch.forEach(Call::tell);
      }
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "database died", e);
      var why = new StoreException(Trouble.CLOSED, "the database died: " + e.getMessage(), e);
      for (var call : batch) {
        call.fail(why);
        call.tell();
      }
      died.accept(why);
    }
  }

  private void commit(List<Call<?>> batch) {
    try {
      transaction(batch);
    } catch (Killed e) {
      throw e;
    } catch (Throwable e) {
      session.rollback();
      spoiled(batch, e);
    }
  }

  private void spoiled(List<Call<?>> batch, Throwable why) {
    boolean busy = why instanceof SQLException e && StoreException.of(e).trouble() == Trouble.BUSY;
    boolean full = why instanceof SQLException e && room.isShort(e);
    if (full) room.release();
    if (busy || (batch.size() == 1 && !full)) batch.forEach(c -> c.fail(why));
    else batch.forEach(this::alone);
  }

  private void alone(Call<?> call) {
    try {
      transaction(List.of(call));
    } catch (Killed e) {
      throw e;
    } catch (Throwable e) {
      session.rollback();
      call.fail(e);
    }
  }

  private void transaction(List<Call<?>> calls) throws SQLException {
    session.update("BEGIN IMMEDIATE");
    for (var call : calls) call.run(session);
    long n = ++commits;
    told(() -> probe.beforeCommit(n));
    session.update("COMMIT");
    told(() -> probe.afterCommit(n));
  }

  private static void told(Runnable probe) {
    try {
      probe.run();
    } catch (RuntimeException | Error e) {
      throw new Killed(e);
    }
  }

  /** A test wants the process dead at this very point. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Killed(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }
}
