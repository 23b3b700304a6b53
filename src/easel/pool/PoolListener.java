package easel.pool;

import easel.core.Credential;
import easel.core.Notice;
import java.util.Optional;

/**
 * Hears how credentials fare. Called in the order of things, outside of the pool's lock; must be quick and never throw.
 */
public interface PoolListener {
  /** {@code notice}: where an operator wants to hear of it. */
  void changed(Credential credential, Standing standing, Optional<Notice> notice);
}
