package easel;

import easel.core.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Refuses to be reachable by others with a key or password that others know or can guess. */
final class Exposure {
  static final int LENGTH_MIN = 12;
  private static final List<String> WELL_KNOWN =
      List.of("han1234", "admin", "password", "changeme", "change-me", "your-api-key", "secret", "test", "sk-test", "easel");

  private Exposure() {}

  static Optional<String> check(String host, Config.Access access) {
    if (loopback(host)) return Optional.empty();
    var weak = access.apiKeys().stream().anyMatch(Exposure::weak) ? "[global] api_key"
        : access.adminPassword().map(Exposure::weak).orElse(false) ? "[global] admin_password" : "";
    if (weak.isEmpty()) return Optional.empty();
    return Optional.of("[server] host is " + host + ", which others can reach, and " + weak + " is well known or shorter than "
        + LENGTH_MIN + " characters. Set a longer one, leave it empty to have one made, or listen on 127.0.0.1.");
  }

  static boolean loopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.equals("[::1]") || host.startsWith("127.");
  }

  private static boolean weak(Secret secret) {
    var text = secret.reveal();
    return text.length() < LENGTH_MIN || WELL_KNOWN.stream().anyMatch(text.toLowerCase(Locale.ROOT)::equals);
  }
}
