package easel.provider;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The JSON objects of a {@code text/event-stream}, each as a stream of its own: an event may hold a picture of 30 MB,
 * and nobody needs to hold the event. Names, ids, comments and other data are skipped, as OpenAI's objects say
 * themselves what they are; {@code [DONE]} ends the stream. An event that the connection's end cuts short is given too:
 * its reader sees whether it is whole.
 */
final class OpenAiEvents {
  private static final int END = -1;

  private final InputStream in;
  private final byte[] buffer = new byte[16 * 1024];
  private int at;
  private int end;
  private boolean begun;
  private boolean afterReturn;

  OpenAiEvents(InputStream in) {
    this.in = in;
  }

  /** The next object, to be read to its end before the one after; empty where the stream ends. */
  Optional<InputStream> next() throws IOException {
    if (!begun) skipByteOrderMark();
    while (peek() != END) {
      if (data()) {
        if (peek() == '{') return Optional.of(new Data());
        if (peek() == '[') return Optional.empty();
      }
      skipLine();
    }
    return Optional.empty();
  }

  private void skipByteOrderMark() throws IOException {
    begun = true;
    for (int mark : new int[] {0xef, 0xbb, 0xbf}) if (peek() == mark) at++;
  }

  /** Reads the field name a line begins with; true if it is {@code data}, and then the value comes next. */
  private boolean data() throws IOException {
    for (char c : "data".toCharArray()) {
      if (peek() != c) return false;
      at++;
    }
    if (peek() != ':') return false;
    at++;
    while (peek() == ' ') at++;
    return true;
  }

  private void skipLine() throws IOException {
    for (int b = peek(); b != END && b != '\n' && b != '\r'; b = peek()) at++;
    lineEnd();
  }

  /** Takes LF, CR, or the CR of both: its LF is taken when it comes, as waiting for it would hold the event back. */
  private void lineEnd() throws IOException {
    if (peek() == END) return;
    boolean carriageReturn = peek() == '\r';
    at++;
    afterReturn = carriageReturn;
  }

  private int peek() throws IOException {
    int b = ahead();
    if (afterReturn && b == '\n') {
      at++;
      b = ahead();
    }
    afterReturn = false;
    return b;
  }

  private int ahead() throws IOException {
    if (at < end) return buffer[at] & 0xff;
    end = Math.max(0, in.read(buffer));
    at = 0;
    return end == 0 ? END : buffer[0] & 0xff;
  }

  /** The value of one event's data lines, joined by line feeds. */
  private final class Data extends InputStream {
    private boolean over;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? END : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      if (length == 0) return 0;
      if (over || peek() == END) return END;
      int stop = at;
      while (stop < end && stop - at < length && buffer[stop] != '\n' && buffer[stop] != '\r') stop++;
      if (stop == at) return nextLine(to, from);
      int n = stop - at;
      System.arraycopy(buffer, at, to, from, n);
      at = stop;
      return n;
    }

    /** Goes to the event's next line of data; answers a line feed for it, or the end of the event. */
    private int nextLine(byte[] to, int from) throws IOException {
      lineEnd();
      while (peek() != '\n' && peek() != '\r' && peek() != END) {
        if (data()) {
          to[from] = '\n';
          return 1;
        }
        skipLine();
      }
      lineEnd();
      over = true;
      return END;
    }
  }
}
