package easel.api;

import easel.core.Media;
import easel.core.Time;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.store.MediaStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;

/**
 * Results, for whoever knows their names: those cannot be guessed, and chat clients and browsers have no key to send.
 * What callers handed in is not served.
 */
public final class MediaApi {
  private static final Duration CACHED_MAX = Duration.ofDays(1);
  /** A picture opened as a page of its own can do nothing but be shown. */
  private static final String POLICY =
      "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

  private final MediaStore media;
  private final Time time;

  public MediaApi(MediaStore media, Time time) {
    this.media = media;
    this.time = time;
  }

  public void routes(Router router) {
    router.on("GET /media/{file}", this::file);
  }

  private Response file(Request request) throws IOException {
    var found = found(request.param("file"));
    if (found.isEmpty()) return missing();
    try {
      return Response.file(request, found.get().file(), found.get().type().mime())
          .withHeader("Cache-Control", "public, max-age=" + cached(found.get()).toSeconds() + ", immutable")
          .withHeader("Content-Security-Policy", POLICY)
          .withHeader("Cross-Origin-Resource-Policy", "cross-origin");
    } catch (NoSuchFileException e) {
      return missing();
    }
  }

  private Optional<Media> found(String file) {
    int dot = file.indexOf('.');
    if (dot < 0) return Optional.empty();
    return media.find(file.substring(0, dot)).filter(m -> m.role() == Media.Role.RESULT)
        .filter(m -> m.type().extension().equals(file.substring(dot + 1)))
        .filter(m -> m.expires().map(e -> e.isAfter(time.instant())).orElse(true));
  }

  /** No cache keeps it longer than we do. */
  private Duration cached(Media found) {
    var left = found.expires().map(e -> Duration.between(time.instant(), e)).orElse(CACHED_MAX);
    return left.compareTo(CACHED_MAX) < 0 ? left : CACHED_MAX;
  }

  private static Response missing() {
    return Response.text(404, "not found\n").withHeader("Cache-Control", "no-store");
  }
}
