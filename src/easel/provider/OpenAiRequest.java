package easel.provider;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Input;
import easel.core.Media;
import easel.core.Task;
import easel.upstream.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A task in the words of OpenAI's Images API (its API reference): JSON to generate, a form to edit. */
final class OpenAiRequest {
  /** The engine counts pictures and previews, so these are never the caller's own. */
  private static final Set<String> OURS = Set.of("model", "prompt", "n", "stream", "partial_images");
  static final int PARTIALS_MAX = 3;
  private static final Set<String> PICTURES = Set.of("image", "image[]", "images", "mask");

  private OpenAiRequest() {}

  /** Where it goes, below the base URL. */
  static String path(Task.Image task) {
    return task.inputs().isEmpty() ? "/images/generations" : "/images/edits";
  }

  static Call.Body body(Task.Image task) {
    if (task.inputs().isEmpty()) return new Call.Bytes("application/json", JsonText.bytes(parameters(task)));
    return new Call.Form(parts(task));
  }

  /**
   * Everything but the pictures. The caller's own parameters are passed on, unless they would change what was agreed.
   */
  static JsonObject parameters(Task.Image task) {
    var json = new JsonObject();
    for (var name : task.extras().names()) if (passed(name, task)) json.add(name, task.extras().get(name));
    json.set("model", task.model()).set("prompt", task.prompt()).set("n", task.count());
    task.size().ifPresent(s -> json.set("size", s.toString()));
    look(json, task);
    if (task.partials() > 0) json.set("stream", true).set("partial_images", Math.min(task.partials(), PARTIALS_MAX));
    return json;
  }

  private static boolean passed(String name, Task.Image task) {
    if (OURS.contains(name) || (!task.inputs().isEmpty() && PICTURES.contains(name))) return false;
    return !OpenAiCatalogue.gpt(task.model()) || !forbidden(name, task);
  }

  /** What a GPT image model answers with 400: it gives base64 only, has no styles, and its edits take no moderation. */
  private static boolean forbidden(String name, Task.Image task) {
    return switch (name) {
      case "response_format", "style" -> true;
      case "moderation" -> !task.inputs().isEmpty();
      case "input_fidelity" -> task.inputs().isEmpty() || OpenAiCatalogue.alwaysFaithful(task.model());
      case "quality" -> quality(task.model(), Fields.of(task.extras()).optText("quality")).isEmpty();
      default -> false;
    };
  }

  private static void look(JsonObject json, Task.Image task) {
    var look = task.look();
    quality(task.model(), look.quality()).ifPresent(v -> json.set("quality", v));
    look.background().ifPresent(v -> json.set("background", v));
    look.format().ifPresent(v -> json.set("output_format", v.format()));
    look.compression().ifPresent(v -> json.set("output_compression", v));
    look.moderation().ifPresent(v -> set(json, "moderation", v, task));
    look.fidelity().ifPresent(v -> set(json, "input_fidelity", v, task));
    look.style().ifPresent(v -> set(json, "style", v, task));
  }

  private static void set(JsonObject json, String name, String value, Task.Image task) {
    if (passed(name, task)) json.set(name, Json.value(value));
  }

  /** The word the model knows: dall-e-3's own are translated, as its name is an alias of a GPT image model now. */
  private static Optional<String> quality(String model, Optional<String> word) {
    if (!OpenAiCatalogue.gpt(model)) return word;
    return word.map(w -> w.equals("hd") ? "high" : w.equals("standard") ? "medium" : w)
        .filter(OpenAiCatalogue.qualities(model)::contains);
  }

  /** Texts first, as some servers want to know what to do with the files that follow. */
  private static List<Call.Part> parts(Task.Image task) {
    var parts = new ArrayList<Call.Part>();
    var json = parameters(task);
    var fields = Fields.of(json);
    for (var name : json.names()) {
      var text = fields.isText(name) ? fields.text(name) : json.get(name).toString();
      if (fields.has(name)) parts.add(new Call.TextPart(name, text));
    }
    var pictures = task.pictures();
    // OpenAI takes image[] for one picture too; servers made for dall-e-2 know only the plain name
    var name = OpenAiCatalogue.gpt(task.model()) || pictures.size() > 1 ? "image[]" : "image";
    for (var picture : pictures) parts.add(file(name, "image-" + parts.size(), picture));
    for (var mask : task.inputs(Input.Role.MASK)) parts.add(file("mask", "mask", mask));
    return parts;
  }

  private static Call.FilePart file(String name, String filename, Media media) {
    return new Call.FilePart(name, filename + "." + media.type().extension(), media.type().mime(), media.file());
  }
}
