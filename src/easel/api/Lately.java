package easel.api;

import easel.core.Time;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What the database said not long ago: for those whom anybody may ask, as often as they like. Empty while it does not
 * answer.
 */
final class Lately<T> {
  private static final System.Logger LOG = System.getLogger("easel.api");
  private static final long FRESH = Duration.ofSeconds(2).toNanos();

  private final Supplier<T> source;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<T> said = Optional.empty();
  private boolean asked;
  private long since;

  Lately(Supplier<T> source, Time time) {
    this.source = source;
    this.time = time;
  }

  Optional<T> get() {
    lock.lock();
    try {
      if (!asked || time.nanos() - since > FRESH) said = ask();
      return said;
    } finally {
      lock.unlock();
    }
  }

  private Optional<T> ask() {
    asked = true;
    since = time.nanos();
    try {
      return Optional.of(source.get());
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "database does not answer", e);
      return Optional.empty();
    }
  }
}
