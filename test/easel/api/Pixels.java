package easel.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Picture files as small as their formats allow. */
final class Pixels {
  private Pixels() {}

  /** Header and end of a PNG of this size, with some bytes between them that make it unlike others. */
  static byte[] png(int width, int height, int filler) {
    return ByteBuffer.allocate(45 + filler).put(latin1("\u0089PNG\r\n\u001a\n")).putInt(13).put(latin1("IHDR"))
        .putInt(width).putInt(height).put(new byte[] {8, 6, 0, 0, 0}).putInt(0).put(new byte[filler]).putInt(0)
        .put(latin1("IEND")).putInt(0xae426082).array();
  }

  static byte[] png() {
    return png(8, 8, 0);
  }

  /** A video with a movie header that says nothing. */
  static byte[] mp4(int filler) {
    return ByteBuffer.allocate(24 + 8 + filler).putInt(16).put(latin1("ftypisom")).putInt(0).putInt(8).put(latin1("moov"))
        .putInt(8 + filler).put(latin1("mdat")).put(new byte[filler]).array();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
