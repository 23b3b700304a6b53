package easel.http;

/** Bytes {@code first} to {@code last}, both included, of something longer. RFC 9110 section 14. */
public record ByteRange(long first, long last) {

  /** What a {@code Range} header asks of a body of a known size. */
  public sealed interface Wish {
    /** No range, or one we need not honour: several ranges, another unit, or nonsense. */
    record Whole() implements Wish {}

    record Part(ByteRange range) implements Wish {}

    /** Well-formed, but beyond the end: 416. */
    record Unsatisfiable() implements Wish {}
  }

  public long length() {
    return last - first + 1;
  }

  /** The {@code Content-Range} value. */
  public String of(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }

  /** @param header value of {@code Range} */
  public static Wish wish(String header, long size) {
    var text = header.strip();
    int dash = text.indexOf('-');
    if (text.length() < 6 || !text.regionMatches(true, 0, "bytes=", 0, 6) || dash < 0) {
      return new Wish.Whole();
    }
    long first = number(text.substring(6, dash).strip());
    long last = number(text.substring(dash + 1).strip());
    if (first == BROKEN || last == BROKEN || (first == ABSENT && last == ABSENT)) {
      return new Wish.Whole();
    }
    return first == ABSENT ? suffix(last, size) : span(first, last, size);
  }

  private static Wish suffix(long count, long size) {
    if (count == 0 || size == 0) {
      return new Wish.Unsatisfiable();
    }
    return new Wish.Part(new ByteRange(Math.max(0, size - count), size - 1));
  }

  private static Wish span(long first, long last, long size) {
    if (last != ABSENT && last < first) {
      return new Wish.Whole();
    }
    if (first >= size) {
      return new Wish.Unsatisfiable();
    }
    return new Wish.Part(new ByteRange(first, last == ABSENT ? size - 1 : Math.min(last, size - 1)));
  }

  private static final long ABSENT = -1;
  private static final long BROKEN = -2;

  /** Digits; a number too large for a long is simply far beyond any end. */
  private static long number(String digits) {
    if (digits.isEmpty()) {
      return ABSENT;
    }
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return BROKEN;
    }
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}
