package easel.provider;

/**
 * Draws one figure: its foot stands at 0,0 and it is one high, x to the right, y down (so its head is at -1). Every
 * shape is a little lighter at its top than at its bottom.
 */
final class SamplePen {
  private final SampleCanvas canvas;
  private final double x;
  private final double y;
  private final double size;
  private final int side;

  /** @param mirrored whether it looks the other way */
  SamplePen(SampleCanvas canvas, double x, double y, double size, boolean mirrored) {
    this.canvas = canvas;
    this.x = x;
    this.y = y;
    this.size = size;
    side = mirrored ? -1 : 1;
  }

  SamplePen ellipse(int color, double cx, double cy, double rx, double ry) {
    return paint(new SampleOutline().ellipse(px(cx), py(cy), rx * size, ry * size), color);
  }

  SamplePen circle(int color, double cx, double cy, double r) {
    return ellipse(color, cx, cy, r, r);
  }

  SamplePen polygon(int color, double... points) {
    return paint(new SampleOutline().polygon(placed(points)), color);
  }

  SamplePen blob(int color, double... points) {
    return paint(new SampleOutline().blob(placed(points)), color);
  }

  SamplePen line(int color, double width, double... points) {
    return paint(new SampleOutline().stroke(width * size, placed(points)), color);
  }

  /** A rectangle with round corners. */
  SamplePen plate(int color, double left, double top, double width, double height, double r) {
    double right = left + width;
    double bottom = top + height;
    var o = new SampleOutline();
    for (int corner = 0; corner < 4; corner++) {
      double cx = corner == 0 || corner == 3 ? right - r : left + r;
      double cy = corner < 2 ? bottom - r : top + r;
      for (int i = 0; i <= 6; i++) {
        double turn = Math.PI / 2 * (corner + i / 6.0);
        o.point(px(cx + r * StrictMath.cos(turn)), py(cy + r * StrictMath.sin(turn)));
      }
    }
    return paint(o.close(), color);
  }

  /** A star, or with {@code inner} equal to {@code outer} an even polygon; its first point is up. */
  SamplePen star(int color, int points, double cy, double outer, double inner) {
    var p = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double turn = Math.PI * i / points;
      double r = i % 2 == 0 ? outer : inner;
      p[2 * i] = r * StrictMath.sin(turn);
      p[2 * i + 1] = cy - r * StrictMath.cos(turn);
    }
    return polygon(color, p);
  }

  SamplePen ring(int color, double cy, double outer, double inner) {
    int n = 64;
    var o = new SampleOutline();
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < n; i++) {
        double turn = 2 * Math.PI * i / n * (half == 0 ? 1 : -1);
        double r = half == 0 ? outer : inner;
        o.point(px(r * StrictMath.cos(turn)), py(cy + r * StrictMath.sin(turn)));
      }
      o.close();
    }
    return paint(o, color);
  }

  /** What it stands on grows dark beneath it. */
  SamplePen shadow(double width) {
    canvas.fill(new SampleOutline().ellipse(px(0), py(0), width * size, 0.16 * width * size), SampleColor.SHADE,
        SampleColor.SHADE, 0.22);
    return this;
  }

  SamplePen glow(int color, double cx, double cy, double r, double strength) {
    canvas.glow(px(cx), py(cy), r * size, color, strength);
    return this;
  }

  /** A see-through shape, for light and glass. */
  SamplePen sheen(int color, double alpha, double cx, double cy, double rx, double ry) {
    canvas.fill(new SampleOutline().ellipse(px(cx), py(cy), rx * size, ry * size), color, color, alpha);
    return this;
  }

  private SamplePen paint(SampleOutline outline, int color) {
    canvas.fill(outline, SampleColor.lighter(color, 0.12), SampleColor.darker(color, 0.14), 1);
    return this;
  }

  private double[] placed(double[] points) {
    var placed = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      placed[i] = px(points[i]);
      placed[i + 1] = py(points[i + 1]);
    }
    return placed;
  }

  private double px(double at) {
    return x + side * at * size;
  }

  private double py(double at) {
    return y + at * size;
  }
}
