package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the fake shall behave for one submit: words with an optional value, parted by blanks, or as marks in the prompt
 * ({@code a cat [[slow=200]] [[url]]}).
 *
 * <p>Not accepted: {@code 401 403 404 413 500 502 503 409}, {@code 429=SECONDS}, {@code 429ms=MILLISECONDS}, {@code
 * quota}, {@code billing}, {@code refuse}, {@code policy}, {@code invalid=PARAM}.
 *
 * <p>Accepted, then: {@code slow=MS}, {@code hang}, {@code drop}, {@code reset}, {@code truncate}, {@code drip=MS}
 * (between 64-byte pieces), {@code garbage}, {@code html}, {@code empty}, {@code missing}, {@code error200}, {@code
 * failed} (a 500), {@code url} or {@code url=LINK}, {@code big=BYTES}, {@code revised=WORD}, {@code nousage}, {@code
 * closing} (no length); in a stream: {@code cut} (ends after the partials), {@code midway} (an error event after the
 * partials), {@code done} (a {@code [DONE]} at the end), {@code early} (the final before the partials).
 */
final class FakeOpenAiScript {
  private record Fixed(int status, String type, String body, List<String> headers) {}

  private static final Pattern MARK = Pattern.compile("\\[\\[([^\\]]+)\\]\\]");

  private final Map<String, String> words = new LinkedHashMap<>();
  private final Optional<Fixed> fixed;

  private FakeOpenAiScript(Optional<Fixed> fixed) {
    this.fixed = fixed;
  }

  static FakeOpenAiScript of(String text) {
    var script = new FakeOpenAiScript(Optional.empty());
    for (var word : text.strip().split("\\s+")) script.add(word);
    return script;
  }

  static FakeOpenAiScript marks(String prompt) {
    var script = new FakeOpenAiScript(Optional.empty());
    if (!prompt.contains("[[")) return script;
    for (var mark = MARK.matcher(prompt); mark.find();) script.add(mark.group(1));
    return script;
  }

  static FakeOpenAiScript answer(int status, String type, String body, List<String> headers) {
    return new FakeOpenAiScript(Optional.of(new Fixed(status, type, body, headers)));
  }

  private void add(String word) {
    int is = word.indexOf('=');
    words.put(is < 0 ? word : word.substring(0, is), is < 0 ? "" : word.substring(is + 1));
  }

  boolean has(String word) {
    return words.containsKey(word);
  }

  private long number(String word, long fallback) {
    return has(word) && !words.get(word).isEmpty() ? Long.parseLong(words.get(word)) : fallback;
  }

  long slow() {
    return number("slow", 0);
  }

  /** Answers with a rejection, if this script is one. */
  boolean refuses(FakeOpenAiExchange exchange) throws IOException {
    if (fixed.isPresent()) {
      var f = fixed.get();
      exchange.send(f.status, f.type, f.body.getBytes(StandardCharsets.UTF_8), f.headers.toArray(String[]::new));
      return true;
    }
    for (var word : words.keySet()) if (refuses(exchange, word)) return true;
    return false;
  }

