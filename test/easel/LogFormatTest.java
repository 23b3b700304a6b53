package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  private static final String FORGED = "gone\n2030-01-01T00:00:00.000Z INFO  easel all is well\rand more";

  private static LogRecord entry(String words) {
    var entry = new LogRecord(Level.WARNING, words);
    entry.setLoggerName("easel.job");
    return entry;
  }

  @Test
  void whatCameFromOutsideLooksLikeNoLineOfItsOwn() {
    assertEquals(1, new LogFormat().format(entry(FORGED)).lines().count());

    var entry = entry("job broke");
    entry.setThrown(new IllegalStateException(FORGED, new IOException(FORGED)));
    var lines = new LogFormat().format(entry).lines().toList();
    assertTrue(lines.getFirst().endsWith("WARN  easel.job job broke"), lines.getFirst());
    assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith("  ")), String.join("\n", lines));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("  Caused by: java.io.IOException: gone")), String.join("\n", lines));
  }
}
