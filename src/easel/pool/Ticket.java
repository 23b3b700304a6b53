package easel.pool;

import java.time.Duration;
import java.util.Optional;

/** A place in the queue. */
public final class Ticket implements AutoCloseable {
  private final TokenPool pool;
  private final String provider;

  Ticket(TokenPool pool, String provider) {
    this.pool = pool;
    this.provider = provider;
  }

  public Lease await(Duration patience) throws InterruptedException {
    return pool.lease(provider, patience);
  }

  public Optional<Place> place() {
    return Optional.of(new Place(1, Optional.empty()));
  }

  @Override
  public void close() {}
}
