package easel.api;

import easel.http.Filter;
import easel.http.Handler;
import easel.http.Request;
import easel.http.Response;
import java.util.List;
import java.util.Set;

/**
 * Below {@code /v1/models} two faces meet, since Google's newer clients ask there too. What is posted there is
 * Google's; of the rest, what one of its clients sends, and they all say so.
 */
public final class GeminiOnV1 {
  private final GeminiApi gemini;
  private final OpenAiErrors openAi;
  private final GeminiErrors google;

  public GeminiOnV1(GeminiApi gemini, OpenAiErrors openAi, GeminiErrors google) {
    this.gemini = gemini;
    this.openAi = openAi;
    this.google = google;
  }

  /** The errors of the face that is meant. */
  public Filter errors() {
    return (request, next) -> google(request) ? google.apply(request, next) : openAi.apply(request, next);
  }

  public Response unknown(Request request, int status, Set<String> allow) {
    return google(request) ? google.unknown(request, status, allow) : openAi.unknown(request, status, allow);
  }

  /** Lists models for Google's clients; the last filter before the routes. */
  public Response list(Request request, Handler next) throws Exception {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    if (!reads || !google(request)) return next.handle(request);
    List<String> below = request.segments().subList(2, request.segments().size());
    return below.isEmpty() ? gemini.models(request) : gemini.model(request, String.join("/", below));
  }

  private static boolean google(Request request) {
    return request.method().equals("POST") || request.header("x-goog-api-client").isPresent();
  }
}