  private boolean refuses(FakeOpenAiExchange x, String word) throws IOException {
    var request = "invalid_request_error";
    switch (word) {
      case "401" -> x.error(401, request, "invalid_api_key", null,
          "Incorrect API key provided: " + x.request().header("authorization").orElse("Bearer ").substring(7) + ".");
      case "403" -> x.error(403, "request_forbidden", "unsupported_country_region_territory", null,
          "Country not supported.");
      case "404" -> x.error(404, request, "model_not_found", null, "The model does not exist.");
      case "409" -> x.error(409, request, null, null, "Conflict.");
      case "413" -> x.error(413, request, null, null, "The body is too large.");
      case "429" -> x.error(429, "requests", "rate_limit_exceeded", null, "Rate limit reached.",
          words.get(word).isEmpty() ? "x-fake: 1" : "Retry-After: " + words.get(word));
      case "429ms" -> x.error(429, "requests", "rate_limit_exceeded", null, "Rate limit reached.",
          "Retry-After-Ms: " + words.get(word), "Retry-After: 77");
      case "quota" -> x.error(429, "insufficient_quota", "insufficient_quota", null,
          "You exceeded your current quota.");
      case "billing" -> x.error(400, "billing_limit_user_error", "billing_hard_limit_reached", null,
          "Billing limit reached.");
      case "refuse" -> x.error(400, "image_generation_user_error", "moderation_blocked", null,
          "Your request was rejected by the safety system. safety_violations=[violence].");
      case "policy" -> x.error(400, request, "content_policy_violation", null, "Rejected by the content policy.");
      case "invalid" -> x.error(400, request, "invalid_value", words.get(word), "Invalid value.");
      case "500", "502", "503" -> x.error(Integer.parseInt(word), "server_error", null, null,
          "The server had an error.");
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Answers an accepted submit. */
  void answer(FakeOpenAiExchange x, FakeOpenAiOrder order, URI root) throws IOException, InterruptedException {
    if (has("drop") || has("reset")) x.drop(has("reset"));
    else if (has("failed")) x.error(500, "server_error", "server_error", null, "The server had an error.");
    else if (has("garbage")) junk(x, "application/json", "{\"created\":17, \"data\":[{\"b64_j");
    else if (has("html")) junk(x, "text/html", "<html><body>Bad gateway</body></html>");
    else if (has("empty")) junk(x, "application/json", "{\"created\":1,\"data\":[]}");
    else if (has("missing")) junk(x, "application/json", "{\"created\":1,\"data\":[{}]}");
    else if (has("error200")) x.error(200, "server_error", "server_error", null, "It broke.");
    else if (order.streamed()) stream(x, order);
    else if (has("big")) big(x, order);
    else whole(x, order, root);
  }

  private static void junk(FakeOpenAiExchange x, String type, String body) throws IOException {
    x.send(200, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private void whole(FakeOpenAiExchange x, FakeOpenAiOrder order, URI root) throws IOException, InterruptedException {
    var body = new ByteArrayOutputStream();
    put(body, "{\"created\":1795000001," + facts(order) + ",\"data\":[");
    for (int i = 0; i < order.count(); i++) {
      put(body, i == 0 ? "{" : ",{");
      if (has("revised")) put(body, "\"revised_prompt\":" + Json.value(words.get("revised")) + ",");
      boolean url = has("url") || order.text("response_format").equals("url");
      if (url) put(body, "\"url\":" + Json.value(link(root, i)) + "}");
      else {
        put(body, "\"b64_json\":\"");
        body.write(FakeOpenAiPicture.base64(order, i));
        put(body, "\"}");
      }
    }
    put(body, "]" + usage(order) + "}");
    send(x, body.toByteArray());
  }

  private String link(URI root, int index) {
    var link = words.getOrDefault("url", "");
    return link.isEmpty() ? root + "/files/" + index + ".png?sig=abc" : link;
  }

  private void send(FakeOpenAiExchange x, byte[] body) throws IOException, InterruptedException {
    if (has("truncate")) {
      x.begin(200, "application/json", body.length).write(body, 0, body.length / 2);
      x.drop(false);
    } else if (has("drip")) {
      var out = x.begin(200, "application/json", body.length);
      for (int i = 0; i < body.length; i += 64) {
        out.write(body, i, Math.min(64, body.length - i));
        Time.system().sleep(Duration.ofMillis(number("drip", 1)));
      }
    } else if (has("closing")) {
      x.begin(200, "application/json", -1).write(body);
    } else {
      x.send(200, "application/json", body, "openai-processing-ms: 12");
    }
  }

  /** A picture of so many bytes, written as it is made: neither side needs to hold it. */
  private void big(FakeOpenAiExchange x, FakeOpenAiOrder order) throws IOException {
    int bytes = (int) number("big", 1 << 20);
    var before = "{\"created\":1795000001," + facts(order) + ",\"data\":[";
    var after = "]" + usage(order) + "}";
    long each = "{\"b64_json\":\"\"}".length() + (FakeOpenAiPicture.paddedLength(bytes) + 2) / 3 * 4L;
    var out = x.begin(200, "application/json", before.length() + each * order.count() + order.count() - 1
        + after.length());
    put(out, before);
    for (int i = 0; i < order.count(); i++) {
      put(out, i == 0 ? "{\"b64_json\":\"" : ",{\"b64_json\":\"");
      encode(out, bytes);
      put(out, "\"}");
    }
    put(out, after);
  }

  private static void encode(OutputStream out, int bytes) throws IOException {
    try (var encoder = Base64.getEncoder().wrap(new Unclosed(out))) {
      FakeOpenAiPicture.padded(encoder, bytes);
    }
  }

  private void stream(FakeOpenAiExchange x, FakeOpenAiOrder order) throws IOException {
    var kind = order.inputs() > 0 ? "image_edit" : "image_generation";
    var out = x.begin(200, "text/event-stream", -1);
    put(out, ": ping\n\n");
    if (has("early")) finals(out, order, kind);
    for (int i = 0; i < order.number("partial_images", 0); i++) {
      event(out, kind + ".partial_image", order, i, ",\"partial_image_index\":" + i);
    }
    if (has("midway")) {
      put(out, "event: error\ndata: {\"error\":{\"message\":\"It broke.\",\"type\":\"server_error\",\"code\":null}}\n\n");
    } else if (!has("cut") && !has("early")) {
      finals(out, order, kind);
    }
    if (has("done")) put(out, "data: [DONE]\n\n");
  }

  private void finals(OutputStream out, FakeOpenAiOrder order, String kind) throws IOException {
    for (int i = 0; i < order.count(); i++) event(out, kind + ".completed", order, i, usage(order, 1, i == 0));
  }

  private void event(OutputStream out, String type, FakeOpenAiOrder order, int index, String rest) throws IOException {
    var event = new ByteArrayOutputStream();
    put(event, "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"b64_json\":\"");
    if (has("big")) {
      event.writeTo(out);
      event.reset();
      encode(out, (int) number("big", 1 << 20));
    } else {
      event.write(FakeOpenAiPicture.base64(order, index));
    }
    put(event, "\",\"created_at\":1795000003," + facts(order) + rest + "}\n\n");
    out.write(event.toByteArray());
  }

  private static String facts(FakeOpenAiOrder order) {
    var json = new JsonObject().add("background", "opaque").add("output_format", or(order.text("output_format"), "png"))
        .add("quality", order.text("quality").equals("auto") ? "medium" : or(order.text("quality"), "medium"))
        .add("size", order.width() + "x" + order.height()).toString();
    return json.substring(1, json.length() - 1);
  }

  private static String or(String text, String fallback) {
    return text.isEmpty() ? fallback : text;
  }

  private String usage(FakeOpenAiOrder order) {
    return usage(order, order.count(), true);
  }

  /** What so many pictures used up; the prompt, the inputs and the previews are counted with the first. */
  private String usage(FakeOpenAiOrder order, int count, boolean first) {
    if (has("nousage")) return "";
    int each = switch (order.text("quality")) {
      case "low" -> 196;
      case "high" -> 7033;
      default -> 1767;
    };
    int out = each * count + (first ? 100 * order.number("partial_images", 0) : 0);
    int text = first ? order.text("prompt").length() / 4 + 1 : 0;
    int image = first ? 640 * order.inputs() : 0;
    var details = new JsonObject().add("text_tokens", text).add("image_tokens", image);
    return ",\"usage\":" + new JsonObject().add("input_tokens", text + image).add("output_tokens", out)
        .add("total_tokens", text + image + out).add("input_tokens_details", details)
        .add("output_tokens_details", new JsonObject().add("image_tokens", out).add("text_tokens", 0));
  }

  private static void put(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Lets an encoder finish without closing the socket under it. */
  private static final class Unclosed extends OutputStream {
    private final OutputStream out;

    Unclosed(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }
  }
}
