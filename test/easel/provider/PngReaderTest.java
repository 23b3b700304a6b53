package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngReaderTest {
  private static final int RED = 0xffff0000;
  private static final int GREEN = 0xff00ff00;
  private static final int BLUE = 0xff0000ff;

  @TempDir
  Path folder;

  private Path file() {
    return folder.resolve("a.png");
  }

  private int[] pixels(PngFile png) throws Exception {
    try (var reader = PngReader.open(png.write(file(), 7))) {
      return reader.scaled(reader.width(), reader.height()).pixels;
    }
  }

  private String complaint(PngFile png) {
    return assertThrows(PngReader.Unreadable.class, () -> pixels(png)).getMessage();
  }

  @Test
  void everyFilterIsUndone() throws Exception {
    var png = new PngFile(3, 5, 8, 2, 0);
    var expected = new int[15];
    for (int y = 0; y < 5; y++) {
      var row = new int[9];
      for (int i = 0; i < 9; i++) row[i] = 37 * (y + 2) * (i + 3) % 256;
      png.row(y, row);
      for (int x = 0; x < 3; x++) expected[3 * y + x] = 0xff000000 | row[3 * x] << 16 | row[3 * x + 1] << 8 | row[3 * x
          + 2];
    }
    assertArrayEquals(expected, pixels(png));
  }

  @Test
  void everyKindOfEightBitPictureIsRead() throws Exception {
    assertArrayEquals(new int[] {0xff404040, 0xffffffff}, pixels(new PngFile(2, 1, 8, 0, 0).row(0, 64, 255)));
    assertArrayEquals(new int[] {0x80404040, 0}, pixels(new PngFile(2, 1, 8, 4, 0).row(1, 64, 128, 255, 0)));
    assertArrayEquals(new int[] {0x40010203}, pixels(new PngFile(1, 1, 8, 6, 0).row(4, 1, 2, 3, 64)));
    var palette = new PngFile(3, 1, 8, 3, 0)
        .chunk("PLTE", (byte) 255, (byte) 0, (byte) 0, (byte) 0, (byte) 255, (byte) 0);
    assertArrayEquals(new int[] {RED, GREEN, 0xff000000}, pixels(palette.row(0, 0, 1, 9)));
  }

  @Test
  void transparentColoursAreSeeThrough() throws Exception {
    var palette = new PngFile(2, 1, 8, 3, 0)
        .chunk("PLTE", (byte) 255, (byte) 0, (byte) 0, (byte) 0, (byte) 255, (byte) 0)
        .chunk("tRNS", (byte) 0).row(0, 0, 1);
    assertArrayEquals(new int[] {0, GREEN}, pixels(palette));
    var rgb = new PngFile(2, 1, 8, 2, 0).chunk("tRNS", (byte) 0, (byte) 255, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    assertArrayEquals(new int[] {0, GREEN}, pixels(rgb.row(0, 255, 0, 0, 0, 255, 0)));
    var gray = new PngFile(2, 1, 8, 0, 0).chunk("tRNS", (byte) 0, (byte) 9).row(0, 9, 8);
    assertArrayEquals(new int[] {0, 0xff080808}, pixels(gray));
  }

  @Test
  void smallerIsTheMeanAndLargerIsSmooth() throws Exception {
    var png = new PngFile(2, 2, 8, 2, 0).row(0, 255, 0, 0, 0, 0, 255).row(0, 255, 0, 0, 0, 0, 255);
    try (var reader = PngReader.open(png.write(file(), 99))) {
      assertArrayEquals(new int[] {0xff800080}, reader.scaled(1, 1).pixels);
    }
    try (var reader = PngReader.open(file())) {
      assertArrayEquals(new int[] {RED, 0xffbf003f, 0xff3f00bf, BLUE}, Arrays.copyOf(reader.scaled(4, 2).pixels, 4));
    }
  }

  @Test
  void unevenReductionKeepsEveryPixelsWeight() throws Exception {
    var png = new PngFile(3, 1, 8, 0, 0).row(0, 0, 90, 240);
    try (var reader = PngReader.open(png.write(file(), 99))) {
      assertArrayEquals(new int[] {0xff1e1e1e, 0xffbebebe}, reader.scaled(2, 1).pixels);
    }
  }

  @Test
  void cropTakesTheMiddle() throws Exception {
    var png = new PngFile(4, 2, 8, 0, 0).row(0, 1, 2, 3, 4).row(0, 5, 6, 7, 8);
    try (var reader = PngReader.open(png.write(file(), 99))) {
      assertArrayEquals(new int[] {0xff020202, 0xff030303, 0xff060606, 0xff070707}, reader.cropped(2, 2).pixels);
    }
  }

  @Test
  void colourBehindFullTransparencyDoesNotShine() throws Exception {
    var png = new PngFile(2, 1, 8, 6, 0).row(0, 255, 255, 255, 0, 10, 20, 30, 255);
    try (var reader = PngReader.open(png.write(file(), 99))) {
      assertArrayEquals(new int[] {0x800a141e}, reader.scaled(1, 1).pixels);
    }
  }

  @Test
  void kindsItLeavesAloneAreNamed() {
    assertEquals("PNG of 16 bits", complaint(new PngFile(1, 1, 16, 0, 0).row(0, 1, 1)));
    assertEquals("interlaced PNG", complaint(new PngFile(1, 1, 8, 0, 1).row(0, 1)));
    assertEquals("broken PNG", complaint(new PngFile(1, 1, 8, 7, 0).row(0, 1)));
    assertEquals("broken PNG", complaint(new PngFile(0, 1, 8, 0, 0).row(0, 1)));
    assertEquals("broken PNG", complaint(new PngFile(1, 1, 8, 0, 0).row(5, 1)));
  }

  @Test
  void hugePictureCostsNoMemory() {
    assertEquals("PNG too large", complaint(new PngFile(7_072, 7_072, 8, 6, 0).row(0, 1, 2, 3, 4)));
    assertEquals("PNG too large", complaint(new PngFile(1, 16_385, 8, 0, 0).row(0, 1)));
    assertEquals("PNG too large", complaint(new PngFile(Integer.MAX_VALUE, Integer.MAX_VALUE, 8, 6, 0).row(0, 1)));
  }

  @Test
  void fileCutAnywhereIsBroken() throws IOException {
    var whole = Files.readAllBytes(new PngFile(9, 9, 8, 6, 0).row(0, new int[36]).write(file(), 5));
    for (int length = 0; length < whole.length - 12; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThrows(PngReader.Unreadable.class, () -> {
        try (var reader = PngReader.open(file())) {
          reader.scaled(9, 9);
        }
      });
    }
  }

  @Test
  void anyByteMayBeWrongWithoutAnAccident() throws Exception {
    var whole = Files.readAllBytes(new PngFile(3, 2, 8, 3, 0).chunk("PLTE", new byte[6]).row(0, 0, 1, 0).row(4, 1, 0, 1)
        .write(file(), 9));
    for (int i = 0; i < whole.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        var bent = whole.clone();
        bent[i] ^= (byte) (1 << bit);
        Files.write(file(), bent);
        assertDoesNotThrow(this::readable, "byte " + i + " bit " + bit);
      }
    }
  }

  private boolean readable() throws IOException {
    try (var reader = PngReader.open(file())) {
      reader.scaled(3, 2);
      return true;
    } catch (PngReader.Unreadable e) {
      return false;
    }
  }
}
