package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Cancelling;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.FakeGeminiAnswers;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class GeminiVideoTest {
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
  void videoIsAskedAboutThenFetched() throws Exception {
    try (var stage = new GeminiStage(VIDEO)) {
      var log = log();
      log.sent = stage.time.instant().minusSeconds(150);
      var done = run(stage, log);
      assertArrayEquals(FakeGeminiAnswers.video(), bytes(done, 0));
      assertEquals(List.of("POST /v1beta/interactions", "GET /v1beta/interactions/v1_Chd1-_x",
          "GET /v1beta/interactions/v1_Chd1-_x",
          "GET /v1beta/files/k3x9q2:download?alt=media"), stage.fake.sent().stream()
              .map(s -> s.method() + " " + s.target()).toList());
      assertTrue(stage.fake.sent().stream().allMatch(s -> s.header("x-goog-api-key").isPresent()));
      // six seconds of 720p by the list
      assertEquals(new Usage(8, 0, 34_700, 0, Optional.empty()).atList(new BigDecimal("0.60")), done.usage());
      assertEquals(List.of("sent to gemini", "in_progress for 2 min", "in_progress for 2 min", "downloading 1 of 1"),
          log.words);
      assertEquals(1, drafts(), "inputs that come back are removed");
    }
  }

  @Test
  void tokensAreCountedWhereTheModelHasAPriceForThem() throws Exception {
    var done = done(GeminiStage.video("gemini-omni-flash-preview"), "");
    // 8 in at 1.50 and 34700 of video at 17.50 dollars a million
    assertEquals(new Usage(8, 0, 34_700, 0, Optional.of(new BigDecimal("0.607262"))), done.usage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"inline", "moved", "bare"})
  void videoIsFoundWhereverItIs(String word) throws Exception {
    for (var task : List.of(VIDEO, VEO)) assertArrayEquals(FakeGeminiAnswers.video(), bytes(done(task, word), 0));
  }

  @Test
  void keyFollowsARedirectOnItsOwnHostOnly() throws Exception {
    try (var stage = new GeminiStage(VIDEO); var elsewhere = new FakeUpstream()) {
      elsewhere.on("GET /*", Script.answer(200, "video/mp4", FakeGeminiAnswers.video()));
      var waiting = Finished.links(List.of("files/k3x9q2"), "mp4", Usage.NONE).waiting();
      stage.fake.nextQuestion(Script.empty(302, "Location: " + elsewhere.uri("/x.mp4")));
      // a private address that nobody configured
      assertThrows(GatewayException.class, () -> stage.provider().resume(waiting.handle(), stage.credential(), log()));
      assertEquals(List.of(), elsewhere.sent());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"failed|WorkFailed|gemini gave up: generation failed",
      "policy|Refused|The video violates our usage policies.", "words|Refused|I can't help with that.",
      "cancelled|WorkFailed|gemini gave up: it ended as cancelled"})
  void endWithoutVideoIsToldInEveryShape(String word, String kind, String message) throws Exception {
    var failure = failure(VIDEO, word);
    assertEquals(kind + " " + message, failure.getClass().getSimpleName() + " " + failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"incomplete", "budget_exceeded", "requires_action", "requires_continuation"})
  void whatWaitsForNobodyHasEnded(String status) throws Exception {
    assertEquals(new Failure.WorkFailed("gemini gave up: it ended as " + status), failure(VIDEO, "status=" + status));
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "paused", "almost_there"})
  void wordsNobodyKnowsMeanThatItIsStillAtWork(String status) throws Exception {
    try (var stage = new GeminiStage(VIDEO)) {
      stage.fake.next("status=" + status);
      var log = log();
      log.sent = stage.time.instant().minusSeconds(150);
      assertArrayEquals(FakeGeminiAnswers.video(), bytes(run(stage, log), 0));
      assertTrue(log.words.contains(status + " for 2 min"), log.words.toString());
    }
  }

  @Test
  void finishedWorkWithoutItsVideoIsAskedForSomeMoreTimes() throws Exception {
    for (var task : List.of(VIDEO, VEO)) {
      try (var stage = new GeminiStage(task)) {
        stage.fake.next("lost");
        stage.provider().start(task, stage.credential(), log());
        stage.provider().resume(handle(stage), stage.credential(), log());
        assertEquals(new Failure.WorkFailed("gemini says that it is done, and gives no result"),
            believedAfterThreeMoreQuestions(stage));
      }
    }
  }

  @Test
  void unknownWorkIsAskedForSomeMoreTimesThoughGoogleCallsItInvalid() throws Exception {
    for (var task : List.of(VIDEO, VEO)) {
      try (var stage = new GeminiStage(task)) {
        var failure = assertInstanceOf(Failure.Missing.class, believedAfterThreeMoreQuestions(stage));
        assertTrue(failure.message().startsWith("gemini does not know this work: "), failure.message());
      }
    }
  }

  private Failure believedAfterThreeMoreQuestions(GeminiStage stage) throws InterruptedException {
    var handle = handle(stage);
    for (int i = 1; i <= 3; i++) {
      var waiting = (Step.Waiting) stage.provider().resume(handle, stage.credential(), log());
      assertEquals(handle(stage).replace("}", ",\"nothing\":" + i + "}"), waiting.handle());
      assertFalse(waiting.fetching());
      handle = waiting.handle();
    }
    var last = handle;
    return assertThrows(GatewayException.class, () -> stage.provider().resume(last, stage.credential(), log())).failure();
  }

  @Test
  void anOutageDoesNotCountForAResultThatIsLate() throws Exception {
    try (var stage = new GeminiStage(VIDEO)) {
      var tired = new Troubled(log(), 9);
      var first = (Step.Waiting) stage.provider().start(VIDEO, stage.credential(), tired);
      stage.fake.nextQuestion(Script.json(200, "{\"id\":\"v1_Chd1-_x\",\"status\":\"completed\",\"steps\":[]}"));
      var late = (Step.Waiting) stage.provider().resume(first.handle(), stage.credential(), tired);
      var working = (Step.Waiting) stage.provider().resume(late.handle(), stage.credential(), tired);
      assertEquals(first.handle(), working.handle(), "seen at work, the count begins anew");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"404|<html>404</html>", "405|<html>no</html>", "404|{}", "405|{\"error\":{\"message\":\"no\"}}",
      "404|{\"error\":{\"code\":404,\"message\":\"no such route\"}}"})
  void pageOfWhoeverStandsBeforeGoogleEndsNothing(int status, String body) throws Exception {
    for (var task : List.of(VIDEO, VEO)) {
      try (var stage = new GeminiStage(task)) {
        var waiting = (Step.Waiting) stage.provider().start(task, stage.credential(), log());
        stage.fake.nextQuestion(Script.answer(status, "text/html", body.getBytes(StandardCharsets.UTF_8)));
        var failure = assertThrows(GatewayException.class,
            () -> stage.provider().resume(waiting.handle(), stage.credential(), log())).failure();
        assertEquals(status, assertInstanceOf(Failure.UpstreamBroken.class, failure).status());
      }
    }
  }

  @Test
  void workThatIsDoneAtOnceKeepsItsNameUntilTheVideoIsThere() throws Exception {
    var interaction = "{\"id\":\"v1_abc\",\"status\":\"completed\",\"steps\":[]}";
    var operation = "{\"name\":\"models/v/operations/1\",\"done\":true,\"response\":{}}";
    try (var relay = new FakeUpstream(); var stage = new GeminiStage(VIDEO)) {
      var provider = stage.at(relay.uri(""));
      for (var task : List.of(VIDEO, VEO)) {
        relay.on("POST /*", Script.json(200, task == VEO ? operation : interaction));
        var waiting = assertInstanceOf(Step.Waiting.class, provider.start(task, stage.credential(), log()));
        assertEquals(task == VEO ? "models/v/operations/1" : "v1_abc", GeminiOrder.of(waiting.handle()).id());
        relay.on("POST /*", Script.json(200, (task == VEO ? operation : interaction).replaceFirst("(v1_abc|models/v/operations/1)", "")));
        assertInstanceOf(Failure.UpstreamBroken.class,
            assertThrows(GatewayException.class, () -> provider.start(task, stage.credential(), log())).failure());
      }
    }
  }

  @Test
  void nameOfAnotherWorkIsNotHeard() throws Exception {
    try (var stage = new GeminiStage(VIDEO)) {
      var first = (Step.Waiting) stage.provider().start(VIDEO, stage.credential(), log());
      stage.fake.nextQuestion(Script.json(200, "{\"id\":\"v1_other\",\"status\":\"in_progress\"}"));
      assertEquals(first.handle(), ((Step.Waiting) stage.provider().resume(first.handle(), stage.credential(), log())).handle());
    }
  }

  /** Of the work that was bought first. */
  private static String handle(GeminiStage stage) {
    var veo = stage.task() == VEO;
    return "{\"way\":\"" + (veo ? "operation" : "interaction") + "\",\"id\":\""
        + (veo ? "models/veo-3.1-generate-preview/operations/op1" : "v1_Chd1-_x") + "\",\"model\":\"m\"}";
  }

  private record Troubled(Progress progress, int troubles) implements Progress {
    @Override
    public String tag() {
      return progress.tag();
    }

    @Override
    public Instant sent() {
      return progress.sent();
    }

    @Override
    public void report(int percent, String words) {
      progress.report(percent, words);
    }

    @Override
    public void partial(int index, Path picture) {
      progress.partial(index, picture);
    }

    @Override
    public Path draft(String extension) {
      return progress.draft(extension);
    }
  }

  @Test
  void submitWithoutANameIsNoProof() throws Exception {
    assertEquals(new Failure.UpstreamBroken(200, "gemini answered 200: no reason given"), failure(VIDEO, "unnamed"));
    assertEquals(new Failure.UpstreamBroken(200, "gemini answered 200: no reason given"), failure(VEO, "unnamed"));
  }

  @Test
  void handleIsReadBackWhole() {
    var order = new GeminiOrder("operation", "veo \"x\"", "models/a/operations/b", 1,
        Optional.of(new BigDecimal("0.60")), 2);
    assertEquals(order, GeminiOrder.of(order.toString()));
    var bare = new GeminiOrder("interaction", "m", "v1_a", 1, Optional.empty(), 0);
    assertEquals(bare, GeminiOrder.of(bare.toString()));
  }

  @Test
  void workThatHasFinishedCannotBeCancelled() throws Exception {
    try (var stage = new GeminiStage(VIDEO)) {
      var cancelling = (Cancelling) stage.provider();
      var waiting = (Step.Waiting) stage.provider().start(VIDEO, stage.credential(), log());
      assertTrue(cancelling.cancel(waiting.handle(), stage.credential()));
      assertTrue(cancelling.cancel(waiting.handle(), stage.credential()));
      run(stage);
      var links = Finished.links(List.of("files/a"), "mp4", Usage.NONE).toString();
      assertFalse(cancelling.cancel(links, stage.credential()));
      assertFalse(cancelling.cancel(handle(stage).replace("v1_Chd1-_x", "v1_Chd2-_x"), stage.credential()));
      assertFalse(cancelling.cancel(handle(stage).replace("v1_Chd1-_x", "unknown"), stage.credential()));
    }
  }

  @ParameterizedTest
  @CsvSource({"3,Invalid", "8,WorkFailed", "13,WorkFailed", "14,WorkFailed"})
  void operationThatFailedSaysWhy(String code, String kind) throws Exception {
    var failure = failure(VEO, "error=" + code);
    assertEquals(kind, failure.getClass().getSimpleName());
  }

  @Test
  void filteredVideoIsARefusalThatCostsNothing() throws Exception {
    assertEquals(new Failure.Refused("blocked by the safety filter, you were not charged"), failure(VEO, "filtered"));
    var done = done(VEO, "partial");
    assertEquals(1, done.outputs().size());
    assertEquals(Optional.of(new Failure.Refused("blocked by the safety filter, you were not charged")),
        done.shortfall());
    assertEquals(Usage.NONE.atList(new BigDecimal("2.40")), done.usage());
  }

  @Test
  void vertexIsAskedByPostToTheModelThatCarriesTheOperation() throws Exception {
    try (var stage = new GeminiStage("/v1beta1/publishers/google", Duration.ofSeconds(20), true,
        GeminiStage.video("veo-3.1-generate-001"))) {
      stage.fake.next("vertex");
      assertArrayEquals(FakeGeminiAnswers.video(), bytes(run(stage), 0));
      var asked = stage.fake.sent().getLast();
      assertEquals("POST /v1beta1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001:fetchPredictOperation",
          asked.method() + " " + asked.target());
      assertEquals(Json.parse("{\"operationName\":\"projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001"
          + "/operations/op1\"}"), Json.parse(asked.text()));
    }
  }

  @Test
  void videoInAnAnswerMayBeLarge() throws Exception {
    try (var vertex = new FakeUpstream(); var stage = new GeminiStage(VEO)) {
      var video = Arrays.copyOf(FakeGeminiAnswers.video(), 9_000_000);
      vertex.on("POST /*", Script.json(200, "{\"name\":\"projects/p/models/m/operations/1\",\"done\":true,\"response\":{\"videos\":"
          + "[{\"bytesBase64Encoded\":\"" + Base64.getEncoder().encodeToString(video) + "\"}]}}"));
      var provider = stage.at(vertex.uri("/v1/publishers/google"));
      var handle = handle(stage).replace("models/veo-3.1-generate-preview", "projects/p/models/m");
      assertArrayEquals(video, bytes((Step.Done) provider.resume(handle, stage.credential(), log()), 0));
    }
  }

  @Test
  void lastFrameNeedsAFirstOne() throws Exception {
    var file = Files.write(folder.resolve("in.png"), FakeGeminiAnswers.picture(5));
    var last = new Input(new Media("m", "", Media.Role.INPUT, 0, MediaType.PNG, 1, 1, 1, "", file, Optional.empty(),
        Instant.EPOCH,
        Optional.empty()), Input.Role.LAST_FRAME);
    var task = new Task.Video("gemini-omni-1.1-flash", "x", Optional.<Size>empty(), OptionalInt.empty(),
        List.of(last), new JsonObject());
    try (var stage = new GeminiStage(task)) {
      assertEquals(new Failure.Invalid("image", "image as the last frame needs one as the first frame"), failure(stage));
    }
  }

  @Test
  void relayWithoutAKeyIsAskedWithoutOne() throws Exception {
    try (var relay = new FakeUpstream(); var stage = new GeminiStage(VEO)) {
      relay.on("POST /*", Script.json(200, "{\"name\":\"models/v/operations/1\"}"));
      stage.at(relay.uri("")).start(VEO, Credential.none("gemini"), log());
      assertEquals(Optional.empty(), relay.sent().getFirst().header("x-goog-api-key"));
    }
  }

  @Test
  void secretsOfOthersAreNotInTheHandle() throws Exception {
    try (var stage = new GeminiStage(VIDEO)) {
      var other = new Credential("gemini", "gemini#2", new Secret("other-4711"));
      var waiting = (Step.Waiting) stage.provider().start(VIDEO, other, log());
      assertEquals(Json.parse("{\"way\":\"interaction\",\"id\":\"v1_Chd1-_x\",\"model\":\"gemini-omni-1.1-flash\",\"cost\":\"0.60\"}"),
          Json.parse(waiting.handle()));
    }
  }
}
