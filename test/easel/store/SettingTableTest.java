package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Time;
import fake.TempStore;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingTableTest {
  @Test
  void settingsAreKeptReplacedAndRemoved() {
    try (var store = new TempStore(Time.system())) {
      var settings = store.settings();
      assertEquals("first", settings.putIfAbsent("a", "first"));
      assertEquals("first", settings.putIfAbsent("a", "second"));
      settings.put("a", "third");
      settings.put("b", "");
      assertEquals(Map.of("a", "third", "b", ""), settings.all());
      settings.delete("a");
      assertEquals(Optional.empty(), settings.find("a"));
      store.restart();
      assertEquals(Optional.of(""), store.settings().find("b"));
    }
  }
}
