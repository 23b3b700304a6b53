package easel.provider;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.Model;
import easel.core.Ratio;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A task for pictures in the words of BFL's endpoints (BFL API reference): each family of models has its own shape.
 * FLUX.1 and FLUX.2 ignore what they do not know, FLUX 3 and the tools refuse it, so nothing is sent that was not
 * asked for. What a shape cannot do and {@link easel.core.Capability} cannot say is refused here, before anything is
 * bought.
 */
final class BflRequest {
  /** What the families are asked with. */
  enum Shape {
    FLUX_2, KONTEXT, FLUX_1, ULTRA, FILL, EXPAND, OUTPAINT, ERASE, DEBLUR, TRY_ON, FLUX_3_IMAGE, FLUX_3_VIDEO,
    VIDEO_EDIT, VIDEO_UPSCALE
  }

  /** Names the files of a document. */
  interface Files {
    /** The text that stands for a picture or video. */
    String of(Media media);

    /** The same for a mask, turned round: white where the picture changes. */
    String mask(Media mask, Media picture);
  }

  /** Never the caller's own: the engine asks and counts, and a webhook would take the answer away from it. */
  private static final Set<String> OURS = Set.of("model", "prompt", "n", "batch", "webhook_url", "webhook_secret");
  private static final Pattern PICTURES = Pattern.compile("input_image(_\\w+)?|images?|image_prompt|mask|person|garment"
      + "|keyframes|start_video|input_video|video");
  /** Pixels that {@code flux-pro-1.0-expand} adds at one side at most. */
  private static final int MARGIN_MAX = 2048;
  private static final String HOW_LARGE = "must say how large the picture is to become";

  private final Task task;
  private final Model model;
  private final Fields wire;
  private final Files files;
  private final JsonObject json;

  private BflRequest(Task task, Model model, Fields wire, Files files) {
    this.task = task;
    this.model = model;
    this.wire = wire;
    this.files = files;
    this.json = passed(task);
  }

  /** @throws GatewayException {@code Invalid} naming what the model cannot do */
  static JsonObject of(Task task, Model model, Fields wire, Files files) {
    var shape = wire.choice("shape", Shape.class, Shape.FLUX_2);
    return switch (task) {
      case Task.Image image -> new BflRequest(task, model, wire, files).picture(image, shape);
      case Task.Video video -> BflVideo.request(video, model, wire, shape, files);
    };
  }

  /** What the caller's own parameters may say; whoever sends pictures says them there. */
  static JsonObject passed(Task task) {
    var json = new JsonObject();
    for (var name : task.extras().names()) {
      boolean pictures = PICTURES.matcher(name).matches() && !task.inputs().isEmpty();
      if (!OURS.contains(name) && !pictures) json.add(name, task.extras().get(name));
    }
    return json;
  }

  private JsonObject picture(Task.Image image, Shape shape) {
    switch (shape) {
      case FLUX_2, KONTEXT -> numbered("input_image");
      case FLUX_1, ULTRA -> first().ifPresent(p -> json.set("image_prompt", still(p)));
      case FILL, EXPAND, ERASE, DEBLUR -> json.set("image", still(only()));
      case OUTPAINT -> json.set("input_image", still(only()));
      case TRY_ON -> dressed();
      case FLUX_3_IMAGE -> listed();
      case FLUX_3_VIDEO, VIDEO_EDIT, VIDEO_UPSCALE -> throw bad("model", "makes videos, not pictures");
    }
    masked(shape == Shape.ERASE);
    if (shape != Shape.ERASE && shape != Shape.DEBLUR) json.set("prompt", task.prompt());
    sized(image.size(), shape);
    // FLUX 3 makes PNG and knows no other word for it
    if (shape != Shape.FLUX_3_IMAGE) image.look().format().ifPresent(f -> json.set("output_format", f.format()));
    tolerant(image);
    return json;
  }

  // ---- pictures ---------------------------------------------------------------------------------------------------

  private Optional<Media> first() {
    return task.pictures().stream().findFirst();
  }

  private Media only() {
    return first().orElseThrow(() -> bad("image", "is required"));
  }

  private String still(Media media) {
    if (media.type().video()) throw bad("image", "must be a picture, not a video");
    return files.of(media);
  }

  /** {@code input_image, input_image_2, input_image_3 ...} */
  private void numbered(String name) {
    int number = 1;
    for (var picture : task.pictures()) {
      json.set(number == 1 ? name : name + "_" + number, still(picture));
      number++;
    }
  }

