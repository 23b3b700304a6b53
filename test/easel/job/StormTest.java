package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.JobState;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where everything upstream fails: calls stay within 1.2 times those of the clients, and three. */
class StormTest {
  private static final int CALLS = 200;
  private static final int KEYS = 5;
  private static final int AT_ONCE = 10;

  private static final Failure REFUSED = new Failure.Unreachable("connection refused");
  private static final Failure BROKEN = new Failure.UpstreamBroken(500, "oops");
  private static final Failure BAD_KEY = new Failure.BadCredential("401");
  private static final Failure LIMITED = new Failure.Limited(Duration.ofSeconds(7), "429");
  private static final Failure SPOILED = new Failure.WorkFailed("out of memory", true);

  @TempDir
  private Path folder;
  private final FakeTime time = new FakeTime();

  static Stream<Arguments> mixes() {
    return Stream.of(Arguments.of("refused", new Failure[] {REFUSED}), Arguments.of("500", new Failure[] {BROKEN}),
        Arguments.of("401", new Failure[] {BAD_KEY}), Arguments.of("429", new Failure[] {LIMITED}),
        Arguments.of("all of them", new Failure[] {REFUSED, BROKEN, BAD_KEY, LIMITED}),
        Arguments.of("what passes", new Failure[] {LIMITED, REFUSED, BROKEN, LIMITED}));
  }

  private static List<FakeProvider> three(Style style) {
    return Stream.of("a", "b", "c").map(id -> new FakeProvider(id, style)).toList();
  }

  private static int calls(List<FakeProvider> providers) {
    return providers.stream().mapToInt(FakeProvider::calls).sum();
  }

  private static void assertNoStorm(List<FakeProvider> providers) {
    assertTrue(calls(providers) <= 1.2 * CALLS + 3, calls(providers) + " calls upstream for " + CALLS + " of clients");
  }

  /** All calls, several at a time; how many came to a good end. */
  private static int called(TestEngine e, String model) throws Exception {
    try (var clients = Executors.newFixedThreadPool(AT_ONCE)) {
      var all = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < CALLS; i++) all.add(() -> good(e, model));
      int good = 0;
      for (var answer : clients.invokeAll(all)) if (answer.get()) good++;
      return good;
    }
  }

  private static boolean good(TestEngine e, String model) throws Exception {
    try {
      return e.run(e.image(model, 1)).state() == JobState.SUCCEEDED;
    } catch (GatewayException refusedAtTheDoor) {
      return false;
    }
  }

  private void recovered(TestEngine e, List<FakeProvider> providers) {
    providers.forEach(FakeProvider::down);
    time.advance(Duration.ofMinutes(5));
  }

  @ParameterizedTest
  @MethodSource("mixes")
  void oneProviderWithSeveralKeysIsNotOverrun(String name, Failure... mix) throws Exception {
    var provider = new FakeProvider("a", Style.AT_ONCE).down(mix);
    try (var e = TestEngine.start(folder, time, List.of(provider))) {
      e.credentials(provider, KEYS);
      assertEquals(0, called(e, "a-image"));
      assertNoStorm(List.of(provider));
      // Keys that were refused too often stay disabled until a person forgives them.
      if (Arrays.asList(mix).contains(BAD_KEY)) e.forgive(provider);
      recovered(e, List.of(provider));
      assertEquals(JobState.SUCCEEDED, e.run(e.image("a-image", 1)).state());
      assertEquals(CALLS, called(e, "a-image"));
    }
  }

  @ParameterizedTest
  @MethodSource("mixes")
  void threeCandidatesAreNotOverrun(String name, Failure... mix) throws Exception {
    var providers = three(Style.AT_ONCE);
    providers.forEach(p -> p.down(mix));
    try (var e = TestEngine.start(folder, time, providers)) {
      assertEquals(0, called(e, "shared-image"));
      assertNoStorm(providers);
      if (Arrays.asList(mix).contains(BAD_KEY)) return;
      recovered(e, providers);
      assertEquals(CALLS, called(e, "shared-image"));
    }
  }

  @Test
  void workThatAllTakeAndAllGiveUpForFreeIsNoStormEither() throws Exception {
    var providers = three(Style.BY_POLLING);
    providers.forEach(p -> p.spoils(Optional.of(SPOILED)));
    try (var e = TestEngine.start(folder, time, providers)) {
      assertEquals(0, called(e, "shared-image"));
      assertNoStorm(providers);
      providers.forEach(p -> p.spoils(Optional.empty()));
      assertEquals(CALLS, called(e, "shared-image"));
    }
  }

  @Test
  void aCandidateThatSpoilsItsWorkDoesNotHoldBackTheOneThatIsGood() throws Exception {
    var providers = three(Style.BY_POLLING);
    providers.getFirst().spoils(Optional.of(SPOILED));
    try (var e = TestEngine.start(folder, time, providers)) {
      assertEquals(CALLS, called(e, "shared-image"));
    }
  }
}
