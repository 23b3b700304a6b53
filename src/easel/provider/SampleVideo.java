package easel.provider;

import easel.core.Input;
import easel.core.Progress;
import easel.provider.SampleWork.Given;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A short clip of a prompt: a still scene in which a few small things move, so that the file stays small although
 * nothing is compressed. An input is what the first frame shows, or the last.
 */
final class SampleVideo {
  static final int FPS = 8;
  /** Above this many pixels the figures stand still: they would fill the file. */
  private static final int HOPPING_MAX = 250_000;
  private final SampleWork work;
  private final SamplePicture picture;
  private final SampleCanvas stage;
  private final Optional<SampleCanvas> ending;
  private final boolean given;
  private final boolean mirrored;

  private SampleVideo(SampleWork work, String text) {
    this.work = work;
    picture = new SamplePicture(work, text, 0);
    var inputs = SampleInputs.pictures(work);
    var first = inputs.stream().filter(i -> i.role() != Input.Role.LAST_FRAME).findFirst();
    var last = inputs.stream().filter(i -> i.role() == Input.Role.LAST_FRAME).findFirst();
    given = first.isPresent();
    stage = picture.stage(first);
    ending = last.map(i -> picture.stage(Optional.of(i)));
    mirrored = (work.seed() & 1) == 1;
  }

  /** @throws InterruptedException between two frames; the file is then unfinished */
  static void write(SampleWork work, String text, Path file, Progress progress) throws IOException,
      InterruptedException {
    var video = new SampleVideo(work, text);
    int frames = work.seconds() * FPS;
    int width = work.size().width();
    int height = work.size().height();
    var codec = new H264Writer(width, height, FPS);
    try (var mp4 = new Mp4Writer(file, codec, width, height, FPS, frames)) {
      for (int i = 0; i < frames; i++) {
        if (Thread.interrupted()) throw new InterruptedException();
        mp4.frame(codec.picture(new H264Frame(video.frame(i, frames))));
        if (i % FPS == FPS - 1) progress.report(90 + 9 * (i + 1) / frames, "drew second " + (i + 1) / FPS);
      }
      mp4.finish();
    }
  }

  /** One frame alone. */
  static SampleCanvas frame(SampleWork work, String text, int i, int frames) {
    return new SampleVideo(work, text).frame(i, frames);
  }

  private SampleCanvas frame(int i, int frames) {
    var canvas = new SampleCanvas(work.size());
    boolean ends = ending.isPresent() && i >= frames - FPS;
    canvas.draw(ends ? ending.get() : stage);
    double time = i / (double) FPS;
    double share = i / (double) Math.max(1, frames - 1);
    if (!ends) {
      movers(canvas, time, share);
      if (!given) picture.figures(canvas, hop(time));
    }
    int bar = Math.max(2, canvas.height / 120);
    canvas.box(0, canvas.height - bar, (int) Math.round(share * canvas.width), bar, 0xf2b84a, 256);
    return canvas;
  }

  /** Twice up and down in a second, then two seconds of rest. */
  private double hop(double time) {
    if (work.size().pixels() > HOPPING_MAX || time % 3 >= 1) return 0;
    return 0.05 * Math.abs(StrictMath.sin(2 * Math.PI * time));
  }

  /** They come in from beyond the edge, so that the first frame shows the scene or the input alone. */
  private void movers(SampleCanvas canvas, double time, double share) {
    var scene = picture.scene();
    double unit = Math.min(canvas.width, picture.visible());
    if (scene.has(SampleMotif.SPACE)) {
      comet(canvas, unit, share);
    } else if (scene.has(SampleMotif.SEA)) {
      double bob = 0.012 * unit * StrictMath.sin(3 * time);
      SampleThings.boat(new SamplePen(canvas, across(canvas, unit * 0.14, share), picture.visible() * 0.8 + bob,
          unit * 0.2, mirrored), 0xfaf5ea);
    } else {
      double drift = picture.visible() * (0.34 - 0.06 * share);
      SampleThings.balloon(new SamplePen(canvas, across(canvas, unit * 0.12, share), drift, unit * 0.2, mirrored),
          0xe8604c);
    }
    if (scene.mood() != SampleMood.NIGHT) birds(canvas, unit, time, share);
  }

  private double across(SampleCanvas canvas, double half, double share) {
    double x = -half + share * (canvas.width * 0.8 + half);
    return mirrored ? canvas.width - x : x;
  }

  private void birds(SampleCanvas canvas, double unit, double time, double share) {
    for (int i = 0; i < 3; i++) {
      double x = across(canvas, unit * 0.07 * (i + 1), Math.min(1, share * 1.3));
      double y = picture.visible() * 0.2 + unit * 0.05 * (i % 2 == 0 ? i : 3);
      double lift = 0.02 * unit * StrictMath.sin(2 * Math.PI * (time + i * 0.3));
      double span = unit * 0.03;
      canvas.fill(new SampleOutline().stroke(Math.max(1, unit * 0.006), x - span, y - lift, x, y, x + span, y - lift),
          SampleColor.SHADE);
    }
  }

  private void comet(SampleCanvas canvas, double unit, double share) {
    double x = across(canvas, unit * 0.1, share);
    double y = picture.visible() * (0.1 + 0.2 * share);
    double tail = unit * (mirrored ? 0.1 : -0.1);
    canvas.fill(new SampleOutline().polygon(x, y - unit * 0.012, x, y + unit * 0.012, x + tail, y - unit * 0.02),
        0xfff2c8);
    canvas.fill(new SampleOutline().ellipse(x, y, unit * 0.014, unit * 0.014), SampleColor.WHITE);
  }
}
