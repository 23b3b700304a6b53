package easel.provider;

/** Arithmetic on colours written 0xRRGGBB; alpha, where there is any, lies above and is left out of it. */
final class SampleColor {
  static final int WHITE = 0xffffff;
  /** What shadows are made of: a blue black, as real ones are. */
  static final int SHADE = 0x101428;

  private SampleColor() {}

  /** From {@code from} (0) to {@code to} (256). */
  static int mix(int from, int to, int weight) {
    int rest = 256 - weight;
    int redBlue = (from & 0xff00ff) * rest + (to & 0xff00ff) * weight >>> 8 & 0xff00ff;
    int green = (from & 0x00ff00) * rest + (to & 0x00ff00) * weight >>> 8 & 0x00ff00;
    return redBlue | green;
  }

  static int mix(int from, int to, double share) {
    return mix(from, to, (int) Math.round(256 * Math.max(0, Math.min(1, share))));
  }

  static int lighter(int color, double share) {
    return mix(color, WHITE, share);
  }

  static int darker(int color, double share) {
    return mix(color, SHADE, share);
  }

  /** Perceived lightness, 0-255 (the weights of ITU-R BT.709). */
  static int lightness(int color) {
    return ((color >> 16 & 255) * 54 + (color >> 8 & 255) * 183 + (color & 255) * 19) >> 8;
  }

  /** {@code color} as light as it was, in the hue of {@code hue}. */
  static int tinted(int color, int hue, double share) {
    int light = lightness(color);
    int own = Math.max(1, lightness(hue));
    int toned = light <= own ? mix(0x05060c, hue, light / (double) own)
        : mix(hue, WHITE, (light - own) / (256.0 - own));
    return mix(color, toned, share);
  }
}
