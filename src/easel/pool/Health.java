package easel.pool;

import java.time.Instant;
import java.util.Optional;

/**
 * How one provider fares.
 *
 * @param restingUntil when it lends again, where only time can bring that about: the provider or every credential of it
 *     rests, or the minute's share is used up
 * @param inFlight leases out, those of work already upstream included
 * @param waiting tickets that would take a lease of it; one that waits for several providers counts for each
 */
public record Health(String provider, Breaker.State breaker, Optional<Instant> restingUntil, int inFlight,
    int waiting) {}
