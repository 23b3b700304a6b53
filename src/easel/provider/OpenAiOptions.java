package easel.provider;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * One server that speaks OpenAI's Images API.
 *
 * @param id {@code openai} for OpenAI itself; anything else for a compatible server
 * @param baseUrl what its clients are told, {@code /v1} included
 * @param models the upstream names it offers; empty for OpenAI itself: those it offers today
 * @param videos the upstream names of models that make videos, at a compatible server
 * @param added further models of the operator's
 * @param imageTimeout total time of one call; OpenAI answers only when the picture is done, which may take minutes
 * @param answerMax bytes an answer or a download may have: ten pictures as base64
 * @param agent what we call ourselves, {@code Easel/1.0}
 */
public record OpenAiOptions(String id, URI baseUrl, List<String> models, List<String> videos, List<ProviderSettings.Added> added,
    Duration imageTimeout, long answerMax, String agent) {
  public static final String OPENAI = "openai";
  public static final URI OPENAI_URL = URI.create("https://api.openai.com/v1");

  public OpenAiOptions {
    models = List.copyOf(models);
    videos = List.copyOf(videos);
    added = List.copyOf(added);
  }

  public OpenAiOptions(String id, URI baseUrl, List<String> models, List<String> videos, Duration imageTimeout, long answerMax,
      String agent) {
    this(id, baseUrl, models, videos, List.of(), imageTimeout, answerMax, agent);
  }

  /** The address of a part of the API; a query of the base URL stays, as Azure's {@code api-version} must. */
  URI at(String path) {
    var base = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
    var query = baseUrl.getRawQuery() == null ? "" : "?" + baseUrl.getRawQuery();
    return baseUrl.resolve((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path + query);
  }

  /** True for a link to the very server the operator configured: it may be private, and needs no guard. */
  boolean ours(URI link) {
    return Downloads.sameHost(baseUrl, link);
  }
}
