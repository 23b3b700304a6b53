package easel.upstream;

import easel.core.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** An answer's body within the limits of its call: time, bytes and rate. What fails once goes on failing. */
final class BoundBody extends InputStream {
  private final InputStream raw;
  private final Target target;
  private final Watch watch;
  private final int status;
  private final long max;
  private long count;
  private GatewayException failure;

  /**
   * @param reply the answer the body belongs to: its headers may already forbid to read on
   * @param announced bytes it will have, -1 where that is not known
   */
  BoundBody(InputStream raw, Target target, Watch watch, Reply reply, long announced, long max) {
    this.raw = raw;
    this.target = target;
    this.watch = watch;
    this.max = max;
    status = reply.status();
    // told at the first read and not earlier, so that the status is still heard
    if (!reply.header("Content-Encoding").orElse("identity").equalsIgnoreCase("identity")) {
      failure = target.broken(status, "compressed its answer although asked not to", null);
    }
    if (announced > max) failure = tooLong();
    var type = reply.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    if (type.startsWith("text/event-stream") || type.startsWith("application/x-ndjson")) watch.unrated();
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int off, int len) {
    if (len == 0) return 0;
    if (failure != null) throw failure;
    // one byte more than allowed is asked for, to tell a body that is full from one that is too long
    var n = fill(bytes, off, max - count < len ? (int) (max - count + 1) : len);
    count += Math.max(0, n);
    if (count > max) throw remember(tooLong());
    return n;
  }

  private GatewayException tooLong() {
    return target.broken(status, "answered with more than " + max + " bytes", null);
  }

  private int fill(byte[] bytes, int off, int len) {
    var n = 0;
    watch.waits();
    try {
      n = raw.read(bytes, off, len);
      return n;
    } catch (IOException e) {
      throw remember(watch.failed(target, e));
    } finally {
      watch.got(n);
    }
  }

  private GatewayException remember(GatewayException e) {
    failure = e;
    return e;
  }
}
