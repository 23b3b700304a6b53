package easel.provider;

import static easel.provider.SampleColor.darker;
import static easel.provider.SampleColor.lighter;
import static easel.provider.SampleColor.mix;

/** Plants, buildings, vehicles and plain shapes. */
final class SampleThings {
  private static final int WOOD = 0x7a5138;
  private static final int WINDOW = 0xffe6a0;
  private static final int LEAF = 0x4d9a4f;

  private SampleThings() {}

  static void tree(SamplePen pen, int crown) {
    pen.shadow(0.3).polygon(WOOD, -0.05, -0.5, 0.05, -0.5, 0.08, 0, -0.08, 0).line(WOOD, 0.035, 0, -0.36, 0.14, -0.52)
        .line(WOOD, 0.03, 0, -0.3, -0.13, -0.46);
    pen.circle(darker(crown, 0.16), -0.2, -0.55, 0.17).circle(darker(crown, 0.16), 0.2, -0.54, 0.17);
    pen.circle(crown, 0, -0.6, 0.22).circle(crown, -0.13, -0.74, 0.17).circle(crown, 0.14, -0.73, 0.17);
    pen.circle(lighter(crown, 0.14), 0, -0.83, 0.17).circle(lighter(crown, 0.2), -0.12, -0.66, 0.07)
        .circle(lighter(crown, 0.2), 0.1, -0.8, 0.06);
  }

  static void pine(SamplePen pen, int needle) {
    pen.shadow(0.26).polygon(WOOD, -0.045, -0.25, 0.045, -0.25, 0.055, 0, -0.055, 0);
    for (int i = 0; i < 4; i++) {
      double top = -0.5 - 0.166 * i;
      double w = 0.31 - 0.055 * i;
      pen.blob(mix(needle, darker(needle, 0.4), (3 - i) / 4.0), 0, top, 0.02, top + 0.02, w, top + 0.34, w * 0.5,
          top + 0.33, 0, top + 0.37, -w * 0.5, top + 0.33, -w, top + 0.34, -0.02, top + 0.02);
    }
  }

  static void flower(SamplePen pen, int petal) {
    pen.shadow(0.14).line(LEAF, 0.035, 0, 0, 0.03, -0.3, 0, -0.62);
    pen.blob(LEAF, 0.02, -0.16, 0.12, -0.32, 0.28, -0.34, 0.18, -0.2)
        .blob(darker(LEAF, 0.15), 0.02, -0.1, -0.1, -0.25, -0.25, -0.24, -0.15, -0.12);
    for (int ring = 0; ring < 2; ring++) {
      for (int i = 0; i < 8; i++) {
        double turn = Math.PI / 4 * i + ring * Math.PI / 8;
        double r = ring == 0 ? 0.2 : 0.14;
        pen.circle(ring == 0 ? darker(petal, 0.14) : petal, r * StrictMath.cos(turn), -0.7 + r * StrictMath.sin(turn),
            0.1 - 0.015 * ring);
      }
    }
    pen.circle(0xf5c542, 0, -0.7, 0.11).sheen(0xa8702a, 0.35, 0, -0.7, 0.06, 0.06);
  }

  static void mushroom(SamplePen pen, int cap) {
    pen.shadow(0.28).blob(0xf6ead6, -0.1, -0.5, 0.1, -0.5, 0.1, -0.25, 0.16, -0.02, 0, 0.01, -0.16, -0.02, -0.1, -0.25);
    pen.blob(darker(cap, 0.3), -0.4, -0.46, 0, -0.53, 0.4, -0.46, 0, -0.39);
    pen.blob(cap, -0.43, -0.47, -0.36, -0.75, 0, -0.93, 0.36, -0.75, 0.43, -0.47, 0, -0.52);
    pen.ellipse(SampleColor.WHITE, -0.18, -0.71, 0.075, 0.065).ellipse(SampleColor.WHITE, 0.1, -0.8, 0.06, 0.045);
    pen.ellipse(SampleColor.WHITE, 0.23, -0.62, 0.07, 0.055).ellipse(SampleColor.WHITE, -0.02, -0.6, 0.05, 0.04);
  }

