package easel.provider;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.Fields;
import easel.core.Input;
import easel.core.Media;
import easel.core.Model;
import easel.core.Task;
import easel.provider.BflRequest.Files;
import easel.provider.BflRequest.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A task for a video in BFL's words: FLUX 3 in three of its modes, and the two tools that work on a video. Their
 * schemas are strict: a field too many is refused. FLUX 3's fourth mode makes a draft finer, which needs a
 * {@code draft_cache} that we do not keep: it is refused rather than sold as a new video.
 */
final class BflVideo {
  /** Seconds a video that goes on from another one may have. */
  private static final int CONTINUED_MAX = 15;

  private final Task.Video task;
  private final Files files;
  private final JsonObject json;

  private BflVideo(Task.Video task, Files files) {
    this.task = task;
    this.files = files;
    this.json = BflRequest.passed(task);
  }

  static JsonObject request(Task.Video task, Model model, Fields wire, Shape shape, Files files) {
    var request = new BflVideo(task, files);
    return switch (shape) {
      case FLUX_3_VIDEO -> request.made(model, wire);
      case VIDEO_EDIT -> request.worked("video");
      case VIDEO_UPSCALE -> request.worked("input_video");
      default -> throw BflRequest.bad("model", "makes pictures, not videos");
    };
  }

  private JsonObject made(Model model, Fields wire) {
    boolean finer = json.names().contains("draft_cache") || Fields.gathering(json, e -> { }).text("mode", "").equals("draft_enhance");
    if (finer) {
      var words = "cannot be draft_enhance: a draft is not made finer here, order the video without draft";
      throw BflRequest.bad("provider_params.mode", words);
    }
    json.set("mode", mode()).set("prompt", task.prompt());
    task.size().ifPresent(s -> {
      json.set("aspect_ratio", BflRequest.ratio(model, s)).set("resolution", BflRequest.tier(wire, s));
    });
    task.seconds().ifPresent(s -> json.set("duration", s));
    return json;
  }

  /** Whether it goes on from another video, which is another mode, and dearer. */
  static boolean continues(Task.Video task) {
    var own = task.extras().names();
    return task.inputs().isEmpty() ? own.contains("start_video") && !own.contains("keyframes")
        : task.inputs().stream().anyMatch(i -> i.media().type().video());
  }

  private String mode() {
    boolean given = !task.inputs().isEmpty();
    if (continues(task)) {
      if (given) continued();
      return "v2v";
    }
    if (given) json.set("keyframes", keyframes());
    return json.names().contains("keyframes") ? "i2v" : "t2v";
  }

  private void continued() {
    if (task.inputs().size() > 1) throw BflRequest.bad("image", "must be one video alone, or pictures alone");
    if (task.seconds().orElse(0) > CONTINUED_MAX) {
      throw BflRequest.bad("seconds", "must be at most " + CONTINUED_MAX + " where a video goes on");
    }
    json.set("start_video", files.of(task.inputs().getFirst().media()));
  }

  /**
   * One picture opens the video, two open and close it, more are waypoints between which BFL shares out the time, so it
   * must know how much there is. A last frame without a first is pinned to the end.
   */
  private JsonValue keyframes() {
    var frames = new ArrayList<Media>(task.inputs(Input.Role.FIRST_FRAME));
    frames.addAll(task.inputs(Input.Role.REFERENCE));
    var last = task.inputs(Input.Role.LAST_FRAME);
    if (frames.isEmpty()) return pinned(last);
    frames.addAll(last);
    if (frames.size() == 1) return Json.value(files.of(frames.getFirst()));
    boolean timed = frames.size() <= 2 || task.seconds().isPresent();
    if (!timed) throw BflRequest.bad("seconds", "is needed with more than 2 pictures");
    var list = new JsonArray();
    for (var frame : frames) list.add(files.of(frame));
    return list;
  }

  private JsonArray pinned(List<Media> last) {
    int end = task.seconds().orElseThrow(() -> BflRequest.bad("seconds", "is needed with a last frame alone"));
    if (last.size() > 1) throw BflRequest.bad("image", "may be the last frame only once");
    var pair = new JsonArray().add(end).add(files.of(last.getFirst()));
    return new JsonArray().add(pair);
  }

  /** A tool that works on one video: it comes out as long and of the shape it went in. */
  private JsonObject worked(String name) {
    if (task.size().isPresent()) throw BflRequest.bad("size", "cannot be chosen for this model");
    if (task.seconds().isPresent()) throw BflRequest.bad("seconds", "cannot be chosen for this model");
    var given = task.inputs().stream().map(Input::media).findFirst();
    if (given.isEmpty() && !json.names().contains(name)) throw BflRequest.bad("image", "must be a video");
    if (given.isPresent() && !given.get().type().video()) throw BflRequest.bad("image", "must be a video");
    given.ifPresent(v -> json.set(name, files.of(v)));
    if (!task.prompt().isBlank()) json.set("prompt", task.prompt());
    return json;
  }
}
