package easel.upstream;

import easel.core.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A proxy: what it speaks, where it is, and who we are to it. It prints itself without the password.
 *
 * @param host without brackets
 * @param user empty: it asks for none
 */
public record ProxySetting(Kind kind, String host, int port, String user, Secret password) {
  private static final int SOCKS_MAX = 255;
  private static final String HIDDEN = "***";

  /**
   * What it speaks. {@code SOCKS5} is told addresses, {@code SOCKS5H} names, which it resolves itself as HTTP ones do.
   */
  public enum Kind {
    HTTP, HTTPS, SOCKS5, SOCKS5H;

    boolean socks() {
      return this == SOCKS5 || this == SOCKS5H;
    }

    String scheme() {
      return switch (this) {
        case HTTP -> "http";
        case HTTPS -> "https";
        case SOCKS5 -> "socks5";
        case SOCKS5H -> "socks5h";
      };
    }
  }

  public ProxySetting {
    if (port < 1 || port > 65535) throw new IllegalArgumentException("must have a port between 1 and 65535");
    if (user.isEmpty() && !password.isEmpty()) throw new IllegalArgumentException("must have a user beside its password");
    if (kind.socks() && (tooLong(user) || tooLong(password.value()))) {
      throw new IllegalArgumentException("must have a user and a password of at most " + SOCKS_MAX + " bytes each");
    }
    if (!kind.socks() && user.contains(":")) throw new IllegalArgumentException("must have a user without a colon");
  }

  private static boolean tooLong(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length > SOCKS_MAX;
  }

  /**
   * Reads one proxy in any of the shapes people paste:
   *
   * <pre>
   * scheme://user:password@host:port      scheme://host:port      scheme://host:port:user:password
   *          user:password@host:port               host:port               host:port:user:password
   * st5 host:port:user:password
   * </pre>
   *
   * Schemes are http, https, socks5 and socks5h in any case of letters; without one it is http, and {@code st5} is
   * socks5. Blanks around do not count, IPv6 stands in brackets. The host is what follows the last {@code @}, so that a
   * password may hold one, as well as colons and slashes. Where every {@code %} of a user or password is followed by
   * two hex digits, and they make readable text, it is decoded; else it is taken as it stands.
   *
   * @throws IllegalArgumentException with words to put behind a name, which hold nothing of the text
   */
  public static ProxySetting parse(String text) {
    return ProxySpelling.one(text);
  }

  /**
   * Reads several, in order, with commas, blanks or new lines between them; empty for a blank text. A comma inside a
   * password has to be written {@code %2C}, unless what is left and right of it could be no proxy.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  public static List<ProxySetting> parseAll(String text) {
    return ProxySpelling.all(text);
  }

  /** For people and logs: all but the password, and but a user who needs none, as that is a key then. */
  public String words() {
    return kind.scheme() + "://" + (user.isEmpty() ? "" : shownUser() + "@") + authority();
  }

  private String shownUser() {
    return password.isEmpty() ? HIDDEN : ProxySpelling.encoded(user);
  }

  /** Whether that is how somebody names this one who has only seen it {@link #words shown}. */
  public boolean namedBy(ProxySetting other) {
    boolean there = kind == other.kind && host.equals(other.host) && port == other.port;
    return there && other.password.isEmpty() && other.user.equals(password.isEmpty() && !user.isEmpty() ? HIDDEN : user);
  }

  String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return words();
  }
}