  /** A person, then what they are to wear. */
  private void dressed() {
    var two = task.pictures();
    if (two.size() != 2) throw bad("image", "must be given 2 times: the person, then the garment");
    json.set("person", still(two.getFirst())).set("garment", still(two.getLast()));
  }

  private void listed() {
    if (task.pictures().isEmpty()) return;
    var list = Json.array();
    for (var picture : task.pictures()) list.add(still(picture));
    json.set("images", list);
  }

  private void masked(boolean required) {
    var mask = task.inputs(Input.Role.MASK).stream().findFirst();
    if (mask.isPresent()) json.set("mask", files.mask(mask.get(), only()));
    else if (required && !json.names().contains("mask")) throw bad("mask", "is required");
  }

  // ---- sizes ------------------------------------------------------------------------------------------------------

  private void sized(Optional<Size> size, Shape shape) {
    switch (shape) {
      case FLUX_2, FLUX_1 -> size.ifPresent(this::sides);
      case OUTPAINT -> sides(size.orElseGet(this::givenSides));
      case EXPAND -> size.ifPresentOrElse(this::margins, this::givenMargins);
      case KONTEXT, ULTRA -> size.ifPresent(s -> json.set("aspect_ratio", ratio(model, s)));
      case FLUX_3_IMAGE -> size.ifPresent(this::tiered);
      case FILL, ERASE, DEBLUR, TRY_ON -> size.ifPresent(this::kept);
      case FLUX_3_VIDEO, VIDEO_EDIT, VIDEO_UPSCALE -> { }
    }
  }

  private void sides(Size size) {
    json.set("width", size.width()).set("height", size.height());
  }

  private void tiered(Size size) {
    json.set("aspect_ratio", ratio(model, size)).set("resolution", tier(wire, size));
  }

  private Size givenSides() {
    var given = Fields.gathering(json, e -> { });
    var width = given.optInteger("width", 1, Size.SIDE_MAX);
    var height = given.optInteger("height", 1, Size.SIDE_MAX);
    if (width.isEmpty() || height.isEmpty()) throw bad("size", HOW_LARGE);
    return new Size(width.getAsInt(), height.getAsInt());
  }

  /** The picture stays in the middle. */
  private void margins(Size size) {
    var now = only().size().orElseThrow(() -> bad("image", "must be of a kind whose size can be read"));
    int across = size.width() - now.width();
    int down = size.height() - now.height();
    boolean grows = across >= 0 && down >= 0 && across + down > 0;
    if (!grows) throw bad("size", "must be larger than the image, which is " + now);
    boolean within = (Math.max(across, down) + 1) / 2 <= MARGIN_MAX;
    if (!within) throw bad("size", "must add at most " + MARGIN_MAX + " pixels at each side");
    json.set("left", across / 2).set("right", across - across / 2).set("top", down / 2).set("bottom", down - down / 2);
  }

  private void givenMargins() {
    boolean given = json.names().stream().anyMatch(Set.of("left", "right", "top", "bottom")::contains);
    if (!given) throw bad("size", HOW_LARGE);
  }

  private void kept(Size size) {
    var now = only().size();
    if (now.isPresent() && !now.get().equals(size)) {
      throw bad("size", "cannot be chosen for this model: the result is as large as the image, " + now.get());
    }
  }

  /** The nearest shape the model makes. */
  static String ratio(Model model, Size size) {
    return model.capability().sizes() instanceof SizeRule.Ratios rule ? Ratio.nearest(rule.ratios(), size).toString()
        : "auto";
  }

  /** The smallest resolution with as many pixels. */
  static String tier(Fields wire, Size size) {
    var tiers = wire.list("tiers", f -> f);
    var large = tiers.stream().filter(t -> t.optWhole("pixels", 1, Long.MAX_VALUE).orElseThrow() >= size.pixels());
    return large.findFirst().orElse(tiers.getLast()).text("name");
  }

  // ---- the rest ---------------------------------------------------------------------------------------------------

  /** OpenAI's "low" moderation is BFL's highest tolerance; otherwise BFL's own default holds. */
  private void tolerant(Task.Image image) {
    boolean low = image.look().moderation().filter("low"::equals).isPresent();
    if (low && wire.has("safety") && !json.names().contains("safety_tolerance")) {
      json.set("safety_tolerance", wire.integer("safety", 2, 0, 6));
    }
  }

  static GatewayException bad(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, field + " " + words));
  }
}
