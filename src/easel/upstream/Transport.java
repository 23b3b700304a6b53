package easel.upstream;

/** Carries a call to where it goes. */
public interface Transport {
  /**
   * Sends, and answers as soon as the head of the reply is there, whatever its status.
   *
   * @throws easel.core.GatewayException {@code Unreachable} only where it is proven that no byte of the request was
   *     sent (no name, no connection, no TLS, a header or file that cannot be sent), likewise {@code NoCapacity} where
   *     no connection was free in time and {@code Forbidden} where an address guard refuses; {@code TimedOut} and
   *     {@code UpstreamBroken} in every other case
   * @throws InterruptedException at any moment: whether something was sent is then unknown
   */
  Reply send(Call call) throws InterruptedException;
}
