package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.FieldException.Complaint;
import easel.codec.Fields;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.SizeRule;
import easel.core.Task;
import easel.job.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A request of {@code generateContent}, after Google's reference of the Gemini API. What it says for language models
 * alone (temperature, tools, safety settings) is ignored.
 */
final class GeminiOrder {
  static final String FACE = "generateContent";
  private static final int CANDIDATES_MAX = 8;
  private static final Set<String> SHOWN = Set.of("image", "video", "modality_unspecified");

  private GeminiOrder() {}

  /** @param name of the model, which the path says */
  static Order read(Form form, Catalogue catalogue, String name, boolean stream) {
    form.besides(name);
    var f = form.fields();
    var model = name.equals(Catalogue.AUTO) ? Optional.<Model>empty() : Optional.of(catalogue.named(name).model());
    var kind = model.map(m -> m.capability().kind()).orElse(Kind.IMAGE);
    var rule = model.map(m -> m.capability().sizes()).orElseGet(SizeRule.Any::new);
    var contents = GeminiContents.read(f, form);
    if (form.holdsPicture(contents.prompt())) {
      throw new FieldException("contents", Complaint.VALUE, "must not have a picture in the middle of a text");
    }
    var config = Gemini.part(f, "generationConfig");
    shown(config);
    var shape = Shape.of(Fields.of(hints(config)), name, catalogue);
    var size = shape.lenient() ? GeminiSize.OPEN : GeminiSize.read(config, kind);
    var common = new Common(name, Optional.empty(), "", extras(config), stream, false, false);
    var task = task(config, kind, common, contents.prompt());
    return new Order(FACE, task, common, true, pending(contents, task, catalogue), Optional.of(shape),
        inputs -> size.size(rule, kind, inputs));
  }

  /** The body as names of older gateways read it: their hints may stand beside the picture's part of it too. */
  private static JsonObject hints(Fields config) {
    var image = GeminiSize.image(config);
    var plain = new JsonObject();
    for (var name : image.names()) if (image.isText(name)) plain.set(name, GeminiSize.plain(image.text(name)));
    var spelt = new JsonObject(config.raw()).set("imageConfig", plain);
    return new JsonObject().add("generationConfig", spelt);
  }

  /** Who wants nothing but words, for the title of a chat for instance, is not to pay for a picture. */
  private static void shown(Fields config) {
    var name = Gemini.spelt(config, "responseModalities");
    var wanted = config.oneOrMoreTexts(name).stream().map(w -> w.strip().toLowerCase(Locale.ROOT)).toList();
    if (wanted.isEmpty() || wanted.stream().anyMatch(SHOWN::contains)) return;
    throw config.wrong(name, "must hold IMAGE: the models here make pictures and videos, not text");
  }

  private static Task task(Fields config, Kind kind, Common common, String prompt) {
    var name = Gemini.spelt(config, "candidateCount");
    int count = config.integer(name, 1, 1, CANDIDATES_MAX);
    if (kind == Kind.IMAGE) {
      return new Task.Image(common.model(), prompt, count, Optional.empty(), look(config), 0, List.of(),
          common.extras());
    }
    if (count > 1) throw config.wrong(name, "must be 1 for a video");
    return new Task.Video(common.model(), prompt, Optional.empty(), OptionalInt.empty(), List.of(), common.extras());
  }

  private static Look look(Fields config) {
    var output = Gemini.part(Gemini.part(config, "imageConfig"), "imageOutputOptions");
    var mime = Gemini.spelt(output, "mimeType");
    var format = output.optText(mime).filter(m -> !m.isBlank()).map(m -> MediaType.ofMime(m.strip())
        .filter(t -> !t.video())
        .orElseThrow(() -> output.wrong(mime, "must be one of image/png, image/jpeg, image/webp")));
    var compression = output.optInteger(Gemini.spelt(output, "compressionQuality"), 0, 100);
    return new Look(Optional.empty(), Optional.empty(), format, compression, Optional.empty(), Optional.empty(),
        Optional.empty());
  }

  /** Google's seeds may be negative, which few others take. */
  private static JsonObject extras(Fields config) {
    var extras = new JsonObject();
    config.optWhole("seed", Integer.MIN_VALUE, Integer.MAX_VALUE).filter(s -> s >= 0)
        .ifPresent(s -> extras.add("seed", s));
    return extras;
  }

  /** The picture before is worked on where the model can, as in a chat. */
  private static List<Order.Pending> pending(GeminiContents contents, Task task, Catalogue catalogue) {
    var pictures = new ArrayList<>(contents.pictures());
    boolean room = task instanceof Task.Image && OpenAiChat.room(catalogue, task.model()) > pictures.size();
    if (room) contents.drawn().ifPresent(p -> pictures.add(0, p));
    boolean frames = task instanceof Task.Video && OpenAiChat.frames(catalogue, task.model());
    var all = new ArrayList<Order.Pending>();
    for (var picture : pictures) {
      var role = frames ? OpenAiChat.role(all.size(), pictures.size()) : Input.Role.REFERENCE;
      all.add(new Order.Pending(picture, role));
    }
    contents.source().ifPresent(s -> all.add(source(s, task)));
    return all;
  }

  private static Order.Pending source(Order.Picture.Made source, Task task) {
    if (task instanceof Task.Video) return new Order.Pending(source, Input.Role.SOURCE);
    throw new FieldException(source.field(), Complaint.VALUE, "is a video to go on with, and the model makes pictures");
  }
}
