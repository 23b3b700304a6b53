package easel.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;

/**
 * Writes an answer in small pieces, each within a time limit.
 *
 * <p>Small, because the JDK's server keeps a buffer of twice the largest write for as long as the connection lives.
 * Closing does nothing: the end of the answer is the server's to write.
 */
final class PieceOutput extends OutputStream {
  private static final int PIECE = 16 * 1024;

  private final OutputStream out;
  private final Watch watch;
  private final Duration limit;
  private final long length;
  private long count;

  /** @param length of the announced body, or -1 */
  PieceOutput(OutputStream out, Watch watch, Duration limit, long length) {
    this.out = out;
    this.watch = watch;
    this.limit = limit;
    this.length = length;
  }

  long count() {
    return count;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int size) throws IOException {
    Objects.checkFromIndexSize(offset, size, bytes.length);
    if (length >= 0 && count + size > length) {
      throw new IllegalStateException("a body of " + length + " bytes was announced, more was written");
    }
    for (int done = 0; done < size; done += PIECE) {
      int from = offset + done;
      int piece = Math.min(PIECE, size - done);
      watch.write(limit, () -> out.write(bytes, from, piece));
      count += piece;
    }
  }

  @Override
  public void flush() throws IOException {
    watch.write(limit, out::flush);
  }

  @Override
  public void close() {
    // The server ends the answer once the writer has returned.
  }
}
