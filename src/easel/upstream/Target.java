package easel.upstream;

import easel.core.Failure;
import easel.core.GatewayException;
import java.net.URI;
import java.util.Locale;

/**
 * Where a call goes, taken apart once. It also words all complaints about the far side, so that none of them names
 * more than host and path: the query may hold a key.
 *
 * @param host without brackets
 * @param file path and query, as on the request line
 */
record Target(boolean tls, String host, int port, String file, String where) {
  private static final int PATH_SHOWN = 100;

  /** Throws {@code Unreachable} for an address nobody can call. */
  static Target of(URI uri) {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) throw unsent("the address is not http:// or https://");
    if (uri.getHost() == null) throw unsent("the address names no valid host");
    if (uri.getRawUserInfo() != null) throw unsent("the address must not hold a user name or password");
    var tls = scheme.equals("https");
    var port = uri.getPort() < 0 ? tls ? 443 : 80 : uri.getPort();
    if (port == 0 || port > 65535) throw unsent("the address has no valid port");
    var text = uri.toASCIIString();
    var ascii = text.equals(uri.toString()) ? uri : URI.create(text);
    var path = ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    var host = uri.getHost().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) host = host.substring(1, host.length() - 1);
    var shown = path.length() <= PATH_SHOWN ? path : path.substring(0, PATH_SHOWN) + "...";
    return new Target(tls, host, port, ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery(),
        host + (path.equals("/") ? "" : shown));
  }

  /** A proxy, to be connected to. */
  static Target of(ProxySetting proxy) {
    return new Target(proxy.kind() == ProxySetting.Kind.HTTPS, proxy.host(), proxy.port(), "/", "proxy " + proxy.words());
  }

  /** The value of the {@code Host} header. */
  String authority() {
    var name = host.contains(":") ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  /** For what went wrong before the first byte of a request left. */
  static GatewayException unsent(String why) {
    return new GatewayException(new Failure.Unreachable("nothing was sent: " + why));
  }

  GatewayException unreachable(String why, Throwable cause) {
    return new GatewayException(new Failure.Unreachable(where + " cannot be reached: " + why), cause);
  }

  GatewayException broken(int status, String what, Throwable cause) {
    return new GatewayException(new Failure.UpstreamBroken(status, where + " " + what), cause);
  }

  GatewayException timedOut(String what, Throwable cause) {
    return new GatewayException(new Failure.TimedOut(where + " " + what), cause);
  }
}
