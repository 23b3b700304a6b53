package easel.store;

import easel.core.GatewayException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Numbers here and there in a file, unsigned. Reading past its end, or on and on in it, is the file's fault. */
final class FileHead implements Closeable {
  /** Reads at a place, as {@link RandomAccessFile} does; tests put bytes here. */
  interface Source extends Closeable {
    long size() throws IOException;

    int read(long at, byte[] into) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  static final int WINDOW = 4096;
  /** More is not needed to find the size of any picture: no file is read for longer. */
  static final int WINDOWS_MAX = 256;

  private final Source source;
  private final long size;
  private final byte[] window = new byte[WINDOW];
  private long from;
  private int filled;
  private int windows;

  FileHead(Source source) throws IOException {
    this.source = source;
    this.size = source.size();
  }

  static FileHead of(Path path) throws IOException {
    return of(new RandomAccessFile(path.toFile(), "r"));
  }

  /** Of a file that is open; closing this closes it. */
  static FileHead of(RandomAccessFile file) throws IOException {
    return new FileHead(new Source() {
      @Override
      public long size() throws IOException {
        return file.length();
      }

      @Override
      public int read(long at, byte[] into) throws IOException {
        file.seek(at);
        return file.read(into);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    });
  }

  static GatewayException cut() {
    return MediaProbe.bad("The file is cut off.");
  }

  long size() {
    return size;
  }

  byte[] start(int most) throws IOException {
    if (size == 0) return new byte[0];
    byteAt(0);
    return Arrays.copyOf(window, Math.min(most, filled));
  }

  int byteAt(long at) throws IOException {
    if (at < 0 || at >= size) throw cut();
    if (at < from || at >= from + filled) load(at);
    return window[(int) (at - from)] & 0xff;
  }

  private void load(long at) throws IOException {
    if (++windows > WINDOWS_MAX) throw MediaProbe.bad("The file's header has no end.");
    int read = source.read(at, window);
    if (read < 1) throw cut();
    from = at;
    filled = read;
  }

  int big16(long at) throws IOException {
    return byteAt(at) << 8 | byteAt(at + 1);
  }

  long big32(long at) throws IOException {
    return (long) big16(at) << 16 | big16(at + 2);
  }

  /** Negative where the top bit is set: no file is that long. */
  long big64(long at) throws IOException {
    return big32(at) << 32 | big32(at + 4);
  }

  int little16(long at) throws IOException {
    return byteAt(at) | byteAt(at + 1) << 8;
  }

  int little24(long at) throws IOException {
    return little16(at) | byteAt(at + 2) << 16;
  }

  long little32(long at) throws IOException {
    return little16(at) | (long) little16(at + 2) << 16;
  }

  String text(long at, int length) throws IOException {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) byteAt(at + i);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
