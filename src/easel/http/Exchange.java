package easel.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Writes one answer to the JDK's server.
 *
 * <p>A good answer ends by closing its stream. Everything else ends by an exception out of the JDK's handler: only that
 * makes the JDK forget the connection, and only that keeps a half-written chunked answer from looking finished.
 * {@code HttpExchange.close()} does neither, so it is never called.
 */
final class Exchange {
  private static final System.Logger LOG = System.getLogger("easel.http");
  /** An unread body up to this size is read and dropped to keep the connection; a larger one costs the connection. */
  private static final int DROPPED = 64 * 1024;
  private static final Duration LINGER_TOTAL = Duration.ofSeconds(20);

  private final HttpExchange jdk;
  private final String requestId;
  private final BodyStream body;
  private final Watch watch;
  private final HttpOptions.Pace pace;
  private final Thread thread = Thread.currentThread();
  private boolean close;
  private long sent;

  Exchange(HttpExchange jdk, HttpOptions options, Watch watch) {
    this.jdk = jdk;
    this.requestId = Intake.requestId(jdk);
    this.watch = watch;
    this.pace = options.pace();
    this.body = new BodyStream(jdk.getRequestBody(), Intake.length(jdk), options.limits().body(), watch, pace);
    // The JDK reads chunk sizes as 32 bits: what it takes for the next request may be this one's body to a proxy.
    this.close = body.declared() == BodyStream.UNKNOWN || Intake.asksToClose(jdk);
  }

  String requestId() {
    return requestId;
  }

  BodyStream body() {
    return body;
  }

  /** Lets this be the last answer on its connection. */
  void closeAfter() {
    close = true;
  }

  /** Ends whatever the exchange's thread waits for. */
  void interrupt() {
    thread.interrupt();
  }

  /** Bytes of the body written so far. */
  long sent() {
    return sent;
  }

  /** @param streams runs the source of an event stream */
  void write(Response response, EventStreams streams) throws Exception {
    boolean headOnly = isHead() || response.status() == 204 || response.status() == 304;
    long length = response.body().length();
    clearTheWay(headOnly || length <= 0);
    headers(response, length);
    boolean unread = close && body.left() != 0;
    if (headOnly || (length == 0 && !unread)) {
      watch.write(pace.write(), () -> jdk.sendResponseHeaders(response.status(), -1));
      return;
    }
    watch.write(pace.write(), () -> jdk.sendResponseHeaders(response.status(), Math.max(0, length)));
    var out = new PieceOutput(jdk.getResponseBody(), watch, pace.write(), length);
    try {
      body(response, out, streams);
    } finally {
      sent = out.count();
    }
    if (sent < length) {
      throw new IOException("a body of " + length + " bytes was announced, only " + sent + " were written");
    }
    finish(out);
  }

  boolean isHead() {
    return jdk.getRequestMethod().equals("HEAD");
  }

  /**
   * Decides whether the connection survives an unread request body. An answer that may take long waits for a small
   * rest, because to the JDK a request is late until its body is read.
   */
  private void clearTheWay(boolean mayTakeLong) throws BodyException {
    long left = body.left();
    close |= left == BodyStream.UNKNOWN || left > DROPPED || body.broken();
    if (mayTakeLong && left != 0 && !body.broken()) {
      body.discard(DROPPED, pace.linger(), pace.linger());
    }
  }

  private void headers(Response response, long length) {
    var headers = jdk.getResponseHeaders();
    for (var header : response.headers()) {
      headers.add(header.name(), header.value());
    }
    headers.set("X-Request-Id", requestId);
    if (close) {
      headers.set("Connection", "close");
    }
    if (isHead() && length >= 0 && response.status() != 204 && response.status() != 304) {
      headers.set("Content-Length", Long.toString(length));
    }
  }

  private void body(Response response, PieceOutput out, EventStreams streams) throws Exception {
    if (!(response.body() instanceof Response.Body.Events events)) {
      response.writeBody(out);
      return;
    }
    if (!events.source().atOnce()) out.flush();
    var stream = EventStream.to(out);
    streams.run(stream, events.source());
    if (stream.broken()) {
      throw new ClientGoneException("the client left an event stream", null);
    }
  }

  private void finish(PieceOutput out) throws IOException {
    out.flush();
    if (close && !body.ended() && !body.broken()) {
      linger();
    }
    if (body.broken()) {
      throw new ClientGoneException("the request broke off", null);
    }
    watch.write(body.ended() ? pace.write() : pace.linger(), () -> jdk.getResponseBody().close());
  }

  /** The answer is out; closing now would reset the connection, and a client still sending would never read it. */
  private void linger() {
    try {
      body.discard(Long.MAX_VALUE, pace.linger(), LINGER_TOTAL);
    } catch (BodyException e) {
      LOG.log(Level.TRACE, "rest of the body lost id={0} why={1}", requestId, e.getMessage());
    }
  }
}
