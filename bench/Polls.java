package bench;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Thousands of videos that are not done yet, each polled at the pace its provider states. */
final class Polls {
  private static final int JOBS = 5000;
  private static final int CLIENTS = 32;
  private static final int HEAP = 104;
  private static final int END_MAX_S = 240;

  private final Easel.Plan plan;
  private final Scale scale;
  private final Report report;

  Polls(Easel.Plan plan, Scale scale, Report report) {
    this.plan = plan;
    this.scale = scale;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    report.say("== %d videos polled", JOBS);
    try (var films = new FilmServer()) {
      var one = plan.heap(HEAP).folder(plan.folder().resolve("polls")).films(films.base());
      try (var easel = one.start()) {
        measure(films, easel);
      }
    }
  }

  private void measure(FilmServer films, Easel easel) throws IOException, InterruptedException {
    var errors = new Errors();
    submitAll(easel.target(), errors);
    Thread.sleep(2L * FilmServer.PACE_MS);
    films.lags();
    Thread.sleep(scale.streamed() * 1000L);
    var lags = films.lags();
    var memory = easel.child().resident();
    var threads = easel.child().threads();
    films.finish(sample(easel.target()));
    long from = System.nanoTime();
    awaitEnd(easel.target(), errors);
    double took = (System.nanoTime() - from) / 1e9;
    if (films.bought() != JOBS) errors.add("bought " + films.bought() + " for " + JOBS + " jobs");
    print(lags, memory, threads, easel.child().peak(), took, errors);
  }

  private void print(Timings lags, OptionalLong memory, OptionalLong threads, OptionalLong peak, double took, Errors errors) {
    report.wrong(JOBS + " polled videos", errors);
    double perSecond = lags.count() / (double) scale.streamed();
    report.say("%d polls, %.0f/s; late by p50 %.0f ms, p99 %.0f ms, at most %.0f ms; %s, %d threads, peak %s; all fetched in %.0f s",
        lags.count(), perSecond, lags.ms(0.5), lags.ms(0.99), lags.ms(1), Report.megabytes(memory), threads.orElse(0),
        Report.megabytes(peak), took);
    report.table("| %,d videos polled every %d s (-Xmx" + HEAP + "m) | polls/s | late p50 ms | p99 ms | at most ms | memory | peak | threads | all fetched in s |",
        JOBS, FilmServer.PACE_MS / 1000);
    report.table("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    report.table("| | %.0f | %.0f | %.0f | %.0f | %s | %s | %d | %.0f |", perSecond, lags.ms(0.5), lags.ms(0.99), lags.ms(1),
        Report.megabytes(memory), Report.megabytes(peak), threads.orElse(0), took);
    report.table("");
  }

  private static void submitAll(Target target, Errors errors) throws InterruptedException {
    var left = new AtomicInteger(JOBS);
    var request = target.post("/v1/chat/completions", new JsonObject().add("model", "film").add("async", true)
        .add("messages", new JsonArray().add(new JsonObject().add("role", "user").add("content", "a paper boat"))));
    try (var clients = Executors.newThreadPerTaskExecutor(Threads.factory(CLIENTS))) {
      for (int i = 0; i < CLIENTS; i++) clients.execute(() -> submit(target, request, left, errors));
    }
  }

  private static void submit(Target target, byte[] request, AtomicInteger left, Errors errors) {
    try (var connection = new Connection(target.address())) {
      while (left.getAndDecrement() > 0) {
        int status = connection.send(request);
        int length = connection.readBody();
        if (status != 202) errors.add(status + " " + connection.text(length));
      }
    } catch (IOException e) {
      errors.add(e.toString());
    }
  }

  /** A real film: Easel checks what it fetches. */
  private static byte[] sample(Target target) throws IOException, InterruptedException {
    var order = new JsonObject().add("model", "sample-video").add("async", true)
        .add("messages", new JsonArray().add(new JsonObject().add("role", "user").add("content", "a paper boat")));
    var job = target.get("/v1/jobs/" + Json.parse(target.ask(target.post("/v1/chat/completions", order))).asObject().getString("id", ""));
    for (;;) {
      var now = Json.parse(target.ask(job)).asObject();
      if (!now.get("data").asArray().isEmpty()) return fetch(target, now.get("data").asArray().get(0).asObject().getString("url", ""));
      Thread.sleep(100);
    }
  }

  private static byte[] fetch(Target target, String url) throws IOException {
    try (var connection = new Connection(target.address())) {
      connection.send(target.get(URI.create(url).getPath()));
      int length = connection.readBody();
      return Arrays.copyOf(connection.body(), length);
    }
  }

  private static void awaitEnd(Target target, Errors errors) throws IOException, InterruptedException {
    for (int i = 0; i < END_MAX_S * 2; i++) {
      var jobs = Json.parse(target.ask(target.get("/health"))).asObject().get("jobs").asObject();
      if (jobs.getInt("succeeded", 0) == JOBS + 1) return;
      Thread.sleep(500);
    }
    errors.add("not all had ended after " + END_MAX_S + " s: " + target.ask(target.get("/health")));
  }
}
