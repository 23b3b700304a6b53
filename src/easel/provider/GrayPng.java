package easel.provider;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;

/** Writes an 8-bit gray PNG file line by line as they come, in the memory of one; complete once it is closed. */
final class GrayPng implements AutoCloseable {
  private static final int BUFFER = 1 << 15;

  private final OutputStream out;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final byte[] packed = new byte[BUFFER];
  private final byte[] filtered;

  GrayPng(int width, int height, Path file) throws IOException {
    filtered = new byte[1 + width];
    out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
    out.write(PngWriter.SIGNATURE);
    var head = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8);
    PngWriter.chunk(out, "IHDR", head.array(), 13);
  }

  /** The next line, a byte for each pixel; 0 is black. */
  void line(byte[] gray) throws IOException {
    System.arraycopy(gray, 0, filtered, 1, gray.length);
    deflater.setInput(filtered);
    while (!deflater.needsInput()) drain();
  }

  private void drain() throws IOException {
    int n = deflater.deflate(packed);
    if (n > 0) PngWriter.chunk(out, "IDAT", packed, n);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      deflater.finish();
      while (!deflater.finished()) drain();
      PngWriter.chunk(out, "IEND", new byte[0], 0);
    } finally {
      deflater.end();
    }
  }
}
