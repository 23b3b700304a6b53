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
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Videos by the Interactions API (Gemini API, video generation with Omni): bought in the background, asked about until
 * they are done, and fetched by a link, as an answer holds no more than 4 MB of video.
 */
final class GeminiInteraction implements GeminiWay {
  static final String WAY = "interaction";
  private static final Duration EACH = Duration.ofSeconds(5);
  /** Without {@code store} nobody could ask about it again. */
  private static final Set<String> OURS =
      Set.of("model", "agent", "input", "background", "store", "stream", "webhook_config", "response_modalities");
  private static final Set<String> OUR_FORMAT = Set.of("type", "delivery", "gcs_uri");
  /** It ended: with a video where it has one, without where nobody will do what it waits for. */
  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "incomplete", "budget_exceeded",
      "requires_action", "requires_continuation");
  /** Parts that the caller gave out in the prompt itself. */
  private static final Pattern TAGGED = Pattern.compile("\\[# |<(FIRST_FRAME|LAST_FRAME|IMAGE_REF_|VIDEO_)");

  private final Fields wire;
  private final GeminiFailures failures;

  GeminiInteraction(Fields wire, GeminiFailures failures) {
    this.wire = wire;
    this.failures = failures;
  }

  @Override
  public URI address(GeminiAddress at, String model) {
    return at.at("interactions");
  }

  @Override
  public JsonObject body(Task task, Model model, JsonInlay inlay) throws IOException {
    var video = (Task.Video) task;
    var json = GeminiExtras.snake(video.extras(), OURS);
    json.set("model", model.upstreamName()).set("background", true);
    json.set("response_format", format(json, video, model));
    if (video.inputs().isEmpty()) return json.set("input", video.prompt());
    return json.set("input", content(video, inlay)).set("generation_config", config(json, video));
  }

  private JsonObject format(JsonObject json, Task.Video task, Model model) {
    var format = GeminiExtras.snake(GeminiExtras.part(json, "response_format"), OUR_FORMAT);
    format.set("type", "video").set("delivery", "uri");
    GeminiShape.of(task.size(), model, wire).ifPresent(shape -> {
      format.set("aspect_ratio", shape.ratio());
      shape.tier().ifPresent(t -> format.set("resolution", t));
    });
    // a duration of protobuf's JSON: a bare number is refused
    task.seconds().ifPresent(s -> format.set("duration", s + "s"));
    return format;
  }

  /** Files in the order in which the prompt's declaration counts them. */
  private static JsonArray content(Task.Video task, JsonInlay inlay) throws IOException {
    var content = new JsonArray();
    for (var media : ordered(task)) {
      content.add(new JsonObject().add("type", media.type().video() ? "video" : "image")
          .add("data", inlay.mark(media.file())).add("mime_type", media.type().mime()));
    }
    return content.add(new JsonObject().add("type", "text").add("text", prompt(task)));
  }

  private static List<Media> ordered(Task.Video task) {
    var all = new ArrayList<>(task.inputs(Input.Role.FIRST_FRAME));
    all.addAll(task.inputs(Input.Role.LAST_FRAME));
    all.addAll(task.inputs(Input.Role.REFERENCE));
    return all;
  }

  /**
   * The parts of the files are told in the prompt: {@code [# Sources <FIRST_FRAME>@Image1] ...}. Bare tags are the
   * short form; this one says which file a tag means (Gemini API, prompts for Omni: declaring sources and references).
   */
  private static String prompt(Task.Video task) {
    if (TAGGED.matcher(task.prompt()).find()) return task.prompt();
    var sources = new ArrayList<String>();
    var references = new ArrayList<String>();
    int images = 0;
    int videos = 0;
    for (var frame : task.inputs(Input.Role.FIRST_FRAME)) sources.add("<FIRST_FRAME>@Image" + ++images);
    for (var frame : task.inputs(Input.Role.LAST_FRAME)) sources.add("<LAST_FRAME>@Image" + ++images);
    for (var media : task.inputs(Input.Role.REFERENCE)) {
      if (media.type().video()) sources.add("<VIDEO_" + videos + ">@Video" + ++videos);
      else references.add("<IMAGE_REF_" + references.size() + ">@Image" + ++images);
    }
    return declaration("Sources", sources) + declaration("References", references) + task.prompt();
  }

  private static String declaration(String word, List<String> tags) {
    return tags.isEmpty() ? "" : "[# " + word + " " + String.join(" ", tags) + "] ";
  }

  private static JsonObject config(JsonObject json, Task.Video task) {
    var config = GeminiExtras.snake(GeminiExtras.part(json, "generation_config"), Set.of());
    if (config.get("video_config") != null) return config;
    boolean edit = task.inputs().stream().anyMatch(i -> i.media().type().video());
    boolean frame = task.inputs().stream().anyMatch(i -> i.role() != Input.Role.REFERENCE);
    var word = edit ? "edit" : frame ? "image_to_video" : "reference_to_video";
    return config.set("video_config", new JsonObject().add("task", word));
  }

  /** Words for a status that Google does not document mean that it is still at work. */
  @Override
  public Step read(GeminiAnswer answer, GeminiOrder order) {
    var f = answer.fields();
    var named = order.named(f.text("id", order.id()));
    var status = f.text("status", "");
    var results = new GeminiResults(answer);
    for (var item : output(f)) if (item.text("type", "").equals("video")) results.add(item);
    f.optObject("output_video").filter(v -> !results.any()).ifPresent(results::add);
    boolean ended = ENDS.contains(status) || status.isEmpty() && results.any();
    if (!ended) return waiting(answer, named, status);
    var verdict = results.any() ? Optional.<Failure>empty() : verdict(f, status);
    if (verdict.isPresent()) throw new GatewayException(verdict.get());
    if (!results.any()) return results.none(named, failures);
    return results.step(GeminiUsage.interaction(f, wire.object("tokens"), order.cost()), named, Optional.empty());
  }

  private Step waiting(GeminiAnswer answer, GeminiOrder order, String status) {
    if (order.id().isEmpty()) throw new GatewayException(failures.broken(200, failures.words(answer.fields())));
    answer.keep(List.of());
    var words = status.isEmpty() ? "made by " + order.model() : failures.clean(status);
    answer.progress().report(10, words + answer.age());
    return order.atWork(EACH);
  }

  private static List<Fields> output(Fields f) {
    var items = new ArrayList<Fields>(f.list("outputs", o -> o));
    for (var step : f.list("steps", s -> s)) {
      if (step.text("type", "").equals("model_output")) items.addAll(step.list("content", c -> c));
    }
    return items;
  }

  /** Why there is no video, if it says so. Only words, and no video in the account, is how a refusal looks. */
  private Optional<Failure> verdict(Fields f, String status) {
    if (!status.equals("completed")) return Optional.of(failures.ended(error(f, status)));
    var texts = output(f).stream().map(i -> i.text("text", "")).collect(Collectors.joining(" ")).strip();
    boolean made = texts.isEmpty() || GeminiUsage.video(f);
    return made ? Optional.empty() : Optional.of(failures.refused(texts, status));
  }

  /** The first error it tells of: of its own, in its list, in a step; else its status. */
  private static Fields error(Fields f, String status) {
    var all = new ArrayList<>(f.list("errors", e -> e));
    f.optObject("error").ifPresent(all::addFirst);
    for (var step : f.list("steps", s -> s)) step.optObject("error").ifPresent(all::add);
    return all.stream().findFirst().orElseGet(() -> Fields.of(new JsonObject().add("code", status)));
  }
}
