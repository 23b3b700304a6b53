package easel.provider;

import easel.core.Input;
import easel.provider.SampleMotif.Place;
import easel.provider.SampleScene.Figure;
import easel.provider.SampleWork.Given;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A picture of a prompt: the same prompt, seed and size give the same pixels on every machine. */
final class SamplePicture {
  private final SampleWork work;
  private final SampleCaption caption;
  private final SampleScene scene;
  /** Where chance begins again for each layer, so that a layer can be painted over and over. */
  private final long seed;
  private final int visible;

  /**
   * @param text the prompt without its markers
   * @param position among the pictures of one request: each is a little different
   */
  SamplePicture(SampleWork work, String text, int position) {
    this.work = work;
    caption = SampleCaption.of(text, work.size());
    visible = work.size().height() - caption.height();
    scene = SampleScene.of(text, new Random(mixed(text, work.seed())));
    seed = mixed(text, work.seed() * 31 + position + 1);
  }

  /** Spreads near seeds far apart (the finisher of SplitMix64). */
  private static long mixed(String prompt, long seed) {
    long z = seed * 0x9e3779b97f4a7c15L;
    for (int i = 0; i < prompt.length(); i++) z = (z ^ prompt.charAt(i)) * 0x100000001b3L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    return z ^ z >>> 27;
  }

  SampleScene scene() {
    return scene;
  }

  /** Rows above the caption. */
  int visible() {
    return visible;
  }

  /** The whole picture: with inputs, the first of them changed as the prompt says. */
  SampleCanvas draw() {
    var canvas = new SampleCanvas(work.size());
    var inputs = SampleInputs.pictures(work);
    boolean behind = !inputs.isEmpty() && edit(canvas, inputs.getFirst());
    if (inputs.isEmpty()) paint(canvas);
    SampleInputs.gallery(canvas, inputs.subList(behind ? 1 : 0, inputs.size()), visible);
    caption.draw(canvas, "seed " + work.seed());
    return canvas;
  }

  /** All that stands still: everything but the figures. An input to begin with takes the place of the scene. */
  SampleCanvas stage(Optional<Given> input) {
    var canvas = new SampleCanvas(work.size());
    var picture = input.flatMap(i -> SampleInputs.over(canvas, i));
    if (picture.isPresent()) {
      canvas.draw(picture.get());
    } else {
      var backdrop = backdrop(canvas);
      backdrop.paint();
      backdrop.weather();
    }
    var shown = SampleInputs.pictures(work).stream().filter(i -> picture.isEmpty() || i.role() == Input.Role.REFERENCE)
        .filter(i -> picture.isEmpty() || !i.equals(input.get())).toList();
    SampleInputs.gallery(canvas, shown, visible);
    caption.draw(canvas, "seed " + work.seed());
    return canvas;
  }

  /**
   * The first input with the figures of the prompt in it; with a mask, a new picture where the mask is see-through.
   *
   * @return false if it could not be read, so that it still has to be shown somewhere
   */
  private boolean edit(SampleCanvas canvas, Given first) {
    var mask = SampleInputs.mask(work, canvas);
    var input = SampleInputs.over(canvas, first);
    if (mask.isPresent() || input.isEmpty()) paint(canvas);
    if (input.isEmpty()) return false;
    if (mask.isPresent()) {
      canvas.paste(input.get().masked(mask.get()), 0, 0);
      return true;
    }
    canvas.draw(input.get());
    backdrop(canvas).overlay();
    figures(canvas, 0);
    return true;
  }

  private void paint(SampleCanvas canvas) {
    var backdrop = backdrop(canvas);
    backdrop.paint();
    figures(canvas, 0);
    backdrop.weather();
  }

  private SampleBackdrop backdrop(SampleCanvas canvas) {
    return new SampleBackdrop(canvas, scene, visible, new Random(seed));
  }

