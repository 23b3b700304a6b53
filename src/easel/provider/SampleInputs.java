package easel.provider;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.MediaType;
import easel.provider.SampleWork.Given;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Brings what the caller handed in into a picture. A file that cannot be read here shows as a card that names it. */
final class SampleInputs {
  private static final int FRAME = 0xfaf7f0;

  private SampleInputs() {}

  static List<Given> pictures(SampleWork work) {
    return work.inputs().stream().filter(i -> i.role() != Input.Role.MASK).toList();
  }

  /** The input as large as the canvas, cut at two sides where its proportions differ; empty if it cannot be read. */
  static Optional<SampleCanvas> over(SampleCanvas canvas, Given input) {
    try (var png = open(input)) {
      var flat = new SampleCanvas(canvas.width, canvas.height);
      flat.gradient(0, canvas.height, FRAME, FRAME);
      flat.paste(png.cropped(canvas.width, canvas.height), 0, 0);
      return Optional.of(flat);
    } catch (PngReader.Unreadable e) {
      return Optional.empty();
    } catch (IOException e) {
      throw gone(e);
    }
  }

  /**
   * Looks at the mask, if there is one, before any work is done.
   *
   * @throws GatewayException {@link Failure.Invalid} if it is no PNG of the first picture's size
   */
  static void check(SampleWork work) {
    var mask = mask(work);
    if (mask.isEmpty()) return;
    var picture = pictures(work).stream().findFirst().orElseThrow(() -> bad("mask needs an image to lie on"));
    try (var png = open(mask.get())) {
      boolean fits = png.width() == picture.width() && png.height() == picture.height();
      if (picture.width() > 0 && !fits) throw bad("mask must be as large as the first image");
    } catch (PngReader.Unreadable e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw gone(e);
    }
  }

  /** The mask on the scale of the canvas: see-through where the picture is to change. */
  static Optional<SampleCanvas> mask(SampleWork work, SampleCanvas canvas) {
    var mask = mask(work);
    if (mask.isEmpty()) return Optional.empty();
    try (var png = open(mask.get())) {
      return Optional.of(png.cropped(canvas.width, canvas.height));
    } catch (PngReader.Unreadable e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw gone(e);
    }
  }

  private static Optional<Given> mask(SampleWork work) {
    return work.inputs().stream().filter(i -> i.role() == Input.Role.MASK).findFirst();
  }

  /** Framed pictures side by side along the top. */
  static void gallery(SampleCanvas canvas, List<Given> inputs, int visible) {
    if (inputs.isEmpty()) return;
    int gap = Math.max(2, Math.min(canvas.width, visible) / 40);
    int cell = Math.min(visible / 4, (canvas.width - gap) / Math.max(4, inputs.size()) - gap);
    for (int i = 0; i < inputs.size() && cell > 4; i++) framed(canvas, inputs.get(i), gap + i * (cell + gap), gap,
        cell);
  }

  private static void framed(SampleCanvas canvas, Given input, int x, int y, int cell) {
    int border = Math.max(1, cell / 24);
    var inside = thumbnail(input, cell - 2 * border);
    int left = x + (cell - inside.width) / 2;
    int top = y + (cell - inside.height) / 2;
    canvas.box(left - border + border / 2, top - border + border, inside.width + 2 * border,
        inside.height + 2 * border, SampleColor.SHADE, 90);
    canvas.box(left - border, top - border, inside.width + 2 * border, inside.height + 2 * border, FRAME, 256);
    canvas.paste(inside, left, top);
  }

  private static SampleCanvas thumbnail(Given input, int side) {
    try (var png = open(input)) {
      double scale = side / (double) Math.max(png.width(), png.height());
      return png.scaled((int) Math.max(1, png.width() * scale), (int) Math.max(1, png.height() * scale));
    } catch (PngReader.Unreadable e) {
      var card = new SampleCanvas(side, side);
      card(card, input, e.getMessage());
      return card;
    } catch (IOException e) {
      throw gone(e);
    }
  }

  private static PngReader open(Given input) throws IOException, PngReader.Unreadable {
    if (input.type() != MediaType.PNG) throw new PngReader.Unreadable(input.type().name());
    return PngReader.open(input.file());
  }

  /** Stripes in two colours of the content's hash, and what it is. */
  private static void card(SampleCanvas canvas, Given input, String what) {
    int hash = input.sha256().hashCode() * 0x9e3779b9;
    int color = SampleColor.mix(hash & 0xffffff, 0x8fa0c0, 0.45);
    double step = Math.max(canvas.width, canvas.height) / 10.0;
    canvas.gradient(0, canvas.height, SampleColor.lighter(color, 0.35), SampleColor.darker(color, 0.15));
    for (int i = -10; i < 12; i += 2) {
      double x = i * step;
      var stripe = new SampleOutline()
          .polygon(x, canvas.height, x + canvas.height, 0, x + canvas.height + step, 0, x + step, canvas.height);
      canvas.fill(stripe, SampleColor.WHITE, SampleColor.WHITE, 0.14);
    }
    var size = input.width() > 0 ? input.width() + "x" + input.height() : input.sha256()
        .substring(0, Math.min(8, input.sha256().length()));
    label(canvas, what, size.toLowerCase(Locale.ROOT));
  }

  private static void label(SampleCanvas canvas, String... lines) {
    int longest = Math.max(lines[0].length(), lines[1].length());
    int scale = Math.max(1, Math.min(canvas.width / (longest * SampleFont.ADVANCE + 8), canvas.height / 60));
    int y = canvas.height / 2 - SampleFont.LINE * scale;
    for (var line : lines) {
      int x = (canvas.width - SampleFont.width(line, scale)) / 2;
      SampleFont.draw(canvas, line, x + scale, y + scale, scale, SampleColor.SHADE);
      SampleFont.draw(canvas, line, x, y, scale, SampleColor.WHITE);
      y += SampleFont.LINE * scale;
    }
  }

  private static GatewayException unreadable(PngReader.Unreadable e) {
    return bad("mask must be a PNG with 8 bits per sample, not interlaced: " + e.getMessage());
  }

  private static GatewayException bad(String message) {
    return new GatewayException(new Failure.Invalid("mask", message));
  }

  private static GatewayException gone(IOException e) {
    return new GatewayException(new Failure.Internal("an input of this job can no longer be read"), e);
  }
}
