package easel.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target taken apart by our own rules, because the JDK passes on {@code ..} and encoded slashes as they come.
 *
 * <p>A segment is decoded on its own, so {@code %2F} stays inside it: {@code /v1/models/a%2Fb} has the segments
 * {@code v1}, {@code models} and {@code a/b}.
 *
 * @param path as it came, without the query
 * @param segments decoded; {@code /} is one empty segment, and a trailing slash makes an empty last one
 * @param query decoded names and values in order
 */
record Target(String path, List<String> segments, Map<String, List<String>> query) {

  /** @throws HttpException 400 for absolute targets, dot segments, control characters, broken escapes or UTF-8 */
  static Target of(String raw) {
    if (!raw.startsWith("/") || raw.startsWith("//")) {
      throw bad("the request target must be a path");
    }
    if (raw.chars().anyMatch(c -> c <= ' ' || c >= 0x7F || c == '#')) {
      throw bad("the request target must be percent-encoded, without a fragment");
    }
    int mark = raw.indexOf('?');
    var path = mark < 0 ? raw : raw.substring(0, mark);
    var segments = new ArrayList<String>();
    for (var segment : path.substring(1).split("/", -1)) {
      segments.add(segment(segment));
    }
    return new Target(path, List.copyOf(segments), query(mark < 0 ? "" : raw.substring(mark + 1)));
  }

  private static String segment(String raw) {
    var text = decode(raw, false);
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw bad("the path has a control character");
    }
    for (var piece : text.replace('\\', '/').split("/", -1)) {
      if (piece.equals(".") || piece.equals("..")) {
        throw bad("the path has a dot segment");
      }
    }
    return text;
  }

  private static Map<String, List<String>> query(String raw) {
    var query = new LinkedHashMap<String, List<String>>();
    for (var pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      var name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
      var value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
      if (!pair.isEmpty()) {
        query.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
      }
    }
    return Collections.unmodifiableMap(query);
  }

  private static String decode(String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
      return raw;
    }
    var bytes = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.put((byte) (hex(raw, i + 1) << 4 | hex(raw, i + 2)));
        i += 2;
      } else {
        bytes.put((byte) (c == '+' && plusIsSpace ? ' ' : c));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw bad("the request target is not UTF-8");
    }
  }

  private static int hex(String raw, int at) {
    int digit = at < raw.length() && raw.charAt(at) < 0x80 ? Character.digit(raw.charAt(at), 16) : -1;
    if (digit < 0) {
      throw bad("the request target has a broken % escape");
    }
    return digit;
  }

  private static HttpException bad(String message) {
    return new HttpException(400, message);
  }
}
