package easel.http;

import static easel.http.Servers.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventStreamTest {
  private static final String GET = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String BEAT = ": ping\n\n";
  private HttpServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private RawClient streaming(HttpOptions options, EventSource source) throws IOException {
    server = HttpServer.start(options, request -> Response.events(source));
    return new RawClient(server.port()).send(GET);
  }

  private static HttpOptions beating(boolean virtual, long millis) {
    var pace = HttpOptions.Pace.defaults().withHeartbeat(ms(millis));
    return Servers.options().withVirtualThreads(virtual).withPace(pace);
  }

  private static boolean best() {
    return Servers.threads().findFirst().orElseThrow();
  }

  private static String text(byte[] chunk) {
    return chunk == null ? null : new String(chunk, StandardCharsets.UTF_8);
  }

  private static String written(EventSource source) throws Exception {
    var out = new ByteArrayOutputStream();
    Response.events(source).writeBody(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eventsAreWrittenAsTheStandardSays() throws Exception {
    assertEquals("event: a\ndata: 1\n\n", written(stream -> stream.send("a", "1")));
    assertEquals("data: 1\n\n", written(stream -> stream.send("1")));
    assertEquals("data: 1\n\ndata: 2\n\n", written(stream -> stream.send(List.of("1", "2"))));
    assertEquals("event: a\nid: 7\ndata: 1\n\n", written(stream -> stream.send("a", "1", "7")));
    assertEquals("data: é你\n\n", written(stream -> stream.send("é你")));
    assertEquals(": x\n\n", written(stream -> stream.comment("x")));
    assertEquals(": x\n: y\n\n", written(stream -> stream.comment("x\r\ny")));
    assertEquals("bye", written(stream -> stream.trail("bye")));
  }

  @Test
  void eventsThatLeaveTogetherAreFlushedOnce() throws Exception {
    var flushed = new ArrayList<String>();
    var out = new ByteArrayOutputStream() {
      @Override
      public void flush() {
        flushed.add(toString(StandardCharsets.UTF_8));
        reset();
      }
    };
    EventStream.to(out).send(List.of("1", "2"));
    assertEquals(List.of("data: 1\n\ndata: 2\n\n"), flushed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\r\nb"})
  void everyLineBreakInDataMakesALine(String data) throws Exception {
    assertEquals("data: a\ndata: b\n\n", written(stream -> stream.send(data)));
    assertEquals("data: a\ndata: b\n\n", written(stream -> stream.send("", out -> {
      for (byte b : data.getBytes(StandardCharsets.UTF_8)) {
        out.write(b);
      }
    })));
  }

  @Test
  void blankLinesInDataDoNotEndTheEvent() throws Exception {
    assertEquals("data: \ndata: \ndata: x\ndata: \n\n", written(stream -> stream.send("\n\nx\r")));
  }

  @Test
  void longTextIsNotCutInsideACharacter() throws Exception {
    var text = "x" + "😀é".repeat(20_000);
    assertEquals("data: " + text + "\n\n", written(stream -> stream.send(text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rdata: x", "a\u0000"})
  void aLineBreakInANameIsRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> written(stream -> stream.send(name, "x")));
    assertThrows(IllegalArgumentException.class, () -> written(stream -> stream.send("x", "x", name)));
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void headersAndEachEventArriveAtOnce(boolean virtual) throws Exception {
    var next = new LinkedBlockingQueue<String>();
    try (var client = streaming(Servers.options().withVirtualThreads(virtual), stream -> {
      for (var data = next.take(); !data.equals("end"); data = next.take()) {
        stream.send(data);
      }
    })) {
      var head = client.head();
      assertEquals("text/event-stream", head.get("content-type"));
      assertEquals("no-cache", head.get("cache-control"));
      assertEquals("no", head.get("x-accel-buffering"));
      for (int i = 0; i < 5; i++) {
        next.add("event " + i);
        assertEquals("data: event " + i + "\n\n", text(client.chunk()));
      }
      next.add("end");
      assertEquals("", text(client.chunk()));
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void heartBeatsComeBeforeTheFirstEvent(boolean virtual) throws Exception {
    var end = new CountDownLatch(1);
    try (var client = streaming(beating(virtual, 20), stream -> {
      end.await();
      stream.send("last");
    })) {
      client.head();
      for (int i = 0; i < 3; i++) {
        assertEquals(BEAT, text(client.chunk()));
      }
      end.countDown();
      var last = text(client.chunk());
      while (last.equals(BEAT)) {
        last = text(client.chunk());
      }
      assertEquals("data: last\n\n", last);
      assertEquals("", text(client.chunk()));
    }
  }

  @Test
  void aBusyStreamNeedsNoHeartBeat() throws Exception {
    try (var client = streaming(beating(best(), 400), stream -> {
      for (int i = 0; i < 50; i++) {
        LockSupport.parkNanos(10_000_000);
        stream.send("x");
      }
    })) {
      assertFalse(client.reply().text().contains(BEAT));
    }
  }

  @Test
  void aSourceThatSpeaksAtOnceIsHeardWhole() throws Exception {
    var source = new EventSource() {
      @Override
      public void run(EventStream stream) {
        stream.send(List.of("1", "2"));
      }

      @Override
      public boolean atOnce() {
        return true;
      }
    };
    try (var client = streaming(Servers.options(), source)) {
      assertEquals("text/event-stream", client.head().get("content-type"));
      assertEquals("data: 1\n\ndata: 2\n\n", text(client.chunk()));
      assertEquals("", text(client.chunk()));
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aVanishedClientEndsTheSource(boolean politely) throws Exception {
    var ended = new LinkedBlockingQueue<String>();
    try (var log = new Servers.Log(); var client = streaming(beating(best(), 20), stream -> {
      stream.onClose(() -> ended.add("told"));
      try {
        new CountDownLatch(1).await();
      } finally {
        ended.add("closed=" + stream.closed());
      }
    })) {
      client.head();
      if (politely) {
        client.leave();
      } else {
        client.reset();
      }
      var both = Set.of(ended.poll(10, TimeUnit.SECONDS), ended.poll(10, TimeUnit.SECONDS));
      assertEquals(Set.of("told", "closed=true"), both);
      waitForNoStreams();
      assertTrue(log.lines.stream().noneMatch(line -> line.startsWith("SEVERE") || line.startsWith("WARNING")),
          log.lines::toString);
    }
  }

  private void waitForNoStreams() {
    Await.until("the requests to end", () -> server.requests() == 0);
    assertEquals(0, server.eventStreams());
  }

  @Test
  void aSourceThatOnlySendsEndsByTheException() throws Exception {
    var ended = new LinkedBlockingQueue<Throwable>();
    try (var client = streaming(Servers.options(), stream -> {
      try {
        while (true) {
          stream.send("x".repeat(10_000));
        }
      } catch (EventStream.Ended e) {
        ended.add(e);
        throw e;
      }
    })) {
      client.head();
      client.leave();
      assertTrue(ended.poll(10, TimeUnit.SECONDS) instanceof EventStream.Ended);
    }
  }

  @Test
  void aListenerThatComesLateIsToldAtOnce() throws Exception {
    var out = new ByteArrayOutputStream();
    var stream = EventStream.to(out);
    stream.close();
    var told = new AtomicReference<String>("");
    stream.onClose(() -> told.set("told"));
    assertEquals("told", told.get());
    assertThrows(EventStream.Ended.class, () -> stream.send("x"));
    assertThrows(EventStream.Ended.class, () -> stream.comment("x"));
    assertEquals(0, out.size());
  }

  @Test
  void listenersAreToldOnce() {
    var stream = EventStream.to(new ByteArrayOutputStream());
    var told = new ArrayList<String>();
    stream.onClose(() -> told.add("told"));
    stream.close();
    stream.close();
    assertEquals(1, told.size());
  }

  @Test
  void theInterruptOfOneStreamDoesNotReachTheNextRequest() throws Exception {
    var source = new LinkedBlockingQueue<EventStream>();
    server = HttpServer.start(Servers.options().withVirtualThreads(false), request -> {
      if (request.path().equals("/events")) {
        return Response.events(stream -> {
          source.add(stream);
          new CountDownLatch(1).await();
        });
      }
      return Response.text(200, "interrupted=" + Thread.interrupted());
    });
    try (var client = new RawClient(server.port()).send(GET)) {
      client.head();
      source.take().close();
      assertEquals("", text(client.chunk()));
      var reply = client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").reply();
      assertEquals("interrupted=false", reply.text());
    }
  }

  @Test
  void threadsMaySendAtTheSameTimeWithoutMixingEvents() throws Exception {
    try (var client = streaming(beating(best(), 20), stream -> {
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 4; t++) {
        var name = "t" + t;
        threads.add(Thread.ofPlatform().start(() -> {
          for (int i = 0; i < 50; i++) {
            stream.send(name, "y".repeat(3000));
          }
        }));
      }
      for (var thread : threads) {
        thread.join();
      }
    })) {
      var text = client.reply().text().replace(BEAT, "");
      assertEquals(200, text.split("\n\n").length);
      for (var event : text.split("\n\n")) {
        assertTrue(event.matches("event: t[0-3]\ndata: y{3000}"), event);
      }
    }
  }

  @Test
  void aStreamBeyondTheLimitIs503() throws Exception {
    var options = Servers.options().withLimits(HttpOptions.defaults().limits().withEventStreams(1));
    var end = new CountDownLatch(1);
    try (var client = streaming(options, stream -> end.await())) {
      client.head();
      try (var second = new RawClient(server.port()).send(GET)) {
        var reply = second.reply();
        assertEquals(503, reply.status());
        assertEquals("2", reply.header("retry-after"));
      }
      end.countDown();
      assertEquals("", text(client.chunk()));
      waitForNoStreams();
      assertEquals(200, RawClient.get(server.port(), "/events").status());
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void drainingSaysFarewellAndEndsTheStreamProperly(boolean virtual) throws Exception {
    var options = Servers.options().withVirtualThreads(virtual).withFarewell(stream -> stream.send("restart", "{}"));
    try (var client = streaming(options, stream -> new CountDownLatch(1).await())) {
      client.head();
      assertEquals(true, server.drain(Duration.ofSeconds(20)));
      assertEquals("event: restart\ndata: {}\n\n", text(client.chunk()));
      assertEquals("", text(client.chunk()));
    }
  }

  @ParameterizedTest
  @MethodSource("easel.http.Servers#threads")
  void aClientThatStopsReadingEndsItsStreamAndHoldsUpNobody(boolean virtual) throws Exception {
    var ended = new CountDownLatch(1);
    var pace = HttpOptions.Pace.defaults().withHeartbeat(ms(20)).withWrite(ms(150));
    server = HttpServer.start(Servers.options().withVirtualThreads(virtual).withPace(pace), request ->
        request.path().equals("/quiet") ? Response.events(stream -> new CountDownLatch(1).await())
            : Response.events(stream -> {
              try {
                while (true) {
                  stream.send("y".repeat(50_000));
                }
              } finally {
                ended.countDown();
              }
            }));
    try (var deaf = new RawClient(server.port(), 4096).send(GET);
        var quiet = new RawClient(server.port()).send(GET.replace("events", "quiet"))) {
      quiet.head();
      assertEquals(BEAT, text(quiet.chunk()));
      assertTrue(ended.await(10, TimeUnit.SECONDS));
      assertEquals(BEAT, text(quiet.chunk()));
      deaf.reset();
    }
  }

  @Test
  void twentyMegabytesInOneEventNeedLittleMemory() throws Exception {
    var piece = "QUJD".repeat(2048).getBytes(StandardCharsets.US_ASCII);
    long before = used();
    var peak = new AtomicReference<>(0L);
    try (var client = streaming(Servers.options(), stream -> stream.send("image", out -> {
      for (int i = 0; i < 2560; i++) {
        out.write(piece);
        if (i % 512 == 0) {
          peak.set(Math.max(peak.get(), used()));
        }
      }
    }))) {
      client.head();
      long size = 0;
      for (var chunk = client.chunk(); chunk.length > 0; chunk = client.chunk()) {
        size += chunk.length;
      }
      assertEquals("event: image\ndata: ".length() + 20L * 1024 * 1024 + 2, size);
    }
    assertTrue(peak.get() - before < 8_000_000, "heap grew by " + (peak.get() - before));
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
