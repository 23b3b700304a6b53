package easel.store;

import easel.store.StoreException.Trouble;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes all writes that wait and commits them together. Where one of them spoils the transaction, each gets one of its
 * own, so that no caller pays for its neighbour. A full disk is met with the reserve.
 */
final class Writer implements Runnable {
  private static final int BATCH = 512;

  private final Lane lane;
  private final Session session;
  private final Room room;
  private final Database.Probe probe;
  private final Consumer<Throwable> died;
  private volatile long commits;
  private volatile long writes;

  Writer(Lane lane, Session session, Room room, Database.Probe probe, Consumer<Throwable> died) {
    this.lane = lane;
    this.session = session;
    this.room = room;
    this.probe = probe;
    this.died = died;
  }

  long commits() {
    return commits;
  }

  long writes() {
    return writes;
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
      // First of all nobody may start anything new: whoever is told next would find the readers still at work.
      died.accept(e);
      for (var call : batch) {
        call.fail(Database.dead(e));
        call.tell();
      }
    }
  }

  private void commit(List<Call<?>> batch) {
    try {
      transaction(batch);
    } catch (Fatal e) {
      throw e;
    } catch (Throwable e) {
      session.rollback();
      spoiled(batch, e);
    }
  }

  /** Waiting for somebody else's lock once more would only make everyone wait longer. */
  private void spoiled(List<Call<?>> batch, Throwable why) {
    boolean full = why instanceof SQLException e && room.isShort(e);
    boolean busy = why instanceof SQLException e && StoreException.of(e).trouble() == Trouble.BUSY;
    if (full) room.release();
    boolean again = full || (batch.size() > 1 && !busy);
    for (var call : batch) {
      if (again) alone(call);
      else call.fail(why);
    }
  }

  private void alone(Call<?> call) {
    try {
      transaction(List.of(call));
    } catch (Fatal e) {
      throw e;
    } catch (Throwable e) {
      session.rollback();
      boolean full = e instanceof SQLException s && room.isShort(s);
      call.fail(full ? new StoreException(Trouble.FULL, "the disk is full", e) : e);
    }
  }

  private void transaction(List<Call<?>> calls) throws SQLException {
    try {
      session.update("BEGIN IMMEDIATE");
      for (var call : calls) call.run(session);
      long n = commits + 1;
      commits = n;
      told(() -> probe.beforeCommit(n));
      session.update("COMMIT");
      writes += calls.size();
      told(() -> probe.afterCommit(n));
    } catch (SQLException e) {
      // Writing on into a damaged database would make the damage worse.
      if (StoreException.of(e).trouble() == Trouble.DAMAGED) throw new Fatal(e);
      throw e;
    }
  }

  private static void told(Runnable probe) {
    try {
      probe.run();
    } catch (RuntimeException | Error e) {
      throw new Fatal(e);
    }
  }

  /** The end of this database: it is damaged, or a test wants the process dead at this very point. */
  private static final class Fatal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Fatal(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }
}
