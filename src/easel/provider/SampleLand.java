package easel.provider;

import static easel.provider.SampleColor.darker;
import static easel.provider.SampleColor.lighter;
import static easel.provider.SampleColor.mix;

import java.util.Random;

/** Paints what is below: hills, mountains, towns, woods, sand and water. */
final class SampleLand {
  private final SampleCanvas canvas;
  private final SampleScene scene;
  private final Random chance;
  private final int w;
  private final double h;
  private final double unit;
  private final double horizon;
  private final double lightX;

  SampleLand(SampleView view, Random chance) {
    canvas = view.canvas();
    scene = view.scene();
    this.chance = chance;
    w = canvas.width;
    h = view.height();
    unit = view.unit();
    horizon = view.horizon();
    lightX = view.lightX();
  }

  void paint() {
    ridge(horizon - unit * 0.12, unit * 0.1, 3, scene.tinted(mix(scene.mood().far, scene.mood().skyLow, 0.45)));
    if (scene.has(SampleMotif.MOUNTAIN)) mountains();
    if (scene.has(SampleMotif.CITY)) city();
    if (scene.has(SampleMotif.SEA)) {
      sea();
      if (scene.ashore()) beach();
      return;
    }
    if (scene.has(SampleMotif.DESERT)) {
      dunes();
      return;
    }
    boolean snow = scene.has(SampleMotif.SNOW);
    int far = snow ? 0xdbe7f2 : scene.color(SampleMotif.HILL, scene.mood().groundFar);
    int near = snow ? 0xb9cde2 : scene.color(SampleMotif.HILL, scene.mood().groundNear);
    ridge(horizon, unit * 0.06, 2, scene.tinted(mix(scene.mood().middle, far, snow ? 0.7 : 0.25)));
    if (scene.has(SampleMotif.FOREST)) forest(snow);
    ridge(horizon + (h - horizon) * 0.22, unit * 0.04, 2, mix(far, near, 0.15));
    ridge(horizon + (h - horizon) * 0.55, unit * 0.03, 1.5, mix(far, near, 0.75));
    if (!snow) tufts(near);
  }

  /** A smooth line of hills from side to side, filled down to the bottom. */
  private void ridge(double base, double swing, double waves, int color) {
    ridge(base, swing, waves, color, 6.28 * chance.nextDouble(), 6.28 * chance.nextDouble());
  }

  private void ridge(double base, double swing, double waves, int color, double a, double b) {
    var line = new SampleOutline().point(-1, canvas.height + 1);
    int steps = 48;
    for (int i = 0; i <= steps; i++) {
      double t = i / (double) steps * waves * Math.max(1, w / (2 * unit));
      double y = base - swing * (0.6 * StrictMath.sin(2.2 * t + a) + 0.4 * StrictMath.sin(5.1 * t + b));
      line.point((w + 2.0) * i / steps - 1, y);
    }
    canvas.fill(line.point(w + 1, canvas.height + 1).close(), lighter(color, 0.14), darker(color, 0.22), 1);
  }

  private void mountains() {
    int rock = scene.color(SampleMotif.MOUNTAIN, scene.mood().middle);
    double wide = Math.min(unit * 0.9, Math.max(unit * 0.6, w * 0.34));
    int n = (int) Math.ceil(w / wide) + 1;
    for (int row = 0; row < 2; row++) {
      int color = row == 0 ? mix(rock, scene.tinted(scene.mood().skyLow), 0.45) : rock;
      for (int i = 0; i < n; i++) {
        double x = wide * (i + 0.5 * row - 0.2 + 0.4 * chance.nextDouble());
        double high = unit * (row == 0 ? 0.34 + 0.14 * chance.nextDouble() : 0.22 + 0.16 * chance.nextDouble());
        peak(x, horizon + unit * 0.03, high, wide * (0.5 + 0.2 * chance.nextDouble()), color);
      }
    }
  }

  private void peak(double x, double foot, double high, double half, int rock) {
    double top = foot - high;
    double bend = half * (0.12 + 0.1 * chance.nextDouble());
    canvas.fill(new SampleOutline().polygon(x, top, x + half, foot, x - half, foot), lighter(rock, 0.12),
        mix(rock, scene.tinted(scene.mood().skyLow), 0.25), 1);
    canvas.fill(new SampleOutline()
        .polygon(x, top, x + half, foot, x + bend, foot, x - bend * 0.4, top + high * 0.5, x + bend * 0.3,
        top + high * 0.25),
        darker(rock, 0.16), mix(darker(rock, 0.2), scene.tinted(scene.mood().skyLow), 0.15), 1);
    double s = 0.3 + (scene.has(SampleMotif.SNOW) ? 0.2 : 0.05 * chance.nextDouble());
    double d = s * half;
    int cap = mix(0xf7fafc, scene.tinted(scene.mood().skyLow), 0.18);
    canvas.fill(new SampleOutline()
        .polygon(x, top, x + d, top + s * high, x + d * 0.45, top + s * high * 0.78, x + d * 0.1, top + s * high * 1.12,
        x - d * 0.3, top + s * high * 0.8, x - d * 0.62, top + s * high * 1.05, x - d, top + s * high), cap,
            mix(cap, rock, 0.25), 1);
  }

  private void city() {
    for (int row = 0; row < 3; row++) {
      int color = scene.color(SampleMotif.CITY,
          mix(mix(scene.mood().far, scene.mood().skyLow, 0.3), darker(scene.mood().middle, 0.5), row / 2.0));
      double x = -unit * 0.05 * chance.nextDouble();
      while (x < w) {
        double wide = unit * (0.06 + 0.07 * chance.nextDouble());
        double high = unit * (0.56 - 0.1 * row) * (0.45 + 0.55 * chance.nextDouble());
        tower(x, horizon + unit * 0.08 * row, wide, high, color, row);
        x += wide * (1.02 + 0.25 * chance.nextDouble());
      }
    }
  }