  static void house(SamplePen pen, int wall) {
    int roof = darker(mix(wall, 0xb5483c, 0.7), 0.05);
    pen.shadow(0.48).plate(darker(roof, 0.25), 0.18, -0.92, 0.11, 0.3, 0.01)
        .plate(wall, -0.38, -0.56, 0.76, 0.56, 0.01);
    pen.polygon(roof, -0.48, -0.52, 0, -0.95, 0.48, -0.52, 0.42, -0.48, 0, -0.84, -0.42, -0.48)
        .polygon(wall, -0.37, -0.54, 0, -0.85, 0.37, -0.54);
    pen.polygon(roof, -0.48, -0.53, -0.02, -0.96, 0.02, -0.96, 0.48, -0.53, 0.43, -0.48, 0, -0.87, -0.43, -0.48);
    pen.plate(WOOD, -0.09, -0.32, 0.18, 0.32, 0.03).circle(WINDOW, 0.05, -0.15, 0.018).circle(WINDOW, 0, -0.62, 0.075);
    pane(pen, -0.29, -0.4, 0.14, 0.17);
    pane(pen, 0.15, -0.4, 0.14, 0.17);
  }

  private static void pane(SamplePen pen, double left, double top, double w, double h) {
    pen.plate(WOOD, left - 0.015, top - 0.015, w + 0.03, h + 0.03, 0.01).plate(WINDOW, left, top, w, h, 0.005);
    pen.line(WOOD, 0.014, left + w / 2, top, left + w / 2, top + h)
        .line(WOOD, 0.014, left, top + h / 2, left + w, top + h / 2);
  }

  static void castle(SamplePen pen, int stone) {
    int roof = mix(0x8a4460, stone, 0.15);
    pen.shadow(0.5).plate(darker(stone, 0.12), -0.3, -0.5, 0.6, 0.5, 0.01);
    for (int i = 0; i < 5; i++) pen.plate(darker(stone, 0.12), -0.3 + 0.128 * i, -0.56, 0.08, 0.1, 0.005);
    for (double at : new double[] {-0.4, 0.4, 0}) {
      double high = at == 0 ? -0.74 : -0.6;
      double w = at == 0 ? 0.13 : 0.1;
      pen.plate(stone, at - w, high, 2 * w, -high, 0.01)
          .polygon(roof, at - w - 0.04, high, at, high - 0.24, at + w + 0.04, high);
      pen.plate(0x2f2f45, at - 0.025, high + 0.1, 0.05, 0.11, 0.024);
    }
    pen.polygon(0xe8604c, 0.005, -0.98, 0.14, -1.02, 0.005, -1.06).line(0x44404a, 0.012, 0, -0.95, 0, -1.06);
    pen.blob(0x4a3530, -0.09, 0, -0.09, -0.16, 0, -0.27, 0.09, -0.16, 0.09, 0);
  }

  static void lighthouse(SamplePen pen, int stripe) {
    pen.shadow(0.24).polygon(0xf5f1e8, -0.12, -0.74, 0.12, -0.74, 0.19, 0, -0.19, 0);
    for (int i = 0; i < 3; i++) {
      double top = -0.62 + 0.24 * i;
      double a = 0.12 + (top + 0.74) * 0.0946;
      pen.polygon(stripe, -a, top, a, top, a + 0.0113, top + 0.12, -a - 0.0113, top + 0.12);
    }
    pen.plate(0x3b4252, -0.17, -0.77, 0.34, 0.04, 0.01).plate(WINDOW, -0.09, -0.88, 0.18, 0.11, 0.01);
    pen.polygon(stripe, -0.13, -0.87, 0, -1.0, 0.13, -0.87).line(0x3b4252, 0.014, -0.03, -0.88, -0.03, -0.77)
        .line(0x3b4252, 0.014, 0.03, -0.88, 0.03, -0.77);
    pen.glow(0xfff2b8, 0, -0.82, 0.34, 0.55).plate(0x4a3530, -0.05, -0.13, 0.1, 0.13, 0.04);
  }

  static void boat(SamplePen pen, int sail) {
    pen.line(WOOD, 0.026, 0.02, -0.16, 0.02, -0.98).polygon(sail, 0.05, -0.94, 0.42, -0.27, 0.05, -0.24);
    pen.polygon(lighter(sail, 0.4), -0.01, -0.88, -0.01, -0.24, -0.34, -0.29)
        .polygon(0xd84a48, 0.02, -1.0, 0.02, -0.92, 0.16, -0.96);
    pen.blob(0xb2623c, -0.46, -0.21, 0, -0.19, 0.5, -0.25, 0.37, -0.07, 0.26, -0.005, 0, 0.005, -0.27, -0.005, -0.37,
        -0.07);
    pen.line(0xf5f1e8, 0.022, -0.41, -0.16, 0.42, -0.17);
  }

