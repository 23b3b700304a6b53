package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link FakeGemini} answers, by the words of its scripts. Before it takes the work: {@code 401 403 badkey
 * billing region
 * prepaid 429=SECONDS perday unavailable 500 html list safety400 missing invalid drop hang drip}. Instead of a picture:
 * {@code
 * blocked image_safety text no_image empty nothing garbage cut error200}; of a video: {@code failed policy words
 * filtered
 * lost status=WORD}. Otherwise shaped results: {@code thoughts several urlsafe snake link inline moved partial}.
 */
public final class FakeGeminiAnswers {
  private static final Set<String> RATIOS = Set.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9",
      "21:9",
      "1:4", "4:1", "1:8", "8:1");
  private static final String CREATED = "2029-12-31T23:57:30Z";
  private static final String USAGE = "\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":1126,"
      + "\"thoughtsTokenCount\":180,\"totalTokenCount\":1313,\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":7}],"
      + "\"candidatesTokensDetails\":[{\"modality\":\"IMAGE\",\"tokenCount\":1120}]},\"modelVersion\":\"m\",\"responseId\":\"r1\"}";

  private FakeGeminiAnswers() {}

  // ---- files ------------------------------------------------------------------------------------------------------

  /** The picture number {@code index}; 62 and 63 of base64 are in it. */
  public static byte[] picture(int index) {
    return FakeOpenAiPicture.png(64, 48, index);
  }

  /** A video with a movie header that says nothing. */
  public static byte[] video() {
    return ByteBuffer.allocate(64).putInt(16).put(latin1("ftypisom")).putInt(0).putInt(8).put(latin1("moov")).putInt(40)
        .put(latin1("mdat")).array();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static Script file() {
    return Script.answer(200, "video/mp4", video());
  }

  // ---- refusals ---------------------------------------------------------------------------------------------------

  static Script error(int status, String word, String message, String... details) {
    var all = new JsonArray();
    for (var detail : details) all.add(Json.parse(detail));
    var error = new JsonObject().add("code", status).add("message", message).add("status", word);
    if (!all.isEmpty()) error.add("details", all);
    return Script.json(status, new JsonObject().add("error", error).toString());
  }

  static Script unregistered() {
    return error(403, "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity)."
        + " Please use API Key or other form of API consumer identity to call this API.");
  }

  static Script unknownInteraction() {
    return Script.json(400, "{\"error\":{\"code\":\"invalid_request\",\"message\":\"Invalid interaction name\"}}");
  }

  /** An answer that takes no work; empty for words that go with accepted work. */
  static Optional<Script> trouble(String word, Sent sent) {
    var key = sent.header("x-goog-api-key").orElse("");
    return Optional.ofNullable(switch (word.split("=")[0]) {
      case "401" -> error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials: " + key);
      case "403" -> error(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key.");
      case "badkey" -> error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.",
          "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\",\"domain\":\"googleapis.com\","
          + "\"metadata\":{\"service\":\"generativelanguage.googleapis.com\"}}");
      case "billing" -> error(400, "FAILED_PRECONDITION",
          "Gemini API free tier is not available in your country. Please enable"
          + " billing on your project in Google AI Studio.");
      case "region" -> error(400, "FAILED_PRECONDITION", "User location is not supported for the API use.");
      case "prepaid" -> error(429, "RESOURCE_EXHAUSTED",
          "Your prepayment credits are depleted. Please go to AI Studio.");
      case "429" -> quota("GenerateRequestsPerMinutePerProjectPerModel", "20", word.split("=")[1]);
      case "perday" -> quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "100", "29.72");
      case "unavailable" -> error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
      case "500" -> Script.answer(500, "text/html", latin1("<html>Internal Server Error</html>"));
      case "html" -> Script.answer(200, "text/html", latin1("<html>welcome</html>"));
      case "list" -> Script.json(400,
          "[{\"error\":{\"code\":400,\"message\":\"API key expired. Please renew the API key.\","
          + "\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]");
      case "safety400" -> Script.json(400,
          "{\"error\":{\"code\":\"invalid_request\",\"message\":\"The prompt was blocked by our"
          + " safety filters.\"}}");
      case "missing" -> error(404, "NOT_FOUND", "models/x is not found for API version v1beta, or is not supported for"
          + " generateContent. Call ListModels to see the list of available models and their supported methods.");
      case "invalid" -> error(400, "INVALID_ARGUMENT", "Unable to process input image. Please retry.");
      default -> null;
    });
  }

  private static Script quota(String id, String value, String seconds) {
    return error(429, "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details."
        + " Please retry in " + seconds + "41s.",
            "{\"@type\":\"type.googleapis.com/google.rpc.Help\",\"links\":[{\"url\":\"x\"}]}",
        "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaMetric\":\"g/r\",\"quotaId\":\"" + id
        + "\",\"quotaDimensions\":{\"location\":\"global\"},\"quotaValue\":\"" + value + "\"}]}",
        "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" + seconds + "s\"}");
  }

  /** What Google would complain about, as far as it matters here. */
  static Optional<String> complaint(String path, JsonObject body) {
    if (path.endsWith("/interactions")) {
      var format = object(body, "response_format");
      var duration = format.get("duration");
      if (duration != null && !duration.isString()) return Optional.of("Invalid duration");
      return known(Set.of("16:9", "9:16"), text(format, "aspect_ratio"));
    }
    if (path.endsWith(":generateContent")) {
      var image = object(object(body, "generationConfig"), "imageConfig");
      var size = known(Set.of("512", "1K", "2K", "4K"), text(image, "imageSize"));
      return size.isPresent() ? size : known(RATIOS, text(image, "aspectRatio"));
    }
    return known(RATIOS, text(object(body, "parameters"), "aspectRatio"));
  }

  private static Optional<String> known(Set<String> values, String value) {
    return value.isEmpty() || values.contains(value) ? Optional.empty() : Optional.of("Invalid value: " + value);
  }

  static String text(JsonObject json, String name) {
    return Optional.ofNullable(json.get(name)).filter(JsonValue::isString).map(JsonValue::asString).orElse("");
  }

  private static JsonObject object(JsonObject json, String name) {
    return Optional.ofNullable(json.get(name)).filter(JsonValue::isObject).map(JsonValue::asObject)
        .orElseGet(JsonObject::new);
  }

  // ---- pictures ---------------------------------------------------------------------------------------------------

  static Script content(String word) {
    var signature = "\"thoughtSignature\":\"" + "Q0E9".repeat(50_000) + "\"";
    var picture = base64(picture(3));
    return switch (word) {
      case "blocked" -> Script.json(200,
          "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":"
          + "{\"promptTokenCount\":9,\"totalTokenCount\":9},\"modelVersion\":\"gemini-3-pro-image\"}");
      case "image_safety" -> ended("", "IMAGE_SAFETY\",\"finishMessage\":\"Unable to show the generated image.");
      case "text" -> ended("{\"text\":\"I can describe it instead.\"}", "STOP");
      case "no_image" -> ended("{\"text\":\"It would be dark.\"}", "NO_IMAGE");
      case "empty" -> ended("", "IMAGE_OTHER");
      case "nothing" -> Script.json(200, "{\"usageMetadata\":{\"promptTokenCount\":9}}");
      case "error200" -> Script.json(200, "{\"error\":{\"code\":500,\"message\":\"It broke.\"}}");
      case "garbage" -> Script.json(200, "{\"candidates\":[{\"content\":{\"parts\":[{\"te");
      case "thoughts" -> ended("{\"thought\":true,\"text\":\"plan\"},{\"thought\":true," + inline(base64(picture(1)))
          + "},{"
          + inline(picture) + "," + signature + "}", "STOP");
      case "several" -> ended("{" + inline(base64(picture(1))) + "},{\"text\":\"and\"},{" + inline(base64(picture(2)))
          + "},{"
          + inline(picture) + "}", "STOP");
      case "urlsafe" -> ended("{" + inline(Base64.getUrlEncoder().withoutPadding().encodeToString(picture(3))) + "}",
          "STOP");
      case "snake" -> ended("{\"inline_data\":{\"mime_type\":\"image/jpeg\",\"data\":\"" + picture + "\"}}", "STOP");
      case "cut" -> whole(picture, signature).cutAfter(whole(picture, signature).length() - 40);
      default -> whole(picture, signature);
    };
  }

  private static Script whole(String picture, String signature) {
    return ended("{\"text\":\"Here it is.\"," + signature + "},{" + inline(picture) + "}", "STOP");
  }

  private static String inline(String base64) {
    return "\"inlineData\":{\"mimeType\":\"image/jpeg\",\"data\":\"" + base64 + "\"}";
  }

  /** A candidate without parts has no content at all. */
  private static Script ended(String parts, String reason) {
    var content = parts.isEmpty() ? "" : "\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]},";
    return Script.json(200, "{\"candidates\":[{" + content + "\"finishReason\":\"" + reason + "\",\"index\":0}],"
        + USAGE);
  }

  static Script predictions(String word, JsonObject body) {
    if (word.equals("filtered")) return Script.json(200, "{}");
    var filtered = "{\"raiFilteredReason\":\"Unable to show generated images.\"}";
    if (word.equals("reasons")) return Script.json(200, "{\"predictions\":[" + filtered + "]}");
    if (word.equals("garbage")) return Script.json(200, "{\"predictions\":[{\"by");
    if (word.equals("other")) return Script.json(200, "{\"status\":\"ok\"}");
    var all = new StringBuilder();
    int count = object(body, "parameters").getInt("sampleCount", 4);
    for (int i = 0; i < count; i++) {
      boolean gone = word.equals("partial") && i == count - 1;
      var item = gone ? filtered : "{\"mimeType\":\"image/jpeg\",\"bytesBase64Encoded\":\"" + base64(picture(i))
          + "\"}";
      all.append(i == 0 ? "" : ",").append(item);
    }
    var safety = "{\"safetyAttributes\":{\"contentType\":\"Positive Prompt\"}}";
    return Script.json(200, "{\"predictions\":[" + all + "," + safety + "]}");
  }

  // ---- videos -----------------------------------------------------------------------------------------------------

  static Script interaction(String id, String stage, URI base) {
    var head = "{\"id\":\"" + id + "\",\"object\":\"interaction\",\"model\":\"gemini-omni-1.1-flash\",\"created\":\""
        + CREATED
        + "\",\"updated\":\"" + CREATED + "\",\"status\":\"";
    if (stage.startsWith("status=")) return Script.json(200, head + stage.substring(7) + "\"}");
    return switch (stage) {
      case "pending" -> Script.json(200, head + "in_progress\"}");
      case "cancelled" -> Script.json(200, head + "cancelled\"}");
      case "failed" -> Script.json(200, head
          + "failed\",\"errors\":[{\"code\":\"internal\",\"message\":\"generation failed\"}]}");
      case "policy" -> Script.json(200, head
          + "failed\",\"steps\":[{\"type\":\"model_output\",\"content\":[],\"error\":{\"code\":3,"
          + "\"message\":\"The video violates our usage policies.\"}}]}");
      case "words" -> Script.json(200, head + "completed\",\"steps\":["
          + output("{\"type\":\"text\",\"text\":\"I can't help with"
          + " that.\"}") + "],\"usage\":{\"total_output_tokens\":20}}");
      case "lost" -> completed(head, "{\"type\":\"text\",\"text\":\"Here is your video.\"}");
      case "inline" -> completed(head, "{\"type\":\"video\",\"mime_type\":\"video/mp4\",\"data\":\"" + base64(video())
          + "\"}");
      case "bare" -> completed(head, "{\"type\":\"video\",\"uri\":\"files/k3x9q2\"}");
      default -> completed(head, "{\"type\":\"video\",\"mime_type\":\"video/mp4\",\"uri\":\"" + link(base, stage)
          + "\"}");
    };
  }

  /** Sends the input back, as Google does. */
  private static Script completed(String head, String item) {
    var input = "{\"type\":\"user_input\",\"content\":[{\"type\":\"image\",\"mime_type\":\"image/png\",\"data\":\""
        + base64(picture(5))
        + "\"}]},{\"type\":\"thought\",\"signature\":\"Q0E9\",\"summary\":[]},";
    return Script.json(200, head + "completed\",\"steps\":[" + input + output(item)
        + "],\"usage\":{\"total_input_tokens\":8,"
        + "\"total_output_tokens\":34700,\"output_tokens_by_modality\":[{\"modality\":\"video\",\"tokens\":34700}],"
        + "\"total_tokens\":34708}}");
  }

  private static String output(String item) {
    return "{\"type\":\"model_output\",\"content\":[" + item + "]}";
  }

  private static String link(URI base, String stage) {
    if (stage.equals("foreign")) return "http://127.0.0.2:1/elsewhere/k3x9q2.mp4";
    return base + "/v1beta/files/" + (stage.equals("moved") ? "moved" : "k3x9q2") + ":download?alt=media";
  }

  static Script operation(String name, String stage, URI base) {
    var head = "{\"name\":\"" + name + "\"";
    var done = head + ",\"done\":true,";
    var response = done + "\"response\":{\"@type\":\"type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse\",";
    var filtered = "\"raiMediaFilteredCount\":1,\"raiMediaFilteredReasons\":[\"blocked by the safety filter, you were not charged\"]";
    var sample = "\"generatedSamples\":[{\"video\":{\"uri\":\"" + link(base, stage) + "\"}}]";
    if (stage.startsWith("error=")) {
      return Script.json(200, done + "\"error\":{\"code\":" + stage.substring(6)
          + ",\"message\":\"Video generation failed.\"}}");
    }
    return Script.json(200, switch (stage) {
      case "pending" -> head + "}";
      case "failed" -> done
          + "\"error\":{\"code\":13,\"message\":\"Video generation failed due to an internal server issue.\"}}";
      case "filtered" -> response + "\"generateVideoResponse\":{" + filtered + "}}}";
      case "partial" -> response + "\"generateVideoResponse\":{" + sample + "," + filtered + "}}}";
      case "lost" -> response + "\"generateVideoResponse\":{}}}";
      case "inline" -> response + "\"generateVideoResponse\":{\"generatedSamples\":[{\"video\":{\"encodedVideo\":\""
          + base64(video())
          + "\",\"encoding\":\"video/mp4\"}}]}}}";
      case "vertex" -> done + "\"response\":{\"raiMediaFilteredCount\":0,\"videos\":[{\"bytesBase64Encoded\":\""
          + base64(video())
          + "\",\"mimeType\":\"video/mp4\"}]}}";
      default -> response + "\"generateVideoResponse\":{" + sample + "}}}";
    });
  }
}
