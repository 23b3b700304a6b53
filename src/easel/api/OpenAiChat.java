package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Capability;
import easel.core.Input;
import easel.core.Job;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Media;
import easel.core.Model;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.http.Response;
import easel.job.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Generation inside a chat: the last thing the user said is the prompt, the pictures in it are inputs, and the answer
 * holds the result as markdown and, as other gateways have made it a habit, as {@code images[]}.
 */
final class OpenAiChat {
  static final String FACE = "chat/completions";
  private static final int HOUR = 3600;

  private OpenAiChat() {}

  static Order order(Form form, Catalogue catalogue) {
    var f = form.fields();
    var common = Common.read(f, form, catalogue);
    var talk = OpenAiTalk.read(f, form);
    var shape = Shape.of(f, common.model(), catalogue);
    var task = task(f, common, catalogue.model(common.model()), talk.prompt(), shape.lenient());
    boolean room = task instanceof Task.Image && room(catalogue, common.model()) > talk.pictures().size();
    var all = new ArrayList<Order.Pending>();
    // The one that was shown comes first: it is what is to be changed.
    if (room) talk.drawn().ifPresent(p -> all.add(new Order.Pending(new Order.Picture.Shown(p.field(), p.link()), Input.Role.REFERENCE)));
    boolean frames = task instanceof Task.Video && frames(catalogue, common.model());
    for (var picture : talk.pictures()) {
      var linked = new Order.Picture.Linked(picture.field(), picture.link());
      all.add(new Order.Pending(linked, frames ? role(all.size(), talk.pictures().size()) : Input.Role.REFERENCE));
    }
    talk.source().ifPresent(s -> all.add(source(s, task)));
    return new Order(FACE, task, common, false, all, Optional.of(shape));
  }

  private static Order.Pending source(OpenAiTalk.Part.Source source, Task task) {
    if (task instanceof Task.Image) {
      throw new FieldException(source.field(), Complaint.VALUE, "is a video to go on with, and the model makes pictures");
    }
    return new Order.Pending(new Order.Picture.Made(source.field(), source.media()), Input.Role.SOURCE);
  }

  /** How many pictures the model can be given. */
  static int room(Catalogue catalogue, String name) {
    var models = name.equals(Catalogue.AUTO) ? catalogue.models() : catalogue.model(name).stream().toList();
    return models.stream().map(Model::capability).filter(c -> c.kind() == Kind.IMAGE).mapToInt(c -> c.inputs().max())
        .max().orElse(0);
  }

  /**
   * Whether a model's pictures are parts of its video, not what it is about. Names of an older gateway say it, whoever
   * stands in for the model they were made for.
   */
  static boolean frames(Catalogue catalogue, String name) {
    boolean about = catalogue.inherited(name) && (name.contains("_r2v_") || name.startsWith("omni"));
    var roles = catalogue.model(name).map(m -> m.capability().inputs().roles()).orElse(Set.of());
    return !about && (roles.isEmpty() || roles.contains(Input.Role.FIRST_FRAME));
  }

  /** One picture begins a video, two begin and end it, more are what it is about. */
  static Input.Role role(int i, int count) {
    if (count > 2) return Input.Role.REFERENCE;
    return i == 0 ? Input.Role.FIRST_FRAME : Input.Role.LAST_FRAME;
  }

  private static Task task(Fields f, Common common, Optional<Model> model, String prompt, boolean lenient) {
    var size = lenient ? Optional.<Size>empty() : OpenAiImages.size(f).or(() -> shaped(f, model));
    int count = f.integer("n", 1, 1, 10);
    boolean video = model.map(m -> m.capability().kind() == Kind.VIDEO).orElse(false);
    if (!video) return new Task.Image(common.model(), prompt, count, size, look(f, lenient), 0, List.of(), common.extras());
    if (count > 1) throw f.wrong("n", "must be 1 for a video");
    return new Task.Video(common.model(), prompt, size, seconds(f), List.of(), common.extras());
  }

