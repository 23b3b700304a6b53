package easel.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes an MP4 file with one H.264 track (ISO/IEC 14496-12 and -15). The index comes before the pictures, so that a
 * player can begin at once: its length is known from the number of frames, so room is left for it and filled in at the
 * end.
 */
final class Mp4Writer implements AutoCloseable {
  /** Ticks of a second. */
  private static final int SCALE = 1000;
  private final RandomAccessFile file;
  private final int width;
  private final int height;
  private final int fps;
  private final byte[] sps;
  private final byte[] pps;
  private final int[] sizes;
  private int frames;

  Mp4Writer(Path to, H264Writer codec, int width, int height, int fps, int frames) throws IOException {
    this.width = width;
    this.height = height;
    this.fps = fps;
    sps = codec.sps();
    pps = codec.pps();
    sizes = new int[frames];
    file = new RandomAccessFile(to.toFile(), "rw");
    file.setLength(0);
    file.seek(start());
  }

  private static byte[] type() {
    return box("ftyp", text("isom"), ints(0x200), text("isomiso2avc1mp41"));
  }

  private long start() {
    return type().length + movie(0).length + 8L;
  }

  void frame(byte[] nal) throws IOException {
    file.writeInt(nal.length);
    file.write(nal);
    sizes[frames++] = nal.length + 4;
  }

  /** Fills in the index; without it the file is no video. */
  void finish() throws IOException {
    if (frames != sizes.length) throw new IllegalStateException(frames + " frames of " + sizes.length);
    long start = start();
    long length = file.length() - start;
    file.seek(0);
    file.write(type());
    file.write(movie((int) start));
    file.writeInt((int) (length + 8));
    file.write(text("mdat"));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private byte[] movie(int dataAt) {
    int duration = sizes.length * SCALE / fps;
    var head = box("mvhd", ints(0, 0, 0, SCALE, duration, 0x10000, 0x01000000, 0, 0), matrix(),
        ints(0, 0, 0, 0, 0, 0, 2));
    return box("moov", head, track(duration, dataAt));
  }

  private byte[] track(int duration, int dataAt) {
    var head = box("tkhd", ints(3, 0, 0, 1, 0, duration, 0, 0, 0, 0), matrix(), ints(width << 16, height << 16));
    var mediaHead = box("mdhd", ints(0, 0, 0, SCALE, duration, 0x55c40000));
    var handler = box("hdlr", ints(0, 0), text("vide"), ints(0, 0, 0), text("Easel sample\0"));
    var where = box("dinf", box("dref", ints(0, 1), box("url ", ints(1))));
    var information = box("minf", box("vmhd", ints(1, 0, 0)), where, table(dataAt));
    return box("trak", head, box("mdia", mediaHead, handler, information));
  }

  private byte[] table(int dataAt) {
    var lengths = ByteBuffer.allocate(12 + 4 * sizes.length).putInt(0).putInt(0).putInt(sizes.length);
    for (int size : sizes) lengths.putInt(size);
    return box("stbl", box("stsd", ints(0, 1), entry()), box("stts", ints(0, 1, sizes.length, SCALE / fps)),
        box("stss", ints(0, 1, 1)), box("stsc", ints(0, 1, 1, sizes.length, 1)), box("stsz", lengths.array()),
        box("stco", ints(0, 1, dataAt)));
  }

  private byte[] entry() {
    var plain = ByteBuffer.allocate(78).putInt(0).putShort((short) 0).putShort((short) 1).position(24)
        .putShort((short) width).putShort((short) height).putInt(0x480000).putInt(0x480000).putInt(0)
            .putShort((short) 1);
    plain.position(74);
    plain.putShort((short) 24).putShort((short) -1);
    var codec = ByteBuffer.allocate(11 + sps.length + pps.length).put((byte) 1).put((byte) H264Writer.PROFILE)
        .put((byte) H264Writer.CONSTRAINTS).put((byte) H264Writer.LEVEL).put((byte) 0xff).put((byte) 0xe1)
        .putShort((short) sps.length).put(sps).put((byte) 1).putShort((short) pps.length).put(pps);
    var color = ByteBuffer.allocate(11).put(text("nclx")).putShort((short) 1).putShort((short) 1).putShort((short) 1)
        .put((byte) 0);
    return box("avc1", plain.array(), box("avcC", codec.array()), box("colr", color.array()));
  }

  private static byte[] matrix() {
    return ints(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
  }

  private static byte[] text(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] ints(int... values) {
    var bytes = ByteBuffer.allocate(4 * values.length);
    for (int value : values) bytes.putInt(value);
    return bytes.array();
  }

  private static byte[] box(String type, byte[]... parts) {
    var out = new ByteArrayOutputStream();
    int length = 8;
    for (var part : parts) length += part.length;
    out.writeBytes(ints(length));
    out.writeBytes(text(type));
    for (var part : parts) out.writeBytes(part);
    return out.toByteArray();
  }
}
