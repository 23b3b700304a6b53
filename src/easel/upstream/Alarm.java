package easel.upstream;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Closes a line unless it is called off in time: either it rang or it was called off, never both. */
final class Alarm implements Runnable {
  private static final System.Logger LOG = System.getLogger("easel.upstream");

  private enum State { SET, RANG, OFF }

  private final Closeable line;
  private final AtomicReference<State> state = new AtomicReference<>(State.SET);
  private final Future<?> coming;

  Alarm(ScheduledExecutorService timer, Closeable line, long nanos) {
    this.line = line;
    coming = timer.schedule(this, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    if (!state.compareAndSet(State.SET, State.RANG)) return;
    try {
      line.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "line did not close cleanly", e);
    }
  }

  /** True unless it rang before; may be called again. */
  boolean callOff() {
    coming.cancel(false);
    return state.compareAndSet(State.SET, State.OFF) || state.get() == State.OFF;
  }
}
