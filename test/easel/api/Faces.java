package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Caller;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Metrics;
import easel.core.Provider;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import easel.job.Catalogue;
import easel.job.JobEngine;
import easel.job.JobOptions;
import easel.job.Names;
import easel.pool.Health;
import easel.pool.PoolOptions;
import easel.pool.TokenPool;
import easel.provider.SampleProvider;
import easel.store.JobLog;
import fake.Await;
import fake.FakeTime;
import fake.TempStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** All faces over a real engine and a real store, called without a socket. */
final class Faces implements AutoCloseable {
  static final String KEY = "sk-test-0123456789abcdef";
  static final String OTHER_KEY = "sk-other-0123456789abcdef";
  static final Caller CALLER = new Caller("one", "first key");

  final FakeTime time = new FakeTime();
  final TempStore store = new TempStore(time);
  final Scripted provider = new Scripted();
  final Web web = new Web();
  final MediaLinks links = new MediaLinks();
  OpsApi.Phase phase = OpsApi.Phase.SERVING;
  boolean tokens = true;
  List<CredentialBook.Entry> entries = List.of();
  int looks;
  final Metrics metrics = new Metrics();
  final AdminSessions sessions = new AdminSessions((name, password) -> true, time);
  Names names = Names.NONE;
  OpenAiApi openAi;
  JobEngine engine;
  Router router;

  private final boolean sample;

  Faces() {
    this(false);
  }

  /** @param sample with the built-in provider behind the scripted one */
  Faces(boolean sample) {
    this.sample = sample;
    start();
  }

  private List<Provider> providers() {
    return sample ? List.of(provider, new SampleProvider(time)) : List.of(provider);
  }

  /** A new engine and new faces on the same store, as after a restart. */
  void start() {
    var pool = new TokenPool(PoolOptions.defaults(), time);
    pool.use(List.of(new TokenPool.Share(Credential.none("fake"), -1, -1), new TokenPool.Share(Credential.none("sample"), -1, -1)));
    var offer = new Catalogue.Offer(providers(), Set.of("fake", "sample"),
        id -> id.equals("fake") ? Optional.of(provider) : Optional.empty(), id -> Optional.empty());
    var catalogue = new Catalogue(offer, names, time);
    engine = new JobEngine(JobOptions.defaults(), catalogue, pool, store.jobs(), store.media(), event -> { }, time);
    var keys = new ApiKeys(List.of(new ApiKeys.Entry(CALLER, ApiKeys.hash(KEY)),
        new ApiKeys.Entry(new Caller("two", "second key"), ApiKeys.hash(OTHER_KEY))));
    router = new Router();
    var errors = new OpenAiErrors();
    var filter = new ApiKeyFilter(store.apiKeys(), keys, time);
    router.face("/v1", errors::unknown, errors, filter);
    router.face("/", errors::unknown, errors);
    openAi = new OpenAiApi(engine, store.media(), web, links, time);
    openAi.routes(router);
    var gemini = new GeminiApi(engine, store.media(), web, links, time);
    var google = new GeminiErrors();
    var shared = new GeminiOnV1(gemini, errors, google);
    router.face("/v1beta", google::unknown, google, filter);
    router.face("/models", google::unknown, google, filter);
    router.face("/v1/models", shared::unknown, shared.errors(), filter, shared::list);
    gemini.routes(router);
    new JobsApi(engine, links).routes(router);
    var people = new JobLogApi.People(sessions, filter, new ListedBook(() -> entries));
    new JobLogApi(people, engine, new JobLog(store.database()), links, time).routes(router);
    new MediaApi(store.media(), time).routes(router);
    var vitals = new Vitals(pool);
    new OpsApi(vitals, store.jobs(), store.media(), time).routes(router);
    new MetricsApi(vitals, metrics, store.jobs(), filter, time).routes(router);
  }

  /** What the wiring would know. */
  private final class Vitals implements MetricsApi.Readings {
    @Override
    public long commits() {
      return 0;
    }

    @Override
    public long writes() {
      return 0;
    }

    private final TokenPool pool;

    Vitals(TokenPool pool) {
      this.pool = pool;
    }

    @Override
    public OpsApi.Phase phase() {
      return phase;
    }

    @Override
    public boolean activeTokens() {
      return tokens;
    }

    @Override
    public String version() {
      return "1.2.3";
    }

    @Override
    public List<CredentialBook.Entry> entries() {
      looks++;
      return entries;
    }

