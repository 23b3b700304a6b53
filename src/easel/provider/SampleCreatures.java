package easel.provider;

import static easel.provider.SampleColor.darker;
import static easel.provider.SampleColor.lighter;
import static easel.provider.SampleColor.mix;

/** Animals and people, each in a few flat shapes. {@code coat} is the colour the prompt or chance gave them. */
final class SampleCreatures {
  private static final int INK = 0x22232b;
  private static final int BLUSH = 0xf2a3a3;

  private SampleCreatures() {}

  static void cat(SamplePen pen, int coat) {
    int stripe = darker(coat, 0.3);
    pen.shadow(0.34).line(darker(coat, 0.12), 0.085, 0.2, -0.06, 0.38, -0.08, 0.45, -0.22, 0.4, -0.38, 0.45, -0.46);
    sitting(pen, coat);
    pen.polygon(coat, -0.27, -0.7, -0.25, -1.0, -0.05, -0.86).polygon(coat, 0.05, -0.86, 0.25, -1.0, 0.27, -0.7);
    pen.polygon(BLUSH, -0.22, -0.78, -0.215, -0.92, -0.11, -0.85)
        .polygon(BLUSH, 0.11, -0.85, 0.215, -0.92, 0.22, -0.78);
    pen.ellipse(coat, 0, -0.69, 0.28, 0.215);
    pen.line(stripe, 0.025, -0.05, -0.88, -0.045, -0.82).line(stripe, 0.025, 0, -0.89, 0, -0.82)
        .line(stripe, 0.025, 0.05, -0.88, 0.045, -0.82);
    eyes(pen, 0x8fc25a, 0.115, -0.715, 0.052, 0.06);
    muzzle(pen, lighter(coat, 0.55), -0.6, 0.1);
    for (int s = -1; s <= 1; s += 2) {
      pen.line(lighter(coat, 0.7), 0.01, 0.13 * s, -0.6, 0.36 * s, -0.63)
          .line(lighter(coat, 0.7), 0.01, 0.13 * s, -0.57, 0.35 * s, -0.55);
    }
  }

  static void dog(SamplePen pen, int coat) {
    int ear = darker(coat, 0.35);
    pen.shadow(0.34).line(darker(coat, 0.1), 0.08, 0.2, -0.1, 0.36, -0.2, 0.42, -0.36);
    sitting(pen, coat);
    pen.ellipse(coat, 0, -0.7, 0.25, 0.24);
    pen.blob(ear, -0.2, -0.9, -0.32, -0.8, -0.36, -0.58, -0.27, -0.53, -0.2, -0.7);
    pen.blob(ear, 0.2, -0.9, 0.2, -0.7, 0.27, -0.53, 0.36, -0.58, 0.32, -0.8);
    pen.ellipse(lighter(coat, 0.6), 0, -0.6, 0.13, 0.115);
    pen.blob(0xe8707a, -0.035, -0.55, 0.035, -0.55, 0.04, -0.46, 0, -0.43, -0.04, -0.46);
    pen.ellipse(INK, 0, -0.645, 0.05, 0.038).line(INK, 0.014, -0.07, -0.565, 0, -0.545, 0.07, -0.565);
    eyes(pen, 0x4a3322, 0.1, -0.745, 0.038, 0.045);
    collar(pen, 0xd84a48);
  }

  static void fox(SamplePen pen, int coat) {
    int cream = 0xfdf1e0;
    pen.shadow(0.36).blob(coat, 0.12, -0.03, 0.34, -0.02, 0.52, -0.2, 0.5, -0.5, 0.38, -0.36, 0.28, -0.16);
    pen.blob(cream, 0.5, -0.5, 0.51, -0.36, 0.43, -0.34, 0.44, -0.42);
    sitting(pen, coat);
    pen.polygon(coat, -0.28, -0.68, -0.27, -1.0, -0.05, -0.84).polygon(coat, 0.05, -0.84, 0.27, -1.0, 0.28, -0.68);
    pen.polygon(INK, -0.245, -0.84, -0.27, -1.0, -0.155, -0.915).polygon(INK, 0.155, -0.915, 0.27, -1.0, 0.245, -0.84);
    pen.blob(coat, -0.3, -0.66, -0.2, -0.82, 0, -0.87, 0.2, -0.82, 0.3, -0.66, 0.14, -0.54, 0, -0.48, -0.14, -0.54);
    pen.blob(cream, -0.29, -0.65, -0.12, -0.65, -0.02, -0.56, 0, -0.5, -0.14, -0.54);
    pen.blob(cream, 0.29, -0.65, 0.14, -0.54, 0, -0.5, 0.02, -0.56, 0.12, -0.65);
    pen.ellipse(INK, 0, -0.505, 0.042, 0.034);
    eyes(pen, 0x5a3a20, 0.115, -0.7, 0.034, 0.045);
  }

