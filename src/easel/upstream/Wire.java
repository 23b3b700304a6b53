package easel.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

/** The incoming half of a connection: lines for heads, bytes for bodies, one buffer. */
final class Wire {
  private static final int BUFFER = 8192;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;

  Wire(InputStream in) {
    this.in = in;
  }

  /**
   * A line up to CRLF, as Latin-1, without the CRLF.
   *
   * @param max bytes it may have
   * @throws ProtocolException where it is longer, or has a CR or LF that is not part of a CRLF
   * @throws EOFException where the stream ends inside it
   */
  String line(int max) throws IOException {
    var before = new StringBuilder(0);
    while (true) {
      for (int i = at; i < end; i++) {
        if (buffer[i] != '\n') continue;
        return strict(before, take(i + 1), max);
      }
      before.append(take(end));
      if (before.length() > max + 2) throw new ProtocolException("sent a line that is too long");
      if (!fill()) throw new EOFException("ended its answer half-way");
    }
  }

  /** As {@link InputStream#read(byte[], int, int)}; large reads bypass the buffer. */
  int read(byte[] bytes, int off, int len) throws IOException {
    if (at == end) {
      if (len >= BUFFER) return in.read(bytes, off, len);
      if (!fill()) return -1;
    }
    var n = Math.min(len, end - at);
    System.arraycopy(buffer, at, bytes, off, n);
    at += n;
    return n;
  }

  /** Whether bytes have come that nobody has read. */
  boolean holdsMore() {
    return at < end;
  }

  private boolean fill() throws IOException {
    var n = in.read(buffer, 0, BUFFER);
    at = 0;
    end = Math.max(0, n);
    return n > 0;
  }

  private String take(int to) {
    var text = new String(buffer, at, to - at, StandardCharsets.ISO_8859_1);
    at = to;
    return text;
  }

  private static String strict(StringBuilder before, String rest, int max) throws ProtocolException {
    var line = before.isEmpty() ? rest : before.append(rest).toString();
    var length = line.length() - 2;
    if (length > max) throw new ProtocolException("sent a line that is too long");
    if (length < 0 || line.indexOf('\r') != length) throw new ProtocolException("sent a line without its CRLF");
    return line.substring(0, length);
  }
}
