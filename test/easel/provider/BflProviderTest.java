package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Balance;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.FakeBfl;
import fake.FakeOpenAiPicture;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class BflProviderTest {
  private static final String ID = "0f0e0d0c-0000-4000-8000-000000000001";

  @TempDir
  Path folder;
  private BflStage stage;
  private ProgressLog log;

  @BeforeEach
  void open() throws IOException {
    stage = BflStage.ready();
    log = new ProgressLog(folder);
  }

  @AfterEach
  void close() {
    assertEquals(List.of(), stage.fake.leaks(), "results are fetched without the key");
    stage.close();
  }

  private Step.Waiting start(Task task) throws InterruptedException {
    return (Step.Waiting) stage.provider().start(task, stage.credential(), log);
  }

  private Step resume(Step.Waiting waiting) throws InterruptedException {
    return stage.restarted().resume(waiting.handle(), stage.credential(), log);
  }

  private Step.Done done(Task task) throws InterruptedException {
    Step step = start(task);
    for (int i = 0; i < 10 && step instanceof Step.Waiting waiting; i++) step = resume(waiting);
    return (Step.Done) step;
  }

  private Failure failure(Task task) {
    return assertThrows(GatewayException.class, () -> done(task)).failure();
  }

  /** What a poll's answer comes to. */
  private Failure verdict(int status, String body) throws InterruptedException {
    var waiting = start(stage.task());
    stage.fake.nextPoll(Script.json(status, body));
    return assertThrows(GatewayException.class, () -> resume(waiting)).failure();
  }

  private Input input(String name, Input.Role role, byte[] bytes, int width, int height) throws IOException {
    var file = Files.write(folder.resolve(name), bytes);
    var type = MediaType.ofExtension(name.substring(name.indexOf('.') + 1)).orElseThrow();
    return new Input(new Media(name, "", Media.Role.INPUT, 0, type, bytes.length, width, height, "", file, Optional.empty(),
        Instant.EPOCH, Optional.empty()), role);
  }

  private static Task.Image edit(String model, Input... inputs) {
    return new Task.Image(model, "a hat", 1, Optional.empty(), Look.ANY, 0, List.of(inputs), new JsonObject());
  }

  @Test
  void submitSaysWhoAsksAndForWhat() throws Exception {
    start(stage.task());
    var sent = stage.fake.seen().getFirst();
    assertEquals("POST /v1/flux-2-pro", sent.method() + " " + sent.target());
    assertEquals(Optional.of(FakeBfl.KEY), sent.header("x-key"));
    assertEquals(Optional.of(log.tag()), sent.header("idempotency-key"));
    assertEquals(Optional.of("Easel/test"), sent.header("user-agent"));
    assertEquals(Json.parse("{\"prompt\":\"a red dot\",\"width\":64,\"height\":64}"), Json.parse(sent.text()));
  }

  @Test
  void pictureComesThroughTheLinkOfItsRegion() throws Exception {
    var task = new Task.Image("flux-2-pro", "a red dot", 1, Optional.of(new Size(1024, 1024)),
        new Look(Optional.empty(), Optional.empty(), Optional.of(MediaType.PNG), OptionalInt.empty(), Optional.empty(),
        Optional.empty(), Optional.empty()), 0, List.of(), new JsonObject());
    var done = done(task);
    assertArrayEquals(FakeBfl.bytes("png"), Files.readAllBytes(done.outputs().getFirst().draft()));
    assertTrue(done.outputs().getFirst().draft().toString().endsWith(".png"));
    assertEquals(Optional.empty(), done.outputs().getFirst().revisedPrompt());
    assertEquals(List.of("/v1/flux-2-pro", "/eu1/v1/get_result", "/eu1/v1/get_result", "/eu1/v1/get_result",
        "/results/" + ID + "/sample.png"), stage.fake.seen().stream().map(s -> s.path()).toList());
    assertEquals(List.of(0, 0, 34, 90), log.percents);
    assertEquals(List.of("sent to bfl", "bfl: Pending", "bfl: Generating", "downloading 1 of 1"), log.words);
  }

  @Test
  void videoComesTheSameWayAndSlower() throws Exception {
    var first = input("a.png", Input.Role.FIRST_FRAME, FakeOpenAiPicture.png(256, 256, 1), 256, 256);
    var task = new Task.Video("flux-3-video", "waves", Optional.empty(), OptionalInt.of(5), List.of(first), new JsonObject());
    assertEquals(Duration.ofSeconds(3), start(task).pollAfter());
    var done = done(task);
    assertArrayEquals(FakeBfl.bytes("mp4"), Files.readAllBytes(done.outputs().getFirst().draft()));
    assertEquals(Usage.charged(new BigDecimal("0.85")), done.usage());
    var body = stage.fake.ledger().getFirst().body();
    assertArrayEquals(FakeOpenAiPicture.png(256, 256, 1), Base64.getDecoder().decode(body.getString("keyframes", "")));
  }

  @Test
  void picturesGoAlongAsBase64() throws Exception {
    var a = input("a.png", Input.Role.REFERENCE, FakeOpenAiPicture.png(64, 64, 1), 64, 64);
    var b = input("b.jpg", Input.Role.REFERENCE, FakeBfl.bytes("jpeg"), 64, 48);
    assertEquals(1, done(edit("flux-2-max", a, b)).outputs().size());
    var body = stage.fake.ledger().getFirst().body();
    assertArrayEquals(FakeOpenAiPicture.png(64, 64, 1), Base64.getDecoder().decode(body.getString("input_image", "")));
    assertArrayEquals(FakeBfl.bytes("jpeg"), Base64.getDecoder().decode(body.getString("input_image_2", "")));
  }

  @Test
  void maskGoesAlongTurnedRound() throws Exception {
    var mask = new PngFile(2, 1, 8, 6, 0).row(0, 7, 7, 7, 0, 7, 7, 7, 255).write(folder.resolve("m.png"), 99);
    var picture = input("a.png", Input.Role.REFERENCE, FakeOpenAiPicture.png(2, 1, 1), 2, 1);
    var task = edit("flux-pro-1.0-fill", picture, input("m.png", Input.Role.MASK, Files.readAllBytes(mask), 2, 1));
    done(task);
    var sent = folder.resolve("sent.png");
    Files.write(sent, Base64.getDecoder().decode(stage.fake.ledger().getFirst().body().getString("mask", "")));
    try (var png = PngReader.open(sent)) {
      png.lines(color -> assertEquals(List.of(0xffffffff, 0xff000000), List.of(color.applyAsInt(0), color.applyAsInt(1))));
    }
  }

  @Test
  void badInputsAreFoundBeforeAnythingIsSent() throws Exception {
    var picture = input("a.png", Input.Role.REFERENCE, FakeOpenAiPicture.png(2, 1, 1), 2, 1);
    var mask = input("m.png", Input.Role.MASK, FakeOpenAiPicture.png(4, 4, 1), 4, 4);
    assertEquals(new Failure.Invalid("mask", "mask must be as large as the image"), failure(edit("flux-pro-1.0-fill", picture, mask)));
    Files.delete(picture.media().file());
    assertEquals(new Failure.Invalid("image", "an image of this request is no longer stored"), failure(edit("flux-2-pro", picture)));
    assertEquals(0, stage.submits());
  }

  @Test
  void keyIsNotShownToAStrangersLink() throws Exception {
    try (var stranger = new FakeUpstream()) {
      stage.fake.links(stranger.uri("/v1/get_result?id=").toString());
      var waiting = start(stage.task());
      assertFalse(((Step.Waiting) resume(waiting)).fetching());
      assertEquals(List.of(), stranger.sent());
      assertEquals("/v1/get_result?id=" + ID, stage.fake.seen().getLast().target());
    }
  }

  @Test
  void redirectIsFollowedToThoseWhoMaySeeTheKey() throws Exception {
    try (var stranger = new FakeUpstream()) {
      var waiting = start(stage.task());
      stage.fake.nextPoll(Script.empty(307, "Location: /eu1/v1/get_result?id=" + ID));
      assertEquals(waiting, resume(waiting));
      stage.fake.nextPoll(Script.empty(302, "Location: " + stranger.uri("/x")));
      var failure = assertThrows(GatewayException.class, () -> resume(waiting)).failure();
      assertEquals(new Failure.UpstreamBroken(302, "bfl answered 302: no reason given"), failure);
      assertEquals(List.of(), stranger.sent());
    }
  }

  @Test
  void redirectsWithoutEndDoEnd() throws Exception {
    var waiting = start(stage.task());
    for (int i = 0; i < 9; i++) stage.fake.nextPoll(Script.empty(301, "Location: /eu1/v1/get_result?id=" + ID));
    assertThrows(GatewayException.class, () -> resume(waiting));
    assertEquals(1 + 4, stage.fake.seen().size());
  }

  @Test
  void answerWithoutALinkIsAskedForByItsId() throws Exception {
    stage.fake.next(Script.json(200, "{\"id\":\"w1\",\"status\":\"Pending\",\"webhook_url\":\"https://x.test\",\"cost\":3}"));
    var waiting = start(stage.task());
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"w1\",\"status\":\"Queued\"}"));
    assertEquals(waiting, resume(waiting));
    assertEquals("/v1/get_result?id=w1", stage.fake.seen().getLast().target());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"id\":null}", "<html>", "{\"status\":\"Ready\"}", "{\"id\":{}}"})
  void answerWithoutAnIdIsNoProofOfAnything(String body) {
    stage.fake.next(Script.json(200, body));
    assertInstanceOf(Failure.UpstreamBroken.class, failure(stage.task()));
    assertEquals(1, stage.submits());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pending", "Queued", "Reasoning", "Generating", "Uploading", "Dreaming", ""})
  void wordsThatAreNoEndMeanThatItRuns(String status) throws Exception {
    var waiting = start(stage.task());
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"" + status + "\",\"progress\":0.5,\"preview\":{\"x\":1}}"));
    assertEquals(waiting, resume(waiting));
    assertEquals("bfl: " + status, log.words.getLast());
    assertEquals(42, log.percents.getLast());
  }

  @Test
  void bodyCountsBeforeTheStatus() throws Exception {
    var waiting = start(stage.task());
    stage.fake.nextPoll(Script.json(503, "{\"id\":\"1\",\"status\":\"Pending\"}", "Retry-After: 9"));
    assertEquals(new Step.Waiting(waiting.handle(), Duration.ofSeconds(9), false), resume(waiting));
    assertEquals(new Failure.WorkFailed("bfl could not do the work: error: worker died"),
        verdict(503, "{\"id\":\"1\",\"status\":\"Error\",\"details\":{\"error\":\"worker died\"}}"));
    // a proxy's own words are no verdict
    assertEquals(new Failure.UpstreamBroken(502, "bfl answered 502: bad gateway"),
        verdict(502, "{\"status\":\"error\",\"message\":\"bad gateway\"}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "200 | {'id':'1','status':'Request Moderated','result':null,'details':{'Moderation Reasons':['Derivative Works Filter']}} | bfl refused the request: Moderation Reasons: Derivative Works Filter",
      "422 | {'id':'1','status':'Request Moderated','details':{'Moderation Reasons':['A','B']}} | bfl refused the request: Moderation Reasons: A, B",
      "200 | {'id':'1','status':'Content Moderated','details':'Nudity'} | bfl withholds the result: Nudity",
      "200 | {'id':'1','status':'content moderated','details':null}     | bfl withholds the result for its content."})
  void refusalIsToldInEveryShape(int status, String body, String words) throws Exception {
    assertEquals(new Failure.Refused(words), verdict(status, body.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "200 | {'id':'1','status':'Failed'}                        | WorkFailed",
      "404 | {'error':'no route'}                                | UpstreamBroken",
      "404 | <html>default backend - 404</html>                  | UpstreamBroken",
      "405 | {'detail':'Method Not Allowed'}                     | UpstreamBroken",
      "200 | {'id':'1','status':'Ready','result':null}           | UpstreamBroken",
      "200 | {'id':'1','status':'Ready','result':{'sample':''}}  | UpstreamBroken",
      "200 | {'id':'1'}                                          | UpstreamBroken",
      "200 | {'id':'1','status':7}                               | UpstreamBroken",
      "200 | <html>                                              | UpstreamBroken",
      "429 | {'detail':'Too many requests'}                      | Limited",
      "403 | {'detail':'Not authenticated'}                      | BadCredential",
      "500 | {'detail':'oops'}                                   | UpstreamBroken"})
  void everyAnswerToAQuestionHasItsFailure(int status, String body, String kind) throws Exception {
    var failure = verdict(status, body.replace('\'', '"'));
    assertEquals(kind, failure.getClass().getSimpleName());
    assertFalse(failure instanceof Failure.WorkFailed failed && failed.free(), "nobody says that it is free");
  }

  private static final String GONE = "{\"id\":\"1\",\"status\":\"Task not found\"}";

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "404 | {'detail':'Not Found'}",
      "404 | {'id':'1','status':'Task not found','result':null}",
      "404 | {'status':'Task not found'}",
      "200 | {'id':'1','status':'Task not found'}"})
  void taskThatIsNotFoundManyTimesInARowIsGone(int status, String body) throws Exception {
    var waiting = start(stage.task());
    var pauses = new ArrayList<Duration>();
    for (int i = 0; i < 5; i++) {
      stage.fake.nextPoll(Script.json(status, body.replace('\'', '"')));
      waiting = (Step.Waiting) resume(waiting);
      pauses.add(waiting.pollAfter());
    }
    assertEquals(Stream.of(1, 2, 4, 8, 16).map(Duration::ofSeconds).toList(), pauses);
    var last = waiting;
    stage.fake.nextPoll(Script.json(status, body.replace('\'', '"')));
    var failure = assertThrows(GatewayException.class, () -> resume(last)).failure();
    assertEquals(new Failure.Missing("not_found", "bfl does not find the task"), failure);
  }

  @Test
  void taskThatIsFoundAgainIsAsGoodAsBefore() throws Exception {
    var first = start(stage.task());
    stage.fake.nextPoll(Script.json(200, GONE));
    var missed = (Step.Waiting) resume(first);
    stage.fake.nextPoll(Script.empty(503));
    assertThrows(GatewayException.class, () -> resume(missed));
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Pending\"}"));
    assertEquals(first, resume(missed));
    assertEquals(first.handle(), BflHandle.of(((Step.Waiting) resume(missed)).handle()).toString());
  }

  /** The engine takes a percent as BFL's own, and ten minutes without another one as a standstill. */
  @Test
  void percentIsBflsOwnAndNoOther() throws Exception {
    var waiting = start(stage.task());
    var told = List.of("", ",\"progress\":null", ",\"progress\":\"half\"", ",\"progress\":0", ",\"progress\":0.4", ",\"progress\":7");
    for (var progress : told) {
      stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Generating\"" + progress + "}"));
      resume(waiting);
    }
    assertEquals(List.of(0, 0, 0, 0, 0, 34, 85), log.percents);
  }

  @Test
  void silenceOnHowFarItIsChangesTheWordsEveryMinute() throws Exception {
    var waiting = start(stage.task());
    log.sent = log.sent.minus(Duration.ofMinutes(12));
    for (var progress : List.of("", ",\"progress\":0.4")) {
      stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Generating\"" + progress + "}"));
      resume(waiting);
    }
    assertEquals(List.of("sent to bfl", "bfl: Generating for 12 min", "bfl: Generating"), log.words);
  }

  @Test
  void answerThatIsLostAfterTheWorkWasTakenIsNotAskedForTwice() {
    stage.fake.mute();
    assertEquals(Failure.Next.UNKNOWN, failure(stage.task()).next());
    assertEquals(1, stage.submits());
    assertEquals(1, stage.fake.ledger().size());
  }

  @Test
  void slowAnswersAreAnswers() throws Exception {
    stage.fake.next(Script.json(200, "{\"id\":\"1\",\"polling_url\":\"/eu1/v1/get_result?id=1\"}").dripping(1, Duration.ofMillis(1)));
    var waiting = start(stage.task());
    var ready = "{\"id\":\"1\",\"status\":\"Ready\",\"result\":{\"sample\":\"" + stage.fake.base() + "/results/1/sample.jpeg\"}}";
    stage.fake.nextPoll(Script.json(200, ready).dripping(1, Duration.ofMillis(1)));
    stage.fake.nextFile(Script.answer(200, "image/jpeg", FakeBfl.bytes("jpeg")).dripping(1, Duration.ofMillis(1)));
    var done = (Step.Done) resume((Step.Waiting) resume(waiting));
    assertArrayEquals(FakeBfl.bytes("jpeg"), Files.readAllBytes(done.outputs().getFirst().draft()));
  }

  @Test
  void lostLinkIsAskedForAgain() throws Exception {
    var running = start(stage.task());
    var first = (Step.Waiting) resume((Step.Waiting) resume((Step.Waiting) resume(running)));
    assertTrue(first.fetching());
    stage.fake.nextFile(Script.json(403, "{}"));
    var fresh = "{\"id\":\"1\",\"status\":\"Ready\",\"result\":{\"sample\":\"" + stage.fake.base() + "/results/1/again.jpeg\"}}";
    stage.fake.nextPoll(Script.json(200, fresh));
    var second = (Step.Waiting) resume(first);
    assertTrue(second.fetching());
    assertEquals(1, ((Step.Done) resume(second)).outputs().size());
    assertEquals("/results/1/again.jpeg", stage.fake.seen().getLast().path());
    assertEquals(1, stage.submits());
  }

  @Test
  void linkThatStaysDeadIsToldAsWhatItIs() throws Exception {
    var running = start(stage.task());
    var first = (Step.Waiting) resume((Step.Waiting) resume((Step.Waiting) resume(running)));
    stage.fake.nextFile(Script.json(404, "{}"), Script.json(404, "{}"), Script.json(503, "{}"));
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Task not found\"}"));
    for (int status : new int[] {404, 404, 503}) {
      var failure = assertThrows(GatewayException.class, () -> resume(first)).failure();
      assertEquals(status, ((Failure.UpstreamBroken) failure).status());
    }
  }

  @Test
  void resultElsewhereIsFetchedPastTheGuard() throws Exception {
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Ready\",\"result\":{\"sample\":\"http://127.0.0.1:1/x.png\"}}"));
    var waiting = (Step.Waiting) resume(start(stage.task()));
    assertThrows(GatewayException.class, () -> resume(waiting));
    assertEquals(List.of(URI.create("http://127.0.0.1:1/x.png")), stage.fetched);
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "flux-2-pro, '\"cost\":3.0', -, 0.03, false",
      "flux-2-pro, '\"cost\":\"4.5\"', -, 0.045, false",
      "flux-2-pro, '\"cost\":3.0', '\"cost\":6', 0.06, false",
      "flux-2-pro, '\"cost\":null', '\"cost\":null', 0.03, true",
      "flux-2-pro, '\"cost\":-1', '\"cost\":\"free\"', 0.03, true",
      "flux-kontext-max, '\"cost\":null', '\"cost\":8.0', 0.08, false",
      "flux-dev, '\"input_mp\":null', '\"cost\":0', 0, false"})
  void costIsWhatBflSaysElseTheList(String model, String atSubmit, String atEnd, String usd, boolean listed) throws Exception {
    stage.fake.next(Script.json(200, "{\"id\":\"1\",\"polling_url\":\"/eu1/v1/get_result?id=1\"," + atSubmit + "}"));
    var sample = stage.fake.base() + "/results/1/sample.png";
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Ready\",\"result\":{\"sample\":\"" + sample + "\"}"
        + (atEnd == null ? "" : "," + atEnd) + "}"));
    var expected = listed ? Usage.NONE.atList(new BigDecimal(usd)) : Usage.charged(new BigDecimal(usd));
    assertEquals(expected, done(BflStage.image(model, Optional.empty(), "{}")).usage());
  }

  @Test
  void listCountsWhatGoesInAndWhatComesOut() throws Exception {
    var picture = input("a.png", Input.Role.REFERENCE, FakeOpenAiPicture.png(8, 8, 1), 1500, 1000);
    var task = new Task.Image("flux-2-pro", "a hat", 1, Optional.of(new Size(1440, 1440)), Look.ANY, 0, List.of(picture),
        new JsonObject());
    stage.fake.next(Script.json(200, "{\"id\":\"1\"}"));
    // 3 cents, 1.5 for the second megapixel that comes out, 3 for the two that go in
    assertEquals(Optional.of(new BigDecimal("0.075")), BflHandle.of(start(task).handle()).cost());
  }

  /** BFL's prices of October 2026: 0.17 a second for a video from words or pictures, 0.41 for one that goes on. */
  @Test
  void videoThatGoesOnIsEstimatedAtItsOwnPrice() throws Exception {
    var film = input("f.mp4", Input.Role.REFERENCE, FakeBfl.bytes("mp4"), 64, 48);
    for (var given : List.of(List.<Input>of(), List.of(film))) {
      stage.fake.next(Script.json(200, "{\"id\":\"1\"}"), Script.json(200, "{\"id\":\"1\"}"));
      var usd = new ArrayList<String>();
      for (var size : List.of(new Size(1280, 720), new Size(1920, 1080))) {
        var task = new Task.Video("flux-3-video", "waves", Optional.of(size), OptionalInt.of(10), given, new JsonObject());
        usd.add(BflHandle.of(start(task).handle()).cost().orElseThrow().toPlainString());
      }
      assertEquals(given.isEmpty() ? List.of("1.7", "2.9") : List.of("4.1", "5.3"), usd);
    }
    stage.fake.next(Script.json(200, "{\"id\":\"1\"}"));
    var linked = new Task.Video("flux-3-video", "waves", Optional.empty(), OptionalInt.of(10), List.of(),
        new JsonObject().add("start_video", "https://x.test/f.mp4"));
    assertEquals(Optional.of(new BigDecimal("4.1")), BflHandle.of(start(linked).handle()).cost());
  }

  @Test
  void promptThatWasRewrittenIsTold() throws Exception {
    stage.fake.next(Script.json(200, "{\"id\":\"1\",\"polling_url\":\"/eu1/v1/get_result?id=1\"}"));
    stage.fake.nextPoll(Script.json(200, "{\"id\":\"1\",\"status\":\"Ready\",\"result\":{\"prompt\":\"a large red dot\",\"sample\":\""
        + stage.fake.base() + "/results/1/sample.png\"}}"));
    assertEquals(Optional.of("a large red dot"), done(stage.task()).outputs().getFirst().revisedPrompt());
  }

  @Test
  void creditsAreTold() throws Exception {
    assertEquals(new Balance.Funds(new BigDecimal("1234.5"), "credits"), stage.provider().funds(stage.credential()));
    var stranger = new easel.core.Credential("bfl", "bfl#2", new easel.core.Secret("other"));
    var failure = assertThrows(GatewayException.class, () -> stage.provider().funds(stranger)).failure();
    assertInstanceOf(Failure.BadCredential.class, failure);
    assertEquals(0, stage.submits());
  }

  /** The reference gives these no tolerance, and they refuse what they do not know. */
  @ParameterizedTest
  @ValueSource(strings = {"flux-outpainting", "flux-deblur", "flux-erase", "flux-vto", "flux-vto-v1"})
  void lowModerationIsNotSentToToolsWithoutATolerance(String name) throws Exception {
    var model = stage.provider().models().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    var low = new Look(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.of("low"),
        Optional.empty(), Optional.empty());
    var given = new ArrayList<Input>();
    for (int i = 0; i < model.capability().inputs().min(); i++) {
      given.add(input("p" + i + ".png", Input.Role.REFERENCE, FakeOpenAiPicture.png(2, 1, i), 2, 1));
    }
    if (model.capability().inputs().mask()) {
      var mask = new PngFile(2, 1, 8, 6, 0).row(0, 7, 7, 7, 0, 7, 7, 7, 255).write(folder.resolve("m.png"), 99);
      given.add(input("m.png", Input.Role.MASK, Files.readAllBytes(mask), 2, 1));
    }
    var size = name.equals("flux-outpainting") ? Optional.of(new Size(128, 128)) : Optional.<Size>empty();
    done(new Task.Image(model.upstreamName(), "x", 1, size, low, 0, given, new JsonObject()));
    assertEquals(1, stage.fake.ledger().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed", "width", "webhook"})
  void strictEndpointsRefuseWhatTheyDoNotKnow(String name) {
    var failure = failure(BflStage.image("flux-3-image", Optional.empty(), "{\"" + name + "\":1}"));
    var field = name.equals("width") ? "size" : name;
    assertEquals(new Failure.Invalid(field, "bfl: " + name + " Extra inputs are not permitted"), failure);
    assertEquals(List.of(), stage.fake.ledger());
  }

  @Test
  void everyModelIsTakenByItsEndpoint() throws Exception {
    var a = input("a.png", Input.Role.REFERENCE, FakeOpenAiPicture.png(2, 1, 1), 2, 1);
    var b = input("b.png", Input.Role.REFERENCE, FakeOpenAiPicture.png(2, 1, 2), 2, 1);
    var film = input("f.mp4", Input.Role.REFERENCE, FakeBfl.bytes("mp4"), 64, 48);
    var mask = new PngFile(2, 1, 8, 6, 0).row(0, 7, 7, 7, 0, 7, 7, 7, 255).write(folder.resolve("m.png"), 99);
    for (var model : stage.provider().models()) {
      var inputs = model.capability().inputs();
      List<Input> given = switch (model.capability().kind()) {
        case VIDEO -> inputs.min() == 0 ? List.of() : List.of(film);
        case IMAGE -> inputs.mask() ? List.of(a, input("m.png", Input.Role.MASK, Files.readAllBytes(mask), 2, 1))
            : List.of(a, b).subList(0, inputs.min());
      };
      boolean grows = List.of("flux-outpainting", "flux-pro-1.0-expand").contains(model.name());
      var size = grows ? Optional.of(new Size(128, 128)) : Optional.<Size>empty();
      Task task = model.capability().kind() == easel.core.Kind.VIDEO
          ? new Task.Video(model.upstreamName(), "x", Optional.empty(), OptionalInt.empty(), given, new JsonObject())
          : new Task.Image(model.upstreamName(), "x", 1, size, Look.ANY, 0, given, new JsonObject());
      assertEquals(Optional.empty(), model.capability().complaint(task), model.name());
      assertEquals(1, done(task).outputs().size(), model.name());
    }
    assertEquals(stage.provider().models().size(), stage.fake.ledger().size());
  }
}
