package easel.api;

import easel.core.JobState;
import easel.core.Metrics;
import easel.core.Time;
import easel.http.Filter;
import easel.http.Handler;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.pool.Health;
import easel.store.JobTable;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Numbers for a watcher, in the text format of Prometheus. Open to who asks from this machine without a proxy before
 * us; everybody else needs an API key.
 */
public final class MetricsApi {
  /** Any of them says that somebody else asked. */
  private static final List<String> FORWARDED = List.of("forwarded", "via", "x-forwarded-for", "x-forwarded-host",
      "x-forwarded-proto", "x-forwarded-server", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip");

  /** What else the wiring alone knows. */
  public interface Readings extends OpsApi.Vitals {
    Instant started();

    /** One for each provider that lends credentials. */
    List<Health> healths();

    /** Jobs that wait for a credential. */
    int waiting();

    List<Way> ways();

    /** Calls that went without a proxy, as none let them through. */
    long direct();

    /** How often the database has waited for the disk since the start. */
    long commits();

    /** Changes that went to the disk in those. */
    long writes();
  }

  /**
   * A proxy.
   *
   * @param number its place among them, from 1: its address is nobody's business
   * @param use what it is there for
   * @param failures in a row
   * @param calls that went through it
   */
  public record Way(int number, String use, boolean resting, int failures, long calls) {}

  private final Readings readings;
  private final Metrics metrics;
  private final Filter keys;
  private final Lately<Map<JobState, Long>> jobs;
  private final Lately<Fleet> fleet;

  public MetricsApi(Readings readings, Metrics metrics, JobTable jobs, Filter keys, Time time) {
    this.readings = readings;
    this.metrics = metrics;
    this.keys = keys;
    this.jobs = new Lately<>(jobs::counts, time);
    this.fleet = new Lately<>(() -> Fleet.of(readings.entries(), readings.sessions(), time.instant()), time);
  }

  public void routes(Router router) {
    router.on("GET /metrics", this::metrics);
  }

  private Response metrics(Request request) throws Exception {
    Handler text = r -> Response.bytes(200, MetricsText.TYPE, text());
    return near(request) ? text.handle(request) : keys.apply(request, text);
  }

  static boolean near(Request request) {
    var address = request.remote().getAddress();
    return loopback(address) && FORWARDED.stream().allMatch(name -> request.header(name).isEmpty());
  }

  private static boolean loopback(InetAddress address) {
    return address != null && address.isLoopbackAddress();
  }

  private byte[] text() {
    boolean ready = readings.phase() == OpsApi.Phase.SERVING;
    var families = new ArrayList<>(Gauges.process(readings.version(), readings.started(), ready));
    jobs.get().map(Gauges::jobs).ifPresent(families::add);
    families.addAll(Gauges.providers(readings.healths(), readings.waiting()));
    families.addAll(Gauges.ways(readings.ways(), readings.direct()));
    families.addAll(Gauges.database(readings.commits(), readings.writes()));
    fleet.get().map(Gauges::credentials).ifPresent(families::addAll);
    families.addAll(metrics.families());
    return MetricsText.of(families).getBytes(StandardCharsets.UTF_8);
  }
}
