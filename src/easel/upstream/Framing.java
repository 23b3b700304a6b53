package easel.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/** The three ways in which a body ends (RFC 9112, 6.3). */
sealed interface Framing {
  /** The body on that wire; an end too early is an {@link EOFException}. */
  InputStream body(Wire wire);

  record Fixed(long length) implements Framing {
    @Override
    public InputStream body(Wire wire) {
      return new FixedBody(wire, length);
    }
  }

  record Chunked() implements Framing {
    @Override
    public InputStream body(Wire wire) {
      return new ChunkedBody(wire);
    }
  }

  /** Only here a cut cannot be told from the end, short of a reset: with TLS the missing goodbye tells. */
  record UntilClose() implements Framing {
    @Override
    public InputStream body(Wire wire) {
      return new Body(wire) {
        @Override
        public int read(byte[] bytes, int off, int len) throws IOException {
          return len == 0 ? 0 : wire.read(bytes, off, len);
        }
      };
    }
  }

  abstract class Body extends InputStream {
    final Wire wire;

    Body(Wire wire) {
      this.wire = wire;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] bytes, int off, int len) throws IOException;
  }

  final class FixedBody extends Body {
    private long left;

    FixedBody(Wire wire, long length) {
      super(wire);
      left = length;
    }

    @Override
    public int read(byte[] bytes, int off, int len) throws IOException {
      if (len == 0) return 0;
      if (left == 0) return -1;
      var n = wire.read(bytes, off, (int) Math.min(len, left));
      if (n < 0) throw new EOFException("ended its answer " + left + " bytes early");
      left -= n;
      return n;
    }
  }

  final class ChunkedBody extends Body {
    private static final int SIZE_LINE_MAX = 256;
    private static final int DIGITS_MAX = 15; // 60 bits: never negative, never wrapped

    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedBody(Wire wire) {
      super(wire);
    }

    @Override
    public int read(byte[] bytes, int off, int len) throws IOException {
      if (len == 0) return 0;
      if (left == 0 && !ended) nextChunk();
      if (ended) return -1;
      var n = wire.read(bytes, off, (int) Math.min(len, left));
      if (n < 0) throw new EOFException("ended its answer inside a chunk");
      left -= n;
      return n;
    }

    private void nextChunk() throws IOException {
      if (begun) wire.line(0); // a chunk ends where it said, with nothing but CRLF
      begun = true;
      left = size(wire.line(SIZE_LINE_MAX));
      if (left > 0) return;
      ReplyHead.skipTrailer(wire);
      ended = true;
    }

    private static long size(String line) throws ProtocolException {
      var semicolon = line.indexOf(';');
      var digits = semicolon < 0 ? line.length() : semicolon;
      if (digits == 0 || digits > DIGITS_MAX || !HeaderRules.value(line)) throw malformed();
      var size = 0L;
      for (int i = 0; i < digits; i++) {
        var digit = Character.digit(line.charAt(i), 16);
        if (digit < 0 || line.charAt(i) > 'f') throw malformed();
        size = size << 4 | digit;
      }
      return size;
    }

    private static ProtocolException malformed() {
      return new ProtocolException("sent a malformed chunk size");
    }
  }
}