  static void rabbit(SamplePen pen, int coat) {
    pen.shadow(0.32).circle(lighter(coat, 0.5), 0.24, -0.1, 0.075);
    sitting(pen, coat);
    pen.blob(coat, -0.15, -0.7, -0.2, -0.9, -0.14, -1.06, -0.05, -0.95, -0.04, -0.72);
    pen.blob(coat, 0.04, -0.72, 0.05, -0.95, 0.14, -1.06, 0.2, -0.9, 0.15, -0.7);
    pen.blob(BLUSH, -0.12, -0.76, -0.15, -0.9, -0.125, -0.99, -0.085, -0.91, -0.08, -0.78);
    pen.blob(BLUSH, 0.08, -0.78, 0.085, -0.91, 0.125, -0.99, 0.15, -0.9, 0.12, -0.76);
    pen.ellipse(coat, 0, -0.62, 0.23, 0.19);
    eyes(pen, 0x3a2a2a, 0.1, -0.645, 0.036, 0.045);
    muzzle(pen, lighter(coat, 0.6), -0.55, 0.08);
    pen.sheen(BLUSH, 0.5, -0.16, -0.57, 0.04, 0.028).sheen(BLUSH, 0.5, 0.16, -0.57, 0.04, 0.028);
  }

  static void bear(SamplePen pen, int coat) {
    roundEared(pen, coat, coat, lighter(coat, 0.35));
    pen.ellipse(lighter(coat, 0.4), 0, -0.22, 0.15, 0.17);
    eyes(pen, INK, 0.1, -0.73, 0.03, 0.036);
    muzzle(pen, lighter(coat, 0.5), -0.61, 0.11);
  }

  static void panda(SamplePen pen) {
    int white = 0xf7f6f2;
    int black = 0x2b2c34;
    roundEared(pen, white, black, darker(black, 0.2));
    pen.ellipse(black, 0, -0.44, 0.23, 0.075).ellipse(black, -0.19, -0.05, 0.11, 0.06)
        .ellipse(black, 0.19, -0.05, 0.11, 0.06);
    pen.ellipse(white, 0, -0.7, 0.28, 0.235);
    pen.blob(black, -0.17, -0.76, -0.07, -0.79, -0.06, -0.7, -0.14, -0.64, -0.19, -0.68);
    pen.blob(black, 0.06, -0.7, 0.07, -0.79, 0.17, -0.76, 0.19, -0.68, 0.14, -0.64);
    pen.circle(SampleColor.WHITE, -0.11, -0.725, 0.022).circle(SampleColor.WHITE, 0.11, -0.725, 0.022);
    muzzle(pen, white, -0.6, 0.09);
  }

  static void fish(SamplePen pen, int coat) {
    int fin = darker(coat, 0.22);
    pen.blob(fin, -0.4, -0.5, -0.62, -0.72, -0.72, -0.66, -0.6, -0.5, -0.72, -0.34, -0.62, -0.28);
    pen.blob(fin, -0.15, -0.68, 0.0, -0.9, 0.16, -0.84, 0.2, -0.68).blob(fin, -0.1, -0.34, 0.0, -0.18, 0.1, -0.34);
    pen.blob(coat, -0.5, -0.5, -0.2, -0.7, 0.2, -0.73, 0.5, -0.56, 0.52, -0.46, 0.2, -0.28, -0.2, -0.32);
    pen.sheen(SampleColor.WHITE, 0.28, 0.05, -0.4, 0.3, 0.07);
    for (int i = 0; i < 3; i++) pen.line(lighter(coat, 0.3), 0.02, 0.12 - 0.17 * i, -0.62, 0.06 - 0.17 * i, -0.5,
        0.12 - 0.17 * i, -0.4);
    pen.circle(SampleColor.WHITE, 0.34, -0.56, 0.06).circle(INK, 0.355, -0.56, 0.033);
    pen.blob(fin, 0.08, -0.48, -0.06, -0.42, -0.08, -0.36, 0.06, -0.4);
    for (int i = 0; i < 3; i++) pen.sheen(SampleColor.WHITE, 0.55, 0.62 + 0.05 * i, -0.6 - 0.13 * i, 0.03 + 0.008 * i,
        0.03 + 0.008 * i);
  }

