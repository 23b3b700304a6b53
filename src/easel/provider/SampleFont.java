package easel.provider;

import java.text.Normalizer;

/**
 * Letters of 5 by 8 points (the last row for descenders) on a grid of 6 by 10, drawn in whole multiples of that. A
 * character that is not ASCII shows as its plain letter where it has one, else as a pattern of its own, so that two
 * texts never look alike.
 */
final class SampleFont {
  static final int ADVANCE = 6;
  static final int LINE = 10;
  private static final int ROWS = 8;
  /**
   * From space to tilde; each glyph eight rows from the top, each row a digit of base 32: five points, the leftmost
   * worth 16.
   */
  private static final String GLYPHS = (
      "00000000 44444040 aaa00000 0avaava0 4fke5u40 pp248jj0 cik8lid0 44000000 "
      + "24888420 84222480 04lel400 044v4400 00000cc8 000v0000 00000cc0 122488g0 "
      + "ehjlphe0 4c4444e0 eh1248v0 u11e11u0 26aiv220 vgu11he0 egguhhe0 v1224440 "
      + "ehhehhe0 ehhf11e0 00cc0cc0 00cc0c48 02484200 00v0v000 08424800 eh124040 "
      + "ehnlngf0 ehhvhhh0 uhhuhhu0 fgggggf0 uhhhhhu0 vgguggv0 vgguggg0 fggnhhf0 "
      + "hhhvhhh0 e44444e0 71111he0 hikokih0 ggggggv0 hrllhhh0 hppljjh0 ehhhhhe0 "
      + "uhhuggg0 ehhhlid0 uhhukih0 fgge11u0 v4444440 hhhhhhe0 hhhhaa40 hhhllrh0 "
      + "hha4ahh0 hha44440 v1248gv0 e88888e0 g8842210 e22222e0 4ah00000 0000000v "
      + "84200000 00e1fhf0 ggmphpm0 00fgggf0 11djhjd0 00ehvgf0 688u8880 00fhhf1e "
      + "ggmphhh0 40c444e0 206222ic ggikoki0 c44444e0 00qllll0 00mphhh0 00ehhhe0 "
      + "00mphugg 00djhf11 00mpggg0 00fge1u0 88u88860 00hhhjd0 00hhha40 00hllla0 "
      + "00ha4ah0 00hhhf1e 00v248v0 34484430 44444440 o44244o0 008l2000 ").replace(" ", "");

  private SampleFont() {}

  /** Draws one line; {@code x}, {@code y} is its top left corner, {@code scale} the pixels of a point. */
  static void draw(SampleCanvas canvas, String line, int x, int y, int scale, int color) {
    int pen = x;
    for (int c : line.codePoints().toArray()) {
      for (int row = 0; row < ROWS; row++) {
        int points = row(c, row);
        for (int column = 0; column < 5; column++) {
          if ((points >> 4 - column & 1) == 0) continue;
          canvas.box(pen + column * scale, y + row * scale, scale, scale, color, 256);
        }
      }
      pen += ADVANCE * scale;
    }
  }

  static int width(String line, int scale) {
    return Math.max(0, line.codePointCount(0, line.length()) * ADVANCE - 1) * scale;
  }

  private static int row(int c, int row) {
    int plain = c < 127 ? c : plain(c);
    if (plain >= 32 && plain < 127) return Character.digit(GLYPHS.charAt((plain - 32) * ROWS + row), 32);
    return row == ROWS - 1 ? 0 : pattern(c, row);
  }

  private static int plain(int c) {
    var parts = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKD);
    int letter = parts.codePointAt(0);
    return letter < 127 && parts.length() > 0 ? letter : -1;
  }

  /** Left and right mirrored, so that it reads as a sign and not as dirt. */
  private static int pattern(int c, int row) {
    int hash = c * 0x9e3779b9;
    hash = (hash ^ hash >>> 15) * 0x85ebca6b;
    int three = (hash ^ hash >>> 13) >>> 3 * row & 7;
    return (three & 4) << 2 | (three & 2) << 2 | (three & 1) << 2 | three & 2 | (three & 4) >> 2;
  }
}
