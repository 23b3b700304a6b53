package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of Flow: one purchase for all of them, and none lost for what comes after it. */
@Timeout(30)
class FlowPictureTest {
  private static final String ONE_K = "1376x768";
  private static final String TWO_K = "2752x1536";
  private static final String FOUR_K = "5504x3072";

  @TempDir
  Path folder;

  private static Task.Image task(String prompt, int count, String size, Input... inputs) {
    return FlowStage.image("GEM_PIX_2", prompt, count, size, inputs);
  }

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  /** Of a JPEG's header, as the store reads it: height and width follow the frame's marker. */
  private static int width(Step.Output output) throws IOException {
    var bytes = Files.readAllBytes(output.draft());
    for (int i = 2; i + 8 < bytes.length; i += 2 + ((bytes[i + 2] & 0xff) << 8 | bytes[i + 3] & 0xff)) {
      if ((bytes[i + 1] & 0xf0) == 0xc0 && bytes[i + 1] != (byte) 0xc4) return (bytes[i + 7] & 0xff) << 8 | bytes[i + 8] & 0xff;
    }
    throw new IOException("no frame in " + output.draft());
  }

  private static List<Integer> widths(Step.Done done) throws IOException {
    var all = new ArrayList<Integer>();
    for (var output : done.outputs()) all.add(width(output));
    return all;
  }

