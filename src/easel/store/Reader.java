package easel.store;

import java.lang.System.Logger.Level;
import java.sql.SQLException;

/** Takes one read after the other; each sees one state of the database from beginning to end. */
final class Reader implements Runnable {
  private static final System.Logger LOG = System.getLogger("easel.store");

  private final Lane lane;
  private final Session session;

  Reader(Lane lane, Session session) {
    this.lane = lane;
    this.session = session;
  }

  @Override
  public void run() {
    try (session) {
      for (var calls = lane.take(1); !calls.isEmpty(); calls = lane.take(1)) answer(calls.getFirst());
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "reader not closed", e);
    }
  }

  private void answer(Call<?> call) {
    try {
      session.update("BEGIN");
      call.run(session);
      session.update("COMMIT");
    } catch (Throwable e) {
      call.fail(e);
      session.rollback();
    } finally {
      call.tell();
    }
  }
}
