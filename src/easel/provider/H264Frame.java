package easel.provider;

import java.util.Arrays;

/**
 * A picture as video stores it: lightness for each pixel, colour for each four (ITU-R BT.709, limited range, 4:2:0).
 */
final class H264Frame {
  final int width;
  final int height;
  final byte[] y;
  final byte[] cb;
  final byte[] cr;

  /** @param canvas with sides divisible by 16 */
  H264Frame(SampleCanvas canvas) {
    width = canvas.width;
    height = canvas.height;
    y = new byte[width * height];
    cb = new byte[width * height / 4];
    cr = new byte[width * height / 4];
    for (int row = 0; row < height; row += 2) {
      for (int column = 0; column < width; column += 2) square(canvas.pixels, row * width + column,
          row / 2 * (width / 2) + column / 2);
    }
  }

  private void square(int[] pixels, int at, int to) {
    int red = 0;
    int green = 0;
    int blue = 0;
    for (int i = 0; i < 4; i++) {
      int place = at + (i & 1) + (i >> 1) * width;
      int r = pixels[place] >> 16 & 255;
      int g = pixels[place] >> 8 & 255;
      int b = pixels[place] & 255;
      y[place] = (byte) (16 + (11966 * r + 40254 * g + 4064 * b + 32768 >> 16));
      red += r;
      green += g;
      blue += b;
    }
    cb[to] = (byte) (128 + (-6596 * red - 22189 * green + 28784 * blue + 131072 >> 18));
    cr[to] = (byte) (128 + (28784 * red - 26145 * green - 2639 * blue + 131072 >> 18));
  }

  /** Whether the macroblock (16 by 16 pixels) looks the same in both. */
  boolean same(H264Frame other, int mbX, int mbY) {
    return same(y, other.y, width, 16, mbX, mbY) && same(cb, other.cb, width / 2, 8, mbX, mbY)
        && same(cr, other.cr, width / 2, 8, mbX, mbY);
  }

  private static boolean same(byte[] a, byte[] b, int stride, int side, int mbX, int mbY) {
    for (int row = 0; row < side; row++) {
      int at = (mbY * side + row) * stride + mbX * side;
      if (!Arrays.equals(a, at, at + side, b, at, at + side)) return false;
    }
    return true;
  }
}
