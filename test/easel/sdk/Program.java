package easel.sdk;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs another program to its end, for so many seconds at most. */
final class Program {
  /** What it wrote, and its exit status; -1 if it took too long and was ended. */
  record Outcome(int status, String output, String errors) {}

  private Program() {}

  static Outcome run(int seconds, String... command) throws IOException, InterruptedException {
    return run(seconds, Map.of(), command);
  }

  /** @throws IOException if there is no such program */
  static Outcome run(int seconds, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var output = Files.createTempFile("easel-program", ".out");
    var errors = Files.createTempFile("easel-program", ".err");
    try {
      var builder = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      var process = builder.start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) process.descendants().forEach(ProcessHandle::destroyForcibly);
      if (!ended) process.destroyForcibly().waitFor();
      return new Outcome(ended ? process.exitValue() : -1, Files.readString(output), Files.readString(errors));
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }
}
