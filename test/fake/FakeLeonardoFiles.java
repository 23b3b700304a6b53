package fake;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What Leonardo's results are, as far as their heads tell: a JPEG and an MP4 of a given size, with a number inside. */
final class FakeLeonardoFiles {
  private FakeLeonardoFiles() {}

  static byte[] jpeg(int width, int height, int number) {
    var frame = ByteBuffer.allocate(13).putShort((short) 0xffc0).putShort((short) 11).put((byte) 8)
        .putShort((short) height).putShort((short) width).array();
    var words = latin1("leonardo " + number);
    var comment = ByteBuffer.allocate(4).putShort((short) 0xfffe).putShort((short) (2 + words.length)).array();
    return join(new byte[] {(byte) 0xff, (byte) 0xd8}, comment, words, frame, new byte[] {(byte) 0xff, (byte) 0xd9});
  }

  static byte[] mp4(int width, int height) {
    var header = ByteBuffer.allocate(84).putInt(40, 0x10000).putInt(56, 0x10000).putInt(76, width << 16)
        .putInt(80, height << 16).array();
    var track = box("trak", box("tkhd", header), box("mdia", new byte[0]));
    return join(box("ftyp", latin1("isom\0\0\2\0isomiso2")), box("mdat", new byte[64]),
        box("moov", box("mvhd", new byte[100]), track));
  }

  private static byte[] box(String name, byte[]... content) {
    var inner = join(content);
    return join(ByteBuffer.allocate(8).putInt(8 + inner.length).put(latin1(name)).array(), inner);
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
