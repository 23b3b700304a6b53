package fake;

import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a submit asks for, from JSON or from a form, and what OpenAI would find wrong with it (Images API reference):
 * GPT image models are held to their parameters, every other name takes what it is given, as compatible servers do.
 */
public final class FakeOpenAiOrder {
  /** One part of a form; {@code filename} is empty for a text. */
  public record Part(String name, String filename, String type, byte[] bytes) {
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static final Set<String> KNOWN = Set.of("model", "prompt", "n", "size", "quality", "background", "moderation",
      "output_format", "output_compression", "stream", "partial_images", "user", "safety_identifier", "complexity",
      "images",
      "frame_count", "frame_duration_ms", "svg", "input_fidelity", "markup");

  private static final Set<String> RETIRED = Set.of("dall-e-2", "dall-e-3", "gpt-image-1");
  private static final int INPUTS_MAX = 16;

  private final Map<String, String> fields = new LinkedHashMap<>();
  private final List<Part> files = new ArrayList<>();
  private final String authorization;
  private final boolean edit;

  private FakeOpenAiOrder(String authorization, boolean edit) {
    this.authorization = authorization;
    this.edit = edit;
  }

  static FakeOpenAiOrder of(FakeOpenAiExchange.Request request) {
    var order = new FakeOpenAiOrder(request.header("authorization").orElse(""), request.path().endsWith("/edits"));
    if (request.header("content-type").orElse("").startsWith("multipart/")) order.form(parts(request));
    else order.object(request.json());
    return order;
  }

  private void object(JsonObject json) {
    for (var member : json) {
      var value = member.getValue();
      fields.put(member.getName(), value.isString() ? value.asString() : value.toString());
    }
  }

  private void form(List<Part> parts) {
    for (var part : parts) {
      if (part.filename().isEmpty()) fields.put(part.name(), part.text());
      else files.add(part);
    }
  }

  /** The parts of a multipart request, in order. */
  public static List<Part> parts(FakeOpenAiExchange.Request request) {
    var type = request.headers().get("content-type");
    var boundary = "--" + type.substring(type.indexOf("boundary=") + 9).replace("\"", "");
    var body = new String(request.body(), StandardCharsets.ISO_8859_1);
    var parts = new ArrayList<Part>();
    int start = body.indexOf(boundary) + boundary.length() + 2;
    for (int stop = body.indexOf("\r\n" + boundary, start); stop >= 0; stop = body.indexOf("\r\n" + boundary, start)) {
      parts.add(part(body.substring(start, stop)));
      start = stop + boundary.length() + 4;
    }
    return parts;
  }

  private static Part part(String text) {
    int gap = text.indexOf("\r\n\r\n");
    var head = text.substring(0, gap);
    var bytes = text.substring(gap + 4).getBytes(StandardCharsets.ISO_8859_1);
    return new Part(between(head, "; name=\"", "\""), between(head, "; filename=\"", "\""),
        between(head + "\r\n", "Content-Type: ", "\r\n"), bytes);
  }

  private static String between(String text, String before, String after) {
    int from = text.indexOf(before);
    if (from < 0) return "";
    return text.substring(from + before.length(), text.indexOf(after, from + before.length()));
  }

  String text(String name) {
    return fields.getOrDefault(name, "");
  }

  int count() {
    return number("n", 1);
  }

  int number(String name, int fallback) {
    return fields.containsKey(name) ? Integer.parseInt(fields.get(name)) : fallback;
  }

  boolean streamed() {
    return text("stream").equals("true");
  }

  int inputs() {
    return files.size();
  }

  int width() {
    return text("size").contains("x") ? Integer.parseInt(text("size").split("x")[0]) : 1024;
  }

  int height() {
    return text("size").contains("x") ? Integer.parseInt(text("size").split("x")[1]) : 1024;
  }

  /** Answers with OpenAI's complaint, if it has one; such a submit is not accepted and costs nothing. */
  boolean refused(FakeOpenAiExchange exchange) throws IOException {
    if (!authorization.startsWith("Bearer ")) {
      exchange.error(401, "invalid_request_error", null, null, "You didn't provide an API key.");
      return true;
    }
    if (authorization.contains("bad")) {
      exchange.error(401, "invalid_request_error", "invalid_api_key", null,
          "Incorrect API key provided: " + authorization.substring(7) + ".");
      return true;
    }
    if (RETIRED.contains(text("model"))) {
      exchange.error(404, "invalid_request_error", "model_not_found", null, "The model has been shut down.");
      return true;
    }
    var param = wrong();
    if (param.isEmpty()) return false;
    var code = text(param).isEmpty() ? "missing_required_parameter" : KNOWN.contains(param) ? "invalid_value"
        : "unknown_parameter";
    exchange.error(400, "invalid_request_error", code, param, "Invalid parameter: '" + param + "'.");
    return true;
  }

  private String wrong() {
    if (text("prompt").isEmpty()) return "prompt";
    if (edit && (files.isEmpty() && text("images").isEmpty() || files.size() > INPUTS_MAX + 1)) return "image";
    if (count() < 1 || count() > 10) return "n";
    if (!text("model").startsWith("gpt-image") && !text("model").startsWith("chatgpt-image")) return "";
    for (var name : fields.keySet()) if (!KNOWN.contains(name)) return name;
    if (!Set.of("", "auto", "low", "medium", "high", "xhigh", "max").contains(text("quality"))) return "quality";
    if (text("model").startsWith("gpt-image-2") && fields.containsKey("input_fidelity")) return "input_fidelity";
    if (number("partial_images", 0) > 3) return "partial_images";
    return width() % 16 != 0 || height() % 16 != 0 ? "size" : "";
  }
}