  /** @param hop how high they jump, in parts of their size */
  void figures(SampleCanvas canvas, double hop) {
    var chance = new Random(seed + 1);
    var air = scene.figures().stream().filter(f -> f.motif().place == Place.AIR).toList();
    var standing = scene.figures().stream().filter(f -> f.motif().place != Place.AIR).toList();
    boolean alone = standing.isEmpty() && air.size() == 1;
    var sky = standing.isEmpty() ? new Row(visible, 0.72, alone ? 0.5 : 0.27, alone ? 0.14 : 0.26)
        : new Row(visible, 0.42, 0.27, 0.1);
    sky.draw(canvas, air, chance, hop);
    new Row(visible, SampleBackdrop.GROUND, standing.size() == 1 ? 0.62 : 0.5, 0.02)
        .draw(canvas, standing, chance, hop);
  }

  /**
   * Figures side by side, shifted a little by chance. All in parts of the visible height: where their feet are, how
   * far up some are lifted; and {@code share} of the shorter side is the size of the largest.
   */
  private record Row(int visible, double foot, double share, double lift) {
    void draw(SampleCanvas canvas, List<Figure> figures, Random chance, double hop) {
      double room = canvas.width / (figures.size() + 0.6);
      double most = Math.min(Math.min(canvas.width, visible) * share, room * 1.12);
      for (int i = 0; i < figures.size(); i++) {
        double x = room * (i + 0.8) + room * 0.12 * (chance.nextDouble() - 0.5);
        double size = most * (0.88 + 0.12 * chance.nextDouble());
        double up = switch (figures.get(i).motif()) {
          case FISH -> -size * 0.2;
          case BOAT -> visible * 0.08;
          default -> visible * lift * chance.nextDouble();
        };
        var pen = new SamplePen(canvas, x, visible * foot - up - hop * size, size, chance.nextBoolean());
        figure(figures.get(i), pen, hop == 0 ? 0.8 : 0.25);
      }
    }
  }

  private static void figure(Figure figure, SamplePen pen, double wings) {
    int c = figure.color();
    switch (figure.motif()) {
      case CAT -> SampleCreatures.cat(pen, c);
      case DOG -> SampleCreatures.dog(pen, c);
      case FOX -> SampleCreatures.fox(pen, c);
      case RABBIT -> SampleCreatures.rabbit(pen, c);
      case BEAR -> SampleCreatures.bear(pen, c);
      case PANDA -> SampleCreatures.panda(pen);
      case FISH -> SampleCreatures.fish(pen, c);
      case BIRD -> SampleCreatures.bird(pen, c, wings);
      case BUTTERFLY -> SampleCreatures.butterfly(pen, c);
      case PERSON -> SampleCreatures.person(pen, c);
      case ROBOT -> SampleCreatures.robot(pen, c);
      case TREE -> SampleThings.tree(pen, c);
      case PINE -> SampleThings.pine(pen, c);
      case FLOWER -> SampleThings.flower(pen, c);
      case MUSHROOM -> SampleThings.mushroom(pen, c);
      case HOUSE -> SampleThings.house(pen, c);
      case CASTLE -> SampleThings.castle(pen, c);
      case LIGHTHOUSE -> SampleThings.lighthouse(pen, c);
      case BOAT -> SampleThings.boat(pen, c);
      case CAR -> SampleThings.car(pen, c);
      case ROCKET -> SampleThings.rocket(pen, c);
      case BALLOON -> SampleThings.balloon(pen, c);
      case CUP -> SampleThings.cup(pen, c);
      case APPLE -> SampleThings.apple(pen, c);
      case CIRCLE -> SampleThings.circle(pen, c);
      case SQUARE -> SampleThings.square(pen, c);
      case TRIANGLE -> SampleThings.triangle(pen, c);
      case STAR -> SampleThings.star(pen, c);
      case HEART -> SampleThings.heart(pen, c);
      case DIAMOND -> SampleThings.diamond(pen, c);
      case HEXAGON -> SampleThings.hexagon(pen, c);
      case RING -> SampleThings.ring(pen, c);
      case MOUNTAIN, HILL, SEA, FOREST, CITY, DESERT, SPACE, BACKGROUND, SUN, MOON, STARS, CLOUD, RAINBOW, RAIN, SNOW ->
          throw new IllegalArgumentException(figure.motif() + " is no figure");
    }
  }
}