  /** Other words of the Images API mean other things in a chat. */
  private static Look look(Fields f, boolean lenient) {
    var any = Look.ANY;
    return new Look(lenient ? any.quality() : OpenAiImages.word(f, "quality"), OpenAiImages.word(f, "background"),
        OpenAiImages.format(f), any.compression(), any.moderation(), any.fidelity(), any.style());
  }

  /** Clients say the shape in one of three places. */
  private static Optional<Size> shaped(Fields f, Optional<Model> model) {
    var rule = model.map(m -> m.capability().sizes()).orElseGet(SizeRule.Any::new);
    return ratio(f, "aspect_ratio").or(() -> ratio(f.object("image_config"), "aspect_ratio"))
        .or(() -> ratio(f.object("generationConfig").object("imageConfig"), "aspectRatio")).map(r -> r.size(rule));
  }

  private static Optional<AspectRatio> ratio(Fields f, String name) {
    var text = f.optText(name).filter(t -> !t.isBlank() && !t.equals("auto"));
    if (text.isEmpty()) return Optional.empty();
    return Optional.of(AspectRatio.parse(text.get()).orElseThrow(() -> f.wrong(name, "must be like 16:9")));
  }

  private static OptionalInt seconds(Fields f) {
    var text = f.optScalar("seconds").or(() -> f.optScalar("duration"));
    if (text.isEmpty()) return OptionalInt.empty();
    boolean sane = text.get().matches("[0-9]{1,4}") && Integer.parseInt(text.get()) <= HOUR;
    if (!sane) throw f.wrong("seconds", "must be whole seconds, at most " + HOUR);
    return OptionalInt.of(Integer.parseInt(text.get()));
  }

  // ---- replies ----------------------------------------------------------------------------------------------------

  static Response reply(Job job, MediaLinks.Base links, List<String> warnings) {
    var message = new JsonObject().add("role", "assistant").add("content", content(job, links))
        .add("refusal", Json.NULL);
    if (job.kind() == Kind.IMAGE) message.add("images", images(job, links));
    var choice = new JsonObject().add("index", 0).add("message", message).add("logprobs", Json.NULL)
        .add("finish_reason", "stop");
    var reply = new JsonObject().add("id", id(job)).add("object", "chat.completion")
        .add("created", job.origin().created().getEpochSecond()).add("model", job.task().model())
        .add("choices", new JsonArray().add(choice)).add("usage", usage(job));
    JobJson.shortfall(reply, job);
    JobJson.warnings(reply, warnings);
    return Response.json(200, JsonText.bytes(reply));
  }

  /** The same for every chunk of an answer, and for its repeat. */
  static String id(Job job) {
    return "chatcmpl-" + job.id().substring(job.id().indexOf('_') + 1);
  }

  static String content(Job job, MediaLinks.Base links) {
    var texts = new ArrayList<String>();
    for (var media : OpenAiImages.results(job)) texts.add(content(media, links.link(media)));
    // In a chat a person reads the answer, and sees no other field of it.
    int made = texts.size();
    var fewer = made < job.task().count() ? made + " of " + job.task().count() + " were made: " : "";
    job.shortfall().ifPresent(f -> texts.add(fewer + f.message()));
    return String.join("\n\n", texts);
  }

  /**
   * Chat clients draw markdown pictures, and play a video from a block of HTML; the id in it is what {@code extend://}
   * takes.
   */
  private static String content(Media media, String link) {
    return media.type().video()
        ? "```html\n<video src='" + link + "' data-media-id='" + media.id() + "' controls></video>\n```"
        : "![Generated Image](" + link + ")";
  }

  static JsonArray images(Job job, MediaLinks.Base links) {
    var list = new JsonArray();
    for (var media : OpenAiImages.results(job)) {
      list.add(new JsonObject().add("type", "image_url").add("index", list.size())
          .add("image_url", new JsonObject().add("url", links.link(media))));
    }
    return list;
  }

  static JsonObject usage(Job job) {
    var usage = job.outcome().usage();
    long in = usage.textIn() + usage.imageIn();
    long out = usage.textOut() + usage.imageOut();
    return new JsonObject().add("prompt_tokens", in).add("completion_tokens", out).add("total_tokens", in + out);
  }
}
