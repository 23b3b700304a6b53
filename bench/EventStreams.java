package bench;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A thousand watchers of one job, each on an event stream of its own. */
final class EventStreams {
  private static final int WATCHERS = 1000;
  private static final int FIRST_MAX_S = 60;
  private static final int SETTLE_MS = 1000;

  /** What all watchers have seen. */
  private static final class Seen {
    private final long from = System.nanoTime();
    private final CountDownLatch first = new CountDownLatch(WATCHERS);
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger beats = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Errors errors = new Errors();
  }

  private final Easel.Plan plan;
  private final Scale scale;
  private final Report report;

  EventStreams(Easel.Plan plan, Scale scale, Report report) {
    this.plan = plan;
    this.scale = scale;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    report.say("== %d event streams", WATCHERS);
    report.table("| %,d open event streams | memory before | with all open | peak | all have the first event after |", WATCHERS);
    report.table("|---|--:|--:|--:|--:|");
    for (int heap : List.of(128, 64)) measure(heap);
    report.table("");
  }

  private void measure(int heap) throws IOException, InterruptedException {
    var one = plan.heap(heap).folder(plan.folder().resolve("streams-" + heap));
    try (var easel = one.start(); var threads = Executors.newThreadPerTaskExecutor(Threads.factory(WATCHERS))) {
      Thread.sleep(SETTLE_MS);
      var before = easel.child().resident();
      easel.child().forgetPeak();
      var request = easel.target().get("/v1/jobs/" + submit(easel.target()) + "/events");
      var seen = new Seen();
      watchAll(easel.target(), request, seen, threads);
      boolean all = seen.first.await(FIRST_MAX_S, TimeUnit.SECONDS);
      double first = (System.nanoTime() - seen.from) / 1e6;
      if (!all) seen.errors.add(seen.first.getCount() + " of " + WATCHERS + " had no event after " + FIRST_MAX_S + " s");
      Thread.sleep(SETTLE_MS);
      var open = easel.child().resident();
      threads.shutdown();
      if (!threads.awaitTermination(scale.streamed() + FIRST_MAX_S, TimeUnit.SECONDS)) {
        seen.errors.add(WATCHERS - seen.ended.get() + " streams did not end");
        threads.shutdownNow();
      }
      if (seen.ended.get() != WATCHERS) seen.errors.add(seen.ended + " of " + WATCHERS + " saw the job's end");
      print(heap, seen, first, before, open, easel.child().peak());
    }
  }

  private void print(int heap, Seen seen, double first, OptionalLong before, OptionalLong open, OptionalLong peak) {
    report.wrong(WATCHERS + " streams, -Xmx" + heap + "m", seen.errors);
    report.say("-Xmx%dm: first event for all after %.0f ms; %s before, %s open, peak %s; %d events, %d heart-beats, %d ends", heap,
        first, Report.megabytes(before), Report.megabytes(open), Report.megabytes(peak), seen.events.get(), seen.beats.get(),
        seen.ended.get());
    report.table("| -Xmx%dm | %s | %s | %s | %.0f ms |", heap, Report.megabytes(before), Report.megabytes(open),
        Report.megabytes(peak), first);
  }

  private String submit(Target target) throws IOException {
    var json = new JsonObject().add("model", "sample-image").add("prompt", "a lighthouse [[slow=" + scale.streamed() + "]]")
        .add("async", true);
    return Json.parse(target.ask(target.post("/v1/images/generations", json))).asObject().get("id").asString();
  }

  private static void watchAll(Target target, byte[] request, Seen seen, ExecutorService threads) {
    for (int i = 0; i < WATCHERS; i++) threads.execute(() -> watch(target, request, seen));
  }

  private static void watch(Target target, byte[] request, Seen seen) {
    try (var connection = new Connection(target.address())) {
      int status = connection.send(request);
      if (status == 200) lines(connection, seen);
      else seen.errors.add(status + " " + connection.text(connection.readBody()));
    } catch (IOException e) {
      seen.errors.add(e.toString());
    }
  }

  /** Reads the stream to its end, a line at a time. */
  private static void lines(Connection connection, Seen seen) throws IOException {
    var piece = new byte[512];
    var line = new StringBuilder();
    int events = 0;
    boolean over = false;
    for (int n = connection.read(piece, 0, piece.length); n >= 0; n = connection.read(piece, 0, piece.length)) {
      for (char c : new String(piece, 0, n, StandardCharsets.ISO_8859_1).toCharArray()) {
        if (c != '\n') {
          line.append(c);
          continue;
        }
        if (line.indexOf(":") == 0) seen.beats.incrementAndGet();
        if (line.indexOf("data:") == 0) {
          seen.events.incrementAndGet();
          if (events++ == 0) seen.first.countDown();
          over = line.indexOf("\"succeeded\"") > 0;
        }
        line.setLength(0);
      }
    }
    if (over) seen.ended.incrementAndGet();
  }
}
