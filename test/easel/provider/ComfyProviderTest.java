package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Progress;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import fake.Await;
import fake.FakeOpenAiPicture;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class ComfyProviderTest {
  private static final String TAG = "0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10";

  @TempDir
  private Path folder;
  private final List<ComfyStage> stages = new ArrayList<>();

  private ComfyStage stage(Task task, int servers) throws IOException {
    var stage = new ComfyStage(folder, task, Duration.ofSeconds(10), servers).keyless();
    stages.add(stage);
    return stage;
  }

  /** One server and a picture of the workflow that needs no models. */
  private ComfyStage stage(int count, int partials) throws IOException {
    return stage(ComfyStage.image("comfyui-try", count, partials, new JsonObject()), 1);
  }

  @AfterEach
  void close() {
    stages.forEach(ComfyStage::close);
  }

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  private static Step.Waiting start(ComfyStage stage, Progress log) throws InterruptedException {
    return (Step.Waiting) stage.comfy().start(stage.task(), stage.credential(), log);
  }

  private static Step.Done finish(ComfyStage stage, Step from, Progress log) throws InterruptedException {
    var step = from;
    while (step instanceof Step.Waiting waiting) step = stage.comfy().resume(waiting.handle(), stage.credential(), log);
    return (Step.Done) step;
  }

  private static Step.Done run(ComfyStage stage, Progress log) throws InterruptedException {
    return finish(stage, start(stage, log), log);
  }

  private static Failure failure(Executable call) {
    return assertThrows(GatewayException.class, call).failure();
  }

  // ---- as it was recorded
  // ---------------------------------------------------------------------------------------------

  @Test
  void batchOfTwoIsFetchedWhole() throws Exception {
    var stage = stage(2, 0);
    stage.fake.next("play=success");
    var done = run(stage, log());
    assertEquals(2, done.outputs().size());
    assertEquals(Usage.charged(BigDecimal.ZERO), done.usage());
    assertEquals(List.of("output/cap/img1795235856_00001_.png", "output/cap/img1795235856_00002_.png"), stage.fake.worker().files());
  }

  @ParameterizedTest
  @CsvSource({"preview-legacy,4", "preview-metadata,3"})
  void stepsAndPreviewsArePassedOn(String recording, int steps) throws Exception {
    var stage = stage(1, 3);
    stage.fake.next("play=" + recording);
    var log = log();
    assertEquals(1, run(stage, log).outputs().size());
    assertEquals(List.of(0, 1, 2), log.partialIndexes);
    for (var preview : log.partials) assertEquals(0xff, Files.readAllBytes(preview)[0] & 0xff);
    for (int i = 1; i <= steps; i++) assertTrue(log.words.contains("step " + i + " of " + steps), log.words.toString());
    assertEquals(List.of("{\"type\":\"feature_flags\",\"data\":{\"supports_preview_metadata\":true}}"), stage.fake.lines().getFirst().heard());
  }

  @Test
  void previewsNobodyAskedForAreNotWritten() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("play=preview-legacy");
    var log = log();
    run(stage, log);
    assertEquals(List.of(), log.partials);
  }

  @Test
  void whatTheServerRemembersIsFetchedUnderItsOldName() throws Exception {
    var stage = stage(2, 0);
    stage.fake.next("play=cached");
    assertEquals(2, run(stage, log()).outputs().size());
  }

  @Test
  void fluxRunReportsEachOfItsSteps() throws Exception {
    var stage = stage(ComfyStage.image("flux-dev", 1, 0, new JsonObject()), 1);
    stage.fake.next("play=flux-dev");
    var log = log();
    assertEquals(1, run(stage, log).outputs().size());
    assertTrue(log.words.stream().anyMatch(w -> w.startsWith("step ")), log.words.toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "error-runtime | comfyui failed in node 6 (FixtureFail): boom 1795235856",
      "error-value   | comfyui failed in node 6 (FixtureFail): boom 1795235856"})
  void endWithoutResultsIsToldAndCostsNothing(String recording, String words) throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("play=" + recording);
    assertEquals(new Failure.WorkFailed(words, true), failure(() -> run(stage, log())));
  }

  @Test
  void whatSomebodyStoppedIsBoughtNowhereElse() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("play=interrupted");
    assertEquals(new Failure.WorkFailed("comfyui was told by somebody to stop, in node 5 (FixtureSteps)", false),
        failure(() -> run(stage, log())));
  }

  @Test
  void lackOfMemoryIsToldWithTheServersAdvice() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("play=error-oom");
    assertTrue(failure(() -> run(stage, log())).message().contains("you ran out of memory on your GPU. TIPS:"));
  }

  // ---- traps
  // ----------------------------------------------------------------------------------------------------------

  @Test
  void historyMayComeLate() throws Exception {
    var stage = stage(1, 0);
    stage.fake.lateHistory(1);
    assertEquals(1, run(stage, log()).outputs().size());
    assertEquals(1, stage.submits());
  }

  @Test
  void sameTaskTwiceMakesTwoFiles() throws Exception {
    var stage = stage(ComfyStage.image("flux-dev", 1, 0, new JsonObject()), 1);
    run(stage, log());
    run(stage, tagged("1d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10"));
    assertEquals(List.of("output/easel/flux-dev-" + TAG + "_00001_.png", "output/easel/flux-dev-1d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10_00001_.png"),
        stage.fake.worker().files());
    assertEquals(2, new HashSet<>(stage.fake.graphs()).size());
  }

  private Progress tagged(String tag) {
    var log = log();
    return new Progress() {
      @Override
      public String tag() {
        return tag;
      }

      @Override
      public Instant sent() {
        return log.sent();
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
      public Path draft(String extension) {
        return folder.resolve("again." + extension);
      }
    };
  }

  @Test
  void acceptanceWithoutTheWantedOutputIsARefusalAndRunsNothing() throws Exception {
    var stage = stage(1, 0);
    stage.fake.worker().pause();
    stage.fake.next("dropped");
    var failure = failure(() -> start(stage, log()));
    assertEquals(new Failure.Missing("model_not_found",
        "comfyui cannot run this workflow: node 9 (SaveImage): Required input is missing: images"), failure);
    assertTrue(failure.notAccepted());
    assertEquals("{\"queue_running\":[],\"queue_pending\":[]}", get(stage, "/queue"));
  }

  private static String get(ComfyStage stage, String path) throws Exception {
    try (var in = stage.fake.base().resolve(path).toURL().openStream()) {
      return new String(in.readAllBytes());
    }
  }

  @Test
  void restartedServerHasLostTheWork() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("stay");
    var waiting = start(stage, log());
    stage.fake.restart();
    assertEquals(new Failure.WorkFailed("comfyui has forgotten the work: the server was restarted, or somebody removed it", true),
        failure(() -> finish(stage, waiting, log())));
  }

  @Test
  void serverThatIsAwayForAMomentHasLostNothing() throws Exception {
    var stage = stage(1, 0);
    var waiting = start(stage, log());
    stage.close();
    var failure = failure(() -> finish(stage, waiting, log()));
    assertInstanceOf(Failure.UpstreamBroken.class, failure);
    assertFalse(failure.notAccepted());
  }

  @Test
  void withoutWebSocketsTheEndIsFoundByAsking() throws Exception {
    var stage = stage(2, 0);
    stage.fake.withoutSockets();
    assertEquals(2, run(stage, log()).outputs().size());
    assertEquals(List.of(), stage.fake.lines());
  }

  @Test
  void brokenLineIsFollowedByAsking() throws Exception {
    var stage = stage(1, 0);
    stage.fake.worker().pause();
    var waiting = start(stage, log());
    var cutter = Thread.ofVirtual().start(() -> {
      Await.until("the live line", () -> !stage.fake.lines().isEmpty());
      try {
        stage.fake.lines().getFirst().goodbye();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      stage.fake.worker().go();
    });
    assertEquals(1, finish(stage, waiting, log()).outputs().size());
    cutter.join();
  }

  @Test
  void newerServersTakeOurIdsToo() throws Exception {
    var stage = stage(1, 0);
    stage.fake.newer();
    assertEquals(1, run(stage, log()).outputs().size());
    var submit = stage.fake.submits().getFirst();
    assertEquals(List.of(TAG, TAG, Optional.of(TAG)), List.of(submit.prompt(), submit.client(), submit.key()));
  }

  // ---- inputs and outputs
  // ---------------------------------------------------------------------------------------------

  @Test
  void picturesAreUploadedAndNamedAsTheServerNamesThem() throws Exception {
    var stage = stage(ComfyStage.edit(folder, Input.Role.REFERENCE, Input.Role.MASK), 1);
    assertEquals(1, run(stage, log()).outputs().size());
    var picture = "easel/" + TAG + "-input_image.png";
    var mask = "easel/" + TAG + "-mask.png";
    assertArrayEquals(FakeOpenAiPicture.png(8, 8, 0), stage.fake.inputs().get(picture));
    assertArrayEquals(FakeOpenAiPicture.png(8, 8, 1), stage.fake.inputs().get(mask));
    var graph = stage.fake.submits().getFirst().graph();
    assertEquals(picture, graph.get("1").asObject().get("inputs").asObject().getString("image", ""));
    assertEquals(mask, graph.get("2").asObject().get("inputs").asObject().getString("image", ""));
  }

  @Test
  void missingMaskIsToldBeforeAnythingIsSent() throws Exception {
    var stage = stage(ComfyStage.edit(folder, Input.Role.REFERENCE), 1);
    assertEquals(new Failure.Invalid("mask", "mask must be given"), failure(() -> start(stage, log())));
    assertEquals(List.of(), stage.fake.seen());
  }

  @Test
  void failedUploadProvesThatNothingWasSent() throws Exception {
    var stage = new ComfyStage(folder, ComfyStage.edit(folder, Input.Role.REFERENCE, Input.Role.MASK), Duration.ofMillis(200), 1);
    stages.add(stage);
    stage.fake.withKey("another key");
    assertInstanceOf(Failure.BadCredential.class, failure(() -> start(stage, log())));
    assertEquals(0, stage.submits());
  }

  @Test
  void fewerFilesThanWantedAreHandedOverAndTold() throws Exception {
    var stage = stage(3, 0);
    stage.fake.next("play=success");
    var done = run(stage, log());
    assertEquals(2, done.outputs().size());
    assertEquals(Optional.of(new Failure.WorkFailed("The workflow made 2 of 3 results.", true)), done.shortfall());
  }

  // ---- several servers
  // ------------------------------------------------------------------------------------------------

  private ComfyStage two() throws IOException {
    return stage(ComfyStage.image("comfyui-try", 1, 0, new JsonObject()), 2);
  }

  private static List<Integer> shares(ComfyStage stage) {
    return stage.fakes.stream().map(f -> f.submits().size()).toList();
  }

  @Test
  void shortestQueueGetsTheWork() throws Exception {
    var stage = two();
    stage.fake.load(3);
    for (int i = 0; i < 3; i++) run(stage, log());
    assertEquals(List.of(0, 3), shares(stage));
  }

  @Test
  void idleServersTakeTurns() throws Exception {
    var stage = two();
    var provider = stage.comfy();
    for (int i = 0; i < 4; i++) {
      finish(stage, provider.start(stage.task(), stage.credential(), log()), log());
    }
    assertEquals(List.of(2, 2), shares(stage));
  }

  @Test
  void deadServerIsLeftOut() throws Exception {
    var stage = two();
    stage.fakes.get(0).close();
    run(stage, log());
    assertEquals(List.of(0, 1), shares(stage));
    stage.fakes.get(1).close();
    assertInstanceOf(Failure.Unreachable.class, failure(() -> start(stage, log())));
  }

  @Test
  void resultsComeFromTheServerThatMadeThem() throws Exception {
    var stage = two();
    stage.fake.load(3);
    var waiting = start(stage, log());
    assertTrue(waiting.handle().contains(stage.fakes.get(1).base().toString()));
    finish(stage, waiting, log());
    assertEquals(List.of(0L, 1L), stage.fakes.stream().map(f -> f.seen("GET /view")).toList());
  }

  @Test
  void serverThatIsNoLongerConfiguredIsNotAsked() throws Exception {
    var stage = stage(1, 0);
    var elsewhere = stage(1, 0);
    var handle = start(stage, log()).handle();
    var failure = failure(() -> elsewhere.comfy().resume(handle, elsewhere.credential(), log()));
    assertEquals(new Failure.UpstreamBroken(0, "127.0.0.1 is no longer a server of comfyui"), failure);
  }

  // ---- waiting, finding, stopping
  // -------------------------------------------------------------------------------------

  @Test
  void whoIsFarBackAsksSeldom() throws Exception {
    var stage = stage(1, 0);
    stage.fake.worker().occupy(3);
    var log = log();
    var waiting = start(stage, log);
    var step = assertInstanceOf(Step.Waiting.class, stage.comfy().resume(waiting.handle(), stage.credential(), log));
    assertEquals(Duration.ofMillis(90), step.pollAfter());
    assertEquals("queued at comfyui, 3 ahead", log.words.getLast());
    assertEquals(List.of(), stage.fake.lines());
  }

  @Test
  void lostAnswerIsFoundWhereverTheWorkIs() throws Exception {
    var stage = two();
    stage.fake.load(3);
    stage.fakes.get(1).worker().occupy(1);
    start(stage, log());
    assertTrue(find(stage).isPresent(), "in the queue");
    stage.comfy().cancel("{\"server\":\"" + stage.fakes.get(1).base() + "\",\"prompt_id\":\"other-0\",\"client_id\":\"x\"}", stage.credential());
    var done = finish(stage, find(stage).orElseThrow(), log());
    assertEquals(1, done.outputs().size());
    assertTrue(find(stage).isPresent(), "in the history");
    assertEquals(1, stage.submits());
  }

  @Test
  void submitWhoseAnswerIsLostIsNeitherRepeatedNorGivenUp() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("lose");
    assertEquals(Failure.Next.UNKNOWN, failure(() -> start(stage, log())).next());
    assertEquals(1, finish(stage, find(stage).orElseThrow(), log()).outputs().size());
    assertEquals(1, stage.submits());
  }

  private Optional<Step> find(ComfyStage stage) throws InterruptedException {
    return stage.comfy().find(stage.task(), stage.credential(), log());
  }

  @Test
  void nobodyCanTellWhileAServerIsSilent() throws Exception {
    var stage = two();
    assertEquals(Optional.empty(), find(stage));
    stage.fakes.get(0).close();
    assertInstanceOf(Failure.OutcomeUnknown.class, failure(() -> find(stage)));
  }

  @Test
  void runningWorkIsStoppedAndNobodyElses() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("stay");
    var waiting = start(stage, log());
    stage.fake.worker().occupy(1);
    assertTrue(stage.comfy().cancel(waiting.handle(), stage.credential()));
    assertEquals(new Failure.WorkFailed("comfyui was told by somebody to stop, in node 40 (KSampler)", false),
        failure(() -> finish(stage, waiting, log())));
    assertTrue(get(stage, "/queue").contains("other-0"));
  }

  @Test
  void queuedWorkIsTakenOut() throws Exception {
    var stage = stage(1, 0);
    stage.fake.worker().occupy(1);
    var waiting = start(stage, log());
    assertTrue(stage.comfy().cancel(waiting.handle(), stage.credential()));
    assertFalse(get(stage, "/queue").contains(TAG));
    assertEquals(0, stage.fake.seen("POST /interrupt"));
    assertFalse(stage.comfy().cancel(waiting.handle(), stage.credential()), "there is nothing left to stop");
  }

  @Test
  void interruptEndsTheWatch() throws Exception {
    var stage = stage(1, 0);
    stage.fake.next("stay");
    var waiting = start(stage, log());
    var watcher = Thread.currentThread();
    var interrupter = Thread.ofVirtual().start(() -> {
      Await.until("the live line", () -> !stage.fake.lines().isEmpty());
      watcher.interrupt();
    });
    assertThrows(InterruptedException.class, () -> stage.comfy().resume(waiting.handle(), stage.credential(), log()));
    interrupter.join();
  }
}
