package easel.provider;

import static easel.provider.SampleColor.darker;
import static easel.provider.SampleColor.lighter;
import static easel.provider.SampleColor.mix;

import java.util.Random;

/** Paints what lies behind the figures: sky, lights, land and water. */
final class SampleBackdrop {
  /** Where figures stand, in parts of the visible height. */
  static final double GROUND = 0.94;
  private static final int[] WALLS = {0x9cc3e0, 0xefc3ae, 0xb4d8bd, 0xd9c6e4, 0xf3dcac, 0xa9b4d4};
  private final SampleCanvas canvas;
  private final SampleScene scene;
  private final Random chance;
  private final int w;
  private final double h;
  /** The shorter side: the measure of everything. */
  private final double unit;
  private final double horizon;
  private final double lightX;
  private final double lightY;

  /** @param height of the part that stays visible above the caption */
  SampleBackdrop(SampleCanvas canvas, SampleScene scene, int height, Random chance) {
    this.canvas = canvas;
    this.scene = scene;
    this.chance = chance;
    w = canvas.width;
    h = height;
    unit = Math.min(w, h);
    horizon = h * (0.6 + 0.08 * chance.nextDouble());
    lightX = w * (chance.nextBoolean() ? 0.2 + 0.15 * chance.nextDouble() : 0.65 + 0.15 * chance.nextDouble());
    boolean low = scene.mood() == SampleMood.SUNSET || scene.mood() == SampleMood.DAWN;
    lightY = low ? horizon - unit * (0.07 + 0.1 * chance.nextDouble()) : h * (0.16 + 0.1 * chance.nextDouble());
  }

  void paint() {
    if (scene.has(SampleMotif.SPACE)) {
      space();
    } else if (scene.has(SampleMotif.BACKGROUND)) {
      studio();
    } else {
      sky();
      land();
    }
  }

  private void studio() {
    int wall = scene.color(SampleMotif.BACKGROUND, WALLS[chance.nextInt(WALLS.length)]);
    double floor = h * 0.76;
    canvas.gradient(0, floor, darker(wall, 0.1), lighter(wall, 0.18));
    canvas.gradient(floor, canvas.height, mix(wall, darker(wall, 0.3), 0.35), darker(wall, 0.38));
    canvas.glow(w * 0.5, h * 0.42, Math.max(w, h) * 0.62, lighter(wall, 0.6), 0.6);
  }

  private void space() {
    int deep = scene.color(SampleMotif.SPACE, 0x0b0d2a);
    canvas.gradient(0, canvas.height, darker(deep, 0.45), mix(deep, scene.tinted(0x3b2a6b), 0.6));
    int[] clouds = {scene.tinted(0x7a3fa8), scene.tinted(0x2f6fc0), scene.tinted(0xc0508f)};
    for (int i = 0; i < 6; i++) {
      canvas.glow(w * chance.nextDouble(), h * chance.nextDouble(), unit * (0.25 + 0.35 * chance.nextDouble()),
          clouds[i % 3], 0.34);
    }
    stars(1, canvas.height);
    planet(w * (0.7 + 0.15 * chance.nextDouble()), h * 0.3, unit * 0.15, scene.tinted(0xe0a05c), true);
    planet(w * (0.12 + 0.12 * chance.nextDouble()), h * 0.66, unit * 0.055, scene.tinted(0x6fb0c8), false);
    canvas.fill(new SampleOutline().ellipse(w * 0.5, h * 0.9 + 1.4 * w, w * 1.6, 1.4 * w), scene.tinted(0x6a6f96),
        scene.tinted(0x2a2c48), 1);
  }

  private void planet(double x, double y, double r, int color, boolean ringed) {
    canvas.glow(x, y, r * 2, color, 0.3);
    canvas.fill(new SampleOutline().ellipse(x, y, r, r), lighter(color, 0.25), darker(color, 0.45), 1);
    canvas.fill(new SampleOutline().ellipse(x - r * 0.1, y - r * 0.25, r * 0.8, r * 0.1), lighter(color, 0.4), color,
        0.35);
    if (!ringed) return;
    var ring = new SampleOutline();
    for (int i = -20; i <= 20; i++) {
      double turn = Math.PI * (0.5 + i / 34.0);
      ring.point(x + 1.75 * r * StrictMath.cos(turn),
          y + r * (0.32 * StrictMath.sin(turn) - 0.3 * StrictMath.cos(turn)));
    }
    for (int i = 20; i >= -20; i--) {
      double turn = Math.PI * (0.5 + i / 34.0);
      ring.point(x + 1.4 * r * StrictMath.cos(turn),
          y + r * (0.24 * StrictMath.sin(turn) - 0.24 * StrictMath.cos(turn)));
    }
    canvas.fill(ring.close(), lighter(color, 0.65), lighter(color, 0.35), 0.85);
  }

  private void sky() {
    var mood = scene.mood();
    int top = scene.color(SampleMotif.CLOUD, scene.tinted(mood.skyTop));
    boolean dull = scene.has(SampleMotif.RAIN);
    int upper = dull ? mix(top, 0x5a6472, 0.6) : scene.tinted(mood.skyTop);
    int lower = dull ? mix(scene.tinted(mood.skyLow), 0x9aa4ae, 0.6) : scene.tinted(mood.skyLow);
    canvas.gradient(0, horizon, upper, lower);
    boolean night = mood == SampleMood.NIGHT;
    if (night || scene.has(SampleMotif.STARS)) stars(0.6, horizon);
    if (!dull) light(night);
    if (scene.has(SampleMotif.RAINBOW)) rainbow();
    int clouds = scene.has(SampleMotif.CLOUD) || dull ? 7 : night ? 2 : 3;
    for (int i = 0; i < clouds; i++) cloud(i, clouds, lower);
  }

