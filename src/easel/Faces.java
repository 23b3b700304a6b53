package easel;

import easel.api.AdminApi;
import easel.api.AdminSessions;
import easel.api.ApiKeyFilter;
import easel.api.BodyLimits;
import easel.api.CredentialApi;
import easel.api.GeminiApi;
import easel.api.GeminiErrors;
import easel.api.GeminiOnV1;
import easel.api.JobLogApi;
import easel.api.JobsApi;
import easel.api.MediaApi;
import easel.api.MediaLinks;
import easel.api.MetricsApi;
import easel.api.NoticeApi;
import easel.api.OpenAiApi;
import easel.api.OpenAiErrors;
import easel.api.OpsApi;
import easel.api.PluginApi;
import easel.api.ProxyApi;
import easel.api.TokenFileApi;
import easel.core.Time;
import easel.http.AccessLog;
import easel.http.Handler;
import easel.http.HttpException;
import easel.http.HttpOptions;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import java.time.Duration;
import java.util.Set;

/** Every way in: which routes there are, and which filters stand before them, in order. */
final class Faces {
  private static final Duration START_MAX = Duration.ofSeconds(10);
  private static final Set<String> VITAL = Set.of("/health", "/ready", "/metrics");

  private final Gateway gateway;
  private final ApiKeyFilter keys;
  private final MediaLinks links;
  private final Time time;
  private final OpenAiApi openAi;
  private final GeminiApi gemini;
  private final AdminSessions sessions;

  Faces(Gateway gateway, ApiKeyFilter keys, MediaLinks links, Time time) {
    this.gateway = gateway;
    this.keys = keys;
    this.links = links;
    this.time = time;
    this.openAi = new OpenAiApi(gateway.engine(), gateway.media(), gateway.fetcher(), links, time);
    this.gemini = new GeminiApi(gateway.engine(), gateway.media(), gateway.fetcher(), links, time);
    this.sessions = new AdminSessions(gateway::isAdmin, time);
  }

  /** For when the administrator is another one, or has another password. */
  void logOut() {
    sessions.end();
  }

  void use(Config.Limits limits) {
    var bodies = new BodyLimits(limits.bodyMax(), limits.inputMax());
    openAi.use(bodies);
    gemini.use(bodies);
  }

  /**
   * Nothing new before the jobs of an earlier process are under way again: a repeat must find the job it belongs to.
   */
  private Response whenReady(Request request, Handler next) throws Exception {
    boolean vital = VITAL.contains(request.path());
    if (vital || gateway.serves(START_MAX)) return next.handle(request);
    throw new HttpException(503, "Easel is starting; try again in a moment.", new Response.Header("Retry-After", "1"));
  }

  static HttpOptions options(Config config) {
    var server = config.server();
    var defaults = HttpOptions.defaults();
    return defaults.withHost(server.host()).withPort(server.port()).withHosts(server.hosts())
        .withTrustForwarded(server.trustForwarded())
        .withLastResort(OpenAiErrors::lastResort);
  }

  Handler router() {
    var router = new Router();
    var errors = new OpenAiErrors();
    router.face("/v1", errors::unknown, errors, keys);
    router.face("/", errors::unknown, errors);
    var google = new GeminiErrors();
    var shared = new GeminiOnV1(gemini, errors, google);
    router.face("/v1/models", shared::unknown, shared.errors(), keys, shared::list);
    router.face("/v1beta", google::unknown, google, keys);
    router.face("/models", google::unknown, google, keys);
    openAi.routes(router);
    gemini.routes(router);
    new JobsApi(gateway.engine(), links).routes(router);
    new MediaApi(gateway.media(), time).routes(router);
    new OpsApi(gateway.vitals(), gateway.jobs(), gateway.media(), time).routes(router);
    new MetricsApi(gateway.vitals(), gateway.metrics(), gateway.jobs(), keys, time).routes(router);
    new AdminApi(sessions, keys, gateway::reload).routes(router);
    new CredentialApi(sessions, gateway.credentials()).routes(router);
    var people = new JobLogApi.People(sessions, keys, gateway.credentials());
    new JobLogApi(people, gateway.engine(), gateway.log(), links, time).routes(router);
    new ProxyApi(sessions, new ProxyDesk(gateway::upstream, gateway::config)).routes(router);
    new TokenFileApi(sessions, gateway.credentials(), gateway.config().storage().data().resolve("import")).routes(router);
    var persons = new Persons(gateway::config, gateway::upstream, gateway.credentials()::person, time);
    new PluginApi(() -> gateway.config().plugin(), gateway.credentials(), persons, time).routes(router);
    new NoticeApi(sessions, gateway.notices()::latest).routes(router);
    return router.with(new AccessLog(), this::whenReady);
  }
}
