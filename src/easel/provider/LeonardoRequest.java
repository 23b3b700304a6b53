package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Size;
import easel.core.Task;
import easel.provider.LeonardoUpload.Uploaded;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A task in Leonardo's words: where it goes below the base URL, and what is sent. Names of keys are case-sensitive, and
 * an unknown one is refused (API reference, "Error messages").
 */
record LeonardoRequest(String path, JsonObject body) {
  /** Agreed with the caller before, so never the caller's to change by the way. */
  private static final Set<String> OURS = Set.of("model", "modelId", "sd_version", "prompt", "num_images", "quantity",
      "public", "isPublic", "ephemeral", "base64");

  /** Everything of one purchase that goes into its request. */
  record Draft(Task task, LeonardoWire wire, List<Uploaded> inputs, long seed) {
    List<String> of(Input.Role role) {
      return inputs.stream().filter(i -> i.role() == role).map(Uploaded::id).toList();
    }

    Fields extras() {
      return Fields.gathering(task.extras(), e -> { });
    }

    /** The size as it is sent. */
    Optional<Size> size() {
      return task.size().map(wire::size);
    }

    /** What the model has by default, then the words for quality, then what the caller says. */
    JsonObject parameters() {
      var json = new JsonObject().merge(wire.body());
      if (task instanceof Task.Image image) image.look().quality().map(wire::quality).ifPresent(json::merge);
      // one excludes the other
      if (json.getBoolean("ultra", false) || extras().flag("ultra", false)) json.remove("alchemy");
      for (var name : task.extras().names()) if (!OURS.contains(name)) json.set(name, task.extras().get(name));
      if (wire.seeded() && !extras().has("seed")) json.set("seed", seed);
      return json;
    }
  }

  static LeonardoRequest of(Draft draft) {
    boolean v2 = draft.wire().v2();
    return switch (draft.task()) {
      case Task.Image image -> v2 ? LeonardoV2.image(draft, image) : LeonardoV1.image(draft, image);
      case Task.Video video -> v2 ? LeonardoV2.video(draft, video) : LeonardoV1.video(draft, video);
    };
  }

  /** What is wrong with a task that its capabilities cannot say, before a picture is handed over for it. */
  static void check(Task task, LeonardoWire wire) {
    boolean first = has(task, Input.Role.FIRST_FRAME) || has(task, Input.Role.REFERENCE) && !wire.references();
    boolean last = has(task, Input.Role.LAST_FRAME);
    if (task instanceof Task.Video && last && !first) throw wrong("image", "a last frame needs a first one");
    boolean frames = last || has(task, Input.Role.FIRST_FRAME);
    if (wire.references() && frames && has(task, Input.Role.REFERENCE)) {
      throw wrong("image", "a video goes either by its first and last frame or by references");
    }
    if (!wire.references() && task.inputs(Input.Role.REFERENCE).size() + task.inputs(Input.Role.FIRST_FRAME).size() > 1
        && task instanceof Task.Video) {
      throw wrong("image", "a video has only one first frame");
    }
  }

  private static boolean has(Task task, Input.Role role) {
    return !task.inputs(role).isEmpty();
  }

  private static GatewayException wrong(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, words));
  }

  /** {@code RESOLUTION_720} for 1280x720 and 720x1280. */
  static String resolution(Size size) {
    int shorter = Math.min(size.width(), size.height());
    // squares of 960 and 1440 have the pixels of 720p and 1080p
    if (size.width() == size.height()) shorter = shorter > 960 ? 1080 : shorter > 640 ? 720 : 480;
    return "RESOLUTION_" + shorter;
  }
}
