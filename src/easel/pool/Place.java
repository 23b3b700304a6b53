package easel.pool;

import java.time.Duration;
import java.util.Optional;

/** Where somebody stands in the queue, from 1, and how long it may take. */
public record Place(int position, Optional<Duration> eta) {}
