package fake;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Real pictures: a PNG of one colour in any size, and one padded to any number of bytes. */
public final class FakeOpenAiPicture {
  private record Key(int width, int height, int index) {}

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'};
  private static final Map<Key, byte[]> PNG = new ConcurrentHashMap<>();
  private static final Map<Key, byte[]> BASE64 = new ConcurrentHashMap<>();
  private static final int PIECE = 1 << 16;

  private FakeOpenAiPicture() {}

  static byte[] base64(FakeOpenAiOrder order, int index) {
    var key = new Key(order.width(), order.height(), index);
    return BASE64.computeIfAbsent(key, k -> Base64.getEncoder().encode(png(k.width, k.height, k.index)));
  }

  /** The picture the fake gives as its result number {@code index}: each in a grey of its own. */
  public static byte[] png(int width, int height, int index) {
    return PNG.computeIfAbsent(new Key(width, height, index), k -> draw(k, 0));
  }

  private static byte[] draw(Key key, int padding) {
    try {
      var bytes = new ByteArrayOutputStream();
      write(bytes, key, padding);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(OutputStream out, Key key, int padding) throws IOException {
    out.write(SIGNATURE);
    chunk(out, "IHDR", header(key));
    if (padding > 0) pad(out, padding);
    chunk(out, "IDAT", pixels(key));
    chunk(out, "IEND", new byte[0]);
  }

  private static byte[] header(Key key) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var data = new DataOutputStream(bytes);
    data.writeInt(key.width);
    data.writeInt(key.height);
    data.write(new byte[] {8, 0, 0, 0, 0});
    return bytes.toByteArray();
  }

  private static byte[] pixels(Key key) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      var row = new byte[key.width + 1];
      Arrays.fill(row, 1, row.length, (byte) (40 + 20 * key.index));
      for (int y = 0; y < key.height; y++) deflater.write(row);
    }
    return bytes.toByteArray();
  }

  private static void chunk(OutputStream out, String type, byte[] data) throws IOException {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    var to = new DataOutputStream(out);
    to.writeInt(data.length);
    to.write(name);
    to.write(data);
    to.writeInt((int) crc.getValue());
  }

  /** A private chunk that every reader skips: makes the file as large as wanted without holding it. */
  private static void pad(OutputStream out, int padding) throws IOException {
    var name = "fiLl".getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    var to = new DataOutputStream(out);
    to.writeInt(padding);
    to.write(name);
    for (int done = 0; done < padding; done += PIECE) {
      int length = Math.min(PIECE, padding - done);
      var noise = noise(done);
      crc.update(noise, 0, length);
      to.write(noise, 0, length);
    }
    to.writeInt((int) crc.getValue());
  }

  private static byte[] noise(int seed) {
    var bytes = new byte[PIECE];
    long x = seed + 0x9E3779B97F4A7C15L;
    for (int i = 0; i < PIECE; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      bytes[i] = (byte) x;
    }
    return bytes;
  }

  /** Writes a PNG with {@code padding} bytes of noise inside; {@link #paddedLength} tells how long it is in all. */
  public static void padded(OutputStream out, int padding) throws IOException {
    write(out, new Key(16, 16, 0), padding);
  }

  public static int paddedLength(int padding) {
    return draw(new Key(16, 16, 0), 0).length + 12 + padding;
  }
}
