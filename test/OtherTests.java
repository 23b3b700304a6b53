import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Tests that run in a process of their own, beside those of this one. What it says is shown when it has ended. */
final class OtherTests {
  private static final Pattern SUMMARY = Pattern.compile("(\\d+) passed, (\\d+) failed");

  /** How many there were of each. */
  record Counts(int passed, int failed) {}

  private final Process process;
  private final Path said;

  private OtherTests(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  /** Starts {@link RunTests} with {@code argument} on this JVM's Java, flags and class path. */
  static OtherTests start(String name, String argument) throws IOException {
    var said = Path.of("build", "tests-" + name + ".log");
    var command = new ArrayList<>(List.of(java()));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "RunTests", argument));
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    process.getOutputStream().close();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new OtherTests(process, said);
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Waits for their end, and repeats what they said but for the counts. A process that ends without these has failed.
   */
  Counts await() {
    try {
      int status = process.waitFor();
      var lines = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).lines().toList();
      var last = SUMMARY.matcher(lines.isEmpty() ? "" : lines.getLast());
      lines.stream().limit(last.matches() ? lines.size() - 1 : lines.size()).forEach(System.out::println);
      var counts = last.matches() ? new Counts(Integer.parseInt(last.group(1)), Integer.parseInt(last.group(2))) : new Counts(0, 0);
      if (counts.passed() > 0 && (status == 0) == (counts.failed() == 0)) return counts;
      System.out.println("FAILED the tests beside these ended with status " + status + " after " + counts);
      return new Counts(counts.passed(), counts.failed() + 1);
    } catch (IOException | InterruptedException e) {
      System.out.println("FAILED the tests beside these cannot be heard: " + e);
    }
    return new Counts(0, 1);
  }
}
