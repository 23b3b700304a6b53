package easel.codec;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException.Complaint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads a JSON object from a stream while lifting its base64 pictures out of it: the value of each named field, and every
 * {@code data:...;base64,} text, is decoded straight to a stream of the caller's, and a short mark stands in its place.
 * What remains is small and is parsed as usual, so a 20 MB picture costs a few kilobytes of heap.
 */
public final class JsonLift {
  /** Where lifted bytes go. */
  public interface Opener {
    OutputStream open(int index) throws IOException;
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

  private static final int HEAD = 256;
  private static final byte[] BASE64 = ";base64,".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final Set<String> names;
  private final int restMax;
  private final Opener opener;
  private final String nonce = "lifted-" + UUID.randomUUID() + "-";
  private final List<Piece> pieces = new ArrayList<>();
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream(1024);
  private final byte[] buffer = new byte[16 * 1024];
  private int at;
  private int end;
  private String name = "";

  private JsonLift(InputStream in, Set<String> names, int restMax, Opener opener) {
    this.in = in;
    this.names = names;
    this.restMax = restMax;
    this.opener = opener;
  }

  /**
   * Reads to the end of the stream.
   *
   * @param names fields whose text is base64 even without a {@code data:} head
   * @param restMax bytes the document may have besides what is lifted; more is a {@link FieldException}
   */
  public static Lifted read(InputStream in, Set<String> names, int restMax, Opener opener) throws IOException {
    return new JsonLift(in, names, restMax, opener).read();
  }

  private Lifted read() throws IOException {
    String last = "";
    for (int b = next(); b >= 0; b = next()) {
      if (b == '"') last = string();
      else keep(b);
      if (b == ':') name = last;
    }
    return new Lifted(JsonText.object(rest.toByteArray()), List.copyOf(pieces), nonce);
  }

  /** Handles one string, its opening quote already read; answers its head, which is all of it where it is a name. */
  private String string() throws IOException {
    var head = new byte[HEAD];
    int n = 0;
    int b = 0;
    while (n < HEAD && (b = nextInString()) >= 0) {
      head[n++] = (byte) b;
      if (b == '\\') escape(head, n++);
      if (n >= HEAD - 1 || (n >= 8 && decided(head, n))) break;
    }
    int data = dataStart(head, n);
    if (data >= 0 && (data > 0 || (b >= 0 && liftable(head, n)))) lift(head, n, data, b < 0);
    else plain(head, n, b < 0);
    return new String(head, 0, Math.max(0, n), StandardCharsets.UTF_8);
  }

  private void escape(byte[] head, int n) throws IOException {
    int b = next();
    if (b < 0) throw FieldException.body("body ends inside a text");
    if (n < HEAD) head[n] = (byte) b;
  }

  private static boolean decided(byte[] head, int n) {
    return !startsWith(head, n, "data:") || indexOfBase64(head, n) >= 0;
  }

  /** Where base64 begins in the head: past a data URL's comma, 0 for a bare value, -1 for a data URL of another kind. */
  private static int dataStart(byte[] head, int n) {
    if (!startsWith(head, n, "data:")) return 0;
    int i = indexOfBase64(head, n);
    return i < 0 ? -1 : i + BASE64.length;
  }

  private boolean liftable(byte[] head, int n) {
    return names.contains(name) && !startsWith(head, n, "http:") && !startsWith(head, n, "https:");
  }

  private void plain(byte[] head, int n, boolean ended) throws IOException {
    keep('"');
    for (int i = 0; i < n; i++) keep(head[i]);
    for (int b = ended ? -1 : nextInString(); b >= 0; b = nextInString()) {
      keep(b);
      if (b == '\\') keep(next());
    }
    keep('"');
  }

  private void lift(byte[] head, int n, int start, boolean ended) throws IOException {
    var type = start == 0 ? Optional.<String>empty() : Optional.of(text(head, 5, start - BASE64.length));
    int index = pieces.size();
    try (var out = opener.open(index)) {
      var decoder = new Decoder(out, name);
      for (int i = start; i < n; i++) i = decodeHead(decoder, head, i);
      for (int b = ended ? -1 : nextInString(); b >= 0; b = nextInString()) decoder.accept(b == '\\' ? unescaped() : b);
      pieces.add(new Piece(index, decoder.finish(), type));
    }
    for (var c : ("\"" + nonce + index + "\"").getBytes(StandardCharsets.US_ASCII)) keep(c);
  }

