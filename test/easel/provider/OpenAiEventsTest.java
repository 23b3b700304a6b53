package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiEventsTest {
  private static List<String> read(InputStream in) throws IOException {
    var events = new OpenAiEvents(in);
    var all = new ArrayList<String>();
    for (var event = events.next(); event.isPresent(); event = events.next()) {
      all.add(new String(event.get().readAllBytes(), StandardCharsets.UTF_8));
    }
    return all;
  }

  private static List<String> read(String text) throws IOException {
    return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void eachEventIsAStreamOfItsOwn() throws IOException {
    assertEquals(List.of("{\"a\":1}", "{\"b\":2}"), read("event: x\ndata: {\"a\":1}\n\nevent: y\ndata: {\"b\":2}\n\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void everyLineEndIsUnderstoodInEveryChunking(String end) throws IOException {
    var text =
        ("\ufeff: ping\n\nid: 7\nretry: 5\nevent: x\ndata:{\"a\":\n: in between\ndata:  1}\n\n\n\ndatabase: no\ndata\ndata:\n\n"
        + "data: ping\n\ndata: {\"ü\":2}\n\n").replace("\n", end);
    var all = text.getBytes(StandardCharsets.UTF_8);
    for (int chunk = 1; chunk <= all.length; chunk++) {
      int most = chunk;
      var dripping = new FilterInputStream(new ByteArrayInputStream(all)) {
        @Override
        public int read(byte[] to, int from, int length) throws IOException {
          return super.read(to, from, Math.min(length, most));
        }
      };
      assertEquals(List.of("{\"a\":\n1}", "{\"ü\":2}"), read(dripping), "chunks of " + chunk);
    }
  }

  @Test
  void doneEndsTheStream() throws IOException {
    assertEquals(List.of("{}"), read("data: {}\n\ndata: [DONE]\n\ndata: {\"late\":1}\n\n"));
  }

  @Test
  void lastEventNeedsNoEmptyLine() throws IOException {
    assertEquals(List.of("{\"a\":1}"), read("data: {\"a\":1}"));
    assertEquals(List.of("{\"a\":1}"), read("data: {\"a\":1}\n"));
    assertEquals(List.of("{\"a\""), read("data: {\"a\""));
    assertEquals(List.of(), read(""));
  }

  /** A preview is worth little a second later. */
  @Test
  void eventIsOverBeforeTheNextByteIsAskedFor() throws IOException {
    var in = new ByteArrayInputStream("data: {}\r\n\r\n".getBytes(StandardCharsets.UTF_8)) {
      @Override
      public int read(byte[] to, int from, int length) {
        if (available() == 0) throw new AssertionError("asked for more");
        return super.read(to, from, length);
      }
    };
    assertEquals("{}", new String(new OpenAiEvents(in).next().orElseThrow().readAllBytes(), StandardCharsets.UTF_8));
  }
}
