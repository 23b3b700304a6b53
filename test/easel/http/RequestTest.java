package easel.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  private record Caller(String name) {}

  @Test
  void isBuiltWithoutASocket() throws IOException {
    var request = Request.of("POST", "/v1/x%2Fy?n=1&n=2").header("Content-Type", "application/json").body("{}");
    assertEquals("POST", request.method());
    assertEquals("/v1/x%2Fy", request.path());
    assertEquals(List.of("v1", "x/y"), request.segments());
    assertEquals(Optional.of("1"), request.query("n"));
    assertEquals(List.of("1", "2"), request.queryAll("n"));
    assertEquals(Optional.empty(), request.query("m"));
    assertEquals(Optional.of("application/json"), request.header("CONTENT-type"));
    assertEquals(2, request.contentLength());
    assertEquals("{}", new String(request.bytes(10)));
    assertEquals("http://localhost", request.baseUrl());
    assertEquals("127.0.0.1", request.client());
  }

  @Test
  void attributesAreKeptByType() {
    var plain = Request.of("GET", "/");
    var known = plain.with(Caller.class, new Caller("ann")).with(Integer.class, 7);
    assertEquals(Optional.of(new Caller("ann")), known.attribute(Caller.class));
    assertEquals(Optional.of(7), known.attribute(Integer.class));
    assertEquals(Optional.empty(), plain.attribute(Caller.class));
    assertEquals(Optional.of(new Caller("bob")), known.with(Caller.class, new Caller("bob")).attribute(Caller.class));
  }

  @Test
  void severalHeadersOfOneNameAreOneList() {
    var request = Request.of("GET", "/").header("Authorization", "Bearer a").header("authorization", "Bearer b");
    assertEquals(Optional.of("Bearer a, Bearer b"), request.header("Authorization"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"application/json|application/json", "Text/HTML; charset=x|text/html",
      "multipart/form-data;boundary=a|multipart/form-data"})
  void theContentTypeComesWithoutItsParameters(String header, String type) {
    assertEquals(Optional.of(type), Request.of("POST", "/").header("content-type", header).contentType());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";charset=x"})
  void anEmptyContentTypeIsNone(String header) {
    assertEquals(Optional.empty(), Request.of("POST", "/").header("content-type", header).contentType());
  }

  @Test
  void paramsComeFromTheRoute() {
    var request = Request.of("GET", "/").params(Map.of("id", "7"));
    assertEquals("7", request.param("id"));
    assertThrows(IllegalArgumentException.class, () -> request.param("name"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 500_000})
  void bytesGivesTheWholeBody(int size) throws IOException {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    assertArrayEquals(bytes, Request.of("POST", "/").body(bytes).bytes(size));
  }

  @Test
  void beyondTheLimitTheReadFailsBeforeAnythingIsRead() {
    var request = Request.of("POST", "/").body("12345");
    assertEquals(413, assertThrows(BodyException.class, () -> request.body(4).read()).status());
    assertEquals(413, assertThrows(BodyException.class, () -> request.body(100).read()).status(),
        "a failed body stays failed");
    assertThrows(BodyException.class, () -> request.bytes(4));
  }

  @Test
  void aLimitWithoutEndIsFine() throws IOException {
    assertEquals(5, Request.of("POST", "/").body("12345").body(Long.MAX_VALUE).readAllBytes().length);
  }
}
