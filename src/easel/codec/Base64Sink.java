package easel.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Base64 text in, bytes out: either alphabet, in pieces of any length, line breaks and missing padding allowed. Only
 * {@link #accept} meets anything but letters; {@link #run} takes whole stretches of them, which is where the time goes.
 */
final class Base64Sink {
  private static final int BLOCK = 24 * 1024;
  private static final byte[] VALUES = values();

  private final OutputStream out;
  private final byte[] block = new byte[BLOCK];
  private int filled;
  private long written;
  private int bits;
  private int count;
  private boolean padded;

  Base64Sink(OutputStream out) {
    this.out = out;
  }

  /** Decodes letters from {@code from[at]} on; answers where the first other character is, or {@code end}. */
  int run(byte[] from, int at, int end) throws IOException {
    if (padded) return at;
    int i = letters(from, at, end, count == 0 ? 0 : 4 - count);
    while (count == 0 && end - i >= 4) {
      if (BLOCK - filled < 3) flush();
      int stop = i + 4 * Math.min((end - i) / 4, (BLOCK - filled) / 3);
      i = quads(from, i, stop);
      if (i < stop) break;
    }
    return letters(from, i, end, 4);
  }

  /** Up to {@code max} letters one by one: before and after what goes by fours. */
  private int letters(byte[] from, int at, int end, int max) throws IOException {
    int i = at;
    while (i < end && i - at < max && VALUES[from[i] & 0xff] >= 0) letter(VALUES[from[i++] & 0xff]);
    return i;
  }

  private int quads(byte[] from, int at, int end) {
    var values = VALUES;
    var to = block;
    int i = at;
    int o = filled;
    for (; i < end; i += 4) {
      int three = values[from[i] & 0xff] << 18 | values[from[i + 1] & 0xff] << 12 | values[from[i + 2] & 0xff] << 6
          | values[from[i + 3] & 0xff];
      if (three < 0) break;
      to[o] = (byte) (three >> 16);
      to[o + 1] = (byte) (three >> 8);
      to[o + 2] = (byte) three;
      o += 3;
    }
    filled = o;
    return i;
  }

  /** One character of any kind; false if base64 has no place for it here. */
  boolean accept(int c) throws IOException {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') return true;
    if (c == '=') {
      padded = true;
      return true;
    }
    if (padded || c > 127 || VALUES[c] < 0) return false;
    letter(VALUES[c]);
    return true;
  }

  private void letter(int value) throws IOException {
    bits = bits << 6 | value;
    if (++count < 4) return;
    put(3, bits);
    bits = 0;
    count = 0;
  }

  /** Writes the rest; answers how many bytes there were in all, or -1 where the text stopped inside a byte. */
  long finish() throws IOException {
    if (count == 1) return -1;
    if (count == 2) put(1, bits << 12);
    if (count == 3) put(2, bits << 6);
    count = 0;
    flush();
    return written;
  }

  private void put(int bytes, int three) throws IOException {
    if (BLOCK - filled < 3) flush();
    for (int shift = 16; shift > 16 - 8 * bytes; shift -= 8) block[filled++] = (byte) (three >> shift);
  }

  private void flush() throws IOException {
    out.write(block, 0, filled);
    written += filled;
    filled = 0;
  }

  private static byte[] values() {
    var values = new byte[256];
    Arrays.fill(values, (byte) -1);
    var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < 64; i++) values[letters.charAt(i)] = (byte) i;
    values['-'] = 62;
    values['_'] = 63;
    return values;
  }
}
