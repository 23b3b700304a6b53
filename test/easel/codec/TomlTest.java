package easel.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TomlTest {
  private static final String TEXT = """
      [server]
      host = "127.0.0.1"   # a comment
      port = 8000
      debug = false
      ratio = 0.5

      [[models]]
      name = "a"
      [[models]]
      name = "b"
      sizes = [
        "1x1",
        "2x2"
      ]

      [providers."my.own"]
      keys = ["k"]
      since = 2026-11-21
      """;

  @Test
  void fileBecomesTheTreeARequestIs() {
    assertEquals(Json.parse("""
        {"server":{"host":"127.0.0.1","port":8000,"debug":false,"ratio":0.5},
         "models":[{"name":"a"},{"name":"b","sizes":["1x1","2x2"]}],
         "providers":{"my.own":{"keys":["k"],"since":"2026-11-21"}}}"""), Toml.parse(TEXT).tree());
    assertEquals(List.of(), Toml.parse(TEXT).errors());
  }

  @Test
  void everyKeyHasItsLine() {
    var toml = Toml.parse(TEXT);
    assertEquals(Optional.of(3), toml.line("server.port"));
    assertEquals(Optional.of(8), toml.line("models[0].name"));
    assertEquals(Optional.of(10), toml.line("models[1].name"));
    assertEquals(Optional.of(13), toml.line("models[1].sizes[1]"));
  }

  @Test
  void missingKeyHasTheLineOfWhatItShouldBeIn() {
    var toml = Toml.parse(TEXT);
    assertEquals(Optional.of(1), toml.line("server.prot"));
    assertEquals(Optional.of(9), toml.line("models[1].upstream"));
    assertEquals(Optional.of(11), toml.line("models[1].sizes[7]"));
    assertEquals(Optional.empty(), toml.line("storage.path"));
  }

  @Test
  void everyMistakeIsToldWithItsLine() {
    var errors = Toml.parse("a = \nb = 2\n[x\n").errors();
    assertEquals(2, errors.size());
    assertEquals("line 1: ", errors.get(0).substring(0, 8));
    assertEquals("line 3: ", errors.get(1).substring(0, 8));
    assertEquals("line 2: ", Toml.parse("a = 1\na = 2\n").errors().getFirst().substring(0, 8));
  }

  @Test
  void whatTheParserStumbledOverIsNotRepeatedForItMayBeAKey() {
    var text = "[providers.bfl]\napi_key = \"a\" key-without-quotes\n";
    assertEquals(List.of("line 2: Unexpected '...', expected a newline or end-of-input"), Toml.parse(text).errors());
    assertEquals(List.of("line 1: Unexpected 'k', expected a value"), Toml.parse("a = key-without-quotes\n").errors());
  }

  @Test
  void complaintsAboutValuesUseTheSamePaths() {
    var toml = Toml.parse(TEXT);
    var said = new ArrayList<String>();
    var f = Fields.gathering(toml.tree(), e -> said.add("line " + toml.line(e.path()).orElse(0) + ": "
        + e.getMessage()));
    f.object("server").integer("port", 80, 1, 1000);
    f.list("models", m -> m.integer("name", 0, 0, 1));
    assertEquals(List.of("line 3: server.port must be between 1 and 1000",
        "line 8: models[0].name must be a whole number",
        "line 10: models[1].name must be a whole number"), said);
  }

  @Test
  void numbersThatJsonLacksAreText() {
    assertEquals(Json.parse("{\"a\":\"Infinity\",\"b\":\"NaN\",\"c\":9223372036854775807}"),
        Toml.parse("a = inf\nb = nan\nc = 9223372036854775807\n").tree());
  }
}
