package easel.http;

import static easel.http.Servers.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Await;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that stop half-way, by kind of thread. The JDK's own server on 21 dies of two of them. */
@Timeout(60)
class SlowClientTest {
  private static final String HALF_HEAD = "GET /x HTTP/1.1\r\nHost: loc";
  private static final String HALF_BODY = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc";
  private static final HttpOptions.Pace PACE = HttpOptions.Pace.defaults();

  private static Response echo(Request request) throws IOException {
    if (request.path().equals("/big")) {
      return Response.stream("application/octet-stream", 100_000_000, out -> {
        for (int i = 0; i < 1000; i++) {
          out.write(new byte[100_000]);
        }
      });
    }
    return Response.text(200, "got " + request.bytes(1_000_000).length);
  }

  private static HttpServer server(boolean virtual, HttpOptions.Pace pace) throws IOException {
    return HttpServer.start(Servers.options().withVirtualThreads(virtual).withPace(pace), SlowClientTest::echo);
  }

  private static List<RawClient> many(HttpServer server, int count, String text) throws IOException {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < count; i++) {
      clients.add(new RawClient(server.port(), 4096).send(text));
    }
    return clients;
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (var client : clients) {
      client.close();
    }
  }

  static List<Object[]> stalls() {
    var stalls = new ArrayList<Object[]>();
    for (var virtual : Servers.threads().toList()) {
      for (int count : List.of(2, 64, 300)) {
        stalls.add(new Object[] {virtual, count, HALF_HEAD});
        stalls.add(new Object[] {virtual, count, HALF_BODY});
      }
      stalls.add(new Object[] {virtual, 64, "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"});
    }
    return stalls;
  }

  @ParameterizedTest
  @MethodSource("stalls")
  void stalledClientsDoNotHoldUpOthers(boolean virtual, int count, String request) throws IOException {
    try (var server = server(virtual, PACE)) {
      var stalled = many(server, count, request);
      for (int i = 0; i < 5; i++) {
        assertEquals("got 0", RawClient.get(server.port(), "/x").text());
      }
      closeAll(stalled);
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aHeadThatDoesNotArriveIsCutOff(boolean virtual) throws IOException {
    try (var server = server(virtual, PACE.withHead(ms(60)));
        var client = new RawClient(server.port()).send(HALF_HEAD)) {
      assertEquals("", client.rest());
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aHeadThatDripsIsCutOffToo(boolean virtual) throws IOException {
    try (var server = server(virtual, PACE.withHead(ms(120))); var client = new RawClient(server.port())) {
      long start = System.nanoTime();
      drip(client, "GET /x HTTP/1.1\r\nHost: localhost\r\nX: ", "y", 15, 10_000);
      assertTrue(System.nanoTime() - start < ms(5_000).toNanos());
    }
  }

  /** Sends a piece each so many milliseconds until the server has enough or all is sent. True if all was. */
  private static boolean drip(RawClient client, String first, String piece, long everyMs, int times)
      throws IOException {
    client.send(first);
    try {
      for (int i = 0; i < times; i++) {
        pause(everyMs);
        client.send(piece);
      }
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(millis * 1_000_000);
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void theSecondHeadOnAConnectionIsTimedLikeTheFirst(boolean virtual) throws IOException {
    try (var server = server(virtual, PACE.withHead(ms(60))); var client = new RawClient(server.port())) {
      assertEquals(200, client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n").reply().status());
      client.send(HALF_HEAD);
      assertEquals("", client.rest());
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aBodyThatStopsIsCutOff(boolean virtual) throws IOException {
    var pace = PACE.withBody(ms(60), 1000, ms(5_000));
    try (var server = server(virtual, pace); var client = new RawClient(server.port()).send(HALF_BODY)) {
      assertEquals("", client.rest());
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aBodyBelowTheLeastRateIsCutOff(boolean virtual) throws IOException {
    var pace = PACE.withBody(ms(100), 1000, ms(20_000));
    try (var server = server(virtual, pace); var client = new RawClient(server.port())) {
      var head = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n";
      assertEquals(false, drip(client, head, "y", 10, 2_000));
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void anEarlyBurstDoesNotBuyALongStall(boolean virtual) throws IOException {
    var pace = PACE.withBody(ms(100), 1000, ms(20_000));
    try (var server = server(virtual, pace); var client = new RawClient(server.port())) {
      var head = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n";
      assertEquals(false, drip(client, head + "y".repeat(500_000), "y", 10, 2_000));
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void anHonestSlowUploadPasses(boolean virtual) throws IOException {
    var pace = PACE.withBody(ms(400), 200, ms(20_000));
    try (var server = server(virtual, pace); var client = new RawClient(server.port())) {
      var head = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n";
      assertTrue(drip(client, head, "y".repeat(300), 20, 30), "30 pieces take longer than a window");
      assertEquals("got 9000", client.reply().text());
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void theTotalTimeForABodyIsCapped(boolean virtual) throws IOException {
    var pace = PACE.withBody(ms(100), 10, ms(250));
    try (var server = server(virtual, pace); var client = new RawClient(server.port())) {
      var head = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n";
      assertEquals(false, drip(client, head, "y".repeat(100), 10, 2_000));
    }
  }

  @Test
  void aHandlerThatReadsSlowlyDoesNotMakeTheClientLate() throws IOException {
    var pace = PACE.withBody(ms(50), 1000, ms(100));
    var options = Servers.options().withPace(pace);
    try (var server = HttpServer.start(options, request -> {
      int size = 0;
      for (int got = request.body().read(); got >= 0; got = request.body().read()) {
        size++;
        pause(size % 5 == 0 ? 30 : 0);
      }
      return Response.text(200, "got " + size);
    }); var client = new RawClient(server.port())) {
      client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n" + "y".repeat(20));
      assertEquals("got 20", client.reply().text());
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aClientThatDoesNotReadIsCutOff(boolean virtual) throws Exception {
    var ended = new LinkedBlockingQueue<Response.Sent>();
    var options = Servers.options().withVirtualThreads(virtual).withPace(PACE.withWrite(ms(100)));
    try (var server = HttpServer.start(options, request -> echo(request).onSent(ended::add));
        var client = new RawClient(server.port(), 4096).send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      var sent = ended.poll(10, TimeUnit.SECONDS);
      assertEquals(false, sent.complete());
      assertTrue(sent.bytes() < 50_000_000);
      client.reset();
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void whoWaitsTooLongForAThreadIsTold503(boolean virtual) throws Exception {
    var release = new CountDownLatch(1);
    var options = Servers.options().withVirtualThreads(virtual)
        .withLimits(HttpOptions.defaults().limits().withRequests(2, 2, 10)).withPace(PACE.withQueue(ms(50)));
    try (var server = HttpServer.start(options, request -> {
      release.await();
      return Response.text(200, "late");
    })) {
      var busy = many(server, 2, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var reply = RawClient.get(server.port(), "/x");
      assertEquals(503, reply.status());
      assertEquals("2", reply.header("retry-after"));
      assertEquals("close", reply.header("connection"));
      var patient = new RawClient(server.port()).send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
      release.countDown();
      assertEquals("late", patient.reply().text());
      closeAll(busy);
      patient.close();
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void slowHeadsGiveWayWhenOthersWait(boolean virtual) throws IOException {
    var options = Servers.options().withVirtualThreads(virtual)
        .withLimits(HttpOptions.defaults().limits().withRequests(100, 4, 10))
        .withPace(PACE.withQueue(Duration.ofSeconds(5)));
    try (var server = HttpServer.start(options, SlowClientTest::echo)) {
      var stalled = many(server, 4, HALF_HEAD);
      assertEquals("got 0", RawClient.get(server.port(), "/x").text());
      closeAll(stalled);
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void beyondTheQueueConnectionsAreClosed(boolean virtual) throws Exception {
    var release = new CountDownLatch(1);
    var entered = new CountDownLatch(1);
    var options = Servers.options().withVirtualThreads(virtual)
        .withLimits(HttpOptions.defaults().limits().withRequests(1, 1, 1)).withPace(PACE.withQueue(Duration.ofSeconds(5)));
    try (var server = HttpServer.start(options, request -> {
      entered.countDown();
      release.await();
      return Response.text(200, "done");
    })) {
      var first = new RawClient(server.port()).send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      entered.await();
      var others = many(server, 3, "GET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var heard = new ArrayList<FutureTask<Integer>>();
      for (var client : others) heard.add(new FutureTask<>(client::read));
      heard.forEach(Thread.ofVirtual()::start);
      Await.until("one to be turned away", () -> heard.stream().anyMatch(FutureTask::isDone));
      release.countDown();
      assertEquals("done", first.reply().text());
      int answered = 0;
      for (var one : heard) answered += one.get() >= 0 ? 1 : 0;
      assertTrue(answered >= 1 && answered < 3, answered + " of 3 answered");
      closeAll(others);
      first.close();
    }
  }

  /** One request is served until it is interrupted, and another waits for its thread. */
  private static HttpServer crowded(boolean virtual, Queue<Thread> serving, List<RawClient> clients) throws IOException {
    var options = Servers.options().withVirtualThreads(virtual)
        .withLimits(HttpOptions.defaults().limits().withRequests(1, 1, 10)).withPace(PACE.withQueue(Duration.ofMinutes(1)));
    var server = HttpServer.start(options, request -> {
      serving.add(Thread.currentThread());
      new CountDownLatch(1).await();
      return Response.text(200, "never");
    });
    clients.addAll(many(server, 2, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    Await.until("one served and one waiting", () -> server.waiting() >= 1 && !serving.isEmpty());
    return server;
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void whoWaitsForAThreadWhileTheServerStopsIsTold503AtOnce(boolean virtual) throws Exception {
    var clients = new ArrayList<RawClient>();
    try (var server = crowded(virtual, new ConcurrentLinkedQueue<>(), clients)) {
      server.drain(ms(1));
      Await.until("nobody waiting", () -> server.waiting() == 0);
      var late = new RawClient(server.port()).send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals(503, late.reply().status());
      late.close();
    }
    closeAll(clients);
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aServerThatIsClosedWhileRequestsWaitDiesQuietly(boolean virtual) throws Exception {
    var died = new ConcurrentLinkedQueue<Throwable>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> died.add(e));
    var serving = new ConcurrentLinkedQueue<Thread>();
    var clients = new ArrayList<RawClient>();
    try (var log = new Servers.Log()) {
      crowded(virtual, serving, clients).close();
      for (var thread : serving) assertTrue(thread.join(Duration.ofSeconds(9)));
      // where the first thread was free again just before the end, it has served it
      var line = "INFO requests that waited for a thread were cut off count=1";
      assertEquals(List.of(), log.lines.stream().filter(l -> !l.startsWith("FINE") && !l.equals(line)).toList());
      assertEquals(List.of(), List.copyOf(died));
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
      closeAll(clients);
    }
  }
}