  static void car(SamplePen pen, int paint) {
    int tyre = 0x2a2c34;
    pen.shadow(0.52).blob(paint, -0.3, -0.34, -0.2, -0.54, 0, -0.58, 0.16, -0.52, 0.3, -0.34)
        .blob(0xbfe3f0, -0.23, -0.36, -0.15, -0.5, -0.03, -0.52, -0.03, -0.36);
    pen.blob(0xbfe3f0, 0.02, -0.36, 0.02, -0.52, 0.11, -0.49, 0.22, -0.36).plate(paint, -0.5, -0.37, 1.0, 0.26, 0.09);
    pen.plate(darker(paint, 0.2), -0.5, -0.2, 1.0, 0.06, 0.03).circle(0xffe9a0, 0.46, -0.27, 0.035)
        .circle(0xd84a48, -0.47, -0.28, 0.028);
    for (double at : new double[] {-0.27, 0.27}) pen.circle(tyre, at, -0.11, 0.115).circle(0xc9ced8, at, -0.11, 0.055);
  }

  static void rocket(SamplePen pen, int body) {
    int fin = mix(0xd84a48, body, 0.15);
    pen.glow(0xffb347, 0, 0.0, 0.3, 0.8).blob(0xff9a3c, -0.08, -0.14, 0.08, -0.14, 0.05, 0.02, 0, 0.12, -0.05, 0.02)
        .blob(0xffe08a, -0.04, -0.14, 0.04, -0.14, 0.02, -0.02, 0, 0.03, -0.02, -0.02);
    pen.polygon(fin, -0.12, -0.42, -0.28, -0.1, -0.1, -0.18).polygon(fin, 0.12, -0.42, 0.28, -0.1, 0.1, -0.18);
    pen.blob(lighter(body, 0.1), 0, -1.02, 0.05, -0.95, 0.165, -0.62, 0.15, -0.3, 0.09, -0.13, -0.09, -0.13, -0.15,
        -0.3, -0.165, -0.62, -0.05, -0.95);
    pen.blob(fin, 0, -1.02, 0.05, -0.95, 0.105, -0.84, 0, -0.81, -0.105, -0.84, -0.05, -0.95);
    pen.circle(0x44506a, 0, -0.6, 0.085).circle(0x9fdcf0, 0, -0.6, 0.06)
        .sheen(SampleColor.WHITE, 0.6, -0.02, -0.62, 0.02, 0.02);
  }

  static void balloon(SamplePen pen, int cloth) {
    int band = mix(cloth, SampleColor.WHITE, 0.72);
    pen.line(0x6a5340, 0.01, -0.13, -0.42, -0.06, -0.13).line(0x6a5340, 0.01, 0.13, -0.42, 0.06, -0.13);
    pen.blob(cloth, 0, -1.0, 0.24, -0.93, 0.34, -0.7, 0.25, -0.47, 0.1, -0.3, -0.1, -0.3, -0.25, -0.47, -0.34, -0.7,
        -0.24, -0.93);
    pen.blob(band, 0.02, -1.0, 0.2, -0.9, 0.26, -0.69, 0.18, -0.47, 0.07, -0.3, 0.04, -0.3, 0.12, -0.47, 0.16, -0.69,
        0.12, -0.9);
    pen.blob(band, -0.02, -1.0, -0.12, -0.9, -0.16, -0.69, -0.12, -0.47, -0.04, -0.3, -0.07, -0.3, -0.18, -0.47, -0.26,
        -0.69, -0.2, -0.9);
    pen.plate(0xa8703e, -0.075, -0.14, 0.15, 0.13, 0.03).plate(0x7d4f2a, -0.085, -0.15, 0.17, 0.035, 0.015)
        .sheen(SampleColor.WHITE, 0.25, -0.14, -0.82, 0.07, 0.09);
  }

