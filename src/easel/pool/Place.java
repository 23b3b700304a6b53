package easel.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * Where somebody stands who waits.
 *
 * @param position 1 is next; owners take turns, so one who comes later may still be served earlier
 * @param eta an estimate from how long leases lasted lately; empty where nothing is known yet
 */
public record Place(int position, Optional<Duration> eta) {}
