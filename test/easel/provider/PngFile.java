package easel.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Makes PNG files of any kind, row after row as they are given, with a filter of choice. */
final class PngFile {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
  private final int samples;
  private byte[] above = new byte[0];

  /** @param type 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA */
  PngFile(int width, int height, int depth, int type, int interlace) {
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    var head = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) depth).put((byte) type)
        .putShort((short) 0);
    chunk("IHDR", head.put((byte) interlace).array());
    samples = switch (type) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  PngFile chunk(String type, byte... data) {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return this;
  }

  PngFile row(int filter, int... values) {
    var row = new byte[values.length];
    for (int i = 0; i < values.length; i++) row[i] = (byte) values[i];
    if (above.length == 0) above = new byte[row.length];
    rows.write(filter);
    for (int i = 0; i < row.length; i++) {
      int left = i < samples ? 0 : row[i - samples] & 255;
      int corner = i < samples ? 0 : above[i - samples] & 255;
      rows.write(row[i] - guess(filter, left, above[i] & 255, corner));
    }
    above = row;
    return this;
  }

  private static int guess(int filter, int left, int up, int corner) {
    int p = left + up - corner;
    return switch (filter) {
      case 1 -> left;
      case 2 -> up;
      case 3 -> (left + up) / 2;
      case 4 -> Math.abs(p - left) <= Math.abs(p - up) && Math.abs(p - left) <= Math.abs(p - corner) ? left
          : Math.abs(p - up) <= Math.abs(p - corner) ? up : corner;
      default -> 0;
    };
  }

  /** Writes the rows in IDAT chunks of at most {@code piece} bytes. */
  Path write(Path file, int piece) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(packed)) {
      rows.writeTo(deflater);
    }
    var all = packed.toByteArray();
    for (int i = 0; i < all.length; i += piece) {
      chunk("IDAT", Arrays.copyOfRange(all, i, Math.min(all.length, i + piece)));
    }
    chunk("IEND");
    return Files.write(file, out.toByteArray());
  }
}
