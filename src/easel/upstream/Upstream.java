package easel.upstream;

import easel.core.Fetcher;
import java.io.InputStream;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The way out of the process. Calls that buy, and calls to links that somebody gave us, go over fresh connections of
 * our own; what may be repeated goes over pooled ones. So many calls at one host at a time, the others wait within
 * their time.
 */
public final class Upstream implements Transport, Sockets, AutoCloseable {
  private final Slots slots;
  private final Transport fresh;
  private final Transport guarded;
  private final JdkTransport pooled;
  private final Fetcher fetcher;

  public Upstream(UpstreamOptions options) {
    this(options, Resolver.SYSTEM, Upstream::systemTls);
  }

  Upstream(UpstreamOptions options, Resolver resolver, Supplier<SSLContext> tls) {
    var watchdog = new Watchdog(options);
    var guard = new AddressGuard(options.allowPrivate());
    slots = new Slots(options.connectionsMax());
    fresh = new SocketTransport(options, watchdog, resolver, tls, Optional.empty());
    var guardedSockets = new SocketTransport(options, watchdog, resolver, tls, Optional.of(guard));
    guarded = call -> {
      guard.check(call.uri());
      return held(call, guardedSockets);
    };
    pooled = new JdkTransport(options, watchdog, tls);
    fetcher = new GuardedFetcher(guarded, guard, options);
  }

  /** For addresses the operator configured: these may be private. */
  @Override
  public Reply send(Call call) throws InterruptedException {
    return held(call, call.submit() ? fresh : pooled);
  }

  @Override
  public LiveSocket open(URI uri, List<Call.Header> headers, Duration within, int messageMax)
      throws InterruptedException {
    return LiveSocket.open(pooled.client(), uri, headers, within, messageMax);
  }

  /**
   * For addresses that came from elsewhere; throws {@code Forbidden} for what {@link AddressGuard} does not let pass.
   */
  public Transport guarded() {
    return guarded;
  }

  /** Downloads links that came from elsewhere. */
  public Fetcher fetcher() {
    return fetcher;
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
      reply = transport.send(within(call, left.isPositive() ? left : Duration.ofNanos(1)));
      return new HeldReply(reply, () -> slots.give(target));
    } finally {
      if (reply == null) slots.give(target);
    }
  }

  private static Call within(Call call, Duration left) {
    return new Call(call.method(), call.uri(), call.headers(), call.body(), call.submit(), left, call.answerMax(), call.way());
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
