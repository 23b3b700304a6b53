package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.api.Order.Picture;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Job;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Task;
import easel.http.Response;
import easel.job.Catalogue;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Images API of the OpenAI API reference, between its JSON and our tasks and jobs. Words newer than this are passed
 * on for the model to judge; unknown fields are ignored, as clients send more than the API has.
 */
final class OpenAiImages {
  private static final System.Logger LOG = System.getLogger("easel.api");
  static final Set<String> FILES = Set.of("image", "image[]", "mask");
  private static final Set<String> KNOWN = Set.of("model", "prompt", "n", "size", "quality", "style", "response_format",
      "background", "moderation", "output_format", "output_compression", "stream", "partial_images", "user",
      "safety_identifier", "image", "images", "mask", "input_fidelity", "provider", "provider_params", "user_id",
      "project", "seed", "async", "stream_options");
  private static final int INPUTS_MAX = 16;
  private static final int WORD_MAX = 64;

  /** The three routes; {@code events} is what the names of their stream's events begin with. */
  enum Route {
    GENERATION("images/generations", "image_generation"),
    EDIT("images/edits", "image_edit"),
    VARIATION("images/variations", "image_edit");

    final String face;
    final String events;

    Route(String face, String events) {
      this.face = face;
      this.events = events;
    }
  }

  private OpenAiImages() {}

  static Order order(Route route, Form form, Catalogue catalogue) {
    var f = form.fields();
    var common = Common.read(f, form, catalogue);
    boolean inline = inline(f, common.model());
    var shape = Shape.of(f, common.model(), catalogue);
    var task = task(route, f, common, shape.lenient());
    if (form.holdsPicture(task.prompt())) throw f.wrong("prompt", "must be text, not a picture");
    var pictures = pictures(f, form);
    var mask = mask(f, form);
    if (pictures.isEmpty() && (mask.isPresent() || route != Route.GENERATION)) {
      throw new FieldException("image", Complaint.MISSING, "is required");
    }
    if (pictures.size() > INPUTS_MAX) throw f.wrong("image", "may be given at most " + INPUTS_MAX + " times");
    ignored(f);
    var all = new ArrayList<Order.Pending>();
    for (var picture : pictures) all.add(new Order.Pending(picture, Input.Role.REFERENCE));
    mask.ifPresent(m -> all.add(new Order.Pending(m, Input.Role.MASK)));
    return new Order(route.face, task, common, inline, all, Optional.of(shape));
  }

  private static void ignored(Fields f) {
    if (!LOG.isLoggable(Level.DEBUG)) return;
    var unknown = f.names().stream().filter(n -> !KNOWN.contains(n) && n.matches("[A-Za-z0-9_.-]{1,64}"))
        .sorted().limit(20).toList();
    if (!unknown.isEmpty()) LOG.log(Level.DEBUG, "fields ignored names={0}", unknown);
  }

  /** The task without its pictures. */
  private static Task.Image task(Route route, Fields f, Common common, boolean lenient) {
    var prompt = route == Route.VARIATION ? f.text("prompt", "Make a variation of this picture.") : f.text("prompt");
    int partials = f.integer("partial_images", 0, 0, 3);
    return new Task.Image(common.model(), prompt, f.integer("n", 1, 1, 10), lenient ? Optional.empty() : size(f),
        look(f, lenient), common.stream() ? partials : 0, List.of(), common.extras());
  }

  /** {@code auto} and absent are the same: the provider's choice. */
  static Optional<Size> size(Fields f) {
    var text = word(f, "size");
    if (text.isEmpty()) return Optional.empty();
    return Optional.of(Size.parse(text.get()).orElseThrow(() ->
        f.wrong("size", "must be auto, or like 1024x1024, with sides up to " + Size.SIDE_MAX)));
  }

  private static Look look(Fields f, boolean lenient) {
    var format = format(f);
    var background = word(f, "background");
    if (background.equals(Optional.of("transparent")) && format.equals(Optional.of(MediaType.JPEG))) {
      throw f.wrong("background", "must not be transparent for jpeg: ask for png or webp");
    }
    return new Look(lenient ? Optional.empty() : word(f, "quality"), background, format, f.optInteger("output_compression", 0, 100),
        word(f, "moderation"), word(f, "input_fidelity"), word(f, "style"));
  }

  static Optional<MediaType> format(Fields f) {
    return word(f, "output_format").map(w -> MediaType.ofMime("image/" + w)
        .orElseThrow(() -> f.wrong("output_format", "must be one of png, jpeg, webp, gif")));
  }

  /** A word of the API, whatever it is: models get new ones. */
  static Optional<String> word(Fields f, String name) {
    var word = f.optText(name).map(String::strip).filter(w -> !w.isEmpty() && !w.equals("auto"));
    if (word.isPresent() && (word.get().length() > WORD_MAX || !word.get().chars().allMatch(c -> c > ' ' && c < 127))) {
      throw f.wrong(name, "must be a single word");
    }
    return word;
  }

