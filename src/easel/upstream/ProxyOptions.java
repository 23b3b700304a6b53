package easel.upstream;

import java.util.List;

/**
 * By which proxies calls leave. The environment's {@code HTTP_PROXY} and the like, and the JDK's properties for
 * proxies, are not looked at.
 *
 * @param usual in the order in which they are tried
 * @param media tried before the usual ones by calls that carry files
 * @param directFallback whether a call goes without where no proxy of its list lets it through; if not, it fails
 * @param noProxy hosts called without, whatever else is said: names, {@code .suffixes} of names, addresses and ranges
 */
public record ProxyOptions(List<ProxySetting> usual, List<ProxySetting> media, boolean directFallback, List<String> noProxy) {
  /** Hosts that no proxy could reach. */
  public static final List<String> LOOPBACK = List.of("localhost", ".localhost", "127.0.0.0/8", "::1");
  public static final ProxyOptions NONE = new ProxyOptions(List.of(), List.of(), true, LOOPBACK);

  /** @throws IllegalArgumentException where {@code noProxy} holds something else; with words to put behind its name */
  public ProxyOptions {
    usual = List.copyOf(usual);
    media = List.copyOf(media);
    noProxy = List.copyOf(noProxy);
    NoProxy.of(noProxy);
  }

  /** None but those, and nothing without them. */
  public static ProxyOptions only(ProxySetting... proxies) {
    return new ProxyOptions(List.of(proxies), List.of(), false, List.of());
  }
}
