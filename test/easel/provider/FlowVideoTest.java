package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.MediaType;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import fake.FakeLabs;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Videos of Flow, from the purchase to the file, with everything that may go wrong on the way. */
@Timeout(30)
class FlowVideoTest {
  private static final String UPSCALE = "batchAsyncGenerateVideoUpsampleVideo";
  private static final String POLL = "batchCheckAsyncVideoGenerationStatus";

  private static final String GONE =
      "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"message\":\"Requested entity was not found.\"}}";

  @TempDir
  Path folder;

  private static Task.Video task(String prompt, String size) {
    return FlowStage.video("veo_3_1_t2v_fast", prompt, size);
  }

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  private static Step.Waiting start(FlowStage stage, ProgressLog log) throws InterruptedException {
    return (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, log);
  }

  private static Step.Waiting resume(FlowProvider with, Step.Waiting from, ProgressLog log) throws InterruptedException {
    return (Step.Waiting) with.resume(from.handle(), FlowStage.CREDENTIAL, log);
  }

  /** Whether it is this wide and high: the fake writes it into the header of the track. */
  private static void assertSize(int width, int height, Step.Done done) throws IOException {
    var bytes = Files.readAllBytes(done.outputs().getFirst().draft());
    var wanted = new byte[] {(byte) (width >> 8), (byte) width, 0, 0, (byte) (height >> 8), (byte) height, 0, 0};
    boolean found = false;
    for (int i = 0; i + 8 <= bytes.length; i++) found |= Arrays.equals(bytes, i, i + 8, wanted, 0, 8);
    assertTrue(found, "no track of " + width + "x" + height);
  }

  private Task.Video frames(String model, int pictures, Input.Role... roles) throws IOException {
    var inputs = new Input[pictures];
    for (int i = 0; i < pictures; i++) {
      inputs[i] = FlowStage.input(Files.write(folder.resolve("in" + i + ".png"), new byte[] {(byte) i, 1}), roles[i % roles.length]);
    }
    return FlowStage.video(model, "waves", "1280x720", inputs);
  }

  // ---- ways -------------------------------------------------------------------------------------------------------

  @Test
  void whatIsHandedInDecidesTheKeyAndTheCall() throws Exception {
    var both = new Input.Role[] {Input.Role.FIRST_FRAME, Input.Role.LAST_FRAME};
    assertBought("batchAsyncGenerateVideoText", "veo_3_1_t2v_fast", frames("veo_3_1_t2v_fast", 0, both));
    assertBought("batchAsyncGenerateVideoStartImage", "veo_3_1_i2v_s_fast", frames("veo_3_1_i2v_s_fast_fl", 1, both));
    assertBought("batchAsyncGenerateVideoStartImage", "veo_3_1_i2v_s_quality_4s", frames("veo_3_1_i2v_s_quality_4s_fl", 1, both));
    assertBought("batchAsyncGenerateVideoStartAndEndImage", "veo_3_1_i2v_s_fast_fl", frames("veo_3_1_i2v_s_fast_fl", 2, both));
    assertBought("batchAsyncGenerateVideoStartAndEndImage", "veo_3_1_interpolation_lite", frames("veo_3_1_interpolation_lite", 2, both));
    assertBought("batchAsyncGenerateVideoReferenceImages", "veo_3_1_r2v_fast_landscape", frames("veo_3_1_r2v_fast_landscape", 3, Input.Role.REFERENCE));
    assertBought("batchAsyncGenerateVideoText", "veo_3_1_t2v_fast", frames("veo_3_1_r2v_fast_landscape", 0, both));
    assertBought("batchAsyncGenerateVideoText", "abra_t2v_8s", frames("abra_t2v_8s", 0, both));
    assertBought("batchAsyncGenerateVideoReferenceImages", "abra_r2v_8s", frames("abra_t2v_8s", 2, both));
  }

  private void assertBought(String call, String key, Task.Video task) throws Exception {
    try (var stage = FlowStage.of(task)) {
      stage.run(task, log());
      var bought = stage.fake.ledger().getFirst();
      assertEquals(List.of(call, key, task.inputs().size()), List.of(bought.call(), bought.model(), bought.sources().size()));
    }
  }

