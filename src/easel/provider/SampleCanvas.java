package easel.provider;

import easel.core.Size;
import java.util.Arrays;

/**
 * Pixels and the few ways to paint them, edges smoothed. Written here because a headless machine need not have a
 * drawing library, and because the same prompt must give the same pixels everywhere: whole numbers and strict
 * arithmetic.
 */
final class SampleCanvas {
  private static final int SUBLINES = 6;
  final int width;
  final int height;
  /** 0xAARRGGBB, row by row. What was painted is opaque. */
  final int[] pixels;

  SampleCanvas(int width, int height) {
    this.width = width;
    this.height = height;
    pixels = new int[width * height];
  }

  SampleCanvas(Size size) {
    this(size.width(), size.height());
  }

  Size size() {
    return new Size(width, height);
  }

  SampleCanvas copy() {
    var copy = new SampleCanvas(width, height);
    copy.draw(this);
    return copy;
  }

  /** Takes over all pixels of a canvas of the same size. */
  void draw(SampleCanvas other) {
    System.arraycopy(other.pixels, 0, pixels, 0, pixels.length);
  }

  private static int opaque(int color) {
    return 0xff000000 | color;
  }

  /** Fills rows from {@code top} to before {@code bottom} with a gradient. */
  void gradient(double top, double bottom, int upper, int lower) {
    for (int y = Math.max(0, (int) top); y < Math.min(height, bottom); y++) {
      int color = opaque(SampleColor.mix(upper, lower, (y - top) / Math.max(1, bottom - top)));
      Arrays.fill(pixels, y * width, (y + 1) * width, color);
    }
  }

  void fill(SampleOutline outline, int color) {
    fill(outline, color, color, 1);
  }

  /** Fills with a gradient from the outline's top to its bottom; {@code alpha} 0-1. */
  void fill(SampleOutline outline, int upper, int lower, double alpha) {
    double top = outline.top();
    double bottom = outline.bottom();
    int from = (int) Math.max(0, Math.floor(outline.left()));
    int to = (int) Math.min(width, Math.ceil(outline.right()) + 1);
    if (from >= to) return;
    var cover = new float[width + 2];
    for (int y = Math.max(0, (int) Math.floor(top)); y < Math.min(height, bottom); y++) {
      for (int s = 0; s < SUBLINES; s++) outline.cross(y + (s + 0.5) / SUBLINES, cover, width);
      int color = SampleColor.mix(upper, lower, (y - top) / Math.max(1, bottom - top));
      blend(y * width, from, to, cover, color, alpha);
    }
  }

  /** Paints one row from {@code from} to before {@code to} as far as it is covered, and clears {@code cover}. */
  private void blend(int row, int from, int to, float[] cover, int color, double alpha) {
    int full = (int) (256 * alpha + 0.5);
    float scale = 256f / SUBLINES;
    float inside = 0;
    for (int x = from; x < to; x++) {
      inside += cover[x];
      cover[x] = 0;
      int weight = Math.min(256, (int) (Math.abs(inside) * scale + 0.5f)) * full >> 8;
      if (weight == 256) pixels[row + x] = opaque(color);
      else if (weight > 0) pixels[row + x] = opaque(SampleColor.mix(pixels[row + x], color, weight));
    }
    cover[to] = 0;
    cover[width] = 0;
    cover[width + 1] = 0;
  }

  /**
   * Lays a colour over rows {@code top} to before {@code bottom} that is as strong as {@code upper} above and {@code
   * lower} below.
   */
  void shade(int top, int bottom, int color, double upper, double lower) {
    for (int y = top; y < bottom; y++) {
      double strength = upper + (lower - upper) * (y - top) / (bottom - top);
      box(0, y, width, 1, color, (int) (256 * strength));
    }
  }

  /** Light around a point that fades to nothing at {@code radius}. */
  void glow(double cx, double cy, double radius, int color, double strength) {
    double unit = 1 / (radius * radius);
    int from = (int) Math.max(0, cx - radius);
    int to = (int) Math.min(width, cx + radius + 1);
    for (int y = (int) Math.max(0, cy - radius); y < Math.min(height, cy + radius + 1); y++) {
      double dy = (y - cy) * (y - cy) * unit;
      for (int x = from, i = y * width + from; x < to; x++, i++) {
        double near = 1 - dy - (x - cx) * (x - cx) * unit;
        if (near <= 0) continue;
        int weight = (int) (near * near * strength * 256);
        if (weight > 0) pixels[i] = opaque(SampleColor.mix(pixels[i], color, weight));
      }
    }
  }