  private void stars(double density, double until) {
    int n = (int) (density * (60 + w * until / 4000));
    for (int i = 0; i < Math.min(n, 360); i++) {
      double r = unit * (0.0009 + 0.0016 * chance.nextDouble()) + 0.25;
      double x = w * chance.nextDouble();
      double y = until * chance.nextDouble();
      canvas.fill(new SampleOutline().ellipse(x, y, r, r), 0xfff8e0, 0xfff8e0, 0.35 + 0.6 * chance.nextDouble());
      if (i % 24 == 0) canvas.glow(x, y, r * 7, 0xdfe8ff, 0.5);
    }
  }

  private void light(boolean night) {
    var motif = night ? SampleMotif.MOON : SampleMotif.SUN;
    int color = scene.color(motif, scene.mood().light);
    boolean named = scene.has(motif);
    double r = unit * (named ? 0.105 : 0.072);
    canvas.glow(lightX, lightY, unit * 0.75, color, night ? 0.22 : 0.55);
    canvas.glow(lightX, lightY, r * 2.6, color, 0.6);
    canvas.fill(new SampleOutline().ellipse(lightX, lightY, r, r), lighter(color, 0.3), color, 1);
    if (!night) return;
    int crater = darker(color, 0.12);
    canvas.fill(new SampleOutline().ellipse(lightX - 0.3 * r, lightY - 0.2 * r, 0.24 * r, 0.22 * r), crater, crater,
        0.7);
    canvas.fill(new SampleOutline().ellipse(lightX + 0.35 * r, lightY + 0.3 * r, 0.17 * r, 0.16 * r), crater, crater,
        0.7);
    canvas.fill(new SampleOutline().ellipse(lightX + 0.15 * r, lightY - 0.5 * r, 0.12 * r, 0.11 * r), crater, crater,
        0.7);
  }

  private void rainbow() {
    int[] bands = {0xe0524c, 0xf2953f, 0xf5d24a, 0x5fb562, 0x4a90d8, 0x7a5fc0};
    double outer = Math.min(w * 0.46, horizon * 0.82);
    for (int i = 0; i < bands.length; i++) {
      double r = outer * (1 - 0.045 * i);
      var arc = new SampleOutline();
      for (int k = 0; k <= 60; k++) arc.point(w * 0.5 - r * StrictMath.cos(Math.PI * k / 60),
          horizon - r * StrictMath.sin(Math.PI * k / 60));
      double in = r - outer * 0.047;
      for (int k = 60; k >= 0; k--) arc.point(w * 0.5 - in * StrictMath.cos(Math.PI * k / 60),
          horizon - in * StrictMath.sin(Math.PI * k / 60));
      canvas.fill(arc.close(), bands[i], bands[i], 0.5);
    }
  }

  private void cloud(int i, int of, int under) {
    double x = w * (i + 0.2 + 0.6 * chance.nextDouble()) / of;
    double y = h * (0.08 + 0.3 * chance.nextDouble());
    double r = unit * (0.03 + 0.03 * chance.nextDouble());
    int color = scene.color(SampleMotif.CLOUD,
        mix(under, scene.mood() == SampleMood.NIGHT ? 0x6478b0 : SampleColor.WHITE, 0.65));
    var puff = new SampleOutline().ellipse(x, y, r * 1.1, r).ellipse(x - r * 1.2, y + r * 0.35, r * 0.8, r * 0.65)
        .ellipse(x + r * 1.2, y + r * 0.3, r * 0.9, r * 0.7).ellipse(x, y + r * 0.6, r * 2.3, r * 0.4);
    canvas.fill(puff, lighter(color, 0.35), color, scene.mood() == SampleMood.NIGHT ? 0.5 : 0.86);
  }

  private void land() {
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
    double wide = Math.max(unit * 0.6, w * 0.34);
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

  /** The light of the scene over a picture that is there already. */
  void overlay() {
    canvas.shade(0, canvas.height, scene.tinted(scene.mood().skyTop), 0.3, 0.04);
    if (scene.has(SampleMotif.STARS)) stars(0.6, horizon);
    if (scene.has(SampleMotif.SUN) || scene.has(SampleMotif.MOON)) light(scene.has(SampleMotif.MOON));
    if (scene.has(SampleMotif.RAINBOW)) rainbow();
    if (scene.has(SampleMotif.CLOUD)) for (int i = 0; i < 5; i++) cloud(i, 5, scene.mood().skyLow);
    weather();
  }

  /** What falls in front of everything. */
  void weather() {
    boolean snow = scene.has(SampleMotif.SNOW);
    if (!snow && !scene.has(SampleMotif.RAIN)) return;
    for (int i = 0; i < 150; i++) {
      double x = w * chance.nextDouble();
      double y = h * chance.nextDouble();
      double r = unit * (0.002 + 0.005 * chance.nextDouble()) + 0.3;
      if (snow) canvas.fill(new SampleOutline().ellipse(x, y, r, r), SampleColor.WHITE, SampleColor.WHITE, 0.85);
      else canvas.fill(new SampleOutline().stroke(r * 0.6, x, y, x - r * 2.5, y + r * 9), 0xdfe9f2, 0xdfe9f2, 0.4);
    }
  }
}
