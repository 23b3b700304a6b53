package easel.provider;

import easel.core.Secret;
import java.util.List;
import java.util.regex.Pattern;

/** Other people's words, made fit for the caller's eyes: no key, no control character, one line, and not long. */
final class Words {
  private static final int MAX = 500;
  private static final Pattern KEYS = Pattern.compile("(?i)(bearer\\s+)\\S+|\\b(sk-)[\\w*.-]{4,}");
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+");

  private final List<Secret> secrets;

  /** {@code secrets}: what must not be repeated. */
  Words(Secret... secrets) {
    this.secrets = List.of(secrets);
  }

  String clean(String words) {
    var open = words;
    for (var secret : secrets) open = secret.hide(open);
    var bounded = open.substring(0, Math.min(open.length(), 8 * MAX));
    var line = UNSEEN.matcher(KEYS.matcher(bounded).replaceAll("$1$2***")).replaceAll(" ").strip();
    if (line.codePointCount(0, line.length()) <= MAX) return line;
    return line.substring(0, line.offsetByCodePoints(0, MAX)) + "...";
  }
}
