package easel.codec;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException.Complaint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads a JSON object from a stream while lifting its base64 pictures out of it: the value of each named field, and
 * every {@code data:...;base64,} text, is decoded straight to a stream of the caller's, and a short mark stands in its
 * place. What remains is small and is parsed as usual, so a 20 MB picture costs under 100 KB of heap.
 *
 * <p>A text is left in its place where it is empty, a field's name, or a link ({@code http:}, {@code https:}). Lists
 * count as the field they are the value of.
 */
public final class JsonLift {
  /** Where lifted bytes go. */
  public interface Opener {
    OutputStream open(int index) throws IOException;

    /** The piece is complete, whatever becomes of the rest of the document. */
    default void lifted(Piece piece) {}
  }

  /** One lifted value. {@code declaredType} is what a data URL said of itself; it is a claim, not a fact. */
  public record Piece(int index, long bytes, Optional<String> declaredType) {}

  /** The rest of the document, and what was lifted from it. */
  public record Lifted(JsonObject object, List<Piece> pieces, String nonce) {
    /** The piece a text stands for, if it is one of our marks. */
    public Optional<Piece> piece(String text) {
      if (!text.startsWith(nonce)) return Optional.empty();
      return Optional.of(pieces.get(Integer.parseInt(text.substring(nonce.length()))));
    }
  }

  /** A data URL's head may be so long; one that is longer stays where it is. */
  private static final int TURN = 256 * 1024;
  private static final int HEAD = 256;
  private static final int SMALL = 4 * 1024;
  private static final int LARGE = 32 * 1024;
  private static final byte[] EMPTY = {'"', '"'};

  private final InputStream in;
  private final Set<String> names;
  private final Set<String> dropped;
  private final int restMax;
  private final Opener opener;
  private final String nonce = "lifted-" + UUID.randomUUID() + "-";
  private final List<Piece> pieces = new ArrayList<>();
  private final JsonPlace place = new JsonPlace();
  private byte[] rest = new byte[1024];
  private int kept;
  private byte[] buffer = new byte[SMALL];
  private int at;
  private int end;
  private int sinceYield;

  private JsonLift(InputStream in, Set<String> names, Set<String> dropped, int restMax, Opener opener) {
    this.in = in;
    this.names = names;
    this.dropped = dropped;
    this.restMax = restMax;
    this.opener = opener;
  }

  /**
   * Reads to the end of the stream.
   *
   * @param names fields whose text is base64 even without a {@code data:} head; {@code inlineData.data} is one only
   *     within the other
   * @param restMax bytes the document may have besides what is lifted; more is a {@link FieldException}
   */
  public static Lifted read(InputStream in, Set<String> names, int restMax, Opener opener) throws IOException {
    return read(in, names, Set.of(), restMax, opener);
  }

  /** {@code dropped}: fields whose text, of any length, nobody wants: it is passed over, and an empty one stays. */
  public static Lifted read(InputStream in, Set<String> names, Set<String> dropped, int restMax, Opener opener)
      throws IOException {
    return new JsonLift(in, names, dropped, restMax, opener).read();
  }

  private Lifted read() throws IOException {
    while (available(1)) {
      if (buffer[at] == '"') {
        text();
      } else {
        place.passed(buffer[at]);
        at++;
        keep(at - 1, at);
      }
    }
    return new Lifted(JsonText.object(Arrays.copyOf(rest, kept)), List.copyOf(pieces), nonce);
  }

  /** One text, {@link #at} its opening quote. */
  private void text() throws IOException {
    if (place.atName()) {
      int from = kept + 1;
      plain();
      place.named(new String(rest, from, kept - 1 - from, StandardCharsets.UTF_8));
      return;
    }
    if (dropped.contains(place.name())) {
      drop();
      return;
    }
    available(HEAD);
    var head = new String(buffer, at + 1, Math.min(HEAD, end - at) - 1, StandardCharsets.ISO_8859_1);
    int data = dataHead(head);
    if (data > 0) lift(data, Optional.of(declaredType(head.substring(0, data))));
    else if (named() && bare(head)) lift(0, Optional.empty());
    else plain();
  }

  private boolean named() {
    return names.contains(place.name()) || names.contains(place.owned());
  }

  /** Length of the {@code data:...;base64,} a text begins with, 0 if it does not. */
  private static int dataHead(String head) {
    if (!head.regionMatches(true, 0, "data:", 0, 5)) return 0;
    for (int i = 5; i < head.length() && head.charAt(i) > ' ' && head.charAt(i) != '"' && head.charAt(i) != ','; i++) {
      if (head.regionMatches(true, i, ";base64,", 0, 8)) return i + 8;
    }
    return 0;
  }

