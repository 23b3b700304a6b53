package easel.provider;

import static easel.provider.SampleColor.darker;
import static easel.provider.SampleColor.lighter;
import static easel.provider.SampleColor.mix;

import java.util.Random;

/** Paints what lies behind the figures: a landscape, outer space, or the wall of a studio. */
final class SampleBackdrop {
  /** Where figures stand, in parts of the visible height. */
  static final double GROUND = 0.94;
  private static final int[] WALLS = {0x9cc3e0, 0xefc3ae, 0xb4d8bd, 0xd9c6e4, 0xf3dcac, 0xa9b4d4};
  private final SampleView view;
  private final Random chance;
  private final SampleSky sky;

  /** @param height of the part that stays visible above the caption */
  SampleBackdrop(SampleCanvas canvas, SampleScene scene, int height, Random chance) {
    this.chance = chance;
    view = SampleView.of(canvas, scene, height, chance);
    sky = new SampleSky(view, chance);
  }

  void paint() {
    if (view.scene().has(SampleMotif.SPACE)) {
      sky.space();
    } else if (view.scene().has(SampleMotif.BACKGROUND)) {
      studio();
    } else {
      sky.paint();
      new SampleLand(view, chance).paint();
    }
  }

  private void studio() {
    var canvas = view.canvas();
    int wall = view.scene().color(SampleMotif.BACKGROUND, WALLS[chance.nextInt(WALLS.length)]);
    double h = view.height();
    double floor = h * 0.76;
    canvas.gradient(0, floor, darker(wall, 0.1), lighter(wall, 0.18));
    canvas.gradient(floor, canvas.height, mix(wall, darker(wall, 0.3), 0.35), darker(wall, 0.38));
    canvas.glow(canvas.width * 0.5, h * 0.42, Math.max(canvas.width, h) * 0.62, lighter(wall, 0.6), 0.6);
  }

  /** The light of the scene over a picture that is there already. */
  void overlay() {
    sky.overlay();
  }

  /** What falls in front of everything. */
  void weather() {
    sky.weather();
  }
}
