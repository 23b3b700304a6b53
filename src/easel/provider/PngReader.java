package easel.provider;

import easel.core.Size;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Reads what most PNG files are (PNG specification, third edition): 8 bits per sample, gray, RGB or palette, with or
 * without alpha, not interlaced. A picture is scaled while it is read, so that a large one costs no more memory than a
 * small one.
 */
final class PngReader implements AutoCloseable {
  private static final long PIXELS_MAX = 50_000_000;
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int TRNS = 0x74524e53;
  private static final int IDAT = 0x49444154;
  private static final int GRAY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GRAY_ALPHA = 4;
  private static final int RGBA = 6;

  private final DataInputStream in;
  private final int width;
  private final int height;
  private final int type;
  private final int[] palette = new int[256];
  /** The one colour of a gray or RGB picture that stands for "nothing here"; -1 for none. */
  private int hole = -1;
  private int idatLeft;

  /** A PNG file that is broken, or of a kind this reader leaves alone; the message says which, for people. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message);
    }
  }

  /** Takes one line of a picture. */
  interface Line {
    /** {@code color}: 0xAARRGGBB of the pixel in a column; good until this returns. */
    void take(IntUnaryOperator color) throws IOException;
  }

  private PngReader(DataInputStream in) throws IOException, Unreadable {
    this.in = in;
    if (in.readLong() != SIGNATURE || in.readInt() != 13 || in.readInt() != IHDR) throw new Unreadable("not a PNG");
    width = in.readInt();
    height = in.readInt();
    int depth = in.readUnsignedByte();
    type = in.readUnsignedByte();
    int method = in.readUnsignedByte() | in.readUnsignedByte();
    boolean interlaced = in.readUnsignedByte() != 0;
    in.skipNBytes(4);
    if (width < 1 || height < 1 || method != 0) throw new Unreadable("broken PNG");
    if (Math.max(width, height) > Size.SIDE_MAX
        || (long) width * height > PIXELS_MAX) throw new Unreadable("PNG too large");
    if (depth != 8) throw new Unreadable("PNG of " + depth + " bits");
    if (interlaced) throw new Unreadable("interlaced PNG");
    if (type != GRAY && type != RGB && type != PALETTE && type != GRAY_ALPHA
        && type != RGBA) throw new Unreadable("broken PNG");
    Arrays.fill(palette, 0xff000000);
  }

