package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.io.TempDir;

/** What every transport owes its callers. */
abstract class TransportContract {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(150);
  static final Duration ENOUGH_FOR_A_HEAD = Duration.ofMillis(400);
  static final long MAX = 1 << 20;
  static final UpstreamOptions OPTIONS = new UpstreamOptions(Duration.ofMillis(150), 1000, Duration.ofMillis(100), 8,
      LONG, List.of());

  @TempDir
  Path folder;

  FakeUpstream upstream;
  Transport transport;

  abstract Transport transport(UpstreamOptions options);

  @BeforeEach
  void open() throws IOException {
    upstream = new FakeUpstream();
    transport = transport(OPTIONS);
  }

  @AfterEach
  void close() throws Exception {
    upstream.close();
    if (transport instanceof AutoCloseable closeable) closeable.close();
  }

  Call get(Duration within) {
    return Call.get(upstream.uri("/v1/things?key=sesame"), within, MAX).with("Authorization", "Bearer sesame");
  }

  Call post(Call.Body body) {
    return new Call("POST", upstream.uri("/v1/things"), List.of(), body, false, LONG, MAX, Call.Way.USUAL);
  }

  String text(Call call) throws InterruptedException, IOException {
    try (var reply = transport.send(call)) {
      return new String(reply.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void answerComesWholeWhateverItsStatus() throws Exception {
    upstream.then(Script.json(503, "{\"busy\":true}", "Retry-After: 7"));
    try (var reply = transport.send(get(LONG))) {
      assertEquals(503, reply.status());
      assertEquals("7", reply.header("retry-after").orElseThrow());
      assertTrue(reply.header("Location").isEmpty());
      assertEquals("{\"busy\":true}", new String(reply.body().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(-1, reply.body().read());
    }
  }

  @Test
  void everyHeaderOfANameIsHeardInOrder() throws Exception {
    upstream.then(Script.json(200, "{}", "Set-Cookie: a=1; Path=/", "X-Other: 1", "set-cookie: b=2"));
    try (var reply = transport.send(get(LONG))) {
      assertEquals(List.of("a=1; Path=/", "b=2"), reply.headers("Set-Cookie"));
      assertEquals(List.of(), reply.headers("Location"));
    }
  }

  @Test
  void largeAnswerArrivesByteForByteByLengthAndInChunks() throws Exception {
    var bytes = new byte[700_000];
    new Random(1).nextBytes(bytes);
    var ascii = "0123456789abcdef".repeat(3000);
    upstream.then(Script.answer(200, "image/png", bytes), Script.chunked(200, "text/plain", ascii, "x", ascii));
    try (var reply = transport.send(get(LONG))) {
      assertArrayEquals(bytes, reply.body().readAllBytes());
    }
    assertEquals(ascii + "x" + ascii, text(get(LONG)));
  }

  @Test
  void requestSaysWhatTheCallSays() throws Exception {
    upstream.then(Script.json(200, "{}"));
    text(post(new Call.Bytes("application/json", "{\"n\":1}".getBytes(StandardCharsets.UTF_8)))
        .with("Authorization", "Bearer sesame"));
    var sent = upstream.sent().getFirst();
    assertEquals("POST", sent.method());
    assertEquals("/v1/things", sent.target());
    assertEquals("{\"n\":1}", sent.text());
    assertEquals("application/json", sent.header("Content-Type").orElseThrow());
    assertEquals("7", sent.header("Content-Length").orElseThrow());
    assertEquals("Bearer sesame", sent.header("Authorization").orElseThrow());
    assertEquals("identity", sent.header("Accept-Encoding").orElseThrow());
    assertEquals("127.0.0.1:" + upstream.port(), sent.header("Host").orElseThrow());
    assertEquals("easel", sent.header("User-Agent").orElseThrow());
  }

  @Test
  void postWithoutBodySaysSo() throws Exception {
    upstream.then(Script.json(200, "{}"));
    text(post(new Call.None()));
    assertEquals("0", upstream.sent().getFirst().header("Content-Length").orElseThrow());
  }

  @Test
  void queryAndEscapesArriveAsWritten() throws Exception {
    upstream.then(Script.json(200, "{}"));
    text(Call.get(upstream.uri("/a%2Fb/c%20d?x=%26&y=1+2#part"), LONG, MAX));
    text(Call.get(URI.create(upstream.uri("/").toString().replaceAll("/$", "") + "?q=\u00e4"), LONG, MAX));
    assertEquals("/a%2Fb/c%20d?x=%26&y=1+2", upstream.sent().get(0).target());
    assertEquals("/?q=%C3%A4", upstream.sent().get(1).target());
  }

  @Test
  void formCarriesTextAndFilesWithTheLengthItAnnounced() throws Exception {
    upstream.then(Script.json(200, "{}"));
    var bytes = new byte[300_000];
    new Random(2).nextBytes(bytes);
    var file = Files.write(folder.resolve("in.png"), bytes);
    text(post(new Call.Form(List.of(new Call.TextPart("prompt", "a gr\u00fcn \"cat\""),
        new Call.FilePart("image", "in \"1\".png", "image/png", file)))));
    var sent = upstream.sent().getFirst();
    var type = sent.header("Content-Type").orElseThrow();
    assertTrue(type.startsWith("multipart/form-data; boundary="), type);
    var dash = "--" + type.substring(type.indexOf('=') + 1);
    var expected = dash + "\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na gr\u00fcn \"cat\"\r\n"
        + dash + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"in %221%22.png\"\r\n"
        + "Content-Type: image/png\r\n\r\n";
    var start = expected.getBytes(StandardCharsets.UTF_8);
    var end = ("\r\n" + dash + "--\r\n").getBytes(StandardCharsets.UTF_8);
    var body = new byte[start.length + bytes.length + end.length];
    System.arraycopy(start, 0, body, 0, start.length);
    System.arraycopy(bytes, 0, body, start.length, bytes.length);
    System.arraycopy(end, 0, body, start.length + bytes.length, end.length);
    assertArrayEquals(body, sent.body());
    assertEquals(String.valueOf(body.length), sent.header("Content-Length").orElseThrow());
  }

  @Test
  void missingFileIsFoundBeforeAnythingIsSent() {
    var form = new Call.Form(List.of(new Call.FilePart("image", "a.png", "image/png", folder.resolve("gone"))));
    Caught.failure(Failure.Unreachable.class, () -> transport.send(post(form)));
    assertEquals(0, upstream.connections());
  }

  @Test
  void nothingIsSentWithAHeaderThatWouldBreakTheLine() {
    for (var value : List.of("Bearer sesame\n", "Bearer sesame\r\nX-More: 1", "sesame\0", "sesame\u2028")) {
      var failure = Caught.failure(Failure.Unreachable.class, () -> transport.send(get(LONG).with("X-Key", value)));
      assertFalse(failure.message().contains("sesame"), failure.message());
    }
    for (var name : List.of("", "X Key", "X-Key:", "Host", "content-length", "Transfer-Encoding", "Connection")) {
      Caught.failure(Failure.Unreachable.class, () -> transport.send(get(LONG).with(name, "1")));
    }
    assertEquals(0, upstream.connections());
  }

  @Test
  void refusedConnectionIsUnreachable() throws Exception {
    var uri = upstream.uri("/v1/things?key=sesame");
    upstream.close();
    var failure = Caught.failure(Failure.Unreachable.class, () -> transport.send(Call.get(uri, LONG, MAX)));
    assertClean(failure);
  }

  @Test
  void missingNameIsUnreachable() {
    var uri = URI.create("http://nobody.invalid/v1/things?key=sesame");
    assertClean(Caught.failure(Failure.Unreachable.class, () -> transport.send(Call.get(uri, LONG, MAX))));
  }

  @Test
  void connectionThatIsNeverMadeIsUnreachable() throws Exception {
    try (var full = new FullBacklog()) {
      assertClean(Caught.failure(Failure.Unreachable.class, () -> transport.send(Call.get(full.uri(), LONG, MAX))));
    }
  }

  @Test
  void addressNobodyCanCallIsUnreachable() {
    for (var uri : List.of("ftp://127.0.0.1/", "http:///x", "http:x", "/x", "http://a_b/",
        "http://me:sesame@127.0.0.1/", "http://127.0.0.1:0/", "http://127.0.0.1:65536/")) {
      var failure = Caught.failure(Failure.Unreachable.class,
          () -> transport.send(Call.get(URI.create(uri), LONG, MAX)));
      assertClean(failure);
    }
  }

  @Test
  void resetAfterTheRequestIsBroken() {
    upstream.then(Script.reset());
    var failure = Caught.failure(Failure.UpstreamBroken.class, () -> transport.send(get(LONG)));
    assertEquals(0, failure.status());
    assertClean(failure);
  }

  @Test
  void upstreamThatNeverAnswersIsTimedOut() throws Exception {
    upstream.then(Script.hang());
    assertClean(Caught.failure(Failure.TimedOut.class, () -> transport.send(get(SHORT))));
    assertEquals(1, upstream.sent().size());
    upstream.awaitHungUp(1);
  }

  @Test
  void timeCoversTheBodyHoweverSteadilyItDrips() throws Exception {
    transport = transport(new UpstreamOptions(LONG, 0, LONG, 8, LONG, List.of()));
    upstream.then(Script.answer(200, "image/png", new byte[10_000]).dripping(1, Duration.ofMillis(5)));
    try (var reply = transport.send(get(ENOUGH_FOR_A_HEAD))) {
      assertClean(Caught.failure(Failure.TimedOut.class, () -> reply.body().readAllBytes()));
      assertEquals(200, reply.status());
      Caught.failure(Failure.TimedOut.class, () -> reply.body().read());
    }
    upstream.awaitHungUp(1);
  }

  @Test
  void timeRunsOutForAReplyNobodyReads() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[10_000]).hangAfter(3000));
    try (var reply = transport.send(get(ENOUGH_FOR_A_HEAD))) {
      upstream.awaitHungUp(1);
      Caught.failure(Failure.TimedOut.class, () -> reply.body().readAllBytes());
    }
  }

  @Test
  void bodyThatDripsBelowTheRateIsTimedOut() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[10_000]).dripping(1, Duration.ofMillis(5)));
    try (var reply = transport.send(get(LONG))) {
      assertClean(Caught.failure(Failure.TimedOut.class, () -> reply.body().readAllBytes()));
    }
  }

  @Test
  void bodyThatStopsIsTimedOutByTheRate() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[10_000]).hangAfter(3000));
    try (var reply = transport.send(get(LONG))) {
      Caught.failure(Failure.TimedOut.class, () -> reply.body().readAllBytes());
    }
  }

  @Test
  void rateDoesNotMindSilenceBeforeTheAnswerOrItsBody() throws Exception {
    var options = new UpstreamOptions(LONG, 1_000_000, Duration.ofMillis(20), 8, LONG, List.of());
    transport = transport(options);
    var answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    upstream.then(Script.raw(answer).dripping(100, Duration.ofMillis(80)),
        Script.json(200, "{}").dripping(2, Duration.ofMillis(80)));
    assertEquals("{}", text(get(LONG)));
    assertEquals("{}", text(get(LONG)));
  }

  @Test
  void rateDoesNotMindAReaderWhoTakesHisTime() throws Exception {
    var options = new UpstreamOptions(LONG, 1_000_000, Duration.ofMillis(20), 8, LONG, List.of());
    transport = transport(options);
    upstream.then(Script.answer(200, "image/png", new byte[60_000]));
    try (var reply = transport.send(get(LONG))) {
      assertEquals(1, reply.body().readNBytes(1).length);
      assertFalse(new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS));
      assertEquals(59_999, reply.body().readAllBytes().length);
    }
  }

  @Test
  void streamOfEventsMayBeAsSlowAsItLikes() throws Exception {
    var options = new UpstreamOptions(LONG, 1_000_000, Duration.ofMillis(20), 8, LONG, List.of());
    transport = transport(options);
    var events = Script.chunked(200, "text/event-stream; charset=utf-8", "data: 1\n\n");
    upstream.then(events.dripping(1, Duration.ofMillis(8)));
    assertEquals("data: 1\n\n", text(get(LONG)));
  }

  @Test
  void bodyMayBeAsLongAsAllowedAndNoLonger() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[1000]), Script.chunked(200, "text/plain", "x".repeat(1000)),
        Script.answer(200, "image/png", new byte[1001]), Script.chunked(200, "text/plain", "x".repeat(1001)));
    var call = Call.get(upstream.uri("/"), LONG, 1000);
    assertEquals(1000, text(call).length());
    assertEquals(1000, text(call).length());
    for (int i = 0; i < 2; i++) {
      try (var reply = transport.send(call)) {
        var failure = Caught.failure(Failure.UpstreamBroken.class, () -> reply.body().readAllBytes());
        assertEquals(200, failure.status());
      }
    }
  }

  @Test
  void bodyAnnouncedTooLongIsNotWaitedFor() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[1 << 21]).hangAfter(100));
    try (var reply = transport.send(get(LONG))) {
      Caught.failure(Failure.UpstreamBroken.class, () -> reply.body().read());
    }
  }

  @Test
  void compressedAnswerIsRefusedYetItsStatusIsHeard() throws Exception {
    upstream.then(Script.json(401, "{}", "Content-Encoding: gzip"));
    try (var reply = transport.send(get(LONG))) {
      assertEquals(401, reply.status());
      assertEquals(401, Caught.failure(Failure.UpstreamBroken.class, () -> reply.body().read()).status());
    }
  }

  @Test
  void everyCutOfAnAnswerWithALengthIsAnError() throws Exception {
    sweep(Script.json(200, "{\"id\":\"abc\"}"), Script.json(200, "{\"id\":\"abc\"}").length());
  }

  @Test
  void everyCutOfAChunkedAnswerIsAnError() throws Exception {
    var whole = Script.chunked(200, "text/plain", "hello ", "world");
    sweep(whole, whole.length());
  }

  private void sweep(Script whole, int length) throws Exception {
    for (int n = 0; n < length; n++) {
      upstream.then(whole.cutAfter(n));
      Caught.failure(Failure.UpstreamBroken.class, () -> text(get(LONG)));
    }
    upstream.then(whole.cutAfter(length));
    assertFalse(text(get(LONG)).isEmpty());
  }

  @Test
  void resetInsideTheBodyIsBroken() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[200_000]).resetAfter(100_000));
    Caught.failure(Failure.UpstreamBroken.class, () -> text(get(LONG)));
  }

  @Test
  void lengthSaidTwiceIsBroken() {
    upstream.then(Script.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"));
    Caught.failure(Failure.UpstreamBroken.class, () -> text(get(LONG)));
    upstream.then(Script.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    Caught.failure(Failure.UpstreamBroken.class, () -> text(get(LONG)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 key-that-was-sent OK\r\nContent-Length: 0", "HTTP/1.1 200 OK\r\nContent-Length: key-that-was-sent"})
  void anAnswerThatIsNoHttpIsNotRepeated(String head) {
    upstream.then(Script.raw(head + "\r\n\r\n"));
    Throwable thrown = assertThrows(GatewayException.class, () -> text(get(LONG)));
    for (; thrown != null; thrown = thrown.getCause()) assertFalse(thrown.toString().contains("key-that-was-sent"), thrown.toString());
  }

  @Test
  void nonsenseIsBroken() {
    upstream.then(Script.raw("<html>no</html>\r\n\r\n"));
    assertClean(Caught.failure(Failure.UpstreamBroken.class, () -> text(get(LONG))));
  }

  @Test
  void redirectIsAnAnswerAndNotFollowed() throws Exception {
    upstream.then(Script.empty(302, "Location: /elsewhere"));
    try (var reply = transport.send(get(LONG))) {
      assertEquals(302, reply.status());
      assertEquals("/elsewhere", reply.header("Location").orElseThrow());
    }
    assertEquals(1, upstream.sent().size());
  }

  @Test
  void answersWithoutABodyEndAtOnce() throws Exception {
    upstream.then(Script.empty(204), Script.empty(304, "Content-Length: 5"));
    assertEquals("", text(get(LONG)));
    assertEquals("", text(get(LONG)));
    upstream.then(Script.json(200, "{}"));
    assertEquals("", text(new Call("HEAD", upstream.uri("/"), List.of(), new Call.None(), false, LONG, MAX, Call.Way.USUAL)));
  }

  @Test
  void interruptEndsTheWaitForAnAnswer() throws Exception {
    upstream.then(Script.hang());
    for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      var before = upstream.sent().size();
      var thrown = new AtomicReference<Throwable>();
      var thread = builder.start(() -> {
        try (var reply = transport.send(get(LONG))) {
          thrown.set(new AssertionError("answered " + reply.status()));
        } catch (Throwable e) {
          thrown.set(e);
        }
      });
      upstream.awaitSent(before + 1);
      thread.interrupt();
      assertTrue(thread.join(LONG));
      assertInstanceOf(InterruptedException.class, thrown.get());
      upstream.awaitHungUp(before + 1);
    }
  }

  @Test
  void interruptEndsTheReadingOfABodyAndLeavesTheFlagSet() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[10_000]).hangAfter(3000));
    transport = transport(new UpstreamOptions(LONG, 0, LONG, 8, LONG, List.of()));
    for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      var thrown = new AtomicReference<Throwable>();
      var flag = new AtomicReference<Boolean>();
      var reading = new CountDownLatch(1);
      var thread = builder.start(() -> {
        try (var reply = transport.send(get(LONG))) {
          reply.body().readNBytes(100);
          reading.countDown();
          reply.body().readAllBytes();
        } catch (Throwable e) {
          thrown.set(e);
          flag.set(Thread.currentThread().isInterrupted());
        }
      });
      reading.await();
      thread.interrupt();
      assertTrue(thread.join(LONG));
      assertInstanceOf(Failure.UpstreamBroken.class, assertInstanceOf(GatewayException.class, thrown.get()).failure());
      assertEquals(true, flag.get());
    }
  }

  @Test
  void closingAReplyEarlyEndsTheUpstreamsWork() throws Exception {
    upstream.then(Script.answer(200, "image/png", new byte[500_000]).dripping(10, Duration.ofMillis(2)));
    transport.send(get(LONG)).close();
    upstream.awaitHungUp(1);
  }

  static void assertClean(Failure failure) {
    assertFalse(failure.message().contains("sesame"), failure.message());
    assertFalse(failure.message().contains("?"), failure.message());
    assertFalse(failure.message().contains("null"), failure.message());
  }

  /** A port whose queue is full, so that the system lets further connections wait. */
  static final class FullBacklog implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    private final List<Socket> waiting = List.of(new Socket(server.getInetAddress(), server.getLocalPort()),
        new Socket(server.getInetAddress(), server.getLocalPort()));

    FullBacklog() throws IOException {}

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1/things?key=sesame");
    }

    @Override
    public void close() throws IOException {
      for (var socket : waiting) socket.close();
      server.close();
    }
  }
}
