package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of reading an answer, each with bytes that break it; {@code |} stands for CRLF. */
class StrictReplyTest {
  private static final String OK = "HTTP/1.1 200 OK|";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked||";

  static List<String> answers() {
    return List.of(
        OK + "Content-Length: 2||ok",
        OK + "content-length:2||ok and more that is not read",
        OK + "Content-Length: \t 2 \t||ok",
        OK + "Content-Length: 0002||ok",
        OK + "||ok".substring(1),
        "HTTP/1.0 200 OK||ok",
        "HTTP/1.1 200 |Content-Length: 2||ok",
        "HTTP/1.1 200|Content-Length: 2||ok",
        "HTTP/1.1 200 D'accord, tr\u00e8s bien|Content-Length: 2||ok",
        OK + "X-Empty:|X!#$%&'*+-.^_`~9: \u00e4|Content-Length: 2||ok",
        CHUNKED + "2|ok|0||",
        CHUNKED + "1|o|1|k|0||",
        CHUNKED + "000000000000002|ok|0||",
        CHUNKED + "2;name=\"va;lue\"|ok|0;last||",
        CHUNKED + "2|ok|0|Expires: never|X-Sum: 1||",
        OK + "Transfer-Encoding: Chunked||2|ok|0||",
        "HTTP/1.1 100 Continue||" + OK + "Content-Length: 2||ok",
        "HTTP/1.1 103 Early Hints|Link: </a>||".repeat(8) + OK + "Content-Length: 2||ok");
  }

  static List<String> broken() {
    return Stream.of(
        Stream.of("", "|", "HTTP/1.1", "HTTP/1.1 |", "HTTP/1.1 2000 OK||", "HTTP/1.1 20 OK||", "HTTP/1.1 099 OK||",
            "HTTP/1.1 600 OK||", "HTTP/1.1 2x0 OK||", "HTTP/1.1 -10 OK||", "HTTP/1.1  200 OK||", "HTTP/1.1\t200 OK||",
            "HTTP/2 200||", "HTTP/1.2 200 OK||", "HTTP/0.9 200 OK||", "http/1.1 200 OK||", "ICY 200 OK||",
            " " + OK + "|", "|" + OK + "|", "HTTP/1.1 200 O\0K||", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\r\n|",
            "HTTP/1.1 101 Switching Protocols|Upgrade: h2c||"),
        // interim answers without end, or without a final one
        Stream.of("HTTP/1.1 100 Continue||".repeat(9) + OK + "|", "HTTP/1.1 102 Processing||"),
        // header lines
        Stream.of(OK + "No colon here||", OK + ": no name||", OK + "Name : value||", OK + "Na me: value||",
            OK + " Folded: value||", OK + "X-A: 1| folded||", OK + "X-A: 1|\tfolded||", OK + "N\u00e4me: value||",
            OK + "X-A: a\0b||", OK + "X-A: a\u0007b||", OK + "X-A: a\rb||", OK + "X-A: a\n\n", OK + "X-A: a\n|",
            OK + "X-A: a", OK + "X-A: " + "a".repeat(17_000) + "||",
            OK + ("X-A: " + "a".repeat(1000) + "|").repeat(70) + "|",
            OK + "A: 1|".repeat(201) + "|"),
        // how long it is
        Stream.of("Content-Length: 2|Content-Length: 2", "Content-Length: 2|content-length: 3", "Content-Length: 2, 2",
            "Content-Length: -1", "Content-Length: +2", "Content-Length: 2x", "Content-Length: 0x2",
            "Content-Length: 2 2", "Content-Length:", "Content-Length: 1e1",
            "Content-Length: 9223372036854775808", "Content-Length: \u0662",
            "Transfer-Encoding: identity", "Transfer-Encoding:",
            "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked;q=1").map(line -> OK + line + "||ok"),
        Stream.of("Content-Length: 2|Transfer-Encoding: chunked", "Transfer-Encoding: chunked|Content-Length: 2",
            "Transfer-Encoding: chunked|Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, identity").map(lines -> OK + lines + "||2|ok|0||"),
        Stream.of("HTTP/1.0 200 OK|Transfer-Encoding: chunked||2|ok|0||", OK + "Content-Length: 3||ok"),
        // chunks; 100000002 is 2 to a reader of 32 bits, and ffffffffffffffff is -1 to one of 64
        Stream.of("100000002|ok|0||", "ffffffffffffffff|ok|0||", "8000000000000000|ok|0||", "0000000000000002|ok|0||",
            "-2|ok|0||", "+2|ok|0||", "0x2|ok|0||", " 2|ok|0||", "2 |ok|0||", "|ok|0||", ";x|ok|0||", "g|ok|0||",
            "\uff12|ok|0||", "2\nok\n0\n\n", "2\rok|0||", "2|okk|0||", "2|o|0||", "3|ok|0||", "2|ok0||", "2|ok\n0||",
            "2;" + "x".repeat(300) + "|ok|0||", "2;\0|ok|0||", "2|ok|", "2|ok|0|", "2|ok|0", "2|ok", "2|o", "2|", "2",
            "", "2|ok|0|Bad trailer||", "2|ok|0| folded: 1||", "2|ok|0|" + "A: 1|".repeat(201) + "|",
            "2|ok|0|X: 1|").map(chunks -> CHUNKED + chunks))
        .flatMap(each -> each).toList();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answerIsRead(String answer) throws IOException {
    assertEquals("ok", read("GET", answer, 8192));
    assertEquals("ok", read("GET", answer, 1));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void brokenAnswerIsRefused(String answer) {
    for (int atOnce : List.of(8192, 1)) {
      var thrown = assertThrows(IOException.class, () -> read("GET", answer, atOnce));
      if (!(thrown instanceof ProtocolException || thrown instanceof EOFException)) throw new AssertionError(thrown);
    }
  }

  @Test
  void answersThatHaveNoBodyByRuleHaveNone() throws IOException {
    assertEquals("", read("HEAD", OK + "Content-Length: 2||", 1));
    assertEquals("", read("HEAD", CHUNKED, 1));
    assertEquals("", read("GET", "HTTP/1.1 204 No Content||not read", 1));
    assertEquals("", read("GET", "HTTP/1.1 304 Not Modified|Content-Length: 2||not read", 1));
  }

  @Test
  void chunkOfExactlyTheLargestSizeIsNotTakenForASmallOne() {
    assertThrows(EOFException.class, () -> read("GET", CHUNKED + "fffffffffffffff|ok", 8192));
  }

  private static String read(String method, String answer, int atOnce) throws IOException {
    var bytes = answer.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    var wire = new Wire(new Trickle(bytes, atOnce));
    var head = ReplyHead.read(wire);
    return new String(head.framing(method).body(wire).readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Gives no more than so many bytes at once, as a network may. */
  private static final class Trickle extends InputStream {
    private final ByteArrayInputStream bytes;
    private final int atOnce;

    Trickle(byte[] bytes, int atOnce) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.atOnce = atOnce;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int off, int len) {
      return bytes.read(into, off, Math.min(len, atOnce));
    }
  }
}
