package easel.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The headers of picture files, made by hand after their specifications. */
final class Pictures {
  private Pictures() {}

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] png(int width, int height) {
    return ByteBuffer.allocate(45).put(latin1("\u0089PNG\r\n\u001a\n")).putInt(13).put(latin1("IHDR")).putInt(width)
        .putInt(height).put(new byte[] {8, 6, 0, 0, 0}).putInt(0).putInt(0).put(latin1("IEND")).putInt(0xae426082).array();
  }

  static byte[] gif(int width, int height) {
    return ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN).put(latin1("GIF89a")).putShort((short) width)
        .putShort((short) height).put(new byte[] {0, 0, 0, 0x3b}).array();
  }
}
