package bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that the bench started, and what it costs. It is stopped with the bench, however the bench ends. */
final class Child implements AutoCloseable {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Process process;
  private final Path log;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts {@code java} with these arguments; what it prints goes to {@code log}. */
  static Child java(List<String> arguments, Map<String, String> environment, Path log) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    var process = builder.start();
    RUNNING.add(process);
    return new Child(process, log);
  }

  /** Processor time so far, all threads. */
  Duration cpu() {
    return cpu(process.toHandle());
  }

  static Duration cpu(ProcessHandle handle) {
    return handle.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Bytes of memory that are resident now; empty where the system has no {@code /proc}. */
  OptionalLong resident() {
    return status("VmRSS:");
  }

  /** The most bytes that were resident since {@link #forgetPeak}, or since the start where that is not allowed. */
  OptionalLong peak() {
    return status("VmHWM:");
  }

  /** Lets the peak begin anew; false where the system does not allow it. */
  boolean forgetPeak() {
    try {
      Files.writeString(proc("clear_refs"), "5");
      return true;
    } catch (IOException notAllowed) {
      return false;
    }
  }

  /** Threads of the operating system; empty where there is no {@code /proc}. */
  OptionalLong threads() {
    var kilo = status("Threads:");
    return kilo.isPresent() ? OptionalLong.of(kilo.getAsLong() / 1024) : kilo;
  }

  private OptionalLong status(String name) {
    try (var lines = Files.lines(proc("status"), StandardCharsets.ISO_8859_1)) {
      return lines.filter(l -> l.startsWith(name)).mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024).findFirst();
    } catch (IOException | java.io.UncheckedIOException noProc) {
      return OptionalLong.empty();
    }
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The last lines it printed. */
  String lastWords() throws IOException {
    var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  String printed() throws IOException {
    return Files.readString(log);
  }

  /** Asks it to stop, waits, and after ten seconds insists. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      RUNNING.remove(process);
    }
  }
}
