package easel.provider;

import java.util.Arrays;

/**
 * Closed curves as polygons, in pixels. Parts that overlap must run in the same direction; {@link #ellipse} runs
 * clockwise.
 */
final class SampleOutline {
  private double[] xy = new double[64];
  private int[] ends = new int[4];
  private int length;
  private int parts;

  SampleOutline point(double x, double y) {
    if (length + 2 > xy.length) xy = Arrays.copyOf(xy, 2 * xy.length);
    xy[length++] = x;
    xy[length++] = y;
    return this;
  }

  /** Ends the part under way; the next point begins another. */
  SampleOutline close() {
    if (parts == ends.length) ends = Arrays.copyOf(ends, 2 * parts);
    ends[parts++] = length;
    return this;
  }

  SampleOutline polygon(double... points) {
    for (int i = 0; i < points.length; i += 2) point(points[i], points[i + 1]);
    return close();
  }

  SampleOutline ellipse(double cx, double cy, double rx, double ry) {
    int n = (int) Math.max(12, Math.min(96, 4 * Math.sqrt(Math.max(rx, ry)) + 8));
    for (int i = 0; i < n; i++) {
      double turn = 2 * Math.PI * i / n;
      point(cx + rx * StrictMath.cos(turn), cy + ry * StrictMath.sin(turn));
    }
    return close();
  }

  /** A smooth closed curve through the points (Catmull-Rom). */
  SampleOutline blob(double... p) {
    int n = p.length / 2;
    for (int i = 0; i < n; i++) {
      for (int s = 0; s < 8; s++) {
        point(spline(p, n, i, 0, s / 8.0), spline(p, n, i, 1, s / 8.0));
      }
    }
    return close();
  }

  private static double spline(double[] p, int n, int i, int axis, double t) {
    double a = p[2 * ((i + n - 1) % n) + axis];
    double b = p[2 * i + axis];
    double c = p[2 * ((i + 1) % n) + axis];
    double d = p[2 * ((i + 2) % n) + axis];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  /** A line with round ends through the points. */
  SampleOutline stroke(double width, double... p) {
    double r = width / 2;
    for (int i = 0; i < p.length; i += 2) ellipse(p[i], p[i + 1], r, r);
    for (int i = 2; i < p.length; i += 2) {
      double dx = p[i] - p[i - 2];
      double dy = p[i + 1] - p[i - 1];
      double run = Math.sqrt(dx * dx + dy * dy);
      if (run == 0) continue;
      double nx = -dy / run * r;
      double ny = dx / run * r;
      polygon(p[i - 2] - nx, p[i - 1] - ny, p[i] - nx, p[i + 1] - ny, p[i] + nx, p[i + 1] + ny, p[i - 2] + nx,
          p[i - 1] + ny);
    }
    return this;
  }

  double top() {
    return bound(1, -1);
  }

  double bottom() {
    return bound(1, 1);
  }

  double left() {
    return bound(0, -1);
  }

  double right() {
    return bound(0, 1);
  }

  private double bound(int axis, int sign) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = axis; i < length; i += 2) most = Math.max(most, sign * xy[i]);
    return sign * most;
  }

  /** Adds what this covers of the sub-scanline at {@code y} to {@code cover}, as differences from pixel to pixel. */
  void cross(double y, float[] cover, int width) {
    int from = 0;
    for (int part = 0; part < parts; part++) {
      int to = ends[part];
      double x0 = xy[to - 2];
      double y0 = xy[to - 1];
      for (int i = from; i < to; i += 2) {
        double x1 = xy[i];
        double y1 = xy[i + 1];
        if (y0 <= y != y1 <= y) mark(x0 + (y - y0) / (y1 - y0) * (x1 - x0), y0 < y1 ? -1 : 1, cover, width);
        x0 = x1;
        y0 = y1;
      }
      from = to;
    }
  }

  private static void mark(double x, int direction, float[] cover, int width) {
    double inside = Math.max(0, Math.min(width, x));
    int pixel = (int) inside;
    float right = (float) (inside - pixel);
    cover[pixel] += direction * (1 - right);
    cover[pixel + 1] += direction * right;
  }
}
