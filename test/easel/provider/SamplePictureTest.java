package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Size;
import easel.provider.SampleWork.Given;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplePictureTest {
  @TempDir
  Path folder;

  private static SampleCanvas draw(String prompt, long seed, int width, int height, Given... inputs) {
    var size = new Size(width, height);
    return new SamplePicture(new SampleWork(Kind.IMAGE, prompt, seed, size, 1, 0, 0, List.of(inputs)), prompt, 0)
        .draw();
  }

  /** How many of its pixels have red as their strongest part by far, then green, then blue. */
  private static int[] strongest(SampleCanvas canvas) {
    var counts = new int[3];
    for (int c : canvas.pixels) {
      int r = c >> 16 & 255;
      int g = c >> 8 & 255;
      int b = c & 255;
      if (r > 1.5 * Math.max(g, b)) counts[0]++;
      if (g > 1.2 * Math.max(r, b)) counts[1]++;
      if (b > 1.2 * Math.max(r, g)) counts[2]++;
    }
    return counts;
  }

  private Given png(String name, int width, int height, int color, Input.Role role) throws IOException {
    var canvas = new SampleCanvas(width, height);
    canvas.box(0, 0, width, height, color, 256);
    var file = folder.resolve(name);
    PngWriter.write(canvas, file);
    return new Given(file, role, MediaType.PNG, width, height, "0123456789abcdef");
  }

  @Test
  void colourOfAThingFollowsThePrompt() {
    for (long seed = 0; seed < 5; seed++) {
      assertTrue(strongest(draw("a red circle on a white background", seed, 128, 128))[0] > 1500);
      assertTrue(strongest(draw("a green circle on a white background", seed, 128, 128))[1] > 1500);
      assertTrue(strongest(draw("白色背景上的蓝色的圆", seed, 128, 128))[2] > 1500);
    }
  }

  @Test
  void settingTakesItsColour() {
    assertTrue(strongest(draw("a red circle on a green background", 1, 128, 128))[1] > 5000);
    assertTrue(strongest(draw("a green desert", 1, 128, 128))[1] > 2000);
  }

  /** Golden values: they change when the drawing does, and must be the same on every machine and JDK. */
  @Test
  void samePixelsOnEveryMachine() {
    assertEquals(List.of(353487129L, 4040128996L, 3576758125L),
        List.of(hash(draw("a red cat by the sea at night", 1, 320, 256)),
        hash(draw("three flowers, a house and a rainbow", 2, 256, 320)),
            hash(draw("rocket in space 你好", 3, 200, 200))));
  }

  private static long hash(SampleCanvas canvas) {
    var bytes = ByteBuffer.allocate(4 * canvas.pixels.length);
    for (int pixel : canvas.pixels) bytes.putInt(pixel);
    var crc = new CRC32();
    crc.update(bytes.array());
    return crc.getValue();
  }

  @Test
  void everyWordCanBeDrawnInTheOddestShapes() {
    for (var motif : SampleMotif.values()) {
      var word = motif.words.getFirst();
      assertEquals(64 * 64, draw("five " + word, 1, 64, 64).pixels.length);
      assertEquals(300 * 64, draw(word, 2, 300, 64).pixels.length);
      assertEquals(64 * 300, draw(word, 3, 64, 300).pixels.length);
    }
  }

  @Test
  void everyWordMakesADifference() {
    var hashes = new ArrayList<Long>();
    for (var motif : SampleMotif.values()) {
      var canvas = new SampleCanvas(96, 96);
      canvas.draw(draw(motif.words.getFirst() + " at noon", 1, 96, 96));
      hashes.add(hash(canvas));
    }
    assertEquals(SampleMotif.values().length, hashes.stream().distinct().count());
  }

  @Test
  void everyPixelIsPainted() {
    for (var prompt : List.of("", "space", "a cup", "sea", "snow in a forest", "desert", "city", "mountain")) {
      assertTrue(Arrays.stream(draw(prompt, 4, 90, 70).pixels).allMatch(p -> p >>> 24 == 255), prompt);
    }
  }

  @Test
  void editKeepsTheInputBehindTheFigures() throws IOException {
    var edited = draw("a small blue fish", 1, 128, 128, png("a.png", 128, 128, 0xd02020, Input.Role.REFERENCE));
    assertTrue(strongest(edited)[0] > 5000);
    assertNotEquals(hash(draw("a small blue fish", 1, 128, 128)), hash(edited));
  }

  @Test
  void maskChangesOnlyWhereItIsSeeThrough() throws IOException {
    var rows = new PngFile(64, 64, 8, 6, 0);
    for (int y = 0; y < 64; y++) {
      var row = new int[4 * 64];
      for (int x = 0; x < 64; x++) row[4 * x + 3] = x < 32 ? 0 : 255;
      rows.row(0, row);
    }
    var mask = new Given(rows.write(folder.resolve("m.png"), 1000), Input.Role.MASK, MediaType.PNG, 64, 64, "m");
    var canvas = draw("a green field", 1, 64, 64, png("a.png", 64, 64, 0xd02020, Input.Role.REFERENCE), mask);
    for (int y = 0; y < 40; y++) {
      assertEquals(0xffd02020, canvas.pixels[64 * y + 32]);
      assertEquals(0xffd02020, canvas.pixels[64 * y + 63]);
      assertNotEquals(0xffd02020, canvas.pixels[64 * y + 31]);
    }
  }

  @Test
  void maskMustFitThePicture() throws IOException {
    var input = png("a.png", 64, 64, 0xd02020, Input.Role.REFERENCE);
    var small = png("m.png", 32, 32, 0, Input.Role.MASK);
    assertEquals("mask must be as large as the first image", refused(input, small));
    assertEquals("mask needs an image to lie on", refused(small));
    var jpeg = new Given(Path.of("m.jpg"), Input.Role.MASK, MediaType.JPEG, 64, 64, "m");
    assertEquals("mask must be a PNG with 8 bits per sample, not interlaced: JPEG", refused(input, jpeg));
  }

  private static String refused(Given... inputs) {
    var work = new SampleWork(Kind.IMAGE, "a cat", 1, new Size(64, 64), 1, 0, 0, List.of(inputs));
    var failure = assertThrows(GatewayException.class, () -> SampleInputs.check(work)).failure();
    assertEquals(new Failure.Invalid("mask", failure.message()), failure);
    return failure.message();
  }

  @Test
  void furtherInputsHangInFrames() throws IOException {
    var first = png("a.png", 200, 200, 0x808080, Input.Role.REFERENCE);
    var canvas = draw("", 1, 200, 200, first, png("b.png", 20, 20, 0xff0000, Input.Role.REFERENCE),
        png("c.png", 20, 20, 0x0000ff, Input.Role.REFERENCE));
    assertTrue(Arrays.stream(canvas.pixels).filter(p -> p == 0xffff0000).count() > 900);
    assertTrue(Arrays.stream(canvas.pixels).filter(p -> p == 0xff0000ff).count() > 900);
  }

  @Test
  void sixteenInputsFindRoomOnTheSmallestPicture() throws IOException {
    var inputs = new Given[16];
    for (int i = 0; i < 16; i++) inputs[i] = png(i + ".png", 30 + i, 20, 0x404040 + i, Input.Role.REFERENCE);
    assertEquals(64 * 64, draw("a cat", 1, 64, 64, inputs).pixels.length);
  }

  @Test
  void unreadableInputIsShownAsACardColouredByItsContent() {
    var one = new Given(Path.of("nowhere.jpg"), Input.Role.REFERENCE, MediaType.JPEG, 640, 480, "aaaaaaaa");
    var other = new Given(Path.of("nowhere.jpg"), Input.Role.REFERENCE, MediaType.JPEG, 640, 480, "bbbbbbbb");
    var hashes = List.of(hash(draw("hills", 1, 200, 200)), hash(draw("hills", 1, 200, 200, one)),
        hash(draw("hills", 1, 200, 200, other)));
    assertEquals(3, hashes.stream().distinct().count());
  }

  @Test
  void brokenInputIsShownAsACardToo() throws IOException {
    var file = Files.writeString(folder.resolve("a.png"), "no picture at all, but long enough to be read");
    var input = new Given(file, Input.Role.REFERENCE, MediaType.PNG, 0, 0, "ab");
    assertNotEquals(hash(draw("hills", 1, 200, 200)), hash(draw("hills", 1, 200, 200, input)));
  }

  @Test
  void inputThatIsGoneIsAFailure() {
    var input = new Given(folder.resolve("gone.png"), Input.Role.REFERENCE, MediaType.PNG, 10, 10, "ab");
    var e = assertThrows(GatewayException.class, () -> draw("hills", 1, 64, 64, input));
    assertEquals(new Failure.Internal("an input of this job can no longer be read"), e.failure());
  }

  @Test
  void stageOfAVideoIsItsInput() throws IOException {
    var input = png("a.png", 320, 192, 0x30a060, Input.Role.FIRST_FRAME);
    var work = new SampleWork(Kind.VIDEO, "a cat", 1, new Size(320, 192), 1, 0, 1, List.of(input));
    var stage = new SamplePicture(work, "a cat", 0).stage(Optional.of(input));
    var row = Arrays.copyOf(stage.pixels, 320);
    var expected = new int[320];
    Arrays.fill(expected, 0xff30a060);
    assertArrayEquals(expected, row);
  }
}
