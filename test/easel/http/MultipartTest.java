package easel.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
  private static final String TYPE = "multipart/form-data; boundary=B";
  private static final Multipart.Limits LIMITS = Multipart.Limits.defaults();

  @TempDir
  Path folder;

  @AfterEach
  void noFileIsLeft() throws IOException {
    try (var left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  /** A part of the form {@code name|extra headers|content}, with {@code ~} for a line break. */
  private static String part(String name, String headers, String content) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"" + headers.replace("~", "\r\n")
        + "\r\n\r\n" + content + "\r\n";
  }

  private Multipart.Form read(String body) throws IOException {
    return read(TYPE, body, LIMITS);
  }

  private Multipart.Form read(String type, String body, Multipart.Limits limits) throws IOException {
    var request = Request.of("POST", "/").header("content-type", type).body(body.getBytes(StandardCharsets.ISO_8859_1));
    return Multipart.read(request, limits, folder);
  }

  private String complaint(String body, Multipart.Limits limits) {
    return refused(body, limits).getMessage();
  }

  private MultipartException refused(String body, Multipart.Limits limits) {
    return assertThrows(MultipartException.class, () -> read(TYPE, body, limits).close());
  }

  @Test
  void readsWhatThePythonClientSends() throws IOException {
    try (var form = read(part("prompt", "", "a cat") + part("n", "", "2")
        + part("image[]", "; filename=\"a.png\"~Content-Type: image/png", "\u0089PNG\r\n\u001a") + "--B--\r\n")) {
      assertEquals(Optional.of("a cat"), form.text("prompt"));
      assertEquals(Optional.of("2"), form.text("n"));
      assertEquals(Optional.empty(), form.text("missing"));
      var image = form.files("image[]").getFirst();
      assertEquals(Optional.of("a.png"), image.fileName());
      assertEquals(Optional.of("image/png"), image.contentType());
      assertEquals(7, image.size());
      assertArrayEquals("\u0089PNG\r\n\u001a".getBytes(StandardCharsets.ISO_8859_1), Files.readAllBytes(image.file()));
    }
  }

  @Test
  void readsWhatTheJavaClientSends() throws IOException {
    try (var form = read(part("image", "~Content-Type: application/octet-stream", "RIFF")
        + part("image", "~Content-Type: application/octet-stream", "RIFF2")
        + part("prompt", "~Content-Type: text/plain; charset=utf-8", "\u00c3\u00a9")
        + part("input_reference[image_url]", "~Content-Type: application/octet-stream", "http://x/") + "--B--")) {
      assertEquals(Optional.of("é"), form.text("prompt"));
      assertEquals(Optional.of("http://x/"), form.text("input_reference[image_url]"));
      assertEquals(List.of(4L, 5L), form.files("image").stream().map(Multipart.Part::size).toList());
      assertEquals("RIFF2", Files.readString(form.files("image").getLast().file()));
      assertEquals(Optional.empty(), form.files("image").getFirst().fileName());
    }
  }

  @Test
  void partsKeepTheirOrderAndRepeats() throws IOException {
    try (var form = read(part("b", "", "1") + part("a", "", "2") + part("b", "", "3") + "--B--")) {
      assertEquals(List.of("b", "a", "b"), form.parts().stream().map(Multipart.Part::name).toList());
      assertEquals(List.of("1", "3"), form.all("b"));
      assertEquals(List.of(), form.all("c"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"multipart/form-data; boundary=B", "multipart/form-data; boundary=\"B\"",
      "Multipart/Form-Data;Boundary=B", "multipart/form-data; charset=utf-8; boundary=B ",
      "multipart/form-data;boundary=\"B\";x=y"})
  void theBoundaryMayBeQuoted(String type) throws IOException {
    try (var form = read(type, part("a", "", "1") + "--B--", LIMITS)) {
      assertEquals(Optional.of("1"), form.text("a"));
    }
  }

  @Test
  void everyLegalBoundaryWorks() throws IOException {
    for (var boundary : List.of("x", "0123456789'()+_,-./:=?", "a b", "----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "y".repeat(70))) {
      var body = "--" + boundary + "\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--" + boundary + "--";
      try (var form = read("multipart/form-data; boundary=\"" + boundary + "\"", body, LIMITS)) {
        assertEquals(Optional.of("1"), form.text("a"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"multipart/form-data|400", "multipart/form-data; boundary=|400",
      "multipart/form-data; boundary=\"a \"|400", "multipart/form-data; boundary=a{b|400",
      "multipart/form-data; boundary=\"a\\\"b\"|400", "application/json|415", "multipart/mixed; boundary=B|415",
      "''|415"})
  void otherContentTypesAreRefused(String type, int status) {
    assertEquals(status, assertThrows(MultipartException.class, () -> read(type, "--B--", LIMITS).close()).status());
  }

  @Test
  void aBoundaryOf71CharactersIsRefused() {
    var type = "multipart/form-data; boundary=" + "y".repeat(71);
    assertThrows(MultipartException.class, () -> read(type, "--B--", LIMITS).close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "preamble\r\n", "\r\n", "--C\r\n\r\n", "--Bx\r\n", "x--B\r\n"})
  void thePreambleIsSkipped(String preamble) throws IOException {
    try (var form = read(preamble + part("a", "", "1") + "--B--\r\nepilogue --B\r\n")) {
      assertEquals(1, form.parts().size());
      assertEquals(Optional.of("1"), form.text("a"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--B--", "--B--\r\n", "--B--  \r\n", "--B--\n", "\r\n--B--"})
  void anEmptyFormIsNone(String body) throws IOException {
    try (var form = read(body)) {
      assertEquals(List.of(), form.parts());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--B", "\r\n--Bx", "\r\n--B-", "\r\n--B-x", "\r\n--B--x", "\r\n--B x", "\r--B\r\n", "\n--B\n",
      "\r\n-B", "\r\n--C--", "\r\n\r\n", "\r", "\r\r\n--", "\r\n--\r\n--b", "--B--", "\r\n--B\n", "\r\n--B\rx"})
  void whatOnlyLooksLikeABoundaryIsData(String data) throws IOException {
    try (var form = read(part("a", "", "x" + data + "y") + part("b", "", data) + "--B--\r\n")) {
      assertEquals(Optional.of("x" + data + "y"), form.text("a"));
      assertEquals(Optional.of(data), form.text("b"));
    }
  }

  @Test
  void paddingAfterABoundaryIsAllowed() throws IOException {
    try (var form = read(part("a", "", "1").replace("--B", "--B \t ") + "--B-- \t")) {
      assertEquals(Optional.of("1"), form.text("a"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "--B", "--B\r\n", "--B\r\nContent-Disposition: form-data; name=a", "--B\r\n\r\n",
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n",
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\ndata",
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\ndata\r\n--B",
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\ndata\r\n--B-"})
  void aBodyWithoutItsEndIsRefused(String body) {
    var problem = refused(body, LIMITS);
    assertEquals(400, problem.status());
    var message = problem.getMessage();
    assertTrue(message.contains("closing boundary") || message.contains("no name"), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "Content-Disposition: form-data|part 1 has no name",
      "Content-Disposition: form-data; name=\"\"|part 1 has no name",
      "Content-Disposition: attachment; name=a|part 1 has no name", "X: y|part 1 has no name",
      "no colon|a header line of a part has no name",
      ": x|a header line of a part has no name",
      "Content-Disposition: form-data; name=a~content-disposition: x|a part has the header content-disposition twice"})
  void partsWithoutANameAreRefused(String headers, String message) {
    assertEquals(message, complaint("--B\r\n" + headers.replace("~", "\r\n") + "\r\n\r\n1\r\n--B--", LIMITS));
  }

  @Test
  void limitsNameThePart() {
    var small = LIMITS.withParts(2).withBytes(10, 20, 100_000);
    assertEquals("there are more than 2 parts", complaint((part("a", "", "1")).repeat(3) + "--B--", small));
    var tooLong = part("a\u00e9b", "", "y".repeat(21)) + "--B--";
    assertEquals("part \"a?b\" is larger than 20 bytes", complaint(tooLong, small));
    assertEquals(413, refused(part("a", "; filename=x", "y".repeat(21)) + "--B--", small).status());
    assertEquals("the name of part 1 is too long", complaint(part("n".repeat(201), "", "") + "--B--", small));
    var long9 = "~X: " + "y".repeat(9000);
    assertEquals("the headers of a part are too long", complaint(part("a", long9, "") + "--B--", small));
    assertEquals("the headers of a part are too long", complaint("--B\r\n" + manyHeaders(900) + "\r\n--B--", small));
  }

  private static String manyHeaders(int count) {
    return IntStream.range(0, count).mapToObj(i -> "X-" + i + ": y\r\n").collect(Collectors.joining());
  }

  @Test
  void aMillionPartsEndAtTheLimit() {
    assertEquals(400, refused(part("a", "", "").repeat(100_000), LIMITS).status());
  }

  @Test
  void theTotalIsLimitedByTheBody() {
    var tight = LIMITS.withBytes(10, 1000, 100);
    var body = part("a", "; filename=x", "y".repeat(100)) + "--B--";
    assertEquals(413, assertThrows(BodyException.class, () -> read(TYPE, body, tight).close()).status());
  }

  @Test
  void textIsCheckedWhereItIsAskedFor() throws IOException {
    var body = part("long", "", "y".repeat(30)) + part("raw", "", "\u00ff\u00fe") + "--B--";
    try (var form = read(TYPE, body, LIMITS.withBytes(20, 100, 10_000))) {
      var tooLong = assertThrows(MultipartException.class, () -> form.text("long"));
      assertEquals("413 part \"long\" is larger than 20 bytes of text", tooLong.status() + " " + tooLong.getMessage());
      var raw = assertThrows(MultipartException.class, () -> form.text("raw"));
      assertEquals("400 part \"raw\" is not UTF-8 text", raw.status() + " " + raw.getMessage());
      assertEquals(30, Files.size(form.files("long").getFirst().file()));
    }
  }

  @Test
  void aPartCanBeTextAndFileWhateverItsSize() throws IOException {
    for (int size : List.of(0, 1, 16 * 1024, 16 * 1024 + 1, 100_000)) {
      var content = "y".repeat(size);
      try (var form = read(part("a", "", content) + part("b", "; filename=\"\"", content) + "--B--")) {
        for (var part : form.parts()) {
          assertEquals(content, part.text());
          assertEquals(content, Files.readString(part.file()));
          assertEquals(content, part.text());
          assertEquals(size, part.size());
        }
      }
    }
  }

  @Test
  void aTakenFileOutlivesTheForm(@TempDir Path elsewhere) throws IOException {
    var target = elsewhere.resolve("kept");
    try (var form = read(part("a", "; filename=x", "keep me") + "--B--")) {
      assertEquals(target, form.parts().getFirst().moveTo(target));
    }
    assertEquals("keep me", Files.readString(target));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"a.png|a.png", "../../etc/passwd|passwd", "C:\\dir\\a.png|a.png",
      "a\u0000b\u0007.png|ab.png", "''|''", "/|''", "\u00e4.png|\ufffd.png"})
  void fileNamesAreForShowOnly(String sent, String shown) throws IOException {
    try (var form = read(part("a", "; filename=\"" + sent + "\"", "1") + "--B--")) {
      assertEquals(Optional.of(shown), form.parts().getFirst().fileName());
    }
  }

  /** Everything in a body, read with reads that return as much as the plan says. */
  private static List<String> parse(byte[] body, String boundary, IntUnaryOperator plan) throws IOException {
    var bytes = new ByteArrayInputStream(body);
    var in = new InputStream() {
      private int reads;

      @Override
      public int read() {
        throw new AssertionError();
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        return bytes.read(into, offset, Math.min(length, Math.max(1, plan.applyAsInt(reads++))));
      }
    };
    var reader = new MultipartReader(in, boundary);
    var parts = new ArrayList<String>();
    while (reader.next()) {
      var headers = reader.headers(8192);
      var content = new ByteArrayOutputStream();
      var buffer = new byte[100];
      for (int got = reader.read(buffer, 0, 100); got >= 0; got = reader.read(buffer, 0, 100)) {
        content.write(buffer, 0, got);
      }
      parts.add(headers + content.toString(StandardCharsets.ISO_8859_1));
    }
    return parts;
  }

  @Test
  void aBodyMayBeCutAtAnyByte() throws IOException {
    var body = ("pre\r\n--B\r\nA: 1\r\n\r\nx\r\n--B-\r\n--By\r\n--B \r\nB: 2\r\n\r\n"
        + "\r\n--B\r\n\r\n\r\r\n--\r\n--B-- \r\nepi").getBytes(StandardCharsets.ISO_8859_1);
    var whole = parse(body, "B", reads -> body.length);
    assertEquals(List.of("{a=1}x\r\n--B-\r\n--By", "{b=2}", "{}\r\r\n--"), whole);
    for (int cut = 1; cut < body.length; cut++) {
      int first = cut;
      assertEquals(whole, parse(body, "B", reads -> reads == 0 ? first : body.length), "cut at " + cut);
    }
    assertEquals(whole, parse(body, "B", reads -> 1));
  }

  @Test
  void randomBodiesInRandomPiecesComeOutAsTheyWentIn() throws IOException {
    var random = new Random(42);
    for (int round = 0; round < 300; round++) {
      var contents = new ArrayList<String>();
      var body = new StringBuilder();
      for (int p = random.nextInt(4); p >= 0; p--) {
        var content = lookalikes(random, random.nextInt(random.nextInt(20) == 0 ? 6000 : 30));
        contents.add("{}" + content);
        body.append("--bound\r\n\r\n").append(content).append("\r\n");
      }
      var bytes = body.append("--bound--").toString().getBytes(StandardCharsets.ISO_8859_1);
      int most = 1 + random.nextInt(random.nextBoolean() ? 5 : 20_000);
      assertEquals(contents, parse(bytes, "bound", reads -> 1 + random.nextInt(most)), "round " + round);
    }
  }

  /** Text made of pieces of delimiters that never form one. */
  private static String lookalikes(Random random, int pieces) {
    var words = List.of("\r", "\n", "\r\n", "-", "--", "bound", "\r\n--boun", "\r\n--boundx", "--bound",
        "\r\n--bound-x", "\u00ff", "data");
    var text = random.ints(pieces, 0, words.size()).mapToObj(words::get).collect(Collectors.joining());
    return text.replaceAll("\r\n--bound(?=--|[ \t]*\r|-?$)", "\r\n--boum");
  }

  @Test
  void aChunkedUploadArrivesOverTheWire() throws IOException {
    try (var server = Servers.start(request -> {
      try (var form = Multipart.read(request, LIMITS, folder)) {
        return Response.text(200, form.text("prompt").orElseThrow() + " " + form.files("image").getFirst().size());
      }
    }); var client = new RawClient(server.port())) {
      var body = part("image", "; filename=x", "y".repeat(100_000)) + part("prompt", "", "cat") + "--B--\r\n";
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < body.length(); at += 999) {
        var chunk = body.substring(at, Math.min(body.length(), at + 999));
        client.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
      }
      assertEquals("cat 100000", client.send("0\r\n\r\n").reply().text());
    }
  }

  @Test
  void anUploadThatBreaksOffLeavesNoFile() throws Exception {
    var problems = new LinkedBlockingQueue<Exception>();
    try (var server = Servers.start(request -> {
      try (var form = Multipart.read(request, LIMITS, folder)) {
        return Response.text(200, "" + form.parts().size());
      } catch (IOException e) {
        problems.add(e);
        throw e;
      }
    }); var client = new RawClient(server.port())) {
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
          + "Content-Length: 1000000\r\n\r\n" + part("a", "; filename=x", "y".repeat(50_000)));
      client.reset();
      assertTrue(problems.poll(10, TimeUnit.SECONDS) instanceof BodyException);
    }
  }
}
