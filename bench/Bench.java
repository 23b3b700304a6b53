package bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Measures Easel from its jar against a fake OpenAI, side by side with the fake alone, all on this machine.
 *
 * <p>{@code quick} takes less than 90 seconds; {@code throughput large streams polls fallback flow start pool} pick
 * what is measured; {@code --flag=FLAG} is handed to Easel's JVM (repeatable). {@code --url=URL --key=KEY
 * --model=MODEL} measures the throughput of a gateway that already runs instead, and {@code --upstream=PORT} says where
 * it must look for its upstream. The exit code is 1 where an answer was wrong; numbers never fail it.
 */
public final class Bench {
  private static final List<String> MEASURES = List.of("throughput", "large", "streams", "polls", "fallback", "flow", "start", "pool");

  private Bench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var options = Options.parse(arguments, MEASURES);
    var folder = Files.createTempDirectory(Files.createDirectories(options.root().resolve("build")).toAbsolutePath(), "bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
    int errors;
    try (var report = new Report(options.root().resolve("build/bench.txt"))) {
      Machine.describe(report, folder);
      try (var upstream = Upstream.start(folder, options.upstreamPort())) {
        run(options, folder, upstream, report);
      } catch (IOException | RuntimeException e) {
        report.wrong("bench", e.toString());
      }
      errors = report.finish();
    }
    System.exit(errors == 0 ? 0 : 1);
  }

  private static void run(Options options, Path folder, Upstream upstream, Report report)
      throws IOException, InterruptedException {
    if (options.other().isPresent()) {
      new Throughput(upstream, options.other().get(), Optional.empty(), options.model(), options.scale(), report).run();
      return;
    }
    var plan = new Easel.Plan(options.root().resolve("build/easel.jar"), folder, upstream.target().root(), 128, options.flags());
    if (options.measures("throughput")) {
      try (var easel = plan.folder(folder.resolve("throughput")).start()) {
        new Throughput(upstream, easel.target(), Optional.of(easel.child()), options.model(), options.scale(), report).run();
      }
    }
    if (options.measures("large")) {
      try (var other = LargeAnswers.upstream(folder)) {
        new LargeAnswers(other, plan, options.scale(), report).run();
      }
    }
    if (options.measures("streams")) new EventStreams(plan, options.scale(), report).run();
    if (options.measures("polls")) new Polls(plan, options.scale(), report).run();
    if (options.measures("fallback")) new Fallback(plan, report).run();
    if (options.measures("flow")) new FlowStreams(plan, options.scale(), report).run();
    if (options.measures("start")) new StartUp(plan, options.scale(), report).run();
    if (options.measures("pool")) new Selection(options.scale(), report).run();
  }

  /** What the children wrote; they are stopped by now, or about to be. */
  private static void remove(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    } catch (IOException | java.io.UncheckedIOException left) {
      System.err.println("bench: " + folder + " could not be removed: " + left.getMessage());
    }
  }

  /** What was asked for on the command line. */
  record Options(Path root, Scale scale, List<String> picked, List<String> flags, String model, Optional<Target> other,
      int upstreamPort) {
    static Options parse(String[] arguments, List<String> measures) {
      var scale = Scale.FULL;
      var words = new ArrayList<String>();
      for (var word : arguments) {
        if (word.equals("quick")) scale = Scale.QUICK;
        else if (measures.contains(word)) words.add(word);
        else if (!word.matches("--(url|key|model|upstream|flag)=.+")) throw new IllegalArgumentException(word + " means nothing here");
      }
      var url = values(arguments, "--url=").stream().findFirst();
      var key = values(arguments, "--key=").stream().findFirst().orElse(Easel.KEY);
      int port = values(arguments, "--upstream=").stream().findFirst().map(Integer::parseInt).orElse(0);
      var model = values(arguments, "--model=").stream().findFirst().orElse(Easel.MODEL);
      return new Options(Path.of(System.getProperty("bench.root", ".")), scale, words, values(arguments, "--flag="),
          model, url.map(u -> new Target("gateway", URI.create(u + "/"), key)), port);
    }

    private static List<String> values(String[] arguments, String name) {
      return Arrays.stream(arguments).filter(a -> a.startsWith(name)).map(a -> a.substring(name.length())).toList();
    }

    boolean measures(String word) {
      return picked.isEmpty() || picked.contains(word);
    }
  }
}
