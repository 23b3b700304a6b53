package easel.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.sun.management.ThreadMXBean;
import easel.codec.FieldException.Complaint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLiftTest {
  private static final Set<String> NAMES = Set.of("b64_json");
  private static final byte[] PICTURE = bytes(1000, 7);
  private static final String TEXT = Base64.getEncoder().encodeToString(PICTURE);

  private final List<Store> stores = new ArrayList<>();

  /** Remembers whether it was closed. */
  private static final class Store extends ByteArrayOutputStream {
    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  private static byte[] bytes(int count, int seed) {
    var bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private OutputStream open(int index) {
    assertEquals(stores.size(), index);
    stores.add(new Store());
    return stores.getLast();
  }

  private JsonLift.Lifted lift(InputStream in) {
    stores.clear();
    try {
      return JsonLift.read(in, NAMES, 100_000, this::open);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonLift.Lifted lift(String json) {
    return lift(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  private byte[] only(String json) {
    lift(json);
    assertEquals(1, stores.size());
    return stores.getFirst().toByteArray();
  }

  private FieldException complaint(String json) {
    return assertThrows(FieldException.class, () -> lift(json));
  }

  /** Gives at most {@code count} bytes a read. */
  private static InputStream dripping(byte[] all, int count) {
    return new FilterInputStream(new ByteArrayInputStream(all)) {
      @Override
      public int read(byte[] to, int from, int length) throws IOException {
        return super.read(to, from, Math.min(length, count));
      }
    };
  }

  @Test
  void namedFieldIsLiftedAndTheRestStays() {
    var lifted = lift("{\"created\": 17, \"data\": [{\"b64_json\": \"" + TEXT + "\", \"revised_prompt\": \"a cat\"}]}");
    assertArrayEquals(PICTURE, stores.getFirst().toByteArray());
    assertTrue(stores.getFirst().closed);
    var item = Fields.of(lifted.object()).list("data", f -> f).getFirst();
    assertEquals(Optional.of(new JsonLift.Piece(0, 1000, Optional.empty())), lifted.piece(item.text("b64_json")));
    assertEquals("a cat", item.text("revised_prompt"));
    assertEquals(17, Fields.of(lifted.object()).integer("created", 0, 0, 100));
  }

  @Test
  void nameAfterALiftedTextIsNotLifted() {
    var lifted =
        lift("{\"b64_json\":\"QUJD\",\"long_and_harmless\":\"abcdefghijkl\",\"n\":{\"revised_prompt\":\"abcdefgh\"}}");
    assertEquals(List.of("b64_json", "long_and_harmless", "n"), lifted.object().names());
    assertEquals("abcdefghijkl", Fields.of(lifted.object()).text("long_and_harmless"));
    assertEquals(1, lifted.pieces().size());
  }

  @Test
  void aFieldNamedWithItsOwnerIsLiftedThereAlone() throws IOException {
    var json = "{\"inlineData\":{\"data\":\"aGk=\",\"x\":{\"data\":\"no base64!\"}},\"data\":\"nor this!\","
        + "\"list\":[{\"inlineData\":[{\"data\":\"aG8=\"}]}]}";

    var lifted = JsonLift.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Set.of("inlineData.data"),
        10_000, this::open);

    assertEquals(List.of("hi", "ho"), stores.stream().map(ByteArrayOutputStream::toString).toList());
    assertEquals("no base64!", lifted.object().get("inlineData").asObject().get("x").asObject().getString("data", ""));
    assertEquals("nor this!", lifted.object().getString("data", ""));
  }

  @Test
  void droppedFieldCostsNothingWhateverItsLength() throws IOException {
    var words = "x\\\"y/+\\u0041".repeat(50_000);
    var json = ("{\"signature\":\"" + words + "\",\"b64_json\":\"QUJD\",\"parts\":[{\"signature\":\"\"},{\"signature\":17}]}")
        .getBytes(StandardCharsets.UTF_8);
    for (int chunk : List.of(1, 7, 4096, json.length)) {
      stores.clear();
      var lifted = JsonLift.read(dripping(json, chunk), NAMES, Set.of("signature"), 200, this::open);
      assertEquals("ABC", stores.getFirst().toString(StandardCharsets.US_ASCII));
      assertEquals(Json.parse("{\"signature\":\"\",\"b64_json\":\"MARK\",\"parts\":[{\"signature\":\"\"},{\"signature\":17}]}"),
          Json.parse(lifted.object().toString().replace(lifted.nonce() + "0", "MARK")));
    }
  }

  @Test
  void everyChunkingGivesTheSame() {
    var json = ("{\"a\":\"x\\\"y\\\\\",\"data\":[{\"b64_json\":\"" + TEXT.replace("/", "\\/").replace("+", "\\u002b")
        + "\"},{\"b64_json\":\"QUJD\"},{\"b64_json\":\"\"},{\"url\":\"data:image\\/png;base64," + TEXT
        + "\"}],\"ünï\":\"çödé \\u00e9\",\"deep\":{\"b64_json\":[\"QQ\",\"QUI=\"]},\"n\":[1,-2.5e3,true,null]}");
    var all = json.getBytes(StandardCharsets.UTF_8);
    var whole = lift(json);
    var pieces = stores.stream().map(Store::toByteArray).toList();
    assertEquals(5, pieces.size());
    assertArrayEquals(PICTURE, pieces.get(2));
    for (int chunk = 1; chunk <= all.length; chunk += chunk < 600 ? 1 : 97) {
      var again = lift(dripping(all, chunk));
      assertEquals(unmarked(whole), unmarked(again), "chunks of " + chunk);
      for (int i = 0; i < pieces.size(); i++) assertArrayEquals(pieces.get(i), stores.get(i).toByteArray());
    }
  }

  private static String unmarked(JsonLift.Lifted lifted) {
    return lifted.object().toString().replace(lifted.nonce(), "#") + lifted.pieces();
  }

  @Test
  void everyLengthInEitherAlphabetWithAndWithoutPaddingIsDecoded() {
    for (int length = 1; length < 200; length++) {
      var picture = bytes(length, length);
      for (var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getEncoder().withoutPadding(),
          Base64.getUrlEncoder().withoutPadding(), Base64.getMimeEncoder(8, " ".getBytes(StandardCharsets.US_ASCII)))) {
        assertArrayEquals(picture, only("{\"b64_json\":\"" + encoder.encodeToString(picture) + "\"}"));
      }
    }
  }

  @Test
  void piecesLargerThanEveryBufferAreDecodedWhole() {
    for (int length : List.of(24 * 1024 - 1, 24 * 1024, 24 * 1024 + 1, 32 * 1024, 300_001)) {
      var picture = bytes(length, length);
      var text = Base64.getEncoder().encodeToString(picture);
      assertArrayEquals(picture, only("{\"b64_json\":\"" + text + "\"}"));
      var lines = Base64.getMimeEncoder().encodeToString(picture).replace("\r\n", "\\n").replace("/", "\\/");
      assertArrayEquals(picture, only("{\"b64_json\":\"" + lines + "\"}"));
    }
  }

  @Test
  void escapesInsideBase64AreUnderstood() {
    var escaped = "\\/\\u002f\\u002F\\/" + "\\u002b\\n\\r\\t" + "+++";
    assertArrayEquals(Base64.getDecoder().decode("////++++"), only("{\"b64_json\":\"" + escaped + "\"}"));
  }

  @Test
  void whiteSpaceInsideBase64IsSkipped() {
    assertArrayEquals(new byte[] {'A', 'B', 'C'}, only("{\"b64_json\":\" Q U\r\nJ\tD \"}"));
  }

  @Test
  void dataUrlIsLiftedFromAnyFieldWithItsType() {
    var lifted = lift("{\"image\":\"data:image/png;base64," + TEXT + "\",\"list\":[\"data:;base64,QUJD\"]}");
    assertEquals(List.of(new JsonLift.Piece(0, 1000, Optional.of("image/png")),
        new JsonLift.Piece(1, 3, Optional.of(""))),
        lifted.pieces());
    assertArrayEquals(PICTURE, stores.getFirst().toByteArray());
  }

  @Test
  void dataUrlMayBeSpelledInManyWays() {
    for (var head : List.of("data:image/webp;base64,", "DATA:image/webp;BASE64,", "data:image\\/webp;base64,")) {
      assertEquals(Optional.of("image/webp"), lift("{\"x\":\"" + head + "QUJD\"}").pieces().getFirst().declaredType());
    }
    assertEquals(Optional.of("image/png;name=a.png"),
        lift("{\"x\":\"data:image/png;name=a.png;base64,QUJD\"}").pieces().getFirst().declaredType());
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: what is ;base64, for?", "data:text/plain,hello", "data:",
      "say data:image/png;base64,QUJD",
      "data:image/png;base64", "data:a,b;base64,QUJD", "", "lifted-x"})
  void textThatIsNoDataUrlStays(String text) {
    var lifted = lift(new JsonObject().add("prompt", text).toString());
    assertEquals(text, Fields.of(lifted.object()).text("prompt", "absent"));
    assertEquals(List.of(), lifted.pieces());
    assertEquals(Optional.empty(), lifted.piece(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.test/a.png", "http://example.test/a.png", "HTTPS://EXAMPLE.test/a", "",
      "data:text/plain,hello"})
  void linkInANamedFieldStays(String link) {
    var lifted = lift(new JsonObject().add("b64_json", link).toString());
    assertEquals(link, lifted.object().get("b64_json").asString());
    assertEquals(List.of(), stores);
  }

  @Test
  void nullNumbersAndObjectsInANamedFieldStay() {
    assertEquals(Json.parse("{\"b64_json\":null,\"x\":{\"b64_json\":{\"a\":\"QUJDREVG\"}},\"y\":{\"b64_json\":12}}"),
        lift("{\"b64_json\":null,\"x\":{\"b64_json\":{\"a\":\"QUJDREVG\"}},\"y\":{\"b64_json\":12}}").object());
  }

  @Test
  void textsOfANamedListAreLifted() {
    lift("{\"b64_json\":[\"QUJD\",[\"QUJDRA==\"]],\"other\":[\"QUJD\"]}");
    assertEquals(List.of("ABC", "ABCD"), stores.stream().map(Store::toString).toList());
  }

  @Test
  void dataUrlAsANameStaysAName() {
    var json = "{\"data:image/png;base64,QUJD\":1}";
    assertEquals(Json.parse(json), lift(json).object());
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUJD!", "Q", "QUJDR", "QQ==QQ==", "QUI=x", "QU*D", "QUJDÿÿ", "QU\\\"D", "QU\\\\D",
      "QU\\u00ffD", "QU\\uzzzzD"})
  void badBase64NamesTheField(String text) {
    var complaint = complaint("{\"data\":[{\"b64_json\":\"QUJD\"},{\"b64_json\":\"" + text + "\"}]}");
    assertEquals("data[1].b64_json is not base64", complaint.getMessage());
    assertEquals("data[1].b64_json", complaint.path());
    assertEquals(Complaint.VALUE, complaint.complaint());
    assertTrue(stores.stream().allMatch(s -> s.closed));
  }

  @Test
  void documentCutAnywhereIsNeverTakenForWhole() {
    var json = "{\"a\":[\"x\\\"\",{\"b64_json\":\"QUJD\\/\\u002f\\nAA\"},\"data:image/png;base64,QUJD\"],\"z\":-1.5}";
    lift(json);
    for (int length = 0; length < json.length(); length++) {
      var cut = json.substring(0, length);
      assertThrows(FieldException.class, () -> lift(cut), cut);
      assertTrue(stores.stream().allMatch(s -> s.closed));
    }
    assertEquals("body ends inside a text", complaint("{\"b64_json\":\"QUJ").getMessage());
    assertEquals("body ends inside a text", complaint("{\"b64_js").getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>\"Bad gateway\"</html>", "]}", "{\"a\":1}}", "{,}", "[\"b64_json\"]",
      "{\"a\" \"b\"}", "\"x\"", "{\"a\":1,\"a\":2}"})
  void whatIsNotOneJsonObjectIsAComplaint(String text) {
    complaint(text);
  }

  @Test
  void moreTextThanAllowedIsAComplaintAndLiftedBytesDoNotCount() {
    var json = "{\"b64_json\":\"" + "QUJD".repeat(5000) + "\"}";
    assertDoesNotExceed(json, 100);
    var chatty = "{\"p\":\"" + "x".repeat(200) + "\"}";
    var complaint = assertThrows(FieldException.class, () -> assertDoesNotExceed(chatty, 100));
    assertEquals("body holds more than 100 bytes of text", complaint.getMessage());
  }

  private static void assertDoesNotExceed(String json, int restMax) {
    try {
      var in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
      JsonLift.read(in, NAMES, restMax, i -> OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nestingHasALimit() {
    assertEquals("body is nested deeper than 64 levels", complaint("{\"a\":" + "[".repeat(100_000)).getMessage());
    assertEquals("body is nested deeper than 64 levels", complaint("{\"a\":" + "[".repeat(65) + "]".repeat(65) + "}")
        .getMessage());
    lift("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}");
  }

  @Test
  void markOfAnotherDocumentMeansNothing() {
    var first = lift("{\"b64_json\":\"QUJD\"}");
    var second = lift("{\"b64_json\":\"QUJD\"}");
    assertFalse(second.piece(first.object().get("b64_json").asString()).isPresent());
  }

  @Test
  void failureOfTheFileTravelsUp() {
    var in = new ByteArrayInputStream("{\"b64_json\":\"QUJD\"}".getBytes(StandardCharsets.UTF_8));
    assertThrows(IOException.class, () -> JsonLift.read(in, NAMES, 100, i -> {
      throw new IOException("disk full");
    }));
  }

  @Test
  void twentyMegabytesCostLittleMemory() throws IOException {
    var head = "{\"data\":[{\"b64_json\":\"".getBytes(StandardCharsets.US_ASCII);
    long letters = 4 * 7_000_000L;
    var sums = new long[1];
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var in = new Endless(head, letters);
    long before = threads.getCurrentThreadAllocatedBytes();
    var lifted = JsonLift.read(in, NAMES, 1000, i -> new OutputStream() {
      @Override
      public void write(int b) {
        sums[0]++;
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        sums[0] += length;
      }
    });
    long used = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(21_000_000, lifted.pieces().getFirst().bytes());
    assertEquals(21_000_000, sums[0]);
    assertTrue(used < 200_000, used + " bytes were allocated");
  }

  /** A document with a picture of so many letters, made while it is read. */
  private static final class Endless extends InputStream {
    private final byte[] head;
    private final byte[] tail = "\"}]}".getBytes(StandardCharsets.US_ASCII);
    private final long letters;
    private long at;

    Endless(byte[] head, long letters) {
      this.head = head;
      this.letters = letters;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] to, int from, int length) {
      if (at < head.length) return copy(head, (int) at, to, from, length);
      long past = at - head.length - letters;
      if (past >= tail.length) return -1;
      if (past >= 0) return copy(tail, (int) past, to, from, length);
      int n = (int) Math.min(length, -past);
      Arrays.fill(to, from, from + n, (byte) 'Q');
      at += n;
      return n;
    }

    private int copy(byte[] source, int start, byte[] to, int from, int length) {
      int n = Math.min(length, source.length - start);
      System.arraycopy(source, start, to, from, n);
      at += n;
      return n;
    }
  }
}
