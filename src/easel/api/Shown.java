package easel.api;

import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.JsonText;
import java.util.regex.Pattern;

/** What callers sent, fit to be looked at by somebody else: without files, and without what may be a secret. */
final class Shown {
  private static final Pattern DATA = Pattern.compile("(?i)data:[a-z]++/");
  private static final String BLANKS = " \t\n\u000b\f\r";
  /** What no link of data goes on behind, nor its head, which ends with a comma. */
  private static final String AROUND = BLANKS + "\"'<>()\\";
  private static final Pattern PRIVATE = Pattern.compile("(?i).*(secret|token|password|authorization|credential|api_?key).*");
  private static final Pattern LINK = Pattern.compile("(?i)(https?://)(?:[^/?#\\s]*@)?([^?#\\s]*)(\\?\\S*)?(#\\S*)?");
  private static final String LEFT_OUT = "(file left out)";
  private static final String HIDDEN = "***";

  private Shown() {}

  /** Goes on behind what only begins like a file: whatever else begins in there has no end either. */
  static String text(String text) {
    var data = DATA.matcher(text);
    var clean = new StringBuilder();
    int told = 0;
    for (int at = 0; data.find(at);) {
      at = end(text, data.end(), AROUND + ",");
      if (at == text.length() || text.charAt(at) != ',') continue;
      at = end(text, at, AROUND);
      clean.append(text, told, data.start()).append(LEFT_OUT);
      told = at;
    }
    return told == 0 ? text : clean.append(text, told, text.length()).toString();
  }

  private static int end(String text, int from, String ends) {
    int at = from;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) at++;
    return at;
  }

  /** At most so many characters, none of them half. */
  static String text(String text, int max) {
    var clean = text(text);
    if (clean.codePointCount(0, clean.length()) <= max) return clean;
    return clean.substring(0, clean.offsetByCodePoints(0, max));
  }

  /** Parameters; the signature in a link's query opens what it leads to. */
  static JsonValue parameters(JsonObject json) {
    return JsonText.withTexts(json, "", (name, text) -> PRIVATE.matcher(name).matches() ? HIDDEN : link(text(text)));
  }

  private static String link(String text) {
    var link = LINK.matcher(text);
    if (!link.matches()) return text;
    return link.group(1) + link.group(2) + (link.group(3) == null ? "" : "?" + HIDDEN);
  }
}