  /** A plain rectangle on whole pixels; {@code alpha} 0-256. */
  void box(int x0, int y0, int w, int h, int color, int alpha) {
    for (int y = Math.max(0, y0); y < Math.min(height, y0 + h); y++) {
      for (int x = Math.max(0, x0); x < Math.min(width, x0 + w); x++) {
        pixels[y * width + x] = opaque(SampleColor.mix(pixels[y * width + x], color, alpha));
      }
    }
  }

  /** Lays another canvas over this one at a place, as see-through as its pixels are. */
  void paste(SampleCanvas other, int x0, int y0) {
    for (int y = Math.max(0, -y0); y < Math.min(other.height, height - y0); y++) {
      for (int x = Math.max(0, -x0); x < Math.min(other.width, width - x0); x++) {
        int at = (y0 + y) * width + x0 + x;
        int color = other.pixels[y * other.width + x];
        int alpha = color >>> 24;
        pixels[at] = opaque(SampleColor.mix(pixels[at], color & 0xffffff, alpha + (alpha >> 7)));
      }
    }
  }

  /** The same colours, see-through where the mask of the same size is. */
  SampleCanvas masked(SampleCanvas mask) {
    var cut = new SampleCanvas(width, height);
    for (int i = 0; i < pixels.length; i++) cut.pixels[i] = mask.pixels[i] & 0xff000000 | pixels[i] & 0xffffff;
    return cut;
  }

  /** The same picture in squares of one colour each: what a preview looks like. */
  SampleCanvas mosaic(int side) {
    var coarse = new SampleCanvas(width, height);
    for (int y0 = 0; y0 < height; y0 += side) {
      for (int x0 = 0; x0 < width; x0 += side) {
        int w = Math.min(side, width - x0);
        int h = Math.min(side, height - y0);
        coarse.box(x0, y0, w, h, mean(x0, y0, w, h), 256);
      }
    }
    return coarse;
  }

  private int mean(int x0, int y0, int w, int h) {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = y0; y < y0 + h; y++) {
      for (int x = x0; x < x0 + w; x++) {
        int c = pixels[y * width + x];
        red += c >> 16 & 255;
        green += c >> 8 & 255;
        blue += c & 255;
      }
    }
    int n = w * h;
    return (int) (red / n) << 16 | (int) (green / n) << 8 | (int) (blue / n);
  }

  /** The same picture on a larger canvas, smoothed between its pixels; itself where the size is the same. */
  SampleCanvas enlarged(int toWidth, int toHeight) {
    if (toWidth == width && toHeight == height) return this;
    var large = new SampleCanvas(toWidth, toHeight);
    for (int y = 0; y < toHeight; y++) {
      int fy = (int) Math.max(0, Math.min((height - 1) * 256L, (2L * y + 1) * height * 128 / toHeight - 128));
      for (int x = 0; x < toWidth; x++) {
        int fx = (int) Math.max(0, Math.min((width - 1) * 256L, (2L * x + 1) * width * 128 / toWidth - 128));
        large.pixels[y * toWidth + x] = between(fx, fy);
      }
    }
    return large;
  }

  /** The colour at a place given in 256ths of a pixel. */
  private int between(int fx, int fy) {
    int at = (fy >> 8) * width + (fx >> 8);
    int right = at + ((fx >> 8) < width - 1 ? 1 : 0);
    int down = (fy >> 8) < height - 1 ? width : 0;
    return mixed(mixed(pixels[at], pixels[right], fx & 255), mixed(pixels[at + down], pixels[right + down], fx & 255),
        fy & 255);
  }

  private static int mixed(int from, int to, int weight) {
    int alpha = ((from >>> 24) * (256 - weight) + (to >>> 24) * weight) >> 8;
    return alpha << 24 | SampleColor.mix(from, to, weight) & 0xffffff;
  }
}
