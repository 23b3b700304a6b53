package easel.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A header value of the form {@code value; name=word; name="quoted"}, as in Content-Type and Content-Disposition.
 *
 * @param value in lower case
 * @param params names in lower case
 */
record HeaderValue(String value, Map<String, String> params) {

  /** Lenient: what has no equals sign is skipped, the first of two equal names counts. */
  static HeaderValue of(String text) {
    int semicolon = text.indexOf(';');
    var value = (semicolon < 0 ? text : text.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    var params = new LinkedHashMap<String, String>();
    int at = semicolon < 0 ? text.length() : semicolon + 1;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      int next = text.indexOf(';', at);
      if (equals < 0) {
        break;
      }
      if (next >= 0 && next < equals) {
        at = next + 1;
        continue;
      }
      var name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      var word = new StringBuilder();
      at = word(text, equals + 1, word);
      params.putIfAbsent(name, word.toString());
    }
    return new HeaderValue(value, params);
  }

  Optional<String> param(String name) {
    return Optional.ofNullable(params.get(name));
  }

  /** Reads a word or quoted string into {@code word} and returns where the next parameter starts. */
  private static int word(String text, int from, StringBuilder word) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at >= text.length() || text.charAt(at) != '"') {
      int end = text.indexOf(';', at);
      word.append(text.substring(at, end < 0 ? text.length() : end).strip());
      return end < 0 ? text.length() : end + 1;
    }
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      // Browsers send the backslashes of a Windows path bare: only a quote or another backslash is escaped.
      boolean escape = text.charAt(at) == '\\' && at + 1 < text.length() && "\"\\".indexOf(text.charAt(at + 1)) >= 0;
      at += escape ? 1 : 0;
      word.append(text.charAt(at));
    }
    int end = text.indexOf(';', at);
    return end < 0 ? text.length() : end + 1;
  }
}
