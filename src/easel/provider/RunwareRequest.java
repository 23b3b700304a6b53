package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A task in Runware's words (its image inference, video inference, upscale and background removal references). What
 * differs from model to model is in {@code wire} of {@code runware.json}:
 *
 * <pre>
 * task        taskType, where it is not imageInference or videoInference
 * style       "nested": pictures go under "inputs", as in the current schemas; "flat": beside the other parameters
 * input       what a picture is: "seed" (strength: how far the result may leave it), "references", "image", "frames"
 * mask        "required" where there is nothing to do without one
 * delivery    "sync" for what cannot be asked for later
 * size        sent where the caller leaves it open; absent where the model takes none
 * sizes       the only ones it makes
 * follows     the result takes its shape from a picture that is given, so no size is needed; "only": none is allowed
 * seconds     length of a video where the caller leaves it open
 * settings    who takes quality and background: the name under "providerSettings"
 * with        parameters that are sent unless the caller says otherwise
 * </pre>
 */
final class RunwareRequest {
  /**
   * Agreed with the caller elsewhere, or ours to decide: where the result goes, who is told, and how long it lives, as
   * links that die early lose what is paid.
   */
  private static final Set<String> OURS = Set.of("taskType", "taskUUID", "model", "positivePrompt", "numberResults",
      "outputType", "outputFormat", "deliveryMethod", "includeCost", "webhookURL", "uploadEndpoint", "ttl", "width",
      "height", "duration", "apiKey");
  /**
   * Makes up to 15 pictures where one was ordered, and all of them are charged for (provider settings of ByteDance).
   */
  private static final String SEQUENCE = "maxSequentialImages";
  private static final Set<String> PICTURES = Set.of("inputs", "seedImage", "maskImage", "referenceImages", "inputImage",
      "frameImages");
  private static final int QUALITY_MIN = 20;
  private static final int QUALITY_MAX = 99;
  /** Strength for callers who want the picture kept closely; 0.8 is Runware's own, and lower is closer. */
  private static final double CLOSE = 0.4;

  private final Task task;
  private final Model model;
  private final Fields wire;

  RunwareRequest(Task task, Model model, Fields wire) {
    this.task = task;
    this.model = model;
    this.wire = wire;
  }

  /** True where the answer to the submit is the only one that carries the results. */
  boolean sync() {
    return wire.text("delivery", "async").equals("sync");
  }

  MediaType type() {
    if (!(task instanceof Task.Image image)) return MediaType.MP4;
    var first = model.capability().formats().getFirst();
    boolean clear = image.look().background().equals(Optional.of("transparent"));
    return image.look().format().orElse(clear && first == MediaType.JPEG ? MediaType.PNG : first);
  }

  /** @param pictures the ids of the inputs in their order, the mask's last if there is one */
  JsonObject json(String tag, List<String> pictures) {
    var json = new JsonObject().add("taskType", taskType()).add("taskUUID", tag).add("model", model.upstreamName());
    json.merge(wire.rawObject("with"));
    extras(json);
    if (!tool()) json.set("positivePrompt", task.prompt());
    size().ifPresent(s -> size(json, s));
    if (!pictures.isEmpty()) pictures(json, pictures);
    switch (task) {
      case Task.Image image -> look(json, image.look());
      case Task.Video video -> json.set("duration", video.seconds().orElse(wire.integer("seconds", 5, 1, 600)));
    }
    // 1 is the default, and some models refuse to be told
    if (task.count() > 1) json.set("numberResults", task.count());
    return json.set("outputType", "URL").set("outputFormat", type() == MediaType.JPEG ? "JPG" : type().name())
        .set("includeCost", true).set("deliveryMethod", sync() ? "sync" : "async");
  }

  /** What this model cannot do, beyond what its capability tells. @throws GatewayException naming the parameter */
  void check() {
    var mask = wire.text("mask", "");
    if (mask.equals("required") && task.inputs(Input.Role.MASK).isEmpty()) {
      throw invalid("mask", "is required: this model does nothing but repaint what a mask marks");
    }
    if (task.size().isPresent() && unsized()) throw invalid("size", "cannot be chosen: the result follows the picture");
    if (task.size().isPresent() && followsOnly()) checkShape(task.size().get());
    if (task instanceof Task.Image image) check(image.look());
    checkExtras();
  }

  /** More results than were ordered would be paid for and thrown away. */
  private void checkExtras() {
    var extras = Fields.gathering(task.extras(), e -> { });
    var providers = extras.object("providerSettings");
    for (var name : providers.names()) checkSettings("providerSettings." + name, providers.object(name));
    checkSettings("settings", extras.object("settings"));
  }

  private static void checkSettings(String path, Fields settings) {
    var field = "provider_params." + path + "." + SEQUENCE;
    if (settings.has(SEQUENCE)) throw invalid(field, "cannot be chosen: say with n how many to make");
  }

  private void check(Look look) {
    boolean transparent = look.background().equals(Optional.of("transparent"));
    boolean able = settings().isPresent() || taskType().equals("removeBackground");
    if (transparent && !able) throw invalid("background", "cannot be transparent with this model");
    var compression = look.compression();
    if (compression.isPresent() && (compression.getAsInt() < QUALITY_MIN || compression.getAsInt() > QUALITY_MAX)) {
      throw invalid("output_compression", "must be between " + QUALITY_MIN + " and " + QUALITY_MAX + " for this model");
    }
  }

  private void checkShape(Size size) {
    var picture = task.pictures().getFirst().size();
    if (picture.isEmpty() || off(size, picture.get()) <= SizeRule.Ratios.TOLERANCE) return;
    throw invalid("size", "must have the shape of the picture, or be left out");
  }

