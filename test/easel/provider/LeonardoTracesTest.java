package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import easel.codec.Fields;
import easel.core.Size;
import easel.provider.LeonardoTraces.Likeness;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeonardoTracesTest {
  private static final LeonardoTraces TRACES = new LeonardoTraces("a red dot", Optional.of("m"), Optional.of(new Size(1024, 768)),
      Optional.of(7L), true, true);

  private static Fields listed(String json) {
    return Fields.gathering(Json.parse(json).asObject(), e -> { });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"prompt\": \"a red dot\", \"modelId\": \"m\", \"imageWidth\": 1024, \"imageHeight\": 768, \"seed\": 7} | CERTAIN",
      "{\"prompt\": \"written anew\", \"seed\": \"7\"} | CERTAIN",
      "{\"prompt\": \" a red\\n dot\", \"modelId\": \"m\", \"imageWidth\": 1024, \"imageHeight\": 768} | STRONG",
      "{\"prompt\": \"a red dot\"} | STRONG",
      "{\"prompt\": \"a red dot\", \"seed\": 8} | PERHAPS",
      "{\"prompt\": \"a red dot\", \"imageWidth\": 2048, \"imageHeight\": 1536} | PERHAPS",
      "{\"prompt\": \"a red dot\", \"modelId\": \"other\"} | NONE",
      "{\"prompt\": \"a blue dot\"} | NONE",
      "{} | NONE"})
  void likenessIsJudgedByWhatTheListTells(String json, Likeness likeness) {
    assertEquals(likeness, TRACES.of(listed(json)));
  }

  @ParameterizedTest
  @CsvSource({"2026-05-02T10:00:00.123Z", "2026-05-02T10:00:00.123", "2026-05-02T12:00:00.123+02:00"})
  void timesComeWithAndWithoutAZone(String text) {
    assertEquals(Optional.of(Instant.parse("2026-05-02T10:00:00.123Z")), LeonardoTraces.created(listed("{\"createdAt\": \"" + text + "\"}")));
  }

  @Test
  void timeThatIsNoneIsNotGuessed() {
    assertEquals(Optional.empty(), LeonardoTraces.created(listed("{\"createdAt\": \"yesterday\"}")));
    assertEquals(Optional.empty(), LeonardoTraces.created(listed("{\"createdAt\": null}")));
  }
}
