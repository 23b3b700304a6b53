package easel.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The headers of picture and video files, made by hand after their specifications. */
final class Pictures {
  private Pictures() {}

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] png(int width, int height) {
    return ByteBuffer.allocate(45).put(latin1("\u0089PNG\r\n\u001a\n")).putInt(13).put(latin1("IHDR")).putInt(width)
        .putInt(height).put(new byte[] {8, 6, 0, 0, 0}).putInt(0).putInt(0).put(latin1("IEND")).putInt(0xae426082)
        .array();
  }

  static byte[] gif(int width, int height) {
    return little(14).put(latin1("GIF89a")).putShort((short) width).putShort((short) height)
        .put(new byte[] {0, 0, 0, 0x3b}).array();
  }

  /** {@code marker}: the start of frame, 0xc0 to 0xcf. */
  static byte[] jpeg(int marker, int width, int height) {
    var exif = ByteBuffer.allocate(2 + 2 + 5000).putShort((short) 0xffe1).putShort((short) 5002).array();
    var huffman = ByteBuffer.allocate(6).putShort((short) 0xffc4).putShort((short) 4).array();
    var frame = ByteBuffer.allocate(13).putShort((short) (0xff00 | marker)).putShort((short) 11).put((byte) 8)
        .putShort((short) height).putShort((short) width).array();
    return join(new byte[] {(byte) 0xff, (byte) 0xd8}, exif, new byte[] {(byte) 0xff}, huffman, frame);
  }

  private static byte[] webp(String chunk, byte[] content) {
    return join(little(20).put(latin1("RIFF")).putInt(12 + content.length).put(latin1("WEBP")).put(latin1(chunk))
        .putInt(content.length).array(), content);
  }

  static byte[] webpLossy(int width, int height) {
    return webp("VP8 ", little(10).put(new byte[] {0, 0, 0, (byte) 0x9d, 1, 0x2a}).putShort((short) width)
        .putShort((short) height).array());
  }

  static byte[] webpLossless(int width, int height) {
    return webp("VP8L", little(6).put((byte) 0x2f).putInt(width - 1 | height - 1 << 14).array());
  }

  static byte[] webpExtended(int width, int height) {
    return webp("VP8X", little(10).putInt(0).put(three(width - 1)).put(three(height - 1)).array());
  }

  private static byte[] three(int value) {
    return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
  }

  static byte[] box(String name, byte[]... content) {
    var inner = join(content);
    return join(ByteBuffer.allocate(8).putInt(8 + inner.length).put(latin1(name)).array(), inner);
  }

  static byte[] longBox(String name, long size, byte[] content) {
    return join(ByteBuffer.allocate(16).putInt(1).put(latin1(name)).putLong(size).array(), content);
  }

  static byte[] trackHeader(int version, boolean turned, int width, int height) {
    var header = ByteBuffer.allocate((version == 1 ? 52 : 40) + 44).put((byte) version);
    int matrix = version == 1 ? 52 : 40;
    header.putInt(matrix + (turned ? 4 : 0), 0x10000).putInt(matrix + (turned ? 12 : 16), 0x10000);
    return header.putInt(matrix + 36, width << 16).putInt(matrix + 40, height << 16).array();
  }

  static byte[] movie(byte[] trackHeader) {
    var sound = box("trak", box("tkhd", trackHeader(0, false, 0, 0)));
    return box("moov", box("mvhd", new byte[100]), sound, box("trak", box("tkhd", trackHeader), box("mdia")));
  }

  static final byte[] FTYP = box("ftyp", latin1("isom\0\0\2\0isomiso2"));

  /** With the movie header at the end, behind the pictures. */
  static byte[] mp4(int width, int height) {
    return join(FTYP, box("free"), box("mdat", new byte[9000]), movie(trackHeader(0, false, width, height)));
  }

  private static byte[] element(int id, byte[]... content) {
    var inner = join(content);
    int idLength = id > 0xffffff ? 4 : id > 0xff ? 2 : 1;
    var head = new byte[idLength + 4];
    for (int i = 0; i < idLength; i++) head[i] = (byte) (id >> 8 * (idLength - 1 - i));
    ByteBuffer.wrap(head).putInt(idLength, 0x10000000 | inner.length);
    return join(head, inner);
  }

  static byte[] webm(int width, int height) {
    var video = element(0xe0, element(0xb0, two(width)), element(0xba, two(height)));
    var tracks = element(0x1654ae6b, element(0xae, element(0xd7, new byte[] {1})), element(0xae, video));
    var segment = join(element(0x114d9b74, new byte[40]), element(0x1549a966, new byte[30]), tracks);
    // A segment of unknown size, as live streams have it.
    return join(element(0x1a45dfa3, element(0x4282, latin1("webm"))),
        new byte[] {0x18, 0x53, (byte) 0x80, 0x67, 0x01, -1, -1, -1, -1, -1, -1, -1}, segment);
  }

  private static byte[] two(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }
}
