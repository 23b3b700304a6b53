package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import easel.core.Cancelling;
import easel.core.Capability;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.SizeRule;
import easel.core.Step;
import easel.core.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * What every adapter owes the engine, whatever its upstream speaks.
 *
 * <p>An adapter's test extends this, says how each {@link Scene} looks on its wire in {@link #stage}, and gets the checks
 * for free. Every check runs once for each of {@link #kinds()}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(30)
abstract class ProviderContract {
  /** What a provider's limit in {@link Scene#LIMITED} asks for. */
  static final Duration STATED_DELAY = Duration.ofSeconds(7);

  /** Enough for any scene that ends by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  Path folder;

  /** What the far side does. In all but the first group the work comes to nothing. */
  enum Scene {
    /** Does the work, however many steps that takes; the same handle may be asked about again and again. */
    WORKS,
    /** As WORKS, but the first question after the handle (poll or download) is answered 503 or cut off. */
    STUMBLES,

    /** Answers 401, in a body that repeats the credential, as some servers do. */
    UNAUTHORIZED(Failure.BadCredential.class),
    /** Answers that the account has no money left. */
    OUT_OF_CREDIT(Failure.OutOfCredit.class),
    /** Answers 429 and asks for {@link #STATED_DELAY}. */
    LIMITED(Failure.Limited.class),
    /** Answers, at once or when polled, that its policy forbids the content. */
    REFUSED(Failure.Refused.class),
    /** Answers, as documented, that a parameter is wrong. */
    INVALID(Failure.Invalid.class),
    /** Takes the work and reports later that it failed. */
    FAILED(Failure.WorkFailed.class),
    /** Answers the submit with 200 and something that is not JSON. */
    JUNK(Failure.UpstreamBroken.class),
    /** Answers the submit with 500 and a page of HTML. */
    BROKEN(Failure.UpstreamBroken.class),
    /** Refuses the connection. */
    UNREACHABLE(Failure.Unreachable.class),
    /** Reads the whole submit, then closes the connection. */
    DROPPED,
    /** Reads the whole submit, then neither answers nor closes. */
    HANGS;

    private final Optional<Class<? extends Failure>> failure;

    Scene() {
      failure = Optional.empty();
    }

    Scene(Class<? extends Failure> failure) {
      this.failure = Optional.of(failure);
    }
  }

  /** A provider before a far side that acts one scene. Closing ends the far side. */
  interface Stage extends AutoCloseable {
    Provider provider();

    /** Another instance, as after a restart: it shares nothing with the first but the far side. */
    Provider restarted();

    /** One that the first model of the kind can do. */
    Task task();

    /** With a secret that could not occur by chance; {@link Credential#none} for providers that need none. */
    Credential credential();

    /** How many requests that may buy something the far side has read. */
    int submits();

    /** Lets the far side's clock go on; only for those that own one. */
    default void pass(Duration time) {}

    @Override
    void close();
  }

  /** Every kind the provider's models make. */
  abstract List<Kind> kinds();

  /**
   * Sets a scene, or says with {@link #never} why it cannot happen to this provider.
   *
   * @param within the total time an upstream call may take; short in {@link Scene#HANGS} only, where it must end the call
   */
  abstract Stage stage(Scene scene, Kind kind, Duration within) throws Exception;

  /** For scenes without a meaning: the checks that need them are reported as skipped, with the reason. */
  static Stage never(String reason) {
    throw new TestAbortedException("never happens here: " + reason);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void outputsAreCompleteDraftsOfADeclaredFormat(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      var done = run(stage, log());
      assertEquals(stage.task().count(), done.outputs().size());
      var formats = model(stage.provider(), stage.task().model()).capability().formats();
      for (var output : done.outputs()) {
        assertTrue(output.draft().startsWith(folder), "drafts come from Progress.draft");
        assertTrue(formats.contains(type(output.draft())), "made " + type(output.draft()) + ", declared " + formats);
      }
      assertEquals(done.outputs().size(), done.outputs().stream().map(Step.Output::draft).distinct().count());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void progressNeverGoesBack(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      var log = log();
      run(stage, log);
      assertEquals(log.percents.stream().sorted().toList(), log.percents);
      assertTrue(log.percents.stream().allMatch(p -> p >= 0 && p <= 100), "percents are 0-100: " + log.percents);
      assertEquals(log.partialIndexes.stream().sorted().distinct().toList(), log.partialIndexes);
      assertTrue(log.partials.size() <= (stage.task() instanceof Task.Image i ? i.partials() : 0));
      for (var partial : log.partials) assertFalse(type(partial).video());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void resumeWorksFromTheHandleAloneInANewInstance(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      var first = waiting(stage);
      var done = finish(stage, p -> stage.restarted(), first, log());
      assertEquals(stage.task().count(), done.outputs().size());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void resumeMayBeRepeatedAfterTheEnd(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      var first = waiting(stage);
      finish(stage, UnaryOperator.identity(), first, log());
      var again = finish(stage, p -> stage.restarted(), first, log());
      assertEquals(stage.task().count(), again.outputs().size());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void stumbleAfterTheHandleLosesNothing(Kind kind) throws Exception {
    try (var stage = stage(Scene.STUMBLES, kind, PATIENCE)) {
      var first = waiting(stage);
      var failure = thrown(() -> finish(stage, UnaryOperator.identity(), first, log()));
      assertFalse(failure.notAccepted(), "accepted work cannot become " + failure);
      var done = finish(stage, p -> stage.restarted(), first, log());
      assertEquals(stage.task().count(), done.outputs().size());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void waitingWorkCanBeCancelled(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      assumeTrue(stage.provider() instanceof Cancelling, "cannot cancel");
      var first = waiting(stage);
      assertTrue(((Cancelling) stage.restarted()).cancel(first.handle(), stage.credential()));
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void submitWhoseAnswerWasLostIsFoundByItsTag(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      assumeTrue(stage.provider() instanceof Reconciling, "cannot reconcile");
      var finder = (Reconciling) stage.restarted();
      assertEquals(Optional.empty(), finder.find(stage.task(), stage.credential(), log()));
      stage.provider().start(stage.task(), stage.credential(), log());
      var found = finder.find(stage.task(), stage.credential(), log()).orElseThrow();
      finish(stage, p -> stage.restarted(), found, log());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void troubleIsNamedAndNeverRetried(Scene scene, Kind kind) throws Exception {
    try (var stage = stage(scene, kind, PATIENCE)) {
      var failure = failure(stage);
      assertInstanceOf(scene.failure.orElseThrow(), failure);
      assertFalse(failure.message().isBlank());
      assertTrue(stage.submits() <= (scene == Scene.UNREACHABLE ? 0 : 1), "bought " + stage.submits() + " times");
    }
  }

  /** Money: whoever says "not accepted" lets the engine buy the same elsewhere. */
  @ParameterizedTest
  @MethodSource("troubles")
  void onlyDocumentedRejectionsCountAsNotAccepted(Scene scene, Kind kind) throws Exception {
    var proven = switch (scene) {
      case UNAUTHORIZED, OUT_OF_CREDIT, LIMITED, REFUSED, INVALID, UNREACHABLE -> true;
      case FAILED, JUNK, BROKEN, DROPPED, HANGS, WORKS, STUMBLES -> false;
    };
    try (var stage = stage(scene, kind, PATIENCE)) {
      assertEquals(proven, failure(stage).notAccepted());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void limitSaysHowLong(Kind kind) throws Exception {
    try (var stage = stage(Scene.LIMITED, kind, PATIENCE)) {
      assertEquals(STATED_DELAY, assertInstanceOf(Failure.Limited.class, failure(stage)).retryAfter());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void brokenUpstreamIsToldWithItsStatus(Kind kind) throws Exception {
    try (var stage = stage(Scene.BROKEN, kind, PATIENCE)) {
      assertEquals(500, assertInstanceOf(Failure.UpstreamBroken.class, failure(stage)).status());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void connectionLostAfterTheSubmitLeavesTheOutcomeUnknown(Kind kind) throws Exception {
    try (var stage = stage(Scene.DROPPED, kind, PATIENCE)) {
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void silenceEndsAtTheTotalDeadlineAndTheOutcomeIsUnknown(Kind kind) throws Exception {
    try (var stage = stage(Scene.HANGS, kind, Duration.ofMillis(150))) {
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void interruptEndsTheCallPromptly(Kind kind) throws Exception {
    try (var stage = stage(Scene.HANGS, kind, PATIENCE)) {
      var ended = new CountDownLatch(1);
      var with = new AtomicReference<Throwable>();
      var call = Thread.ofPlatform().start(() -> {
        try {
          run(stage, log());
        } catch (Throwable e) {
          with.set(e);
        }
        ended.countDown();
      });
      while (stage.submits() == 0 && call.isAlive()) Thread.onSpinWait();
      call.interrupt();
      assertTrue(ended.await(3, TimeUnit.SECONDS), "still busy 3 s after the interrupt");
      assertInstanceOf(InterruptedException.class, with.get());
      assertEquals(1, stage.submits());
    }
  }

  @ParameterizedTest
  @MethodSource("allScenes")
  void credentialAppearsNowhere(Scene scene, Kind kind) throws Exception {
    try (var stage = stage(scene, kind, scene == Scene.HANGS ? Duration.ofMillis(150) : PATIENCE)) {
      var secret = stage.credential().secret().reveal();
      assumeTrue(!secret.isEmpty(), "needs no credential");
      var log = log();
      var said = new ArrayList<String>(List.of(stage.provider().toString(), stage.credential().toString()));
      try {
        var step = stage.provider().start(stage.task(), stage.credential(), log);
        said.add(step.toString());
        said.add(finish(stage, UnaryOperator.identity(), step, log).toString());
      } catch (GatewayException e) {
        said.add(e.failure().toString());
        for (Throwable t = e; t != null; t = t.getCause()) said.add(t.toString());
      }
      said.addAll(log.words);
      for (var text : said) assertFalse(text.contains(secret), () -> "tells the secret: " + text);
    }
  }

  @Test
  void modelsHaveUniqueNamesAndSaneCapabilities() throws Exception {
    try (var stage = stage(Scene.WORKS, kinds().getFirst(), PATIENCE)) {
      var provider = stage.provider();
      assertTrue(provider.id().matches("[a-z][a-z0-9-]*"), provider.id());
      assertEquals(provider.id(), stage.restarted().id());
      var names = new HashSet<String>();
      for (var model : provider.models()) {
        assertEquals(provider.id(), model.provider());
        assertFalse(model.upstreamName().isBlank());
        assertTrue(names.add(model.name()), "two models named " + model.name());
        for (var alias : model.aliases()) assertTrue(names.add(alias), "two models named " + alias);
        sane(model.name(), model.capability());
      }
      assertEquals(new HashSet<>(kinds()),
          new HashSet<>(provider.models().stream().map(m -> m.capability().kind()).toList()));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void taskOfTheseTestsIsOneTheModelDeclares(Kind kind) throws Exception {
    try (var stage = stage(Scene.WORKS, kind, PATIENCE)) {
      var capability = model(stage.provider(), stage.task().model()).capability();
      assertEquals(kind, capability.kind());
      assertEquals(Optional.empty(), capability.complaint(stage.task()));
    }
  }

  private static void sane(String name, Capability can) {
    assertTrue(can.countMax() >= 1 && can.promptMax() >= 1 && can.inputsMax() >= 0 && can.partialsMax() >= 0, name);
    assertTrue(!can.mask() || can.inputsMax() > 0, name + " takes a mask but no picture");
    assertFalse(can.formats().isEmpty(), name + " makes no format");
    assertTrue(can.formats().stream().allMatch(f -> f.video() == (can.kind() == Kind.VIDEO)), name + " " + can.formats());
    assertTrue(can.kind() == Kind.VIDEO || can.seconds().isEmpty(), name + " is a picture that lasts");
    assertTrue(can.seconds().stream().allMatch(s -> s > 0), name + " " + can.seconds());
    assertTrue(can.qualities().stream().noneMatch(String::isBlank), name);
    assertTrue(!(can.sizes() instanceof SizeRule.OneOf some) || !some.sizes().isEmpty(), name + " has no size");
  }

  Stream<Arguments> troubles() {
    return scenes(Arrays.stream(Scene.values()).filter(s -> s.failure.isPresent()));
  }

  Stream<Arguments> allScenes() {
    return scenes(Arrays.stream(Scene.values()));
  }

  private Stream<Arguments> scenes(Stream<Scene> scenes) {
    return scenes.flatMap(s -> kinds().stream().map(k -> Arguments.of(s, k)));
  }

  /** A fresh listener with its drafts in this test's folder. */
  final ProgressLog log() {
    return new ProgressLog(folder);
  }

  final Step.Done run(Stage stage, Progress progress) throws InterruptedException {
    var step = stage.provider().start(stage.task(), stage.credential(), progress);
    return finish(stage, UnaryOperator.identity(), step, progress);
  }

  /** Asks until it is done, each time the provider that {@code next} makes of the stage's own. */
  private static Step.Done finish(Stage stage, UnaryOperator<Provider> next, Step from, Progress progress)
      throws InterruptedException {
    var step = from;
    for (int i = 0; i < 1000; i++) {
      if (step instanceof Step.Done done) return done;
      var waiting = (Step.Waiting) step;
      assertFalse(waiting.handle().isBlank(), "a handle must find the work again");
      stage.pass(waiting.pollAfter());
      step = next.apply(stage.provider()).resume(waiting.handle(), stage.credential(), progress);
    }
    throw new AssertionError("not done after 1000 questions");
  }

  private Step.Waiting waiting(Stage stage) throws InterruptedException {
    var step = stage.provider().start(stage.task(), stage.credential(), log());
    assumeTrue(step instanceof Step.Waiting, "answers at once, so there is no handle");
    return (Step.Waiting) step;
  }

  private Failure failure(Stage stage) {
    return thrown(() -> run(stage, log()));
  }

  private static Failure thrown(Executable call) {
    return assertThrows(GatewayException.class, call).failure();
  }

  private static Model model(Provider provider, String name) {
    return provider.models().stream().filter(m -> m.upstreamName().equals(name) || m.name().equals(name)).findFirst()
        .orElseThrow(() -> new AssertionError("no model " + name));
  }

  private static MediaType type(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return MediaType.sniff(in.readNBytes(MediaType.HEAD)).orElseThrow(() -> new AssertionError(file + " is no picture"));
    }
  }
}
