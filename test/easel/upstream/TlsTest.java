package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.Time;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final UpstreamOptions OPTIONS = new UpstreamOptions(LONG, 0, LONG, 8, LONG, List.of("good.test"));
  private static final Call.Body JSON = new Call.Bytes("application/json", "{}".getBytes(StandardCharsets.UTF_8));

  @TempDir
  static Path folder;
  static TestCertificates certificates;
  static SSLContext trusting;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = new TestCertificates(folder);
    trusting = certificates.client();
    sockets(trusting); // before the first TLS socket of all, see there
  }

  private static List<InetAddress> resolve(String host) throws UnknownHostException {
    return List.of(InetAddress.getByName("127.0.0.1"));
  }

  private static Transport sockets(SSLContext tls) {
    return new SocketTransport(OPTIONS, new Watchdog(OPTIONS), TlsTest::resolve, () -> tls, Optional.empty(),
        new Proxies(ProxyOptions.NONE, Time.system(), notice -> { }));
  }

  private static Call submit(FakeUpstream upstream, String host) {
    return Call.submit(URI.create("https://" + host + ":" + upstream.port() + "/v1"), JSON, LONG, 1 << 20);
  }

  @Test
  void trustedUpstreamIsCalledByItsName() throws Exception {
    try (var upstream = new FakeUpstream(certificates.server("good"))) {
      upstream.then(Script.json(200, "{\"a\":1}"));
      for (var host : List.of("good.test", "127.0.0.1")) {
        try (var reply = sockets(trusting).send(submit(upstream, host))) {
          assertEquals("{\"a\":1}", new String(reply.body().readAllBytes(), StandardCharsets.UTF_8));
        }
      }
      assertTrue(certificates.namesAsked.toString().contains("good.test"), certificates.namesAsked.toString());
      assertEquals("good.test:" + upstream.port(), upstream.sent().getFirst().header("Host").orElseThrow());
    }
  }

  @Test
  void largeBodiesPassBothWays() throws Exception {
    try (var upstream = new FakeUpstream(certificates.server("good"))) {
      upstream.on("POST /v1", sent -> Script.answer(200, "image/png", sent.body()));
      var call = submit(upstream, "good.test");
      var body = new Call.Bytes("image/png", new byte[500_000]);
      try (var reply = sockets(trusting).send(Call.submit(call.uri(), body, LONG, 1 << 20))) {
        assertEquals(500_000, reply.body().readAllBytes().length);
      }
    }
  }

  @Test
  void upstreamThatCannotProveItsNameGetsNoByteOfTheRequest() throws Exception {
    for (var name : List.of("other", "expired")) {
      try (var upstream = new FakeUpstream(certificates.server(name))) {
        refused(trusting, upstream);
      }
    }
    try (var upstream = new FakeUpstream(certificates.server("good"))) {
      refused(SSLContext.getDefault(), upstream);
    }
  }

  private static void refused(SSLContext tls, FakeUpstream upstream) throws Exception {
    var failure = Caught.failure(Failure.Unreachable.class, () -> sockets(tls).send(submit(upstream, "good.test")));
    // A JDK without certificates of its own cannot even begin.
    assertTrue(failure.message().contains("certificate") || failure.message().contains("no TLS"), failure.message());
    try (var pooled = new JdkTransport(OPTIONS, new Watchdog(OPTIONS), () -> tls)) {
      var get = Call.get(upstream.uri("/"), LONG, 1 << 20);
      Caught.failure(Failure.Unreachable.class, () -> pooled.send(get));
    }
    assertEquals(List.of(), upstream.sent());
  }

  @Test
  void upstreamWithoutTlsIsUnreachable() throws Exception {
    try (var plain = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      var serving = Thread.ofPlatform().start(() -> {
        try (var socket = plain.accept()) {
          socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          socket.getInputStream().readAllBytes();
        } catch (IOException e) {
          // a client that does not like what it hears may also reset
        }
      });
      var call = Call.submit(URI.create("https://good.test:" + plain.getLocalPort() + "/"), JSON, LONG, 1 << 20);
      var failure = Caught.failure(Failure.Unreachable.class, () -> sockets(trusting).send(call));
      assertEquals("good.test cannot be reached: no TLS", failure.message());
      assertTrue(serving.join(LONG));
    }
  }

  @Test
  void handshakeThatHangsIsUnreachable() throws Exception {
    try (var silent = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      var uri = URI.create("https://good.test:" + silent.getLocalPort() + "/");
      var call = Call.submit(uri, JSON, Duration.ofMillis(150), 1 << 20);
      Caught.failure(Failure.Unreachable.class, () -> sockets(trusting).send(call));
    }
  }

  @Test
  void silenceAndCutsAfterTheHandshakeAreNotCalledUnreachable() throws Exception {
    try (var upstream = new FakeUpstream(certificates.server("good"))) {
      upstream.then(Script.hang(), Script.json(200, "{}").cutAfter(50), Script.json(200, "{}").cutAfter(0));
      var call = submit(upstream, "good.test");
      var hurried = Call.submit(call.uri(), JSON, Duration.ofMillis(400), 1 << 20);
      Caught.failure(Failure.TimedOut.class, () -> sockets(trusting).send(hurried));
      Caught.failure(Failure.UpstreamBroken.class, () -> sockets(trusting).send(call));
      Caught.failure(Failure.UpstreamBroken.class, () -> sockets(trusting).send(call));
      assertEquals(3, upstream.sent().size());
    }
  }

  @Test
  void cutOfAnAnswerThatEndsWithItsConnectionIsSeen() throws Exception {
    assertEquals("whole", overTls(true));
    Caught.failure(Failure.UpstreamBroken.class, () -> overTls(false));
  }

  /** An answer without a length from a server that says goodbye, or does not. */
  private static String overTls(boolean goodbye) throws Exception {
    var tls = certificates.server("good");
    try (var server = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      var serving = Thread.ofPlatform().start(() -> {
        try (var socket = server.accept()) {
          var secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
          secure.getInputStream().read(new byte[4096]);
          secure.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nwhole".getBytes(StandardCharsets.US_ASCII));
          if (goodbye) secure.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      var call = Call.submit(URI.create("https://good.test:" + server.getLocalPort() + "/"), JSON, LONG, 1 << 20);
      try (var reply = sockets(trusting).send(call)) {
        return new String(reply.body().readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        assertTrue(serving.join(LONG));
      }
    }
  }

  @Test
  void interruptEndsAHandshakeAndAWait() throws Exception {
    try (var silent = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
        var upstream = new FakeUpstream(certificates.server("good"))) {
      upstream.then(Script.hang());
      var ports = List.of(silent.getLocalPort(), upstream.port());
      for (var port : ports) {
        for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
          var call = Call.submit(URI.create("https://good.test:" + port + "/"), JSON, LONG, 1 << 20);
          var interrupted = new CountDownLatch(1);
          var thread = builder.start(() -> {
            try (var reply = sockets(trusting).send(call)) {
              throw new AssertionError("answered " + reply.status());
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          });
          thread.join(Duration.ofMillis(100));
          thread.interrupt();
          assertTrue(thread.join(LONG));
          assertEquals(0, interrupted.getCount());
        }
      }
    }
  }

  @Test
  void fetcherDoesNotFollowALinkOutOfTls() throws Exception {
    try (var secure = new FakeUpstream(certificates.server("good")); var plain = new FakeUpstream();
        var out = new Upstream(OPTIONS, TlsTest::resolve, () -> trusting)) {
      secure.on("GET /file", Script.answer(200, "image/png", new byte[100]));
      secure.on("GET /down", Script.empty(302, "Location: http://good.test:" + plain.port() + "/"));
      secure.on("GET /round", Script.empty(302, "Location: /file"));
      var file = folder.resolve("fetched");
      var base = "https://good.test:" + secure.port();
      out.fetcher().fetch(URI.create(base + "/round"), "image_url", 1000, file);
      assertEquals(100, Files.size(file));
      var failure = Caught.failure(Failure.Invalid.class,
          () -> out.fetcher().fetch(URI.create(base + "/down"), "image_url", 1000, file));
      assertEquals(new Failure.Invalid("image_url", "image_url redirects from https to http"), failure);
      assertEquals(0, plain.connections());
    }
  }
}
