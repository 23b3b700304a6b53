package easel.provider;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Makes a picture smaller row by row as it comes: each new pixel is the mean of the area it stands for. Colours count
 * by how opaque they are. A picture of the same size comes out as it went in.
 */
final class SampleShrink {
  private final int fromWidth;
  private final int fromHeight;
  private final SampleCanvas to;
  /** For each new pixel of a row: alpha, and red, green and blue times alpha; times the area seen so far. */
  private final long[] line;
  private long[] upper;
  private long[] lower;
  private int rows;
  private int done;

  /** The new sides must not be longer than the old ones. */
  SampleShrink(int fromWidth, int fromHeight, int toWidth, int toHeight) {
    this.fromWidth = fromWidth;
    this.fromHeight = fromHeight;
    to = new SampleCanvas(toWidth, toHeight);
    line = new long[4 * toWidth];
    upper = new long[4 * toWidth];
    lower = new long[4 * toWidth];
  }

  /** @param color 0xAARRGGBB of the pixel in that column */
  void row(IntUnaryOperator color) {
    Arrays.fill(line, 0);
    for (int x = 0; x < fromWidth; x++) spread(color.applyAsInt(x), (long) x * to.width);
    long start = (long) rows++ * to.height;
    long border = (done + 1L) * fromHeight;
    long above = Math.min(to.height, border - start);
    for (int i = 0; i < line.length; i++) {
      upper[i] += line[i] * above;
      lower[i] += line[i] * (to.height - above);
    }
    if (start + to.height >= border) flush();
  }

  /**
   * An old pixel is {@code to.width} wide on a scale where a new one is {@code fromWidth}: it falls into one or two.
   */
  private void spread(int color, long start) {
    int column = (int) (start / fromWidth);
    long left = Math.min(to.width, (column + 1L) * fromWidth - start);
    add(color, 4 * column, left);
    if (left < to.width) add(color, 4 * column + 4, to.width - left);
  }

  private void add(int color, int at, long weight) {
    long alpha = (color >>> 24) * weight;
    line[at] += alpha;
    line[at + 1] += alpha * (color >> 16 & 255);
    line[at + 2] += alpha * (color >> 8 & 255);
    line[at + 3] += alpha * (color & 255);
  }

  private void flush() {
    long area = (long) fromWidth * fromHeight;
    for (int x = 0; x < to.width; x++) {
      long alpha = upper[4 * x];
      int color = 0;
      for (int c = 1; c <= 3; c++) color = color << 8 | (alpha == 0 ? 0
          : (int) ((upper[4 * x + c] + alpha / 2) / alpha));
      to.pixels[done * to.width + x] = (int) ((alpha + area / 2) / area) << 24 | color;
    }
    done++;
    var empty = upper;
    upper = lower;
    lower = empty;
    Arrays.fill(lower, 0);
  }

  /** Complete once every row has come. */
  SampleCanvas result() {
    return to;
  }
}
