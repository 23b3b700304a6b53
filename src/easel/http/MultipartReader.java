package easel.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Takes a multipart body apart as it arrives, RFC 2046 section 5.1, in one buffer.
 *
 * <pre>
 *   preamble ──next()──> headers() ──> read()... -1 ──next()──> headers() ──> ... ──next() = false, epilogue dropped
 * </pre>
 *
 * <p>A delimiter is a line break, two dashes, the boundary, and then the end of the line or two more dashes. Anything
 * that only looks like one is data.
 */
final class MultipartReader {
  private static final int BUFFER = 16 * 1024;
  /** Blanks that may follow a delimiter on its line. */
  private static final int PADDING = 64;

  private enum Sight { DATA, NEXT, LAST, SHORT }

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private boolean over;
  private boolean inPart = true;
  private boolean last;
  private int afterDelimiter;

  MultipartReader(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
    // The first delimiter may stand at the very start: give it the line break it lacks, and the rule has no exception.
    buffer[0] = '\r';
    buffer[1] = '\n';
    end = 2;
  }

  /** Skips what is left of a part, or the preamble. False when there is no further part. */
  boolean next() throws IOException {
    var dropped = new byte[1024];
    while (read(dropped, 0, dropped.length) >= 0) {
      // What stands before the first part, or was not wanted, is nobody's.
    }
    if (last) {
      do {
        at = end;
      } while (fill());
    }
    inPart = !last;
    return !last;
  }

  /** The headers of the part just begun, names in lower case. */
  Map<String, String> headers(int maxBytes) throws IOException {
    var headers = new HashMap<String, String>();
    int left = Math.min(maxBytes, BUFFER / 2);
    for (var line = line(left); !line.isEmpty(); line = line(left)) {
      left -= line.length() + 2;
      if (left < 0) {
        throw tooLong();
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new MultipartException(400, "a header line of a part has no name");
      }
      var name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (headers.putIfAbsent(name, line.substring(colon + 1).strip()) != null) {
        throw new MultipartException(400, "a part has the header " + printable(name) + " twice");
      }
    }
    return headers;
  }

  /** For messages: what is not plain ASCII shows as a question mark. */
  static String printable(String text) {
    var safe = new StringBuilder();
    text.chars().limit(80).forEach(c -> safe.append(c < ' ' || c > '~' ? '?' : (char) c));
    return safe.toString();
  }

  private String line(int maxBytes) throws IOException {
    for (int scanned = 0; ; ) {
      for (int i = at + scanned; i + 1 < end; i++, scanned++) {
        if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
          var line = new String(buffer, at, i - at, StandardCharsets.UTF_8);
          at = i + 2;
          return line;
        }
      }
      if (scanned > maxBytes) {
        throw tooLong();
      }
      if (!fill()) {
        throw unfinished();
      }
    }
  }

  /** Data of the current part; -1 at its end. */
  int read(byte[] into, int offset, int length) throws IOException {
    while (inPart) {
      int plain = plain();
      if (plain > 0) {
        int count = Math.min(plain, length);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
      }
      switch (at == end ? Sight.SHORT : sight()) {
        case DATA -> {
          into[offset] = buffer[at++];
          return 1;
        }
        case NEXT, LAST -> {
          at = afterDelimiter;
          inPart = false;
        }
        case SHORT -> {
          if (!fill()) {
            throw unfinished();
          }
        }
      }
    }
    return -1;
  }

  /** How many bytes from here on cannot belong to a delimiter. */
  private int plain() {
    int i = at;
    while (i < end && !(buffer[i] == '\r' && maybeDelimiter(i))) {
      i++;
    }
    return i - at;
  }

  private boolean maybeDelimiter(int from) {
    int count = Math.min(delimiter.length, end - from);
    for (int i = 1; i < count; i++) {
      if (buffer[from + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }

  /** What stands here, given that the delimiter fits as far as the buffer goes. */
  private Sight sight() {
    int i = at + delimiter.length;
    boolean dashes = i + 1 < end && buffer[i] == '-' && buffer[i + 1] == '-';
    if (i >= end || (i + 1 == end && buffer[i] == '-')) {
      return over ? Sight.DATA : Sight.SHORT;
    }
    i += dashes ? 2 : 0;
    int padded = i;
    while (i < end && i - padded < PADDING && (buffer[i] == ' ' || buffer[i] == '\t')) {
      i++;
    }
    return dashes ? sightOfLast(i) : sightOfNext(i);
  }

  private Sight sightOfLast(int i) {
    if (i == end && !over) {
      return Sight.SHORT;
    }
    afterDelimiter = i;
    last = i == end || buffer[i] == '\r' || buffer[i] == '\n';
    return last ? Sight.LAST : Sight.DATA;
  }

  private Sight sightOfNext(int i) {
    if (i + 1 >= end) {
      return over || (i < end && buffer[i] != '\r') ? Sight.DATA : Sight.SHORT;
    }
    afterDelimiter = i + 2;
    return buffer[i] == '\r' && buffer[i + 1] == '\n' ? Sight.NEXT : Sight.DATA;
  }

  /** Reads more behind what is still unread. False at the end of the body. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, at, buffer, 0, end - at);
    end -= at;
    at = 0;
    if (over || end == buffer.length) {
      return false;
    }
    int got = in.read(buffer, end, buffer.length - end);
    over = got < 0;
    end += Math.max(0, got);
    return !over || end > 0;
  }

  private static MultipartException tooLong() {
    return new MultipartException(400, "the headers of a part are too long");
  }

  private static MultipartException unfinished() {
    return new MultipartException(400, "the multipart body ends without its closing boundary");
  }
}
