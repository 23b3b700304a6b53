package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** Where these numbers come from. */
final class Machine {
  private Machine() {}

  static void describe(Report report, Path data) throws IOException {
    report.table("%s: %d cores (%s), %s %s, Java %s, data on %s; medians of the runs, all processes on this one machine.",
        LocalDate.now(), Runtime.getRuntime().availableProcessors(), processor(), System.getProperty("os.name"),
        System.getProperty("os.version").replaceAll("-.*", ""), Runtime.version(), Files.getFileStore(data).type());
    report.table("");
  }

  private static String processor() throws IOException {
    var file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) return System.getProperty("os.arch");
    try (var lines = Files.lines(file)) {
      return lines.filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 1).strip()).findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }
}
