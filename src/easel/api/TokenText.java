package easel.api;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.JsonText;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The text of a {@link TokenFile}, read as it comes: in memory there is never more of it than what it says. */
public final class TokenText {
  public static final int BYTES_MAX = 48 << 20;
  /**
   * Values of a list, or its lines: 20,000 tokens of forty fields. In memory a value takes up to 200 bytes, however
   * short it was; more of them than this would end a process that has 256 MB.
   */
  static final int VALUES_MAX = 800_000;

  private TokenText() {}

  /**
   * The list in a file, JSON or lines of text, as {@link TokenFile#of} takes it.
   *
   * @param in up to {@link #BYTES_MAX}; read as it comes, and closed by who opened it
   */
  public static JsonObject list(InputStream in) throws IOException {
    try {
      return list(text(new Limited(in)));
    } catch (CharacterCodingException e) {
      throw FieldException.body("the list is not UTF-8 text");
    }
  }

  private static JsonObject list(BufferedReader text) throws IOException {
    int first = first(text);
    if (first == '{' || first == '[') return json(text);
    var lines = new JsonArray();
    for (var line = text.readLine(); line != null; line = text.readLine()) {
      if (lines.size() == VALUES_MAX) throw tooMany("lines");
      lines.add(line);
    }
    return new JsonObject().add("tokens", lines);
  }

  /** The same of what can only be JSON, and is no longer than it may be. */
  static JsonObject json(InputStream in) throws IOException {
    try {
      return json(text(in));
    } catch (CharacterCodingException e) {
      throw FieldException.body("the list is not UTF-8 text");
    }
  }

  private static JsonObject json(Reader text) throws IOException {
    var value = JsonText.read(new Counted(text));
    if (value.isArray()) return new JsonObject().add("tokens", value);
    if (value instanceof JsonObject list) return list;
    throw FieldException.body("body must be a JSON object");
  }

  /** Windows begins files with a mark, and its shell writes UTF-16. */
  private static BufferedReader text(InputStream in) throws IOException {
    var bytes = new BufferedInputStream(in);
    bytes.mark(2);
    boolean wide = bytes.read() + bytes.read() == 0xff + 0xfe;
    bytes.reset();
    var text = new BufferedReader(new InputStreamReader(bytes, (wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8).newDecoder()));
    text.mark(1);
    if (text.read() != '\ufeff') text.reset();
    return text;
  }

  /** The first letter that is none of the blanks, which stay away; the text begins with it afterwards. */
  private static int first(Reader text) throws IOException {
    while (true) {
      text.mark(1);
      int c = text.read();
      if (c >= 0 && Character.isWhitespace(c)) continue;
      text.reset();
      return c;
    }
  }

  private static FieldException tooMany(String what) {
    return FieldException.body("the list has more than " + VALUES_MAX + " " + what);
  }

  /** Complains of too many values while they are read: each has a comma before it, or begins what it is in. */
  private static final class Counted extends FilterReader {
    private int values;

    Counted(Reader text) {
      super(text);
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
      int got = super.read(into, offset, length);
      for (int i = offset; i < offset + got; i++) if (begins(into[i]) && ++values > VALUES_MAX) throw tooMany("values");
      return got;
    }

    private static boolean begins(char c) {
      return c == ',' || c == '[' || c == '{';
    }
  }

  /** Complains of more than may be. */
  private static final class Limited extends FilterInputStream {
    private long count;

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int got = super.read(into, offset, length);
      count += Math.max(0, got);
      if (count > BYTES_MAX) throw FieldException.body("the list is larger than " + (BYTES_MAX >> 20) + " MB");
      return got;
    }
  }
}
