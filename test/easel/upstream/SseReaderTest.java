package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseReaderTest {
  @Test
  void eventsAreReadByTheirNameAndData() throws IOException {
    read("event: partial\ndata: {\"n\":1}\n\ndata: {\"n\":2}\n\n", "partial={\"n\":1}", "message={\"n\":2}");
  }

  @Test
  void linesOfDataAreJoinedByLineFeeds() throws IOException {
    read("data: a\ndata: b\ndata\ndata:\ndata: c\n\n", "message=a\nb\n\n\nc");
  }

  @Test
  void oneSpaceBelongsToTheColonAndNoMore() throws IOException {
    read("data:a\ndata: b\ndata:  c \ndata: d: e\n\n", "message=a\nb\n c \nd: e");
  }

  @Test
  void lineEndsOfAllKindsMayBeMixed() throws IOException {
    for (var end : List.of("\n", "\r", "\r\n")) {
      read("event: e\ndata: a\ndata: b\n\n:c\ndata: d\n\n".replace("\n", end), "e=a\nb", "message=d");
    }
    read("data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\r\n", "message=a\nb\nc", "message=d");
  }

  @Test
  void commentsIdsAndUnknownFieldsAreSkippedAnywhere() throws IOException {
    read(": ping\n\n:\nid: 7\nretry: 100\nfoo: bar\nfoo\ndata: a\n: in between\nid: 8\ndata: b\n\n: bye\n\n",
        "message=a\nb");
  }

  @Test
  void fieldsWhoseNamesOnlyLookAlikeAreNotTaken() throws IOException {
    read("Data: a\ndatax: b\n data: c\nevents: d\ndata : e\ndata: f\n\n", "message=f");
  }

  @Test
  void eventWithoutDataIsNoEventAndLeavesNoName() throws IOException {
    read("event: ping\n\ndata: a\n\nevent: x\nevent:\ndata: b\n\n", "message=a", "message=b");
  }

  @Test
  void nameMayComeBehindTheData() throws IOException {
    read("data: a\nevent: late\ndata: b\n\ndata: c\n\n", "late=a\nb", "message=c");
  }

  @Test
  void byteOrderMarkIsSkippedAtTheVeryBeginningOnly() throws IOException {
    read("\ufeffdata: a\n\n", "message=a");
    read("\ufeff: ping\ndata: a\n\n", "message=a");
    read("\ufeff\ndata: a\n\n", "message=a");
    read("data: a\n\n\ufeffdata: b\n\ndata: \ufeffc\n\n", "message=a", "message=\ufeffc");
  }

  @Test
  void lastEventCountsWithoutItsBlankLine() throws IOException {
    for (var end : List.of("", "\n", "\r", "\r\n", "\n: bye")) read("event: e\ndata: a" + end, "e=a");
    read("data", "message=");
    read("data:", "message=");
    read("event: e\n");
    read("");
  }

  @Test
  void dataThatNobodyReadsIsSkipped() {
    var reader = new SseReader(new ByteArrayInputStream("data: a\ndata: b\n\nevent: c\ndata: d\n\n".getBytes()));
    reader.next().orElseThrow();
    assertEquals("c", reader.next().orElseThrow().name());
    assertTrue(reader.next().isEmpty());
    assertTrue(reader.next().isEmpty());
  }

  @Test
  void hugeLinePassesWithoutBeingHeld() throws IOException {
    var size = 30 << 20;
    var reader = new SseReader(new Endless("event: done\ndata: ", size, "\n\ndata: next\n\n"));
    var event = reader.next().orElseThrow();
    assertEquals("done", event.name());
    assertEquals(size, event.data().transferTo(OutputStream.nullOutputStream()));
    assertEquals("next", new String(reader.next().orElseThrow().data().readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void hugeNameAndHugeCommentDoNoHarm() throws IOException {
    var comment = ":" + "c".repeat(100_000) + "\n";
    var field = "f".repeat(100_000) + ": x\n";
    read(comment + "event: " + "n".repeat(100_000) + "\n" + field + "data: a\n\n", "n".repeat(256) + "=a");
  }

  @Test
  void breakOfTheStreamIsAFailureAndNotItsEnd() {
    var cut = new InputStream() {
      private final InputStream start = new ByteArrayInputStream("data: a\n\ndata: b".getBytes());

      @Override
      public int read() throws IOException {
        var b = start.read();
        if (b < 0) throw new IOException("gone");
        return b;
      }

      @Override
      public int read(byte[] into, int off, int len) throws IOException {
        var n = start.read(into, off, len);
        if (n < 0) throw new IOException("gone");
        return n;
      }
    };
    var reader = new SseReader(cut);
    assertEquals("message", reader.next().orElseThrow().name());
    reader.next().orElseThrow();
    Caught.failure(Failure.UpstreamBroken.class, reader::next);
  }

  /** Reads in one go and byte by byte. */
  private static void read(String stream, String... expected) throws IOException {
    var bytes = stream.getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of(expected), events(new ByteArrayInputStream(bytes)));
    assertEquals(List.of(expected), events(new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] into, int off, int len) {
        return super.read(into, off, Math.min(len, 1));
      }
    }));
  }

  private static List<String> events(InputStream in) throws IOException {
    var reader = new SseReader(in);
    var events = new ArrayList<String>();
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      var data = new String(next.get().data().readAllBytes(), StandardCharsets.UTF_8);
      events.add(next.get().name() + "=" + data);
    }
    return events;
  }

  /** A stream with a long line in it that never was in memory. */
  private static final class Endless extends InputStream {
    private final InputStream start;
    private final InputStream end;
    private int left;

    Endless(String start, int middle, String end) {
      this.start = new ByteArrayInputStream(start.getBytes());
      this.end = new ByteArrayInputStream(end.getBytes());
      left = middle;
    }

    @Override
    public int read() {
      throw new AssertionError("byte by byte");
    }

    @Override
    public int read(byte[] into, int off, int len) throws IOException {
      var n = start.read(into, off, len);
      if (n > 0) return n;
      if (left == 0) return end.read(into, off, len);
      n = Math.min(len, left);
      Arrays.fill(into, off, off + n, (byte) 'x');
      left -= n;
      return n;
    }
  }
}
