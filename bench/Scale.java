package bench;

import java.time.Duration;

/**
 * How long it all takes.
 *
 * @param rounds how often each load is run; the median counts
 * @param run time of one load
 * @param warm time of each load that only warms up
 * @param bursts how often the large answers are asked for
 * @param starts how often Easel is started in each of the four ways
 * @param streamed seconds the watched job takes
 */
record Scale(int rounds, Duration run, Duration warm, int bursts, int starts, int streamed) {
  static final Scale FULL = new Scale(3, Duration.ofSeconds(4), Duration.ofSeconds(8), 3, 7, 16);
  static final Scale QUICK = new Scale(1, Duration.ofSeconds(2), Duration.ofSeconds(4), 1, 3, 6);
}
