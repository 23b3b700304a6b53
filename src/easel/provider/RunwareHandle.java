package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Step;
import java.time.Duration;

/**
 * Work that Runware has accepted, as text the handle that the engine stores.
 *
 * @param task our own taskUUID
 * @param count results that were ordered
 * @param extension of their files, without the dot
 * @param doubts how many answers in a row did not know it, or said without clear words that it failed
 */
record RunwareHandle(String task, int count, String extension, int doubts) {
  // the task polling page asks for 1-2 seconds, and for more where the duration can be foreseen
  private static final Duration PICTURE = Duration.ofSeconds(1);
  private static final Duration VIDEO = Duration.ofSeconds(5);

  private static final Duration DOUBT_MAX = Duration.ofSeconds(60);

  RunwareHandle(String task, int count, String extension) {
    this(task, count, extension, 0);
  }

  RunwareHandle doubtedOnceMore() {
    return new RunwareHandle(task, count, extension, doubts + 1);
  }

  RunwareHandle certain() {
    return new RunwareHandle(task, count, extension);
  }

  /** In doubt the pauses grow, so that it takes minutes of the same answer to give something up. */
  Step.Waiting waiting() {
    var pause = (extension.equals("mp4") ? VIDEO : PICTURE).multipliedBy(1L << Math.min(doubts, 10));
    return new Step.Waiting(toString(), pause.compareTo(DOUBT_MAX) < 0 ? pause : DOUBT_MAX, false);
  }

  @Override
  public String toString() {
    var json = new JsonObject().add("task", task).add("count", count).add("extension", extension);
    if (doubts > 0) json.add("doubts", doubts);
    return json.toString();
  }

  static RunwareHandle of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    return new RunwareHandle(f.text("task"), f.integer("count", 1, 1, 1000), f.text("extension"),
        f.integer("doubts", 0, 0, 1000));
  }
}
