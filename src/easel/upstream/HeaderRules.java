package easel.upstream;

/** What may stand in a header line (RFC 9110, 5.1 and 5.5), for lines that go out and lines that come in. */
final class HeaderRules {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    var signs = "!#$%&'*+-.^_`|~";
    for (char c = 0; c < 128; c++) {
      TOKEN[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || signs.indexOf(c) >= 0;
    }
  }

  private HeaderRules() {}

  /** A header's or method's name. */
  static boolean token(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 128 || !TOKEN[text.charAt(i)]) return false;
    }
    return !text.isEmpty();
  }

  /** A header's value: Latin-1 without control characters, the tab aside. */
  static boolean value(String text) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c < ' ' && c != '\t' || c == 127 || c > 255) return false;
    }
    return true;
  }
}
