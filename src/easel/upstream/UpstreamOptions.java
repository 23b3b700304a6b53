package easel.upstream;

import java.time.Duration;
import java.util.List;

/**
 * How calls leave. Every value is read when the {@link Upstream} is built, so a change needs a new one.
 *
 * @param connectTimeout for all addresses of a name together, TLS not included
 * @param minRate bytes per second an answer must come at, averaged over {@code rateWindow}, once its body has begun
 * @param rateWindow time spent waiting for an answer's body before its rate is judged
 * @param connectionsMax calls under way at one host and port; more wait for their turn within their own time
 * @param fetchWithin total time for the download of a link that somebody gave us, redirects included
 * @param allowPrivate what guarded calls may reach although it is not public: ranges ({@code 10.1.0.0/16}), addresses
 *     and host names
 * @param proxies by which they leave
 */
public record UpstreamOptions(Duration connectTimeout, long minRate, Duration rateWindow, int connectionsMax,
    Duration fetchWithin, List<String> allowPrivate, ProxyOptions proxies) {

  /** Without proxies. */
  public UpstreamOptions(Duration connectTimeout, long minRate, Duration rateWindow, int connectionsMax,
      Duration fetchWithin, List<String> allowPrivate) {
    this(connectTimeout, minRate, rateWindow, connectionsMax, fetchWithin, allowPrivate, ProxyOptions.NONE);
  }

  public UpstreamOptions {
    allowPrivate = List.copyOf(allowPrivate);
    if (!connectTimeout.isPositive()) throw new IllegalArgumentException("connect_timeout must be positive");
    if (minRate < 0) throw new IllegalArgumentException("min_rate must not be negative");
    if (!rateWindow.isPositive()) throw new IllegalArgumentException("rate_window must be positive");
    if (connectionsMax < 1) throw new IllegalArgumentException("connections_max must be at least 1");
    if (!fetchWithin.isPositive()) throw new IllegalArgumentException("fetch_within must be positive");
    new AddressGuard(allowPrivate); // so that a bad entry is found where the others are
  }

  public static UpstreamOptions defaults() {
    return new UpstreamOptions(Duration.ofSeconds(10), 1024, Duration.ofSeconds(30), 512, Duration.ofMinutes(5),
        List.of());
  }

  public UpstreamOptions allowing(List<String> hostsAndRanges) {
    return new UpstreamOptions(connectTimeout, minRate, rateWindow, connectionsMax, fetchWithin, hostsAndRanges, proxies);
  }

  public UpstreamOptions by(ProxyOptions others) {
    return new UpstreamOptions(connectTimeout, minRate, rateWindow, connectionsMax, fetchWithin, allowPrivate, others);
  }
}
