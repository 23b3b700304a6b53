package fake;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What {@link FakeUpstream} does with one request: the bytes it answers and the manners it answers them with. Start
 * from one of the static methods, then bend it; every method gives a new script.
 *
 * <pre>{@code
 * Script.json(200, "{\"id\":\"a\"}")                        an honest answer, the connection stays open
 * Script.json(200, "{}").cutAfter(20)                       20 bytes of it, then the end of the stream
 * Script.json(200, "{}").resetAfter(0)                      nothing but a TCP reset
 * Script.answer(200, "image/png", png).dripping(1, millis)  a byte, a pause, a byte ...
 * Script.json(200, "{}").after(latch)                       waits until the test lets it go
 * Script.raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")
 * }</pre>
 */
public final class Script {
  enum End { KEEP, CLOSE, RESET, HANG }

  final byte[] head;
  final byte[] body;
  final int limit;
  final int slice;
  final Duration pause;
  final CountDownLatch gate;
  final End end;

  private Script(byte[] head, byte[] body, int limit, int slice, Duration pause, CountDownLatch gate, End end) {
    this.head = head;
    this.body = body;
    this.limit = limit;
    this.slice = slice;
    this.pause = pause;
    this.gate = gate;
    this.end = end;
  }

  /** A whole answer with its Content-Length; headers are lines, {@code "Name: value"}. */
  public static Script answer(int status, String type, byte[] body, String... headers) {
    var lines = new ArrayList<>(List.of(headers));
    lines.add("Content-Type: " + type);
    lines.add("Content-Length: " + body.length);
    return of(head(status, lines), body, End.KEEP);
  }

  public static Script json(int status, String json, String... headers) {
    return answer(status, "application/json", json.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** An answer without a body; give {@code Location} and the like as header lines. */
  public static Script empty(int status, String... headers) {
    var lines = new ArrayList<>(List.of(headers));
    if (status != 204 && status != 304) lines.add("Content-Length: 0");
    return of(head(status, lines), new byte[0], End.KEEP);
  }

  /** A chunked answer, one chunk for each text; with {@code text/event-stream} this is a stream of events. */
  public static Script chunked(int status, String type, String... chunks) {
    var body = new ByteArrayOutputStream();
    for (var chunk : chunks) {
      var bytes = chunk.getBytes(StandardCharsets.UTF_8);
      body.writeBytes(latin(Integer.toHexString(bytes.length) + "\r\n"));
      body.writeBytes(bytes);
      body.writeBytes(latin("\r\n"));
    }
    body.writeBytes(latin("0\r\n\r\n"));
    var head = head(status, List.of("Content-Type: " + type, "Transfer-Encoding: chunked"));
    return of(head, body.toByteArray(), End.KEEP);
  }

  /** These bytes (Latin-1) and nothing else, then the end of the stream. */
  public static Script raw(String latin1) {
    return of(new byte[0], latin(latin1), End.CLOSE);
  }

  /** Reads the request and never answers, until the client or the test gives up. */
  public static Script hang() {
    return of(new byte[0], new byte[0], End.HANG);
  }

  /** Reads the request and answers with a TCP reset. */
  public static Script reset() {
    return of(new byte[0], new byte[0], End.RESET);
  }

  /** Sends only the first bytes of the answer, head included, and then ends the stream. */
  public Script cutAfter(int bytes) {
    return new Script(head, body, bytes, slice, pause, gate, End.CLOSE);
  }

  /** Sends only the first bytes of the answer, head included, and then resets the connection. */
  public Script resetAfter(int bytes) {
    return new Script(head, body, bytes, slice, pause, gate, End.RESET);
  }

  /** Sends only the first bytes of the answer, head included, and then nothing more, the connection open. */
  public Script hangAfter(int bytes) {
    return new Script(head, body, bytes, slice, pause, gate, End.HANG);
  }

  /** Sends the head at once and the body in slices, with a pause before each of them. */
  public Script dripping(int sliceBytes, Duration pauseBefore) {
    return new Script(head, body, limit, sliceBytes, pauseBefore, gate, end);
  }

  /** Closes the connection right after the answer without having said so: the next to reuse it finds it stale. */
  public Script thenStale() {
    return new Script(head, body, limit, slice, pause, gate, End.CLOSE);
  }

  /** Waits for the latch before the first byte of the answer. */
  public Script after(CountDownLatch latch) {
    return new Script(head, body, limit, slice, pause, latch, end);
  }

  /** Bytes of the whole answer, head included: what a sweep of {@link #cutAfter} runs up to. */
  public int length() {
    return head.length + body.length;
  }

  byte[] cut(byte[] part, int from) {
    return Arrays.copyOf(part, Math.max(0, Math.min(part.length, limit - from)));
  }

  private static Script of(byte[] head, byte[] body, End end) {
    return new Script(head, body, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO, new CountDownLatch(0), end);
  }

  private static byte[] head(int status, List<String> headers) {
    var head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
    for (var line : headers) head.append(line).append("\r\n");
    return latin(head.append("\r\n").toString());
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
