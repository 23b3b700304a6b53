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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the process is, for people and for whatever starts and watches it. No key is needed; nothing secret is told. */
public final class OpsApi {
  /** Where the process is in its life. */
  public enum Phase { STARTING, SERVING, DRAINING }

  /** What the wiring alone knows. */
  public interface Vitals {
    Phase phase();

    /** Whether any provider has a credential that could be lent now. */
    boolean activeTokens();

    String version();

    /** Every credential, wherever it is kept. */
    List<CredentialBook.Entry> entries();

    /** Providers whose credentials are exchanged for a session. */
    Set<String> sessions();
  }

  private final Vitals vitals;
  private final Lately<Map<JobState, Long>> jobs;
  private final Lately<Fleet> fleet;
  private final MediaStore media;
  private final Time time;
  private final long started;

  public OpsApi(Vitals vitals, JobTable jobs, MediaStore media, Time time) {
    this.vitals = vitals;
    this.jobs = new Lately<>(jobs::counts, time);
    this.fleet = new Lately<>(() -> Fleet.of(vitals.entries(), vitals.sessions(), time.instant()), time);
    this.media = media;
    this.time = time;
    this.started = time.nanos();
  }

  public void routes(Router router) {
    router.on("GET /health", this::health);
    router.on("GET /ready", this::ready);
  }

  /** First what a Flow2API tells, for whoever watches it already. */
  private Response health(Request request) {
    var now = jobs.get();
    var health = new JsonObject().add("backend_running", true)
        .add("has_active_tokens", now.isPresent() && vitals.activeTokens());
    fleet.get().ifPresent(f -> tokens(health, f));
    health.add("status", trouble().orElse("ok")).add("version", vitals.version())
        .add("uptime_seconds", Duration.ofNanos(time.nanos() - started).toSeconds());
    now.ifPresent(c -> health.add("jobs", json(c)));
    return answer(200, health);
  }

  /** There is no captcha solving here: the last two never change. */
  private static void tokens(JsonObject health, Fleet fleet) {
    health.add("total_tokens", fleet.entries().size()).add("active_tokens", fleet.active())
        .add("tokens_missing_at", fleet.missing()).add("tokens_expired", fleet.expired())
        .add("tokens_expiring_within_1h", fleet.expiring()).add("banned_429_tokens", fleet.limited())
        .add("captcha_method", "none").add("remote_browser_configured", false);
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
      case SERVING -> jobs.get().isEmpty() ? Optional.of("the database does not answer")
          : media.hasRoom() ? Optional.empty() : Optional.of("the disk is nearly full");
    };
  }

  private static Response answer(int status, JsonObject json) {
    return Response.json(status, JsonText.bytes(json)).withHeader("Cache-Control", "no-store");
  }
}
