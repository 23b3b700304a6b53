package easel.pool;

import java.time.Duration;

/**
 * How credentials are lent.
 *
 * @param banThreshold refusals of a credential in a row that disable it; 0: never
 * @param badRest how long a credential rests after the provider refused it
 * @param brokeRest how long a credential without money rests
 * @param queueMax how many may wait for a credential at once
 * @param breaker when a provider in trouble rests, and for how long
 * @param leakAfter a lease that is out for longer is told of: more than the longest job takes
 */
public record PoolOptions(int banThreshold, Duration badRest, Duration brokeRest, int queueMax, Breaker.Options breaker,
    Choice choice, Duration leakAfter) {
  /** Who is lent of those that are free. */
  public enum Choice {
    /** Any of those with the fewest leases out, at random. */
    LEAST_BUSY,
    /** One after the other in the order they were given in, for pictures and for videos apart. */
    ROUND_ROBIN
  }

  /** The least busy ones, and leases of an hour. */
  public PoolOptions(int banThreshold, Duration badRest, Duration brokeRest, int queueMax, Breaker.Options breaker) {
    this(banThreshold, badRest, brokeRest, queueMax, breaker, Choice.LEAST_BUSY, Duration.ofHours(1));
  }

  public static PoolOptions defaults() {
    return new PoolOptions(3, Duration.ofSeconds(60), Duration.ofMinutes(10), 10_000, Breaker.Options.defaults());
  }

  public PoolOptions with(Choice other) {
    return new PoolOptions(banThreshold, badRest, brokeRest, queueMax, breaker, other, leakAfter);
  }
}
