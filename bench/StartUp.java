package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the start of the process to the first good answer, and what an idle Easel holds. */
final class StartUp {
  private static final int IDLE_MS = 5000;

  private final Easel.Plan plan;
  private final Scale scale;
  private final Report report;
  private final Map<String, List<Double>> times = new LinkedHashMap<>();

  StartUp(Easel.Plan plan, Scale scale, Report report) {
    this.plan = plan.heap(64);
    this.scale = scale;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    report.say("== start");
    var archive = Files.createDirectories(plan.folder()).resolve("easel.jsa");
    var archived = plan.flags(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive));
    archived.folder(plan.folder().resolve("archive")).start().close();
    // The archive is written when its first user stops.
    if (!Files.exists(archive)) report.wrong("start", "no archive of classes was written");
    for (int i = 1; i <= scale.starts(); i++) {
      twice(plan.folder(plan.folder().resolve("plain-" + i)), "");
      twice(archived.folder(plan.folder().resolve("archived-" + i)), ", with the archive");
    }
    report.table("| start (-Xmx64m) | |");
    report.table("|---|--:|");
    times.forEach((name, all) -> report.table("| %s | %.0f ms |", name, median(all)));
    idle(plan.folder(plan.folder().resolve("idle")));
    report.table("| size of the jar | %.1f MB |", Files.size(plan.jar()) / 1048576.0);
    report.table("");
  }

  private void twice(Easel.Plan one, String how) throws IOException, InterruptedException {
    once(one, "first start, new data folder" + how);
    once(one, "later start" + how);
  }

  private void once(Easel.Plan one, String name) throws IOException, InterruptedException {
    long from = System.nanoTime();
    var easel = one.start();
    long took = System.nanoTime() - from;
    easel.close();
    long stop = System.nanoTime() - from - took;
    times.computeIfAbsent(name, n -> new ArrayList<>()).add(took / 1e6);
    report.say("%-50s %6.0f ms, stopped in %4.0f ms", name, took / 1e6, stop / 1e6);
  }

  private void idle(Easel.Plan one) throws IOException, InterruptedException {
    try (var easel = one.start()) {
      Thread.sleep(IDLE_MS);
      report.table("| resident memory, idle | %s |", Report.megabytes(easel.child().resident()));
    }
  }

  private static double median(List<Double> all) {
    return Median.of(all.stream().mapToDouble(d -> d).toArray());
  }
}
