package easel.upstream;

import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.Notice;
import easel.core.Secret;
import easel.core.Time;
import java.io.InputStream;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The way out of the process. Calls that buy, and calls to links that somebody gave us, go over fresh connections of
 * our own, and so does all that goes by proxies; what may be repeated goes over pooled ones. So many calls at one host
 * at a time, the others wait within their time.
 */
public final class Upstream implements Transport, Sockets, AutoCloseable {
  private static final int PROBE_MAX = 64 * 1024;

  private final UpstreamOptions options;
  private final Watchdog watchdog;
  private final Resolver resolver;
  private final Supplier<SSLContext> tls;
  private final Time time;
  private final AddressGuard guard;
  private final Slots slots;
  private final Proxies proxies;
  private final Transport fresh;
  private final Transport guarded;
  private final JdkTransport pooled;
  private final Fetcher fetcher;
  private final Fetcher results;

  public Upstream(UpstreamOptions options) {
    this(options, Time.system(), Proxies.LOGGED);
  }

  /**
   * @param listener hears, and logs what it hears, of proxies that go down and come back, and of calls that go without
   */
  public Upstream(UpstreamOptions options, Time time, Notice.Listener listener) {
    this(options, Resolver.SYSTEM, Upstream::systemTls, time, listener);
  }

  Upstream(UpstreamOptions options, Resolver resolver, Supplier<SSLContext> tls) {
    this(options, resolver, tls, Time.system(), notice -> { });
  }

  Upstream(UpstreamOptions options, Resolver resolver, Supplier<SSLContext> tls, Time time, Notice.Listener listener) {
    this(options, resolver, tls, time, new Proxies(options.proxies(), time, listener));
  }

  private Upstream(UpstreamOptions options, Resolver resolver, Supplier<SSLContext> tls, Time time, Proxies ways) {
    this.options = options;
    this.resolver = resolver;
    this.tls = tls;
    this.time = time;
    watchdog = new Watchdog(options);
    guard = new AddressGuard(options.allowPrivate());
    slots = new Slots(options.connectionsMax());
    proxies = ways;
    fresh = sockets(Optional.empty(), proxies);
    guarded = guarded(guard);
    pooled = new JdkTransport(options, watchdog, tls);
    fetcher = new GuardedFetcher(guarded, guard, options);
    results = new GuardedFetcher(guarded(guard.leavingNames()), guard, options);
  }

  /** Another way out by these rules, which knows what this one knows of the proxies. This one stays open. */
  public Upstream with(UpstreamOptions next) {
    return new Upstream(next, resolver, tls, time, proxies.with(next.proxies()));
  }

  /**
   * Forgets what is known of proxies that are neither configured nor, as they are written there, those of credentials.
   */
  public void keep(Collection<Secret> owned) {
    proxies.keep(owned);
  }

  private Transport sockets(Optional<AddressGuard> by, Proxies ways) {
    return new SocketTransport(options, watchdog, resolver, tls, by, ways);
  }

  private Transport guarded(AddressGuard by) {
    var sockets = sockets(Optional.of(by), proxies);
    return call -> {
      by.check(call.uri());
      return held(call, sockets);
    };
  }

  /** For addresses the operator configured: these may be private. */
  @Override
  public Reply send(Call call) throws InterruptedException {
    return held(call, call.submit() || proxied(call) ? fresh : pooled);
  }

  /**
   * The JDK's client knows no SOCKS, and connects directly where it is told of one: it carries what goes directly
   * anyway.
   */
  private boolean proxied(Call call) {
    return proxies.trail(call.way(), Target.of(call.uri())).isPresent();
  }

  @Override
  public LiveSocket open(Call call) throws InterruptedException {
    if (proxied(call)) throw Target.of(call.uri()).unreachable("no live line goes by a proxy, and none is opened without", null);
    return LiveSocket.open(pooled.client(), call);
  }

  /**
   * For addresses that came from elsewhere; throws {@code Forbidden} for what {@link AddressGuard} does not let pass.
   */
  public Transport guarded() {
    return guarded;
  }

  /** Downloads links that callers gave us: resolved and checked here, also where a proxy connects to them. */
  public Fetcher fetcher() {
    return fetcher;
  }

  /** Downloads links that providers gave us: a proxy that resolves names does so, as there may be no DNS here. */
  public Fetcher resultFetcher() {
    return results;
  }

  /** How the proxies do. */
  public ProxyReport proxies() {
    return proxies.report();
  }

  /**
   * What came of a try.
   *
   * @param status of the far side's answer; 0: there was none
   * @param error what went wrong, for people; empty: nothing
   */
  public record Probe(int status, Duration elapsed, String error) {
    public boolean ok() {
      return error.isEmpty();
    }
  }

  /**
   * Gets an address by that proxy and by no other way, whatever the configuration says.
   *
   * @param trusted an address the operator configured, which may be private; others pass the guard as links of
   *     providers do
   */
  public Probe probe(ProxySetting proxy, URI uri, Duration within, boolean trusted) throws InterruptedException {
    var alone = new Proxies(ProxyOptions.only(proxy), time, notice -> { });
    var sockets = sockets(trusted ? Optional.empty() : Optional.of(guard.leavingNames()), alone);
    var began = System.nanoTime();
    try (var reply = sockets.send(Call.get(uri, within, PROBE_MAX))) {
      var status = reply.status();
      return probe(status, began, status < 500 ? "" : "answered " + status);
    } catch (GatewayException e) {
      return probe(0, began, e.failure().message());
    }
  }

  private static Probe probe(int status, long began, String error) {
    return new Probe(status, Duration.ofNanos(System.nanoTime() - began), error);
  }

  /** Breaks off pooled calls and closes idle connections. Other calls end with the threads that make them. */
  @Override
  public void close() {
    pooled.close();
  }

  private Reply held(Call call, Transport transport) throws InterruptedException {
    var target = Target.of(call.uri());
    var began = System.nanoTime();
    slots.take(target, call.within());
    Reply reply = null;
    try {
      var left = call.within().minusNanos(System.nanoTime() - began);
      reply = transport.send(call.within(left.isPositive() ? left : Duration.ofNanos(1)));
      return new HeldReply(reply, () -> slots.give(target));
    } finally {
      if (reply == null) slots.give(target);
    }
  }

  static SSLContext systemTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  /** A reply that gives its slot back when closed. */
  private record HeldReply(Reply reply, Runnable giveBack, AtomicBoolean closed) implements Reply {
    HeldReply(Reply reply, Runnable giveBack) {
      this(reply, giveBack, new AtomicBoolean());
    }

    @Override
    public int status() {
      return reply.status();
    }

    @Override
    public Optional<String> header(String name) {
      return reply.header(name);
    }

    @Override
    public List<String> headers(String name) {
      return reply.headers(name);
    }

    @Override
    public InputStream body() {
      return reply.body();
    }

    @Override
    public void close() {
      reply.close();
      if (closed.compareAndSet(false, true)) giveBack.run();
    }
  }
}