  private void tower(double x, double foot, double wide, double high, int color, int row) {
    canvas.fill(new SampleOutline()
        .polygon(x, foot - high, x + wide, foot - high, x + wide, canvas.height, x, canvas.height),
        lighter(color, 0.08), darker(color, 0.2), 1);
    if (chance.nextInt(4) == 0) canvas.fill(new SampleOutline()
        .polygon(x + wide * 0.46, foot - high * 1.16, x + wide * 0.54, foot - high * 1.16, x + wide * 0.56,
        foot - high, x + wide * 0.44, foot - high), color);
    if (row == 0) return;
    double pane = Math.max(1.2, unit * 0.011);
    double lit = scene.mood() == SampleMood.DAY || scene.mood() == SampleMood.SPRING ? 0.3 : 0.55;
    for (double py = foot - high + pane * 1.6; py < foot; py += pane * 2.1) {
      for (double px = x + pane; px < x + wide - 1.6 * pane; px += pane * 1.9) {
        if (chance.nextDouble() > lit) continue;
        canvas.fill(new SampleOutline()
            .polygon(px, py, px + pane, py, px + pane, py + pane * 1.2, px, py + pane * 1.2), 0xffe3a0, 0xffe3a0, 0.75);
      }
    }
  }

  private void sea() {
    int deep = scene.color(SampleMotif.SEA,
        scene.mood() == SampleMood.DAY || scene.mood() == SampleMood.SPRING || scene.mood() == SampleMood.AUTUMN
        ? 0x1f6f9f : mix(scene.mood().skyTop, 0x14365c, 0.45));
    int pale = mix(deep, scene.tinted(scene.mood().skyLow), 0.55);
    canvas.gradient(horizon, canvas.height, pale, darker(deep, 0.3));
    int light = scene.color(scene.mood() == SampleMood.NIGHT ? SampleMotif.MOON : SampleMotif.SUN, scene.mood().light);
    for (int i = 0; i < 16; i++) {
      double t = (i + 0.5) / 16;
      double y = horizon + (h - horizon) * t * t + unit * 0.004;
      double half = unit * (0.035 + 0.12 * t) * (0.5 + 0.7 * chance.nextDouble());
      double x = lightX + unit * 0.03 * (chance.nextDouble() - 0.5);
      canvas.fill(new SampleOutline().ellipse(x, y, half, unit * (0.002 + 0.006 * t)), light, light, 0.6 - 0.3 * t);
    }
    for (int i = 0; i < 34; i++) {
      double t = chance.nextDouble();
      double y = horizon + (canvas.height - horizon) * t;
      double half = unit * (0.02 + 0.09 * t);
      canvas.fill(new SampleOutline().ellipse(w * chance.nextDouble(), y, half, unit * (0.0015 + 0.003 * t)),
          lighter(pale, 0.4), lighter(pale, 0.4), 0.35);
    }
  }

  private void beach() {
    int sand = mix(0xe6cf9c, scene.mood().groundNear, scene.mood() == SampleMood.NIGHT ? 0.75 : 0.3);
    double a = 6.28 * chance.nextDouble();
    double b = 6.28 * chance.nextDouble();
    ridge(h * 0.845, unit * 0.02, 1.2, mix(sand, SampleColor.WHITE, 0.55), a, b);
    ridge(h * 0.86, unit * 0.02, 1.2, sand, a, b);
  }

  private void dunes() {
    int sand = scene.color(SampleMotif.DESERT,
        mix(0xe8b068, scene.mood().groundFar, scene.mood() == SampleMood.NIGHT ? 0.75 : 0.15));
    for (int i = 0; i < 4; i++) {
      ridge(horizon + (h - horizon) * 0.24 * i, unit * (0.05 + 0.012 * i), 1.6 - 0.2 * i,
          mix(lighter(sand, 0.22), darker(sand, 0.28), i / 3.0));
    }
  }

  private void forest(boolean snow) {
    for (int row = 0; row < 3; row++) {
      int needle = scene.color(SampleMotif.FOREST,
          mix(scene.mood().middle, darker(scene.mood().groundNear, 0.35), 0.3 + 0.35 * row));
      double step = unit * (0.05 + 0.02 * row);
      for (double x = -step * chance.nextDouble(); x < w + step; x += step * (0.7 + 0.5 * chance.nextDouble())) {
        double size = unit * (0.14 + 0.06 * row) * (0.75 + 0.5 * chance.nextDouble());
        SampleThings.pine(new SamplePen(canvas, x, horizon + unit * (0.01 + 0.045 * row), size, false),
            snow ? mix(needle, 0xe6eef6, 0.35) : needle);
      }
    }
  }

  private void tufts(int near) {
    for (int i = 0; i < 26; i++) {
      double t = chance.nextDouble();
      double y = horizon + (h - horizon) * (0.4 + 0.6 * t);
      double x = w * chance.nextDouble();
      double s = unit * (0.008 + 0.012 * t);
      canvas.fill(new SampleOutline()
          .polygon(x - s, y, x - s * 0.7, y - s * 1.2, x - s * 0.3, y - s * 0.2, x, y - s * 1.6, x + s * 0.3,
          y - s * 0.2, x + s * 0.8, y - s * 1.1, x + s, y),
          lighter(near, 0.22), near, 0.8);
    }
  }
}