    @Override
    public Set<String> sessions() {
      return Set.of("flow");
    }

    @Override
    public Instant started() {
      return Instant.ofEpochMilli(1_893_456_000_250L);
    }

    @Override
    public List<Health> healths() {
      return pool.health();
    }

    @Override
    public int waiting() {
      return pool.waiting();
    }

    @Override
    public List<MetricsApi.Way> ways() {
      return List.of(new MetricsApi.Way(1, "usual", false, 0, 12), new MetricsApi.Way(2, "own", true, 3, 0));
    }

    @Override
    public long direct() {
      return 4;
    }
  }

  void restart() {
    stop();
    store.restart();
    start();
  }

  @Override
  public void close() {
    stop();
    store.close();
  }

  /** Stops the engine as soon as a job is running and this thread waits for it; the job stays open. */
  Thread stopsInTheMiddle() {
    var caller = Thread.currentThread();
    var running = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    provider.stalls(running, stopped);
    return Thread.ofPlatform().start(() -> {
      try {
        running.await();
        Await.until("the caller to wait", () -> caller.getState() == Thread.State.TIMED_WAITING);
        engine.close();
        stopped.countDown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  /** Jobs on their way let go of the store before it is closed. */
  private void stop() {
    engine.close();
    Await.within(Duration.ofSeconds(10), () -> engine.open() == 0);
  }

  // ---- asking -----------------------------------------------------------------------------------------------------

  /** The links of the web that there are in this test. */
  static final class Web implements Fetcher {
    final Map<String, byte[]> pages = new ConcurrentHashMap<>();
    final List<String> fetched = new ArrayList<>();

    @Override
    public void fetch(URI link, String field, long bytesMax, Path file) {
      fetched.add(link.toString());
      var page = pages.get(link.toString());
      if (page == null) throw new GatewayException(new Failure.Invalid(field, field + " could not be fetched"));
      try {
        Files.write(file, page);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** An answer with its body read. */
  record Reply(Response response, String body) {
    int status() {
      return response.status();
    }

    String header(String name) {
      return response.header(name).orElse("");
    }

    JsonObject json() {
      return Json.parse(body).asObject();
    }

    JsonObject error() {
      return json().get("error").asObject();
    }

    /** The parts of an error that machines read: status, type, code and param. */
    String trouble() {
      return status() + " " + error().get("type").asString() + " " + text("code") + " " + text("param");
    }

    private String text(String name) {
      var value = error().get(name);
      return value.isNull() ? "null" : value.asString();
    }

    JsonObject data(int i) {
      return json().get("data").asArray().get(i).asObject();
    }

    byte[] picture(int i) {
      return Base64.getDecoder().decode(data(i).get("b64_json").asString());
    }
  }

  static Request request(String method, String target) {
    return Request.of(method, target).header("authorization", "Bearer " + KEY);
  }

  static Request post(String target, String json) {
    return request("POST", target).header("content-type", "application/json").body(json);
  }

  static Request generation(String json) {
    return post("/v1/images/generations", json);
  }

  Reply call(Request request) throws Exception {
    return call(request, new ByteArrayOutputStream());
  }

  /** @param body gets what the client would read, as it comes */
  Reply call(Request request, ByteArrayOutputStream body) throws Exception {
    var response = router.handle(request);
    response.writeBody(body);
    return new Reply(response, body.toString(StandardCharsets.UTF_8));
  }

  Reply get(String target) throws Exception {
    return call(request("GET", target));
  }

  /** Generates with these fields, quotes written as {@code '}. */
  Reply generate(String json) throws Exception {
    return call(generation(quoted(json)));
  }

  Reply edit(String json) throws Exception {
    return call(post("/v1/images/edits", quoted(json)));
  }

  Reply chat(String json) throws Exception {
    return call(post("/v1/chat/completions", quoted(json)));
  }

  static String quoted(String json) {
    return json.replace('\'', '"');
  }

  static String dataUrl(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  // ---- looking ----------------------------------------------------------------------------------------------------

  List<Job> jobs() {
    return store.jobs().pageOfAll(100, "");
  }

  Job onlyJob() {
    var jobs = jobs();
    if (jobs.size() != 1) throw new AssertionError("there are " + jobs.size() + " jobs");
    return jobs.getFirst();
  }

  /** Every file below the storage folder, by its first folder: {@code inputs 2}. */
  List<String> inputFiles() throws IOException {
    var folder = store.options().storage().resolve("inputs");
    if (!Files.isDirectory(folder)) return List.of();
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
