package easel.api;

import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.JsonText;
import java.util.regex.Pattern;

/** What callers sent, fit to be looked at by somebody else: without files, and without what may be a secret. */
final class Shown {
  /** The quantifiers keep what they took: text that only begins so is read once. */
  private static final Pattern DATA = Pattern.compile("(?i)data:[a-z]+/[^,\\s\"'<>()\\\\]*+,[^\\s\"'<>()\\\\]*+");
  private static final Pattern PRIVATE = Pattern.compile("(?i).*(secret|token|password|authorization|credential|api_?key).*");
  private static final Pattern LINK = Pattern.compile("(?i)(https?://)(?:[^/?#\\s]*@)?([^?#\\s]*)(\\?\\S*)?(#\\S*)?");
  private static final String LEFT_OUT = "(file left out)";
  private static final String HIDDEN = "***";

  private Shown() {}

  static String text(String text) {
    return text.contains("ata:") || text.contains("ATA:") ? DATA.matcher(text).replaceAll(LEFT_OUT) : text;
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
