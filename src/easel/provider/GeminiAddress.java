package easel.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a Gemini API is: Google's own, a relay that speaks like it, or Vertex AI.
 *
 * @param base as the operator wrote it. Without a version at its end {@code /v1beta} is meant, which every server of
 *     this kind knows; on Vertex it ends in {@code .../publishers/google}
 */
record GeminiAddress(URI base) {
  static final URI HOME = URI.create("https://generativelanguage.googleapis.com");
  private static final Pattern VERSIONED = Pattern.compile(".*/v\\d+(alpha|beta)?\\d*");
  private static final Pattern BARE_FILE = Pattern.compile("files/[^/:?#]+");
  private static final Pattern FILE = Pattern.compile(".*/files/[^/:]+");
  private static final String VERTEX = "/publishers/";
  private static final String DOWNLOAD = ":download?alt=media";

  /** True for Google's Gemini API itself. */
  boolean home() {
    return HOME.getHost().equalsIgnoreCase(base.getHost());
  }

  boolean vertex() {
    return path().contains(VERTEX);
  }

  /** {@code .../models/MODEL:METHOD} */
  URI model(String model, String method) {
    return at("models/" + model + ":" + method);
  }

  /** {@code path} is encoded, so that what a server called its work stays a path on this very server. */
  URI at(String path) {
    return under(root(), path);
  }

  /** Vertex: an operation is asked for by a POST to the model that carries it (captured from Google's SDK). */
  URI fetchOperation(String name) {
    int end = name.indexOf("/operations/");
    var version = path().substring(0, path().indexOf(path().contains("/projects/") ? "/projects/" : VERTEX));
    return under(version, (end < 0 ? name : name.substring(0, end)) + ":fetchPredictOperation");
  }

  private URI under(String root, String path) {
    try {
      // two slashes would begin another host's name
      var encoded = new URI(null, null, "/" + path.replaceFirst("^/+", ""), null).toASCIIString();
      return base.resolve(root + encoded);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private String root() {
    var path = path();
    return vertex() || VERSIONED.matcher(path).matches() ? path : path + "/v1beta";
  }

  private String path() {
    var path = Optional.ofNullable(base.getRawPath()).orElse("");
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** True for a link to the very server the operator configured. */
  boolean ours(URI link) {
    return Downloads.sameHost(base, link);
  }

  /** The server itself, and for Google's key the one host that its API reference downloads from. */
  boolean keyed(URI link) {
    boolean google = "https".equalsIgnoreCase(base.getScheme()) && base.getHost().endsWith(".googleapis.com");
    return ours(link) || google && Downloads.sameHost(HOME, link);
  }

  /** A result's link as one that answers with the file: a file's name, and its own address, only describe it. */
  String download(String uri) {
    if (BARE_FILE.matcher(uri).matches()) return at(uri) + DOWNLOAD;
    return FILE.matcher(uri).matches() && keyed(base.resolve(uri)) ? uri + DOWNLOAD : uri;
  }
}