  /**
   * Whether the answer holds the pictures themselves. Unless the caller says, OpenAI's GPT image models do and its
   * older ones gave links; so it goes by the name that was asked for.
   */
  private static boolean inline(Fields f, String model) {
    var said = f.optChoice("response_format", List.of("url", "b64_json"));
    var name = model.substring(model.lastIndexOf('/') + 1);
    return said.map("b64_json"::equals).orElse(name.startsWith("gpt-image") || name.startsWith("chatgpt-image"));
  }

  // ---- pictures ---------------------------------------------------------------------------------------------------

  private static List<Picture> pictures(Fields f, Form form) {
    var found = new ArrayList<Picture>();
    var uploads = form.uploads("image", "image[]");
    for (int i = 0; i < uploads.size(); i++) {
      found.add(new Picture.Sent(indexed("image", i, uploads.size()), uploads.get(i)));
    }
    if (f.isText("image") || f.isList("image")) {
      var texts = f.oneOrMoreTexts("image");
      for (int i = 0; i < texts.size(); i++) {
        found.add(new Picture.Linked(indexed("image", i, texts.size()), texts.get(i)));
      }
    } else {
      f.optObject("image").map(OpenAiImages::item).ifPresent(found::add);
    }
    found.addAll(f.list("images", OpenAiImages::item));
    return found;
  }

  private static String indexed(String name, int i, int count) {
    return count == 1 ? name : name + "[" + i + "]";
  }

  private static Optional<Picture> mask(Fields f, Form form) {
    var uploads = form.uploads("mask");
    if (uploads.size() > 1) throw f.wrong("mask", "may be given only once");
    if (!uploads.isEmpty()) return Optional.of(new Picture.Sent("mask", uploads.getFirst()));
    if (f.isText("mask")) return Optional.of(new Picture.Linked("mask", f.text("mask")));
    return f.optObject("mask").map(OpenAiImages::item);
  }

  private static Picture item(Fields item) {
    boolean isLink = item.has("image_url") || item.has("b64_json");
    if (isLink == item.has("file_id")) throw undecided(item);
    if (!isLink) throw item.wrong("file_id", "cannot be used: files are not kept here, send the picture as image_url");
    if (item.has("b64_json")) return new Picture.Linked(item.path("b64_json"), item.text("b64_json"));
    if (item.isText("image_url")) return new Picture.Linked(item.path("image_url"), item.text("image_url"));
    return new Picture.Linked(item.path("image_url.url"), item.object("image_url").text("url"));
  }

  private static FieldException undecided(Fields item) {
    var place = item.path("");
    var words = "needs exactly one of image_url or file_id";
    return new FieldException(place.substring(0, place.length() - 1), Complaint.VALUE, words);
  }

  // ---- replies ----------------------------------------------------------------------------------------------------

  /** The ImagesResponse of a job that succeeded. What the API leaves out for a model without it is left out. */
  static Response reply(Job job, Order order, MediaLinks.Base links) throws IOException {
    var json = new PictureJson();
    var data = new JsonArray();
    for (var media : results(job)) data.add(item(media, order.inline(), links, json));
    var reply = new JsonObject().add("created", job.outcome().ended().orElse(job.updated()).getEpochSecond());
    look(reply, job, job.outcome().results().getFirst());
    reply.add("data", data);
    JobJson.shortfall(reply, job);
    JobJson.warnings(reply, order.warnings());
    if (job.outcome().usage().counted()) reply.add("usage", JobJson.usage(job.outcome().usage()));
    reply.add("provider", job.hold().provider());
    if (!job.attempts().isEmpty()) reply.add("model", job.attempts().getLast().model());
    return json.response(reply);
  }

  /** The first picture itself. */
  static Response file(Job job) throws IOException {
    var picture = results(job).getFirst();
    if (!Files.exists(picture.file())) throw gone(job.id());
    return Response.stream(picture.type().mime(), picture.bytes(), out -> Files.copy(picture.file(), out))
        .withHeader("X-Content-Type-Options", "nosniff");
  }

  private static JsonObject item(Media media, boolean inline, MediaLinks.Base links, PictureJson json)
      throws IOException {
    var item = new JsonObject();
    if (inline) item.add("b64_json", mark(media, json));
    else item.add("url", links.link(media));
    media.revisedPrompt().ifPresent(p -> item.add("revised_prompt", p));
    return item;
  }

  static List<Media> results(Job job) {
    if (job.outcome().results().isEmpty()) throw gone(job.id());
    return job.outcome().results();
  }

  static String mark(Media media, PictureJson json) throws IOException {
    try {
      return json.mark(media.file());
    } catch (NoSuchFileException e) {
      throw gone(media.job());
    }
  }

  /** Results live for a time; a repeat may come later. */
  private static GatewayException gone(String job) {
    var words = "The results of " + job + " are no longer stored.";
    return new GatewayException(new Failure.Missing("result_expired", words));
  }

  /** How a picture came out: measured where that can be, and as it was asked for where not. */
  static void look(JsonObject json, Job job, Media media) {
    var look = job.task() instanceof Task.Image image ? image.look() : Look.ANY;
    look.background().ifPresent(b -> json.add("background", b));
    json.add("output_format", media.type().format());
    look.quality().ifPresent(q -> json.add("quality", q));
    media.size().ifPresent(s -> json.add("size", s.toString()));
  }
}