  /** @param lift where the wings are, 0 (down) to 1 (up) */
  static void bird(SamplePen pen, int coat, double lift) {
    int wing = darker(coat, 0.25);
    double tip = -0.2 - 0.85 * lift;
    pen.polygon(darker(coat, 0.3), -0.34, -0.5, -0.72, -0.5, -0.66, -0.4, -0.7, -0.32, -0.32, -0.4);
    pen.blob(wing, -0.06, -0.52, 0.02, (tip - 0.5) / 2, -0.3, tip, -0.34, (tip - 0.5) / 2, -0.22, -0.48);
    pen.blob(coat, -0.42, -0.46, -0.1, -0.6, 0.24, -0.66, 0.4, -0.58, 0.36, -0.46, 0.1, -0.3, -0.2, -0.32);
    pen.polygon(0xf2a23a, 0.38, -0.6, 0.58, -0.53, 0.38, -0.49);
    pen.blob(lighter(wing, 0.15), 0.1, -0.5, 0.12, (tip - 0.5) / 2, -0.12, tip, -0.2, (tip - 0.5) / 2, -0.12, -0.46);
    pen.circle(SampleColor.WHITE, 0.27, -0.57, 0.045).circle(INK, 0.285, -0.57, 0.026);
  }

  static void butterfly(SamplePen pen, int coat) {
    int edge = darker(coat, 0.45);
    for (int s = -1; s <= 1; s += 2) {
      pen.blob(edge, 0, -0.55, 0.2 * s, -0.95, 0.5 * s, -0.98, 0.52 * s, -0.68, 0.28 * s, -0.5);
      pen.blob(coat, 0.04 * s, -0.57, 0.22 * s, -0.88, 0.45 * s, -0.91, 0.46 * s, -0.7, 0.26 * s, -0.54);
      pen.blob(edge, 0, -0.5, 0.28 * s, -0.48, 0.42 * s, -0.28, 0.26 * s, -0.1, 0.1 * s, -0.22);
      pen.blob(mix(coat, 0xffe08a, 0.35), 0.04 * s, -0.46, 0.26 * s, -0.44, 0.36 * s, -0.28, 0.24 * s, -0.16, 0.12 * s,
          -0.25);
      pen.circle(lighter(coat, 0.7), 0.36 * s, -0.8, 0.045)
          .line(INK, 0.014, 0.01 * s, -0.72, 0.06 * s, -0.86, 0.12 * s, -0.92);
    }
    pen.ellipse(INK, 0, -0.48, 0.035, 0.26);
  }

  static void person(SamplePen pen, int clothes) {
    int skin = 0xf0c39c;
    int hair = 0x3a2a25;
    pen.shadow(0.26).blob(hair, -0.16, -0.78, -0.13, -0.96, 0.04, -1.0, 0.17, -0.9, 0.19, -0.68, 0.13, -0.58, -0.13,
        -0.58, -0.18, -0.68);
    pen.plate(0x3f4a66, -0.12, -0.26, 0.1, 0.26, 0.04).plate(0x3f4a66, 0.02, -0.26, 0.1, 0.26, 0.04);
    pen.line(darker(clothes, 0.12), 0.085, -0.15, -0.5, -0.22, -0.3)
        .line(darker(clothes, 0.12), 0.085, 0.15, -0.5, 0.22, -0.3);
    pen.circle(skin, -0.225, -0.275, 0.04).circle(skin, 0.225, -0.275, 0.04);
    pen.blob(clothes, -0.16, -0.56, 0.16, -0.56, 0.19, -0.36, 0.21, -0.18, -0.21, -0.18, -0.19, -0.36);
    pen.plate(skin, -0.045, -0.62, 0.09, 0.1, 0.04).ellipse(skin, 0, -0.755, 0.13, 0.15);
    pen.blob(hair, -0.145, -0.74, -0.12, -0.92, 0.04, -0.95, 0.14, -0.86, 0.145, -0.74, 0.08, -0.84, -0.06, -0.85);
    pen.circle(INK, -0.05, -0.745, 0.016).circle(INK, 0.05, -0.745, 0.016)
        .line(0xc4665c, 0.012, -0.035, -0.675, 0, -0.663, 0.035, -0.675);
    pen.sheen(BLUSH, 0.5, -0.08, -0.7, 0.028, 0.02).sheen(BLUSH, 0.5, 0.08, -0.7, 0.028, 0.02);
  }

