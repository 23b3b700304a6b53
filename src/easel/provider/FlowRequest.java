package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The bodies of Flow's calls that make something. Ids that a client makes up are made of our tag, so that two calls of
 * one purchase look alike to whoever compares them.
 */
final class FlowRequest {
  private static final int PICTURE_SEED_MAX = 999_999;
  private static final int VIDEO_SEED_MAX = 99_999;
  private static final int MILLIS = 1000;

  /**
   * What all calls of one job say of themselves.
   *
   * @param session {@code ;} and milliseconds: when it began
   * @param tier the account's class, where the call has to say so
   */
  record Context(JsonObject recaptcha, String session, String project, Optional<String> tier) {
    Context as(String word) {
      return new Context(recaptcha, session, project, Optional.of(word));
    }

    /** Without the operator's answer to a captcha. */
    @Override
    public String toString() {
      return "session " + session + " project " + project;
    }

    private JsonObject json() {
      var json = new JsonObject().add("recaptchaContext", recaptcha).add("sessionId", session)
          .add("projectId", project).add("tool", "PINHOLE");
      tier.ifPresent(t -> json.add("userPaygateTier", t));
      return json;
    }
  }

  private FlowRequest() {}

  // ---- pictures ---------------------------------------------------------------------------------------------------

  /** One call for all of them: each is a request of its own, with a seed of its own. */
  static JsonObject pictures(Context context, Task.Image task, FlowShape shape, List<String> inputs, String tag) {
    var references = new JsonArray();
    for (var id : inputs) {
      references.add(new JsonObject().add("name", id).add("imageInputType", "IMAGE_INPUT_TYPE_REFERENCE"));
    }
    var requests = new JsonArray();
    for (int i = 0; i < task.count(); i++) {
      requests.add(passed(task).set("clientContext", context.json()).set("seed", seed(task, PICTURE_SEED_MAX, tag, i))
          .set("imageModelName", task.model()).set("imageAspectRatio", shape.aspect())
          .set("structuredPrompt", prompt(task)).set("imageInputs", references));
    }
    return new JsonObject().add("clientContext", context.json())
        .add("mediaGenerationContext", new JsonObject().add("batchId", tag)).add("useNewMedia", true)
        .add("requests", requests);
  }

  /** Makes a picture larger. {@code upscale}: {@code 2K} or {@code 4K}. */
  static JsonObject larger(Context context, String picture, String upscale) {
    return new JsonObject().add("mediaId", picture).add("targetResolution", "UPSAMPLE_IMAGE_RESOLUTION_" + upscale)
        .add("clientContext", context.json());
  }

  // ---- videos -----------------------------------------------------------------------------------------------------

  /** {@code inputs}: what was handed over, in the order of {@link FlowKey#pictures}; of an extension, its source. */
  static JsonObject video(Context context, Task.Video task, FlowKey key, FlowShape shape, List<String> inputs,
      String tag) {
    var request = passed(task).set("aspectRatio", shape.aspect()).set("seed", seed(task, VIDEO_SEED_MAX, tag, 0))
        .set("textInput", new JsonObject().add("structuredPrompt", prompt(task)))
        .set("videoModelKey", key.name()).set("metadata", new JsonObject());
    switch (key.way()) {
      case TEXT -> { }
      case START -> request.set("startImage", media(inputs.getFirst()));
      case FRAMES -> request.set("startImage", media(inputs.getFirst())).set("endImage", media(inputs.getLast()));
      case REFERENCES -> request.set("referenceImages", references(inputs));
      case EXTENSION, UPSCALE -> request.set("videoInput", media(inputs.getFirst()))
          .set("metadata", new JsonObject().add("workflowId", derived(tag, "workflow")));
    }
    return submit(context, request, tag);
  }

  /** Makes a video larger. {@code upscale}: {@code 1080P} or {@code 4K}. */
  static JsonObject larger(Context context, String video, FlowShape shape, String tag) {
    var upscale = shape.upscale().orElseThrow();
    var request = new JsonObject().add("aspectRatio", shape.aspect()).add("seed", floor(tag, VIDEO_SEED_MAX))
        .add("resolution", "VIDEO_RESOLUTION_" + upscale).add("videoInput", media(video))
        .add("videoModelKey", FlowKey.upscaler(upscale).name())
        .add("metadata", new JsonObject().add("sceneId", derived(tag, "scene")));
    return submit(context, request, derived(tag, "upscale"));
  }

  private static JsonObject submit(Context context, JsonObject request, String batch) {
    return new JsonObject()
        .add("mediaGenerationContext", new JsonObject().add("batchId", batch)
            .add("audioFailurePreference", "BLOCK_SILENCED_VIDEOS"))
        .add("clientContext", context.json()).add("requests", new JsonArray().add(request))
        .add("useV2ModelConfig", true);
  }

  /** How the videos of one account stand. */
  static JsonObject poll(List<FlowPolls.Film> films) {
    var list = new JsonArray();
    for (var film : films) list.add(new JsonObject().add("name", film.name()).add("projectId", film.project()));
    return new JsonObject().add("media", list);
  }

  /** One video of several, of which each goes on where the one before ends: its first second is that one's last. */
  static JsonObject joined(List<FlowFilm.Piece> pieces) {
    var list = new JsonArray();
    for (var piece : pieces) {
      // the field is named after nanoseconds and holds milliseconds
      list.add(new JsonObject().add("mediaGenerationId", piece.media()).add("lengthNanos", piece.seconds() * MILLIS)
          .add("startTimeOffset", list.isEmpty() ? "0s" : "1s").add("endTimeOffset", piece.seconds() + "s"));
    }
    return new JsonObject().add("inputVideos", list);
  }

  static JsonObject join(String operation) {
    return new JsonObject().add("operation",
        new JsonObject().add("operation", new JsonObject().add("name", operation)));
  }

  // ---- parts ------------------------------------------------------------------------------------------------------

  private static JsonObject media(String id) {
    return new JsonObject().add("mediaId", id);
  }

  private static JsonArray references(List<String> ids) {
    var list = new JsonArray();
    for (var id : ids) {
      list.add(new JsonObject().add("imageUsageType", "IMAGE_USAGE_TYPE_ASSET").add("mediaId", id));
    }
    return list;
  }

  private static JsonObject prompt(Task task) {
    return new JsonObject().add("parts", new JsonArray().add(new JsonObject().add("text", task.prompt())));
  }

  /** The caller's own parameters; what we say ourselves is set afterwards. */
  private static JsonObject passed(Task task) {
    return new JsonObject(task.extras()).remove("seed");
  }

  /** The caller's, each further picture another one; else one that a repeat of this very purchase would have too. */
  private static int seed(Task task, int max, String tag, int index) {
    try {
      var own = Fields.of(task.extras(), "provider_params").optInteger("seed", 1, max);
      return (own.orElseGet(() -> floor(tag, max)) - 1 + index) % max + 1;
    } catch (FieldException e) {
      throw new GatewayException(new Failure.Invalid("provider_params.seed", e.getMessage()), e);
    }
  }

  private static int floor(String tag, int max) {
    return Math.floorMod(tag.hashCode(), max) + 1;
  }

  /** A further id of that purchase; it says of itself that it is random, as Flow's own page makes them so. */
  static String derived(String tag, String word) {
    var made = UUID.nameUUIDFromBytes((tag + "/" + word).getBytes(StandardCharsets.UTF_8));
    return new UUID(made.getMostSignificantBits() & ~0xf000L | 0x4000L, made.getLeastSignificantBits()).toString();
  }
}
