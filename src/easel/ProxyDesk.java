package easel;

import easel.api.ProxyApi;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.upstream.ProxyOptions;
import easel.upstream.ProxyReport;
import easel.upstream.ProxySetting;
import easel.upstream.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What administrators see of the proxies, and try. They are trusted with the proxy's address, which may be private, as
 * most are. The address that is called through it passes the guard like links of providers do, unless it is that of a
 * configured provider: a proxy in the house must not become a window to it.
 */
final class ProxyDesk implements ProxyApi.Desk {
  private final Supplier<Upstream> upstream;
  private final Supplier<Config> config;

  /** {@code upstream}, {@code config}: those of the moment. */
  ProxyDesk(Supplier<Upstream> upstream, Supplier<Config> config) {
    this.upstream = upstream;
    this.config = config;
  }

  @Override
  public ProxyApi.Overview overview() {
    var report = upstream.get().proxies();
    return new ProxyApi.Overview(report.proxies().stream().map(ProxyDesk::state).toList(), report.direct(),
        config.get().proxies().directFallback());
  }

  private static ProxyApi.State state(ProxyReport.Entry entry) {
    return new ProxyApi.State(entry.proxy(), use(entry.use()), entry.restsUntil(), entry.failures(), entry.lastError(), entry.calls());
  }

  private static String use(ProxyReport.Use use) {
    return switch (use) {
      case USUAL -> "usual";
      case MEDIA -> "media";
      case OWN -> "credential";
    };
  }

  @Override
  public ProxyApi.Result test(Secret proxy, URI url, Duration within) throws InterruptedException {
    var setting = known(parse(proxy), config.get().proxies());
    var probe = upstream.get().probe(setting, url, within, ofAProvider(url));
    return new ProxyApi.Result(probe.status(), probe.elapsed(), setting.words(), probe.error());
  }

  private static ProxySetting parse(Secret proxy) {
    try {
      return ProxySetting.parse(proxy.reveal());
    } catch (IllegalArgumentException e) {
      throw new GatewayException(new Failure.Invalid("proxy_url", "proxy_url " + e.getMessage()));
    }
  }

  /** One that is configured may be named as it is shown, without its password. */
  private static ProxySetting known(ProxySetting asked, ProxyOptions configured) {
    return Stream.concat(configured.usual().stream(), configured.media().stream())
        .filter(p -> p.namedBy(asked)).findFirst().orElse(asked);
  }

  private boolean ofAProvider(URI url) {
    return config.get().providers().stream().filter(ProviderSettings::enabled)
        .flatMap(p -> Stream.concat(p.baseUrls().stream(), Providers.home(p.type()).stream())).anyMatch(base -> same(base, url));
  }

  private static boolean same(URI base, URI url) {
    return base.getScheme().equalsIgnoreCase(url.getScheme()) && base.getHost().equalsIgnoreCase(url.getHost())
        && base.getPort() == url.getPort();
  }
}
