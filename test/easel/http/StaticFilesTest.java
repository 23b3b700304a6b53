package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
  @TempDir
  Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.createDirectories(folder.resolve("web/js"));
    Files.writeString(folder.resolve("web/index.html"), "<p>");
    Files.writeString(folder.resolve("web/js/main.js"), "js");
    Files.writeString(folder.resolve("web/.hidden.txt"), "hidden");
    Files.createSymbolicLink(folder.resolve("web/link.txt"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(folder.resolve("web/up"), folder);
  }

  private static Response ask(StaticFiles files, String name, String... header) throws Exception {
    var request = Request.of("GET", "/").params(Map.of("file", name));
    return files.handle(header.length == 0 ? request : request.header(header[0], header[1]));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"''|text/html; charset=utf-8|<p>", "index.html|text/html; charset=utf-8|<p>",
      "js/main.js|text/javascript; charset=utf-8|js"})
  void filesOfAFolderAreServed(String name, String type, String content) throws Exception {
    var response = ask(StaticFiles.folder(folder.resolve("web")), name);
    var out = new ByteArrayOutputStream();
    response.writeBody(out);
    assertEquals(content, out.toString());
    assertEquals(Optional.of(type), response.header("content-type"));
    assertEquals(Optional.of("no-cache"), response.header("cache-control"));
    assertEquals(Optional.of("nosniff"), response.header("x-content-type-options"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.txt", "js", "js/", ".hidden.txt", "link.txt", "up/secret.txt", "../secret.txt",
      "a/../../x.txt", "js//main.js", "js\\main.js", "/etc/passwd.txt", "index.html ", "main.js\u0000", "é.txt",
      "~x.txt"})
  void nothingElseIs(String name) {
    var files = StaticFiles.folder(folder.resolve("web"));
    assertEquals(404, assertThrows(HttpException.class, () -> ask(files, name)).status());
  }

  @Test
  void resourcesAreServedWithATagOfTheirContent() throws Exception {
    var files = StaticFiles.resources("easel/http").withCacheControl("max-age=9");
    var response = ask(files, "HttpServer.class");
    assertEquals(200, response.status());
    assertEquals(Optional.of("max-age=9"), response.header("cache-control"));
    var tag = response.header("etag").orElseThrow();
    assertEquals(304, ask(files, "HttpServer.class", "If-None-Match", tag).status());
    assertEquals(200, ask(files, "HttpServer.class", "If-None-Match", "\"other\"").status());
    for (var name : new String[] {"Missing.class", "../http/HttpServer.class", ""}) {
      assertThrows(HttpException.class, () -> ask(files, name));
    }
  }
}
