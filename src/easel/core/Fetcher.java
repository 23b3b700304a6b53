package easel.core;

import java.net.URI;
import java.nio.file.Path;

/** Fetches a link that somebody gave us, past the address guard. */
public interface Fetcher {
  /**
   * Downloads to {@code file}.
   *
   * @param field the parameter the link came in, for complaints
   * @throws GatewayException {@link Failure.Invalid} where the link is bad, forbidden, too large or does not answer
   */
  void fetch(URI link, String field, long bytesMax, Path file) throws InterruptedException;

  /** The same by the way of that credential. */
  default Fetcher by(Credential credential) {
    return this;
  }
}
