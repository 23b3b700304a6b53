package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import fake.FakeTime;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SampleProviderTest {
  private static final Credential NOBODY = Credential.none("sample");
  private final FakeTime time = new FakeTime();
  private final SampleProvider provider = new SampleProvider(time);

  @TempDir
  Path folder;

  private ProgressLog log() {
    return new ProgressLog(folder);
  }

  private static Task image(String prompt) {
    return new Task.Image("sample-image", prompt, 1, Optional.of(new Size(64, 64)), Look.ANY, 0, List.of(),
        new JsonObject());
  }

  private Step.Done done(Task task) throws Exception {
    return (Step.Done) provider.start(task, NOBODY, log());
  }

  private SampleCanvas drawn(Task task) throws Exception {
    return picture(done(task).outputs().getFirst().draft());
  }

  private static SampleCanvas picture(Path file) throws Exception {
    try (var png = PngReader.open(file)) {
      return png.scaled(png.width(), png.height());
    }
  }

  @Test
  void costsNothing() throws Exception {
    assertEquals(Optional.of(BigDecimal.ZERO), done(image("a cat")).usage().cost());
  }

  @Test
  void sameTaskGivesTheSamePixels() throws Exception {
    assertArrayEquals(drawn(image("a cat")).pixels, drawn(image("a cat")).pixels);
  }

  @Test
  void seedAndPositionChangeThePicture() throws Exception {
    var task = SampleStage.task(Kind.IMAGE, "hills");
    var other = SampleStage.task(Kind.IMAGE, "hills", new JsonObject().add("seed", 7), List.of());
    var pictures = done(task).outputs();
    var first = picture(pictures.get(0).draft());
    assertFalse(Arrays.equals(first.pixels, picture(pictures.get(1).draft()).pixels));
    assertFalse(Arrays.equals(first.pixels, drawn(other).pixels));
  }

  @Test
  void sizeIsTheOneAskedForAndElseTheUsual() throws Exception {
    assertEquals(new Size(64, 64), drawn(image("a cat")).size());
    var auto = new Task.Image("sample-image", "a cat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    assertEquals(new Size(1024, 1024), drawn(auto).size());
  }

  @Test
  void editIsAsLargeAsWhatIsEdited() throws Exception {
    var file = folder.resolve("input.png");
    PngWriter.write(new SampleCanvas(90, 70), file);
    var input = SampleStage.input(file, Input.Role.REFERENCE, MediaType.PNG, 90, 70);
    var edit = new Task.Image("sample-image", "a cat", 1, Optional.empty(), Look.ANY, 0, List.of(input),
        new JsonObject());
    assertEquals(new Size(90, 70), drawn(edit).size());
  }

  @Test
  void slowSpendsItsTimeWithReportsOnTheWay() throws Exception {
    var log = log();
    provider.start(image("[[slow=5]] a cat"), NOBODY, log);
    assertEquals(5000, time.slept().stream().mapToLong(Duration::toMillis).sum());
    assertTrue(log.percents.stream().distinct().count() > 10, "reports: " + log.percents);
  }

  @Test
  void nothingSleepsUnlessThePromptSaysSo() throws Exception {
    provider.start(image("a slow cat"), NOBODY, log());
    assertEquals(List.of(), time.slept());
  }

  @Test
  void previewsGrowFinerAndAreSpreadOverTheWait() throws Exception {
    var log = log();
    provider.start(SampleStage.task(Kind.IMAGE, "[[slow=2]] a cat"), NOBODY, log);
    assertEquals(List.of(0, 1), log.partialIndexes);
    assertTrue(colors(log.partials.get(0)) < colors(log.partials.get(1)));
  }

  private static long colors(Path file) throws Exception {
    return Arrays.stream(picture(file).pixels).distinct().count();
  }

  @Test
  void previewsComeWithoutAWaitToo() throws Exception {
    var log = log();
    provider.start(SampleStage.task(Kind.IMAGE, "a cat"), NOBODY, log);
    assertEquals(List.of(0, 1), log.partialIndexes);
  }

  @Test
  void handleRemembersWhichPreviewsWereShown() throws Exception {
    var log = log();
    var step = (Step.Waiting) provider.start(SampleStage.task(Kind.IMAGE, "[[async=8]] a cat"), NOBODY, log);
    for (int i = 0; i < 8; i++) {
      time.advance(Duration.ofMillis(900));
      step = (Step.Waiting) new SampleProvider(time).resume(step.handle(), NOBODY, log);
    }
    time.advance(Duration.ofSeconds(1));
    assertInstanceOf(Step.Done.class, provider.resume(step.handle(), NOBODY, log));
    assertEquals(List.of(0, 1), log.partialIndexes);
  }

  @Test
  void videoIsReadyAfterItsTimeAndNotBefore() throws Exception {
    var step = (Step.Waiting) provider.start(SampleStage.task(Kind.VIDEO, "[[slow=60]] a cat"), NOBODY, log());
    time.advance(Duration.ofSeconds(59));
    step = assertInstanceOf(Step.Waiting.class, provider.resume(step.handle(), NOBODY, log()));
    assertEquals(Duration.ofSeconds(1), step.pollAfter());
    time.advance(Duration.ofSeconds(1));
    assertInstanceOf(Step.Done.class, provider.resume(step.handle(), NOBODY, log()));
  }

  @Test
  void clockSetBackMakesNobodyWait() throws Exception {
    var step = (Step.Waiting) provider.start(SampleStage.task(Kind.VIDEO, "a cat"), NOBODY, log());
    time.jump(Duration.ofDays(-1));
    assertInstanceOf(Step.Done.class, provider.resume(step.handle(), NOBODY, log()));
  }

  @Test
  void failureOfAVideoComesWhenItWouldBeReady() throws Exception {
    var step = (Step.Waiting) provider.start(SampleStage.task(Kind.VIDEO, "[[fail]] a cat"), NOBODY, log());
    assertInstanceOf(Step.Waiting.class, provider.resume(step.handle(), NOBODY, log()));
    time.advance(Duration.ofSeconds(2));
    assertInstanceOf(Failure.WorkFailed.class, failure(() -> provider.resume(step.handle(), NOBODY, log())));
  }

  @Test
  void junkIsNoPicture() throws Exception {
    var file = done(image("[[junk]] a cat")).outputs().getFirst().draft();
    assertEquals(Optional.empty(), MediaType.sniff(Files.readAllBytes(file)));
  }

  @Test
  void hangEndsAtTheTimeItNames() {
    assertInstanceOf(Failure.TimedOut.class, failure(() -> provider.start(image("[[hang=3]]"), NOBODY, log())));
    assertEquals(List.of(Duration.ofSeconds(3)), time.slept());
  }

  @Test
  void seedMustBeAWholeNumber() {
    var task = SampleStage.task(Kind.IMAGE, "a cat", new JsonObject().add("seed", 1.5), List.of());
    assertEquals(new Failure.Invalid("seed", "seed must be a whole number"),
        failure(() -> provider.start(task, NOBODY, log())));
  }

  @Test
  void handleOfSomebodyElseIsNotUnderstood() {
    for (var handle : List.of("gen-123", "{}", "{\"started\":\"now\"}", "{\"work\":{\"prompt\":1}}", "[1]")) {
      assertInstanceOf(Failure.Internal.class, failure(() -> provider.resume(handle, NOBODY, log())));
    }
  }

  @Test
  void interruptBetweenTwoPicturesIsHeard() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> provider.start(image("a cat"), NOBODY, log()));
  }

  private static Failure failure(Executable call) {
    return assertThrows(GatewayException.class, call).failure();
  }
}
