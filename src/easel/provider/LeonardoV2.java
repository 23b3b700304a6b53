package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Input;
import easel.core.Size;
import easel.core.Task;
import easel.provider.LeonardoRequest.Draft;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Version 2 of the API, all snake_case: a slug, and under {@code parameters} what the model takes. */
final class LeonardoV2 {
  private LeonardoV2() {}

  static LeonardoRequest image(Draft draft, Task.Image task) {
    var json = draft.parameters();
    json.set("prompt", task.prompt()).set("quantity", task.count());
    var given = draft.of(Input.Role.REFERENCE);
    var size = draft.size();
    boolean open = size.isEmpty() && !draft.extras().has("width") && !draft.extras().has("height");
    if (open && !given.isEmpty() && draft.wire().likeInput()) json.set("width", 0).set("height", 0);
    size.ifPresent(s -> json.set("width", s.width()).set("height", s.height()));
    if (!given.isEmpty()) guide(json, draft.wire().guide(), given, strength(draft, task.look().fidelity()));
    return request(task, json);
  }

  /** LOW, MID or HIGH, where the model takes one and the caller cares. */
  private static Optional<String> strength(Draft draft, Optional<String> fidelity) {
    return fidelity.filter(f -> draft.wire().strength()).map(f -> f.toUpperCase(Locale.ROOT));
  }

  static LeonardoRequest video(Draft draft, Task.Video task) {
    var json = draft.parameters();
    json.set("prompt", task.prompt());
    draft.size().or(() -> usual(draft)).ifPresent(s -> {
      json.set("width", s.width()).set("height", s.height());
      if (draft.wire().resolution()) json.set("mode", LeonardoRequest.resolution(s));
    });
    if (draft.wire().duration()) task.seconds().ifPresent(s -> json.set("duration", s));
    guide(json, "start_frame", draft.of(Input.Role.FIRST_FRAME), Optional.empty());
    guide(json, "end_frame", draft.of(Input.Role.LAST_FRAME), Optional.empty());
    var plain = draft.wire().references() ? "image_reference" : "start_frame";
    guide(json, plain, draft.of(Input.Role.REFERENCE), Optional.empty());
    return request(task, json);
  }

  /** A size has to be named for most: one like the picture that was handed in, unless the caller says his own way. */
  private static Optional<Size> usual(Draft draft) {
    if (draft.extras().has("width") || draft.extras().has("height")) return Optional.empty();
    var like = draft.task().inputs().stream().flatMap(i -> i.media().size().stream()).findFirst();
    return draft.wire().usual(like);
  }

  private static LeonardoRequest request(Task task, JsonObject parameters) {
    var json = new JsonObject().add("model", task.model()).add("public", false).add("parameters", parameters);
    return new LeonardoRequest("/v2/generations", json);
  }

  /** Beside the guidances that the caller has set for himself. */
  private static void guide(JsonObject json, String name, List<String> ids, Optional<String> strength) {
    if (ids.isEmpty()) return;
    var list = new JsonArray();
    for (var id : ids) {
      var item = new JsonObject().add("image", new JsonObject().add("id", id).add("type", "UPLOADED"));
      strength.ifPresent(s -> item.add("strength", s));
      list.add(item);
    }
    var all = new JsonObject();
    if (json.get("guidances") instanceof JsonObject own) all.merge(own);
    json.set("guidances", all.set(name, list));
  }
}
