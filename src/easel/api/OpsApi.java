package easel.api;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.JobState;
import easel.core.Time;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** How the process is, for people and for whatever starts and watches it. No key is needed; nothing secret is told. */
public final class OpsApi {
  private static final System.Logger LOG = System.getLogger("easel.api");
  /** Anybody may ask, as often as they like: the database is asked no more than this. */
  private static final long FRESH = Duration.ofSeconds(2).toNanos();

  /** Where the process is in its life. */
  public enum Phase { STARTING, SERVING, DRAINING }

  /** What the wiring alone knows. */
  public interface Vitals {
    Phase phase();

    /** Whether any provider has a credential that could be lent now. */
    boolean activeTokens();

    String version();
  }

  private final Vitals vitals;
  private final JobTable jobs;
  private final MediaStore media;
  private final Time time;
  private final long started;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Map<JobState, Long>> counts = Optional.empty();
  private long counted;
  private boolean asked;

  public OpsApi(Vitals vitals, JobTable jobs, MediaStore media, Time time) {
    this.vitals = vitals;
    this.jobs = jobs;
    this.media = media;
    this.time = time;
    this.started = time.nanos();
  }

  public void routes(Router router) {
    router.on("GET /health", this::health);
    router.on("GET /ready", this::ready);
  }

  private Response health(Request request) {
    var now = counts();
    var health = new JsonObject().add("backend_running", true)
        .add("has_active_tokens", now.isPresent() && vitals.activeTokens())
        .add("status", trouble().orElse("ok")).add("version", vitals.version())
        .add("uptime_seconds", Duration.ofNanos(time.nanos() - started).toSeconds());
    now.ifPresent(c -> health.add("jobs", json(c)));
    return answer(200, health);
  }

  private static JsonObject json(Map<JobState, Long> counts) {
    var json = new JsonObject();
    for (var state : JobState.values()) json.add(JobJson.word(state), counts.getOrDefault(state, 0L));
    return json;
  }

  private Response ready(Request request) {
    var trouble = trouble();
    return answer(trouble.isEmpty() ? 200 : 503, new JsonObject().add("status", trouble.orElse("ready")));
  }

  /** Why no new work should be sent here. */
  private Optional<String> trouble() {
    return switch (vitals.phase()) {
      case STARTING -> Optional.of("starting");
      case DRAINING -> Optional.of("draining");
      case SERVING -> counts().isEmpty() ? Optional.of("the database does not answer")
          : media.hasRoom() ? Optional.empty() : Optional.of("the disk is nearly full");
    };
  }

  private Optional<Map<JobState, Long>> counts() {
    lock.lock();
    try {
      if (!asked || time.nanos() - counted > FRESH) counts = ask();
      return counts;
    } finally {
      lock.unlock();
    }
  }

  private Optional<Map<JobState, Long>> ask() {
    asked = true;
    counted = time.nanos();
    try {
      return Optional.of(jobs.counts());
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "database does not answer", e);
      return Optional.empty();
    }
  }

  private static Response answer(int status, JsonObject json) {
    return Response.json(status, JsonText.bytes(json)).withHeader("Cache-Control", "no-store");
  }
}
