package easel.upstream;

import easel.core.Failure;
import easel.core.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads {@code text/event-stream} (HTML standard, 9.2.6) without ever holding an event in memory: its data, which may
 * be one line of 30 MB, is a stream. Two liberties: a last event that lacks its blank line counts, because a stream
 * that was cut ends with an exception of its own; and ids and retry times are skipped.
 */
public final class SseReader {
  private static final int BUFFER = 16 * 1024;
  private static final int NAME_MAX = 256;
  private static final String BOM = "\u00ef\u00bb\u00bf";

  private enum Field { DATA, EVENT, OTHER, BLANK, END }

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private boolean afterCr;
  private boolean firstLine = true;
  private Event open;

  public SseReader(InputStream body) {
    in = body;
  }

  /** One event; its data must be read before the next event is asked for, or is skipped. */
  public final class Event {
    private final Data data = new Data();
    private String name;

    private Event(String name) {
      this.name = name;
    }

    /** As the stream says, or {@code message}. A name that comes behind the data is known once the data was read. */
    public String name() {
      return name;
    }

    /** The data's bytes; several lines of them are joined by a line feed. */
    public InputStream data() {
      return data;
    }
  }

  /** The next event that has data; empty at the end of the stream. */
  public Optional<Event> next() {
    try {
      if (open != null) open.data.skipAll();
      open = null;
      var name = "message";
      while (true) {
        switch (field()) {
          case DATA -> {
            open = new Event(name);
            return Optional.of(open);
          }
          case EVENT -> name = name();
          case OTHER -> skipLine();
          case BLANK -> name = "message";
          case END -> {
            return Optional.empty();
          }
        }
      }
    } catch (IOException e) {
      throw new GatewayException(new Failure.UpstreamBroken(0, "the stream of events broke"), e);
    }
  }

  private final class Data extends InputStream {
    private boolean inLine = true;
    private boolean done;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int off, int len) throws IOException {
      if (len == 0) return 0;
      while (!done) {
        if (inLine) {
          var n = value(bytes, off, len);
          if (n > 0) return n;
          inLine = false;
        } else if (nextLine()) {
          bytes[off] = '\n';
          return 1;
        }
      }
      return -1;
    }

    /** True where one more line of data begins. */
    private boolean nextLine() throws IOException {
      switch (field()) {
        case DATA -> inLine = true;
        case EVENT -> open.name = name();
        case OTHER -> skipLine();
        case BLANK, END -> done = true;
      }
      return inLine;
    }

    private void skipAll() throws IOException {
      var bytes = new byte[BUFFER];
      while (read(bytes, 0, bytes.length) >= 0) continue;
    }
  }

  /** Reads the name of the field a line begins with, up to where its value begins. */
  private Field field() throws IOException {
    if (!more()) return Field.END;
    var name = new StringBuilder();
    var b = 0;
    while (more() && !lineEnd(b = buffer[at]) && b != ':') {
      if (name.length() < NAME_MAX) name.append((char) (b & 0xff));
      at++;
    }
    if (firstLine && name.indexOf(BOM) == 0) name.delete(0, BOM.length());
    firstLine = false;
    var colon = more() && b == ':';
    if (colon) {
      at++;
      if (more() && buffer[at] == ' ') at++;
    } else if (name.isEmpty()) {
      skipLine();
      return Field.BLANK;
    }
    return switch (name.toString()) {
      case "data" -> Field.DATA;
      case "event" -> Field.EVENT;
      default -> Field.OTHER;
    };
  }

  /** Bytes of a line's value; 0 where the line ends, which is then behind us. */
  private int value(byte[] bytes, int off, int len) throws IOException {
    if (!more() || lineEnd(buffer[at])) {
      endLine();
      return 0;
    }
    var max = Math.min(len, end - at);
    var n = 0;
    while (n < max && !lineEnd(buffer[at + n])) n++;
    System.arraycopy(buffer, at, bytes, off, n);
    at += n;
    return n;
  }

  private String name() throws IOException {
    var bytes = new byte[NAME_MAX];
    var length = 0;
    int n;
    while (length < NAME_MAX && (n = value(bytes, length, NAME_MAX - length)) > 0) length += n;
    if (length == NAME_MAX) skipLine();
    return length == 0 ? "message" : new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private void skipLine() throws IOException {
    while (more() && !lineEnd(buffer[at])) at++;
    endLine();
  }

  /** Past CR, LF or CRLF; the LF of a CRLF may not have come yet and is not waited for. */
  private void endLine() throws IOException {
    if (!more()) return;
    afterCr = buffer[at] == '\r';
    at++;
  }

  private boolean more() throws IOException {
    while (at == end || afterCr) {
      if (at == end) {
        var n = in.read(buffer, 0, BUFFER);
        if (n < 0) return false;
        at = 0;
        end = n;
      }
      if (afterCr && end > 0 && buffer[at] == '\n') at++;
      afterCr = false;
    }
    return true;
  }

  private static boolean lineEnd(int b) {
    return b == '\n' || b == '\r';
  }
}
