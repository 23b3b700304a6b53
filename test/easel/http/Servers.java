package easel.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Servers as tests want them: any port, short times, both kinds of thread where the JVM allows. */
final class Servers {
  private static final Logger LOG = Logger.getLogger("easel.http");

  static {
    // Most failures here are the tests' own.
    LOG.setUseParentHandlers(false);
  }

  private Servers() {}

  /** Collects what is logged from DEBUG up, until closed. */
  static final class Log extends Handler implements AutoCloseable {
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    Log() {
      LOG.setLevel(Level.FINE);
      LOG.addHandler(this);
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getLevel() + " " + entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      LOG.removeHandler(this);
      LOG.setLevel(null);
    }
  }

  /** Whether requests run on virtual threads; only where the JDK's server does not pin them. */
  static Stream<Boolean> threads() {
    return Runtime.version().feature() >= 24 ? Stream.of(true, false) : Stream.of(false);
  }

  static HttpOptions options() {
    return HttpOptions.defaults().withPort(0);
  }

  static HttpServer start(easel.http.Handler handler) throws IOException {
    return HttpServer.start(options(), handler);
  }

  static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
