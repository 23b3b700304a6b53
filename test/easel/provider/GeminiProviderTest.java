package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.FakeGeminiAnswers;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class GeminiProviderTest {
  private static final Task PICTURE = GeminiStage.image("gemini-3-pro-image", 1);
  private static final Task VIDEO = GeminiStage.video("gemini-omni-1.1-flash");
  private static final Task VEO = GeminiStage.video("veo-3.1-generate-preview");

  @TempDir
  Path folder;

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  private static Step.Done run(GeminiStage stage, Progress progress) throws InterruptedException {
    var step = stage.provider().start(stage.task(), stage.credential(), progress);
    for (int i = 0; i < 10 && step instanceof Step.Waiting w; i++) {
      step = stage.provider().resume(w.handle(), stage.credential(), progress);
    }
    return assertInstanceOf(Step.Done.class, step);
  }

  private Step.Done run(GeminiStage stage) throws InterruptedException {
    return run(stage, log());
  }

  private Failure failure(GeminiStage stage) {
    return assertThrows(GatewayException.class, () -> run(stage)).failure();
  }

  private Failure failure(Task task, String word) throws IOException {
    try (var stage = new GeminiStage(task)) {
      stage.fake.next(word);
      var failure = failure(stage);
      assertEquals(1, stage.submits());
      return failure;
    }
  }

  private Step.Done done(Task task, String word) throws Exception {
    try (var stage = new GeminiStage(task)) {
      stage.fake.next(word);
      var done = run(stage);
      assertEquals(1, stage.submits());
      return done;
    }
  }

  private static byte[] bytes(Step.Done done, int index) throws IOException {
    return Files.readAllBytes(done.outputs().get(index).draft());
  }

  private int drafts() {
    return folder.toFile().list().length;
  }

  @Test
  void pictureComesWithItsTokensAndTheirPrice() throws Exception {
    var done = done(PICTURE, "");
    assertArrayEquals(FakeGeminiAnswers.picture(3), bytes(done, 0));
    // 7 in at 2, 1120 of picture at 120, 6 of text and 180 of thoughts at 12 dollars a million
    assertEquals(new Usage(7, 0, 1120, 186, Optional.of(new BigDecimal("0.136646"))), done.usage());
    assertEquals(1, done.outputs().size());
  }

  @Test
  void submitSaysWhoAsksAndForWhat() throws Exception {
    try (var stage = new GeminiStage(PICTURE)) {
      run(stage);
      var sent = stage.fake.sent().getFirst();
      assertEquals("POST /v1beta/models/gemini-3-pro-image:generateContent", sent.method() + " " + sent.target());
      assertEquals(Optional.of(stage.credential().secret().reveal()), sent.header("x-goog-api-key"));
      assertEquals(Optional.of("0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10"), sent.header("idempotency-key"));
      assertEquals(Optional.of("Easel/test"), sent.header("user-agent"));
      assertEquals(1, sent.headers().stream().filter(h -> h.toLowerCase(Locale.ROOT).startsWith("user-agent")).count());
    }
  }

  @Test
  void inputsAreStreamedFromTheDisk() throws Exception {
    var file = Files.write(folder.resolve("in.png"), FakeGeminiAnswers.picture(5));
    var input = new Input(new Media("m", "", Media.Role.INPUT, 0, MediaType.PNG, Files.size(file), 64, 48, "", file,
        Optional.empty(),
        Instant.EPOCH, Optional.empty()), Input.Role.REFERENCE);
    var task = new Task.Image("gemini-3-pro-image", "a hat on it", 1, Optional.empty(), Look.ANY, 0, List.of(input),
        new JsonObject());
    try (var stage = new GeminiStage(task)) {
      run(stage);
      var data = Json.parse(stage.fake.sent().getFirst().text()).asObject().get("contents").asArray().get(0)
          .asObject().get("parts")
          .asArray().get(1).asObject().get("inlineData").asObject().getString("data", "");
      assertArrayEquals(FakeGeminiAnswers.picture(5), Base64.getDecoder().decode(data));
      Files.delete(file);
      var failure = failure(stage);
      assertEquals(new Failure.Unreachable("nothing was sent: an input cannot be read"), failure);
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void thoughtsAreNoResults() throws Exception {
    var done = done(PICTURE, "thoughts");
    assertEquals(1, done.outputs().size());
    assertArrayEquals(FakeGeminiAnswers.picture(3), bytes(done, 0));
    assertEquals(1, drafts(), "the thought's picture is removed");
  }

  @Test
  void ofSeveralPicturesTheLastIsTheResultAndNoneIsLost() throws Exception {
    var done = done(PICTURE, "several");
    assertEquals(3, done.outputs().size());
    assertArrayEquals(FakeGeminiAnswers.picture(3), bytes(done, 0));
    assertArrayEquals(FakeGeminiAnswers.picture(1), bytes(done, 1));
    assertArrayEquals(FakeGeminiAnswers.picture(2), bytes(done, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"urlsafe", "snake"})
  void everySpellingOfAPictureIsRead(String word) throws Exception {
    assertArrayEquals(FakeGeminiAnswers.picture(3), bytes(done(PICTURE, word), 0));
  }

  @Test
  void pictureIsKeptWhereTheAnswerBreaksOffBehindIt() throws Exception {
    var done = done(PICTURE, "cut");
    assertArrayEquals(FakeGeminiAnswers.picture(3), bytes(done, 0));
    assertEquals(Usage.NONE.atList(new BigDecimal("0.134")), done.usage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"blocked|gemini refused the request: PROHIBITED_CONTENT",
      "image_safety|Unable to show the generated image.", "text|I can describe it instead."})
  void refusalIsToldInEveryShape(String word, String message) throws Exception {
    assertEquals(new Failure.Refused(message), failure(PICTURE, word));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"no_image|gemini made no picture (NO_IMAGE) It would be dark.",
      "empty|gemini made no picture (IMAGE_OTHER)"})
  void workThatCameToNothingMayHaveBeenCharged(String word, String message) throws Exception {
    assertEquals(new Failure.WorkFailed(message, false), failure(PICTURE, word));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "garbage", "error200", "unavailable"})
  void whatMakesNoSenseIsNoProof(String word) throws Exception {
    assertEquals(Failure.Next.UNKNOWN, failure(PICTURE, word).next());
    assertEquals(0, drafts());
  }

  @ParameterizedTest
  @CsvSource({"badkey,BadCredential", "list,BadCredential", "403,BadCredential", "region,BadCredential",
      "billing,OutOfCredit",
      "prepaid,OutOfCredit", "perday,Limited", "missing,Missing", "safety400,Refused", "invalid,Invalid"})
  void rejectionsAreProofThatNothingWasBought(String word, String kind) throws Exception {
    var failure = failure(PICTURE, word);
    assertEquals(kind, failure.getClass().getSimpleName());
    assertTrue(failure.notAccepted());
  }

  @Test
  void slowAnswerIsReadToItsEnd() throws Exception {
    try (var slow = new FakeUpstream(); var stage = new GeminiStage(PICTURE)) {
      slow.on("POST /*", Script.json(200, "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"data\":\""
          + Base64.getEncoder().encodeToString(FakeGeminiAnswers.picture(1)) + "\"}}]}}]}")
              .dripping(40, Duration.ofMillis(1)));
      var done = (Step.Done) stage.at(slow.uri("/v1")).start(PICTURE, stage.credential(), log());
      assertArrayEquals(FakeGeminiAnswers.picture(1), bytes(done, 0));
      assertEquals("/v1/models/gemini-3-pro-image:generateContent", slow.sent().getFirst().path());
    }
  }

  @Test
  void linkToAPictureIsFetched() throws Exception {
    try (var relay = new FakeUpstream(); var stage = new GeminiStage(PICTURE)) {
      relay.on("POST /*", Script.json(200,
          "{\"candidates\":[{\"content\":{\"parts\":[{\"fileData\":{\"fileUri\":\"/out/1.png\"}}]}}]}"));
      relay.on("GET /out/*", Script.answer(200, "image/png", FakeGeminiAnswers.picture(2)));
      var provider = stage.at(relay.uri(""));
      var waiting = assertInstanceOf(Step.Waiting.class, provider.start(PICTURE, stage.credential(), log()));
      assertTrue(waiting.fetching());
      assertArrayEquals(FakeGeminiAnswers.picture(2), bytes((Step.Done) provider.resume(waiting.handle(),
          stage.credential(), log()), 0));
    }
  }

  @Test
  void whatNoModelCanDoIsRefusedBeforeItIsSent() throws Exception {
    var look = new Look(Optional.empty(), Optional.of("transparent"), Optional.empty(), OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(), Optional.empty());
    var clear = new Task.Image("gemini-3-pro-image", "x", 1, Optional.empty(), look, 0, List.of(), new JsonObject());
    var wrong = new Task.Image("gemini-3-pro-image", "x", 1, Optional.empty(), Look.ANY, 0, List.of(),
        Json.parse("{\"generationConfig\":[]}").asObject());
    for (var task : List.of(clear, wrong, GeminiStage.image("gemini-omni-1.1-flash", 1),
        GeminiStage.video("gemini-3-pro-image"))) {
      try (var stage = new GeminiStage(task)) {
        assertInstanceOf(Failure.Invalid.class, failure(stage));
        assertEquals(0, stage.submits());
      }
    }
  }

  @Test
  void requestThatGoogleWouldCutOffIsNotSent() throws Exception {
    var file = folder.resolve("big.png");
    try (var big = new RandomAccessFile(file.toFile(), "rw")) {
      big.setLength(80_000_000);
    }
    var input = new Input(new Media("m", "", Media.Role.INPUT, 0, MediaType.PNG, 80_000_000, 1, 1, "", file,
        Optional.empty(),
        Instant.EPOCH, Optional.empty()), Input.Role.REFERENCE);
    var task = new Task.Image("gemini-3-pro-image", "x", 1, Optional.empty(), Look.ANY, 0, List.of(input),
        new JsonObject());
    try (var stage = new GeminiStage(task)) {
      assertEquals(new Failure.TooLarge("the inputs are larger than Google takes"), failure(stage));
      assertEquals(0, stage.submits());
    }
  }

  @Test
  void droppedSocketAfterAcceptanceIsBoughtOnceAndUnknown() throws Exception {
    for (var task : List.of(PICTURE, VIDEO, VEO, GeminiStage.image("imagen-4.0-generate-001", 1))) {
      try (var stage = new GeminiStage(task)) {
        stage.fake.next("drop");
        assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
        assertEquals(1, stage.fake.ledger().size());
      }
    }
  }

  @Test
  void modelTheOperatorAddsIsBoughtLikeAnother() throws Exception {
    try (var stage = new GeminiStage(GeminiStage.image("gemini-5-image", 1))) {
      var added = List.of(new ProviderSettings.Added("gemini-5-image", "gemini-3-pro-image"));
      stage.at(stage.fake.base(), added).start(stage.task(), stage.credential(), log());
      assertEquals("gemini-5-image", stage.fake.ledger().getFirst().model());
    }
  }

  // ---- Imagen -----------------------------------------------------------------------------------------------------

  @Test
  void someOfThePicturesMayBeFilteredOut() throws Exception {
    var done = done(GeminiStage.image("imagen-4.0-generate-001", 3), "partial");
    assertEquals(2, done.outputs().size());
    assertEquals(Optional.of(new Failure.Refused("Unable to show generated images.")), done.shortfall());
    assertEquals(Usage.NONE.atList(new BigDecimal("0.08")), done.usage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"filtered|gemini refused the request: filtered",
      "reasons|Unable to show generated images."})
  void allOfThePicturesMayBeFilteredOut(String word, String message) throws Exception {
    assertEquals(new Failure.Refused(message), failure(GeminiStage.image("imagen-4.0-generate-001", 2), word));
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "other"})
  void predictionsThatMakeNoSenseAreNoProof(String word) throws Exception {
    assertEquals(Failure.Next.UNKNOWN, failure(GeminiStage.image("imagen-4.0-generate-001", 2), word).next());
  }
}
