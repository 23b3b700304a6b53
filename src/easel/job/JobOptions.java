package easel.job;

import easel.core.Failure;
import easel.core.Kind;
import java.time.Duration;

/**
 * The limits of a job.
 *
 * @param imageTimeout total time a picture may take, from acceptance to result
 * @param videoTimeout the same for a video
 * @param noProgressTimeout time without any change upstream after which a job is given up
 * @param fetchGrace time a finished result is still fetched for, after the total time is over
 * @param imagePatience how long a picture waits for a free credential: somebody may be holding the line
 * @param videoPatience the same for a video
 * @param openMax jobs under way at once; more are refused with 503
 * @param joinWindow how long after its end a job is still joined by a client's own retry
 * @param fallbackOnRefusal whether others are asked for what one provider's policy forbids
 */
public record JobOptions(Duration imageTimeout, Duration videoTimeout, Duration noProgressTimeout, Duration fetchGrace,
    Duration imagePatience, Duration videoPatience, int openMax, Duration joinWindow, boolean fallbackOnRefusal) {
  public static JobOptions defaults() {
    return new JobOptions(Duration.ofSeconds(300), Duration.ofSeconds(1500), Duration.ofSeconds(600),
        Duration.ofMinutes(10), Duration.ofSeconds(60), Duration.ofMinutes(15), 10_000, Duration.ofMinutes(10), false);
  }

  Duration total(Kind kind) {
    return kind == Kind.IMAGE ? imageTimeout : videoTimeout;
  }

  Duration patience(Kind kind) {
    return kind == Kind.IMAGE ? imagePatience : videoPatience;
  }

  /** What is next after this failure, by the operator's wish. */
  Failure.Next next(Failure failure) {
    return fallbackOnRefusal && failure instanceof Failure.Refused ? Failure.Next.OTHER_PROVIDER : failure.next();
  }
}
