package easel.store;

import easel.core.MediaType;
import easel.store.MediaProbe.Found;
import java.io.IOException;

/** Walks the boxes of MP4 (ISO 14496-12) and the elements of WebM (RFC 8794, RFC 9559) to the size of the picture. */
final class MovieProbe {
  private final FileHead head;

  MovieProbe(FileHead head) {
    this.head = head;
  }

  /** A box or element: what it is, where its content begins and ends. */
  private record Part(long id, long from, long to) {}

  // ---- MP4 --------------------------------------------------------------------------------------------------------

  /** Without its movie header nothing can be played; it may come last, so a file cut off has none. */
  Found mp4() throws IOException {
    for (long at = 0; at + 8 <= head.size();) {
      var box = box(at, head.size());
      if (box.id() == name("moov")) return movie(box);
      at = box.to();
    }
    throw MediaProbe.bad("The file is no complete MP4 video: it has no movie header (brand " + brand() + ").");
  }

  private String brand() throws IOException {
    return head.size() < 12 ? "unknown" : head.text(8, 4).replaceAll("[^A-Za-z0-9 ]", "?");
  }

  /** Size 1 means that 64 bits follow, size 0 that the box goes on to the end. */
  private Part box(long at, long end) throws IOException {
    long size = head.big32(at);
    long from = at + 8;
    if (size == 1) {
      size = head.big64(at + 8);
      from += 8;
    } else if (size == 0) {
      size = end - at;
    }
    if (size < from - at || size > end - at) throw FileHead.cut();
    return new Part(head.big32(at + 4), from, at + size);
  }

  private Found movie(Part moov) throws IOException {
    for (long at = moov.from(); at + 8 <= moov.to();) {
      var box = box(at, moov.to());
      if (box.id() == name("trak")) {
        var found = track(box);
        if (found.width() > 0 && found.height() > 0) return found;
      }
      at = box.to();
    }
    return new Found(MediaType.MP4, 0, 0);
  }

  private Found track(Part trak) throws IOException {
    for (long at = trak.from(); at + 8 <= trak.to();) {
      var box = box(at, trak.to());
      if (box.id() == name("tkhd")) return header(box);
      at = box.to();
    }
    return new Found(MediaType.MP4, 0, 0);
  }

  /** Sizes are 16.16 fixed point behind the matrix; version 1 has 64-bit times before it. */
  private Found header(Part tkhd) throws IOException {
    long matrix = tkhd.from() + (head.byteAt(tkhd.from()) == 1 ? 52 : 40);
    if (matrix + 44 > tkhd.to()) throw FileHead.cut();
    int width = head.big16(matrix + 36);
    int height = head.big16(matrix + 40);
    boolean turned = head.big32(matrix) == 0 && head.big32(matrix + 16) == 0;
    return turned ? new Found(MediaType.MP4, height, width) : new Found(MediaType.MP4, width, height);
  }

  private static long name(String text) {
    long id = 0;
    for (int i = 0; i < 4; i++) id = id << 8 | text.charAt(i);
    return id;
  }

  // ---- WebM -------------------------------------------------------------------------------------------------------

  private static final long SEGMENT = 0x18538067L;
  private static final long TRACKS = 0x1654ae6bL;
  private static final long TRACK = 0xaeL;
  private static final long VIDEO = 0xe0L;
  private static final long WIDTH = 0xb0L;
  private static final long HEIGHT = 0xbaL;
  private static final int ELEMENTS_MAX = 200;

  private int elements;
  private int width;
  private int height;

  /** Sizes lie early in a file made to be streamed; one that hides them is taken without. */
  Found webm() throws IOException {
    walk(0, head.size());
    boolean whole = width > 0 && height > 0;
    return new Found(MediaType.WEBM, whole ? width : 0, whole ? height : 0);
  }

  private void walk(long start, long end) throws IOException {
    for (long at = start; at + 2 <= end && ++elements <= ELEMENTS_MAX && (width == 0 || height == 0);) {
      var element = element(at, end);
      long id = element.id();
      if (id == SEGMENT || id == TRACKS || id == TRACK || id == VIDEO) walk(element.from(), element.to());
      else if (id == WIDTH) width = number(element);
      else if (id == HEIGHT) height = number(element);
      at = element.to();
    }
  }

  /** An id and a size, each led by its own length; a size of ones only means: to the end. */
  private Part element(long at, long end) throws IOException {
    int idLength = length(at);
    int sizeLength = length(at + idLength);
    long from = at + idLength + sizeLength;
    long mask = (1L << 7 * sizeLength) - 1;
    long size = value(at + idLength, sizeLength) & mask;
    long to = size == mask || size > end - from ? end : from + size;
    if (from > end) throw FileHead.cut();
    return new Part(value(at, idLength), from, to);
  }

  private int length(long at) throws IOException {
    int first = head.byteAt(at);
    if (first == 0) throw MediaProbe.bad("The WebM file is damaged.");
    return Integer.numberOfLeadingZeros(first) - 23;
  }

  private long value(long at, int length) throws IOException {
    long value = 0;
    for (int i = 0; i < length; i++) value = value << 8 | head.byteAt(at + i);
    return value;
  }

  private int number(Part element) throws IOException {
    long length = element.to() - element.from();
    return length < 1 || length > 3 ? 0 : (int) value(element.from(), (int) length);
  }
}
