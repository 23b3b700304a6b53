package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Time;
import fake.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SocketTransportTest extends TransportContract {
  private static final Call.Body JSON = new Call.Bytes("application/json", "{}".getBytes(StandardCharsets.UTF_8));
  private static final Call.Body HUGE = new Call.Bytes("application/json", new byte[32 << 20]);

  @Override
  Transport transport(UpstreamOptions options) {
    return transport(options, Resolver.SYSTEM);
  }

  private static Transport transport(UpstreamOptions options, Resolver resolver) {
    return new SocketTransport(options, new Watchdog(options), resolver, Upstream::systemTls, Optional.empty(),
        new Proxies(options.proxies(), Time.system(), notice -> { }));
  }

  private Call submit(Call.Body body, Duration within) {
    return Call.submit(upstream.uri("/v1/things"), body, within, MAX);
  }

  @Test
  void everyCallHasAConnectionOfItsOwnAndSaysSo() throws Exception {
    upstream.then(Script.json(200, "{}"));
    for (int i = 0; i < 3; i++) text(submit(JSON, LONG));
    assertEquals(List.of(1, 2, 3), upstream.sent().stream().map(sent -> sent.connection()).toList());
    assertEquals("close", upstream.sent().getFirst().header("Connection").orElseThrow());
  }

  @Test
  void largeBodyArrivesByteForByte() throws Exception {
    upstream.then(Script.json(200, "{}"));
    var bytes = new byte[3 * Outgoing.SLICE + 17];
    new Random(3).nextBytes(bytes);
    text(submit(new Call.Bytes("image/png", bytes), LONG));
    assertArrayEquals(bytes, upstream.sent().getFirst().body());
  }

  @Test
  void failedCallIsNeverRepeated() {
    for (var script : List.of(Script.reset(), Script.raw(""), Script.raw("HTTP/1.1 200"), Script.json(500, "{}"))) {
      upstream.then(script);
      var before = upstream.sent().size();
      try (var reply = transport.send(submit(JSON, LONG))) {
        assertEquals(500, reply.status());
      } catch (GatewayException e) {
        assertInstanceOf(Failure.UpstreamBroken.class, e.failure());
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      assertEquals(before + 1, upstream.sent().size());
    }
  }

  @Test
  void upstreamThatDoesNotReadIsTimedOutWhileWeWrite() throws Exception {
    try (var deaf = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      var uri = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");
      Caught.failure(Failure.TimedOut.class, () -> transport.send(Call.submit(uri, HUGE, SHORT, MAX)));
    }
  }

  @Test
  void interruptEndsConnectingAndWriting() throws Exception {
    transport = transport(new UpstreamOptions(LONG, 0, LONG, 8, LONG, List.of()));
    try (var full = new FullBacklog(); var deaf = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      var toDeaf = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");
      for (var uri : List.of(full.uri(), toDeaf)) {
        for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
          var thrown = new AtomicReference<Throwable>();
          var thread = builder.unstarted(() -> {
            try (var reply = transport.send(Call.submit(uri, HUGE, LONG, MAX))) {
              thrown.set(new AssertionError("answered " + reply.status()));
            } catch (Throwable e) {
              thrown.set(e);
            }
          });
          thread.start();
          thread.join(Duration.ofMillis(50));
          thread.interrupt();
          assertTrue(thread.join(LONG));
          assertInstanceOf(InterruptedException.class, thrown.get());
        }
      }
    }
  }

  @Test
  void answerThatComesBeforeTheBodyWasSentIsHeard() throws Exception {
    try (var server = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      var serving = Thread.ofPlatform().start(() -> {
        try (var socket = server.accept()) {
          socket.getInputStream().readNBytes(10);
          var answer = "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n";
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
      try (var reply = transport.send(Call.submit(uri, HUGE, LONG, MAX))) {
        assertEquals(413, reply.status());
      }
      assertTrue(serving.join(LONG));
    }
  }

  /** A form whose file of a million bytes gets another size after it was measured: while the name is looked up. */
  private Call form(int laterSize) throws IOException {
    var file = Files.write(folder.resolve("in.png"), new byte[1_000_000]);
    transport = transport(OPTIONS, host -> {
      try {
        Files.write(file, new byte[laterSize]);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return List.of(InetAddress.getByName("127.0.0.1"));
    });
    var form = new Call.Form(List.of(new Call.FilePart("image", "in.png", "image/png", file)));
    return Call.submit(URI.create("http://changing.test:" + upstream.port() + "/"), form, LONG, MAX);
  }

  @Test
  void fileThatShrankEndsTheCallAndIsNotFilledUp() throws Exception {
    var call = form(10);
    var failure = Caught.failure(Failure.UpstreamBroken.class, () -> transport.send(call));
    assertTrue(failure.message().contains("a file to send became shorter"), failure.message());
    upstream.awaitHungUp(1);
    assertEquals(List.of(), upstream.sent());
  }

  @Test
  void fileThatGrewIsSentAsItWasMeasured() throws Exception {
    upstream.then(Script.json(200, "{}"));
    assertEquals("{}", text(form(2_000_000)));
    var sent = upstream.sent().getFirst();
    assertEquals(String.valueOf(sent.body().length), sent.header("Content-Length").orElseThrow());
    assertTrue(new String(sent.body(), StandardCharsets.ISO_8859_1).endsWith("--\r\n"));
  }

  @Test
  void nextAddressIsTriedWhereOneDoesNotAnswer() throws Exception {
    upstream.then(Script.json(200, "{}"));
    var asked = new AtomicInteger();
    transport = transport(OPTIONS, host -> {
      asked.incrementAndGet();
      return List.of(InetAddress.getByName("::1"), InetAddress.getByName("127.0.0.3"),
          InetAddress.getByName("127.0.0.1"));
    });
    var uri = URI.create("http://three.test:" + upstream.port() + "/");
    assertEquals("{}", text(Call.submit(uri, JSON, LONG, MAX)));
    assertEquals(1, asked.get());
    assertEquals("three.test:" + upstream.port(), upstream.sent().getFirst().header("Host").orElseThrow());
  }

  @Test
  void lookUpThatHangsIsBoundByTheCallsTime() throws Exception {
    var never = new CountDownLatch(1);
    transport = transport(OPTIONS, host -> {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new UnknownHostException(host);
    });
    var call = Call.submit(URI.create("http://slow.test/"), JSON, SHORT, MAX);
    Caught.failure(Failure.Unreachable.class, () -> transport.send(call));
    never.countDown();
  }

  @Test
  void spacesThatKeepALineOpenDoNotEndACallThatBuys() throws Exception {
    var answer = Script.answer(200, "application/json", "                        {}".getBytes(StandardCharsets.UTF_8));
    upstream.then(answer.dripping(1, Duration.ofMillis(10)));
    assertEquals("{}", text(submit(JSON, LONG)).strip());
    Caught.failure(Failure.TimedOut.class, () -> text(get(LONG)));
  }

  @Test
  void rateHoldsForACallThatBuysOnceItsAnswerIsUnderWay() throws Exception {
    upstream.then(Script.answer(200, "application/json", new byte[10_000]).hangAfter(5000));
    Caught.failure(Failure.TimedOut.class, () -> text(submit(JSON, LONG)));
  }
}
