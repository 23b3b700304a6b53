package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import fake.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that ask together; whoever leads waits until the test lets it go on. */
@Timeout(20)
class FlowPollsTest {
  private static final Credential ONE = new Credential("flow", "flow#1", new Secret("1"));
  private static final Credential TWO = new Credential("flow", "flow#2", new Secret("2"));

  /** A clock whose sleepers are woken by the test. */
  private static final class Gate implements Time {
    final CountDownLatch asleep = new CountDownLatch(1);
    final CountDownLatch wake = new CountDownLatch(1);
    volatile CountDownLatch closed = new CountDownLatch(0);

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      asleep.countDown();
      wake.await();
      closed.await();
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }
  }

  private final Gate time = new Gate();
  private final Queue<List<String>> asked = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FlowPolls polls = new FlowPolls(this::answer, time, Duration.ofSeconds(3), Duration.ofMillis(300));
  private volatile Optional<Failure> trouble = Optional.empty();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  private Fields answer(Credential credential, List<FlowPolls.Film> films) {
    asked.add(films.stream().map(FlowPolls.Film::name).sorted().toList());
    if (trouble.isPresent() && (films.size() > 1 || films.getFirst().name().equals("bad"))) throw new GatewayException(trouble.get());
    var media = new JsonArray();
    for (var film : films) media.add(new JsonObject().add("name", film.name()).add("status", "about " + film.name()));
    return Fields.gathering(new JsonObject().add("media", media), e -> { });
  }

  private Future<Optional<Fields>> ask(Credential credential, String name) {
    Callable<Optional<Fields>> question = () -> polls.ask(credential, new FlowPolls.Film(name, "p"));
    return threads.submit(question);
  }

  /** The first of a round, once it waits for others. */
  private Future<Optional<Fields>> lead(String name) throws InterruptedException {
    var first = ask(ONE, name);
    time.asleep.await();
    return first;
  }

  /** Nobody tells when a thread waits: it is asked whether the round has it. */
  private void gathered(int count) throws InterruptedException {
    Await.until("the round to have them all", () -> polls.gathered(ONE) >= count);
  }

  private static String said(Future<Optional<Fields>> answer) throws Exception {
    return answer.get().orElseThrow().text("status");
  }

  @Test
  void whoeverAsksWhileTheFirstWaitsSharesItsCall() throws Exception {
    var first = lead("a");
    var second = ask(ONE, "b");
    var third = ask(ONE, "c");
    gathered(3);
    time.wake.countDown();
    assertEquals(List.of("about a", "about b", "about c"), List.of(said(first), said(second), said(third)));
    assertEquals(List.of(List.of("a", "b", "c")), List.copyOf(asked));
  }

  @Test
  void anotherCredentialHasACallOfItsOwn() throws Exception {
    var first = lead("a");
    var other = ask(TWO, "b");
    time.wake.countDown();
    assertEquals(List.of("about a", "about b"), List.of(said(first), said(other)));
    assertEquals(2, asked.size());
  }

  @Test
  void troubleIsEverybodys() throws Exception {
    trouble = Optional.of(new Failure.UpstreamBroken(503, "busy"));
    var first = lead("a");
    var second = ask(ONE, "b");
    gathered(2);
    time.wake.countDown();
    for (var answer : List.of(first, second)) {
      var thrown = assertThrows(ExecutionException.class, answer::get).getCause();
      assertEquals(trouble.get(), assertInstanceOf(GatewayException.class, thrown).failure());
    }
    assertEquals(1, asked.size());
  }

  @Test
  void oneThatFlowDoesNotKnowSpoilsNobodysAnswer() throws Exception {
    trouble = Optional.of(new Failure.UpstreamBroken(404, "not found"));
    var first = lead("a");
    var bad = ask(ONE, "bad");
    gathered(2);
    time.wake.countDown();
    assertEquals("about a", said(first));
    assertEquals(Optional.empty(), bad.get());
  }

  @Test
  void oneThatSpoilsTheAnswerForAllByAnyStatusDoesSoOnlyForAFewRounds() throws Exception {
    trouble = Optional.of(new Failure.UpstreamBroken(403, "forbidden"));
    time.wake.countDown();
    for (int round = 1; round < 3; round++) for (var answer : together()) assertThrows(ExecutionException.class, answer::get);
    var third = together();
    assertEquals("about a", said(third.getFirst()));
    assertEquals(trouble.get(), failure(third.getLast()));
    trouble = Optional.empty();
    for (var answer : together()) answer.get();
    trouble = Optional.of(new Failure.UpstreamBroken(500, "oops"));
    for (var answer : together()) assertEquals(trouble.get(), failure(answer));
  }

  /** Two who ask in one round, and the second of them is bad. */
  private List<Future<Optional<Fields>>> together() throws InterruptedException {
    time.closed = new CountDownLatch(1);
    var first = ask(ONE, "a");
    gathered(1);
    var second = ask(ONE, "bad");
    gathered(2);
    time.closed.countDown();
    return List.of(first, second);
  }

  private static Failure failure(Future<?> answer) {
    var thrown = assertThrows(ExecutionException.class, answer::get).getCause();
    return assertInstanceOf(GatewayException.class, thrown).failure();
  }

  @Test
  void whereTheFirstIsInterruptedAnotherLeads() throws Exception {
    var first = lead("a");
    var second = ask(ONE, "b");
    gathered(2);
    assertTrue(first.cancel(true));
    time.wake.countDown();
    assertEquals("about b", said(second));
  }
}