  @Test
  void fourPicturesAreOneCall() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 4, ONE_K))) {
      var done = stage.run(stage.task(), log());
      assertEquals(List.of(1376, 1376, 1376, 1376), widths(done));
      assertEquals(1, stage.fake.calls("batchGenerateImages"));
      assertEquals(4, stage.fake.ledger().getFirst().count());
      assertEquals(4, new HashSet<>(FlowStills.of(stage.handles.getLast()).orElseThrow().pictures()).size());
    }
  }

  @Test
  void picturesThatAreHandedInAreReferences() throws Exception {
    var cat = Files.write(folder.resolve("cat.png"), new byte[] {1, 2, 3});
    var hat = Files.write(folder.resolve("hat.png"), new byte[] {4, 5});
    var inputs = new Input[] {FlowStage.input(cat, Input.Role.REFERENCE), FlowStage.input(hat, Input.Role.REFERENCE)};
    try (var stage = FlowStage.of(task("a cat with a hat", 1, ONE_K, inputs))) {
      stage.run(stage.task(), log());
      var sources = stage.fake.ledger().getFirst().sources();
      var handed = sources.stream().map(stage.fake.uploads()::get).toList();
      assertEquals(List.of(3, 2), handed.stream().map(b -> b.length).toList());
    }
  }

  @Test
  void fewerThanOrderedAreHandedOverWithTheReason() throws Exception {
    try (var stage = FlowStage.of(task("a cat [[fewer]]", 3, ONE_K))) {
      var done = stage.run(stage.task(), log());
      assertEquals(2, done.outputs().size());
      assertEquals("flow made 2 of 3 pictures, and does not say why", done.shortfall().orElseThrow().message());
    }
  }

  @Test
  void anAnswerWithoutPicturesIsNoProof() throws Exception {
    try (var stage = FlowStage.of(task("a cat [[empty]]", 1, ONE_K))) {
      var thrown = assertThrows(GatewayException.class, () -> stage.run(stage.task(), log()));
      assertInstanceOf(Failure.UpstreamBroken.class, thrown.failure());
      assertFalse(thrown.failure().notAccepted());
    }
  }

  // ---- larger -----------------------------------------------------------------------------------------------------

  @Test
  void twoKIsMadeOfEachPictureAfterThePurchase() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 2, TWO_K))) {
      var first = (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, log());
      assertEquals(0, stage.fake.calls("upsampleImage"));
      assertFalse(first.fetching());
      var done = stage.finish(stage.restarted(), first, log());
      assertEquals(List.of(2752, 2752), widths(done));
      assertEquals(Optional.empty(), done.shortfall());
      assertEquals(List.of(1, 2, 0), List.of(stage.submits(), stage.fake.calls("upsampleImage"), stage.fake.calls("storage")));
    }
  }

  @Test
  void fourKNeedsAnAccountOfTheHighestClass() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 1, FOUR_K))) {
      stage.fake.account(FlowStage.CREDENTIAL.secret().reveal()).tier("PAYGATE_TIER_TWO");
      assertEquals(2, stage.provider().tier(stage.task()));
      assertEquals(List.of(5504), widths(stage.run(stage.task(), log())));
    }
  }

  @Test
  void whatTheAccountMayNotBeGivenLargeIsHandedOverSmall() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 1, FOUR_K))) {
      var log = log();
      var done = stage.run(stage.task(), log);
      assertEquals(List.of(1376), widths(done));
      assertEquals(1, stage.fake.calls("upsampleImage"));
      assertTrue(log.words.getLast().startsWith("made in 1K, not in 4K: flow does not do this for this account"), log.words.getLast());
      assertEquals(log.words.getLast(), assertInstanceOf(Failure.Unfit.class, done.shortfall().orElseThrow()).message());
    }
  }

  @Test
  void captchaOverTheLargerOneCostsNothingButThat() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 1, TWO_K))) {
      var bought = stage.provider().start(stage.task(), FlowStage.CREDENTIAL, log());
      stage.fake.captcha(token -> false);
      var log = log();
      assertEquals(List.of(1376), widths(stage.finish(bought, log)));
      assertEquals(1, stage.fake.calls("upsampleImage"));
      assertTrue(log.words.getLast().contains("reCAPTCHA"), log.words.getLast());
    }
  }

  @Test
  void errorsAreTriedAgainAFewTimesAndTheSmallOneIsSafeMeanwhile() throws Exception {
    try (var stage = FlowStage.of(task("a cat [[upfail]]", 1, TWO_K))) {
      var log = log();
      var done = stage.run(stage.task(), log);
      assertEquals(List.of(1376), widths(done));
      assertEquals(4, stage.fake.calls("upsampleImage"));
      assertEquals(1, stage.fake.calls("storage"));
      assertEquals(1, stage.submits());
      assertTrue(log.words.getLast().contains("in 1K, not in 2K"), log.words.getLast());
    }
  }

  @Test
  void oneErrorDelaysTheLargerOneAndNothingElse() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 2, TWO_K))) {
      stage.fake.nextAnswer("upsampleImage", 503, "text/html", "<html>busy</html>");
      assertEquals(List.of(2752, 2752), widths(stage.run(stage.task(), log())));
      assertEquals(3, stage.fake.calls("upsampleImage"));
    }
  }

  @Test
  void whatIsLateIsHandedOverAsItWasMade() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 1, TWO_K))) {
      var bought = (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, log());
      var step = stage.provider().resume(bought.handle(), FlowStage.CREDENTIAL, FlowStage.last(log()));
      assertEquals(List.of(1376), widths((Step.Done) step));
      assertInstanceOf(Failure.TimedOut.class, ((Step.Done) step).shortfall().orElseThrow());
      assertEquals(0, stage.fake.calls("upsampleImage"));
    }
  }

  /** Four tries to make four pictures larger are four questions, in which a dead link stays dead. */
  @Test
  void aDeadLinkAmongThoseThatCannotBeMadeLargerCostsThatPictureAlone() throws Exception {
    try (var stage = FlowStage.of(task("a cat [[upfail]]", 4, TWO_K))) {
      var bought = (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, log());
      var links = FlowStills.of(bought.handle()).orElseThrow().pictures();
      var dead = bought.handle().replace(links.getFirst().media(), "gone").replace("/gone?", "/nothing?");
      assertTrue(dead.contains("/nothing?"), dead);
      var done = stage.finish(new Step.Waiting(dead, Duration.ZERO, false), log());
      assertEquals(List.of(1376, 1376, 1376), widths(done));
      assertTrue(done.shortfall().isPresent());
    }
  }

  @Test
  void whatIsLateAndDoesNotComeAtOnceIsFetchedAgain() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 1, TWO_K))) {
      var bought = (Step.Waiting) stage.provider().start(stage.task(), FlowStage.CREDENTIAL, log());
      stage.fake.nextAnswer("storage", 503, "text/html", "<html>busy</html>");
      var step = (Step.Waiting) stage.provider().resume(bought.handle(), FlowStage.CREDENTIAL, FlowStage.last(log()));
      assertTrue(step.fetching());
      assertEquals(List.of(1376), widths(stage.finish(step, log())));
      assertEquals(0, stage.fake.calls("upsampleImage"));
    }
  }

  // ---- projects and accounts --------------------------------------------------------------------------------------

  @Test
  void aProjectThatIsGoneIsReplacedAndTheWorkBoughtOnce() throws Exception {
    try (var stage = FlowStage.of(task("a cat", 1, ONE_K))) {
      stage.fake.account(FlowStage.CREDENTIAL.secret().reveal()).project("p2").project("p3");
      stage.accounts.keep(FlowStage.CREDENTIAL, a -> a.withProjects(List.of("p1", "p2", "p3")));
      stage.run(stage.task(), log());
      assertEquals(1, stage.submits());
      assertEquals(List.of("p2", "p3"), stage.accounts.of(FlowStage.CREDENTIAL).projects().subList(0, 2));
    }
  }

  @Test
  void aProjectThatIsGoneIsReplacedBeforeAPictureIsHandedOverToo() throws Exception {
    var cat = Files.write(folder.resolve("cat.png"), new byte[] {1, 2, 3});
    try (var stage = FlowStage.of(task("a cat", 1, ONE_K, FlowStage.input(cat, Input.Role.REFERENCE)))) {
      stage.fake.account(FlowStage.CREDENTIAL.secret().reveal()).project("p2").project("p3");
      stage.accounts.keep(FlowStage.CREDENTIAL, a -> a.withProjects(List.of("p1", "p2", "p3")));
      stage.run(stage.task(), log());
      assertEquals(1, stage.submits());
      assertEquals(List.of("p2", "p3"), stage.accounts.of(FlowStage.CREDENTIAL).projects().subList(0, 2));
    }
  }

  /** Its owner may have thrown it away. */
  @Test
  void aPictureThatFlowHasForgottenIsHandedOverAnew() throws Exception {
    var cat = Files.write(folder.resolve("cat.png"), new byte[] {1, 2, 3});
    try (var stage = FlowStage.of(task("a cat", 1, ONE_K, FlowStage.input(cat, Input.Role.REFERENCE)))) {
      for (int i = 0; i < 4; i++) stage.run(stage.task(), log());
      assertEquals(4, stage.fake.calls("uploadImage"));
      var gone = "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"message\":\"Requested entity was not found.\"}}";
      stage.fake.nextAnswer("batchGenerateImages", 404, "application/json", gone);
      stage.run(stage.task(), log());
      assertEquals(List.of(5, 5), List.of(stage.fake.calls("uploadImage"), stage.submits()));
    }
  }

  @Test
  void noShapeIsThatOfThePictureHandedIn() throws Exception {
    var file = Files.write(folder.resolve("tall.png"), new byte[] {1});
    var input = new Input(FlowStage.media(file, MediaType.PNG, new Size(900, 1190)), Input.Role.REFERENCE);
    var open = new Task.Image("GEM_PIX_2", "a cat", 1, Optional.empty(), Look.ANY, 0, List.of(input), new JsonObject());
    try (var stage = FlowStage.of(open)) {
      assertEquals(List.of(896), widths(stage.run(open, log())));
    }
  }
}
