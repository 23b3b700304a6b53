package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the JDK's server lets through, and what it refuses in its own way: each ends in an error or a closed connection.
 */
@Timeout(60)
class HostileInputTest {
  private final List<String> served = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    var pace = HttpOptions.Pace.defaults().withHead(Servers.ms(400)).withLinger(Servers.ms(200));
    server = HttpServer.start(Servers.options().withPace(pace), request -> {
      served.add(request.method() + " " + request.path());
      var body = request.bytes(1000);
      return Response.text(200, request.path() + " " + body.length);
    });
  }

  @AfterEach
  void theNextRequestIsServed() throws IOException {
    assertEquals(200, RawClient.get(server.port(), "/next").status());
    server.close();
  }

  /** Statuses of all answers until the connection closes, with 000 for a connection closed without any. */
  private String statuses(String request) throws IOException {
    try (var client = new RawClient(server.port()).send(request)) {
      var all = new StringBuilder();
      for (var line = client.line(); !line.isEmpty() || all.isEmpty(); line = client.line()) {
        if (line.isEmpty()) {
          return "000";
        }
        all.append(all.isEmpty() ? "" : " ").append(line.split(" ")[1]);
        int length = 0;
        for (var header = client.line(); !header.isEmpty(); header = client.line()) {
          if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(header.substring(15).strip());
          }
        }
        for (int i = 0; i < length; i++) {
          client.read();
        }
      }
      return all.toString();
    }
  }

  private static String request(String headers) {
    return "POST /x HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  private static final String NEXT = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  @ParameterizedTest
  @ValueSource(strings = {
      "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
      "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: 3\r\nContent-Length: 3\r\n",
      "Content-Length: 3, 3\r\n", "Content-Length: -1\r\n", "Content-Length: abc\r\n", "Content-Length: \r\n",
      "Content-Length: 99999999999999999999\r\n",
      "Content-Length: +3\r\n", "Content-Length: -0\r\n", "Content-Length: 0x3\r\n", "Transfer-Encoding : chunked\r\n",
      "Transfer-Encoding:\u000bchunked\r\n", "Bad\u0001Name: x\r\n", "X: a\u0001b\r\n", "Content-Length: 3;x\r\n"})
  void ambiguousLengthsAndNamesAreRefusedAndNothingFollows(String headers) throws IOException {
    var statuses = statuses(request(headers) + "abc" + NEXT);
    assertTrue(List.of("400", "501").contains(statuses), statuses);
    assertFalse(served.contains("GET /smuggled"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"xchunked", "chunked, identity", "gzip, chunked", "chunked\r\nTransfer-Encoding: chunked",
      "identity"})
  void otherTransferEncodingsAreRefused(String encoding) throws IOException {
    assertEquals("501", statuses(request("Transfer-Encoding: " + encoding + "\r\n") + "0\r\n\r\n" + NEXT));
    assertEquals(List.of(), served);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
  void aChunkSizeBeyond32BitsSmugglesNothing(String version) throws IOException {
    var head = "POST /x " + version
        + "\r\nHost: localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertEquals("200", statuses(head + "100000003\r\nabc\r\n0\r\n\r\n" + NEXT));
    assertEquals(List.of("POST /x"), served);
  }

  @Test
  void evenAnHonestChunkedRequestIsTheLastOnItsConnection() throws IOException {
    try (var client = new RawClient(server.port())) {
      var reply = client.send(request("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n" + NEXT).reply();
      assertEquals("/x 3", reply.text());
      assertEquals("close", reply.header("connection"));
      assertEquals("", client.rest());
    }
    assertEquals(List.of("POST /x"), served);
  }

  @ParameterizedTest
  @ValueSource(strings = {"80000000\r\nabc\r\n0\r\n\r\n", "zz\r\nabc\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nab",
      "-1\r\nabc\r\n0\r\n\r\n", "ffffffff\r\nabc\r\n0\r\n\r\n", "\r\n", "3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
      "1000000000000000000003\r\nabc\r\n0\r\n\r\n"})
  void brokenChunksAre400OrAClosedConnection(String body) throws IOException {
    try (var client = new RawClient(server.port()).send(request("Transfer-Encoding: chunked\r\n") + body)) {
      client.shutOutput();
      var answer = client.rest();
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 400"), answer);
    }
  }

  @Test
  void aShortBodyIs400OrAClosedConnection() throws IOException {
    try (var client = new RawClient(server.port()).send(request("Content-Length: 10\r\n") + "abc")) {
      client.shutOutput();
      var answer = client.rest();
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 400"), answer);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
      "GET / HTTP/1.1|400", "GET / HTTP/1.1~Host: localhost~Host: localhost|400", "GET / HTTP/1.1~Host: a~Host: b|400",
      "GET / HTTP/1.1~Host: |400", "GET / HTTP/1.1~Host: a b|400", "GET / HTTP/1.1~Host: localhost, localhost|400",
      "GET / HTTP/1.1~Host: evil.example|421", "GET / HTTP/1.1~Host: localhost.evil.example:80|421",
      "GET http://localhost/ HTTP/1.1~Host: localhost|400", "GET http://evil/ HTTP/1.1~Host: localhost|400",
      "GET //evil/json HTTP/1.1~Host: localhost|400", "GET /\\evil HTTP/1.1~Host: localhost|400",
      "GET / HTTP/2.0~Host: localhost|505", "GET / HTTP/3.9~Host: localhost|505", "GET / HTTP/1.2~Host: localhost|505",
      "GET / HTTP~Host: localhost|505", "GET / http/1.1~Host: localhost|505",
      "FOO / HTTP/1.1~Host: localhost|405", "get / HTTP/1.1~Host: localhost|405",
      "TRACE / HTTP/1.1~Host: localhost|405",
      "GET /a/../../etc/passwd HTTP/1.1~Host: localhost|400", "GET /%2e%2e%2fetc HTTP/1.1~Host: localhost|400",
      "GET /%00 HTTP/1.1~Host: localhost|400", "GET /% HTTP/1.1~Host: localhost|400",
      "GET /a#b HTTP/1.1~Host: localhost|400",
      "GET / HTTP/1.1~Host: localhost~Content-Encoding: gzip|415", "GET|400", "GET /|400", "* * *|404"})
  void oddHeadsAreRefused(String head, String status) throws IOException {
    assertEquals(status, statuses(head.replace("~", "\r\n") + "\r\n\r\n" + NEXT));
    assertEquals(List.of(), served);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT evil:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET http:opaque HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0016\u0003\u0001\u0000\u00f1\u0001\r\n\r\n"})
  void otherProtocolsAreTurnedAway(String request) throws IOException {
    var statuses = statuses(request);
    assertTrue(List.of("000", "400", "404").contains(statuses), statuses);
    assertEquals(List.of(), served);
  }

  @Test
  void unknownMethodsLearnTheKnownOnes() throws IOException {
    try (var client = new RawClient(server.port())) {
      var reply = client.send("FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n").reply();
      assertEquals("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", reply.header("allow"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: a\rb\r\n", "X: a\r\n b\r\n", "X: a\u0000b\r\n"})
  void whatTheJdkRepairsSilentlyIsAtLeastHarmless(String header) throws IOException {
    var statuses = statuses("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n");
    assertTrue(List.of("200", "400").contains(statuses), statuses);
  }

  @Test
  void bareLineFeedsAreCutOffByTheTimeForAHead() throws IOException {
    assertEquals("000", statuses("GET / HTTP/1.1\nHost: localhost\n\n"));
    assertEquals(List.of(), served);
  }

  @Test
  void tooManyHeadersCloseTheConnection() throws IOException {
    assertEquals("000", statuses("GET / HTTP/1.1\r\nHost: localhost\r\n"
        + manyHeaders(201) + "\r\n"));
  }

  private static String manyHeaders(int count) {
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("X-").append(i).append(": y\r\n");
    }
    return lines.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {66_000, 1_000_000})
  void hugeHeadsCloseTheConnection(int size) throws IOException {
    assertEquals("000", refused("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(size) + "\r\n\r\n"));
    assertEquals("000", refused("GET /" + "y".repeat(size) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }

  /** As {@link #statuses}, for what the server may stop reading before it is all sent. */
  private String refused(String request) throws IOException {
    try {
      return statuses(request);
    } catch (SocketException e) {
      return "000";
    }
  }

  @Test
  void aHeadBelowTheLimitIsServed() throws IOException {
    var long60 = "X: " + "y".repeat(60_000) + "\r\n";
    assertEquals("200", statuses("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + long60 + "\r\n"));
  }

  @Test
  void aDeclaredGiantIsRefusedBeforeItIsRead() throws IOException {
    try (var client = new RawClient(server.port()).send(request("Content-Length: 8589934592\r\n"))) {
      var reply = client.reply();
      assertEquals(413, reply.status());
      assertEquals("close", reply.header("connection"));
    }
  }

  @Test
  void anUndeclaredGiantIsRefusedWhenItPassesTheLimit() throws IOException {
    try (var client = new RawClient(server.port()).send(request("Transfer-Encoding: chunked\r\n"))) {
      client.send("400\r\n" + "y".repeat(1024) + "\r\n");
      assertEquals(413, client.reply().status());
    }
  }

  @Test
  void anUnknownExpectationIsIgnored() throws IOException {
    assertEquals("200", statuses("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: foo\r\n\r\n"));
  }

  @Test
  void http10WithoutHostIsServed() throws IOException {
    assertEquals("200", statuses("GET / HTTP/1.0\r\n\r\n"));
  }

  @Test
  void connectionCloseInAListIsHonoured() throws IOException {
    try (var client = new RawClient(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close, TE\r\n\r\n").reply();
      assertEquals("", client.rest());
    }
  }

  @Test
  void dirtyHeaderValuesAreRefusedWhereTheyAreRead() throws Exception {
    var request = Request.of("GET", "/").header("authorization", "Bearer \u00e9");
    var problem = assertThrows(HttpException.class, () -> request.header("Authorization"));
    assertEquals(400, problem.status());
    assertFalse(problem.getMessage().contains("\u00e9"));
  }
}
