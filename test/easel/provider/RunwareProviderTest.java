package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.time.Instant;
import easel.core.Balance;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.FakeOpenAiPicture;
import fake.FakeRunware;
import fake.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RunwareProviderTest {
  @TempDir
  Path folder;

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  private static String tag() {
    return new ProgressLog(null).tag();
  }

  private Step start(RunwareStage stage) throws InterruptedException {
    return stage.provider().start(stage.task(), stage.credential(), log());
  }

  private Step resume(RunwareStage stage, Step step, Progress progress) throws InterruptedException {
    return stage.restarted().resume(((Step.Waiting) step).handle(), stage.credential(), progress);
  }

  private Step.Done done(RunwareStage stage, Step first) throws InterruptedException {
    var step = first;
    while (step instanceof Step.Waiting) step = resume(stage, step, log());
    return (Step.Done) step;
  }

  private Failure failure(RunwareStage stage) {
    return assertThrows(GatewayException.class, () -> done(stage, start(stage))).failure();
  }

  private Optional<Step> find(RunwareStage stage) throws InterruptedException {
    return stage.restarted().find(stage.task(), stage.credential(), log());
  }

  private static RunwareStage stage(Kind kind) throws IOException {
    return RunwareStage.of(RunwareStage.task(kind));
  }

  private Input input(String name, Input.Role role, byte[] bytes) throws IOException {
    return SampleStage.input(Files.write(folder.resolve(name), bytes), role, MediaType.PNG, 16, 16);
  }

  /** An answer with results of the stage's task, and these errors. */
  private static Script answer(int status, String errors, JsonObject... items) {
    var list = new JsonArray();
    for (var item : items) list.add(item);
    var body = new JsonObject().add("data", list).toString();
    return Script.json(status, body.substring(0, body.length() - 1) + ",\"errors\":" + errors + "}");
  }

  private static JsonObject result(RunwareStage stage, int index) {
    return stage.fake.result(new JsonObject().add("taskType", "imageInference").add("taskUUID", tag()), index);
  }

  private static JsonObject processing() {
    return new JsonObject().add("taskType", "imageInference").add("taskUUID", tag()).add("status", "processing");
  }

  @Test
  void picturesAreOrderedOnceAskedAboutAndFetched() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      var waiting = (Step.Waiting) start(stage);
      assertEquals(new Step.Waiting("{\"task\":\"" + tag() + "\",\"count\":2,\"extension\":\"jpg\"}", Duration.ofSeconds(1), false), waiting);
      var still = (Step.Waiting) resume(stage, waiting, log());
      assertEquals(waiting, still);
      var finished = (Step.Waiting) resume(stage, still, log());
      assertTrue(finished.fetching());
      var done = (Step.Done) resume(stage, finished, log());
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(FakeOpenAiPicture.png(64, 64, i), Files.readAllBytes(done.outputs().get(i).draft()));
      }
      assertEquals(Usage.charged(new BigDecimal("0.0012")), done.usage());
      assertEquals(Optional.empty(), done.shortfall());
      assertEquals(1, stage.fake.accepted().size());
    }
  }

  @Test
  void everyCallCarriesTheKeyAndNoDownloadDoes() throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      done(stage, start(stage));
      for (var sent : stage.fake.sent()) {
        boolean api = sent.path().equals("/v1");
        assertEquals(api ? Optional.of("Bearer " + stage.credential().secret().reveal()) : Optional.empty(), sent.header("authorization"));
      }
      assertEquals(Optional.of(tag()), stage.fake.sent().getFirst().header("idempotency-key"));
    }
  }

  @Test
  void progressIsTold() throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      var log = log();
      var waiting = stage.provider().start(stage.task(), stage.credential(), log);
      resume(stage, waiting, log);
      assertEquals(List.of(0, 34), log.percents);
    }
  }

  /** The engine gives up what stands still, but only where somebody said how far it was. */
  @Test
  void progressThatIsNotToldIsNotMadeUp() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      var log = log();
      stage.fake.nextPoll(answer(200, "[]", processing(), result(stage, 0)));
      resume(stage, start(stage), log);
      assertEquals(List.of(0), log.percents);
      assertEquals(List.of("working at runware, 1 of 2 done"), log.words);
    }
  }

  @Test
  void anAnswerThatDoesNotWaitToBeAskedIsTaken() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextAccepted(answer(200, "[]", result(stage, 0), result(stage, 1), result(stage, 1)));
      var finished = (Step.Waiting) start(stage);
      assertTrue(finished.fetching());
      assertEquals(2, done(stage, finished).outputs().size());
    }
  }

  @Test
  void picturesAreHandedOverBeforeTheTask() throws Exception {
    var png = FakeOpenAiPicture.png(16, 16, 3);
    var task = RunwareStage.image("runware:101@1", 1, input("a.png", Input.Role.REFERENCE, png));
    try (var stage = RunwareStage.of(task)) {
      done(stage, start(stage));
      assertArrayEquals(png, stage.fake.uploads().get("picture-0"));
      assertEquals("picture-0", stage.fake.accepted().getFirst().getString("seedImage", ""));
    }
  }

  @ParameterizedTest
  @CsvSource({"503,serviceUnavailable,NoCapacity", "200,internalServerError,NoCapacity", "504,providerTimeout,NoCapacity",
      "401,invalidApiKey,BadCredential", "400,invalidImage,Invalid", "402,insufficientCredits,OutOfCredit", "200,x,NoCapacity"})
  void nothingIsBoughtWhereAPictureCannotBeHandedOver(int status, String code, String kind) throws Exception {
    var task = RunwareStage.image("runware:101@1", 1, input("a.png", Input.Role.REFERENCE, new byte[20]));
    try (var stage = RunwareStage.of(task)) {
      stage.fake.nextUpload(FakeRunware.error(status, code, ""));
      var failure = failure(stage);
      assertEquals(kind, failure.getClass().getSimpleName());
      assertTrue(failure.notAccepted());
      assertEquals(0, stage.submits());
    }
  }

  @Test
  void aDroppedUploadIsNoDoubt() throws Exception {
    var task = RunwareStage.image("runware:101@1", 1, input("a.png", Input.Role.REFERENCE, new byte[20]));
    try (var stage = RunwareStage.of(task)) {
      stage.fake.nextUpload(Script.reset());
      assertInstanceOf(Failure.NoCapacity.class, failure(stage));
    }
  }

  @Test
  void masksAreTurnedAround() throws Exception {
    var mask = new PngFile(2, 1, 8, 6, 0).row(0, 9, 9, 9, 0, 9, 9, 9, 255).write(folder.resolve("mask.png"), 99);
    var task = RunwareStage.image("runware:102@1", 1, SampleStage.input(mask, Input.Role.REFERENCE, MediaType.PNG, 2, 1),
        SampleStage.input(mask, Input.Role.MASK, MediaType.PNG, 2, 1));
    try (var stage = RunwareStage.of(task)) {
      done(stage, start(stage));
      assertEquals("picture-1", stage.fake.accepted().getFirst().getString("maskImage", ""));
      var sent = Files.write(folder.resolve("sent.png"), stage.fake.uploads().get("picture-1"));
      try (var png = PngReader.open(sent)) {
        assertArrayEquals(new int[] {0xffffffff, 0xff000000}, png.scaled(2, 1).pixels);
      }
    }
  }

  @Test
  void aMaskThatMarksNothingIsRefusedBeforeAnythingIsBought() throws Exception {
    var opaque = FakeOpenAiPicture.png(16, 16, 3);
    var task = RunwareStage.image("runware:102@1", 1, input("a.png", Input.Role.REFERENCE, opaque), input("m.png", Input.Role.MASK, opaque));
    try (var stage = RunwareStage.of(task)) {
      assertEquals("mask", assertInstanceOf(Failure.Invalid.class, failure(stage)).field());
      assertEquals(List.of(), stage.fake.sent());
    }
  }

  @Test
  void someResultsAndAnErrorAreHandedOverTogether() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextPoll(answer(200, "[{\"code\":\"providerContentPolicyViolation\",\"message\":\"No.\",\"taskUUID\":\"" + tag() + "\"}]",
          result(stage, 1)));
      var done = done(stage, start(stage));
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.Refused("No.")), done.shortfall());
      assertEquals(Usage.charged(new BigDecimal("0.0006")), done.usage());
    }
  }

  @Test
  void anErrorWaitsForTheResultsThatAreStillBeingMade() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      var error = "[{\"code\":\"inferenceError\",\"message\":\"No.\",\"status\":\"error\"}]";
      stage.fake.nextPoll(answer(200, error, processing()), answer(200, error, result(stage, 0)));
      var done = done(stage, start(stage));
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.WorkFailed("runware gave up: No.")), done.shortfall());
    }
  }

  @Test
  void whatThereIsIsHandedOverWhenTimeIsUp() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      var half = answer(200, "[]", result(stage, 0), processing());
      stage.fake.nextPoll(half, half);
      var waiting = start(stage);
      assertEquals(waiting, resume(stage, waiting, log()));
      var done = done(stage, resume(stage, waiting, new Last(log())));
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.WorkFailed("runware made 1 of 2 results and gave no reason")), done.shortfall());
    }
  }

  @Test
  void flaggedResultsAreNotDelivered() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextPoll(answer(200, "[]", result(stage, 0).add("NSFWContent", true), result(stage, 1).add("NSFWContent", false)));
      var done = done(stage, start(stage));
      assertEquals(1, done.outputs().size());
      assertEquals(Optional.of(new Failure.Refused("runware found the result's content unsafe.")), done.shortfall());
      assertEquals(Usage.charged(new BigDecimal("0.0012")), done.usage());
    }
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextPoll(answer(200, "[]", result(stage, 0).add("NSFWContent", true), result(stage, 1).add("NSFWContent", true)));
      assertInstanceOf(Failure.Refused.class, failure(stage));
    }
  }

  @Test
  void costThatIsNotToldIsLeftToTheList() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextPoll(answer(200, "[]", result(stage, 0).remove("cost"), result(stage, 1).remove("cost")));
      assertEquals(Usage.NONE, done(stage, start(stage)).usage());
    }
  }

  @Test
  void costThatIsToldOfSomeResultsOnlyIsNotKnown() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextPoll(answer(200, "[]", result(stage, 0), result(stage, 1).remove("cost")));
      assertEquals(Usage.NONE, done(stage, start(stage)).usage());
    }
  }

  @ParameterizedTest
  @CsvSource({"500,internalServerError,UpstreamBroken", "429,rateLimitExceeded,Limited", "401,invalidApiKey,BadCredential",
      "402,insufficientCredits,OutOfCredit", "504,timeout,TimedOut", "400,invalidTaskUUID,UpstreamBroken"})
  void troubleWithAQuestionDoesNotEndTheWork(int status, String code, String kind) throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      var body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"No.\",\"taskUUID\":\"" + tag() + "\",\"taskType\":\"getResponse\"}]}";
      var marked = body.replace("\"message\"", "\"status\":\"error\",\"message\"");
      stage.fake.nextPoll(Script.json(status, body), Script.json(status, marked), FakeRunware.error(status, code, tag()));
      var waiting = start(stage);
      for (int i = 0; i < 3; i++) {
        var failure = assertThrows(GatewayException.class, () -> resume(stage, waiting, log())).failure();
        assertEquals(kind, failure.getClass().getSimpleName());
      }
      assertEquals(1, done(stage, waiting).outputs().size());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "", "[]", "{\"x\":1}"})
  void junkInsteadOfAStateIsAskedAgain(String body) throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      stage.fake.nextPoll(Script.answer(200, "text/html", body.getBytes()));
      var waiting = start(stage);
      assertInstanceOf(Failure.UpstreamBroken.class,
          assertThrows(GatewayException.class, () -> resume(stage, waiting, log())).failure());
      assertEquals(1, done(stage, waiting).outputs().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pending", "queued", "warmingUp"})
  void unknownStatesMeanThatItGoesOn(String state) throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      stage.fake.nextPoll(answer(200, "[]", processing().set("status", state)));
      var waiting = start(stage);
      assertEquals(waiting, resume(stage, waiting, log()));
    }
  }

  @Test
  void expiredResultsAreFoundAmongThePastTasks() throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      var waiting = start(stage);
      stage.fake.expire();
      assertEquals(1, done(stage, waiting).outputs().size());
      assertEquals(1, stage.submits());
    }
  }

  private static Script[] times(int count, Script script) {
    return Collections.nCopies(count, script).toArray(Script[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"taskNotFound", "taskFailedOrNotFound", "responseExpired"})
  void anAcceptedTaskIsGivenUpOnlyAfterManyAnswersThatDoNotKnowIt(String code) throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      var step = start(stage);
      var unknown = FakeRunware.error(404, code, tag());
      stage.fake.nextPoll(times(8, unknown)).nextDetails(times(8, unknown));
      var pauses = new ArrayList<Long>();
      for (int i = 1; i < 8; i++) {
        step = resume(stage, step, log());
        pauses.add(((Step.Waiting) step).pollAfter().toSeconds());
      }
      assertEquals(List.of(10L, 20L, 40L, 60L, 60L, 60L, 60L), pauses);
      var last = step;
      assertEquals(new Failure.WorkFailed("runware does not know the task any more"),
          assertThrows(GatewayException.class, () -> resume(stage, last, log())).failure());
    }
  }

  @Test
  void onlyAnswersInARowCountAgainstATask() throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      var first = start(stage);
      var unknown = FakeRunware.error(404, "taskNotFound", tag());
      stage.fake.nextPoll(unknown, answer(200, "[]", processing())).nextDetails(unknown);
      var doubted = resume(stage, first, log());
      assertEquals("{\"task\":\"" + tag() + "\",\"count\":1,\"extension\":\"mp4\",\"doubts\":1}", ((Step.Waiting) doubted).handle());
      assertEquals(first, resume(stage, doubted, log()));
    }
  }

  @Test
  void aClaimThatTheTaskFailedIsBelievedWhenItIsRepeated() throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      var step = start(stage);
      stage.fake.nextPoll(times(8, FakeRunware.error(200, "somethingNew", tag())));
      for (int i = 1; i < 8; i++) step = resume(stage, step, log());
      var last = step;
      assertEquals(new Failure.WorkFailed("runware gave up: This is somethingNew."),
          assertThrows(GatewayException.class, () -> resume(stage, last, log())).failure());
    }
  }

  @Test
  void troubleBesideAResultDoesNotEndTheOthers() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextPoll(answer(200, "[{\"code\":\"rateLimitExceeded\",\"message\":\"No.\",\"taskType\":\"getResponse\"}]",
          result(stage, 0)));
      assertEquals(2, done(stage, start(stage)).outputs().size());
    }
  }

  @Test
  void anIdInUseMeansThatItWasAccepted() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      start(stage);
      var second = start(stage);
      assertEquals(1, stage.fake.accepted().size());
      assertEquals(2, done(stage, second).outputs().size());
    }
  }

  // ---- doubt ------------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"data\":[{\"taskUUID\""})
  void aLostAnswerIsFoundByItsTag(String heard) throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      stage.fake.nextAccepted(Script.raw(heard));
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      var found = find(stage).orElseThrow();
      assertEquals(1, done(stage, found).outputs().size());
      assertEquals(1, stage.submits());
    }
  }

  @Test
  void aSubmitThatArrivesLateIsFound() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      start(stage);
      var unknown = FakeRunware.error(400, "taskNotFound", tag());
      stage.fake.nextPoll(unknown, unknown).nextDetails(unknown, unknown);
      assertTrue(find(stage).isPresent());
      assertEquals(List.of(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(4)), stage.time.slept());
    }
  }

  @Test
  void onlyAStableNoMeansThatItWasNeverAccepted() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      assertEquals(Optional.empty(), find(stage));
      assertEquals(Duration.ofSeconds(30), stage.time.slept().stream().reduce(Duration.ZERO, Duration::plus));
    }
  }

  @ParameterizedTest
  @CsvSource({"responseExpired,responseExpired", "taskFailedOrNotFound,taskFailedOrNotFound", "taskNotFound,responseExpired",
      "responseExpired,taskNotFound"})
  void whatHasExpiredOrFailedHadBeenAccepted(String poll, String details) throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      stage.fake.nextPoll(times(5, FakeRunware.error(404, poll, tag()))).nextDetails(times(5, FakeRunware.error(404, details, tag())));
      assertInstanceOf(Failure.OutcomeUnknown.class, assertThrows(GatewayException.class, () -> find(stage)).failure());
    }
  }

  @Test
  void aNoIsNoProofWhenItsTimeToBeKeptMayBeOver() throws Exception {
    try (var stage = stage(Kind.VIDEO)) {
      stage.time.advance(Duration.ofMinutes(11));
      assertInstanceOf(Failure.OutcomeUnknown.class, assertThrows(GatewayException.class, () -> find(stage)).failure());
      start(stage);
      assertTrue(find(stage).isPresent());
    }
  }

  @Test
  void whoCannotBeAskedProvesNothing() throws Exception {
    var unknown = FakeRunware.error(400, "taskNotFound", tag());
    var busy = Script.json(503, "{}");
    var empty = Script.json(200, "{\"data\":[]}");
    for (var polls : List.of(List.of(busy, busy, busy, busy, busy), List.of(unknown, unknown, busy, unknown, unknown),
        List.of(unknown, unknown, unknown, unknown, busy), List.of(empty, empty, empty, empty, empty))) {
      try (var stage = stage(Kind.IMAGE)) {
        stage.fake.nextPoll(polls.toArray(Script[]::new));
        var failure = assertThrows(GatewayException.class, () -> find(stage)).failure();
        assertFalse(failure.notAccepted());
      }
    }
  }

  @Test
  void verdictOfALostSubmitIsHeardByThePoll() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextAccepted(FakeRunware.error(504, "timeoutProvider", tag()));
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      var error = FakeRunware.error(200, "timeoutProvider", tag());
      stage.fake.nextPoll(error, error);
      var found = find(stage).orElseThrow();
      assertEquals(new Failure.WorkFailed("runware gave up: This is timeoutProvider."),
          assertThrows(GatewayException.class, () -> resume(stage, found, log())).failure());
    }
  }

  // ---- money ------------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{\"amount\":12.345,\"freeBalance\":1,\"currency\":\"EUR\"}|12.345|EUR", "{\"amount\":\"3\"}|3|USD",
      "7.5|7.5|USD", "\"7.50\"|7.50|USD"})
  void balanceIsAnObjectOrANumber(String balance, String amount, String unit) throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextDetails(Script.json(200, "{\"data\":[{\"taskType\":\"accountManagement\",\"balance\":" + balance + "}]}"));
      assertEquals(new Balance.Funds(new BigDecimal(amount), unit), stage.provider().funds(stage.credential()));
      assertEquals(0, stage.submits());
    }
  }

  @Test
  void balanceTellsABadKey() throws Exception {
    try (var stage = stage(Kind.IMAGE)) {
      stage.fake.nextDetails(FakeRunware.error(401, "invalidApiKey", ""));
      assertInstanceOf(Failure.BadCredential.class,
          assertThrows(GatewayException.class, () -> stage.provider().funds(stage.credential())).failure());
    }
  }

  @Test
  void slowAnswersEndInTime() throws Exception {
    try (var stage = new RunwareStage(RunwareStage.task(Kind.IMAGE), Duration.ofMillis(200), true)) {
      stage.fake.nextAccepted(Script.json(200, "{\"data\":[{\"taskUUID\":\"" + tag() + "\"}]}").dripping(1, Duration.ofMillis(40)));
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      assertTrue(find(stage).isPresent());
    }
  }

  @Test
  void modelsOfTheOperatorsWorkLikeOnesThatAreKnown() throws Exception {
    var added = new ProviderSettings.Added("civitai:4711@1", "civitai:101055@128078");
    var base = ProviderSettings.of("runware", "runware");
    var settings = new ProviderSettings("runware", "runware", base.baseUrls(), base.keys(), List.of(), List.of(), List.of(added),
        Optional.empty(), true, Optional.empty(), base.limits());
    var models = ModelFile.read("runware.json", settings);
    var task = RunwareStage.image("civitai:4711@1", 1);
    var request = new RunwareRequest(task, models.model(task.model()).orElseThrow(), models.wire(task.model()));
    assertEquals("civitai:4711@1", request.json("t", new ArrayList<>()).getString("model", ""));
  }

  /** A job whose time is up. */
  private record Last(ProgressLog log) implements Progress {
    @Override
    public Instant sent() {
      return log.sent();
    }

    @Override
    public String tag() {
      return log.tag();
    }

    @Override
    public void report(int percent, String words) {
      log.report(percent, words);
    }

    @Override
    public void partial(int index, Path picture) {
      log.partial(index, picture);
    }

    @Override
    public boolean last() {
      return true;
    }

    @Override
    public Path draft(String extension) {
      return log.draft(extension);
    }
  }
}
