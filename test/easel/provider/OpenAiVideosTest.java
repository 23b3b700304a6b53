package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Input;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import easel.upstream.Call;
import fake.FakeVideos;
import fake.Script;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiVideosTest {
  @TempDir
  Path folder;

  private Step.Done run(OpenAiVideosStage stage) throws InterruptedException {
    var log = new ProgressLog(folder);
    var step = stage.provider().start(stage.task(), stage.credential(), log);
    while (step instanceof Step.Waiting w) step = stage.provider().resume(w.handle(), stage.credential(), log);
    return (Step.Done) step;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"'\"status\":\"completed\"'", "'\"status\":\"succeeded\"'",
      "'\"status\":\"Success\",\"video_url\":\"/files/film.mp4\"'", "'\"status\":\"completed\",\"url\":\"/files/film.mp4\"'",
      "'\"status\":\"completed\",\"metadata\":{\"url\":\"/files/film.mp4\"}'"})
  void aFilmIsFetchedWhereverItsServerPutsIt(String ending) throws Exception {
    try (var stage = new OpenAiVideosStage(Duration.ofSeconds(10), true)) {
      stage.fake.works().ends(ending);
      assertArrayEquals(FakeVideos.MP4, Files.readAllBytes(run(stage).outputs().getFirst().draft()));
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void whatItCostIsHeardWhereTheServerSaysIt() throws Exception {
    try (var stage = new OpenAiVideosStage(Duration.ofSeconds(10), true)) {
      stage.fake.works().ends("\"status\":\"completed\",\"cost\":0.42");
      assertEquals(Usage.charged(new BigDecimal("0.42")), run(stage).usage());
    }
  }

  @Test
  void statesNobodyHasHeardOfGoOnAndThePaceIsTheServers() throws Exception {
    try (var stage = new OpenAiVideosStage(Duration.ofSeconds(10), true)) {
      stage.fake.works();
      var log = new ProgressLog(folder);
      var first = (Step.Waiting) stage.provider().start(stage.task(), stage.credential(), log);
      var second = (Step.Waiting) stage.provider().resume(first.handle(), stage.credential(), log);
      assertEquals(first.handle(), second.handle());
      assertEquals(Duration.ofMillis(500), second.pollAfter());
      assertTrue(log.words.contains("processing"));
    }
  }

  @Test
  void aPollThatNamesNoVideoOrAnotherOneDoesNotLoseIt() throws Exception {
    try (var stage = new OpenAiVideosStage(Duration.ofSeconds(10), true)) {
      var key = stage.credential().secret().reveal();
      stage.fake.works();
      var first = (Step.Waiting) stage.provider().start(stage.task(), stage.credential(), new ProgressLog(folder));
      for (var said : List.of("{\"status\":\"queued\"}", "{\"id\":\"other\",\"status\":\"" + key + "\"}")) {
        stage.fake.upstream().on("GET /v1/videos/*", Script.json(200, said));
        var log = new ProgressLog(folder);
        assertEquals(first.handle(), ((Step.Waiting) stage.provider().resume(first.handle(), stage.credential(), log)).handle());
        assertFalse(log.words.toString().toLowerCase(Locale.ROOT).contains(key.toLowerCase(Locale.ROOT)), log.words.toString());
      }
    }
  }

  @Test
  void theTaskGoesOutAsTheOfficialClientsSendIt() {
    var picture = new Media("m", "", Media.Role.INPUT, 0, MediaType.PNG, 3, 1, 1, "", folder.resolve("a.png"),
        Optional.empty(), Instant.EPOCH, Optional.empty());
    var task = new Task.Video("wan", "waves", Optional.empty(), OptionalInt.of(8),
        List.of(new Input(picture, Input.Role.FIRST_FRAME)), new JsonObject().add("fps", 24).add("model", "other"));
    assertEquals(List.of(new Call.TextPart("model", "wan"), new Call.TextPart("prompt", "waves"),
        new Call.TextPart("seconds", "8"), new Call.TextPart("fps", "24"),
        new Call.FilePart("input_reference", "reference.png", "image/png", picture.file())), OpenAiVideos.parts(task));
  }
}
