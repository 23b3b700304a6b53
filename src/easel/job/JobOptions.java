package easel.job;

import java.time.Duration;

/**
 * The limits of a job.
 *
 * @param imageTimeout total time a picture may take, from acceptance to result
 * @param videoTimeout the same for a video
 * @param noProgressTimeout time without any change upstream after which a job is given up
 * @param fetchGrace time a finished result is still fetched for, after the total time is over
 * @param patience how long a job waits for a free credential
 * @param openMax jobs under way at once; more are refused with 503
 * @param joinWindow how long after its end a job is still joined by a client's own retry
 */
public record JobOptions(Duration imageTimeout, Duration videoTimeout, Duration noProgressTimeout, Duration fetchGrace,
    Duration patience, int openMax, Duration joinWindow) {
  public static JobOptions defaults() {
    return new JobOptions(Duration.ofSeconds(300), Duration.ofSeconds(1500), Duration.ofSeconds(600),
        Duration.ofMinutes(10), Duration.ofSeconds(60), 10_000, Duration.ofMinutes(10));
  }
}
