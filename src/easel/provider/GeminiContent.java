package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonInlay;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.Model;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pictures by {@code generateContent} (Gemini API reference): one request, one turn of a conversation, whose answer has
 * texts and pictures in any order. Whatever went wrong with the picture comes with status 200.
 */
final class GeminiContent implements GeminiWay {
  static final String WAY = "content";
  /** What was agreed, and what would send the result or news of it elsewhere. */
  private static final Set<String> OURS = Set.of("contents", "model", "webhookConfig");
  private static final Set<String> OUR_CONFIG = Set.of("candidateCount", "responseModalities");
  private static final Set<String> REFUSALS = Set.of("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT",
      "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION");

  private final Fields wire;
  private final GeminiFailures failures;

  GeminiContent(Fields wire, GeminiFailures failures) {
    this.wire = wire;
    this.failures = failures;
  }

  @Override
  public URI address(GeminiAddress at, String model) {
    return at.model(model, "generateContent");
  }

  @Override
  public JsonObject body(Task task, Model model, JsonInlay inlay) throws IOException {
    var image = (Task.Image) task;
    var parts = new JsonArray().add(new JsonObject().add("text", image.prompt()));
    for (var media : image.inputs(Input.Role.REFERENCE)) {
      parts.add(new JsonObject().add("inlineData", inline(media, inlay)));
    }
    var turn = new JsonObject().add("role", "user").add("parts", parts);
    var json = GeminiExtras.camel(image.extras(), OURS);
    return json.set("contents", new JsonArray().add(turn)).set("generationConfig", config(json, image, model));
  }

  private static JsonObject inline(Media media, JsonInlay inlay) throws IOException {
    return new JsonObject().add("mimeType", media.type().mime()).add("data", inlay.mark(media.file()));
  }

  /** Texts are asked for too: in them the model says why it does not draw. */
  private JsonObject config(JsonObject json, Task.Image task, Model model) {
    var config = GeminiExtras.camel(GeminiExtras.part(json, "generationConfig"), OUR_CONFIG);
    config.set("responseModalities", new JsonArray().add("TEXT").add("IMAGE"));
    if (config.get("thinkingConfig") != null) {
      var thinking = GeminiExtras.part(config, "thinkingConfig");
      config.set("thinkingConfig", GeminiExtras.camel(thinking, Set.of("includeThoughts")));
    }
    var shape = GeminiShape.of(task.size(), model, wire);
    if (shape.isEmpty()) return config;
    var image = GeminiExtras.camel(GeminiExtras.part(config, "imageConfig"), Set.of("imageSize"));
    image.set("aspectRatio", shape.get().ratio());
    shape.get().tier().ifPresent(t -> image.set("imageSize", t));
    return config.set("imageConfig", image);
  }

  /** The last picture is the result; others may come before it, and are paid for too. */
  @Override
  public Step read(GeminiAnswer answer, GeminiOrder order) {
    var f = answer.fields();
    if (f.has("error")) throw new GatewayException(failures.broken(200, failures.words(f)));
    var parts = parts(f);
    var pictures = new ArrayList<Path>();
    for (var part : parts) answer.draft(inlineData(part)).ifPresent(pictures::add);
    var usage = GeminiUsage.content(f, wire.object("tokens"), order.cost());
    if (!pictures.isEmpty()) return done(answer, pictures, usage);
    var links = parts.stream().flatMap(p -> p.object("fileData").optText("fileUri").stream()).toList();
    if (links.isEmpty()) throw new GatewayException(verdict(f, parts));
    return Finished.links(links, answer.extension(), usage).waiting();
  }

  private static Step done(GeminiAnswer answer, List<Path> pictures, Usage usage) {
    var lastFirst = new ArrayList<>(pictures);
    lastFirst.addFirst(lastFirst.removeLast());
    return answer.done(lastFirst, usage, Optional.empty());
  }

  /** None of them is a thought, as these were not asked for. */
  @Override
  public Optional<Step> rescue(GeminiAnswer answer, GeminiOrder order) {
    if (answer.complete().isEmpty()) return Optional.empty();
    answer.progress().report(80, "the answer broke off after the picture");
    return Optional.of(done(answer, answer.complete(), GeminiUsage.listed(Usage.NONE, order.cost())));
  }

  /** Thoughts hold drafts of texts and of pictures, which are not for the caller. */
  private static List<Fields> parts(Fields f) {
    var parts = new ArrayList<Fields>();
    for (var candidate : f.list("candidates", c -> c)) {
      for (var part : candidate.object("content").list("parts", p -> p)) {
        if (!part.flag("thought", false)) parts.add(part);
      }
    }
    return parts;
  }

  private static Fields inlineData(Fields part) {
    return part.optObject("inlineData").orElseGet(() -> part.object("inline_data"));
  }

  private Failure verdict(Fields f, List<Fields> parts) {
    var blocked = f.object("promptFeedback").text("blockReason", "");
    if (!blocked.isEmpty()) return failures.refused(f.object("promptFeedback").text("blockReasonMessage", ""), blocked);
    var candidates = f.list("candidates", c -> c);
    if (candidates.isEmpty()) return failures.broken(200, "there is no picture in its answer");
    var reason = candidates.getLast().text("finishReason", "");
    var texts = parts.stream().map(p -> p.text("text", "")).collect(Collectors.joining(" ")).strip();
    var said = candidates.getLast().optText("finishMessage").filter(m -> !m.isBlank()).orElse(texts);
    // a model that answers in words only did not want to draw
    boolean spoke = !texts.isEmpty() && (reason.isEmpty() || reason.equals("STOP"));
    if (spoke || REFUSALS.contains(reason)) return failures.refused(said, reason);
    return failures.failed(said, reason);
  }
}
