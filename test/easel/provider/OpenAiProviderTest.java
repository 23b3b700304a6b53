package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.Await;
import fake.FakeOpenAi;
import fake.FakeOpenAiOrder;
import fake.FakeOpenAiPicture;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OpenAiProviderTest {
  private static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";

  @TempDir
  Path folder;

  private Step start(OpenAiStage stage, Task task, ProgressLog log) throws InterruptedException {
    return stage.provider().start(task, stage.credential(), log);
  }

  private Step.Done done(OpenAiStage stage, Task task) throws InterruptedException {
    return (Step.Done) start(stage, task, new ProgressLog(folder));
  }

  private Failure failure(OpenAiStage stage, Task task) {
    return assertThrows(GatewayException.class, () -> start(stage, task, new ProgressLog(folder))).failure();
  }

  private static byte[] bytes(Step.Done done, int index) throws IOException {
    return Files.readAllBytes(done.outputs().get(index).draft());
  }

  private Input input(String name, Input.Role role) throws IOException {
    var file = Files.write(folder.resolve(name), FakeOpenAiPicture.png(16, 16, 5));
    return new Input(new Media(name, "", Media.Role.INPUT, 0, MediaType.PNG, Files.size(file), 16, 16, "", file,
        Optional.empty(),
        Instant.EPOCH, Optional.empty()), role);
  }

  @Test
  void recordedAnswerIsRead() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.nextAnswer(200, "application/json", """
          {"created":1795000001,"background":"opaque","output_format":"png","quality":"low","size":"1024x1024","data":[{"b64_json":"%s"}],
          "usage":{"input_tokens":12,"output_tokens":196,"total_tokens":208,"input_tokens_details":{"text_tokens":12,"image_tokens":0},
          "output_tokens_details":{"image_tokens":196,"text_tokens":0}}}""".formatted(PNG));
      var done = done(stage, stage.task());
      assertArrayEquals(Base64.getDecoder().decode(PNG), bytes(done, 0));
      assertEquals(new Usage(12, 0, 196, 0, Optional.of(new BigDecimal("0.00594"))), done.usage());
      assertEquals(Optional.empty(), done.outputs().getFirst().revisedPrompt());
    }
  }

  @Test
  void submitSaysWhoAsksAndForWhat() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      done(stage, stage.task());
      var sent = stage.fake.seen().getFirst();
      assertEquals("POST /v1/images/generations", sent.method() + " " + sent.target());
      assertEquals(Optional.of("Bearer " + stage.credential().secret().reveal()), sent.header("authorization"));
      assertEquals(Optional.of("0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10"), sent.header("idempotency-key"));
      assertEquals(Optional.of("Easel/test"), sent.header("user-agent"));
      assertEquals(Json.parse("{\"model\":\"gpt-image-2\",\"prompt\":\"a red dot\",\"n\":1,\"size\":\"64x48\"}"),
          sent.json());
      assertEquals(1, stage.fake.ledger().size());
    }
  }

  @Test
  void severalPicturesComeInOrder() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var done = done(stage, OpenAiStage.image("gpt-image-2", 3, 0));
      for (int i = 0; i < 3; i++) assertArrayEquals(FakeOpenAiPicture.png(64, 48, i), bytes(done, i));
    }
  }

  @Test
  void everySubmitHasAConnectionOfItsOwn() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      for (int i = 0; i < 3; i++) done(stage, stage.task());
      assertEquals(List.of(true, true, true), stage.fake.ledger().stream().map(FakeOpenAi.Accepted::fresh).toList());
    }
  }

  @Test
  void editSendsPicturesAndMaskAsAForm() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var task = new Task.Image("gpt-image-2", "put a hat on it", 1, Optional.empty(), Look.ANY, 0,
          List.of(input("a.png", Input.Role.REFERENCE), input("b.png", Input.Role.REFERENCE),
          input("m.png", Input.Role.MASK)),
          new JsonObject());
      var done = done(stage, task);
      var sent = stage.fake.seen().getFirst();
      assertEquals("/v1/images/edits", sent.path());
      var files = FakeOpenAiOrder.parts(sent).stream().filter(p -> !p.filename().isEmpty()).toList();
      assertEquals(List.of("image[]", "image[]", "mask"), files.stream().map(FakeOpenAiOrder.Part::name).toList());
      for (var file : files) {
        assertEquals("image/png", file.type());
        assertArrayEquals(FakeOpenAiPicture.png(16, 16, 5), file.bytes());
      }
      assertEquals(3 * 640, done.usage().imageIn());
    }
  }

  @Test
  void previewsAreShownWhileItWorks() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var log = new ProgressLog(folder);
      var done = (Step.Done) start(stage, OpenAiStage.image("gpt-image-2", 1, 2), log);
      assertEquals(List.of(0, 1), log.partialIndexes);
      assertArrayEquals(FakeOpenAiPicture.png(64, 48, 1), Files.readAllBytes(log.partials.get(1)));
      assertEquals(List.of(0, 45, 80), log.percents);
      assertEquals(1767 + 2 * 100, done.usage().imageOut());
    }
  }

  @Test
  void streamGivesEveryPictureAndAddsUpTheirUsage() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var done = done(stage, OpenAiStage.image("gpt-image-2", 3, 1));
      for (int i = 0; i < 3; i++) assertArrayEquals(FakeOpenAiPicture.png(64, 48, i), bytes(done, i));
      assertEquals(3 * 1767 + 100, done.usage().imageOut());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"early", "done", "slow=1"})
  void streamMayEndInManyWays(String script) throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next(script);
      assertEquals(1, done(stage, OpenAiStage.image("gpt-image-2", 1, 2)).outputs().size());
    }
  }

  @Test
  void editStreamsToo() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var task = new Task.Image("gpt-image-2", "hat", 1, Optional.empty(), Look.ANY, 1,
          List.of(input("a.png", Input.Role.REFERENCE)),
          new JsonObject());
      var log = new ProgressLog(folder);
      assertEquals(1, ((Step.Done) start(stage, task, log)).outputs().size());
      assertEquals(List.of(0), log.partialIndexes);
    }
  }

  @Test
  void pictureThatCameBeforeTheStreamBrokeIsNotLost() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var event = "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"" + PNG + "\"}\n\n";
      for (var end : List.of("", "data: {\"type\":\"image_gen", "data: {\"error\":{\"message\":\"It broke.\"}}\n\n")) {
        stage.fake.nextAnswer(200, "text/event-stream", event + end);
        assertEquals(1, done(stage, OpenAiStage.image("gpt-image-2", 2, 1)).outputs().size());
      }
    }
  }

  /** Fewer than were ordered are handed over with what ended the others. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{\"error\":{\"message\":\"Blocked.\",\"code\":\"moderation_blocked\"}}|Refused|Blocked.",
      "{\"error\":{\"message\":\"It broke.\"}}|WorkFailed|openai gave up: It broke.",
      "{\"type\":\"image_gen|UpstreamBroken|openai answered 200: its answer makes no sense"})
  void whatEndedTheOthersIsTold(String error, String kind, String message) throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var picture = "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"" + PNG + "\"}\n\n";
      stage.fake.nextAnswer(200, "text/event-stream", picture + "data: " + error + "\n\n");
      var why = done(stage, OpenAiStage.image("gpt-image-2", 2, 1)).shortfall().orElseThrow();
      assertEquals(kind + " " + message, why.getClass().getSimpleName() + " " + why.message());
      stage.fake.nextAnswer(200, "text/event-stream", picture + "data: " + error + "\n\n");
      assertEquals(Optional.empty(), done(stage, OpenAiStage.image("gpt-image-2", 1, 1)).shortfall());
    }
  }

  @Test
  void whatEndedTheOthersIsKeptWithTheLinks() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.nextAnswer(200, "application/json", "{\"data\":[{\"url\":\"/files/1.png\"}],"
          + "\"error\":{\"message\":\"Blocked.\",\"code\":\"moderation_blocked\"}}");
      var log = new ProgressLog(folder);
      var waiting = (Step.Waiting) start(stage, OpenAiStage.image("any-model", 2, 0), log);
      var done = (Step.Done) stage.restarted().resume(waiting.handle(), stage.credential(), log);
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.Refused("Blocked.")), done.shortfall());
    }
  }

  @Test
  void picturesThatCameBeforeTheAnswerBrokeAreNotLost() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var whole = "{\"data\":[{\"b64_json\":\"" + PNG + "\"},{\"b64_json\":\"" + PNG;
      for (var end : List.of("", "\"", "\"}]", "!\"}]}")) {
        stage.fake.nextAnswer(200, "application/json", whole + end);
        var log = new ProgressLog(folder);
        var done = (Step.Done) start(stage, OpenAiStage.image("gpt-image-2", 3, 0), log);
        int complete = end.equals("\"") || end.equals("\"}]") ? 2 : 1;
        assertEquals(complete, done.outputs().size());
        for (int i = 0; i < complete; i++) assertArrayEquals(Base64.getDecoder().decode(PNG), bytes(done, i));
        assertEquals("only " + complete + " of 3 pictures came", log.words.getLast());
        assertEquals(Usage.NONE, done.usage());
      }
    }
  }

  @Test
  void pictureThatCameBeforeTheLineWasCutIsNotLost() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("truncate");
      var done = done(stage, OpenAiStage.image("gpt-image-2", 4, 0));
      assertTrue(done.outputs().size() >= 1 && done.outputs().size() < 4, done.toString());
      assertInstanceOf(Failure.UpstreamBroken.class, done.shortfall().orElseThrow());
    }
  }

  @Test
  void fullDiskIsNotTakenForAMistakeOfTheCaller() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var nowhere = new ProgressLog(folder.resolve("missing"));
      var failure = assertThrows(GatewayException.class, () -> start(stage, stage.task(), nowhere)).failure();
      assertInstanceOf(Failure.Internal.class, failure);
      assertFalse(failure.notAccepted());
    }
  }

  @Test
  void pictureBesideAnErrorIsKept() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.nextAnswer(200, "application/json",
          "{\"data\":[{\"b64_json\":\"" + PNG + "\"}],\"error\":{\"message\":\"The second failed.\"}}");
      var done = done(stage, OpenAiStage.image("gpt-image-2", 2, 0));
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.WorkFailed("openai gave up: The second failed.")), done.shortfall());
    }
  }

  @Test
  void whatIsNoObjectInAStreamIsSkipped() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      var event = "{\"type\":\"image_generation.completed\",\"b64_json\":\"" + PNG + "\"}";
      stage.fake.nextAnswer(200, "text/event-stream; charset=utf-8",
          ": ping\n\ndata: {}\n\ndata: ping\n\ndata:\n\nid: 1\ndata: " + event + "\n\n");
      assertEquals(1, done(stage, OpenAiStage.image("gpt-image-2", 1, 1)).outputs().size());
      stage.fake.nextAnswer(200, "text/event-stream", "data: [DONE]\n\ndata: " + event + "\n\n");
      assertInstanceOf(Failure.UpstreamBroken.class, failure(stage, OpenAiStage.image("gpt-image-2", 1, 1)));
    }
  }

  @Test
  void streamWithoutThePictureIsNoProofOfAnything() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("cut");
      var failure = assertInstanceOf(Failure.UpstreamBroken.class,
          failure(stage, OpenAiStage.image("gpt-image-2", 1, 2)));
      assertEquals(200, failure.status());
    }
  }

  @Test
  void errorInTheMiddleOfAStreamEndsTheWork() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("midway");
      assertInstanceOf(Failure.WorkFailed.class, failure(stage, OpenAiStage.image("gpt-image-2", 1, 2)));
      stage.fake.nextAnswer(200, "text/event-stream",
          "event: error\ndata: {\"error\":{\"message\":\"Blocked.\",\"type\":\"image_generation_user_error\",\"code\":\"moderation_blocked\"}}\n\n");
      assertEquals(new Failure.Refused("Blocked."), failure(stage, OpenAiStage.image("gpt-image-2", 1, 2)));
    }
  }

  @Test
  void compatibleServerThatIgnoresTheStreamIsUnderstood() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.nextAnswer(200, "application/json", "{\"data\":[{\"b64_json\":\"" + PNG + "\"}]}");
      var done = done(stage, OpenAiStage.image("any-model", 1, 2));
      assertEquals(1, done.outputs().size());
      assertEquals(Usage.NONE, done.usage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "html", "empty", "missing", "error200", "truncate", "failed", "drop", "reset"})
  void answerWithoutAPictureIsNoProofOfAnything(String script) throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next(script);
      var failure = failure(stage, stage.task());
      assertInstanceOf(Failure.UpstreamBroken.class, failure);
      assertFalse(failure.notAccepted());
      assertEquals(1, stage.fake.ledger().size());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{\"data\":[{\"b64_json\":\"QUJD!\"}]}", "{\"data\":[{\"b64_json\":\"\"}]}", "{\"data\":[{\"b64_json\":null}]}",
          "{\"data\":{}}",
      "{\"data\":null}", "{\"data\":[7]}", "[]", "{}", "", "null", "{\"data\":[{\"b64_json\":{}}]}",
      "{\"data\":[{\"b64_json\":\"data:image/png;base64,\"}]}"})
  void everyOtherNonsenseIsBrokenToo(String body) throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.nextAnswer(200, "application/json", body);
      assertInstanceOf(Failure.UpstreamBroken.class, failure(stage, stage.task()));
    }
  }

  @Test
  void factsOfAWrongTypeDoNotCostAPicture() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.nextAnswer(200, "application/json",
          "{\"created\":\"x\",\"error\":null,\"usage\":{\"input_tokens\":\"many\","
          + "\"input_tokens_details\":[],\"output_tokens\":-5},\"data\":[{\"b64_json\":\"" + PNG
          + "\",\"revised_prompt\":7}]}");
      var done = done(stage, stage.task());
      assertEquals(1, done.outputs().size());
      assertEquals(Usage.NONE, done.usage());
    }
  }

  @Test
  void usageWithoutDetailsIsTextInAndPicturesOut() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.nextAnswer(200, "application/json",
          "{\"usage\":{\"input_tokens\":8,\"output_tokens\":1967},\"data\":[{\"b64_json\":\"" + PNG + "\"}]}");
      assertEquals(new Usage(8, 0, 1967, 0, Optional.of(new BigDecimal("0.05905"))), done(stage, stage.task()).usage());
    }
  }

  @Test
  void revisedPromptIsKept() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("revised=better");
      assertEquals(Optional.of("better"), done(stage, stage.task()).outputs().getFirst().revisedPrompt());
    }
  }

  @Test
  void linksAreHandedOverBeforeTheyAreFollowed() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.next("url revised=better");
      var log = new ProgressLog(folder);
      var waiting = (Step.Waiting) start(stage, OpenAiStage.image("any-model", 2, 0), log);
      assertTrue(waiting.fetching());
      assertEquals(Duration.ZERO, waiting.pollAfter());
      assertEquals(1, stage.fake.seen().size());
      var done = (Step.Done) stage.restarted().resume(waiting.handle(), stage.credential(), log);
      for (int i = 0; i < 2; i++) assertArrayEquals(FakeOpenAiPicture.png(1024, 1024, i), bytes(done, i));
      assertEquals(Optional.of("better"), done.outputs().get(1).revisedPrompt());
      assertTrue(done.usage().counted());
    }
  }

  @Test
  void downloadNeverCarriesTheKey() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.next("url");
      finish(stage);
      var download = stage.fake.seen().getLast();
      assertEquals("GET /files/0.png?sig=abc", download.method() + " " + download.target());
      assertEquals(Optional.empty(), download.header("authorization"));
      assertEquals(Optional.empty(), download.header("idempotency-key"));
    }
  }

  private Step.Done finish(OpenAiStage stage) throws InterruptedException {
    var log = new ProgressLog(folder);
    var waiting = (Step.Waiting) start(stage, stage.task(), log);
    return (Step.Done) stage.provider().resume(waiting.handle(), stage.credential(), log);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.2:1/x.png", "http://127.0.0.1:1/x.png", "http://169.254.169.254/latest",
      "http://[::1]/x",
      "http://localhost/x.png", "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher:x", "http://"})
  void linkToAnyOtherPrivatePlaceIsNotFollowed(String link) throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.next("url=" + link);
      var failure = assertThrows(GatewayException.class, () -> finish(stage)).failure();
      assertFalse(failure.notAccepted(), failure.toString());
      assertEquals(1, stage.fake.seen().size());
    }
  }

  @Test
  void redirectOfTheConfiguredHostIsGuardedToo() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.next("url").nextDownload(302, "text/plain", "", "Location: /files/1.png");
      assertArrayEquals(FakeOpenAiPicture.png(1024, 1024, 1), bytes(finish(stage), 0));
      stage.fake.next("url").nextDownload(302, "text/plain", "", "Location: http://169.254.169.254/latest");
      assertThrows(GatewayException.class, () -> finish(stage));
      stage.fake.next("url");
      for (int i = 0; i < 6; i++) stage.fake.nextDownload(302, "text/plain", "", "Location: /files/1.png");
      assertThrows(GatewayException.class, () -> finish(stage));
    }
  }

  @Test
  void relativeLinkIsOfTheConfiguredHost() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.next("url=/files/1.png");
      assertArrayEquals(FakeOpenAiPicture.png(1024, 1024, 1), bytes(finish(stage), 0));
    }
  }

  @ParameterizedTest
  @CsvSource({"404, text/plain, 404", "403, text/html, 403", "500, text/plain, 500", "200, text/html, 200"})
  void downloadThatFailsMayBeTriedAgain(int status, String type, int told) throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.next("url").nextDownload(status, type, "<html>please log in</html>");
      var log = new ProgressLog(folder);
      var waiting = (Step.Waiting) start(stage, stage.task(), log);
      var failure = assertThrows(GatewayException.class,
          () -> stage.provider().resume(waiting.handle(), stage.credential(), log)).failure();
      assertEquals(told, assertInstanceOf(Failure.UpstreamBroken.class, failure).status());
      assertEquals(1, ((Step.Done) stage.restarted().resume(waiting.handle(), stage.credential(), log)).outputs()
          .size());
    }
  }

  @Test
  void dataUrlInPlaceOfALinkIsThePictureItself() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.nextAnswer(200, "application/json", "{\"data\":[{\"url\":\"data:image\\/png;base64," + PNG + "\"}]}");
      assertArrayEquals(Base64.getDecoder().decode(PNG), bytes(done(stage, stage.task()), 0));
    }
  }

  @Test
  void pictureAndLinkInOneAnswerAreBothKept() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      stage.fake.nextAnswer(200, "application/json",
          "{\"data\":[{\"b64_json\":\"" + PNG + "\"},{\"url\":\"" + stage.link("/files/1.png") + "\"}]}");
      var log = new ProgressLog(folder);
      var waiting = (Step.Waiting) start(stage, OpenAiStage.image("any-model", 2, 0), log);
      var done = (Step.Done) stage.restarted().resume(waiting.handle(), stage.credential(), log);
      assertArrayEquals(Base64.getDecoder().decode(PNG), bytes(done, 0));
      assertArrayEquals(FakeOpenAiPicture.png(1024, 1024, 1), bytes(done, 1));
      Files.delete(done.outputs().getFirst().draft());
      Step again = waiting;
      while (again instanceof Step.Waiting w) again = stage.restarted().resume(w.handle(), stage.credential(), log);
      assertEquals(1, ((Step.Done) again).outputs().size());
      assertEquals(Optional.of(new Failure.WorkFailed("one of local's results was lost")), ((Step.Done) again).shortfall());
    }
  }

  @Test
  void serverWithoutKeysIsAskedWithoutOne() throws Exception {
    try (var stage = OpenAiStage.compatible()) {
      var failure = assertThrows(GatewayException.class,
          () -> stage.provider().start(stage.task(), Credential.none("local"), new ProgressLog(folder))).failure();
      assertInstanceOf(Failure.BadCredential.class, failure);
      assertEquals(Optional.empty(), stage.fake.seen().getFirst().header("authorization"));
    }
  }

  @Test
  void interruptInTheMiddleOfTheAnswerEndsTheCall() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("drip=50");
      var with = new AtomicReference<Throwable>();
      var call = Thread.ofPlatform().start(() -> with.set(assertThrows(Throwable.class, () ->
          done(stage, stage.task()))));
      Await.until("the draft", () -> Files.exists(folder.resolve("draft1.png")) || !call.isAlive());
      call.interrupt();
      assertTrue(call.join(Duration.ofSeconds(3)), "still busy 3 s after the interrupt");
      assertInstanceOf(InterruptedException.class, with.get());
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void answerLargerThanAllowedIsBroken() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("big=60000000");
      assertInstanceOf(Failure.UpstreamBroken.class, failure(stage, stage.task()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"svg\"", "\"gif\"", "\"PNG\"", "7", "[\"png\"]"})
  void formatThatNobodyCouldKeepIsNotBought(String format) throws Exception {
    for (var stage : List.of(OpenAiStage.openAi(), OpenAiStage.compatible())) {
      try (stage) {
        assertEquals(new Failure.Invalid("provider_params.output_format",
            "provider_params.output_format must be one of png, jpeg, webp"), failure(stage, formatted(stage, Look.ANY, format)));
        assertEquals(0, stage.submits());
      }
    }
  }

  @Test
  void formatThatTheModelMakesIsPassedOn() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      for (var format : List.of("\"jpeg\"", "null")) done(stage, formatted(stage, Look.ANY, format));
      var agreed = new Look(Optional.empty(), Optional.empty(), Optional.of(MediaType.WEBP), OptionalInt.empty(), Optional.empty(),
          Optional.empty(), Optional.empty());
      done(stage, formatted(stage, agreed, "\"svg\""));
      assertEquals(List.of("\"jpeg\"", "null", "\"webp\""), stage.fake.seen().stream()
          .map(s -> Json.parse(s.text()).asObject().get("output_format").toString()).toList());
    }
  }

  private static Task formatted(OpenAiStage stage, Look look, String format) {
    var extras = Json.parse("{\"output_format\":" + format + "}").asObject();
    return new Task.Image(stage.task().model(), "a red dot", 1, Optional.empty(), look, 0, List.of(), extras);
  }

  @Test
  void drippingAnswerIsReadToItsEnd() throws Exception {
    try (var stage = OpenAiStage.openAi()) {
      stage.fake.next("drip=1 revised=slowly");
      assertArrayEquals(FakeOpenAiPicture.png(64, 48, 0), bytes(done(stage, stage.task()), 0));
      stage.fake.next("closing");
      assertArrayEquals(FakeOpenAiPicture.png(64, 48, 0), bytes(done(stage, stage.task()), 0));
    }
  }
}
