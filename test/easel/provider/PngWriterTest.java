package easel.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngWriterTest {
  @TempDir
  Path folder;

  private static SampleCanvas noise(int width, int height) {
    var canvas = new SampleCanvas(width, height);
    int state = 1;
    for (int i = 0; i < canvas.pixels.length; i++) {
      state = state * 1664525 + 1013904223;
      canvas.pixels[i] = 0xff000000 | state >>> 8;
    }
    return canvas;
  }

  @Test
  void anotherReaderSeesThePixelsThatWereWritten() throws Exception {
    var canvas = noise(131, 97);
    var file = folder.resolve("a.png");
    PngWriter.write(canvas, file);
    var read = ImageIO.read(file.toFile());
    assertArrayEquals(canvas.pixels, read.getRGB(0, 0, 131, 97, null, 0, 131));
  }

  @Test
  void ownReaderSeesThemToo() throws Exception {
    var canvas = noise(300, 200);
    var file = folder.resolve("a.png");
    PngWriter.write(canvas, file);
    try (var reader = PngReader.open(file)) {
      assertArrayEquals(canvas.pixels, reader.scaled(300, 200).pixels);
    }
  }

  @Test
  void smoothPictureMakesASmallFile() throws Exception {
    var canvas = new SampleCanvas(512, 512);
    canvas.gradient(0, 512, 0x204080, 0xf0c090);
    var file = folder.resolve("a.png");
    PngWriter.write(canvas, file);
    assertTrue(Files.size(file) < 16_000, "bytes: " + Files.size(file));
  }
}
