package easel.http;

import java.util.Locale;
import java.util.Set;

/**
 * Which {@code Host} values are answered: the defence against DNS rebinding, where a web page's own name is pointed at
 * us. A page can only do that with a name it owns, so IP addresses and loopback names need no list.
 */
record Hosts(Set<String> allowed) {

  /** @param authority a {@code Host} value: name or address, with or without port */
  boolean allows(String authority) {
    var name = name(authority);
    return isAddress(name) || name.equals("localhost") || name.endsWith(".localhost") || listed(name);
  }

  private boolean listed(String name) {
    return allowed.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).anyMatch(entry ->
        entry.equals("*") || entry.equals(name) || (entry.startsWith(".") && name.endsWith(entry)));
  }

  /** Whether it has the form {@code name}, {@code name:port}, {@code [v6]} or {@code [v6]:port}. */
  static boolean wellFormed(String authority) {
    var name = name(authority);
    var port = authority.substring(rawName(authority).length());
    boolean portFits = port.isEmpty()
        || (port.length() <= 6 && port.charAt(0) == ':' && port.chars().skip(1).allMatch(c -> c >= '0' && c <= '9'));
    return portFits && !name.isEmpty() && name.length() <= 255 && (name.startsWith("[") ? isV6(name) : isName(name));
  }

  private static String name(String authority) {
    var name = rawName(authority).toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static String rawName(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    return end <= 0 ? authority : authority.substring(0, end);
  }

  private static boolean isName(String name) {
    return name.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_'));
  }

  private static boolean isAddress(String name) {
    return isV6(name) || (!name.isEmpty() && name.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.'));
  }

  private static boolean isV6(String name) {
    return name.length() > 3 && name.startsWith("[") && name.endsWith("]") && name.substring(1, name.length() - 1)
        .chars().allMatch(c -> c == ':' || c == '.' || (c < 0x80 && Character.digit(c, 16) >= 0));
  }
}