  @Test
  void accountsOfTheHighestClassUseTheirOwnKeys() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.account(FlowStage.CREDENTIAL.secret().reveal()).tier("PAYGATE_TIER_TWO");
      var log = log();
      stage.run(stage.task(), log);
      assertEquals("veo_3_1_t2v_fast_ultra", stage.fake.ledger().getFirst().model());
      assertTrue(log.words.contains("made by veo_3_1_t2v_fast_ultra"), log.words.toString());
    }
  }

  @Test
  void aLastFrameAloneIsTheCallersMistake() throws Exception {
    var task = frames("veo_3_1_i2v_s_fast_fl", 1, Input.Role.LAST_FRAME);
    try (var stage = FlowStage.of(task)) {
      var thrown = assertThrows(GatewayException.class, () -> stage.run(task, log()));
      assertEquals("image as the last frame needs one as the first frame", thrown.failure().message());
      assertEquals(0, stage.fake.seen().size());
    }
  }

  @Test
  void answersInTheFormOfBeforeAreReadToo() throws Exception {
    for (var form : FakeLabs.Form.values()) {
      try (var stage = FlowStage.of(task("waves", "1280x720"))) {
        stage.fake.form(form);
        assertSize(1280, 720, stage.run(stage.task(), log()));
      }
    }
  }

  @Test
  void remainingCreditsAreNoted() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      start(stage, log());
      assertEquals(new BigDecimal(9980), stage.accounts.of(FlowStage.CREDENTIAL).funds().orElseThrow().amount());
    }
  }

  // ---- following --------------------------------------------------------------------------------------------------

  @Test
  void manyVideosOfOneCredentialAreAskedAboutInFewCalls() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.active(0);
      var provider = stage.restarted(Time.system());
      var taken = new ArrayList<Step.Waiting>();
      for (int i = 0; i < 20; i++) taken.add(start(stage, log()));
      var questions = new ArrayList<Callable<Step.Waiting>>();
      for (var one : taken) questions.add(() -> resume(provider, one, log()));
      try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var answer : all.invokeAll(questions)) assertTrue(answer.get().fetching());
      }
      assertTrue(stage.fake.calls(POLL) <= 10, stage.fake.calls(POLL) + " calls");
      assertTrue(stage.fake.mostPolled() >= 2, stage.fake.mostPolled() + " in one call");
    }
  }

  @Test
  void allJobsOfACredentialAskAtTheSameTicks() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.active(3);
      var first = start(stage, log());
      var due = stage.time.instant().plus(first.pollAfter()).toEpochMilli() % 3000;
      stage.time.advance(Duration.ofMillis(1234));
      var second = start(stage, log());
      assertEquals(due, stage.time.instant().plus(second.pollAfter()).toEpochMilli() % 3000);
      assertTrue(second.pollAfter().toMillis() >= 1500 && second.pollAfter().toMillis() <= 4500, second.pollAfter().toString());
    }
  }

  @Test
  void failedWorkAndRefusedContentAreToldApart() throws Exception {
    assertInstanceOf(Failure.WorkFailed.class, failure("waves [[vfail]]"));
    assertInstanceOf(Failure.Refused.class, failure("waves [[vunsafe]]"));
  }

  private Failure failure(String prompt) throws Exception {
    try (var stage = FlowStage.of(task(prompt, "1280x720"))) {
      var failure = assertThrows(GatewayException.class, () -> stage.run(stage.task(), log())).failure();
      assertEquals(1, stage.submits());
      return failure;
    }
  }

  @Test
  void aVideoThatFlowDoesNotFindForAWhileIsNotGivenUp() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      for (int i = 0; i < 4; i++) stage.fake.nextAnswer(POLL, 404, "application/json", GONE);
      assertSize(1280, 720, stage.run(stage.task(), log()));
      for (int i = 0; i < 9; i++) stage.fake.nextAnswer(POLL, 404, "application/json", GONE);
      assertInstanceOf(Failure.Missing.class, assertThrows(GatewayException.class, () -> stage.run(stage.task(), log())).failure());
    }
  }

  @Test
  void anAccessTokenThatEndsOnTheWayIsRenewedAndNothingIsBoughtAgain() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.active(3);
      var bought = start(stage, log());
      stage.fake.account(FlowStage.CREDENTIAL.secret().reveal()).revoke();
      assertSize(1280, 720, stage.finish(stage.restarted(), bought, log()));
      assertEquals(1, stage.submits());
      assertEquals(2, stage.fake.account(FlowStage.CREDENTIAL.secret().reveal()).tokens());
      assertEquals(0, stage.fake.leaks());
    }
  }

  // ---- fetching ---------------------------------------------------------------------------------------------------

  @Test
  void withoutALinkTheVideoIsTakenFromTheAnswer() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.withoutRedirects();
      assertSize(1280, 720, stage.run(stage.task(), log()));
      assertEquals(List.of(1, 0), List.of(stage.fake.calls("media"), stage.fake.calls("storage")));
    }
  }

  @Test
  void aDeadLinkLeadsToTheAnswerToo() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.nextAnswer("storage", 403, "text/xml", "<Error>expired</Error>");
      assertSize(1280, 720, stage.run(stage.task(), log()));
      assertEquals(1, stage.fake.calls("media"));
    }
  }

  @Test
  void withoutEitherItIsAskedForAgainLater() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1280x720"))) {
      stage.fake.withoutRedirects().nextAnswer("media", 503, "text/html", "<html>busy</html>");
      var step = start(stage, log());
      while (!step.fetching()) step = resume(stage.provider(), step, log());
      var fetching = step;
      var failure = assertThrows(GatewayException.class, () -> resume(stage.provider(), fetching, log())).failure();
      assertFalse(failure.notAccepted());
      assertSize(1280, 720, stage.finish(stage.restarted(), fetching, log()));
    }
  }

  // ---- larger -----------------------------------------------------------------------------------------------------

  @Test
  void aLargerVideoIsOrderedOnceAndFetchedInsteadOfTheFirst() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      var log = log();
      var done = stage.run(stage.task(), log);
      assertSize(1920, 1080, done);
      assertEquals(List.of("batchAsyncGenerateVideoText", UPSCALE), stage.fake.ledger().stream().map(FakeLabs.Bought::call).toList());
      assertEquals("veo_3_1_upsampler_1080p", stage.fake.ledger().getLast().model());
      assertEquals(log.percents.stream().sorted().toList(), log.percents);
    }
  }

  @Test
  void aLargerVideoThatCannotBeMadeCostsNothingButThat() throws Exception {
    try (var stage = FlowStage.of(task("waves [[upfail]]", "1920x1080"))) {
      var log = log();
      var done = stage.run(stage.task(), log);
      assertSize(1280, 720, done);
      assertEquals(1, stage.fake.calls(UPSCALE));
      assertTrue(log.words.getLast().startsWith("made in 720p, not in 1080p: flow answered 500"), log.words.getLast());
      assertEquals(log.words.getLast(), assertInstanceOf(Failure.UpstreamBroken.class, done.shortfall().orElseThrow()).message());
    }
  }

  @Test
  void anOrderForALargerOneWithoutAnAnswerIsNeverSentAgain() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      stage.fake.nextAnswer(UPSCALE, 0, "", "");
      assertSize(1280, 720, stage.run(stage.task(), log()));
      assertEquals(1, stage.fake.calls(UPSCALE));
    }
  }

  @Test
  void anOrderThatWasRejectedForNowIsSentAgain() throws Exception {
    var busy = "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"busy\"}}";
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      stage.fake.nextAnswer(UPSCALE, 429, "application/json", busy, "Retry-After: 2");
      assertSize(1920, 1080, stage.run(stage.task(), log()));
      assertEquals(List.of(2, 2), List.of(stage.fake.calls(UPSCALE), stage.submits()));
    }
  }

  /** Killed between the row that says that the order goes out and its answer: was it sent? */
  @Test
  void afterARestartAnOrderThatMayHaveBeenSentIsNotSentAgain() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      var step = start(stage, log());
      while (FlowFilm.of(step.handle()).orElseThrow().stage() != FlowFilm.Stage.UPSCALE) step = resume(stage.provider(), step, log());
      var log = log();
      assertSize(1280, 720, stage.finish(stage.restarted(), step, log));
      assertEquals(0, stage.fake.calls(UPSCALE));
      assertTrue(log.words.getLast().contains("before a restart"), log.words.getLast());
    }
  }

  @Test
  void aRestartWhileItIsMadeLargerLosesNothing() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      var step = start(stage, log());
      while (FlowFilm.of(step.handle()).orElseThrow().stage() != FlowFilm.Stage.UPSCALING) step = resume(stage.provider(), step, log());
      assertSize(1920, 1080, stage.finish(stage.restarted(), step, log()));
      assertEquals(1, stage.fake.calls(UPSCALE));
    }
  }

  @Test
  void whenTimeIsOverTheFirstVideoIsHandedOver() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      var step = start(stage, log());
      while (FlowFilm.of(step.handle()).orElseThrow().stage() != FlowFilm.Stage.UPSCALING) step = resume(stage.provider(), step, log());
      assertSize(1280, 720, (Step.Done) stage.provider().resume(step.handle(), FlowStage.CREDENTIAL, FlowStage.last(log())));
    }
  }

  @Test
  void whatIsLateAndDoesNotComeAtOnceIsFetchedAgain() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      var step = start(stage, log());
      while (FlowFilm.of(step.handle()).orElseThrow().stage() != FlowFilm.Stage.UPSCALING) step = resume(stage.provider(), step, log());
      stage.fake.nextAnswer("getMediaUrlRedirect", 503, "text/html", "busy").nextAnswer("media", 503, "text/html", "busy");
      var next = (Step.Waiting) stage.provider().resume(step.handle(), FlowStage.CREDENTIAL, FlowStage.last(log()));
      assertTrue(next.fetching());
      assertSize(1280, 720, stage.finish(next, log()));
    }
  }

  // ---- longer -----------------------------------------------------------------------------------------------------

  private Task.Video longer(String prompt) {
    var media = FlowStage.media(folder.resolve("first.mp4"), MediaType.MP4, new Size(1280, 720));
    return FlowStage.video("veo_3_1_extend_landscape", prompt, "1280x720", new Input(media, Input.Role.SOURCE));
  }

  /** The handle of a job that has made a video of four seconds. */
  private String first(FlowStage stage) throws InterruptedException {
    stage.run(FlowStage.video("veo_3_1_t2v_quality_4s", "waves", "1280x720"), log());
    return stage.handles.getLast();
  }

  @Test
  void aLongerVideoIsJoinedWithWhatItGoesOnWith() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var source = first(stage);
      assertSize(1280, 720, stage.finish(stage.provider().start(stage.task(), FlowStage.CREDENTIAL, FlowStage.made(log(), source)), log()));
      var bought = stage.fake.ledger().getLast();
      var before = FlowFilm.of(source).orElseThrow().work();
      assertEquals(List.of("batchAsyncGenerateVideoExtendVideo", "veo_3_1_extend_landscape", before.project(), List.of(before.made().media())),
          List.of(bought.call(), bought.model(), bought.project(), bought.sources()));
      var after = FlowFilm.of(stage.handles.getLast()).orElseThrow().work();
      assertEquals(List.of(4, 8), after.pieces().stream().map(FlowFilm.Piece::seconds).toList());
      assertEquals(FlowRequest.joined(after.pieces()), joined(stage));
    }
  }

  private static JsonObject joined(FlowStage stage) {
    return stage.fake.seen().stream().filter(r -> r.path().endsWith(":runVideoFxConcatenation")).map(r -> JsonText.object(r.text())).toList().getLast();
  }

  @Test
  void whatWasMadeLongerCanBeMadeLongerStill() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      stage.fake.joinedInline();
      for (var source = first(stage); stage.submits() < 3; source = stage.handles.getLast()) {
        stage.finish(stage.provider().start(stage.task(), FlowStage.CREDENTIAL, FlowStage.made(log(), source)), log());
      }
      assertEquals(3, joined(stage).get("inputVideos").asArray().size());
    }
  }

  @Test
  void piecesThatCannotBeJoinedAreHandedOverApart() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var source = first(stage);
      stage.fake.nextAnswer("runVideoFxCheckConcatenationStatus", 200, "application/json", "{\"status\":\"MEDIA_GENERATION_STATUS_FAILED\"}");
      var log = log();
      var done = stage.finish(stage.provider().start(stage.task(), FlowStage.CREDENTIAL, FlowStage.made(log, source)), log);
      assertSize(1280, 720, done);
      assertTrue(log.words.getLast().startsWith("the new piece alone, not joined"), log.words.getLast());
      assertEquals(log.words.getLast(), done.shortfall().orElseThrow().message());
      assertEquals(2, stage.submits());
    }
  }

  @Test
  void aVideoOfSomebodyElseCannotBeMadeLonger() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var failure = assertThrows(GatewayException.class, () -> start(stage, log())).failure();
      assertEquals(new Failure.Invalid("video", "video to go on with must be one that flow has made here"), failure);
    }
  }

  @Test
  void aVideoOfAnotherAccountIsWorkForThatAccount() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var source = first(stage);
      var other = new Credential("flow", "flow#2", new Secret("st-2"));
      var failure = assertThrows(GatewayException.class, () -> stage.provider().start(stage.task(), other, FlowStage.made(log(), source))).failure();
      assertEquals(new Failure.Unfit("the video to go on with belongs to another account of flow"), failure);
      assertEquals(Failure.Next.OTHER_CREDENTIAL, failure.next());
    }
  }

  @Test
  void aJoiningThatFlowForgetsLeavesTheNewPiece() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var source = first(stage);
      stage.fake.nextAnswer("runVideoFxCheckConcatenationStatus", 404, "application/json", GONE);
      var log = log();
      assertSize(1280, 720, stage.finish(stage.provider().start(stage.task(), FlowStage.CREDENTIAL, FlowStage.made(log, source)), log));
      assertTrue(log.words.getLast().startsWith("the new piece alone"), log.words.getLast());
    }
  }

  /** Killed while the videos were joined, and started again an hour later. */
  @Test
  void aJoiningThatWasDoneWhileEaselWasAwayIsFetched() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var source = first(stage);
      var step = (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, FlowStage.made(log(), source));
      while (FlowFilm.of(step.handle()).orElseThrow().stage() != FlowFilm.Stage.JOINING) step = resume(stage.provider(), step, log());
      stage.fake.active(0);
      stage.time.advance(Duration.ofHours(1));
      var done = stage.finish(stage.restarted(), step, log());
      assertEquals(Optional.empty(), done.shortfall());
    }
  }

  @Test
  void aNewPieceThatIsReadyAtTheLastMomentIsHandedOverAlone() throws Exception {
    try (var stage = FlowStage.of(longer("more waves"))) {
      var source = first(stage);
      stage.fake.active(0);
      var bought = (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, FlowStage.made(log(), source));
      var last = FlowStage.last(log());
      var fetching = (Step.Waiting) stage.provider().resume(bought.handle(), FlowStage.CREDENTIAL, last);
      assertTrue(fetching.fetching());
      assertSize(1280, 720, (Step.Done) stage.provider().resume(fetching.handle(), FlowStage.CREDENTIAL, last));
    }
  }

  @Test
  void aLargerVideoThatCannotBeFetchedGivesWayToTheFirstInTheEnd() throws Exception {
    try (var stage = FlowStage.of(task("waves", "1920x1080"))) {
      var step = start(stage, log());
      while (!step.fetching()) step = resume(stage.provider(), step, log());
      stage.fake.nextAnswer("getMediaUrlRedirect", 404, "application/json", GONE).nextAnswer("media", 404, "application/json", GONE);
      assertSize(1280, 720, (Step.Done) stage.provider().resume(step.handle(), FlowStage.CREDENTIAL, FlowStage.last(log())));
    }
  }
}
