package bench;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Eight answers of 20 MB at once: what they cost in memory, and how long small requests wait meanwhile. */
final class LargeAnswers {
  private static final int AT_ONCE = 8;
  private static final int SETTLE_MS = 2000;
  private static final int PAUSE_MS = 5;

  private record Small(Timings models, Timings pictures) {}

  /** One round of large answers. */
  private record Burst(double seconds, double slowestModels, double slowestPicture, OptionalLong peak) {}

  private final Upstream upstream;
  private final Easel.Plan plan;
  private final Scale scale;
  private final Report report;
  private final LargePicture picture = new LargePicture();

  /** {@code upstream}: see {@link #upstream}. */
  LargeAnswers(Upstream upstream, Easel.Plan plan, Scale scale, Report report) throws IOException {
    this.upstream = upstream;
    this.plan = plan.upstream(upstream.target().root()).heap(128);
    this.scale = scale;
    this.report = report;
  }

  /**
   * An upstream whose small answers do not wait for its own large ones: virtual threads that make noise without a pause
   * keep the two carriers of a small machine to themselves, so here there are enough of them for the system to share
   * out.
   */
  static Upstream upstream(Path folder) throws IOException, InterruptedException {
    return Upstream.start(folder, 0, "-Djdk.virtualThreadScheduler.parallelism=" + (AT_ONCE + 4));
  }

  void run() throws IOException, InterruptedException {
    report.say("== %d answers of 20 MB at once", AT_ONCE);
    report.table("| %d x 20 MB at once | peak memory | over idle | GET /v1/models meanwhile, slowest ms | small picture meanwhile, slowest ms | all done in s |", AT_ONCE);
    report.table("|---|--:|--:|--:|--:|--:|");
    direct();
    for (var format : List.of("url", "b64_json")) gateway(format);
    report.table("");
  }

  private void direct() throws InterruptedException, IOException {
    burst("direct, warm-up", upstream.target(), "", upstream.child());
    var bursts = new ArrayList<Burst>();
    for (int i = 0; i < scale.bursts(); i++) bursts.add(burst("direct", upstream.target(), "", upstream.child()));
    row("direct", "", "", bursts);
  }

  private void gateway(String format) throws IOException, InterruptedException {
    try (var easel = plan.folder(plan.folder().resolve("large-" + format)).start()) {
      var target = easel.target();
      warm(target, format);
      Thread.sleep(SETTLE_MS);
      var idle = easel.child().resident();
      easel.child().forgetPeak();
      var bursts = new ArrayList<Burst>();
      for (int i = 0; i < scale.bursts(); i++) bursts.add(burst("Easel " + format, target, format, easel.child()));
      var peak = bursts.stream().flatMapToLong(b -> b.peak.stream()).max();
      var over = peak.isPresent() ? OptionalLong.of(peak.getAsLong() - idle.orElse(0)) : peak;
      report.say("idle %s, peak %s", Report.megabytes(idle), Report.megabytes(peak));
      row("Easel " + format + " (-Xmx128m)", Report.megabytes(peak), Report.megabytes(over), bursts);
    }
  }

  private void row(String name, String peak, String over, List<Burst> all) {
    report.table("| %s | %s | %s | %.0f | %.0f | %.1f |", name, peak, over,
        Median.of(all.stream().mapToDouble(Burst::slowestModels).toArray()),
        Median.of(all.stream().mapToDouble(Burst::slowestPicture).toArray()),
        Median.of(all.stream().mapToDouble(Burst::seconds).toArray()));
  }

  /** Small requests only: the classes are loaded, and no large answer has left its memory behind. */
  private void warm(Target target, String format) throws IOException, InterruptedException {
    var request = target.post("/v1/images/generations", Easel.picture("a lighthouse", format.isEmpty() ? "url" : format));
    report.wrong("warm-up", new Load(target, request, 4, scale.warm().dividedBy(4)).run().errors());
  }

  private Burst burst(String name, Target target, String format, Child child) throws InterruptedException, IOException {
    upstream.forget();
    var errors = new Errors();
    var small = new Small(new Timings(), new Timings());
    var under = new CountDownLatch(AT_ONCE);
    long from = System.nanoTime();
    try (var threads = Executors.newThreadPerTaskExecutor(Threads.factory(AT_ONCE + 2))) {
      for (int i = 0; i < AT_ONCE; i++) threads.execute(() -> large(target, format, under, errors));
      threads.execute(() -> meanwhile(target, target.get("/v1/models"), false, small.models, under, errors));
      var request = target.post("/v1/images/generations", json("a lighthouse", format));
      threads.execute(() -> meanwhile(target, request, true, small.pictures, under, errors));
      under.await();
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    int bought = upstream.bought();
    if (errors.count() == 0 && bought != AT_ONCE + small.pictures.count()) {
      errors.add("the upstream was asked for " + bought + " pictures, not for " + (AT_ONCE + small.pictures.count()));
    }
    report.wrong(name, errors);
    var burst = new Burst(seconds, small.models.ms(1), small.pictures.ms(1), child.peak());
    report.say("%-16s %.1f s; meanwhile %d x models p50 %.1f slowest %.1f ms, %d small pictures p50 %.1f slowest %.1f ms; peak %s",
        name, seconds, small.models.count(), small.models.ms(0.5), small.models.ms(1), small.pictures.count(),
        small.pictures.ms(0.5), small.pictures.ms(1), Report.megabytes(burst.peak));
    return burst;
  }

  private static JsonObject json(String prompt, String format) {
    var json = Easel.picture(prompt, format);
    return format.isEmpty() ? json.remove("response_format") : json;
  }

  private void large(Target target, String format, CountDownLatch under, Errors errors) {
    var buffer = new byte[64 << 10];
    try (var connection = new Connection(target.address())) {
      int status = connection.send(target.post("/v1/images/generations", json(LargePicture.PROMPT, format)));
      if (status != 200) errors.add("large: " + status + " " + connection.text(connection.readBody()));
      else if (!format.equals("url")) picture.expectBase64(connection, buffer);
      else follow(target, connection, buffer);
    } catch (IOException | RuntimeException e) {
      errors.add("large: " + e);
    } finally {
      under.countDown();
    }
  }

  private void follow(Target target, Connection connection, byte[] buffer) throws IOException {
    var json = Json.parse(connection.text(connection.readBody())).asObject();
    var link = URI.create(json.get("data").asArray().get(0).asObject().get("url").asString());
    int status = connection.send(target.get(link.getRawPath() + (link.getRawQuery() == null ? "" : "?" + link.getRawQuery())));
    if (status != 200) throw new IOException("the link answered " + status);
    picture.expectPlain(connection, buffer);
  }

  /** The same small request again and again until the large ones are done. */
  private void meanwhile(Target target, byte[] request, boolean picture, Timings timings, CountDownLatch under, Errors errors) {
    try (var connection = new Connection(target.address())) {
      while (under.getCount() > 0) {
        long from = System.nanoTime();
        int status = connection.send(request);
        int length = connection.readBody();
        if (status == 200 && (!picture || Load.hasPicture(connection.body(), length))) timings.add(System.nanoTime() - from);
        else errors.add("small: " + status + " " + connection.text(length));
        Thread.sleep(PAUSE_MS);
      }
    } catch (IOException e) {
      errors.add("small: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
