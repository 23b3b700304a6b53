package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(80);
  private static final UpstreamOptions OPTIONS = new UpstreamOptions(LONG, 0, LONG, 2, LONG, List.of("127.0.0.1"));
  private static final Call.Body JSON = new Call.Bytes("application/json", "{}".getBytes(StandardCharsets.UTF_8));

  private FakeUpstream far;
  private Upstream upstream;

  @BeforeEach
  void open() throws IOException {
    far = new FakeUpstream();
    upstream = new Upstream(OPTIONS);
  }

  @AfterEach
  void close() {
    upstream.close();
    far.close();
  }

  private Call get(Duration within) {
    return Call.get(far.uri("/poll"), within, 1000);
  }

  private Call submit(Duration within) {
    return Call.submit(far.uri("/buy"), JSON, within, 1000);
  }

  private static void drain(Reply reply) throws IOException {
    try (reply) {
      reply.body().readAllBytes();
    }
  }

  @Test
  void whatBuysAndWhatIsGuardedGoesAloneTheRestIsPooled() throws Exception {
    far.then(Script.json(200, "{}"));
    drain(upstream.send(get(LONG)));
    drain(upstream.send(submit(LONG)));
    drain(upstream.send(get(LONG)));
    drain(upstream.guarded().send(get(LONG)));
    assertEquals(List.of(1, 2, 1, 3), far.sent().stream().map(sent -> sent.connection()).toList());
  }

  @Test
  void purchaseOnAConnectionThatWentStaleCannotHappen() throws Exception {
    far.on("GET /poll", Script.json(200, "{}").thenStale());
    far.on("POST /buy", Script.json(200, "{}"));
    drain(upstream.send(get(LONG)));
    drain(upstream.send(submit(LONG)));
    assertEquals(1, far.sent("POST /buy").size());
  }

  @Test
  void moreCallsThanAllowedWaitForTheirTurn() throws Exception {
    far.then(Script.json(200, "{}"));
    var first = upstream.send(submit(LONG));
    var second = upstream.send(get(LONG));
    var third = new AtomicReference<Object>();
    var thread = Thread.ofVirtual().start(() -> {
      try (var reply = upstream.send(submit(LONG))) {
        third.set(reply.status());
      } catch (Exception e) {
        third.set(e);
      }
    });
    assertTrue(!thread.join(SHORT));
    assertEquals(2, far.sent().size());
    second.close();
    second.close();
    assertTrue(thread.join(LONG));
    assertEquals(200, third.get());
    first.close();
  }

  @Test
  void waitThatTakesTooLongIsNoCapacityAndSendsNothing() throws Exception {
    far.then(Script.json(200, "{}"));
    try (var first = upstream.send(get(LONG)); var second = upstream.send(get(LONG))) {
      assertEquals(400, first.status() + second.status());
      for (var call : List.of(submit(SHORT), get(SHORT))) {
        Caught.failure(Failure.NoCapacity.class, () -> upstream.send(call));
        Caught.failure(Failure.NoCapacity.class, () -> upstream.guarded().send(call));
      }
    }
    assertEquals(2, far.sent().size());
    drain(upstream.send(submit(LONG)));
  }

  @Test
  void timeSpentWaitingForATurnCounts() throws Exception {
    far.on("GET /poll", Script.json(200, "{}"));
    far.on("POST /buy", Script.hang());
    var first = upstream.send(get(LONG));
    var second = upstream.send(get(LONG));
    var thrown = new AtomicReference<Failure>();
    var thread = Thread.ofPlatform().start(
        () -> thrown.set(Caught.failure(() -> upstream.send(submit(Duration.ofMillis(600))))));
    assertTrue(!thread.join(SHORT));
    second.close();
    assertTrue(thread.join(LONG));
    var message = assertInstanceOf(Failure.TimedOut.class, thrown.get()).message();
    var within = Integer.parseInt(message.replaceAll(".* within ([0-9]+) ms", "$1"));
    assertTrue(within <= 560, message);
    first.close();
  }

  @Test
  void failedCallsGiveTheirTurnBack() throws Exception {
    far.then(Script.reset());
    for (int i = 0; i < 5; i++) {
      Caught.failure(Failure.UpstreamBroken.class, () -> upstream.send(submit(LONG)));
      Caught.failure(Failure.UpstreamBroken.class, () -> upstream.send(get(LONG)));
    }
    far.then(Script.json(200, "{}"));
    drain(upstream.send(get(SHORT.multipliedBy(10))));
  }

  @Test
  void interruptEndsTheWaitForATurn() throws Exception {
    far.then(Script.json(200, "{}"));
    try (var first = upstream.send(get(LONG)); var second = upstream.send(get(LONG))) {
      assertEquals(400, first.status() + second.status());
      var interrupted = new CountDownLatch(1);
      var thread = Thread.ofPlatform().start(() -> {
        try (var reply = upstream.send(submit(LONG))) {
          throw new AssertionError("answered " + reply.status());
        } catch (InterruptedException e) {
          interrupted.countDown();
        }
      });
      thread.interrupt();
      assertTrue(thread.join(LONG));
      assertEquals(0, interrupted.getCount());
    }
  }

  @Test
  void hostsAreForgottenWhenNobodyCallsThem() throws Exception {
    var slots = new Slots(1);
    var a = Target.of(far.uri("/a"));
    var b = Target.of(URI.create("http://b.test/"));
    slots.take(a, LONG);
    slots.take(b, LONG);
    Caught.failure(Failure.NoCapacity.class, () -> slots.take(a, Duration.ofMillis(1)));
    assertEquals(2, slots.hosts());
    slots.give(a);
    slots.give(b);
    assertEquals(0, slots.hosts());
  }
}
