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
 */
public record PoolOptions(int banThreshold, Duration badRest, Duration brokeRest, int queueMax,
    Breaker.Options breaker) {
  public static PoolOptions defaults() {
    return new PoolOptions(3, Duration.ofSeconds(60), Duration.ofMinutes(10), 10_000, Breaker.Options.defaults());
  }
}
