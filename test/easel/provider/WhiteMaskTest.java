package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.MediaType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhiteMaskTest {
  @TempDir
  Path folder;

  private Media media(Path file, MediaType type, int width, int height) {
    return new Media("m", "", Media.Role.INPUT, 0, type, 9, width, height, "", file, Optional.empty(), Instant.EPOCH,
        Optional.empty());
  }

  private Failure refused(Media mask) {
    var picture = media(folder.resolve("a.jpg"), MediaType.JPEG, 3, 1);
    return assertThrows(GatewayException.class, () -> WhiteMask.write(mask, picture, () -> folder.resolve("out.png"))).failure();
  }

  private static List<Integer> grays(Path png) throws Exception {
    var all = new ArrayList<Integer>();
    try (var reader = PngReader.open(png)) {
      int width = reader.width();
      reader.lines(color -> {
        for (int x = 0; x < width; x++) all.add(color.applyAsInt(x) & 255);
      });
    }
    return all;
  }

  @Test
  void seeThroughBecomesWhiteAndTheRestBlack() throws Exception {
    var mask = new PngFile(3, 2, 8, 6, 0).row(0, 9, 9, 9, 0, 9, 9, 9, 255, 9, 9, 9, 127).row(2, 0, 0, 0, 255, 1, 1, 1, 0, 2, 2, 2, 255)
        .write(folder.resolve("m.png"), 100);
    WhiteMask.write(media(mask, MediaType.PNG, 3, 2), media(mask, MediaType.PNG, 3, 2), () -> folder.resolve("out.png"));
    assertEquals(List.of(255, 0, 128, 0, 255, 0), grays(folder.resolve("out.png")));
    var head = Files.readAllBytes(folder.resolve("out.png"));
    assertEquals(List.of(8, 0), List.of((int) head[24], (int) head[25]), "8 bits, gray");
  }

  @Test
  void pictureOfUnknownSizeIsNotComparedWith() throws Exception {
    var mask = new PngFile(2, 1, 8, 4, 0).row(0, 5, 0, 5, 255).write(folder.resolve("m.png"), 100);
    WhiteMask.write(media(mask, MediaType.PNG, 2, 1), media(mask, MediaType.JPEG, 0, 0), () -> folder.resolve("out.png"));
    assertEquals(List.of(255, 0), grays(folder.resolve("out.png")));
  }

  @Test
  void maskThatCannotBeOneIsRefused() throws IOException {
    var other = new PngFile(2, 1, 8, 6, 0).row(0, 0, 0, 0, 0, 0, 0, 0, 0).write(folder.resolve("o.png"), 100);
    assertEquals(new Failure.Invalid("mask", "mask must be as large as the image"), refused(media(other, MediaType.PNG, 2, 1)));
    var solid = new PngFile(3, 1, 8, 2, 0).row(0, 255, 255, 255, 0, 0, 0, 9, 9, 9).write(folder.resolve("s.png"), 100);
    assertEquals(new Failure.Invalid("mask", "mask has no transparent part: that is where the picture changes"),
        refused(media(solid, MediaType.PNG, 3, 1)));
    var faint = new PngFile(3, 1, 8, 4, 0).row(0, 9, 255, 9, 200, 9, 128).write(folder.resolve("f.png"), 100);
    assertEquals(new Failure.Invalid("mask", "mask has no transparent part: that is where the picture changes"),
        refused(media(faint, MediaType.PNG, 3, 1)));
    var laced = new PngFile(3, 1, 8, 6, 1).row(0, 0, 0, 0, 0).write(folder.resolve("l.png"), 100);
    assertEquals(new Failure.Invalid("mask", "mask cannot be read: interlaced PNG"), refused(media(laced, MediaType.PNG, 3, 1)));
    var cut = new PngFile(3, 1, 8, 6, 0).row(0, 0, 0, 0, 0).write(folder.resolve("c.png"), 100);
    assertEquals(new Failure.Invalid("mask", "mask cannot be read: broken PNG"), refused(media(cut, MediaType.PNG, 3, 1)));
    assertEquals(new Failure.Invalid("mask", "mask must be a PNG"), refused(media(cut, MediaType.WEBP, 3, 1)));
  }

  /** Nothing was sent yet, so nothing can have been bought. */
  @Test
  void diskThatIsFullIsNoDoubtAboutMoney() {
    var gone = refused(media(folder.resolve("gone.png"), MediaType.PNG, 3, 1));
    assertTrue(gone.notAccepted(), gone.toString());
  }

  @Test
  void largeMaskCostsTheMemoryOfALine() throws Exception {
    var png = new PngFile(4000, 3000, 8, 4, 0);
    var row = new int[8000];
    for (int y = 0; y < 3000; y++) png.row(0, row);
    var file = png.write(folder.resolve("large.png"), 1 << 20);
    var mask = media(file, MediaType.PNG, 4000, 3000);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    WhiteMask.write(mask, mask, () -> folder.resolve("out.png"));
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken < 4 << 20, "took " + taken + " bytes for 12 million pixels");
  }

  @Test
  void whereNoFileCanBeHadNothingWasSent() throws IOException {
    var mask = media(folder.resolve("mask.png"), MediaType.PNG, 3, 2);
    var e = assertThrows(GatewayException.class, () -> WhiteMask.write(mask, mask, () -> {
      throw new IllegalStateException("the disk is full");
    }));
    assertEquals("the mask could not be prepared, and nothing was sent", e.failure().message());
    assertTrue(e.failure().notAccepted());
  }
}
