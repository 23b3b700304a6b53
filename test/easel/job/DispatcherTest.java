package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Look;
import easel.core.Provider;
import easel.core.Task;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final Task TASK = new Task.Image("shared-image", "a red boat", 2, Optional.empty(), Look.ANY, 0, List.of(),
      new JsonObject());
  private final FakeTime time = new FakeTime();
  private final Dispatcher dispatcher = new Dispatcher(time);
  private final Candidate a = candidate(new FakeProvider("a", Style.AT_ONCE).listPrice("0.04"));
  private final Candidate b = candidate(new FakeProvider("b", Style.AT_ONCE));
  private final Candidate c = candidate(new FakeProvider("c", Style.AT_ONCE).listPrice("0.01"));

  private static Candidate candidate(Provider provider) {
    var model = provider.models().stream().filter(m -> m.name().equals("shared-image")).findFirst().orElseThrow();
    return new Candidate(provider, model, Preset.NONE);
  }

  private String order(Strategy strategy) {
    return String.join("", dispatcher.order(List.of(a, b, c), strategy, TASK).stream().map(x -> x.provider().id()).toList());
  }

  private void took(Candidate candidate, int seconds) {
    dispatcher.began(candidate);
    dispatcher.succeeded(candidate, Duration.ofSeconds(seconds));
    dispatcher.ended(candidate);
  }

  private void failed(Candidate candidate) {
    dispatcher.began(candidate);
    dispatcher.failed(candidate, new Failure.UpstreamBroken(503, "busy"));
    dispatcher.ended(candidate);
  }

  @Test
  void orderIsTheOrderThatWasWritten() {
    took(c, 1);
    assertEquals("abc", order(Strategy.ORDER));
  }

  @Test
  void theCheapestIsFirstAndWhosePriceNobodyKnowsLast() {
    assertEquals("cab", order(Strategy.CHEAPEST));
  }

  @Test
  void theLeastBusyIsFirst() {
    dispatcher.began(a);
    dispatcher.began(a);
    dispatcher.began(b);
    assertEquals("cba", order(Strategy.BALANCED));
    dispatcher.ended(a);
    dispatcher.ended(a);
    assertEquals("acb", order(Strategy.BALANCED));
  }

  @Test
  void theFastestIsFirstAndWhoIsNotKnownYetIsTried() {
    took(a, 20);
    took(b, 5);
    assertEquals("cba", order(Strategy.FASTEST));
    took(c, 10);
    assertEquals("bca", order(Strategy.FASTEST));
  }

  @Test
  void failuresCountAsTimeInVain() {
    Stream.of(a, b, c).forEach(x -> took(x, 10));
    for (int i = 0; i < 5; i++) failed(a);
    assertEquals("bca", order(Strategy.FASTEST));
  }

  @Test
  void theCallersMistakesAreNobodysFailures() {
    Stream.of(a, b, c).forEach(x -> took(x, 10));
    for (int i = 0; i < 5; i++) dispatcher.failed(a, new Failure.Refused("policy"));
    assertEquals("abc", order(Strategy.FASTEST));
  }

  @Test
  void whoFailedLongAgoGetsAnotherChance() throws Exception {
    Stream.of(a, b, c).forEach(x -> took(x, 10));
    for (int i = 0; i < 5; i++) failed(a);
    time.sleep(Duration.ofHours(1));
    took(b, 10);
    took(c, 10);
    assertEquals("abc", order(Strategy.FASTEST));
  }
}
