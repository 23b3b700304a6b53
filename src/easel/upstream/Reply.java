package easel.upstream;

import java.io.InputStream;
import java.util.Optional;

/**
 * The far side's answer, its body still on the way. Reading the body is bound by the call's total time, its byte limit and
 * the minimum rate; what breaks there is a {@link easel.core.GatewayException} ({@code UpstreamBroken} or
 * {@code TimedOut}), never a truncated end. Closing gives the connection back or drops it, and never throws.
 */
public interface Reply extends AutoCloseable {
  int status();

  /** The first header of that name, in any case of letters. */
  Optional<String> header(String name);

  InputStream body();

  @Override
  void close();
}
