package easel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import easel.core.Time;
import fake.TempStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FirstStartTest {
  @Test
  void theBannerSaysWhereItListensAndOnceWhatToDoNext() {
    try (var store = new TempStore(Time.system())) {
      var lines = said(store, true);
      assertEquals("Easel " + Version.text() + " listens on http://127.0.0.1:8000, and on every address of this machine", lines.getFirst());
      assertEquals("Next: set OPENAI_API_KEY or GEMINI_API_KEY, bring accounts with easel token import, or add providers in"
          + " config/setting.toml.", lines.getLast());
      var again = said(store, false);
      assertEquals("Easel " + Version.text() + " listens on http://127.0.0.1:8000", again.getFirst());
      assertFalse(again.getLast().startsWith("Next"), again.getLast());
    }
  }

  private static List<String> said(TempStore store, boolean everywhere) {
    var access = new Config.Access(List.of(), "admin", Optional.empty());
    var first = FirstStart.prepare(access, store.apiKeys(), store.settings(), Time.system().instant());
    var out = new ByteArrayOutputStream();
    first.tell(new PrintStream(out, true, UTF_8), "http://127.0.0.1:8000", everywhere, "data", "admin");
    return out.toString(UTF_8).lines().toList();
  }
}
