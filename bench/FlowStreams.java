package bench;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pictures in streamed chats before a pool of Flow credentials, as Flow2API serves them: how many a second, what each
 * costs, and how often each waits for the disk. Its own figures, measured apart: 8.8 to 15.8 pictures a second, 38 to
 * 46 ms of processor and 13 commits each.
 */
final class FlowStreams {
  private static final int ACCOUNTS = 50;
  private static final int WARM_LEAST = 5;
  private static final double STEADY = 0.97;
  private static final String MODEL = "gemini-3.1-flash-image-landscape";

  private record Sample(double perSecond, double p50, double p99, double cpu, double commits, double writes) {}

  private final Easel.Plan plan;
  private final Scale scale;
  private final Report report;
  private final Map<Integer, List<Sample>> samples = new TreeMap<>();

  FlowStreams(Easel.Plan plan, Scale scale, Report report) {
    this.plan = plan;
    this.scale = scale;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    report.say("== pictures in streamed chats, %d Flow credentials", ACCOUNTS);
    try (var labs = Labs.start(plan.folder(), ACCOUNTS);
        var easel = plan.folder(plan.folder().resolve("flow")).with(labs.settings()).start()) {
      var request = chat(easel.target());
      warm(labs, easel, request);
      for (int round = 0; round < scale.rounds(); round++) {
        direct(labs);
        for (int connections : List.of(1, 50)) measure(labs, easel, request, connections, scale.run());
      }
    }
    print();
  }

  /**
   * Until a picture costs no less than in the load before: the compiler goes on for longer here than elsewhere, as
   * there is more to compile, and while it does it takes up to as much processor as the pictures.
   */
  private void warm(Labs labs, Easel easel, byte[] request) throws IOException, InterruptedException {
    int most = WARM_LEAST * scale.rounds();
    double before = Double.MAX_VALUE;
    for (int i = 0; i < most; i++) {
      measure(labs, easel, request, 50, scale.warm());
      double now = samples.get(50).getLast().cpu;
      if (i >= WARM_LEAST && now > before * STEADY) break;
      before = now;
    }
    samples.clear();
  }

  private static byte[] chat(Target target) {
    var message = new JsonObject().add("role", "user").add("content", "a lighthouse");
    return target.post("/v1/chat/completions", new JsonObject().add("model", MODEL).add("stream", true)
        .add("messages", new JsonArray().add(message)));
  }

  /** What the fake itself can do, on kept connections. */
  private void direct(Labs labs) throws IOException, InterruptedException {
    var target = labs.target();
    var project = labs.project();
    var part = new JsonObject().add("text", "a lighthouse");
    var context = new JsonObject().add("recaptchaContext", new JsonObject().add("token", "").add("applicationType", "RECAPTCHA_APPLICATION_TYPE_WEB"))
        .add("sessionId", ";1795234692780").add("projectId", project).add("tool", "PINHOLE");
    var one = new JsonObject().add("clientContext", context).add("seed", 7).add("imageModelName", "NARWHAL")
        .add("imageAspectRatio", "IMAGE_ASPECT_RATIO_LANDSCAPE").add("imageInputs", new JsonArray())
        .add("structuredPrompt", new JsonObject().add("parts", new JsonArray().add(part)));
    var batch = new JsonObject().add("batchId", "6b0f1b3e-4a53-4b4e-9f0a-2b8f6f0c1d11");
    var order = target.post("/v1/projects/" + project + "/flowMedia:batchGenerateImages", new JsonObject().add("clientContext", context)
        .add("mediaGenerationContext", batch).add("useNewMedia", true).add("requests", new JsonArray().add(one)));
    var outcome = new Load(target, order, 50, scale.run().dividedBy(2)).run();
    report.wrong("Flow without Easel", outcome.errors());
    report.say("direct c=50 %8.1f/s  p50 %7.2f ms", outcome.perSecond(), outcome.timings().ms(0.5));
  }

  private void measure(Labs labs, Easel easel, byte[] request, int connections, Duration time) throws IOException, InterruptedException {
    labs.forget();
    // Its metrics count rows: that is no picture's cost either.
    var commits = counters(easel);
    var before = easel.child().cpu();
    var outcome = new Load(easel.target(), request, connections, time).run();
    var spent = easel.child().cpu().minus(before);
    int count = Math.max(1, outcome.timings().count());
    var after = counters(easel);
    report.wrong("streamed chats c=" + connections, outcome.errors());
    if (outcome.errors().count() == 0 && labs.bought() != outcome.timings().count()) {
      report.wrong("streamed chats", "Flow was asked for " + labs.bought() + " pictures, and " + count + " were answered");
    }
    double cpu = spent.toNanos() / 1e6 / count;
    var sample = new Sample(outcome.perSecond(), outcome.timings().ms(0.5), outcome.timings().ms(0.99), cpu,
        (after[0] - commits[0]) / count, (after[1] - commits[1]) / count);
    report.say("Easel c=%-3d %8.1f/s  p50 %7.2f ms  p99 %7.2f ms  CPU each %6.3f ms  commits each %.2f  writes each %.2f", connections,
        sample.perSecond, sample.p50, sample.p99, sample.cpu, sample.commits, sample.writes);
    samples.computeIfAbsent(connections, c -> new ArrayList<>()).add(sample);
  }

  /** Commits and writes of the database so far. */
  private static double[] counters(Easel easel) throws IOException {
    var metrics = easel.target().ask(easel.target().get("/metrics"));
    return new double[] {counter(metrics, "easel_database_commits_total"), counter(metrics, "easel_database_writes_total")};
  }

  private static double counter(String metrics, String name) {
    return metrics.lines().filter(l -> l.startsWith(name + " ")).mapToDouble(l -> Double.parseDouble(l.substring(name.length())))
        .findFirst().orElseThrow(() -> new IllegalStateException("there is no metric " + name));
  }

  private void print() {
    report.table("| pictures in streamed chats, %d Flow credentials | pictures/s | p50 ms | p99 ms | CPU ms each | commits each | writes each |", ACCOUNTS);
    report.table("|---|--:|--:|--:|--:|--:|--:|");
    samples.forEach((connections, all) -> report.table("| %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %.2f |",
        String.format(Locale.ROOT, "%d connections", connections), Median.of(all, Sample::perSecond), Median.of(all, Sample::p50),
        Median.of(all, Sample::p99), Median.of(all, Sample::cpu), Median.of(all, Sample::commits), Median.of(all, Sample::writes)));
    report.table("");
  }
}
