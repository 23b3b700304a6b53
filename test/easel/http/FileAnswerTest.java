package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileAnswerTest {
  private static final String DATE = "Sun, 01 Nov 2026 12:00:00 GMT";

  @TempDir
  Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("x.png"), "0123456789");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-01T12:00:00.5Z")));
  }

  private Response ask(String... headers) throws IOException {
    var request = Request.of("GET", "/");
    for (int i = 0; i < headers.length; i += 2) {
      request = request.header(headers[i], headers[i + 1]);
    }
    return Response.file(request, file, "image/png");
  }

  private static String content(Response response) throws Exception {
    var out = new ByteArrayOutputStream();
    response.writeBody(out);
    return response.status() + " " + out;
  }

  private String etag() throws IOException {
    return ask().header("etag").orElseThrow();
  }

  @Test
  void aFileComesWithItsValidators() throws Exception {
    var response = ask();
    assertEquals("200 0123456789", content(response));
    assertEquals(10, response.body().length());
    assertEquals(Optional.of("image/png"), response.header("content-type"));
    assertEquals(Optional.of("bytes"), response.header("accept-ranges"));
    assertEquals(Optional.of(DATE), response.header("last-modified"));
    assertEquals(Optional.of("nosniff"), response.header("x-content-type-options"));
  }

  @Test
  void anotherContentIsAnotherTag() throws IOException {
    var before = etag();
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-01T12:00:00.6Z")));
    assertNotEquals(before, etag());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"bytes=0-3|206 0123|bytes 0-3/10", "bytes=-2|206 89|bytes 8-9/10",
      "bytes=7-|206 789|bytes 7-9/10", "bytes=10-|416 |bytes */10", "bytes=0-1,3-4|200 0123456789|",
      "junk|200 0123456789|"})
  void rangesAreServed(String range, String content, String where) throws Exception {
    var response = ask("Range", range);
    assertEquals(content.strip(), content(response).strip());
    assertEquals(Optional.ofNullable(where), response.header("content-range"));
  }

  @Test
  void aRangeOfAnOlderFileGetsTheWholeNewOne() throws Exception {
    assertEquals("206 01", content(ask("Range", "bytes=0-1", "If-Range", etag())));
    assertEquals("206 01", content(ask("Range", "bytes=0-1", "If-Range", DATE)));
    assertEquals("200 0123456789", content(ask("Range", "bytes=0-1", "If-Range", "\"old\"")));
    assertEquals("200 0123456789", content(ask("Range", "bytes=0-1", "If-Range", "W/" + etag())));
    assertEquals("200 0123456789", content(ask("Range", "bytes=0-1", "If-Range", "Sun, 01 Nov 2026 11:00:00 GMT")));
  }

  @Test
  void whoHasItGets304() throws Exception {
    var listed = "\"a,b\" , W/\"c\"," + etag() + ",\"d\"";
    for (var tags : new String[] {etag(), "W/" + etag(), "\"a\", " + etag(), "*", listed}) {
      var response = ask("If-None-Match", tags, "Range", "bytes=0-1");
      assertEquals("304 ", content(response));
      assertEquals(etag(), response.header("etag").orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"other\"", "", "\"", "x", "\"a\",\"b"})
  void whoHasAnotherGetsIt(String tags) throws Exception {
    assertEquals("200 0123456789", content(ask("If-None-Match", tags)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {DATE + "|304", "Mon, 02 Nov 2026 12:00:00 GMT|304",
      "Sun, 01 Nov 2026 11:59:59 GMT|200", "yesterday|200"})
  void datesDecideOnlyWithoutTags(String since, int status) throws Exception {
    assertEquals(status, ask("If-Modified-Since", since).status());
    assertEquals(200, ask("If-Modified-Since", since, "If-None-Match", "\"other\"").status());
  }

  @Test
  void rangesAreForGetOnly() throws IOException {
    var head = Request.of("HEAD", "/").header("Range", "bytes=0-1");
    assertEquals(200, Response.file(head, file, "image/png").status());
  }

  @Test
  void foldersLinksAndMissingFilesAreNotThere() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), file);
    for (var name : new String[] {".", "missing", "link"}) {
      assertThrows(NoSuchFileException.class, () -> Response.file(Request.of("GET", "/"), folder.resolve(name), "x/y"));
    }
  }

  @Test
  void aFileCutShortWhileItIsSentFails() throws Exception {
    var response = ask();
    Files.writeString(file, "short");
    assertThrows(IOException.class, () -> content(response));
  }

  @Test
  void overTheWireARangeHasItsLengthAndTheConnectionGoesOn() throws IOException {
    try (var server = Servers.start(request -> Response.file(request, file, "image/png"));
        var client = new RawClient(server.port())) {
      for (int i = 0; i < 2; i++) {
        var part = client.send("GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=2-4\r\n\r\n").reply();
        assertEquals("206 234 3", part.status() + " " + part.text() + " " + part.header("content-length"));
        var head = client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").headReply();
        assertEquals("10", head.header("content-length"));
        var same = client.send("GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n\r\n").reply();
        assertEquals(304, same.status());
        assertFalse(same.headers().containsKey("content-length"));
      }
    }
  }
}
