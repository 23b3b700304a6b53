package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads requests off one socket and writes answers to it, as plainly as HTTP/1.1 allows. */
public final class FakeOpenAiExchange {
  /** A request as it came; header names in lower case. */
  public record Request(String method, String target, Map<String, String> headers, byte[] body) {
    public String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }

    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public JsonObject json() {
      return Json.parse(text()).asObject();
    }
  }

  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[8192];
  private int at;
  private int end;
  private int served;
  private Request request;
  private boolean keep;

  FakeOpenAiExchange(Socket socket) throws IOException {
    this.socket = socket;
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  Request request() {
    return request;
  }

  /** True until this connection has answered once. */
  boolean fresh() {
    return served == 1;
  }

  boolean keptAlive() {
    return keep && !socket.isClosed();
  }

  /** Reads the next request; false where the client has finished. */
  boolean read() throws IOException {
    var first = line();
    if (first == null) return false;
    var words = first.split(" ");
    var headers = new HashMap<String, String>();
    for (var line = line(); line != null && !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    keep = !"close".equalsIgnoreCase(headers.get("connection")) && words[2].equals("HTTP/1.1");
    if (headers.containsKey("expect")) out.write(CONTINUE);
    request = new Request(words[0], words[1], headers, body(headers));
    served++;
    return true;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) return chunks();
    return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private byte[] chunks() throws IOException {
    var all = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      all.write(exactly(size));
      line();
    }
    while (!line().isEmpty()) continue;
    return all.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line().split(";")[0].strip(), 16);
  }

  private byte[] exactly(int size) throws IOException {
    var bytes = new byte[size];
    int have = Math.min(size, end - at);
    System.arraycopy(buffer, at, bytes, 0, have);
    at += have;
    if (in.readNBytes(bytes, have, size - have) < size - have) throw new EOFException();
    return bytes;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    while (true) {
      if (at == end && !fill()) return null;
      char c = (char) (buffer[at++] & 0xff);
      if (c == '\n') return line.toString();
      if (c != '\r') line.append(c);
    }
  }

  private boolean fill() throws IOException {
    end = Math.max(0, in.read(buffer));
    at = 0;
    return end > 0;
  }

  void json(int status, JsonObject body) throws IOException {
    send(status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  void error(int status, String type, String code, String param, String message, String... headers) throws IOException {
    var error = new JsonObject().add("message", message).add("type", type).add("param", param).add("code", code);
    var body = new JsonObject().add("error", error).toString();
    send(status, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Sends a whole answer in one write; headers as {@code Name: value}. */
  void send(int status, String type, byte[] body, String... headers) throws IOException {
    var head = head(status, type, body.length, headers);
    var all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    out.write(all);
  }

  /** Begins an answer of {@code length} bytes; below 0: until the connection closes. The rest goes to {@link #out}. */
  OutputStream begin(int status, String type, long length, String... headers) throws IOException {
    if (length < 0) keep = false;
    out.write(head(status, type, length, headers));
    return out;
  }

  private byte[] head(int status, String type, long length, String... headers) {
    var head = new StringBuilder(256).append("HTTP/1.1 ").append(status).append(" X\r\nContent-Type: ").append(type)
        .append("\r\nx-request-id: req_fake_").append(served).append("\r\n");
    for (var header : headers) head.append(header).append("\r\n");
    if (length >= 0) head.append("Content-Length: ").append(length).append("\r\n");
    if (!keep) head.append("Connection: close\r\n");
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Closes without another word; {@code hard}: with a reset. */
  void drop(boolean hard) throws IOException {
    if (hard) socket.setSoLinger(true, 0);
    socket.close();
  }
}
