package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import easel.core.Time;
import easel.store.StoreException.Trouble;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes and a real {@code kill -9}. */
class KillTest {
  private static final long WRITING = 400_000_000L;
  @TempDir
  Path folder;

  private Process start() throws IOException, URISyntaxException {
    var java = System.getProperty("easel.java", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    var places = new ArrayList<String>();
    for (var type : List.of(WriteLoop.class, Database.class, Json.class, org.sqlite.JDBC.class)) {
      places.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return new ProcessBuilder(java, "-Xmx64m", "-XX:+UseSerialGC", "-cp", String.join(File.pathSeparator, places),
        WriteLoop.class.getName(), folder.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Kills it in the middle of its work; answers what it had said by then. */
  private List<String> killed(Process process) throws IOException, InterruptedException {
    try (var out = process.inputReader()) {
      var said = new ArrayList<String>();
      long start = 0;
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        if (start == 0) start = System.nanoTime();
        said.add(line);
        if (System.nanoTime() - start > WRITING) break;
      }
      // Not through the process itself: that would close its output as well.
      process.toHandle().destroyForcibly();
      rest(out, said);
      process.waitFor();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** The last line may have been cut off in the middle: then it says nothing. */
  private static void rest(BufferedReader out, List<String> said) throws IOException {
    var text = new StringBuilder();
    for (int c = out.read(); c >= 0; c = out.read()) text.append((char) c);
    var whole = text.substring(0, Math.max(0, text.lastIndexOf("\n")));
    said.addAll(whole.lines().filter(l -> !l.isEmpty()).toList());
  }

  @Test
  void whatWasAcknowledgedSurvivesBeingKilled() throws Exception {
    for (int round = 0; round < 2; round++) {
      var said = killed(start());
      assertTrue(said.size() > 100, "it wrote " + said.size());
      try (var database = Database.open(WriteLoop.options(folder), Time.system())) {
        var stored = new SettingTable(database).all().keySet();
        var lost = said.stream().filter(s -> !stored.contains(s)).toList();
        assertEquals(List.of(), lost);
        assertEquals("ok", database.check());
        assertTrue(Disk.listed(folder.resolve("data/native")).size() <= 2, "natives are left behind");
      }
    }
  }

  @Test
  void secondProcessIsTurnedAway() throws Exception {
    try (var database = Database.open(WriteLoop.options(folder), Time.system())) {
      var process = start();
      var words = new String(process.getInputStream().readAllBytes());
      assertTrue(words.startsWith(Trouble.LOCKED.name()), words);
      assertTrue(words.contains("process " + ProcessHandle.current().pid()), words);
      new SettingTable(database).put("still", "mine");
    }
  }
}