  static void cup(SamplePen pen, int glaze) {
    pen.shadow(0.34);
    for (int i = -1; i <= 1; i++) pen.line(0xeef2f6, 0.022, 0.11 * i, -0.64, 0.11 * i + 0.04, -0.73, 0.11 * i - 0.03,
        -0.82, 0.11 * i + 0.02, -0.9);
    pen.line(darker(glaze, 0.15), 0.06, 0.24, -0.42, 0.38, -0.42, 0.41, -0.3, 0.36, -0.18, 0.22, -0.17);
    pen.blob(glaze, -0.29, -0.54, -0.26, -0.2, -0.17, -0.02, 0, 0, 0.17, -0.02, 0.26, -0.2, 0.29, -0.54, 0, -0.5);
    pen.ellipse(lighter(glaze, 0.4), 0, -0.54, 0.29, 0.075).ellipse(0x5b3a28, 0, -0.535, 0.25, 0.055);
  }

  static void apple(SamplePen pen, int skin) {
    pen.shadow(0.32).blob(skin, 0, -0.66, 0.2, -0.74, 0.38, -0.58, 0.36, -0.26, 0.18, -0.02, 0, -0.05, -0.18, -0.02,
        -0.36, -0.26, -0.38, -0.58, -0.2, -0.74);
    pen.line(WOOD, 0.035, 0, -0.65, 0.02, -0.78, 0.06, -0.88)
        .blob(LEAF, 0.05, -0.8, 0.14, -0.94, 0.32, -0.95, 0.24, -0.82);
    pen.sheen(SampleColor.WHITE, 0.3, -0.2, -0.54, 0.07, 0.1);
  }

  static void circle(SamplePen pen, int color) {
    pen.shadow(0.4).circle(color, 0, -0.5, 0.48).sheen(SampleColor.WHITE, 0.16, -0.14, -0.68, 0.2, 0.16);
  }

  static void square(SamplePen pen, int color) {
    pen.shadow(0.44).plate(color, -0.46, -0.94, 0.92, 0.92, 0.04)
        .polygon(lighter(color, 0.16), -0.44, -0.92, 0.3, -0.92, -0.44, -0.18);
  }

  static void triangle(SamplePen pen, int color) {
    pen.shadow(0.5).polygon(color, 0, -0.96, 0.54, -0.02, -0.54, -0.02)
        .polygon(lighter(color, 0.2), 0, -0.96, 0.04, -0.02, -0.54, -0.02);
  }

  static void star(SamplePen pen, int color) {
    pen.shadow(0.4).star(color, 5, -0.5, 0.52, 0.215).star(lighter(color, 0.25), 5, -0.5, 0.3, 0.125);
  }

  static void heart(SamplePen pen, int color) {
    pen.shadow(0.36).blob(color, 0, -0.72, 0.12, -0.88, 0.32, -0.92, 0.48, -0.76, 0.42, -0.48, 0.18, -0.2, 0.01, -0.04,
        -0.01, -0.04, -0.18, -0.2, -0.42, -0.48, -0.48, -0.76, -0.32, -0.92, -0.12, -0.88);
    pen.sheen(SampleColor.WHITE, 0.3, -0.28, -0.72, 0.09, 0.08);
  }

  static void diamond(SamplePen pen, int color) {
    pen.shadow(0.36).polygon(color, -0.28, -0.9, 0.28, -0.9, 0.48, -0.64, 0, -0.03, -0.48, -0.64);
    pen.polygon(lighter(color, 0.35), -0.28, -0.9, 0, -0.9, -0.16, -0.64, -0.48, -0.64)
        .polygon(lighter(color, 0.18), -0.16, -0.64, 0.16, -0.64, 0, -0.03);
    pen.polygon(lighter(color, 0.55), 0, -0.9, 0.16, -0.64, -0.16, -0.64)
        .polygon(darker(color, 0.12), 0.16, -0.64, 0.48, -0.64, 0, -0.03);
  }

  static void hexagon(SamplePen pen, int color) {
    pen.shadow(0.42).star(color, 3, -0.5, 0.5, 0.5).star(lighter(color, 0.2), 3, -0.5, 0.36, 0.36)
        .star(lighter(color, 0.36), 3, -0.5, 0.22, 0.22);
  }

  static void ring(SamplePen pen, int color) {
    pen.shadow(0.42).ring(color, -0.5, 0.5, 0.3).ring(lighter(color, 0.28), -0.5, 0.46, 0.41);
  }
}
