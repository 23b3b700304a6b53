package fake;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The body of a call that makes something, read as the API reads it: what is wrong with it is {@link #complaint}. */
final class FakeLabsWork {
  private static final Set<String> IMAGE_ASPECTS = Set.of("IMAGE_ASPECT_RATIO_LANDSCAPE", "IMAGE_ASPECT_RATIO_PORTRAIT",
      "IMAGE_ASPECT_RATIO_SQUARE", "IMAGE_ASPECT_RATIO_LANDSCAPE_FOUR_THREE", "IMAGE_ASPECT_RATIO_PORTRAIT_THREE_FOUR");
  private static final Set<String> VIDEO_ASPECTS = Set.of("VIDEO_ASPECT_RATIO_LANDSCAPE", "VIDEO_ASPECT_RATIO_PORTRAIT");
  private static final int AT_ONCE = 4;

  private final JsonObject body;
  private final String call;

  FakeLabsWork(JsonObject body, String call) {
    this.body = body;
    this.call = call;
  }

  private static JsonObject object(JsonObject in, String name) {
    return in.get(name) != null && in.get(name).isObject() ? in.get(name).asObject() : new JsonObject();
  }

  private static List<JsonObject> list(JsonObject in, String name) {
    var items = new ArrayList<JsonObject>();
    if (in.get(name) == null || !in.get(name).isArray()) return items;
    for (JsonValue item : in.get(name).asArray()) items.add(item.asObject());
    return items;
  }

  JsonObject context() {
    return object(body, "clientContext");
  }

  String project() {
    return context().getString("projectId", "");
  }

  /** Null where the field is missing, which the API never accepts. */
  String captcha() {
    var context = context().get("recaptchaContext");
    return context == null || context.asObject().get("token") == null ? null : context.asObject().getString("token", "");
  }

  List<JsonObject> requests() {
    return call.equals("upsampleImage") ? List.of(body) : list(body, "requests");
  }

  boolean picture() {
    return call.equals("batchGenerateImages");
  }

  boolean upscale() {
    return call.equals("upsampleImage") || call.equals("batchAsyncGenerateVideoUpsampleVideo");
  }

  String prompt() {
    var first = requests().isEmpty() ? new JsonObject() : requests().getFirst();
    var prompt = picture() ? object(first, "structuredPrompt") : object(object(first, "textInput"), "structuredPrompt");
    var text = new StringBuilder();
    for (var part : list(prompt, "parts")) text.append(part.getString("text", ""));
    return text.toString();
  }

  String model() {
    if (requests().isEmpty()) return "";
    var first = requests().getFirst();
    return picture() ? first.getString("imageModelName", "") : first.getString("videoModelKey", body.getString("targetResolution", ""));
  }

  /** Ids of media it is made from. */
  List<String> sources() {
    var ids = new ArrayList<String>();
    for (var request : requests()) {
      for (var input : list(request, "imageInputs")) ids.add(input.getString("name", ""));
      for (var input : list(request, "referenceImages")) ids.add(input.getString("mediaId", ""));
      for (var name : List.of("startImage", "endImage", "videoInput")) {
        if (request.get(name) != null) ids.add(object(request, name).getString("mediaId", ""));
      }
    }
    if (call.equals("upsampleImage")) ids.add(body.getString("mediaId", ""));
    return ids;
  }

  /** The lowest class of account that may do it. */
  int rank() {
    var model = model();
    if (model.contains("_ultra") || model.endsWith("_4k") || model.endsWith("_4K")) return 2;
    return model.endsWith("_2K") || model.endsWith("_1080p") ? 1 : 0;
  }

  /** In credits, as seen in the wild: pictures and their upscaling are free. */
  int cost() {
    if (picture() || call.equals("upsampleImage")) return 0;
    if (model().contains("lite") || model().startsWith("abra")) return 10;
    return model().contains("fast") ? 20 : upscale() ? 10 : 100;
  }

  /** Empty where it is as it should be. */
  String complaint() {
    if (captcha() == null) return "clientContext.recaptchaContext is missing";
    if (!"PINHOLE".equals(context().getString("tool", ""))) return "clientContext.tool is missing";
    if (!context().getString("sessionId", "").matches(";\\d{13}")) return "clientContext.sessionId is wrong";
    if (requests().isEmpty() || requests().size() > AT_ONCE) return "requests must be 1 to " + AT_ONCE;
    if (call.equals("upsampleImage")) {
      return model().matches("UPSAMPLE_IMAGE_RESOLUTION_[24]K") ? "" : "targetResolution is wrong";
    }
    if (prompt().isBlank() && !upscale()) return "the prompt is empty";
    for (var request : requests()) {
      var wrong = picture() ? picture(request) : video(request);
      if (!wrong.isEmpty()) return wrong;
    }
    return object(body, "mediaGenerationContext").getString("batchId", "").isEmpty() ? "batchId is missing" : "";
  }

  private String picture(JsonObject request) {
    if (!IMAGE_ASPECTS.contains(request.getString("imageAspectRatio", ""))) return "imageAspectRatio is wrong";
    if (!Set.of("GEM_PIX_2", "NARWHAL", "IMAGEN_3_5").contains(request.getString("imageModelName", ""))) return "imageModelName is wrong";
    int seed = request.getInt("seed", 0);
    return seed < 1 || seed > 999_999 || request.get("clientContext") == null ? "seed or clientContext is wrong" : "";
  }

  private String video(JsonObject request) {
    if (!VIDEO_ASPECTS.contains(request.getString("aspectRatio", ""))) return "aspectRatio is wrong";
    if (!request.getString("videoModelKey", "").matches("(veo_|abra_).+")) return "videoModelKey is wrong";
    int seed = request.getInt("seed", 0);
    if (seed < 1 || seed > 99_999) return "seed is wrong";
    var references = list(request, "referenceImages");
    boolean right = switch (call) {
      case "batchAsyncGenerateVideoText" -> sources().isEmpty();
      case "batchAsyncGenerateVideoStartImage" -> request.get("startImage") != null && request.get("endImage") == null;
      case "batchAsyncGenerateVideoStartAndEndImage" -> request.get("startImage") != null && request.get("endImage") != null;
      case "batchAsyncGenerateVideoReferenceImages" -> !references.isEmpty() && references.size() <= 3;
      case "batchAsyncGenerateVideoExtendVideo" -> request.get("videoInput") != null
          && !object(request, "metadata").getString("workflowId", "").isEmpty();
      default -> request.get("videoInput") != null && request.get("textInput") == null
          && request.getString("resolution", "").matches("VIDEO_RESOLUTION_(4K|1080P)");
    };
    return right ? "" : "the inputs are not those of " + call;
  }

  static JsonArray array(List<JsonObject> items) {
    var array = new JsonArray();
    items.forEach(array::add);
    return array;
  }
}
