package easel.provider;

import java.util.Random;

/**
 * How a scene lies on a canvas, in pixels.
 *
 * @param height of the part that stays visible above the caption
 * @param unit the shorter side: the measure of everything
 * @param lightX where the sun or the moon stands
 */
record SampleView(SampleCanvas canvas, SampleScene scene, int height, double unit, double horizon, double lightX,
    double lightY) {

  static SampleView of(SampleCanvas canvas, SampleScene scene, int height, Random chance) {
    int w = canvas.width;
    double unit = Math.min(w, height);
    double horizon = height * (0.6 + 0.08 * chance.nextDouble());
    double x = w * (chance.nextBoolean() ? 0.2 + 0.15 * chance.nextDouble() : 0.65 + 0.15 * chance.nextDouble());
    boolean low = scene.mood() == SampleMood.SUNSET || scene.mood() == SampleMood.DAWN;
    double y = low ? horizon - unit * (0.07 + 0.1 * chance.nextDouble()) : height * (0.16 + 0.1 * chance.nextDouble());
    return new SampleView(canvas, scene, height, unit, horizon, x, y);
  }
}
