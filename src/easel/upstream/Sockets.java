package easel.upstream;

/** Opens lines that stay open, WebSockets (RFC 6455), to addresses the operator configured: these may be private. */
public interface Sockets {
  /**
   * Connects. Nothing is bought over such a line, so it may be opened again and again.
   *
   * @param call a GET of its http or https address; its time is the total until the line is open, its limit that of a
   *     binary message in bytes, or of a text in characters, above which the line is broken off
   * @throws easel.core.GatewayException {@code Unreachable} where there is no connection, and where the call would have
   *     to go by a proxy: such lines go directly or not at all; {@code TimedOut}; {@code UpstreamBroken} with the
   *     status of a far side that speaks no WebSocket there
   */
  LiveSocket open(Call call) throws InterruptedException;
}
