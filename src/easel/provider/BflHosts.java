package easel.provider;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Where BFL is asked, and who of those that its answers point to may see the key. */
record BflHosts(URI base) {
  static final URI HOME = URI.create("https://api.bfl.ai");
  private static final String DOMAIN = "bfl.ai";

  /** An endpoint, {@code /v1} included. */
  URI at(String path) {
    var given = base.getRawPath() == null ? "" : base.getRawPath().replaceFirst("/+$", "");
    var root = given.endsWith("/v1") ? given.substring(0, given.length() - "/v1".length()) : given;
    return base.resolve(root + path);
  }

  /**
   * Where a task is asked about: its own link if that may see the key, else the place where BFL answers for all tasks,
   * which knows only those of its region.
   */
  URI poll(BflHandle handle) {
    var id = URLEncoder.encode(handle.id(), StandardCharsets.UTF_8);
    return link(base, handle.link()).orElseGet(() -> at("/v1/get_result?id=" + id));
  }

  /** A link as an answer gave it; empty where it may not see the key. */
  Optional<URI> link(URI from, String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(from.resolve(text.strip())).filter(this::trusted);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The operator's own server as it was configured, or over https that host or one of BFL's. */
  private boolean trusted(URI link) {
    if (link.getHost() == null || link.getScheme() == null || link.getRawUserInfo() != null) return false;
    boolean https = link.getScheme().equalsIgnoreCase("https");
    if (Downloads.sameHost(base, link) && link.getScheme().equalsIgnoreCase(base.getScheme())) return true;
    var host = link.getHost().toLowerCase(Locale.ROOT);
    return https && (host.equalsIgnoreCase(base.getHost()) || host.equals(DOMAIN) || host.endsWith("." + DOMAIN));
  }
}
