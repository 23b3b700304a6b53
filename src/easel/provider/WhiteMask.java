package easel.provider;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Turns a mask round: OpenAI's is see-through where the picture changes, BFL's and Runware's are white there and black
 * elsewhere. Half see-through becomes grey. All of it happens before anything is bought, in the memory of a line.
 */
final class WhiteMask {
  /** A mask that is darker everywhere would change next to nothing, for the full price. */
  private static final int HALF = 128;

  private WhiteMask() {}

  /**
   * Writes the turned mask as a gray PNG, and answers where.
   *
   * @param picture what it belongs to
   * @param draft gives the file
   * @throws GatewayException {@code Invalid} naming the mask where it is no PNG, not as large as the picture, or would
   *     change nothing; {@code NoCapacity} where it cannot be written
   */
  static Path write(Media mask, Media picture, Supplier<Path> draft) {
    if (mask.type() != MediaType.PNG) throw bad("must be a PNG");
    var file = file(draft);
    try (var png = PngReader.open(mask.file())) {
      boolean fits = png.width() == picture.width() && png.height() == picture.height();
      if (picture.width() > 0 && !fits) throw bad("must be as large as the image");
      if (!copied(png, file)) throw bad("has no transparent part: that is where the picture changes");
      return file;
    } catch (PngReader.Unreadable e) {
      throw bad("cannot be read: " + e.getMessage());
    } catch (IOException e) {
      throw unsent(e);
    }
  }

  /** Whatever keeps us from having one: no provider has heard of the work. */
  private static Path file(Supplier<Path> draft) {
    try {
      return draft.get();
    } catch (RuntimeException e) {
      throw unsent(e);
    }
  }

  private static GatewayException unsent(Exception e) {
    var words = "the mask could not be prepared, and nothing was sent";
    return new GatewayException(new Failure.NoCapacity(Duration.ofSeconds(10), words), e);
  }

  /** False where no pixel is more white than black. */
  private static boolean copied(PngReader png, Path file) throws IOException, PngReader.Unreadable {
    var line = new byte[png.width()];
    int[] whitest = {0};
    try (var gray = new GrayPng(png.width(), png.height(), file)) {
      png.lines(color -> {
        for (int x = 0; x < line.length; x++) {
          int white = 255 - (color.applyAsInt(x) >>> 24);
          whitest[0] = Math.max(whitest[0], white);
          line[x] = (byte) white;
        }
        gray.line(line);
      });
    }
    return whitest[0] >= HALF;
  }

  private static GatewayException bad(String words) {
    return new GatewayException(new Failure.Invalid("mask", "mask " + words));
  }
}
