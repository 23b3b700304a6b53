package easel.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Answers for things that have a validator: conditional requests and ranges, RFC 9110 sections 13 and 14. */
final class FileAnswer {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);

  private FileAnswer() {}

  static Response of(Request request, Path path, String contentType) throws IOException {
    var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new NoSuchFileException(path.toString());
    }
    // Nanoseconds, so that a file rewritten within one second still gets another tag.
    long changed = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    var etag = "\"" + Long.toHexString(attributes.size()) + "-" + Long.toHexString(changed) + "\"";
    var date = HTTP_DATE.format(attributes.lastModifiedTime().toInstant());
    return answer(request, path, attributes.size(), etag, date)
        .withHeader("Content-Type", contentType)
        .withHeader("ETag", etag)
        .withHeader("Last-Modified", date)
        .withHeader("Accept-Ranges", "bytes")
        .withHeader("X-Content-Type-Options", "nosniff");
  }

  private static Response answer(Request request, Path path, long size, String etag, String date) {
    if (unchanged(request, etag, date)) {
      return Response.empty(304);
    }
    return switch (wish(request, size, etag, date)) {
      case ByteRange.Wish.Whole whole -> Response.of(200, new Response.Body.File(path, 0, size));
      case ByteRange.Wish.Part part -> Response
          .of(206, new Response.Body.File(path, part.range().first(), part.range().length()))
          .withHeader("Content-Range", part.range().of(size));
      case ByteRange.Wish.Unsatisfiable not -> Response.empty(416).withHeader("Content-Range", "bytes */" + size);
    };
  }

  private static ByteRange.Wish wish(Request request, long size, String etag, String date) {
    var range = request.header("range");
    var condition = request.header("if-range");
    boolean sameAsBefore = condition.isEmpty() || condition.get().equals(etag) || condition.get().equals(date);
    if (range.isEmpty() || !sameAsBefore || !request.method().equals("GET")) {
      return new ByteRange.Wish.Whole();
    }
    return ByteRange.wish(range.get(), size);
  }

  private static boolean unchanged(Request request, String etag, String date) {
    var tags = request.header("if-none-match");
    if (tags.isPresent()) {
      return matches(tags.get(), etag);
    }
    return request.header("if-modified-since").map(since -> !later(date, since)).orElse(false);
  }

  private static boolean later(String date, String since) {
    try {
      return HTTP_DATE.parse(date, Instant::from).isAfter(HTTP_DATE.parse(since, Instant::from));
    } catch (DateTimeParseException e) {
      // RFC 9110 13.1.3: a date that cannot be read is as if it were not there.
      return true;
    }
  }

  /** Whether an {@code If-None-Match} list names this tag; weak and strong compare alike there. */
  static boolean matches(String list, String etag) {
    if (list.strip().equals("*")) {
      return true;
    }
    for (int open = list.indexOf('"'); open >= 0; ) {
      int close = list.indexOf('"', open + 1);
      if (close < 0) {
        return false;
      }
      if (list.substring(open, close + 1).equals(etag)) {
        return true;
      }
      open = list.indexOf('"', close + 1);
    }
    return false;
  }
}
