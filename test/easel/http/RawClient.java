package easel.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes as they are and reads answers without forgiving anything. */
final class RawClient implements Closeable {
  private static final int PATIENCE_MS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  /** @param receiveBuffer bytes the kernel may take for us unread; 0 for the usual */
  RawClient(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** An answer. Header names in lower case. */
  record Reply(int status, Map<String, String> headers, byte[] body, boolean whole) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  static Reply get(int port, String target) throws IOException {
    try (var client = new RawClient(port)) {
      return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").reply();
    }
  }

  RawClient send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  void shutOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes as a client that has had enough. */
  void leave() throws IOException {
    socket.close();
  }

  /** Closes with a reset instead of a farewell. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  Reply reply() throws IOException {
    return reply(true);
  }

  /** The answer to HEAD: headers that speak of a body which does not come. */
  Reply headReply() throws IOException {
    return reply(false);
  }

  private Reply reply(boolean withBody) throws IOException {
    var status = line();
    if (status.isEmpty()) {
      throw new IOException("closed without an answer");
    }
    var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
          (one, two) -> one + "|" + two);
    }
    int code = Integer.parseInt(status.split(" ")[1]);
    if (!withBody || code == 204 || code == 304 || code == 100) {
      return new Reply(code, headers, new byte[0], true);
    }
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      return chunked(code, headers);
    }
    var length = headers.get("content-length");
    var body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    return new Reply(code, headers, body, length == null || body.length == Integer.parseInt(length));
  }

  private Reply chunked(int code, Map<String, String> headers) throws IOException {
    var body = new ByteArrayOutputStream();
    for (var chunk = chunk(); chunk != null; chunk = chunk()) {
      body.writeBytes(chunk);
      if (chunk.length == 0) {
        return new Reply(code, headers, body.toByteArray(), true);
      }
    }
    return new Reply(code, headers, body.toByteArray(), false);
  }

  /** The next chunk of a chunked answer; empty for the last, null if the connection ended before. */
  byte[] chunk() throws IOException {
    var size = line();
    if (size.isEmpty()) {
      return null;
    }
    var chunk = in.readNBytes(Integer.parseInt(size, 16));
    line();
    return chunk;
  }

  /** Headers of an answer whose body is then read in chunks. */
  Map<String, String> head() throws IOException {
    return reply(false).headers();
  }

  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = read(); c >= 0 && c != '\n'; c = read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** One byte; -1 when the other side closed, politely or not. */
  int read() throws IOException {
    try {
      return in.read();
    } catch (SocketException e) {
      return -1;
    }
  }

  /** Everything until the other side closes; fails if it does not within the patience. */
  String rest() throws IOException {
    var rest = new ByteArrayOutputStream();
    for (int c = read(); c >= 0; c = read()) {
      rest.write(c);
    }
    return rest.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
