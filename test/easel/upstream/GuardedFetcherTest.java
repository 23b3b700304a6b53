package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 127.0.0.2 plays the public internet here, 127.0.0.1 the private network. */
class GuardedFetcherTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir
  Path folder;

  private FakeUpstream outside;
  private FakeUpstream inside;
  private final AtomicInteger lookUps = new AtomicInteger();
  private Upstream upstream;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    outside = new FakeUpstream(InetAddress.getByName("127.0.0.2"));
    inside = new FakeUpstream();
    file = folder.resolve("fetched");
    upstream = upstream(LONG, 0, LONG);
  }

  @AfterEach
  void close() {
    upstream.close();
    outside.close();
    inside.close();
  }

  private Upstream upstream(Duration fetchWithin, long minRate, Duration window) {
    var options = new UpstreamOptions(Duration.ofMillis(200), minRate, window, 8, fetchWithin, List.of("127.0.0.2"));
    return new Upstream(options, this::resolve, Upstream::systemTls);
  }

  /** The first answer is good, all later ones are not: what a rebinding DNS does to those who ask twice. */
  private List<InetAddress> resolve(String host) throws UnknownHostException {
    var first = lookUps.incrementAndGet() == 1;
    return List.of(InetAddress.getByName(first ? "127.0.0.2" : "127.0.0.1"));
  }

  private void fetch(String path, long max) throws InterruptedException {
    upstream.fetcher().fetch(outside.uri(path), "image_url", max, file);
  }

  private void refused(String words, String path) {
    var failure = Caught.failure(() -> fetch(path, 1000));
    assertEquals(new Failure.Invalid("image_url", "image_url " + words), failure);
    assertFalse(Files.exists(file));
    assertEquals(0, inside.connections());
  }

  @Test
  void fileArrivesByteForByteAndNothingTellsWhoAsks() throws Exception {
    var bytes = new byte[300_000];
    new Random(4).nextBytes(bytes);
    outside.on("GET /cat.png", Script.answer(200, "image/png", bytes));
    fetch("/cat.png?size=1", 300_000);
    assertArrayEquals(bytes, Files.readAllBytes(file));
    var sent = outside.sent().getFirst();
    assertEquals("/cat.png?size=1", sent.target());
    for (var name : List.of("Authorization", "Cookie", "Referer", "Proxy-Authorization")) {
      assertTrue(sent.header(name).isEmpty(), name);
    }
  }

  @Test
  void nameIsAskedOnceAndTheAddressThatWasCheckedIsCalled() throws Exception {
    outside.then(Script.answer(200, "image/png", new byte[10]));
    var link = URI.create("http://rebinding.test:" + outside.port() + "/");
    upstream.fetcher().fetch(link, "image_url", 100, file);
    assertEquals(1, lookUps.get());
    assertEquals(10, Files.size(file));
    // asked again it turns bad, and is refused
    Caught.failure(Failure.Invalid.class, () -> upstream.fetcher().fetch(link, "image_url", 100, file));
    assertEquals(1, outside.sent().size());
    assertEquals(0, inside.connections());
  }

  @Test
  void redirectsAreFollowedFourTimes() throws Exception {
    for (int i = 0; i < 5; i++) outside.on("GET /" + i, Script.empty(301 + i % 3, "Location: " + (i + 1)));
    outside.on("GET /5", Script.answer(200, "image/png", new byte[10]));
    fetch("/1", 1000);
    assertEquals(10, Files.size(file));
    Files.delete(file);
    refused("redirects too often", "/0");
    assertEquals(5 + 5, outside.sent().size());
  }

  @Test
  void redirectLoopEnds() {
    outside.on("GET /loop", Script.empty(307, "Location: /loop"));
    refused("redirects too often", "/loop");
    assertEquals(5, outside.sent().size());
  }

  @Test
  void redirectToAForbiddenPlaceIsNotFollowed() {
    lookUps.set(1);
    var places = List.of("http://127.0.0.1:" + inside.port() + "/", "http://[::1]:" + inside.port() + "/",
        "http://169.254.169.254/latest", "http://10.0.0.1/", "//127.0.0.1:" + inside.port() + "/",
        "http://localhost:" + inside.port() + "/", "http://2130706433:" + inside.port() + "/", "file:///etc/passwd",
        "ftp://127.0.0.2/", "http://me:sesame@127.0.0.2/", "http://127.0.0.2:25/");
    for (var place : places) {
      outside.on("GET /go", Script.empty(302, "Location: " + place));
      var failure = Caught.failure(Failure.Invalid.class, () -> fetch("/go", 1000));
      assertTrue(failure.message().startsWith("image_url, after a redirect, must "), failure.message());
      assertFalse(failure.message().contains("127."), failure.message());
      assertFalse(failure.message().contains("sesame"), failure.message());
    }
    assertEquals(places.size(), outside.sent().size());
    assertEquals(0, inside.connections());
    assertFalse(Files.exists(file));
  }

  @Test
  void complaintsSayWhatIsWrongWithALink() {
    var complaints = Map.of("ftp://127.0.0.2/", "must be an http or https link",
        "http://me@127.0.0.2/", "must not hold a user name or password",
        "http://127.0.0.2:25/", "must not use port 25",
        "http://127.0.0.01/", "must spell an address as four decimal numbers or name a host",
        "http://a_b/", "must name a host in plain letters, digits and dashes",
        "http://127.0.0.1/", "must name a host that exists and is public");
    complaints.forEach((link, words) -> {
      var failure = Caught.failure(() -> upstream.fetcher().fetch(URI.create(link), "image_url", 1000, file));
      assertEquals(new Failure.Invalid("image_url", "image_url " + words), failure);
      var unnamed = Caught.failure(() -> upstream.fetcher().fetch(URI.create(link), "", 1000, file));
      assertEquals(new Failure.Invalid("", "the link " + words), unnamed);
    });
  }

  @Test
  void redirectToNowhereIsRefused() {
    outside.on("GET /none", Script.empty(302));
    outside.on("GET /bad", Script.empty(302, "Location: http://[nonsense"));
    refused("redirects to nowhere", "/none");
    refused("redirects to nowhere", "/bad");
  }

  @Test
  void onlyAWholeFileIsAFile() {
    for (int status : List.of(204, 206, 300, 304, 401, 403, 404, 500)) {
      outside.on("GET /x", Script.json(status, "{\"secret\":\"sesame\"}"));
      refused("answers with status " + status, "/x");
    }
  }

  @Test
  void tooLargeIsSaidWhetherAnnouncedOrNot() {
    outside.on("GET /announced", Script.answer(200, "image/png", new byte[1001]));
    outside.on("GET /far", Script.answer(200, "image/png", new byte[5000]));
    outside.on("GET /chunked", Script.chunked(200, "image/png", "x".repeat(1001)));
    outside.on("GET /flood", Script.chunked(200, "image/png", "x".repeat(100_000)));
    for (var path : List.of("/announced", "/far", "/chunked", "/flood")) {
      refused("must lead to a file of at most 1000 bytes", path);
    }
  }

  @Test
  void fileOfExactlyTheLargestSizeIsTaken() throws Exception {
    outside.on("GET /x", Script.answer(200, "image/png", new byte[1000]), Script.chunked(200, "a/b", "x".repeat(1000)));
    fetch("/x", 1000);
    assertEquals(1000, Files.size(file));
    fetch("/x", 1000);
    assertEquals(1000, Files.size(file));
  }

  @Test
  void brokenDownloadLeavesNoFile() {
    outside.on("GET /cut", Script.answer(200, "image/png", new byte[900]).cutAfter(500));
    outside.on("GET /reset", Script.reset());
    outside.on("GET /zip", Script.answer(200, "image/png", new byte[10], "Content-Encoding: gzip"));
    for (var path : List.of("/cut", "/reset", "/zip")) refused("does not answer properly", path);
    outside.close();
    refused("cannot be reached", "/x");
  }

  @Test
  void timeCoversAllHopsAndTheBody() {
    upstream.close();
    upstream = upstream(Duration.ofMillis(250), 0, LONG);
    outside.on("GET /slow", Script.answer(200, "image/png", new byte[1000]).dripping(1, Duration.ofMillis(5)));
    outside.on("GET /hang", Script.hang());
    refused("does not answer in time", "/slow");
    refused("does not answer in time", "/hang");
  }

  @Test
  void downloadBelowTheRateIsGivenUp() {
    upstream.close();
    upstream = upstream(LONG, 1000, Duration.ofMillis(100));
    outside.on("GET /slow", Script.answer(200, "image/png", new byte[1000]).dripping(1, Duration.ofMillis(5)));
    refused("does not answer in time", "/slow");
  }

  @Test
  void interruptEndsADownloadAndLeavesNoFile() throws Exception {
    outside.then(Script.answer(200, "image/png", new byte[900]).hangAfter(500));
    var thrown = new AtomicReference<Throwable>();
    var thread = Thread.ofPlatform().start(() -> {
      try {
        fetch("/", 1000);
      } catch (Throwable e) {
        thrown.set(e);
      }
    });
    outside.awaitSent(1);
    thread.interrupt();
    assertTrue(thread.join(LONG));
    assertInstanceOf(InterruptedException.class, thrown.get());
    assertFalse(Files.exists(file));
  }

  @Test
  void placeThatCannotBeWrittenIsNotTheCallersFault() {
    outside.then(Script.answer(200, "image/png", new byte[10]));
    file = folder.resolve("no/such/folder");
    Caught.failure(Failure.Internal.class, () -> fetch("/", 1000));
  }
}
