package easel.core;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A task as it lies in the database: inputs by media id, absent parts left out. */
final class TaskJson {
  private TaskJson() {}

  static JsonObject write(Task task) {
    var json = new JsonObject().add("kind", task instanceof Task.Image ? "image" : "video")
        .add("model", task.model()).add("prompt", task.prompt());
    switch (task) {
      case Task.Image image -> writeImage(json, image);
      case Task.Video video -> {
        video.size().ifPresent(s -> json.add("size", s.toString()));
        video.seconds().ifPresent(s -> json.add("seconds", s));
      }
    }
    if (!task.inputs().isEmpty()) json.add("inputs", inputs(task));
    if (!task.extras().isEmpty()) json.add("extras", task.extras());
    return json;
  }

  private static void writeImage(JsonObject json, Task.Image image) {
    var look = image.look();
    json.add("n", image.count());
    image.size().ifPresent(s -> json.add("size", s.toString()));
    look.quality().ifPresent(v -> json.add("quality", v));
    look.background().ifPresent(v -> json.add("background", v));
    look.format().ifPresent(v -> json.add("format", v.format()));
    look.compression().ifPresent(v -> json.add("compression", v));
    look.moderation().ifPresent(v -> json.add("moderation", v));
    look.fidelity().ifPresent(v -> json.add("fidelity", v));
    look.style().ifPresent(v -> json.add("style", v));
    if (image.partials() > 0) json.add("partials", image.partials());
  }

  private static JsonArray inputs(Task task) {
    var list = new JsonArray();
    for (var input : task.inputs()) {
      list.add(new JsonObject().add("media", input.media().id()).add("role", input.role().name().toLowerCase(Locale.ROOT)));
    }
    return list;
  }

  static Task read(Fields f, List<Media> media) {
    var size = f.optText("size").flatMap(Size::parse);
    var inputs = f.list("inputs", i -> new Input(find(i.text("media"), media),
        i.choice("role", Input.Role.class, Input.Role.REFERENCE)));
    var extras = f.rawObject("extras");
    if (f.text("kind").equals("video")) {
      var seconds = f.optInteger("seconds", 0, Integer.MAX_VALUE);
      return new Task.Video(f.text("model"), f.text("prompt"), size, seconds, inputs, extras);
    }
    return new Task.Image(f.text("model"), f.text("prompt"), f.integer("n", 1, 1, Integer.MAX_VALUE), size, look(f),
        f.integer("partials", 0, 0, Integer.MAX_VALUE), inputs, extras);
  }

  private static Look look(Fields f) {
    return new Look(f.optText("quality"), f.optText("background"), f.optText("format").flatMap(TaskJson::format),
        f.optInteger("compression", 0, 100), f.optText("moderation"), f.optText("fidelity"), f.optText("style"));
  }

  private static Optional<MediaType> format(String word) {
    return MediaType.ofMime("image/" + word);
  }

  private static Media find(String id, List<Media> media) {
    return media.stream().filter(m -> m.id().equals(id)).findFirst()
        .orElseThrow(() -> new GatewayException(new Failure.Invalid("inputs", "input " + id + " is no longer stored")));
  }
}