  /** Reads the head of the file. */
  static PngReader open(Path file) throws IOException, Unreadable {
    var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 14));
    try {
      return new PngReader(in);
    } catch (EOFException e) {
      in.close();
      throw new Unreadable("broken PNG");
    } catch (IOException | Unreadable e) {
      in.close();
      throw e;
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The whole picture in another size; may be called once. */
  SampleCanvas scaled(int toWidth, int toHeight) throws IOException, Unreadable {
    return read(0, 0, width, height, toWidth, toHeight);
  }

  /** The largest middle part with the proportions of the new size. */
  SampleCanvas cropped(int toWidth, int toHeight) throws IOException, Unreadable {
    int w = (int) Math.max(1, Math.min(width, (long) height * toWidth / toHeight));
    int h = (int) Math.max(1, Math.min(height, (long) width * toHeight / toWidth));
    return read((width - w) / 2, (height - h) / 2, w, h, toWidth, toHeight);
  }

  private SampleCanvas read(int x, int y, int w, int h, int toWidth, int toHeight) throws IOException, Unreadable {
    var shrunk = new SampleShrink(w, h, Math.min(w, toWidth), Math.min(h, toHeight));
    lines(y, y + h, color -> shrunk.row(i -> color.applyAsInt(x + i)));
    return shrunk.result().enlarged(toWidth, toHeight);
  }

  /** Every line from the top, in the memory of two; may be called once. */
  void lines(Line taker) throws IOException, Unreadable {
    lines(0, height, taker);
  }

  private void lines(int from, int to, Line taker) throws IOException, Unreadable {
    try {
      readTo(IDAT);
    } catch (EOFException e) {
      throw new Unreadable("broken PNG");
    }
    int samples = samples();
    var above = new byte[width * samples];
    var row = new byte[width * samples];
    try (var rows = new InflaterInputStream(new Idat())) {
      for (int line = 0; line < to; line++) {
        int filter = rows.read();
        if (filter < 0 || rows.readNBytes(row, 0, row.length) < row.length) throw new Unreadable("broken PNG");
        unfilter(filter, row, above, samples);
        if (line >= from) taker.take(i -> color(row, i));
        System.arraycopy(row, 0, above, 0, row.length);
      }
    } catch (EOFException | ZipException e) {
      throw new Unreadable("broken PNG");
    }
  }

  private int samples() {
    return switch (type) {
      case RGB -> 3;
      case RGBA -> 4;
      case GRAY_ALPHA -> 2;
      default -> 1;
    };
  }

  /** Reads chunks until the data of one of this type comes next. */
  private void readTo(int wanted) throws IOException, Unreadable {
    while (true) {
      int length = in.readInt();
      int chunk = in.readInt();
      if (length < 0) throw new Unreadable("broken PNG");
      if (chunk == wanted) {
        idatLeft = length;
        return;
      }
      int used = switch (chunk) {
        case PLTE -> readPalette(length);
        case TRNS -> readTransparency(length);
        default -> 0;
      };
      in.skipNBytes(length - used + 4L);
    }
  }

  private int readPalette(int length) throws IOException {
    int n = Math.min(256, length / 3);
    for (int i = 0; i < n; i++) palette[i] = 0xff000000 | in.readUnsignedShort() << 8 | in.readUnsignedByte();
    return 3 * n;
  }

  private int readTransparency(int length) throws IOException {
    if (type == PALETTE) {
      int n = Math.min(256, length);
      for (int i = 0; i < n; i++) palette[i] = in.readUnsignedByte() << 24 | palette[i] & 0xffffff;
      return n;
    }
    if (type == GRAY && length == 2) {
      int gray = in.readUnsignedShort() & 255;
      hole = gray * 0x010101;
      return 2;
    }
    if (type != RGB || length != 6) return 0;
    hole = (in.readUnsignedShort() & 255) << 16 | (in.readUnsignedShort() & 255) << 8 | in.readUnsignedShort() & 255;
    return 6;
  }

  private static void unfilter(int filter, byte[] row, byte[] above, int samples) throws Unreadable {
    if (filter == 0) return;
    if (filter > 4) throw new Unreadable("broken PNG");
    for (int i = 0; i < row.length; i++) {
      int left = i < samples ? 0 : row[i - samples] & 255;
      int up = above[i] & 255;
      int corner = i < samples ? 0 : above[i - samples] & 255;
      row[i] += (byte) switch (filter) {
        case 1 -> left;
        case 2 -> up;
        case 3 -> (left + up) / 2;
        default -> paeth(left, up, corner);
      };
    }
  }

  private static int paeth(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) return left;
    return toUp <= toCorner ? up : corner;
  }

  private int color(byte[] row, int x) {
    return switch (type) {
      case PALETTE -> palette[row[x] & 255];
      case RGB -> holed((row[3 * x] & 255) << 16 | (row[3 * x + 1] & 255) << 8 | row[3 * x + 2] & 255);
      case RGBA -> (row[4 * x + 3] & 255) << 24 | (row[4 * x] & 255) << 16 | (row[4 * x + 1] & 255) << 8 | row[4 * x
          + 2] & 255;
      case GRAY_ALPHA -> (row[2 * x + 1] & 255) << 24 | (row[2 * x] & 255) * 0x010101;
      default -> holed((row[x] & 255) * 0x010101);
    };
  }

  private int holed(int color) {
    return color == hole ? color : 0xff000000 | color;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The data of all IDAT chunks in a row. */
  private final class Idat extends InputStream {
    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      while (idatLeft == 0) {
        in.skipNBytes(4);
        int next = in.readInt();
        if (in.readInt() != IDAT || next < 0) return -1;
        idatLeft = next;
      }
      int n = in.read(to, offset, Math.min(length, idatLeft));
      if (n > 0) idatLeft -= n;
      return n;
    }
  }
}
