package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.http.BodyException;
import easel.http.Filter;
import easel.http.Handler;
import easel.http.HttpException;
import easel.http.MultipartException;
import easel.http.Request;
import easel.http.Response;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that goes wrong in this face, in the error shape of the OpenAI API reference. The only place of the face
 * that catches.
 *
 * <p>The official SDKs repeat 408, 409, 429 and every 5xx by themselves, unless {@code x-should-retry} forbids it: so
 * it does wherever a repeat could pay twice, or cannot help.
 */
public final class OpenAiErrors implements Filter {
  private static final System.Logger LOG = System.getLogger("easel.api");
  private static final String BAD_REQUEST = "invalid_request_error";
  private static final String SERVER = "server_error";
  /** Names the job an answer is about. */
  static final String JOB = "x-easel-job";
  /** Above this the official Python SDK gives up at once. */
  private static final Duration RETRY_MAX = Duration.ofSeconds(120);

  /** Whether the client should try once more. */
  private enum Again { AS_USUAL, WELCOME, NEVER }

  private record Problem(int status, String type, Optional<String> code, Optional<String> param, String message,
      Again again, Optional<Duration> after) {

    static Problem of(int status, String type, String code, String message) {
      return new Problem(status, type, Optional.of(code), Optional.empty(), message, Again.AS_USUAL, Optional.empty());
    }

    Problem code(Optional<String> other) {
      return new Problem(status, type, other, param, message, again, after);
    }

    Problem param(String name) {
      return new Problem(status, type, code, Optional.of(name).filter(n -> !n.isEmpty()), message, again, after);
    }

    Problem message(String other) {
      return new Problem(status, type, code, param, other, again, after);
    }

    Problem again(Again other) {
      return new Problem(status, type, code, param, message, other, after);
    }

    Problem welcome(Duration delay) {
      return new Problem(status, type, code, param, message, Again.WELCOME, Optional.of(delay));
    }
  }

  @Override
  public Response apply(Request request, Handler next) throws Exception {
    try {
      return next.handle(request);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log(request, e);
      return answer(request, e);
    }
  }

  /** For paths and methods that no route has. */
  public Response unknown(Request request, int status, Set<String> allow) {
    var asked = request.method() + " " + request.path().substring(0, Math.min(200, request.path().length()));
    if (status == 404) return response(Problem.of(404, BAD_REQUEST, "unknown_url", "Invalid URL (" + asked + ")"));
    var words = "Not allowed: " + asked + ". Allowed: " + String.join(", ", allow) + ".";
    return response(Problem.of(status, BAD_REQUEST, "method_not_allowed", words));
  }

  /** For what happens outside of every route; the same shape. */
  public static Response lastResort(Throwable problem) {
    return answer(Optional.empty(), problem);
  }

  static void log(Request request, Exception e) {
    boolean ours = e instanceof StoreException || unforeseen(e);
    if (ours) LOG.log(Level.ERROR, "request failed id=" + request.requestId() + " path=" + request.path(), e);
    else LOG.log(Level.DEBUG, "request refused id=" + request.requestId() + " path=" + request.path(), e);
  }

  private static boolean unforeseen(Throwable e) {
    return switch (e) {
      case FieldException f -> false;
      case GatewayException g -> g.failure() instanceof Failure.Internal;
      case JobFailedException j -> false;
      case StoreException s -> false;
      case HttpException h -> false;
      case BodyException b -> false;
      case MultipartException m -> false;
      default -> true;
    };
  }

  private static Response answer(Request request, Exception e) {
    var response = answer(Optional.of(request), e);
    return e instanceof JobFailedException j ? response.withHeader(JOB, j.job().id()) : response;
  }

  private static Response answer(Optional<Request> request, Throwable e) {
    var response = response(problem(request, e));
    if (!(e instanceof HttpException http)) return response;
    for (var header : http.headers()) response = response.withHeader(header.name(), header.value());
    return response;
  }

  private static Problem problem(Optional<Request> request, Throwable e) {
    return switch (e) {
      case FieldException f -> of(f);
      case JobFailedException j -> of(j);
      case GatewayException g -> of(g.failure());
      case StoreException s -> of(s.failure());
      case HttpException h -> of(h.status(), h.getMessage());
      case BodyException b -> of(b.status(), b.getMessage());
      case MultipartException m -> of(m.status(), m.getMessage());
      default -> unforeseen(request);
    };
  }

  private static Problem unforeseen(Optional<Request> request) {
    var id = request.map(r -> " (request " + r.requestId() + ")").orElse("");
    var words = "Easel made a mistake while it served this request" + id + ".";
    var problem = Problem.of(500, SERVER, "internal_error", words);
    boolean harmless = request.map(r -> r.method().equals("GET") || r.method().equals("HEAD")).orElse(false);
    return harmless ? problem : problem.again(Again.NEVER);
  }

  // ---- the table --------------------------------------------------------------------------------------------------

  private static Problem of(FieldException e) {
    var code = switch (e.complaint()) {
      case MISSING -> "missing_required_parameter";
      case TYPE -> "invalid_type";
      case VALUE -> "invalid_value";
      case UNKNOWN -> "unknown_parameter";
      case SYNTAX -> "invalid_json";
    };
    return Problem.of(400, BAD_REQUEST, code, e.getMessage()).param(e.path());
  }

