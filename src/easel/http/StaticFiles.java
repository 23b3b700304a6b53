package easel.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves files that belong to the program, from a folder or from the jar, for a route that ends in {@code {file...}}.
 *
 * <p>Names are letters, digits, dots, dashes and underscores and start with none of the marks, so there is nothing to
 * escape from; an empty name or a trailing slash means {@code index.html}. Other names answer 404.
 */
public final class StaticFiles implements Handler {
  private static final Map<String, String> TYPES = Map.ofEntries(
      Map.entry("html", "text/html; charset=utf-8"), Map.entry("css", "text/css; charset=utf-8"),
      Map.entry("js", "text/javascript; charset=utf-8"), Map.entry("json", "application/json"),
      Map.entry("svg", "image/svg+xml"), Map.entry("png", "image/png"), Map.entry("jpg", "image/jpeg"),
      Map.entry("webp", "image/webp"), Map.entry("ico", "image/x-icon"), Map.entry("woff2", "font/woff2"),
      Map.entry("txt", "text/plain; charset=utf-8"), Map.entry("webmanifest", "application/manifest+json"));

  private record Loaded(byte[] bytes, String etag) {}

  private interface Source {
    Response answer(Request request, String name, String type) throws IOException;
  }

  private final Source source;
  private final String cacheControl;

  private StaticFiles(Source source, String cacheControl) {
    this.source = source;
    this.cacheControl = cacheControl;
  }

  /** Files of a folder as they are now, links not followed. */
  public static StaticFiles folder(Path folder) {
    return new StaticFiles((request, name, type) -> {
      var file = folder.toRealPath().resolve(name);
      if (!Files.exists(file) || !file.toRealPath().equals(file)) {
        throw new NoSuchFileException(name);
      }
      return Response.file(request, file, type);
    }, "no-cache");
  }

  /** Files of a folder on the class path, kept in memory once read. */
  public static StaticFiles resources(String folder) {
    var loaded = new ConcurrentHashMap<String, Loaded>();
    return new StaticFiles((request, name, type) -> {
      var file = loaded.get(name);
      if (file == null) {
        file = load("/" + folder + "/" + name).orElseThrow(() -> new NoSuchFileException(name));
        loaded.put(name, file);
      }
      boolean same = FileAnswer.matches(request.header("if-none-match").orElse(""), file.etag());
      return (same ? Response.empty(304) : Response.bytes(200, type, file.bytes())).withHeader("ETag", file.etag());
    }, "no-cache");
  }

  /** The same files with another {@code Cache-Control}; the usual is to ask again each time. */
  public StaticFiles withCacheControl(String value) {
    return new StaticFiles(source, value);
  }

  private static Optional<Loaded> load(String resource) throws IOException {
    try (var in = StaticFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        return Optional.empty();
      }
      var bytes = in.readAllBytes();
      var hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Optional.of(new Loaded(bytes, "\"" + HexFormat.of().formatHex(hash, 0, 12) + "\""));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public Response handle(Request request) throws Exception {
    var asked = request.param("file");
    var name = asked.isEmpty() || asked.endsWith("/") ? asked + "index.html" : asked;
    try {
      if (!isName(name)) {
        throw new NoSuchFileException(name);
      }
      return source.answer(request, name, type(name))
          .withHeader("Cache-Control", cacheControl)
          .withHeader("X-Content-Type-Options", "nosniff");
    } catch (NoSuchFileException e) {
      throw new HttpException(404, "no such file");
    }
  }

  private static boolean isName(String name) {
    for (var part : name.split("/", -1)) {
      boolean plain = part.chars().allMatch(c -> c == '.' || c == '-' || c == '_' || isAlphanumeric(c));
      if (!plain || part.isEmpty() || !isAlphanumeric(part.charAt(0))) {
        return false;
      }
    }
    // A folder on the class path opens as a listing of itself.
    return name.lastIndexOf('.') > name.lastIndexOf('/');
  }

  private static boolean isAlphanumeric(int c) {
    return c < 0x80 && Character.isLetterOrDigit(c);
  }

  private static String type(String name) {
    return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
  }
}
