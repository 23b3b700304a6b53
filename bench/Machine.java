package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** Where these numbers come from. */
final class Machine {
  static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final double TICKS_PER_SECOND = 100;

  private Machine() {}

  static void describe(Report report, Path data) throws IOException {
    report.table("%s: %d cores (%s), %s %s, Java %s, data on %s; medians of the runs, all processes on this one machine.",
        LocalDate.now(), CORES, processor(), System.getProperty("os.name"),
        System.getProperty("os.version").replaceAll("-.*", ""), Runtime.version(), Files.getFileStore(data).type());
    report.table("");
  }

  /**
   * Seconds that all cores together have worked since the machine started, for whomever; below 0 where nobody knows.
   */
  static double busySeconds() throws IOException {
    var file = Path.of("/proc/stat");
    if (!Files.isReadable(file)) return -1;
    var ticks = Files.readAllLines(file).getFirst().trim().split("\\s+");
    long busy = 0;
    for (int i = 1; i < Math.min(9, ticks.length); i++) if (i != IDLE && i != WAITING) busy += Long.parseLong(ticks[i]);
    return busy / TICKS_PER_SECOND;
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
