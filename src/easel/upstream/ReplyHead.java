package easel.upstream;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Status and headers of an answer, read without mercy (RFC 9112): where two readers could understand two things, the
 * answer is broken.
 */
final class ReplyHead {
  private static final int LINE_MAX = 16 * 1024;
  private static final int HEAD_MAX = 64 * 1024;
  private static final int HEADERS_MAX = 200;
  private static final int INTERIM_MAX = 8;

  private final int status;
  private final boolean old;
  private final List<Call.Header> headers = new ArrayList<>();

  private ReplyHead(Wire wire) throws IOException {
    var first = wire.line(LINE_MAX);
    status = status(first);
    old = first.startsWith("HTTP/1.0");
    readHeaders(wire);
  }

  /** Reads up to the final answer, past a few interim ones (100 Continue, 103 Early Hints). */
  static ReplyHead read(Wire wire) throws IOException {
    for (int i = 0; i <= INTERIM_MAX; i++) {
      var head = new ReplyHead(wire);
      if (head.status == 101) throw new ProtocolException("switched to a protocol nobody asked for");
      if (head.status >= 200) return head;
    }
    throw new ProtocolException("sent interim answers without end");
  }

  int status() {
    return status;
  }

  Optional<String> header(String name) {
    for (var header : headers) if (header.name().equalsIgnoreCase(name)) return Optional.of(header.value());
    return Optional.empty();
  }

  List<String> headers(String name) {
    return headers.stream().filter(h -> h.name().equalsIgnoreCase(name)).map(h -> h.value()).toList();
  }

  /** How the body ends, by RFC 9112 6.3. */
  Framing framing(String method) throws ProtocolException {
    var lengths = count("Content-Length");
    var codings = count("Transfer-Encoding");
    if (lengths > 1) throw new ProtocolException("sent more than one Content-Length");
    if (codings > 1) throw new ProtocolException("sent more than one Transfer-Encoding");
    if (lengths + codings == 2) throw new ProtocolException("sent both Content-Length and Transfer-Encoding");
    var length = lengths == 0 ? -1 : length(header("Content-Length").orElseThrow());
    if (codings == 1 && (old || !header("Transfer-Encoding").orElseThrow().equalsIgnoreCase("chunked"))) {
      throw new ProtocolException("sent its answer in a transfer encoding we do not read");
    }
    if (method.equals("HEAD") || status == 204 || status == 304) return new Framing.Fixed(0);
    if (codings == 1) return new Framing.Chunked();
    return lengths == 1 ? new Framing.Fixed(length) : new Framing.UntilClose();
  }

  private static int status(String line) throws ProtocolException {
    var shaped = line.length() >= 12 && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
        && (line.length() == 12 || line.charAt(12) == ' ') && HeaderRules.value(line);
    if (!shaped) throw new ProtocolException("did not answer in HTTP/1.1");
    var status = 0;
    for (int i = 9; i < 12; i++) {
      var digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw new ProtocolException("did not answer in HTTP/1.1");
      status = status * 10 + digit;
    }
    if (status < 100 || status > 599) throw new ProtocolException("answered with a status that does not exist");
    return status;
  }

  private void readHeaders(Wire wire) throws IOException {
    headers(wire, (name, value) -> headers.add(new Call.Header(name, value)));
  }

  /** Reads past the trailer of a chunked body. */
  static void skipTrailer(Wire wire) throws IOException {
    headers(wire, (name, value) -> { });
  }

  private interface Sink {
    void take(String name, String value);
  }

  private static void headers(Wire wire, Sink sink) throws IOException {
    var left = HEAD_MAX;
    for (int count = 0; ; count++) {
      var line = wire.line(Math.min(left, LINE_MAX));
      if (line.isEmpty()) return;
      left -= line.length();
      if (count == HEADERS_MAX) throw new ProtocolException("sent too many headers");
      var colon = line.indexOf(':');
      var name = colon < 0 ? "" : line.substring(0, colon);
      // no token begins with a space either, so this refuses folded lines (RFC 9112, 5.2) too
      if (!HeaderRules.token(name) || !HeaderRules.value(line)) throw new ProtocolException("sent a malformed header");
      sink.take(name, line.substring(colon + 1).strip());
    }
  }

  private int count(String name) {
    var count = 0;
    for (var header : headers) if (header.name().equalsIgnoreCase(name)) count++;
    return count;
  }

  private static long length(String digits) throws ProtocolException {
    if (digits.isEmpty() || digits.length() > 18) throw new ProtocolException("sent a malformed Content-Length");
    var length = 0L;
    for (int i = 0; i < digits.length(); i++) {
      var digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw new ProtocolException("sent a malformed Content-Length");
      length = length * 10 + digit;
    }
    return length;
  }
}
