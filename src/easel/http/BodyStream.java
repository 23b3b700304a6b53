package easel.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;

/**
 * A request body that cannot be too large, too slow or silently short. Every fault is a {@link BodyException}.
 *
 * <p>Only the time spent waiting for the client counts: a handler that is slow to read does not make the client late.
 */
final class BodyStream extends InputStream {
  /** Declared length of a chunked body. */
  static final long UNKNOWN = -1;

  private final InputStream in;
  private final long declared;
  private final Watch watch;
  private final HttpOptions.Pace pace;
  private long limit;
  private long count;
  private boolean ended;
  private BodyException failure;
  private long waited;
  private long windowWaited;
  private long windowBytes;

  BodyStream(InputStream in, long declared, long limit, Watch watch, HttpOptions.Pace pace) {
    this.in = in;
    this.declared = declared;
    limit(limit);
    this.watch = watch;
    this.pace = pace;
    this.ended = declared == 0;
  }

  /** Applies from the next read on. */
  void limit(long bytes) {
    limit = Math.min(bytes, Long.MAX_VALUE / 2);
  }

  long declared() {
    return declared;
  }

  /** Whether all of it was read, so that the connection can carry another request. */
  boolean ended() {
    return ended;
  }

  /** Whether nothing more can be read: it was too slow, too short or malformed. */
  boolean broken() {
    return failure != null && failure.status() != 413;
  }

  /** Bytes still to come; {@link #UNKNOWN} for a chunked body. */
  long left() {
    if (ended) {
      return 0;
    }
    return declared == UNKNOWN ? UNKNOWN : declared - count;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (failure != null) {
      throw failure;
    }
    if (ended || length == 0) {
      return ended ? -1 : 0;
    }
    if (declared > limit || count > limit) {
      throw fail(tooLarge());
    }
    long before = System.nanoTime();
    int got = waitFor(into, offset, (int) Math.min(length, limit - count + 1), patience());
    tick(got, System.nanoTime() - before);
    if (count > limit) {
      throw fail(tooLarge());
    }
    return got;
  }

  private Duration patience() {
    long left = Math.min(pace.window().toNanos() - windowWaited, pace.body().toNanos() - waited);
    return Duration.ofNanos(Math.max(0, left));
  }

  private int waitFor(byte[] into, int offset, int length, Duration patience) throws BodyException {
    try (var call = watch.limit(patience)) {
      try {
        int got = in.read(into, offset, length);
        count += Math.max(0, got);
        ended = got < 0 || count == declared;
        return got;
      } catch (IOException | RuntimeException e) {
        throw fail(call.late() ? tooSlow(e) : broken(e));
      }
    }
  }

  private void tick(int got, long nanos) {
    waited += nanos;
    windowWaited += nanos;
    windowBytes += got;
    if (windowBytes >= pace.windowBytes()) {
      windowBytes = 0;
      windowWaited = 0;
    }
  }

  /**
   * Throws the rest away, as long as it keeps coming: an answer must reach a client that reads only after it has sent.
   */
  void discard(long most, Duration pause, Duration total) throws BodyException {
    var buffer = new byte[8192];
    long until = System.nanoTime() + total.toNanos();
    long rest = most;
    while (!ended && rest > 0 && System.nanoTime() - until < 0) {
      int got = waitFor(buffer, 0, (int) Math.min(buffer.length, rest), pause);
      rest -= Math.max(0, got);
    }
  }

  private BodyException fail(BodyException problem) {
    failure = problem;
    return problem;
  }

  private BodyException tooLarge() {
    return new BodyException(413, "the request body is larger than " + limit + " bytes");
  }

  private static BodyException tooSlow(Exception cause) {
    return new BodyException(408, "the request body came too slowly", cause);
  }

  /** The JDK throws unchecked exceptions on negative chunk sizes. */
  private static BodyException broken(Exception cause) {
    return new BodyException(400, "the request body ended early or is malformed", cause);
  }
}
