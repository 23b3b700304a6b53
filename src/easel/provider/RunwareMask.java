package easel.provider;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.MediaType;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Turns an OpenAI mask, whose transparent parts are to be repainted, into one of Runware's: white there and black
 * elsewhere.
 */
final class RunwareMask {
  private static final int WHITE = 0xffffff;
  private static final int HALF = 128;
  /** The largest picture that is repainted has four megapixels. */
  private static final long PIXELS_MAX = 16_000_000;

  private RunwareMask() {}

  /** @throws GatewayException {@code Invalid} for what is no such mask */
  static void convert(Media mask, Path to) throws IOException {
    if (mask.type() != MediaType.PNG) throw invalid("must be a PNG with transparent parts");
    try (var png = PngReader.open(mask.file())) {
      if ((long) png.width() * png.height() > PIXELS_MAX) throw invalid("must have at most " + PIXELS_MAX + " pixels");
      var canvas = png.scaled(png.width(), png.height());
      if (!paint(canvas)) throw invalid("must have transparent parts: they are what is repainted");
      PngWriter.write(canvas, to);
    } catch (PngReader.Unreadable e) {
      throw invalid("cannot be read: " + e.getMessage());
    }
  }

  /** False where nothing is transparent. */
  private static boolean paint(SampleCanvas canvas) {
    boolean any = false;
    for (int i = 0; i < canvas.pixels.length; i++) {
      boolean clear = canvas.pixels[i] >>> 24 < HALF;
      canvas.pixels[i] = clear ? WHITE : 0;
      any |= clear;
    }
    return any;
  }

  private static GatewayException invalid(String words) {
    return new GatewayException(new Failure.Invalid("mask", "mask " + words));
  }
}
