package easel.provider;

import static easel.provider.SampleColor.darker;
import static easel.provider.SampleColor.lighter;
import static easel.provider.SampleColor.mix;

import java.util.Random;

/** Paints what is above: the sky by day and night, its lights and clouds, outer space, and what falls down. */
final class SampleSky {
  private final SampleCanvas canvas;
  private final SampleScene scene;
  private final Random chance;
  private final int w;
  private final double h;
  private final double unit;
  private final double horizon;
  private final double lightX;
  private final double lightY;

  SampleSky(SampleView view, Random chance) {
    canvas = view.canvas();
    scene = view.scene();
    this.chance = chance;
    w = canvas.width;
    h = view.height();
    unit = view.unit();
    horizon = view.horizon();
    lightX = view.lightX();
    lightY = view.lightY();
  }

  void paint() {
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

  void space() {
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