  private static String declaredType(String dataHead) {
    return dataHead.substring("data:".length(), dataHead.length() - ";base64,".length()).replace("\\/", "/");
  }

  /** Not empty, and not a link. */
  private static boolean bare(String head) {
    var lower = head.substring(0, Math.min(6, head.length())).toLowerCase(Locale.ROOT);
    return List.of("\"", "http:", "https:", "data:").stream().noneMatch(lower::startsWith);
  }

  /** Keeps a text as it is, both quotes included. */
  private void plain() throws IOException {
    int from = at++;
    while (true) {
      while (at < end && buffer[at] != '"' && buffer[at] != '\\') at++;
      if (at < end && buffer[at] == '"') break;
      boolean escape = at < end;
      keep(from, at);
      if (escape) keepEscape();
      else more();
      from = at;
    }
    at++;
    keep(from, at);
  }

  private void keepEscape() throws IOException {
    if (!available(2)) throw cut();
    at += 2;
    keep(at - 2, at);
  }

  private void drop() throws IOException {
    at++;
    while (true) {
      while (at < end && buffer[at] != '"' && buffer[at] != '\\') at++;
      if (at < end && buffer[at] == '"') break;
      if (at == end) more();
      else if (available(2)) at += 2;
      else throw cut();
    }
    at++;
    keep(EMPTY, 0, EMPTY.length);
  }

  private void lift(int head, Optional<String> type) throws IOException {
    int index = pieces.size();
    at += 1 + head;
    try (var out = opener.open(index)) {
      var sink = new Base64Sink(out);
      for (int b = special(sink); b != '"'; b = special(sink)) {
        if (!sink.accept(b == '\\' ? unescaped() : b)) throw notBase64();
      }
      long bytes = sink.finish();
      if (bytes < 0) throw notBase64();
      pieces.add(new Piece(index, bytes, type));
    }
    opener.lifted(pieces.getLast());
    var mark = ("\"" + nonce + index + "\"").getBytes(StandardCharsets.US_ASCII);
    keep(mark, 0, mark.length);
  }

  /** Decodes up to the next character that is not a letter of base64, and takes that one. */
  private int special(Base64Sink sink) throws IOException {
    while (true) {
      at = sink.run(buffer, at, end);
      if (at < end) return buffer[at++] & 0xff;
      if (buffer.length < LARGE) grow();
      more();
    }
  }

  /** A long text is read in larger pieces; nothing is lost, as all of the small one was taken. */
  private void grow() {
    buffer = new byte[LARGE];
    at = 0;
    end = 0;
  }

  /** An escape inside base64: only a slash, white space or a written-out character makes sense. */
  private int unescaped() throws IOException {
    if (!available(1)) throw cut();
    int b = buffer[at++];
    if (b == 'n' || b == 'r' || b == 't') return ' ';
    if (b != 'u') return b == '/' ? b : '\\';
    if (!available(4)) throw cut();
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(buffer[at++], 16);
      if (digit < 0) throw notBase64();
      code = code * 16 + digit;
    }
    return code;
  }

  private FieldException notBase64() {
    return new FieldException(place.path(), Complaint.VALUE, "is not base64");
  }

  private static FieldException cut() {
    return FieldException.body("body ends inside a text");
  }

  /** Reads on inside a text. */
  private void more() throws IOException {
    if (!available(end - at + 1)) throw cut();
  }

  /** Reads until there are so many bytes ahead; false where the stream ends before that. */
  private boolean available(int wanted) throws IOException {
    if (end - at >= wanted) return true;
    if (at == end || at + wanted > buffer.length) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    while (end - at < wanted) {
      int n = in.read(buffer, end, buffer.length - end);
      if (n < 0) return false;
      end += n;
      takeTurns(n);
    }
    return true;
  }

  /**
   * A virtual thread keeps its carrier while it computes. Large pictures, several at once, would keep all carriers and
   * let every small request wait for their end.
   */
  private void takeTurns(int bytes) {
    sinceYield += bytes;
    if (sinceYield < TURN) return;
    sinceYield = 0;
    Thread.yield();
  }

  private void keep(int from, int to) {
    keep(buffer, from, to);
  }

  private void keep(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > restMax - kept) {
      throw new FieldException("", Complaint.VALUE, "body holds more than " + restMax + " bytes of text");
    }
    if (length > rest.length - kept) rest = Arrays.copyOf(rest, Math.max(kept + length, 2 * rest.length));
    System.arraycopy(bytes, from, rest, kept, length);
    kept += length;
  }
}