  private static Problem of(int status, String message) {
    var problem = Problem.of(status, status < 500 ? BAD_REQUEST : SERVER, "", message);
    return problem.code(switch (status) {
      case 404 -> Optional.of("not_found");
      case 405 -> Optional.of("method_not_allowed");
      case 408 -> Optional.of("request_timeout");
      case 413 -> Optional.of("request_too_large");
      case 415 -> Optional.of("unsupported_media_type");
      case 500 -> Optional.of("internal_error");
      case 503 -> Optional.of("no_capacity");
      default -> Optional.empty();
    });
  }

  private static Problem of(Failure failure) {
    var code = failure.code();
    var words = failure.message();
    return switch (failure) {
      case Failure.Invalid i -> Problem.of(400, BAD_REQUEST, code, words).param(i.field());
      case Failure.Unauthorized u -> Problem.of(401, BAD_REQUEST, code, words);
      case Failure.Forbidden f -> Problem.of(403, BAD_REQUEST, code, words);
      case Failure.Missing m -> Problem.of(404, BAD_REQUEST, code, words).param(missing(m));
      case Failure.TooLarge t -> Problem.of(413, BAD_REQUEST, code, words);
      case Failure.Unsupported u -> Problem.of(415, BAD_REQUEST, code, words);
      case Failure.KeyReused k -> Problem.of(422, BAD_REQUEST, code, words);
      case Failure.Refused r -> Problem.of(400, "image_generation_user_error", code, words);
      case Failure.Limited l -> Problem.of(429, "rate_limit_error", code, words).welcome(l.retryAfter());
      case Failure.OutOfCredit o -> Problem.of(429, "insufficient_quota", code, words).again(Again.NEVER);
      case Failure.NoCapacity n -> Problem.of(503, SERVER, code, words).welcome(n.retryAfter());
      case Failure.BadCredential b -> Problem.of(502, SERVER, code, words).again(Again.NEVER);
      case Failure.Unfit u -> Problem.of(403, SERVER, code, words).again(Again.NEVER);
      case Failure.Withheld w -> Problem.of(502, SERVER, code, words).again(Again.NEVER);
      case Failure.Unreachable u -> Problem.of(502, SERVER, code, words);
      case Failure.UpstreamBroken b -> Problem.of(502, SERVER, code, words).again(Again.NEVER);
      case Failure.WorkFailed w -> Problem.of(502, SERVER, code, words).again(Again.NEVER);
      case Failure.BadMedia b -> Problem.of(502, SERVER, code, words).again(Again.NEVER);
      case Failure.OutcomeUnknown o -> Problem.of(502, SERVER, code, words).again(Again.NEVER);
      case Failure.TimedOut t -> Problem.of(504, SERVER, code, words).again(Again.NEVER);
      case Failure.Cancelled c -> Problem.of(409, BAD_REQUEST, code, words).again(Again.NEVER);
      case Failure.NoSpace n -> Problem.of(507, SERVER, code, words).again(Again.NEVER);
      case Failure.Internal i -> Problem.of(500, SERVER, code, words).again(Again.NEVER);
    };
  }

  private static String missing(Failure.Missing missing) {
    return missing.code().equals("model_not_found") ? "model" : "";
  }

  /** As the failure alone, but for jobs that may have been paid for: those are never to be repeated. */
  private static Problem of(JobFailedException e) {
    var problem = of(e.failure());
    boolean mayBePaid = e.job().state().ended() && !e.job().neverBought();
    if (mayBePaid) problem = problem.again(Again.NEVER);
    return hint(e) ? problem.message(hinted(e)) : problem;
  }

  static String hinted(JobFailedException e) {
    return e.failure().message() + " GET /v1/jobs/" + e.job().id() + " tells what becomes of it.";
  }

  static boolean hint(JobFailedException e) {
    boolean open = !e.job().state().ended();
    return open || e.failure() instanceof Failure.OutcomeUnknown || e.failure() instanceof Failure.TimedOut;
  }

  // ---- on the wire ------------------------------------------------------------------------------------------------

  private static Response response(Problem problem) {
    var response = Response.json(problem.status(), JsonText.bytes(body(problem)));
    if (problem.again() != Again.AS_USUAL) {
      response = response.withHeader("x-should-retry", String.valueOf(problem.again() == Again.WELCOME));
    }
    if (problem.status() == 401) response = response.withHeader("WWW-Authenticate", "Bearer");
    if (problem.after().isEmpty()) return response;
    long millis = Math.clamp(problem.after().get().toMillis(), 1, RETRY_MAX.toMillis());
    return response.withHeader("Retry-After", String.valueOf((millis + 999) / 1000))
        .withHeader("retry-after-ms", String.valueOf(millis));
  }

  private static JsonObject body(Problem problem) {
    return new JsonObject().add("error", error(problem));
  }

  private static JsonObject error(Problem problem) {
    return new JsonObject().add("message", problem.message()).add("type", problem.type())
        .add("param", problem.param().map(Json::value).orElse(Json.NULL))
        .add("code", problem.code().map(Json::value).orElse(Json.NULL));
  }

  /** The same body for the middle of a stream, where no status can be set any more. */
  static JsonObject body(JobFailedException e) {
    return body(of(e));
  }

  /** The same with the status that the answer would have had: that of the stream has been 200 since it began. */
  static JsonObject late(JobFailedException e) {
    var problem = of(e);
    return new JsonObject().add("error", error(problem).add("status_code", problem.status()));
  }

  /** The status that whoever waited for this job was answered. */
  static int status(Job job, Failure failure) {
    return of(new JobFailedException(job, failure)).status();
  }

  /** What a job's end is called here; for the job's own object. */
  static JsonObject summary(Job job, Failure failure) {
    var problem = of(new JobFailedException(job, failure));
    return new JsonObject().add("code", failure.code()).add("message", problem.message()).add("type", problem.type());
  }
}
