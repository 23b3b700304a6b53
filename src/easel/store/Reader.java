package easel.store;

import java.util.function.Consumer;

/** Takes one read after the other; each sees one state of the database from beginning to end. */
final class Reader implements Runnable {
  private final Lane lane;
  private final Session session;
  private final Consumer<Throwable> died;

  Reader(Lane lane, Session session, Consumer<Throwable> died) {
    this.lane = lane;
    this.session = session;
    this.died = died;
  }

  @Override
  public void run() {
    try (session) {
      for (var calls = lane.take(1); !calls.isEmpty(); calls = lane.take(1)) answer(calls.getFirst());
    } catch (Throwable e) {
      died.accept(e);
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
