package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import easel.upstream.ProxyOptions;
import easel.upstream.UpstreamOptions;
import fake.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.MultipleFailuresError;
import org.opentest4j.TestAbortedException;

/**
 * What every adapter owes the engine, whatever its upstream speaks.
 *
 * <p>An adapter's test extends this, says how each {@link Scene} looks on its wire in {@link #stage}, and gets the
 * checks for free. Every check runs for each of {@link #kinds()}, and is reported as skipped only where none of its
 * scenes can happen.
 */
@Timeout(30)
abstract class ProviderContract {
  /** What a provider's limit in {@link Scene#LIMITED} asks for. */
  static final Duration STATED_DELAY = Duration.ofSeconds(7);

  /** The way out, on which nothing is spared the proxy of its credential: not even what is on this machine. */
  static final UpstreamOptions OUT = UpstreamOptions.defaults().by(ProxyOptions.only());

  /** Enough for any scene that ends by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The total time of a call that is to run out of it. */
  private static final Duration MOMENT = Duration.ofMillis(150);

  private static final List<Scene> REJECTIONS = List.of(Scene.UNAUTHORIZED, Scene.OUT_OF_CREDIT, Scene.LIMITED,
      Scene.REFUSED, Scene.INVALID, Scene.UNREACHABLE);
  private static final List<Scene> DOUBTS = List.of(Scene.FAILED, Scene.JUNK, Scene.BROKEN, Scene.DROPPED, Scene.HANGS);

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
   * @param within the total time an upstream call may take; short in {@link Scene#HANGS} only, where it must end the
   * call
   */
  abstract Stage stage(Scene scene, Kind kind, Duration within) throws Exception;

  /** For scenes without a meaning: they are reported as skipped, with the reason. */
  static Stage never(String reason) {
    throw new TestAbortedException("never happens here: " + reason);
  }

  /** Skipped on purpose where there are any: the report then names what was not proven. */
  @Test
  void allScenesCanHappen() throws Exception {
    var never = new TreeMap<String, Set<String>>();
    for (var scene : Scene.values()) {
      for (var kind : kinds()) {
        try (var stage = stage(scene, kind, PATIENCE)) {
          assertEquals(kind, model(stage.provider(), stage.task().model()).capability().kind());
        } catch (TestAbortedException e) {
          never.computeIfAbsent(e.getMessage(), m -> new TreeSet<>()).add(scene + " " + kind);
        }
      }
    }
    if (!never.isEmpty()) throw new TestAbortedException(never.toString());
  }

  /** What a stage must show. */
  private interface Check {
    void on(Scene scene, Stage stage) throws Throwable;

    /** The same where the scene is known. */
    interface Of {
      void on(Stage stage) throws Throwable;
    }
  }

  @Test
  void outputsAreCompleteDraftsOfADeclaredFormat() {
    each(Scene.WORKS, stage -> {
      var done = run(stage, log());
      assertEquals(stage.task().count(), done.outputs().size());
      var formats = model(stage.provider(), stage.task().model()).capability().formats();
      for (var output : done.outputs()) {
        assertTrue(output.draft().startsWith(folder), "drafts come from Progress.draft");
        assertTrue(formats.contains(type(output.draft())), "made " + type(output.draft()) + ", declared " + formats);
      }
      assertEquals(done.outputs().size(), done.outputs().stream().map(Step.Output::draft).distinct().count());
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void progressNeverGoesBack() {
    each(Scene.WORKS, stage -> {
      var log = log();
      run(stage, log);
      assertEquals(log.percents.stream().sorted().toList(), log.percents);
      assertTrue(log.percents.stream().allMatch(p -> p >= 0 && p <= 100), "percents are 0-100: " + log.percents);
      assertEquals(log.partialIndexes.stream().sorted().distinct().toList(), log.partialIndexes);
      assertTrue(log.partials.size() <= (stage.task() instanceof Task.Image i ? i.partials() : 0));
      for (var partial : log.partials) assertFalse(type(partial).video());
    });
  }

  @Test
  void resumeWorksFromTheHandleAloneInANewInstance() {
    each(Scene.WORKS, stage -> {
      var done = finish(stage, p -> stage.restarted(), waiting(stage), log());
      assertEquals(stage.task().count(), done.outputs().size());
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void resumeMayBeRepeatedAfterTheEnd() {
    each(Scene.WORKS, stage -> {
      var first = waiting(stage);
      finish(stage, UnaryOperator.identity(), first, log());
      var again = finish(stage, p -> stage.restarted(), first, log());
      assertEquals(stage.task().count(), again.outputs().size());
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void stumbleAfterTheHandleLosesNothing() {
    each(Scene.STUMBLES, stage -> {
      var first = waiting(stage);
      var done = despite(stage, first);
      assertEquals(stage.task().count(), done.outputs().size());
      assertEquals(1, stage.submits());
    });
  }

  /** Told as trouble, or got over where some of the results came. */
  private Step.Done despite(Stage stage, Step.Waiting first) throws InterruptedException {
    try {
      return finish(stage, UnaryOperator.identity(), first, log());
    } catch (GatewayException e) {
      assertFalse(e.failure().notAccepted(), "accepted work cannot become " + e.failure());
      return finish(stage, p -> stage.restarted(), first, log());
    }
  }

  @Test
  void waitingWorkCanBeCancelled() {
    each(Scene.WORKS, stage -> {
      if (!(stage.restarted() instanceof Cancelling canceller)) throw new TestAbortedException("cannot cancel");
      assertTrue(canceller.cancel(waiting(stage).handle(), stage.credential()));
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void submitWhoseAnswerWasLostIsFoundByItsTag() {
    each(Scene.WORKS, stage -> {
      if (!(stage.restarted() instanceof Reconciling finder)) throw new TestAbortedException("cannot reconcile");
      neverClaimed(() -> finder.find(stage.task(), stage.credential(), log()));
      stage.provider().start(stage.task(), stage.credential(), log());
      var found = finder.find(stage.task(), stage.credential(), log()).orElseThrow();
      finish(stage, p -> stage.restarted(), found, log());
      assertEquals(1, stage.submits());
    });
  }

  /**
   * Of what was never sent, nothing is found. Who has an id of ours may say so for certain, and the engine buys again;
   * who can only look through a list of what there is must not, as nobody documents that all is listed at once, and the
   * engine keeps such a job unknown.
   */
  private static void neverClaimed(ThrowingSupplier<Optional<Step>> look) throws Throwable {
    try {
      assertEquals(Optional.empty(), look.get());
    } catch (GatewayException e) {
      assertInstanceOf(Failure.OutcomeUnknown.class, e.failure());
    }
  }

  @Test
  void troubleIsNamedAndNeverRetried() {
    var named = Arrays.stream(Scene.values()).filter(s -> s.failure.isPresent()).toList();
    each(named, PATIENCE, (scene, stage) -> {
      var failure = failure(stage);
      assertInstanceOf(scene.failure.orElseThrow(), failure);
      assertFalse(failure.message().isBlank());
      assertTrue(stage.submits() <= (scene == Scene.UNREACHABLE ? 0 : 1), "bought " + stage.submits() + " times");
    });
  }

  /** Money: whoever says "not accepted" lets the engine buy the same elsewhere. */
  @Test
  void documentedRejectionsCountAsNotAccepted() {
    each(REJECTIONS, PATIENCE, (scene, stage) -> assertTrue(failure(stage).notAccepted(), "nothing was bought"));
  }

  @Test
  void whatMayHaveBeenBoughtNeverCountsAsNotAccepted() {
    each(DOUBTS, MOMENT, (scene, stage) -> {
      var failure = failure(stage);
      boolean free = failure instanceof Failure.WorkFailed failed && failed.free();
      assertEquals(free, failure.notAccepted(), "who knows that nothing was bought?");
    });
  }

  @Test
  void limitSaysHowLong() {
    each(Scene.LIMITED, stage ->
        assertEquals(STATED_DELAY, assertInstanceOf(Failure.Limited.class, failure(stage)).retryAfter()));
  }

  @Test
  void brokenUpstreamIsToldWithItsStatus() {
    each(Scene.BROKEN, stage ->
        assertEquals(500, assertInstanceOf(Failure.UpstreamBroken.class, failure(stage)).status()));
  }

  @Test
  void connectionLostAfterTheSubmitLeavesTheOutcomeUnknown() {
    each(Scene.DROPPED, stage -> {
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void silenceEndsAtTheTotalDeadlineAndTheOutcomeIsUnknown() {
    each(Scene.HANGS, stage -> {
      assertEquals(Failure.Next.UNKNOWN, failure(stage).next());
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void interruptEndsTheCallPromptly() {
    each(List.of(Scene.HANGS), PATIENCE, (scene, stage) -> {
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
      Await.until("the submit", () -> stage.submits() > 0 || !call.isAlive());
      call.interrupt();
      assertTrue(ended.await(3, TimeUnit.SECONDS), "still busy 3 s after the interrupt");
      assertInstanceOf(InterruptedException.class, with.get());
      assertEquals(1, stage.submits());
    });
  }

  @Test
  void credentialAppearsNowhere() {
    each(List.of(Scene.values()), MOMENT, (scene, stage) -> {
      var secret = stage.credential().secret().reveal();
      if (secret.isEmpty()) throw new TestAbortedException("needs no credential");
      for (var text : sayings(stage)) assertFalse(text.contains(secret), () -> "tells the secret: " + text);
    });
  }

  /** Everything that might be logged, stored or shown. */
  private List<String> sayings(Stage stage) throws InterruptedException {
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
    return said;
  }

  @Test
  void modelsHaveUniqueNamesAndSaneCapabilities() {
    each(Scene.WORKS, stage -> {
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
    });
  }

  @Test
  void taskOfTheseTestsIsOneTheModelDeclares() {
    each(Scene.WORKS, stage -> {
      var capability = model(stage.provider(), stage.task().model()).capability();
      assertEquals(Optional.empty(), capability.complaint(stage.task()));
    });
  }

  private void each(Scene scene, Check.Of check) {
    each(List.of(scene), MOMENT, (s, stage) -> check.on(stage));
  }

  /** Checks every scene for every kind, and skips only if not one of them can happen. */
  private void each(List<Scene> scenes, Duration within, Check check) {
    var wrong = new ArrayList<Throwable>();
    var skipped = new TreeMap<String, Set<Scene>>();
    int done = 0;
    for (var scene : scenes) {
      for (var kind : kinds()) {
        try (var stage = stage(scene, kind, scene == Scene.HANGS ? within : PATIENCE)) {
          check.on(scene, stage);
          done++;
        } catch (TestAbortedException e) {
          skipped.computeIfAbsent(e.getMessage(), m -> new TreeSet<>()).add(scene);
        } catch (Throwable e) {
          wrong.add(new AssertionError(scene + " " + kind + ": " + e.getMessage(), e));
        }
      }
    }
    if (!wrong.isEmpty()) throw new MultipleFailuresError("", wrong);
    if (done == 0) throw new TestAbortedException(skipped.toString());
  }

  private static void sane(String name, Capability can) {
    assertTrue(can.countMax() >= 1 && can.promptMax() >= 1 && can.inputs().min() >= 0 && can.inputs().max() >= can.inputs().min() && can.partialsMax() >= 0, name);
    assertTrue(!can.inputs().mask() || can.inputs().max() > 0, name + " takes a mask but no picture");
    assertFalse(can.formats().isEmpty(), name + " makes no format");
    assertTrue(can.formats().stream().allMatch(f -> f.video() == (can.kind() == Kind.VIDEO)),
        name + " " + can.formats());
    assertTrue(can.kind() == Kind.VIDEO || can.seconds().isEmpty(), name + " is a picture that lasts");
    assertTrue(can.seconds().stream().allMatch(s -> s > 0), name + " " + can.seconds());
    assertTrue(can.qualities().stream().noneMatch(String::isBlank), name);
    assertTrue(!(can.sizes() instanceof SizeRule.OneOf some) || !some.sizes().isEmpty(), name + " has no size");
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
    if (step instanceof Step.Waiting waiting) return waiting;
    throw new TestAbortedException("answers at once, so there is no handle");
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
      return MediaType.sniff(in.readNBytes(MediaType.HEAD))
          .orElseThrow(() -> new AssertionError(file + " is no picture"));
    }
  }
}
