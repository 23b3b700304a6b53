package bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One keep-alive connection of an HTTP/1.1 client that costs as little as it can: requests are prepared bytes, heads
 * are read for the three lines that matter, and bodies go through a buffer that is used again. Blocking; for one
 * thread.
 */
final class Connection implements AutoCloseable {
  private static final int TIMEOUT_MS = 90_000;
  private static final long UNTIL_CLOSED = Long.MAX_VALUE;

  private final InetSocketAddress to;
  private final byte[] buffer = new byte[16 << 10];
  private byte[] body = new byte[4 << 10];
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private int at;
  private int end;
  private int status;
  private long left;
  private boolean chunked;
  private boolean closing;

  Connection(InetSocketAddress to) throws IOException {
    this.to = to;
    open();
  }

  private void open() throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(to, TIMEOUT_MS);
    in = socket.getInputStream();
    out = socket.getOutputStream();
    at = 0;
    end = 0;
    closing = false;
  }

  void reopen() throws IOException {
    close();
    open();
  }

  /**
   * Sends a whole request and reads the head of its answer; connects anew where the last answer said it would close.
   */
  int send(byte[] request) throws IOException {
    if (closing) reopen();
    out.write(request);
    head();
    return status;
  }

  /** Reads the rest of the answer; {@link #body} and {@link #text} have it until the next one. */
  int readBody() throws IOException {
    int length = 0;
    for (int n = read(body, 0, body.length); n >= 0; n = read(body, length, body.length - length)) {
      length += n;
      if (length == body.length) body = Arrays.copyOf(body, length * 2);
    }
    return length;
  }

  byte[] body() {
    return body;
  }

  String text(int length) {
    return new String(body, 0, length, StandardCharsets.UTF_8);
  }

  private void head() throws IOException {
    left = UNTIL_CLOSED;
    chunked = false;
    int from = line();
    if (at - from < 12 || buffer[from] != 'H') throw new IOException("not an HTTP answer");
    status = (buffer[from + 9] - '0') * 100 + (buffer[from + 10] - '0') * 10 + buffer[from + 11] - '0';
    for (from = line(); at - from > 2; from = line()) header(from);
    if (left == UNTIL_CLOSED && !chunked) closing = true;
    if (chunked) left = 0;
    if (status == 100) head();
  }

  private void header(int from) {
    int first = buffer[from] | 0x20;
    if (first != 'c' && first != 't') return;
    var line = new String(buffer, from, at - from, StandardCharsets.ISO_8859_1).strip().toLowerCase(java.util.Locale.ROOT);
    if (line.startsWith("content-length:")) left = Long.parseLong(line.substring(15).strip());
    else if (line.startsWith("transfer-encoding:")) chunked = line.endsWith("chunked");
    else if (line.startsWith("connection:")) closing = line.endsWith("close");
  }

  /** Finds the next line of a head; it is in the buffer from the answer up to {@code at}. */
  private int line() throws IOException {
    int looked = at;
    while (true) {
      for (; looked < end; looked++) {
        if (buffer[looked] != '\n') continue;
        int from = at;
        at = looked + 1;
        return from;
      }
      int have = end - at;
      System.arraycopy(buffer, at, buffer, 0, have);
      at = 0;
      looked = have;
      if (have == buffer.length) throw new IOException("a line of a head is longer than " + have + " bytes");
      int n = in.read(buffer, have, buffer.length - have);
      end = have + Math.max(0, n);
      if (n < 0) throw new EOFException("closed before the answer");
    }
  }

  /** Reads a piece of the body; below 0 at its end. */
  int read(byte[] into, int from, int length) throws IOException {
    if (left == 0 && (!chunked || !nextChunk())) return -1;
    int n = raw(into, from, (int) Math.min(length, left));
    if (n < 0 && left == UNTIL_CLOSED) return -1;
    if (n < 0) throw new EOFException("closed " + left + " bytes before the end");
    if (left != UNTIL_CLOSED) left -= n;
    if (left == 0 && chunked) line();
    return n;
  }

  private boolean nextChunk() throws IOException {
    int from = line();
    var size = new String(buffer, from, at - from, StandardCharsets.ISO_8859_1).split(";")[0].strip();
    left = Long.parseLong(size, 16);
    if (left > 0) return true;
    chunked = false;
    for (from = line(); at - from > 2;) from = line();
    return false;
  }

  private int raw(byte[] into, int from, int length) throws IOException {
    if (at == end) return in.read(into, from, length);
    int n = Math.min(length, end - at);
    System.arraycopy(buffer, at, into, from, n);
    at += n;
    return n;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
