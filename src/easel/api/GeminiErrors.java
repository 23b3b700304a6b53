package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.http.BodyException;
import easel.http.Filter;
import easel.http.Handler;
import easel.http.HttpException;
import easel.http.MultipartException;
import easel.http.Request;
import easel.http.Response;
import easel.store.StoreException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that goes wrong in this face, in the error shape of Google's APIs. The only place of the face that
 * catches.
 *
 * <p>Google's SDKs repeat 408, 429, 500, 502, 503 and 504, the one for Java unasked; nothing in an answer can forbid
 * it, and nothing in a repeat tells that it is one. So where a repeat could pay twice such a status gives way to
 * {@value #DEPENDENCY}, which nobody repeats. With an {@code Idempotency-Key} a repeat finds the same job, and the true
 * status stays.
 */
public final class GeminiErrors implements Filter {
  /** Failed Dependency: something was asked of a provider, and that failed. */
  private static final int DEPENDENCY = 424;
  private static final Set<Integer> REPEATED = Set.of(408, 429, 500, 502, 503, 504);
  /** Google's reason for a key that is missing, too. */
  private static final String KEY = "api_key_invalid";
  private static final String TYPES = "type.googleapis.com/google.rpc.";
  /** What the engine's words for parameters are called here. */
  private static final Map<String, String> NAMES = Map.of("size", "generationConfig.imageConfig", "image", "contents",
      "prompt", "contents", "n", "generationConfig.candidateCount",
      "output_format", "generationConfig.imageConfig.imageOutputOptions");

  /** {@code reason} is the stable code of the failure, {@code field} what is wrong in the request, if anything is. */
  private record Problem(int status, String reason, String field, String message, Optional<Duration> after) {
    static Problem of(int status, String reason, String message) {
      return new Problem(status, reason, "", message, Optional.empty());
    }

    Problem after(Duration delay) {
      return new Problem(status, reason, field, message, Optional.of(delay));
    }

    Problem message(String other) {
      return new Problem(status, reason, field, other, after);
    }

    /** The same where a repeat could pay twice. */
    Problem last() {
      return REPEATED.contains(status) ? new Problem(DEPENDENCY, reason, field, message, Optional.empty()) : this;
    }
  }

  @Override
  public Response apply(Request request, Handler next) throws Exception {
    try {
      return next.handle(request);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      OpenAiErrors.log(request, e);
      return answer(request, e);
    }
  }

  /** For paths and methods that no route has. */
  public Response unknown(Request request, int status, Set<String> allow) {
    var asked = request.method() + " " + request.path().substring(0, Math.min(200, request.path().length()));
    var words = status == 404 ? "There is nothing at " + asked + "."
        : "Not allowed: " + asked + ". Allowed: " + String.join(", ", allow) + ".";
    return response(Problem.of(status, status == 404 ? "unknown_url" : "method_not_allowed", words));
  }

  private static Response answer(Request request, Exception e) {
    var response = response(problem(request, e));
    if (e instanceof JobFailedException j) response = response.withHeader(OpenAiErrors.JOB, j.job().id());
    if (!(e instanceof HttpException http)) return response;
    for (var header : http.headers()) response = response.withHeader(header.name(), header.value());
    return response;
  }

  private static Problem problem(Request request, Exception e) {
    boolean harmless = request.method().equals("GET") || request.method().equals("HEAD");
    return switch (e) {
      case FieldException f -> new Problem(400, "invalid_value", f.path(), f.getMessage(), Optional.empty());
      case JobFailedException j -> of(j);
      case GatewayException g -> g.failure().notAccepted() || harmless ? of(g.failure()) : of(g.failure()).last();
      case StoreException s -> harmless ? of(s.failure()) : of(s.failure()).last();
      case HttpException h -> Problem.of(h.status(), h.status() == 401 ? KEY : "http_" + h.status(), h.getMessage());
      case BodyException b -> Problem.of(b.status(), "http_" + b.status(), b.getMessage());
      case MultipartException m -> Problem.of(m.status(), "http_" + m.status(), m.getMessage());
      default -> unforeseen(request, harmless);
    };
  }

  private static Problem unforeseen(Request request, boolean harmless) {
    var problem = Problem.of(500, "internal_error",
        "Easel made a mistake while it served this request (request " + request.requestId() + ").");
    return harmless ? problem : problem.last();
  }

  // ---- the table --------------------------------------------------------------------------------------------------

  private static Problem of(Failure failure) {
    var code = failure.code();
    var words = failure.message();
    return switch (failure) {
      case Failure.Invalid i -> invalid(i);
      case Failure.Unauthorized u -> Problem.of(401, KEY, words);
      case Failure.Forbidden f -> Problem.of(403, code, words);
      case Failure.Missing m -> Problem.of(404, code, words);
      case Failure.TooLarge t -> Problem.of(413, code, words);
      case Failure.Unsupported u -> Problem.of(415, code, words);
      case Failure.KeyReused k -> Problem.of(422, code, words);
      case Failure.Refused r -> Problem.of(400, "prohibited_content", words);
      case Failure.Limited l -> Problem.of(429, code, words).after(l.retryAfter());
      case Failure.OutOfCredit o -> Problem.of(429, code, words);
      case Failure.NoCapacity n -> Problem.of(503, code, words).after(n.retryAfter());
      case Failure.BadCredential b -> Problem.of(502, code, words);
      case Failure.Unfit u -> Problem.of(403, code, words);
      case Failure.Withheld w -> Problem.of(502, code, words);
      case Failure.Unreachable u -> Problem.of(502, code, words);
      case Failure.UpstreamBroken b -> Problem.of(502, code, words);
      case Failure.WorkFailed w -> Problem.of(502, code, words);
      case Failure.BadMedia b -> Problem.of(502, code, words);
      case Failure.OutcomeUnknown o -> Problem.of(502, code, words);
      case Failure.TimedOut t -> Problem.of(504, code, words);
      case Failure.Cancelled c -> Problem.of(409, code, words);
      case Failure.NoSpace n -> Problem.of(507, code, words);
      case Failure.Internal i -> Problem.of(500, code, words);
    };
  }

  private static Problem invalid(Failure.Invalid i) {
    var field = NAMES.getOrDefault(i.field(), i.field());
    boolean begins = !i.field().isEmpty() && i.message().startsWith(i.field() + " ");
    // Contents are more than pictures: what is wrong with which of them is to be said.
    var subject = i.field().equals("image") ? field + ": a picture" : field;
    var words = begins ? subject + i.message().substring(i.field().length()) : i.message();
    return new Problem(400, i.code(), field, words.replace("as image_url", "as fileData.fileUri"), Optional.empty());
  }

  /** A job that is still open, or may have been paid for, is not to be made again. */
  private static Problem of(JobFailedException e) {
    boolean harmless = e.job().state().ended() && e.job().neverBought();
    boolean found = e.job().origin().idempotencyKey().isPresent();
    var problem = harmless || found ? of(e.failure()) : of(e.failure()).last();
    return OpenAiErrors.hint(e) ? problem.message(OpenAiErrors.hinted(e)) : problem;
  }

  /** As Google pairs them, and older gateways. */
  private static String name(int status) {
    return switch (status) {
      case 400, 405, 413, 415, 422 -> "INVALID_ARGUMENT";
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 409 -> "ABORTED";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 500 -> "INTERNAL";
      case 502, 503 -> "UNAVAILABLE";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      default -> "UNKNOWN";
    };
  }

  // ---- on the wire ------------------------------------------------------------------------------------------------

  private static Response response(Problem problem) {
    var response = Response.json(problem.status(), JsonText.bytes(body(problem)));
    if (problem.status() == 401) response = response.withHeader("WWW-Authenticate", "Bearer");
    if (problem.after().isEmpty()) return response;
    return response.withHeader("Retry-After", String.valueOf((millis(problem.after().get()) + 999) / 1000));
  }

  private static long millis(Duration delay) {
    return Math.max(1, delay.toMillis());
  }

  private static JsonObject body(Problem problem) {
    var details = new JsonArray().add(detail("ErrorInfo")
        .add("reason", problem.reason().toUpperCase(Locale.ROOT)).add("domain", "easel"));
    if (!problem.field().isEmpty()) {
      var violation = new JsonObject().add("field", problem.field()).add("description", problem.message());
      details.add(detail("BadRequest").add("fieldViolations", new JsonArray().add(violation)));
    }
    problem.after().ifPresent(d -> details.add(detail("RetryInfo").add("retryDelay", seconds(d))));
    return new JsonObject().add("error", new JsonObject().add("code", problem.status())
        .add("message", problem.message()).add("status", name(problem.status())).add("details", details));
  }

  private static JsonObject detail(String type) {
    return new JsonObject().add("@type", TYPES + type);
  }

  /** A duration as protobuf writes it in JSON: {@code 1.5s}. */
  private static String seconds(Duration delay) {
    return BigDecimal.valueOf(millis(delay), 3).stripTrailingZeros().toPlainString() + "s";
  }

  /** The same body for the middle of a stream, where no status can be set any more. */
  static JsonObject body(JobFailedException e) {
    return body(of(e));
  }
}
