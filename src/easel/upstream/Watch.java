package easel.upstream;

import easel.core.GatewayException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Bounds one call in time by closing its line, which ends whatever blocks on it. A socket's own timeout would not do:
 * it does not cover writes, and starts anew with every byte that drips into a TLS record.
 *
 * <p>Two limits: the total time, and the rate of the body. The rate counts only time in which somebody waits for
 * bytes, and only from the body's first byte on, because picture services are silent for minutes before they answer.
 * Calls that buy are given {@value #PINGS} bytes more before it counts: some services send spaces to keep a line open,
 * and what is paid for is not dropped for that.
 */
final class Watch implements Runnable {
  private static final System.Logger LOG = System.getLogger("easel.upstream");
  private static final int PINGS = 1024;

  private enum Verdict { NONE, LATE, SLOW }

  private final ScheduledExecutorService timer;
  private final Duration within;
  private final long deadline;
  private final long minRate;
  private final long window;
  private final long unrated;

  private volatile Closeable line = () -> { };
  private volatile Future<?> next;
  private volatile Verdict verdict = Verdict.NONE;
  private volatile boolean ended;
  private volatile boolean rated = true;

  // written by the thread that reads the body
  private volatile long bytes;
  private volatile long waited;
  private volatile long waitingSince;
  private volatile boolean waiting;

  // the timer's own: where the current window of the rate began
  private long bytesBefore;
  private long waitedBefore;

  Watch(ScheduledExecutorService timer, UpstreamOptions options, Call call) {
    this.timer = timer;
    within = call.within();
    deadline = System.nanoTime() + within.toNanos();
    minRate = options.minRate();
    window = options.rateWindow().toNanos();
    unrated = call.submit() ? PINGS : 0;
  }

  Watch begin() {
    next = timer.schedule(this, Math.min(window, within.toNanos()), TimeUnit.NANOSECONDS);
    return this;
  }

  /** Nanoseconds left of the total time, at least 1. */
  long left() {
    return Math.max(1, deadline - System.nanoTime());
  }

  /** What to close when time is up; replaces the line before. */
  void on(Closeable newLine) {
    line = newLine;
    if (ended || verdict != Verdict.NONE) drop();
  }

  /** For a part of the call that must not take all of its time. */
  Alarm alarm(Closeable part, long nanos) {
    return new Alarm(timer, part, nanos);
  }

  /** Takes the rate off: a stream of events is as slow as what it reports. */
  void unrated() {
    rated = false;
  }

  /** Before a read of the body that may block. */
  void waits() {
    if (bytes > unrated) {
      waitingSince = System.nanoTime();
      waiting = true;
    }
  }

  /** After it. */
  void got(int count) {
    if (waiting) {
      waiting = false;
      waited = waited + System.nanoTime() - waitingSince;
    }
    if (count > 0) bytes = bytes + count;
  }

  /** Stops watching and closes the line; may be called again. */
  void end() {
    ended = true;
    next.cancel(false);
    drop();
  }

  @Override
  public void run() {
    if (ended) return;
    var now = System.nanoTime();
    if (deadline - now <= 0) {
      expire(Verdict.LATE);
      return;
    }
    var inWindow = waited + (waiting ? now - waitingSince : 0) - waitedBefore;
    if (inWindow >= window) {
      // bytes per window, compared without dividing
      if (rated && (bytes - bytesBefore) * TimeUnit.SECONDS.toNanos(1) < minRate * window) {
        expire(Verdict.SLOW);
        return;
      }
      bytesBefore = bytes;
      waitedBefore += inWindow;
      inWindow = 0;
    }
    next = timer.schedule(this, Math.min(window - inWindow, deadline - now), TimeUnit.NANOSECONDS);
  }

  /** Words the end of a line for the caller, whether it ended by itself or was closed here. */
  GatewayException failed(Target target, IOException cause) {
    return switch (verdict) {
      case LATE -> target.timedOut("did not finish within " + words(within), cause);
      case SLOW -> target.timedOut("sent its answer slower than " + minRate + " bytes per second", cause);
      case NONE -> target.broken(0, words(cause), cause);
    };
  }

  private static String words(IOException cause) {
    if (Thread.currentThread().isInterrupted()) return "was not waited for";
    return switch (cause) {
      case MultipartForm.Unreadable u -> "got half a request: " + u.getMessage();
      case ProtocolException p -> p.getMessage();
      case EOFException e -> e.getMessage();
      default -> "broke the connection";
    };
  }

  /** True where the line was closed because its total time was up. */
  boolean late() {
    return verdict == Verdict.LATE;
  }

  /** What was allowed; the moment that the wait for a turn took is not to make 2 s of 3. */
  private static String words(Duration duration) {
    long seconds = duration.plusMillis(50).toSeconds();
    return seconds > 0 ? seconds + " s" : duration.toMillis() + " ms";
  }

  private void expire(Verdict why) {
    verdict = why;
    drop();
  }

  private void drop() {
    try {
      line.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "line did not close cleanly", e);
    }
  }
}
