package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Size;
import easel.core.Task;
import easel.provider.LeonardoTraces.Likeness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeonardoTracesTest {
  private static final Instant SENT = Instant.parse("2026-05-02T10:00:00Z");
  private static final LeonardoTraces BY_CONTENT = new LeonardoTraces(Optional.of("a red dot"), Optional.of("m"),
      Optional.of(new Size(1024, 768)), Optional.empty(), false, SENT);

  private static Fields listed(String json) {
    return Fields.gathering(Json.parse(json).asObject(), e -> { });
  }

  private static Fields alike(String createdAt) {
    return listed("{\"prompt\": \"a red dot\", \"createdAt\": \"" + createdAt + "\"}");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"prompt\": \"a red dot\", \"modelId\": \"m\", \"imageWidth\": 1024, \"imageHeight\": 768, \"seed\": 7, #} | SAME",
      "{\"prompt\": \" a red\\n dot\", #} | SAME",
      "{\"prompt\": \"a red dot\"} | PERHAPS",
      "{\"prompt\": \"a red dot\", \"createdAt\": \"yesterday\"} | PERHAPS",
      "{\"prompt\": \"a red dot\", \"imageWidth\": 2048, \"imageHeight\": 1536, #} | PERHAPS",
      "{\"prompt\": \"a red dot\", \"modelId\": \"other\", #} | NONE",
      "{\"prompt\": \"a blue dot\", #} | NONE",
      "{\"prompt\": null, #} | NONE",
      "{} | NONE"})
  void likenessIsJudgedByWhatTheListTells(String json, Likeness likeness) {
    assertEquals(likeness, BY_CONTENT.of(listed(json.replace("#", "\"createdAt\": \"2026-05-02T10:00:01\""))));
  }

  @ParameterizedTest
  @CsvSource({"2026-05-02T09:54:59, NONE", "2026-05-02T09:55:00, SAME", "2026-05-02T10:15:00, SAME", "2026-05-02T10:15:01, NONE"})
  void onlyWhatWasMadeSoonAfterTheSubmitIsLike(String createdAt, Likeness likeness) {
    assertEquals(likeness, BY_CONTENT.of(alike(createdAt)));
  }

  @ParameterizedTest
  @CsvSource({"2026-05-02T09:54:59, true", "2026-05-02T09:55:00, false", "yesterday, false"})
  void onlyWhatIsSurelyOlderEndsTheSearch(String createdAt, boolean before) {
    assertEquals(before, BY_CONTENT.before(alike(createdAt)));
  }

  @Test
  void seedOfOursAloneDecides() {
    var planted = new LeonardoTraces(Optional.of("a red dot"), Optional.of("m"), Optional.empty(), Optional.of("7"), true, SENT);
    assertEquals(Likeness.SAME, planted.of(listed("{\"prompt\": \"written anew\", \"seed\": 7}")));
    assertEquals(Likeness.SAME, planted.of(listed("{\"seed\": \"7\"}")));
    assertEquals(Likeness.NONE, planted.of(listed("{\"seed\": 70, \"prompt\": \"a red dot\", \"createdAt\": \"2026-05-02T10:00:01\"}")));
    assertEquals(Likeness.NONE, planted.of(alike("2026-05-02T10:00:01")));
  }

  @Test
  void callersSeedTellsOthersApartAndProvesNothing() {
    var given = new LeonardoTraces(Optional.of("a red dot"), Optional.empty(), Optional.empty(), Optional.of("7"), false, SENT);
    assertEquals(Likeness.NONE, given.of(listed("{\"seed\": 7}")));
    assertEquals(Likeness.NONE, given.of(listed("{\"seed\": 8, \"prompt\": \"a red dot\", \"createdAt\": \"2026-05-02T10:00:01\"}")));
    assertEquals(Likeness.SAME, given.of(alike("2026-05-02T10:00:01")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"prompt_enhance\": \"ON\"}", "{\"enhancePrompt\": true}", "{\"promptEnhance\": true}"})
  void rewrittenPromptIsNoTrace(String extras) {
    assertEquals(Likeness.NONE, of("a red dot", extras).of(alike("2026-05-02T10:00:01")));
    assertEquals(Likeness.SAME, of("a red dot", extras.replaceAll("true|\"ON\"", "false")).of(alike("2026-05-02T10:00:01")));
  }

  @Test
  void promptThatSaysNothingIsNoTrace() {
    for (var listed : List.of("{\"prompt\": \"\"}", "{\"prompt\": null}", "{}")) {
      assertEquals(Likeness.NONE, of(" \n", "{}").of(listed(listed)));
    }
  }

  private static LeonardoTraces of(String prompt, String extras) {
    var log = new ProgressLog(Path.of("none"));
    log.sent = SENT;
    var task = new Task.Video("kling-3.0", prompt, Optional.empty(), OptionalInt.empty(), List.of(), Json.parse(extras).asObject());
    return LeonardoTraces.of(task, new LeonardoWire(Fields.of(new JsonObject().add("api", "v2"))), log);
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