  private static int decodeHead(Decoder decoder, byte[] head, int i) throws IOException {
    if (head[i] != '\\') {
      decoder.accept(head[i]);
      return i;
    }
    if (head[i + 1] == '/') decoder.accept('/');
    else if (head[i + 1] != 'n' && head[i + 1] != 'r') decoder.accept('\\');
    return i + 1;
  }

  /** An escape inside base64: only a slash, a line break or a written-out ASCII character makes sense. */
  private int unescaped() throws IOException {
    int b = next();
    if (b == '/') return '/';
    if (b == 'n' || b == 'r') return '\n';
    if (b != 'u') return '\\';
    int code = 0;
    for (int i = 0; i < 4; i++) code = code * 16 + Character.digit(next(), 16);
    return code;
  }

  private static String text(byte[] head, int from, int to) {
    return new String(head, from, Math.max(0, to - from), StandardCharsets.US_ASCII);
  }

  private static boolean startsWith(byte[] head, int n, String word) {
    if (n < word.length()) return false;
    for (int i = 0; i < word.length(); i++) if (head[i] != word.charAt(i)) return false;
    return true;
  }

  private static int indexOfBase64(byte[] head, int n) {
    for (int i = 5; i <= n - BASE64.length; i++) {
      int k = 0;
      while (k < BASE64.length && head[i + k] == BASE64[k]) k++;
      if (k == BASE64.length) return i;
    }
    return -1;
  }

  /** The next byte of a string, or -1 at its closing quote. */
  private int nextInString() throws IOException {
    int b = next();
    if (b < 0) throw FieldException.body("body ends inside a text");
    return b == '"' ? -1 : b;
  }

  private int next() throws IOException {
    if (at == end) {
      end = in.read(buffer);
      at = 0;
      if (end < 0) {
        end = 0;
        return -1;
      }
    }
    return buffer[at++] & 0xff;
  }

  private void keep(int b) {
    if (rest.size() >= restMax) {
      throw new FieldException("", Complaint.VALUE, "body holds more than " + restMax + " bytes of text");
    }
    rest.write(b);
  }

  /** Base64 (either alphabet, line breaks allowed) to bytes. */
  private static final class Decoder {
    private static final byte[] VALUES = values();
    private final OutputStream out;
    private final String name;
    private final byte[] block = new byte[12 * 1024];
    private int filled;
    private long total;
    private int bits;
    private int count;
    private boolean padded;

    Decoder(OutputStream out, String name) {
      this.out = out;
      this.name = name;
    }

    void accept(int c) throws IOException {
      if (c == '\n' || c == '\r' || c == ' ') return;
      if (c == '=') {
        padded = true;
        return;
      }
      int value = c >= 0 && c < 128 ? VALUES[c] : -1;
      if (value < 0 || padded) throw new FieldException(name, Complaint.VALUE, "is not base64");
      bits = bits << 6 | value;
      if (++count == 4) {
        put(bits >> 16);
        put(bits >> 8);
        put(bits);
        bits = 0;
        count = 0;
      }
    }

    long finish() throws IOException {
      if (count == 1) throw new FieldException(name, Complaint.VALUE, "is not base64");
      if (count >= 2) put(count == 2 ? bits >> 4 : bits >> 10);
      if (count == 3) put(bits >> 2);
      out.write(block, 0, filled);
      return total;
    }

    private void put(int b) throws IOException {
      if (filled == block.length) {
        out.write(block, 0, filled);
        filled = 0;
      }
      block[filled++] = (byte) b;
      total++;
    }

    private static byte[] values() {
      var values = new byte[128];
      java.util.Arrays.fill(values, (byte) -1);
      var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      for (int i = 0; i < 64; i++) values[letters.charAt(i)] = (byte) i;
      values['-'] = 62;
      values['_'] = 63;
      return values;
    }
  }
}
