package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.store.MediaProbe.Found;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MediaProbeTest {
  private static final long PIXELS_MAX = 50_000_000;

  /** Bytes that pretend to go on as zeros up to a length, and count what is read of them. */
  private static final class Bytes implements FileHead.Source {
    final byte[] content;
    final long size;
    long read;

    Bytes(byte[] content, long size) {
      this.content = content;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public int read(long at, byte[] into) {
      int length = (int) Math.min(into.length, size - at);
      Arrays.fill(into, (byte) 0);
      int known = (int) Math.min(length, Math.max(0, content.length - at));
      if (known > 0) System.arraycopy(content, (int) at, into, 0, known);
      read += length;
      return length;
    }
  }

  private static Found probe(byte[] content) throws IOException {
    return MediaProbe.probe(new FileHead(new Bytes(content, content.length)), PIXELS_MAX);
  }

  private static String complaint(byte[] content, long size) {
    var bytes = new Bytes(content, size);
    var e = assertThrows(GatewayException.class, () -> MediaProbe.probe(new FileHead(bytes), PIXELS_MAX));
    assertTrue(e.failure() instanceof Failure.BadMedia, e.getMessage());
    assertTrue(bytes.read <= (long) FileHead.WINDOW * FileHead.WINDOWS_MAX, "it read " + bytes.read);
    return e.getMessage();
  }

  private static String complaint(byte[] content) {
    return complaint(content, content.length);
  }

  @Test
  void everyTypeTellsItsSize() throws IOException {
    assertEquals(new Found(MediaType.PNG, 1024, 768), probe(Pictures.png(1024, 768)));
    assertEquals(new Found(MediaType.GIF, 65_535, 3), probe(Pictures.gif(65_535, 3)));
    for (int frame : List.of(0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xcf)) {
      assertEquals(new Found(MediaType.JPEG, 1920, 1080), probe(Pictures.jpeg(frame, 1920, 1080)));
    }
    assertEquals(new Found(MediaType.WEBP, 640, 480), probe(Pictures.webpLossy(640, 480)));
    assertEquals(new Found(MediaType.WEBP, 16_384, 3), probe(Pictures.webpLossless(16_384, 3)));
    assertEquals(new Found(MediaType.WEBP, 70_000, 500), probe(Pictures.webpExtended(70_000, 500)));
    assertEquals(new Found(MediaType.MP4, 1280, 720), probe(Pictures.mp4(1280, 720)));
    assertEquals(new Found(MediaType.WEBM, 854, 480), probe(Pictures.webm(854, 480)));
  }

  @Test
  void movieHeaderIsFoundInAllItsForms() throws IOException {
    var first = Pictures.join(Pictures.FTYP, Pictures.movie(Pictures.trackHeader(1, false, 640, 360)),
        Pictures.box("mdat", new byte[100]));
    assertEquals(new Found(MediaType.MP4, 640, 360), probe(first));
    var turned = Pictures.join(Pictures.FTYP, Pictures.movie(Pictures.trackHeader(0, true, 1920, 1080)));
    assertEquals(new Found(MediaType.MP4, 1080, 1920), probe(turned));
    var wide = Pictures.join(Pictures.FTYP, Pictures.longBox("mdat", 16 + 50, new byte[50]),
        Pictures.movie(Pictures.trackHeader(0, false, 64, 36)));
    assertEquals(new Found(MediaType.MP4, 64, 36), probe(wide));
    var sound = Pictures.join(Pictures.FTYP, Pictures.movie(Pictures.trackHeader(0, false, 0, 0)));
    assertEquals(new Found(MediaType.MP4, 0, 0), probe(sound));
  }

  @Test
  void hugeVideoIsNotReadThrough() throws IOException {
    long size = 6L << 30;
    var head = Pictures.join(Pictures.FTYP, Pictures.longBox("mdat", size - Pictures.FTYP.length, new byte[0]));
    assertTrue(complaint(head, size).contains("no movie header"));
    var first = Pictures.join(Pictures.FTYP, Pictures.movie(Pictures.trackHeader(0, false, 64, 36)), head);
    assertEquals(new Found(MediaType.MP4, 64, 36), MediaProbe.probe(new FileHead(new Bytes(first, size)), PIXELS_MAX));
  }

  @Test
  void whatIsNoPictureIsNamed() {
    assertEquals("The file is empty.", complaint(new byte[0]));
    assertTrue(complaint(Pictures.latin1("<!DOCTYPE html><html>")).contains("HTML"));
    assertTrue(complaint(Pictures.latin1("\n  <svg xmlns=''/>")).contains("SVG"));
    assertTrue(complaint(Pictures.latin1("{\"error\": 1}")).contains("JSON"));
    assertTrue(complaint(Pictures.latin1("Not Found")).contains("text"));
    assertTrue(complaint(Pictures.latin1("%PDF-1.7")).contains("PDF"));
    assertTrue(complaint(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0}).contains("not known"));
    assertTrue(complaint(Pictures.box("ftyp", Pictures.latin1("avif\0\0\0\0"))).contains("avif"));
  }

  @Test
  void tooManyPixelsAreRefused() throws IOException {
    assertEquals(new Found(MediaType.PNG, 10_000, 5_000), probe(Pictures.png(10_000, 5_000)));
    assertTrue(complaint(Pictures.png(10_000, 5_001)).contains("10000x5001"));
    complaint(Pictures.png(Integer.MAX_VALUE, Integer.MAX_VALUE));
    complaint(Pictures.png(-1, -1));
    complaint(Pictures.png(0, 5));
    complaint(Pictures.gif(65_535, 65_535));
    complaint(Pictures.jpeg(0xc0, 65_535, 65_535));
    complaint(Pictures.jpeg(0xc0, 640, 0));
    complaint(Pictures.webpExtended(1 << 24, 1 << 24));
    complaint(Pictures.mp4(65_535, 65_535));
    complaint(Pictures.webm(65_535, 65_535));
  }

  /** Whatever comes, the answer is a size or {@code BadMedia}, after a bounded number of bytes. */
  private static boolean survives(byte[] content, long size) throws IOException {
    var bytes = new Bytes(content, size);
    try {
      MediaProbe.probe(new FileHead(bytes), PIXELS_MAX);
      return true;
    } catch (GatewayException e) {
      assertTrue(e.failure() instanceof Failure.BadMedia);
      return false;
    } finally {
      assertTrue(bytes.read <= (long) FileHead.WINDOW * FileHead.WINDOWS_MAX, "it read " + bytes.read);
    }
  }

  private static List<byte[]> samples() {
    return List.of(Pictures.png(64, 64), Pictures.gif(64, 64), Pictures.jpeg(0xc0, 64, 64), Pictures.webpLossy(64, 64),
        Pictures.webpLossless(64, 64), Pictures.webpExtended(64, 64), Pictures.mp4(64, 64), Pictures.webm(64, 64));
  }

  @Test
  void cutOffAnywhereIsSurvived() throws IOException {
    for (var sample : samples()) {
      for (int length = 0; length < sample.length; length++) survives(Arrays.copyOf(sample, length), length);
      assertTrue(survives(sample, sample.length));
    }
    var mp4 = Pictures.mp4(64, 64);
    for (int length = 0; length < mp4.length - 90; length++) assertTrue(!survives(Arrays.copyOf(mp4, length), length));
  }

  @Test
  void bytesAtRandomAreSurvived() throws IOException {
    var random = new Random(7);
    for (var sample : samples()) {
      for (int round = 0; round < 3000; round++) {
        var bad = sample.clone();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
          int reach = random.nextBoolean() ? Math.min(64, bad.length) : bad.length;
          bad[random.nextInt(reach)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
        }
        survives(bad, random.nextInt(20) == 0 ? Long.MAX_VALUE : bad.length);
      }
      var noise = new byte[5000];
      for (int round = 0; round < 200; round++) {
        random.nextBytes(noise);
        System.arraycopy(sample, 0, noise, 0, Math.min(14, sample.length));
        survives(noise, noise.length);
      }
    }
  }

  @Test
  void endlessHeadersAreGivenUp() {
    var emptyBoxes = Pictures.join(Pictures.FTYP, new byte[0]);
    complaint(emptyBoxes, 1L << 40);
    var boxes = new byte[8 << 20];
    for (int i = 0; i < boxes.length; i += 8) {
      boxes[i + 3] = 8;
      boxes[i + 4] = 'f';
    }
    System.arraycopy(Pictures.latin1("\0\0\0\bftyp"), 0, boxes, 0, 8);
    assertTrue(complaint(boxes).contains("no end"));
    var segments = new byte[8 << 20];
    Arrays.fill(segments, (byte) 0xff);
    segments[1] = (byte) 0xd8;
    complaint(segments);
    for (int i = 2; i + 3 < segments.length; i += 4) {
      segments[i + 1] = (byte) 0xe0;
      segments[i + 2] = 0;
      segments[i + 3] = 2;
    }
    complaint(segments);
  }

  @Test
  void boxesThatLieAboutTheirSizeAreRefused() {
    for (long size : new long[] {0, 7, 15, Long.MAX_VALUE, Long.MIN_VALUE, -1, 1L << 62}) {
      var lie = Pictures.longBox("mdat", size, new byte[30]);
      complaint(Pictures.join(Pictures.FTYP, lie, Pictures.movie(new byte[84])));
    }
    var inner = Pictures.join(Pictures.FTYP, Pictures.box("moov", new byte[] {0x7f, 0, 0, 0, 't', 'r', 'a', 'k'}));
    assertEquals("The file is cut off.", complaint(inner));
    var small = Pictures.join(Pictures.FTYP, Pictures.movie(new byte[40]));
    assertEquals("The file is cut off.", complaint(small));
  }
}
