package easel.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Opens lines that stay open, WebSockets (RFC 6455), to addresses the operator configured: these may be private. */
public interface Sockets {
  /**
   * Connects. Nothing is bought over such a line, so it may be opened again and again.
   *
   * @param uri its http or https address
   * @param within total time until the line is open
   * @param messageMax bytes of a binary message, or characters of a text, above which the line is broken off
   * @throws easel.core.GatewayException {@code Unreachable} where there is no connection, {@code TimedOut},
   *     {@code UpstreamBroken} with the status of a far side that speaks no WebSocket there
   */
  LiveSocket open(URI uri, List<Call.Header> headers, Duration within, int messageMax) throws InterruptedException;
}
