package fake;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A provider that repeats the key it was shown in everything it says: status line, headers, bodies of every shape. The
 * first segment of the path says what goes wrong ({@link #TROUBLES}), or {@code good}; the next names the caller.
 */
public final class Parrot implements AutoCloseable {
  /** Everything that can be in front of a path besides {@code good}; a number is a status. */
  public static final List<String> TROUBLES = List.of("400", "401", "402", "403", "404", "409", "422", "429", "500", "503",
      "flat", "detail", "html", "junk", "empty", "redirect", "cut", "line", "header", "chunk", "stream", "late", "odd");

  private final FakeUpstream upstream = new FakeUpstream();

  /**
   * {@code good}: what a request gets where nothing goes wrong, by the path behind the two segments and the address of
   * these; empty for a 404.
   */
  public Parrot(BiFunction<Sent, String, Optional<Script>> good) throws IOException {
    for (var method : List.of("GET", "POST", "PUT", "DELETE")) upstream.on(method + " /*", sent -> answer(sent, good));
  }

  public URI base(String trouble, String caller) {
    return upstream.uri("/" + trouble + "/" + caller);
  }

  /** The key that the last caller of this name has shown; empty if it never called. */
  public String shown(String caller) {
    return upstream.sent().stream().filter(s -> s.path().split("/")[2].equals(caller)).map(Parrot::key).reduce("", (a, b) -> b);
  }

  private Script answer(Sent sent, BiFunction<Sent, String, Optional<Script>> good) {
    var words = sent.path().split("/", 4);
    var key = key(sent);
    var inner = new Sent(sent.method(), "/" + (words.length > 3 ? words[3] : ""), sent.headers(), sent.body(), sent.connection());
    // A link to a result is asked for without the key.
    boolean submit = sent.method().equals("POST") && List.of("late", "odd").contains(words[1]);
    if (words[1].equals("good") || submit || key.isEmpty()) {
      return good.apply(inner, base(words[1], words[2]).toString()).orElseGet(() -> error(404, key));
    }
    return trouble(words[1], key);
  }

  /** What authenticated the call, wherever the provider wants it. */
  private static String key(Sent sent) {
    for (var name : List.of("authorization", "x-key", "x-api-key", "x-goog-api-key", "api-key")) {
      var value = sent.header(name);
      if (value.isPresent()) return value.get().replace("Bearer ", "");
    }
    return sent.target().contains("key=") ? sent.target().replaceAll(".*[?&]key=([^&]*).*", "$1") : "";
  }

  private static Script trouble(String name, String key) {
    return switch (name) {
      case "flat" -> json(400, key, new JsonObject().add("error", "no " + key).add("message", key).add("id", key));
      case "detail" -> json(422, key, new JsonObject().add("detail", new JsonArray().add(new JsonObject().add("msg", "bad " + key)
          .add("loc", new JsonArray().add(key)))));
      case "html" -> Script.answer(502, "text/html", bytes("<h1>" + key + "</h1>"), headers(key));
      case "junk" -> Script.answer(200, "application/json", bytes("{\"" + key + "\": " + key), headers(key));
      case "empty" -> json(200, key, new JsonObject().add(key, key).add("status", key).add("data", new JsonArray().add(key)));
      case "redirect" -> Script.empty(302, "Location: http://127.0.0.1:9/" + key + "?key=" + key, "X-Echo: " + key);
      case "cut" -> json(200, key, new JsonObject().add("data", key.repeat(50))).cutAfter(900);
      case "line" -> Script.raw("HTTP/1.1 500 " + key + "\r\nContent-Length: 0\r\n\r\n");
      case "header" -> Script.raw("HTTP/1.1 200 OK\r\n" + key + "\r\n " + key + "\r\nContent-Length: " + key + "\r\n\r\n" + key);
      case "chunk" -> Script.raw("HTTP/1.1 " + key + " OK\r\nTransfer-Encoding: chunked\r\n\r\n" + key + "\r\n" + key + "\r\n");
      case "stream" -> Script.chunked(200, "text/event-stream", "event: error\ndata: " + details(key) + "\n\n", "data: " + key + "\n\n");
      // Both only after the submit.
      case "late" -> error(500, key);
      case "odd" -> json(200, key, new JsonObject().add("id", key).add("status", key).add("state", key).add("progress", key).add("message", key));
      default -> error(Integer.parseInt(name), key);
    };
  }

  private static Script error(int status, String key) {
    return json(status, key, details(key));
  }

  private static JsonObject details(String key) {
    var error = new JsonObject().add("message", "Incorrect API key provided: " + key + ".").add("type", key).add("code", key)
        .add("param", key).add("status", key).add("details", new JsonArray().add(key));
    return new JsonObject().add("error", error).add("message", key).add("detail", "no: " + key).add("errors", new JsonArray().add(error))
        .add("id", key);
  }

  private static Script json(int status, String key, JsonObject body) {
    return Script.json(status, body.toString(), headers(key));
  }

  private static String[] headers(String key) {
    var headers = new ArrayList<String>();
    for (var name : List.of("X-Request-Id", "X-Echo", "Date", "Server", "Retry-After", "Retry-After-Ms", "WWW-Authenticate", "Set-Cookie",
        "OpenAI-Poll-After-Ms", "Content-Disposition", "ETag", "X-Ratelimit-Reset-Requests")) headers.add(name + ": " + key);
    return headers.toArray(String[]::new);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    upstream.close();
  }
}
