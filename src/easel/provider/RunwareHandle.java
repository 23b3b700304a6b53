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
 */
record RunwareHandle(String task, int count, String extension) {
  // the task polling page asks for 1-2 seconds, and for more where the duration can be foreseen
  private static final Duration PICTURE = Duration.ofSeconds(1);
  private static final Duration VIDEO = Duration.ofSeconds(5);

  Step.Waiting waiting() {
    return new Step.Waiting(toString(), extension.equals("mp4") ? VIDEO : PICTURE, false);
  }

  @Override
  public String toString() {
    return new JsonObject().add("task", task).add("count", count).add("extension", extension).toString();
  }

  static RunwareHandle of(String handle) {
    var f = Fields.of(JsonText.object(handle));
    return new RunwareHandle(f.text("task"), f.integer("count", 1, 1, 1000), f.text("extension"));
  }
}
