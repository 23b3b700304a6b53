package easel;

import easel.core.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** Addresses only: {@code socks5://name:password@host:port}. */
final class PlainProxyWords implements ProxyWords {
  private static final Set<String> SCHEMES = Set.of("http", "https", "socks5", "socks5h");

  @Override
  public Secret read(String written) {
    uri(written);
    return new Secret(written);
  }

  @Override
  public String shown(Secret proxy) {
    var uri = uri(proxy.reveal());
    return uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
  }

  private static URI uri(String written) {
    try {
      var uri = new URI(written);
      if (uri.getHost() != null && uri.getPort() > 0 && SCHEMES.contains(uri.getScheme())) return uri;
    } catch (URISyntaxException e) {
      // The message of the exception repeats all of it.
    }
    throw new IllegalArgumentException("must be like socks5://name:password@host:port");
  }
}