  static void robot(SamplePen pen, int metal) {
    int dark = darker(metal, 0.45);
    pen.shadow(0.32).plate(dark, -0.16, -0.14, 0.11, 0.14, 0.03).plate(dark, 0.05, -0.14, 0.11, 0.14, 0.03);
    pen.line(dark, 0.06, -0.24, -0.42, -0.33, -0.3, -0.31, -0.2).line(dark, 0.06, 0.24, -0.42, 0.33, -0.3, 0.31, -0.2);
    pen.circle(metal, -0.31, -0.18, 0.05).circle(metal, 0.31, -0.18, 0.05);
    pen.plate(metal, -0.23, -0.5, 0.46, 0.39, 0.07).plate(lighter(metal, 0.5), -0.14, -0.42, 0.28, 0.18, 0.03);
    pen.circle(0xe8604c, -0.08, -0.37, 0.025).circle(0xf2c14e, 0, -0.37, 0.025).circle(0x57b894, 0.08, -0.37, 0.025);
    pen.line(dark, 0.016, -0.1, -0.29, 0.1, -0.29).plate(dark, -0.06, -0.55, 0.12, 0.07, 0.02);
    pen.line(dark, 0.022, 0, -0.86, 0, -0.95).circle(0xf2c14e, 0, -0.965, 0.036).glow(0xffe9a0, 0, -0.965, 0.12, 0.6);
    pen.plate(metal, -0.27, -0.87, 0.54, 0.34, 0.1).plate(0x1c2436, -0.2, -0.8, 0.4, 0.2, 0.08);
    pen.circle(0x6fe3f2, -0.09, -0.7, 0.045).circle(0x6fe3f2, 0.09, -0.7, 0.045).glow(0x6fe3f2, -0.09, -0.7, 0.1, 0.35)
        .glow(0x6fe3f2, 0.09, -0.7, 0.1, 0.35);
  }

  private static void sitting(SamplePen pen, int coat) {
    pen.blob(coat, -0.22, 0, -0.27, -0.14, -0.17, -0.45, 0, -0.56, 0.17, -0.45, 0.27, -0.14, 0.22, 0);
    pen.blob(lighter(coat, 0.5), -0.1, -0.06, -0.1, -0.36, 0, -0.5, 0.1, -0.36, 0.1, -0.06);
    pen.ellipse(lighter(coat, 0.15), -0.1, -0.035, 0.085, 0.05).ellipse(lighter(coat, 0.15), 0.1, -0.035, 0.085, 0.05);
  }

  private static void roundEared(SamplePen pen, int coat, int ears, int inner) {
    pen.shadow(0.36).ellipse(coat, 0, -0.25, 0.28, 0.26);
    pen.ellipse(ears, -0.26, -0.3, 0.08, 0.15).ellipse(ears, 0.26, -0.3, 0.08, 0.15);
    pen.ellipse(darker(coat, 0.08), -0.17, -0.05, 0.11, 0.065).ellipse(darker(coat, 0.08), 0.17, -0.05, 0.11, 0.065);
    pen.circle(ears, -0.21, -0.88, 0.1).circle(ears, 0.21, -0.88, 0.1).circle(inner, -0.21, -0.88, 0.05)
        .circle(inner, 0.21, -0.88, 0.05);
    pen.ellipse(coat, 0, -0.7, 0.28, 0.235);
  }

  private static void eyes(SamplePen pen, int iris, double apart, double y, double rx, double ry) {
    for (int s = -1; s <= 1; s += 2) {
      pen.ellipse(iris, s * apart, y, rx, ry).ellipse(INK, s * apart, y, rx * 0.5, ry * 0.85);
      pen.circle(SampleColor.WHITE, s * apart + rx * 0.3, y - ry * 0.35, rx * 0.32);
    }
  }

  private static void muzzle(SamplePen pen, int color, double y, double width) {
    pen.ellipse(color, -width * 0.48, y + 0.02, width * 0.58, width * 0.48)
        .ellipse(color, width * 0.48, y + 0.02, width * 0.58, width * 0.48);
    pen.polygon(0xc96a6a, -0.032, y - 0.032, 0.032, y - 0.032, 0, y + 0.006);
    pen.line(INK, 0.011, -0.05, y + 0.035, -0.02, y + 0.045, 0, y + 0.01, 0.02, y + 0.045, 0.05, y + 0.035);
  }

  private static void collar(SamplePen pen, int color) {
    pen.line(color, 0.045, -0.14, -0.475, 0, -0.44, 0.14, -0.475).circle(0xf2c14e, 0, -0.41, 0.035);
  }
}
