package easel.pool;

import java.time.Duration;

/**
 * How credentials are lent.
 *
 * @param banThreshold refusals of a credential in a row that disable it; 0: never
 * @param badRest how long a credential rests after the provider refused it
 * @param brokeRest how long a credential without money rests
 */
public record PoolOptions(int banThreshold, Duration badRest, Duration brokeRest) {
  public static PoolOptions defaults() {
    return new PoolOptions(3, Duration.ofSeconds(60), Duration.ofMinutes(10));
  }
}
