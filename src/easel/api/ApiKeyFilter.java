package easel.api;

import easel.core.Caller;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import easel.http.Filter;
import easel.http.Handler;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.store.ApiKeyTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Lets in who has an API key, and tells the rest who it is. A key comes as {@code Authorization: Bearer}, else as
 * {@code x-goog-api-key}, else as {@code X-API-Key}, else as {@code ?key=}, where clients of Google's send it: the
 * query is never logged.
 */
public final class ApiKeyFilter implements Filter {
  private static final Pattern SPACES = Pattern.compile(" +");
  private static final int KEY_MAX = 512;
  private static final int SHOWN = 5;

  /** How long a revoked key may still work. */
  private static final Duration RECENT = Duration.ofSeconds(5);
  private static final int RECENT_MAX = 10_000;

  private record Recent(Caller caller, long until) {}

  private final ApiKeyTable table;
  private final Time time;
  private final Map<String, Recent> recent = new ConcurrentHashMap<>();
  private volatile ApiKeys configured;

  public ApiKeyFilter(ApiKeyTable table, ApiKeys configured, Time time) {
    this.table = table;
    this.time = time;
    this.configured = configured;
  }

  /** Swaps the keys of the configuration; the next request is measured by these. */
  public void use(ApiKeys keys) {
    this.configured = keys;
  }

  @Override
  public Response apply(Request request, Handler next) throws Exception {
    var key = key(request).orElseThrow(ApiKeyFilter::noKey);
    var caller = plausible(key) ? caller(ApiKeys.hash(key)) : Optional.<Caller>empty();
    return next.handle(request.with(Caller.class, caller.orElseThrow(() -> wrongKey(key))));
  }

  /** A key given in one place is not looked for in the others. */
  private static Optional<String> key(Request request) {
    var authorization = request.header("authorization");
    if (authorization.isEmpty()) {
      var elsewhere = request.header("x-goog-api-key").or(() -> request.header("x-api-key")).or(() -> request.query("key"));
      return elsewhere.map(String::strip).filter(k -> !k.isEmpty());
    }
    var words = SPACES.split(authorization.get().strip(), 2);
    if (words.length < 2 || !words[0].equalsIgnoreCase("bearer")) throw noKey();
    return Optional.of(words[1].strip());
  }

  private static boolean plausible(String key) {
    return key.length() <= KEY_MAX && key.chars().allMatch(c -> c > ' ' && c < 127 && c != ',' && c != '"');
  }

  private Optional<Caller> caller(String sha256) {
    var found = configured.find(sha256);
    return found.isPresent() ? found : stored(sha256);
  }

  /** A key that was just good is not looked up again: the database has better things to do. */
  private Optional<Caller> stored(String sha256) {
    var known = recent.get(sha256);
    if (known != null && time.left(known.until()).isPositive()) return Optional.of(known.caller());
    var caller = table.byHash(sha256).map(k -> new Caller(k.id(), k.name()));
    if (recent.size() >= RECENT_MAX) recent.clear();
    caller.ifPresentOrElse(c -> recent.put(sha256, new Recent(c, time.deadline(RECENT))), () -> recent.remove(sha256));
    return caller;
  }

  /** Whose keys there are, and were, as far as that is known: those of the configuration first. */
  List<Caller> callers() {
    var all = new ArrayList<Caller>();
    configured.entries().forEach(e -> all.add(e.caller()));
    table.list().forEach(k -> all.add(new Caller(k.id(), k.name())));
    return all;
  }

  private static HttpException noKey() {
    return new HttpException(401,
        "You did not provide an API key. Send it as 'Authorization: Bearer KEY', 'X-API-Key: KEY' or 'x-goog-api-key: KEY'.");
  }

  private static GatewayException wrongKey(String key) {
    return new GatewayException(new Failure.Unauthorized("The API key " + shown(key) + " is not valid."));
  }

  /** Enough to recognise one's own key, and never most of it. */
  private static String shown(String key) {
    int length = Math.min(SHOWN, key.length() / 4);
    var start = key.substring(0, length);
    return (start.chars().allMatch(c -> c > ' ' && c < 127) ? start : "") + "****";
  }
}
