package easel.upstream;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The far side's answer, its body still on the way. Reading the body is bound by the call's total time, its byte limit
 * and the minimum rate; what breaks there is a {@link easel.core.GatewayException} ({@code UpstreamBroken} or
 * {@code TimedOut}), never a truncated end. An interrupt ends a read as {@code UpstreamBroken} too and leaves the
 * thread's flag set: it says nothing about what was bought. Closing gives the connection back or drops it, and never
 * throws; whoever got a reply must close it.
 */
public interface Reply extends AutoCloseable {
  int status();

  /** The first header of that name, in any case of letters. */
  Optional<String> header(String name);

  /** All headers of that name, in the order in which they came: {@code Set-Cookie} stands once for each cookie. */
  default List<String> headers(String name) {
    return header(name).stream().toList();
  }

  InputStream body();

  @Override
  void close();
}
