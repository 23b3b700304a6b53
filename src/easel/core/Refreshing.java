package easel.core;

import java.time.Instant;
import java.util.Optional;

/** A provider whose credentials have to be renewed from time to time, and not only when work needs them. */
public interface Refreshing {
  /** When this one is to be renewed next, which may be in the past; empty: never. */
  Optional<Instant> due(Credential credential);

  /**
   * Renews it now, and hears what the provider says of it; whoever else needs that meanwhile waits for the same answer.
   *
   * @throws GatewayException {@code BadCredential} where the provider does not know it any more; every other failure
   *     says nothing of it
   */
  void refresh(Credential credential) throws InterruptedException;
}
