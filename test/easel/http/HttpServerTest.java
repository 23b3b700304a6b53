package easel.http;

import static easel.http.Servers.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.http.RawClient.Reply;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {
  private HttpServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private RawClient serving(Handler handler) throws IOException {
    return serving(Servers.options(), handler);
  }

  private RawClient serving(HttpOptions options, Handler handler) throws IOException {
    server = HttpServer.start(options, handler);
    return new RawClient(server.port());
  }

  private static String get(String path, String... headers) {
    var lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
  }

  private static String post(String path, String body) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static Handler echo() {
    return request -> Response.text(200, request.method() + " " + request.path() + " "
        + new String(request.bytes(100_000_000)).length());
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void servesOneRequestAfterTheOtherOnAConnection(boolean virtual) throws IOException {
    try (var client = serving(Servers.options().withVirtualThreads(virtual), echo())) {
      for (int i = 0; i < 20; i++) {
        assertEquals("GET /" + i + " 0", client.send(get("/" + i)).reply().text());
        assertEquals("POST /p 5", client.send(post("/p", "hello")).reply().text());
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    try (var client = serving(echo())) {
      client.send(get("/1") + post("/2", "ab") + get("/3") + post("/4", ""));
      assertEquals("GET /1 0", client.reply().text());
      assertEquals("POST /2 2", client.reply().text());
      assertEquals("GET /3 0", client.reply().text());
      assertEquals("POST /4 0", client.reply().text());
    }
  }

  @Test
  void aSmallUnreadBodyDoesNotCostTheConnection() throws IOException {
    try (var client = serving(request -> Response.empty(204))) {
      for (int size : List.of(1, 1000, 60_000)) {
        assertEquals(204, client.send(post("/x", "y".repeat(size))).reply().status());
      }
      assertEquals(204, client.send(get("/x")).reply().status());
    }
  }

  @Test
  void aLargeUnreadBodyCostsTheConnectionButNotTheAnswer() throws IOException {
    try (var client = serving(request -> Response.text(401, "who are you"))) {
      var reply = client.send(post("/x", "y".repeat(5_000_000))).reply();
      assertEquals("who are you", reply.text());
      assertEquals("close", reply.header("connection"));
      assertEquals("", client.rest());
    }
  }

  @Test
  void anEmptyAnswerSurvivesALargeUnreadBodyToo() throws IOException {
    try (var client = serving(request -> Response.empty(403))) {
      var reply = client.send(post("/x", "y".repeat(5_000_000))).reply();
      assertEquals(403, reply.status());
      assertEquals("", reply.text());
    }
  }

  @Test
  void aClientThatSendsItsWholeBodyBeforeItReadsSeesThe413() throws IOException {
    try (var client = serving(request -> Response.text(200, "" + request.bytes(1000).length))) {
      var reply = client.send(post("/x", "y".repeat(3_000_000))).reply();
      assertEquals(413, reply.status());
      assertEquals("close", reply.header("connection"));
      assertTrue(reply.text().contains("1000 bytes"), reply.text());
    }
  }

  @Test
  void aClientThatWaitsForThe413BeforeItSendsSeesItAtOnce() throws IOException {
    try (var client = serving(request -> Response.text(200, "" + request.bytes(1000).length))) {
      client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n");
      assertEquals(413, client.reply().status());
    }
  }

  @Test
  void aRouteRaisesAndLowersTheLimit() throws IOException {
    var options = Servers.options().withLimits(HttpOptions.defaults().limits().withBody(10));
    try (var client = serving(options, request -> Response.text(200, "" + switch (request.path()) {
      case "/more" -> request.body(100).readAllBytes().length;
      case "/less" -> request.body(5).readAllBytes().length;
      default -> request.body().readAllBytes().length;
    }))) {
      assertEquals("10", client.send(post("/usual", "y".repeat(10))).reply().text());
      assertEquals("100", client.send(post("/more", "y".repeat(100))).reply().text());
      assertEquals(413, client.send(post("/less", "y".repeat(6))).reply().status());
    }
    assertEquals(413, exchange(post("/usual", "y".repeat(11))).status());
    assertEquals(413, exchange("POST /usual HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "b\r\n" + "y".repeat(11) + "\r\n0\r\n\r\n").status());
    assertEquals(200, exchange("POST /usual HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "a\r\n" + "y".repeat(10) + "\r\n0\r\n\r\n").status());
  }

  private Reply exchange(String request) throws IOException {
    try (var client = new RawClient(server.port())) {
      return client.send(request).reply();
    }
  }

  @Test
  void continueIsSaidBeforeTheBodyIsSent() throws IOException {
    try (var client = serving(echo())) {
      client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(100, client.reply().status());
      assertEquals("POST /x 3", client.send("abc").reply().text());
    }
  }

  @ParameterizedTest
  @CsvSource({"/bytes,5", "/empty,0", "/sized,7"})
  void headHasTheLengthAndNoBody(String path, String length) throws IOException {
    try (var client = serving(HttpServerTest::various)) {
      for (int i = 0; i < 2; i++) {
        var reply = client.send(get(path).replace("GET", "HEAD")).headReply();
        assertEquals(200, reply.status());
        assertEquals(length, reply.header("content-length"));
      }
      assertEquals(200, client.send(get("/bytes")).reply().status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/unsized", "/events"})
  void headOfAnUnknownLengthHasNone(String path) throws IOException {
    try (var client = serving(HttpServerTest::various)) {
      var reply = client.send(get(path).replace("GET", "HEAD")).headReply();
      assertEquals(200, reply.status());
      assertEquals("", reply.header("content-length"));
      assertEquals("hello", client.send(get("/bytes")).reply().text());
    }
  }

  private static Response various(Request request) {
    return switch (request.path()) {
      case "/bytes" -> Response.text(200, "hello");
      case "/sized" -> Response.stream("text/plain", 7, out -> out.write("seven..".getBytes()));
      case "/unsized" -> Response.stream("text/plain", -1, out -> out.write("some".getBytes()));
      case "/events" -> Response.events(stream -> stream.send("x"));
      case "/304" -> Response.empty(304).withHeader("ETag", "\"x\"");
      case "/204" -> Response.empty(204);
      default -> Response.empty(200);
    };
  }

  @Test
  void everyKindOfAnswerLeavesTheConnectionUsable() throws IOException {
    try (var client = serving(HttpServerTest::various)) {
      for (int i = 0; i < 2; i++) {
        assertEquals("hello", client.send(get("/bytes")).reply().text());
        assertEquals("seven..", client.send(get("/sized")).reply().text());
        assertEquals("some", client.send(get("/unsized")).reply().text());
        assertEquals("data: x\n\n", client.send(get("/events")).reply().text());
        assertEquals("\"x\"", client.send(get("/304")).reply().header("etag"));
        assertEquals(204, client.send(get("/204")).reply().status());
        assertEquals("", client.send(get("/empty")).reply().text());
      }
    }
  }

  @Test
  void http10GetsNoChunks() throws IOException {
    try (var client = serving(HttpServerTest::various)) {
      var reply = client.send("GET /unsized HTTP/1.0\r\n\r\n").reply();
      assertEquals("", reply.header("transfer-encoding"));
      assertEquals("some", reply.text());
    }
  }

  @Test
  void largeAnswersArriveWhole() throws IOException {
    var big = new byte[3_000_000];
    new Random(1).nextBytes(big);
    try (var client = serving(request -> request.path().equals("/b") ? Response.bytes(200, "x/y", big)
        : Response.stream("x/y", -1, out -> out.write(big)))) {
      assertTrue(Arrays.equals(big, client.send(get("/b")).reply().body()));
      assertTrue(Arrays.equals(big, client.send(get("/s")).reply().body()));
    }
  }

  @ParameterizedTest
  @CsvSource({"abc-DEF_123,true", "'a b',false", "'',false", "aé,false", "a;b,false", "<script>,false"})
  void theCallersRequestIdIsKeptIfItIsHarmless(String id, boolean kept) throws IOException {
    try (var client = serving(request -> Response.text(200, request.requestId()))) {
      var reply = client.send(get("/", "X-Request-Id: " + id)).reply();
      assertEquals(reply.text(), reply.header("x-request-id"));
      assertEquals(kept, reply.text().equals(id));
      assertTrue(kept || reply.text().matches("req_[0-9a-z]{24}"), reply.text());
    }
  }

  @Test
  void aRequestIdOf65LettersIsReplaced() throws IOException {
    try (var client = serving(echo())) {
      var longest = "a".repeat(64);
      assertEquals(longest, client.send(get("/", "X-Request-Id: " + longest)).reply().header("x-request-id"));
      var longer = client.send(get("/", "X-Request-Id: " + longest + "a")).reply().header("x-request-id");
      assertTrue(longer.startsWith("req_"), longer);
    }
  }

  @Test
  void errorsOfOurOwnCarryARequestIdToo() throws IOException {
    try (var client = serving(echo())) {
      var reply = client.send("FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n").reply();
      assertTrue(reply.header("x-request-id").startsWith("req_"));
    }
  }

  @Test
  void whatAHandlerThrowsIsAnsweredByTheLastResort() throws IOException {
    var seen = new AtomicReference<Throwable>();
    var options = Servers.options().withLastResort(problem -> {
      seen.set(problem);
      return Response.text(500, "sorry");
    });
    var failure = new IllegalStateException("secret");
    try (var client = serving(options, request -> {
      throw failure;
    })) {
      var reply = client.send(get("/")).reply();
      assertEquals("sorry", reply.text());
      assertEquals(failure, seen.get());
      assertEquals(500, client.send(get("/")).reply().status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/error", "/null", "/overflow", "/header", "/last"})
  void noFailureOfAHandlerShowsItsInsides(String path) throws IOException {
    var options = Servers.options().withLastResort(problem -> {
      if (problem.getMessage() != null && problem.getMessage().equals("last")) {
        throw new IllegalStateException("worse");
      }
      return HttpOptions.defaults().lastResort().apply(problem);
    });
    try (var client = serving(options, HttpServerTest::failing)) {
      var reply = client.send(get(path)).reply();
      assertEquals(500, reply.status());
      assertEquals("internal error\n", reply.text());
      assertEquals(500, client.send(get(path)).reply().status());
    }
  }

  private static Response failing(Request request) {
    switch (request.path()) {
      case "/null":
        return null;
      case "/overflow":
        return failing(Request.of("GET", "/overflow"));
      case "/header":
        return Response.text(200, "x").withHeader("X-Injected", "a\r\nSet-Cookie: b");
      case "/last":
        throw new IllegalStateException("last");
      default:
        throw new IllegalStateException("secret");
    }
  }

  @Test
  void anHttpExceptionBringsItsStatusMessageAndHeaders() throws IOException {
    try (var client = serving(request -> {
      throw new HttpException(429, "slow down", new Response.Header("Retry-After", "7"));
    })) {
      var reply = client.send(get("/")).reply();
      assertEquals(429, reply.status());
      assertEquals("slow down\n", reply.text());
      assertEquals("7", reply.header("retry-after"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/short", "/failing", "/chunked-failing", "/too-long", "/events-failing", "/half-event"})
  void anAnswerThatFailsHalfWayNeverLooksWhole(String path) throws IOException {
    var ended = new LinkedBlockingQueue<Response.Sent>();
    try (var client = serving(request -> halfWay(request).onSent(ended::add))) {
      var reply = client.send(get(path)).reply();
      assertEquals(200, reply.status());
      assertFalse(reply.whole());
      assertFalse(ended.remove().complete());
    }
    assertEquals("hello", exchange(get("/fine")).text());
  }

  private static Response halfWay(Request request) {
    return switch (request.path()) {
      case "/short" -> Response.stream("text/plain", 100_000, out -> out.write(new byte[50_000]));
      case "/failing" -> Response.stream("text/plain", 100_000, out -> {
        out.write(new byte[50_000]);
        throw new IOException("disk");
      });
      case "/chunked-failing" -> Response.stream("text/plain", -1, out -> {
        out.write(new byte[100_000]);
        throw new IOException("disk");
      });
      case "/too-long" -> Response.stream("text/plain", 10, out -> {
        out.write(new byte[5]);
        out.flush();
        out.write(new byte[6]);
      });
      case "/events-failing" -> Response.events(stream -> {
        stream.send("one");
        throw new IllegalStateException("bug");
      });
      case "/half-event" -> Response.events(stream -> stream.send("half", out -> {
        out.write(new byte[50_000]);
        throw new IOException("disk");
      }));
      default -> Response.text(200, "hello");
    };
  }

  @Test
  void aWriterMayCloseItsStream() throws IOException {
    try (var client = serving(request -> Response.stream("text/plain", -1, out -> {
      try (var writer = new OutputStreamWriter(out)) {
        writer.write("closed");
      }
    }))) {
      assertEquals("closed", client.send(get("/")).reply().text());
      assertEquals("closed", client.send(get("/")).reply().text());
    }
  }

  @Test
  void listenersHearHowAnAnswerWent() throws Exception {
    var ended = new LinkedBlockingQueue<Response.Sent>();
    try (var client = serving(request -> Response.text(201, "hello").onSent(ended::add).onSent(sent -> {
      throw new IllegalStateException("bad listener");
    }))) {
      client.send(get("/")).reply();
      assertEquals(new Response.Sent(201, 5, true), ended.poll(5, TimeUnit.SECONDS));
      assertEquals(201, client.send(get("/")).reply().status());
    }
  }

  @Test
  void aVanishedClientIsNoReasonToForgetTheListener() throws Exception {
    var ended = new LinkedBlockingQueue<Response.Sent>();
    var asked = new CountDownLatch(1);
    var gone = new CountDownLatch(1);
    try (var client = serving(request -> {
      asked.countDown();
      gone.await();
      return Response.bytes(200, "x/y", new byte[20_000_000]).onSent(ended::add);
    })) {
      client.send(get("/"));
      asked.await();
      client.reset();
      gone.countDown();
      assertEquals(false, ended.poll(10, TimeUnit.SECONDS).complete());
    }
  }

  @Test
  void anAddressThatSomebodyHasIsNamed() throws IOException {
    try (var client = serving(Servers.options(), echo())) {
      assertEquals(200, client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").reply().status());
      var taken = Servers.options().withPort(server.port());
      var e = assertThrows(IOException.class, () -> HttpServer.start(taken, echo()));
      assertTrue(e.getMessage().startsWith("cannot listen on 127.0.0.1:" + server.port() + ": "), e.getMessage());
    }
  }

  @Test
  void theListOfHostsIsHonoured() throws IOException {
    try (var client = serving(Servers.options().withHosts(Set.of("easel.example")), echo())) {
      assertEquals(200, client.send("GET / HTTP/1.1\r\nHost: easel.example:80\r\n\r\n").reply().status());
      var address = "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n\r\n";
      assertEquals(200, client.send(address).reply().status());
      var refused = client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").reply();
      assertEquals(421, refused.status());
      assertTrue(refused.text().contains("hosts in [server]"), "an operator learns what to set: " + refused.text());
    }
  }

  @Test
  void forwardedHeadersCountOnlyWhenTrusted() throws IOException {
    Handler handler = request -> Response.text(200, request.baseUrl() + " " + request.client());
    var headers = new String[] {"X-Forwarded-Proto: https", "X-Forwarded-Host: api.example",
        "X-Forwarded-For: 6.6.6.6, 5.5.5.5"};
    try (var client = serving(handler)) {
      assertEquals("http://localhost 127.0.0.1", client.send(get("/", headers)).reply().text());
    }
    server.close();
    try (var client = serving(Servers.options().withTrustForwarded(true), handler)) {
      assertEquals("https://api.example 5.5.5.5", client.send(get("/", headers)).reply().text());
      assertEquals("http://localhost 127.0.0.1", client.send(get("/")).reply().text());
      assertEquals("http://localhost 127.0.0.1",
          client.send(get("/", "X-Forwarded-Proto: javascript", "X-Forwarded-Host: a b")).reply().text());
    }
  }

  @Test
  void aDrainingServerFinishesWhatItHasAndTakesNoMore() throws Exception {
    var asked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var drained = new LinkedBlockingQueue<Boolean>();
    try (var client = serving(request -> {
      if (request.path().equals("/wait")) {
        asked.countDown();
        release.await();
      }
      return Response.text(200, "finished");
    })) {
      client.send(get("/wait"));
      asked.await();
      var drainer = Thread.ofPlatform().start(() -> drain(drained, Duration.ofSeconds(20)));
      Reply refused = exchange(get("/"));
      while (refused.status() != 503) {
        refused = exchange(get("/"));
      }
      assertEquals("close", refused.header("connection"));
      release.countDown();
      var reply = client.reply();
      assertEquals("finished", reply.text());
      assertEquals("close", reply.header("connection"));
      assertEquals(true, drained.poll(20, TimeUnit.SECONDS));
      drainer.join();
    }
  }

  private void drain(LinkedBlockingQueue<Boolean> drained, Duration grace) {
    try {
      drained.add(server.drain(grace));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void graceEndsAndCloseInterruptsWhatIsLeft() throws Exception {
    var asked = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    try (var client = serving(request -> {
      asked.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
      return Response.empty(200);
    })) {
      client.send(get("/"));
      asked.await();
      assertEquals(false, server.drain(ms(20)));
      server.close();
      assertTrue(interrupted.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void afterCloseNobodyListens() throws IOException {
    serving(echo()).close();
    int port = server.port();
    server.close();
    assertThrows(IOException.class, () -> new RawClient(port));
    server.close();
  }

  @Test
  void theJdksServerIsPreparedWithoutOverridingTheOperator() {
    HttpServer.prepare();
    assertEquals("true", System.getProperty("sun.net.httpserver.nodelay"));
    assertEquals("65536", System.getProperty("sun.net.httpserver.maxReqHeaderSize"));
    var before = System.setProperty("sun.net.httpserver.clockTick", "7000");
    try {
      HttpServer.prepare();
      assertEquals("7000", System.getProperty("sun.net.httpserver.clockTick"));
    } finally {
      System.setProperty("sun.net.httpserver.clockTick", before);
    }
  }

  @Test
  void anAddressInUseOrUnknownIsSaid() throws IOException {
    serving(echo()).close();
    assertThrows(IOException.class, () -> HttpServer.start(Servers.options().withPort(server.port()), echo()));
    assertThrows(IOException.class, () -> HttpServer.start(Servers.options().withHost("no.such.host.invalid"), echo()));
  }

  @Test
  void manyClientsAtOnceAreAllAnswered() throws Exception {
    serving(echo()).close();
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 200; i++) {
      clients.add(new RawClient(server.port()).send(post("/" + i, "body")));
    }
    for (int i = 0; i < 200; i++) {
      assertEquals("POST /" + i + " 4", clients.get(i).reply().text());
      clients.get(i).close();
    }
  }
}
