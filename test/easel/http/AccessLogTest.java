package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Await;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {
  @Test
  void oneLineTellsOfARequestWithoutItsQuery() throws IOException {
    Handler handler = request -> Response.text(201, "hello");
    try (var log = new Servers.Log(); var server = Servers.start(handler.with(new AccessLog()))) {
      RawClient.get(server.port(), "/v1/x?key=secret");
      Await.until("the requests to end", () -> server.requests() == 0);
      var line = log.lines.stream().filter(each -> each.contains("path=")).toList();
      assertEquals(1, line.size());
      assertTrue(line.getFirst().matches(
          "FINE request id=req_\\w+ method=GET path=/v1/x status=201 bytes=5 ms=\\d+"), line.getFirst());
    }
  }

  @Test
  void whatTheHandlerThrowsIsLoggedAndPassedOn() {
    Handler failing = request -> {
      throw new HttpException(404, "no");
    };
    try (var log = new Servers.Log()) {
      assertThrows(HttpException.class, () -> failing.with(new AccessLog()).handle(Request.of("GET", "/x")));
      assertTrue(log.lines.peek().matches(
          "FINE request id=req_test method=GET path=/x status=404 bytes=0 cut=true ms=\\d+"), log.lines::toString);
    }
  }

  @Test
  void nothingIsLoggedAboveDebug() throws Exception {
    Handler handler = request -> Response.empty(204);
    assertEquals(0, handler.with(new AccessLog()).handle(Request.of("GET", "/x")).onSent().size());
  }
}
