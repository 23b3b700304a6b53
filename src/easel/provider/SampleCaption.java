package easel.provider;

import easel.core.Size;
import java.util.ArrayList;
import java.util.List;

/** The band at the foot of a picture: the prompt, and where the picture comes from. */
final class SampleCaption {
  private static final int BAND = 0x12141f;
  private static final int INK = 0xf4f1ea;
  private static final int DIM = 0xa9b0c4;
  private static final int LINES_MAX = 2;
  private final List<String> lines;
  private final int scale;
  private final int pad;
  private final boolean signed;

  private SampleCaption(List<String> lines, int scale, int pad, boolean signed) {
    this.lines = lines;
    this.scale = scale;
    this.pad = pad;
    this.signed = signed;
  }

  static SampleCaption of(String prompt, Size size) {
    int shorter = Math.min(size.width(), size.height());
    int scale = Math.max(1, (shorter + 180) / 400);
    int pad = Math.max(3, 5 * scale);
    int columns = Math.max(4, (size.width() - 2 * pad) / (SampleFont.ADVANCE * scale));
    boolean roomy = shorter >= 120;
    return new SampleCaption(wrapped(prompt, columns, roomy ? LINES_MAX : 1), scale, pad, roomy);
  }

  /** Broken at spaces where there are any; what does not fit ends in three dots. */
  static List<String> wrapped(String text, int columns, int linesMax) {
    var lines = new ArrayList<String>();
    var rest = text.strip().replaceAll("\\s+", " ").codePoints().limit(columns * (linesMax + 1L)).toArray();
    int at = 0;
    while (at < rest.length && lines.size() < linesMax) {
      int end = Math.min(rest.length, at + columns);
      boolean last = lines.size() == linesMax - 1;
      if (end < rest.length && last) {
        lines.add(new String(rest, at, Math.max(0, columns - 3)).stripTrailing() + "...");
        return lines;
      }
      if (end < rest.length) end = breakBefore(rest, at, end);
      lines.add(new String(rest, at, end - at).strip());
      at = end;
    }
    return lines;
  }

  private static int breakBefore(int[] text, int at, int end) {
    for (int i = end; i > at + (end - at) / 2; i--) if (text[i] == ' ') return i + 1;
    return end;
  }

  int height() {
    return 2 * pad + (lines.size() + (signed ? 1 : 0)) * SampleFont.LINE * scale - 2 * scale;
  }

  void draw(SampleCanvas canvas, String note) {
    int top = canvas.height - height();
    canvas.box(0, top, canvas.width, height(), BAND, 228);
    int y = top + pad;
    for (var line : lines) {
      SampleFont.draw(canvas, line, pad, y, scale, INK);
      y += SampleFont.LINE * scale;
    }
    if (!signed) return;
    easel(canvas, pad, y);
    SampleFont.draw(canvas, "Easel sample", pad + 11 * scale, y, scale, DIM);
    int right = canvas.width - pad - SampleFont.width(note, scale);
    if (right > pad + 90 * scale) SampleFont.draw(canvas, note, right, y, scale, DIM);
  }

  /** A small easel with a picture on it. */
  private void easel(SampleCanvas canvas, int x, int y) {
    canvas.box(x + 4 * scale, y - scale, scale, scale, DIM, 256);
    canvas.box(x, y, 9 * scale, 5 * scale, 0xf2b84a, 256);
    canvas.box(x + scale, y + scale, 7 * scale, 3 * scale, 0xd9584c, 256);
    canvas.box(x + scale, y + 3 * scale, 7 * scale, scale, 0x2f6f8f, 256);
    canvas.box(x + scale, y + 5 * scale, scale, 2 * scale, DIM, 256);
    canvas.box(x + 7 * scale, y + 5 * scale, scale, 2 * scale, DIM, 256);
    canvas.box(x + 4 * scale, y + 5 * scale, scale, scale, DIM, 256);
  }
}
