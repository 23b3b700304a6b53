package easel.provider;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.SizeRule;
import easel.core.Task;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A task in the blanks of a workflow. Values are put in after parsing, as what they are: text stays text. */
final class ComfyRequest {
  /** The largest seed of ComfyUI's own nodes: 64 bits without a sign. */
  private static final BigInteger SEED_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  /** 50 bits: a seed we draw is exact wherever the picture's workflow is opened again, the browser included. */
  private static final int SEED_SHIFT = 14;
  private static final int SECONDS_USUAL = 5;
  /** What the caller says with the task itself, or not at all. */
  private static final Set<String> AGREED = Set.of("prompt", "width", "height", "batch_size", "seconds", "frames", "mask", "model");

  private final ComfyWorkflow workflow;
  private final Task task;
  private final Fields extras;

  ComfyRequest(ComfyWorkflow workflow, Task task) {
    this.workflow = workflow;
    this.task = task;
    this.extras = Fields.gathering(task.extras(), e -> { });
  }

  Task task() {
    return task;
  }

  /** The pictures a workflow's blanks get, in their order; a video's last frame is the last of them. */
  List<Media> pictures() {
    return task.inputs().stream().filter(i -> i.role() != Input.Role.MASK)
        .sorted(Comparator.comparingInt(i -> i.role() == Input.Role.LAST_FRAME ? 1 : 0)).map(Input::media).toList();
  }

  Optional<Media> mask() {
    return workflow.has("mask") ? task.inputs(Input.Role.MASK).stream().findFirst() : Optional.empty();
  }

  /** Refuses what this workflow has no blank for, and what a blank cannot take; nothing has been sent by then. */
  void check() {
    var size = task instanceof Task.Image image ? image.size() : ((Task.Video) task).size();
    if (size.isPresent() && !sized() && !(workflow.capability().sizes() instanceof SizeRule.OneOf)) {
      throw invalid("size", "is fixed by this workflow");
    }
    boolean timed = workflow.has("seconds") || workflow.has("frames") || !workflow.capability().seconds().isEmpty();
    if (task instanceof Task.Video video && video.seconds().isPresent() && !timed) throw invalid("seconds", "is fixed by this workflow");
    if (workflow.has("mask") && mask().isEmpty()) throw invalid("mask", "must be given");
    if (pictures().size() < workflow.pictures().size()) throw invalid("image", "must be given " + workflow.pictures().size() + " times");
    for (var name : workflow.graph().blanks().keySet()) if (given(name)) value(name, Map.of());
    seed("");
  }

  private boolean sized() {
    return workflow.has("width") && workflow.has("height");
  }

  /**
   * What is sent. The file name holds the tag and the seed is never left out, so that ComfyUI cannot answer with what
   * it once made of the same workflow: it runs nothing that it remembers, and names the old files.
   *
   * @param tag our id: of the prompt, and of the socket that hears of it
   * @param uploaded the server's names of the files, by blank
   */
  JsonObject body(String tag, Map<String, String> uploaded) {
    var values = new HashMap<ComfyGraph.Place, JsonValue>();
    workflow.graph().blanks().forEach((blank, places) -> {
      for (var place : places) if (known(blank)) values.put(place, blank.equals("seed") ? seed(tag) : value(blank, uploaded));
    });
    if (!workflow.has("seed") && (extras.has("seed") || !workflow.defaults().containsKey("seed"))) {
      for (var place : workflow.graph().seeds()) values.put(place, seed(tag));
    }
    for (var node : workflow.graph().nodes().values()) {
      if (!node.inputs().isText("filename_prefix")) continue;
      values.put(new ComfyGraph.Place(node.id(), "filename_prefix"), Json.value(node.inputs().text("filename_prefix") + "-" + tag));
    }
    return new JsonObject().add("prompt", workflow.graph().with(values)).add("client_id", tag).add("prompt_id", tag);
  }

  private boolean known(String blank) {
    return blank.equals("seed") || AGREED.contains(blank) || workflow.defaults().containsKey(blank) || workflow.pictures().contains(blank);
  }

  private JsonValue value(String blank, Map<String, String> uploaded) {
    return switch (blank) {
      case "prompt" -> Json.value(task.prompt());
      case "width", "height" -> side(blank);
      case "batch_size" -> Json.value(task.count());
      case "seconds" -> Json.value(seconds());
      // video models want a picture for the beginning, too: 5 seconds of 16 are 81
      case "frames" -> Json.value(seconds() * workflow.fps() + 1);
      case "seed" -> seed("");
      default -> uploaded.containsKey(blank) ? Json.value(uploaded.get(blank)) : parameter(blank);
    };
  }

  private JsonValue side(String blank) {
    var size = task instanceof Task.Image image ? image.size() : ((Task.Video) task).size();
    return size.map(s -> Json.value(blank.equals("width") ? s.width() : s.height())).orElse(workflow.defaults().get(blank));
  }

  private int seconds() {
    int shortest = workflow.capability().seconds().stream().min(Integer::compare).orElse(SECONDS_USUAL);
    return task instanceof Task.Video video ? video.seconds().orElse(shortest) : shortest;
  }

  /** Whether the caller said it, in {@code provider_params}. */
  boolean given(String blank) {
    return !AGREED.contains(blank) && extras.has(blank);
  }

  private JsonValue parameter(String blank) {
    var usual = workflow.defaults().get(blank);
    if (!given(blank)) return usual;
    var value = task.extras().get(blank);
    boolean same = value.isNumber() == usual.isNumber() && value.isString() == usual.isString() && value.isBoolean() == usual.isBoolean();
    if (!same) throw invalid("provider_params." + blank, "must be " + (usual.isNumber() ? "a number" : usual.isString() ? "text" : "true or false"));
    return value;
  }

  /**
   * The caller's digits as they are, for a double would round them; else one drawn from our tag, the same after a
   * restart.
   */
  private JsonValue seed(String tag) {
    var said = extras.optScalar("seed");
    if (extras.has("seed")) {
      boolean whole = said.orElse("").matches("[0-9]{1,20}") && new BigInteger(said.get()).compareTo(SEED_MAX) <= 0;
      if (!whole) throw invalid("provider_params.seed", "must be a whole number between 0 and " + SEED_MAX);
      return task.extras().get("seed");
    }
    var fixed = workflow.defaults().get("seed");
    if (fixed != null) return fixed;
    return Json.value(tag.isEmpty() ? 0 : UUID.fromString(tag).getMostSignificantBits() >>> SEED_SHIFT);
  }

  /** What of the caller's a blank holds, for a complaint about its value; empty where it is not the caller's doing. */
  Optional<String> field(String blank) {
    boolean sized = task instanceof Task.Image image ? image.size().isPresent() : ((Task.Video) task).size().isPresent();
    return switch (blank) {
      case "prompt" -> Optional.of("prompt");
      case "width", "height" -> sized ? Optional.of("size") : Optional.empty();
      case "batch_size" -> Optional.of("n");
      case "seconds", "frames" -> Optional.of("seconds");
      default -> given(blank) ? Optional.of("provider_params." + blank) : Optional.empty();
    };
  }

  /** Blanks by the input they stand in. */
  Map<ComfyGraph.Place, String> blanks() {
    var blanks = new LinkedHashMap<ComfyGraph.Place, String>();
    workflow.graph().blanks().forEach((blank, places) -> places.forEach(p -> blanks.put(p, blank)));
    return blanks;
  }

  private static GatewayException invalid(String field, String words) {
    return new GatewayException(new Failure.Invalid(field, field + " " + words));
  }
}