  private static GatewayException invalid(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, field + " " + words));
  }

  private String taskType() {
    return wire.text("task", task instanceof Task.Image ? "imageInference" : "videoInference");
  }

  /** It does one thing to a picture, and nothing is to be said about it. */
  private boolean tool() {
    return wire.has("task");
  }

  private Optional<String> settings() {
    return wire.optText("settings");
  }

  private void extras(JsonObject json) {
    for (var name : task.extras().names()) {
      boolean hidden = OURS.contains(name) || !task.inputs().isEmpty() && PICTURES.contains(name)
          || name.equals("resolution") && task.size().isPresent();
      if (!hidden) json.set(name, task.extras().get(name));
    }
  }

  // ---- size -------------------------------------------------------------------------------------------------------

  private boolean unsized() {
    return !wire.has("size");
  }

  /** A picture is given and decides the shape; {@code width} and {@code height} may not be sent with it. */
  private boolean followsOnly() {
    return !task.pictures().isEmpty() && wire.text("follows", "").equals("only");
  }

  private Optional<Size> size() {
    if (unsized()) return Optional.empty();
    if (task.size().isPresent()) return task.size().map(this::offered);
    if (task.extras().get("resolution") != null) return Optional.empty();
    if (!task.pictures().isEmpty() && wire.has("follows")) return Optional.empty();
    var usual = Size.parse(wire.text("size")).orElseThrow();
    var first = task.pictures().stream().findFirst().flatMap(Media::size);
    return Optional.of(first.map(p -> like(p, usual)).orElse(usual));
  }

  /** Of the sizes it makes: the nearest shape, and there the smallest that is large enough. */
  private Size offered(Size wanted) {
    var sizes = sizes();
    if (sizes.isEmpty() || sizes.contains(wanted)) return wanted;
    double nearest = sizes.stream().mapToDouble(s -> off(s, wanted)).min().orElseThrow();
    var shaped = sizes.stream().filter(s -> off(s, wanted) <= nearest + SizeRule.Ratios.TOLERANCE / 2)
        .sorted(Comparator.comparingLong(Size::pixels)).toList();
    return shaped.stream().filter(s -> s.pixels() >= wanted.pixels()).findFirst().orElse(shaped.getLast());
  }

  private List<Size> sizes() {
    return wire.texts("sizes").stream().map(s -> Size.parse(s).orElseThrow()).toList();
  }

  private static double off(Size one, Size other) {
    double a = (double) one.width() / one.height();
    double b = (double) other.width() / other.height();
    return Math.max(a, b) / Math.min(a, b) - 1;
  }

  /** A size for a result of a picture's shape: about as many pixels as usual. */
  private Size like(Size picture, Size usual) {
    if (!sizes().isEmpty()) return offered(new Size(picture.width(), picture.height()));
    if (!(model.capability().sizes() instanceof SizeRule.Free free)) return usual;
    double side = Math.sqrt((double) usual.pixels() / picture.pixels());
    return new Size(side(picture.width() * side, free), side(picture.height() * side, free));
  }

  private static int side(double length, SizeRule.Free free) {
    long stepped = Math.round(length / free.step()) * free.step();
    return Math.clamp(stepped, free.sideMin(), free.sideMax());
  }

  private void size(JsonObject json, Size size) {
    if (followsOnly()) json.set("resolution", Math.min(size.width(), size.height()) + "p");
    else json.set("width", size.width()).set("height", size.height());
  }

  // ---- pictures ---------------------------------------------------------------------------------------------------

  private void pictures(JsonObject json, List<String> ids) {
    boolean nested = wire.text("style", "nested").equals("nested");
    var to = nested ? new JsonObject() : json;
    int count = task.pictures().size();
    switch (wire.text("input", "references")) {
      case "seed" -> to.set("seedImage", ids.getFirst());
      case "image" -> to.set(nested ? "image" : "inputImage", ids.getFirst());
      case "frames" -> to.set("frameImages", frames(ids, nested));
      default -> to.set("referenceImages", texts(ids.subList(0, count)));
    }
    if (ids.size() > count) to.set("maskImage", ids.getLast());
    if (nested) json.set("inputs", to);
  }

  private static JsonArray texts(List<String> ids) {
    var list = new JsonArray();
    ids.forEach(list::add);
    return list;
  }

  /** A picture without a part of its own is the first frame, a second one the last. */
  private JsonArray frames(List<String> ids, boolean nested) {
    var roles = new ArrayList<String>();
    for (var input : task.inputs()) {
      boolean last = input.role() == Input.Role.LAST_FRAME || roles.contains("first");
      roles.add(last ? "last" : "first");
    }
    var list = new JsonArray();
    for (int i = 0; i < ids.size(); i++) {
      list.add(new JsonObject().add(nested ? "image" : "inputImage", ids.get(i)).add("frame", roles.get(i)));
    }
    return list;
  }

  // ---- look -------------------------------------------------------------------------------------------------------

  private void look(JsonObject json, Look look) {
    look.compression().ifPresent(c -> json.set("outputQuality", c));
    boolean close = look.fidelity().equals(Optional.of("high")) && wire.text("input", "").equals("seed");
    if (close && !task.pictures().isEmpty() && json.get("strength") == null) json.set("strength", CLOSE);
    settings().ifPresent(name -> settings(json, name, look));
  }

  private static void settings(JsonObject json, String name, Look look) {
    if (look.quality().isEmpty() && look.background().isEmpty()) return;
    var all = new JsonObject(Fields.of(json).rawObject("providerSettings"));
    var own = new JsonObject(Fields.of(all).rawObject(name));
    look.quality().ifPresent(q -> own.set("quality", q));
    look.background().ifPresent(b -> own.set("background", b));
    json.set("providerSettings", all.set(name, own));
  }
}
