package easel.provider;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes 8-bit RGB PNG files (PNG specification, third edition, 5 and 11) in the memory of a few rows. */
final class PngWriter {
  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte UP = 2;
  private final OutputStream out;

  private PngWriter(OutputStream out) {
    this.out = out;
  }

  static void write(SampleCanvas canvas, Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      out.write(SIGNATURE);
      var writer = new PngWriter(out);
      var head = ByteBuffer.allocate(13).putInt(canvas.width).putInt(canvas.height)
          .put((byte) 8).put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0);
      writer.chunk("IHDR", head.array(), 13);
      writer.rows(canvas);
      writer.chunk("IEND", new byte[0], 0);
    }
  }

  /** Every row as its difference to the one above: these pictures change little from row to row. */
  private void rows(SampleCanvas canvas) throws IOException {
    var deflater = new Deflater(2);
    try {
      var row = new byte[1 + 3 * canvas.width];
      var packed = new byte[1 << 15];
      row[0] = UP;
      for (int y = 0; y < canvas.height; y++) {
        filter(canvas, y, row);
        deflater.setInput(row);
        while (!deflater.needsInput()) drain(deflater, packed);
      }
      deflater.finish();
      while (!deflater.finished()) drain(deflater, packed);
    } finally {
      deflater.end();
    }
  }

  private static void filter(SampleCanvas canvas, int y, byte[] row) {
    int at = y * canvas.width;
    for (int x = 0, to = 1; x < canvas.width; x++, at++) {
      int c = canvas.pixels[at];
      int above = y == 0 ? 0 : canvas.pixels[at - canvas.width];
      row[to++] = (byte) ((c >> 16) - (above >> 16));
      row[to++] = (byte) ((c >> 8) - (above >> 8));
      row[to++] = (byte) (c - above);
    }
  }

  private void drain(Deflater deflater, byte[] packed) throws IOException {
    int n = deflater.deflate(packed);
    if (n > 0) chunk("IDAT", packed, n);
  }

  private void chunk(String type, byte[] data, int length) throws IOException {
    chunk(out, type, data, length);
  }

  static void chunk(OutputStream out, String type, byte[] data, int length) throws IOException {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data, 0, length);
    out.write(ByteBuffer.allocate(8).putInt(length).put(name).array());
    out.write(data, 0, length);
    out.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
