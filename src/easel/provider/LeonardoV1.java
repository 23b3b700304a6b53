package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Input;
import easel.core.Size;
import easel.core.Task;
import easel.provider.LeonardoRequest.Draft;
import java.util.ArrayList;

/** Version 1 of the API, which mixes snake_case and camelCase: pictures by a model's UUID, videos by a model's name. */
final class LeonardoV1 {
  private static final String UPLOADED = "UPLOADED";

  private LeonardoV1() {}

  static LeonardoRequest image(Draft draft, Task.Image task) {
    var json = draft.parameters();
    json.set("modelId", task.model()).set("prompt", task.prompt()).set("num_images", task.count()).set("public", false);
    draft.size().ifPresent(s -> size(json, s));
    var given = draft.of(Input.Role.REFERENCE);
    if (!given.isEmpty() && draft.wire().guide().equals("context")) json.set("contextImages", context(draft));
    else if (!given.isEmpty()) {
      json.set("init_image_id", given.getFirst());
      if (!draft.extras().has("init_strength")) json.set("init_strength", strength(task));
    }
    return new LeonardoRequest("/v1/generations", json);
  }

  /** 0.1-0.9, and more is closer to the picture. */
  private static double strength(Task.Image task) {
    return switch (task.look().fidelity().orElse("")) {
      case "low" -> 0.25;
      case "high" -> 0.75;
      default -> 0.5;
    };
  }

  private static JsonArray context(Draft draft) {
    var list = new JsonArray();
    for (var id : draft.of(Input.Role.REFERENCE)) list.add(new JsonObject().add("type", UPLOADED).add("id", id));
    return list;
  }

  static LeonardoRequest video(Draft draft, Task.Video task) {
    var json = draft.parameters();
    json.set("model", task.model()).set("prompt", task.prompt()).set("isPublic", false);
    draft.size().ifPresent(s -> size(json, s).set("resolution", LeonardoRequest.resolution(s)));
    if (draft.wire().duration()) task.seconds().ifPresent(s -> json.set("duration", s));
    if (draft.inputs().isEmpty()) return new LeonardoRequest("/v1/generations-text-to-video", json);
    var frames = new ArrayList<>(draft.of(Input.Role.FIRST_FRAME));
    frames.addAll(draft.of(Input.Role.REFERENCE));
    json.set("imageId", frames.getFirst()).set("imageType", UPLOADED);
    draft.of(Input.Role.LAST_FRAME).stream().findFirst()
        .ifPresent(id -> json.set("endFrameImage", new JsonObject().add("id", id).add("type", UPLOADED)));
    return new LeonardoRequest("/v1/generations-image-to-video", json);
  }

  private static JsonObject size(JsonObject json, Size size) {
    return json.set("width", size.width()).set("height", size.height());
  }
}
