package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Secret;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How the proxies do, and whether one works. No answer holds a password. Stands behind {@link OpenAiErrors}. */
public final class ProxyApi {
  /** What is called to see whether a proxy works, where nothing else is said: what older gateways called. */
  public static final URI USUAL = URI.create("https://labs.google/");
  private static final int BODY_MAX = 8 * 1024;
  private static final int SECONDS = 15;
  private static final int SECONDS_MIN = 5;
  private static final int SECONDS_MAX = 60;

  /** Who knows the proxies. */
  public interface Desk {
    Overview overview();

    /**
     * Gets an address by that proxy and by no other way.
     *
     * @throws easel.core.GatewayException {@code Invalid} where the proxy is none
     */
    Result test(Secret proxy, URI url, Duration within) throws InterruptedException;
  }

  /** @param direct calls that went without, as none of their proxies let them through */
  public record Overview(List<State> proxies, long direct, boolean directFallback) {}

  /**
   * One proxy.
   *
   * @param proxy without its password
   * @param use {@code usual}, {@code media} or {@code credential}
   * @param failures in a row
   * @param lastError empty: there was none
   */
  public record State(String proxy, String use, Optional<Instant> restsUntil, int failures, String lastError, long calls) {}

  /**
   * What came of a test.
   *
   * @param status 0: there was no answer
   * @param proxy without its password
   * @param error empty: it works
   */
  public record Result(int status, Duration elapsed, String proxy, String error) {}

  private final AdminFilter admin;
  private final Desk desk;

  public ProxyApi(AdminSessions sessions, Desk desk) {
    this.admin = new AdminFilter(sessions);
    this.desk = desk;
  }

  public void routes(Router router) {
    router.on("GET /api/admin/proxies", admin.before(this::list));
    router.on("POST /api/admin/proxies/test", admin.before(this::test));
  }

  private Response list(Request request) {
    var overview = desk.overview();
    var list = new JsonArray();
    for (var state : overview.proxies()) list.add(json(state));
    return answer(new JsonObject().add("proxies", list).add("direct", overview.direct()).add("direct_fallback", overview.directFallback()));
  }

  private Response test(Request request) throws IOException, InterruptedException {
    if (!request.contentType().map("application/json"::equals).orElse(false)) throw new HttpException(415, "send JSON");
    var f = Fields.of(JsonText.object(request.bytes(BODY_MAX)));
    var proxy = new Secret(f.text("proxy_url"));
    var url = f.optText("test_url").filter(u -> !u.isBlank()).map(u -> url(f, u)).orElse(USUAL);
    var within = Duration.ofSeconds(f.integer("timeout_seconds", SECONDS, SECONDS_MIN, SECONDS_MAX));
    f.strict();
    var result = desk.test(proxy, url, within);
    var json = new JsonObject().add("ok", result.error().isEmpty())
        .add("status", result.status() == 0 ? Json.NULL : Json.value(result.status()))
        .add("elapsed_ms", result.elapsed().toMillis()).add("test_url", url.toString()).add("proxy", result.proxy());
    if (!result.error().isEmpty()) json.add("error", result.error());
    return answer(json);
  }

  private static URI url(Fields f, String text) {
    try {
      var url = new URI(text.strip());
      boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (web && url.getHost() != null && url.getRawUserInfo() == null) return url;
    } catch (URISyntaxException e) {
      throw f.wrong("test_url", "must be an http or https address");
    }
    throw f.wrong("test_url", "must be an http or https address");
  }

  private static JsonObject json(State state) {
    var json = new JsonObject().add("proxy", state.proxy()).add("use", state.use()).add("resting", state.restsUntil().isPresent());
    state.restsUntil().ifPresent(until -> json.add("resting_until", until.getEpochSecond()));
    json.add("failures", state.failures()).add("calls", state.calls());
    if (!state.lastError().isEmpty()) json.add("last_error", state.lastError());
    return json;
  }

  private static Response answer(JsonObject json) {
    return Response.json(200, JsonText.bytes(json));
  }
}
