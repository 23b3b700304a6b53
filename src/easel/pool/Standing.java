package easel.pool;

import easel.core.Failure;
import java.time.Instant;
import java.util.Optional;

/**
 * What the pool holds against a credential: whoever listens keeps it, so that it outlives the process.
 *
 * @param refusals how many times in a row its provider has refused it
 * @param restingUntil when it is lent again; in the past, or empty, where it does not rest
 * @param disabled since when it is lent no more, until a person says so
 * @param why what it rests or is disabled for
 */
public record Standing(int refusals, Optional<Instant> restingUntil, Optional<Instant> disabled, Optional<Failure> why) {
  public static final Standing CLEAN = new Standing(0, Optional.empty(), Optional.empty(), Optional.empty());
}
