package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import fake.Await;
import fake.FakeComfy;
import fake.FakeComfyLine;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LiveSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Upstream upstream = new Upstream(UpstreamOptions.defaults());
  private FakeComfy far;

  @BeforeEach
  void open() throws IOException {
    far = new FakeComfy();
  }

  @AfterEach
  void close() {
    far.close();
    upstream.close();
  }

  /** Connected, the greeting heard. */
  private LiveSocket live(int max) throws InterruptedException {
    var live = upstream.open(Call.get(far.base().resolve("/ws?clientId=me"), PATIENCE, max).with("Authorization", "Bearer k"));
    assertTrue(text(live).contains("\"sid\":\"me\""));
    return live;
  }

  private FakeComfyLine line() {
    return far.lines().getLast();
  }

  private static String text(LiveSocket live) throws InterruptedException {
    return assertInstanceOf(LiveSocket.Text.class, live.next(PATIENCE).orElseThrow()).text();
  }

  @Test
  void messagesComeWholeAndInOrder() throws Exception {
    try (var live = live(1 << 20)) {
      line().textInTwo("{\"a\":\"é\"}");
      line().binary(new byte[70_000]);
      line().text("");
      assertEquals("{\"a\":\"é\"}", text(live));
      assertArrayEquals(new byte[70_000], assertInstanceOf(LiveSocket.Bytes.class, live.next(PATIENCE).orElseThrow()).bytes());
      assertEquals("", text(live));
      assertEquals("Bearer k", far.seen().getLast().header("authorization").orElseThrow());
    }
  }

  @Test
  void silenceIsNoMessage() throws Exception {
    try (var live = live(100)) {
      assertEquals(Optional.empty(), live.next(Duration.ofMillis(20)));
      assertEquals(Optional.empty(), live.next(Duration.ZERO));
      line().text("late");
      assertEquals("late", text(live));
    }
  }

  @Test
  void whatIsSaidArrives() throws Exception {
    try (var live = live(100)) {
      live.send("hello", PATIENCE);
      Await.until("the message", () -> !line().heard().isEmpty());
      assertEquals(List.of("hello"), line().heard());
    }
  }

  @Test
  void endIsToldAgainAndAgainAndAfterTheLastMessage() throws Exception {
    try (var live = live(100)) {
      line().text("last");
      line().goodbye();
      assertEquals("last", text(live));
      assertEquals(new Failure.UpstreamBroken(0, "127.0.0.1/ws ended the live line"), Caught.failure(() -> live.next(PATIENCE)));
      Caught.failure(Failure.UpstreamBroken.class, () -> live.next(PATIENCE));
    }
  }

  @Test
  void lostConnectionIsTold() throws Exception {
    try (var live = live(100)) {
      assertEquals(Optional.empty(), live.next(Duration.ofMillis(50)));
      far.close();
      Caught.failure(Failure.UpstreamBroken.class, () -> live.next(PATIENCE));
    }
  }

  @Test
  void tooLargeMessageIsNotGathered() throws Exception {
    try (var live = live(100)) {
      line().binary(new byte[101]);
      assertEquals(new Failure.UpstreamBroken(0, "127.0.0.1/ws sent a message of more than 100 bytes"), Caught.failure(() -> live.next(PATIENCE)));
    }
  }

  @Test
  void interruptEndsTheWait() throws Exception {
    try (var live = live(100)) {
      var with = new AtomicReference<Throwable>();
      var ended = new CountDownLatch(1);
      var reader = Thread.ofVirtual().start(() -> {
        try {
          live.next(Duration.ofMinutes(1));
        } catch (Throwable e) {
          with.set(e);
        }
        ended.countDown();
      });
      reader.interrupt();
      assertTrue(ended.await(3, TimeUnit.SECONDS));
      assertInstanceOf(InterruptedException.class, with.get());
    }
  }

  @Test
  void farSideWithoutWebSocketsIsToldWithItsStatus() {
    far.withoutSockets();
    assertEquals(new Failure.UpstreamBroken(404, "127.0.0.1/ws opens no live line"), Caught.failure(() -> live(100)));
  }

  @Test
  void nobodyThereIsUnreachable() {
    var nobody = URI.create("http://127.0.0.1:1/ws");
    Caught.failure(Failure.Unreachable.class, () -> upstream.open(Call.get(nobody, PATIENCE, 100)));
    Caught.failure(Failure.Unreachable.class, () -> upstream.open(Call.get(URI.create("ftp://h/"), PATIENCE, 100)));
  }

  @Test
  void silentHandshakeEndsInTime() throws IOException {
    try (var silent = new FakeUpstream()) {
      silent.then(Script.hang());
      Caught.failure(Failure.TimedOut.class, () -> upstream.open(Call.get(silent.uri("/ws"), Duration.ofMillis(100), 100)));
    }
  }
}
