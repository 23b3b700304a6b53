package easel.store;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Tells what a file is from its first bytes, and how large its picture from its header; nothing is ever decoded, so
 * that a small file cannot unfold to a large picture here. Everything in a file is taken for a lie until it fits.
 */
final class MediaProbe {
  /** What a file turned out to be; sizes are 0 where its header does not tell. */
  record Found(MediaType type, int width, int height) {}

  private static final int SEGMENTS_MAX = 10_000;

  private final FileHead head;

  private MediaProbe(FileHead head) {
    this.head = head;
  }

  /** @throws GatewayException {@code BadMedia}, with words for the caller */
  static Found probe(Path file, long pixelsMax) throws IOException {
    try (var head = FileHead.of(file)) {
      return probe(head, pixelsMax);
    }
  }

  static Found probe(FileHead head, long pixelsMax) throws IOException {
    var start = head.start(64);
    var type = MediaType.sniff(start).orElseThrow(() -> bad(described(start)));
    var found = new MediaProbe(head).measured(type);
    long pixels = (long) found.width() * found.height();
    if (pixels > pixelsMax || found.width() < 0 || found.height() < 0) {
      var size = found.width() + "x" + found.height();
      throw bad("The picture has " + size + " pixels; at most " + pixelsMax + " are taken.");
    }
    return found;
  }

  private static String described(byte[] start) {
    var text = new String(start, StandardCharsets.ISO_8859_1).stripLeading();
    if (start.length == 0) return "The file is empty.";
    var what = text.startsWith("<") || text.startsWith("\u00ef\u00bb\u00bf<") ? "an HTML, XML or SVG document"
        : text.startsWith("{") || text.startsWith("[") ? "JSON text"
        : text.startsWith("%PDF") ? "a PDF document"
        : text.chars().allMatch(c -> c >= ' ' && c < 127 || Character.isWhitespace(c)) ? "text"
        : "of a type that is not known here";
    return "The file is " + what + ", not a picture or a video.";
  }

  static GatewayException bad(String words) {
    return new GatewayException(new Failure.BadMedia(words));
  }

  private Found measured(MediaType type) throws IOException {
    return switch (type) {
      case PNG -> png();
      case JPEG -> jpeg();
      case WEBP -> webp();
      case GIF -> sized(MediaType.GIF, head.little16(6), head.little16(8));
      case MP4 -> new MovieProbe(head).mp4();
      case WEBM -> new MovieProbe(head).webm();
    };
  }

  private static Found sized(MediaType type, long width, long height) {
    if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw bad("The " + type + " file has no sensible size.");
    }
    return new Found(type, (int) width, (int) height);
  }

  /** PNG specification 11.2.1: IHDR is the first chunk. */
  private Found png() throws IOException {
    if (head.big32(8) != 13 || !head.text(12, 4).equals("IHDR")) throw bad("The PNG file has no header.");
    return sized(MediaType.PNG, head.big32(16), head.big32(20));
  }

  /** ITU T.81 annex B: segments up to the first frame header, which alone tells the size. */
  private Found jpeg() throws IOException {
    long at = 2;
    for (int i = 0; i < SEGMENTS_MAX; i++) {
      if (head.byteAt(at) != 0xff) break;
      int marker = head.byteAt(at + 1);
      if (marker == 0xff) {
        at++;
      } else if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        at += 2;
      } else if (frame(marker)) {
        return sized(MediaType.JPEG, head.big16(at + 7), head.big16(at + 5));
      } else {
        int length = head.big16(at + 2);
        if (length < 2 || marker == 0xd9 || marker == 0xda || marker == 0) break;
        at += 2 + length;
      }
    }
    throw bad("The JPEG file has no frame header.");
  }

  private static boolean frame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** WebP container specification and RFC 9649: one of three chunks comes first. */
  private Found webp() throws IOException {
    if (head.little32(4) + 8 > head.size() + 1) throw FileHead.cut();
    return switch (head.text(12, 4)) {
      case "VP8 " -> {
        if (head.little24(23) != 0x2a019d) throw bad("The WebP file has no frame.");
        yield sized(MediaType.WEBP, head.little16(26) & 0x3fff, head.little16(28) & 0x3fff);
      }
      case "VP8L" -> {
        if (head.byteAt(20) != 0x2f) throw bad("The WebP file has no frame.");
        long bits = head.little32(21);
        yield sized(MediaType.WEBP, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
      }
      case "VP8X" -> sized(MediaType.WEBP, head.little24(24) + 1L, head.little24(27) + 1L);
      default -> throw bad("The WebP file has no frame.");
    };
  }
}
