package bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Pictures a second, directly from the upstream and through the gateway, in turn. */
final class Throughput {
  /** What is compared: {@code slow} pictures take the upstream a second. */
  private record Row(String name, Target target, byte[] request, int connections, boolean slow) {
    String title() {
      return String.format(Locale.ROOT, "%-22s c=%-4d", name + (slow ? ", 1 s" : ""), connections);
    }
  }

  private record Sample(double perSecond, double p50, double p99, double cpuGateway, double cpuAll, double others) {}

  private static final double OTHERS_MAX = 0.1;

  private final Upstream upstream;
  private final Target gateway;
  private final Optional<Child> process;
  private final String model;
  private final Scale scale;
  private final Report report;
  private final Map<Row, List<Sample>> samples = new LinkedHashMap<>();

  /** {@code process} is the gateway's, where the bench started it. */
  Throughput(Upstream upstream, Target gateway, Optional<Child> process, String model, Scale scale,
      Report report) {
    this.upstream = upstream;
    this.gateway = gateway;
    this.process = process;
    this.model = model;
    this.scale = scale;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    var rows = rows();
    rows.forEach(row -> samples.put(row, new ArrayList<>()));
    warm();
    for (int round = 1; round <= scale.rounds(); round++) {
      report.say("== pictures a second, round %d of %d", round, scale.rounds());
      for (var row : rows) samples.get(row).add(measure(row));
    }
    tables();
  }

  private List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (int c : List.of(1, 32, 256)) {
      rows.add(row(upstream.target(), "direct", c, false, ""));
      for (var format : List.of("url", "b64_json")) rows.add(row(gateway, gateway.name() + " " + format, c, false, format));
    }
    for (int c : List.of(1, 256)) {
      rows.add(row(upstream.target(), "direct", c, true, ""));
      rows.add(row(gateway, gateway.name() + " url", c, true, "url"));
    }
    return rows;
  }

  private Row row(Target target, String name, int connections, boolean slow, String format) {
    var json = Easel.picture(slow ? "a lighthouse [[slow=1000]]" : "a lighthouse", format).set("model", model);
    if (format.isEmpty()) json.remove("response_format");
    return new Row(name, target, target.post("/v1/images/generations", json), connections, slow);
  }

  /** Compiles what will be hot in all three processes. */
  private void warm() throws IOException, InterruptedException {
    for (var row : samples.keySet()) {
      if (row.connections != 32) continue;
      upstream.forget();
      var time = row.target == gateway ? scale.warm() : scale.warm().dividedBy(4);
      var outcome = new Load(row.target, row.request, row.connections, time).run();
      report.say("warm-up %-16s %d pictures", row.name, outcome.timings().count());
      report.wrong("warm-up " + row.name, outcome.errors());
    }
  }

  private Sample measure(Row row) throws IOException, InterruptedException {
    upstream.forget();
    System.gc();
    var gatewayBefore = process.map(Child::cpu).orElse(Duration.ZERO);
    var allBefore = cpuOfAll();
    double busyBefore = Machine.busySeconds();
    var outcome = new Load(row.target, row.request, row.connections, scale.run()).run();
    int count = Math.max(1, outcome.timings().count());
    double gatewayMs = process.map(p -> p.cpu().minus(gatewayBefore)).orElse(Duration.ZERO).toNanos() / 1e6 / count;
    double allSeconds = cpuOfAll().minus(allBefore).toNanos() / 1e9;
    double others = (Machine.busySeconds() - busyBefore - allSeconds) / outcome.seconds() / Machine.CORES;
    check(row, outcome);
    var sample = new Sample(outcome.perSecond(), outcome.timings().ms(0.5), outcome.timings().ms(0.99), gatewayMs,
        allSeconds * 1000 / count, Math.max(0, others));
    report.say("%s %8.1f/s  p50 %8.2f ms  p99 %8.2f ms  slowest %8.2f ms  CPU each %6.3f ms of %6.3f ms, others %2.0f%%", row.title(),
        sample.perSecond, sample.p50, sample.p99, outcome.timings().ms(1), sample.cpuGateway, sample.cpuAll, 100 * sample.others);
    return sample;
  }

  private void check(Row row, Load.Outcome outcome) throws IOException {
    report.wrong(row.title(), outcome.errors());
    int bought = upstream.bought();
    if (outcome.errors().count() == 0 && bought != outcome.timings().count()) {
      report.wrong(row.title(), "the upstream was asked for " + bought + " pictures, and "
          + outcome.timings().count() + " were answered");
    }
  }

  private Duration cpuOfAll() {
    var others = process.map(Child::cpu).orElse(Duration.ZERO).plus(upstream.child().cpu());
    return others.plus(Child.cpu(ProcessHandle.current()));
  }

  private void tables() {
    report.table("| POST /v1/images/generations | connections | pictures/s | p50 ms | p99 ms | CPU ms each: gateway | all processes |");
    report.table("|---|--:|--:|--:|--:|--:|--:|");
    samples.forEach((row, all) -> report.table("| %s%s | %d | %,.0f | %.2f | %.2f | %s | %.2f |", row.name,
        row.slow ? ", the upstream takes 1 s" : "", row.connections, Median.of(all, Sample::perSecond), Median.of(all, Sample::p50),
        Median.of(all, Sample::p99), gatewayCpu(row, all), Median.of(all, Sample::cpuAll)));
    report.table("");
    double others = Median.of(samples.values().stream().flatMap(List::stream).toList(), Sample::others);
    if (others > OTHERS_MAX) report.table("(Other programs used %.0f %% of the machine meanwhile: measure again on a quiet one.)%n", 100 * others);
  }

  private String gatewayCpu(Row row, List<Sample> all) {
    if (row.target != gateway || process.isEmpty()) return "";
    return String.format(Locale.ROOT, "%.2f", Median.of(all, Sample::cpuGateway));
  }
}
