package easel.upstream;

import easel.core.GatewayException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gets a connection for a host and port: resolves once, shows all addresses to the guard, and connects to one of
 * those.
 *
 * <p>Channels, because an interrupt closes them on platform threads too, where a plain {@link java.net.Socket} blocks
 * on.
 */
final class Dialler {
  private static final int RESOLVERS = 16;
  private static final int ADDRESSES_MAX = 8;

  private final UpstreamOptions options;
  private final Resolver resolver;
  private final Optional<AddressGuard> guard;
  private final ThreadPoolExecutor resolving;

  Dialler(UpstreamOptions options, Resolver resolver, Optional<AddressGuard> guard) {
    this.options = options;
    this.resolver = resolver;
    this.guard = guard;
    // a look-up can neither be interrupted nor given a time, and holds the carrier of a virtual thread: it gets threads
    // of its own, which go when idle
    resolving = new ThreadPoolExecutor(RESOLVERS, RESOLVERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("easel-resolve-", 0).factory());
    resolving.allowCoreThreadTimeOut(true);
  }

  /** An open connection, watched. Throws {@code Unreachable}, or {@code Forbidden} where the guard does. */
  SocketChannel dial(Target target, Watch watch) throws InterruptedException {
    return dial(target, addresses(target, watch.left()), options.connectTimeout(), watch);
  }

  /** The same with at most so much time to resolve, and once more for all addresses together. */
  SocketChannel dial(Target target, Duration patience, Watch watch) throws InterruptedException {
    return dial(target, addresses(target, Math.min(patience.toNanos(), watch.left())), patience, watch);
  }

  private SocketChannel dial(Target target, List<InetAddress> addresses, Duration patience, Watch watch)
      throws InterruptedException {
    var until = System.nanoTime() + Math.min(patience.toNanos(), watch.left());
    var tries = Math.min(addresses.size(), ADDRESSES_MAX);
    for (int i = 0; ; i++) {
      // an address that swallows packets must leave time for the next one
      var share = (until - System.nanoTime()) / (tries - i);
      try {
        return connect(addresses.get(i), target.port(), Math.max(1, TimeUnit.NANOSECONDS.toMillis(share)), watch);
      } catch (IOException e) {
        if (Thread.interrupted()) throw new InterruptedException();
        if (i + 1 >= tries || System.nanoTime() >= until) throw target.unreachable(words(e, watch), e);
      }
    }
  }

  private static SocketChannel connect(InetAddress address, int port, long millis, Watch watch) throws IOException {
    var channel = SocketChannel.open();
    try {
      watch.on(channel);
      channel.socket().connect(new InetSocketAddress(address, port), (int) Math.min(millis, Integer.MAX_VALUE));
      channel.socket().setTcpNoDelay(true);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    } catch (UnsupportedAddressTypeException e) {
      channel.close();
      throw new IOException("this machine does not speak IPv6", e);
    }
  }

  private static String words(IOException e, Watch watch) {
    if (watch.late() || e instanceof SocketTimeoutException) return "no connection in time";
    return "Connection refused".equals(e.getMessage()) ? "connection refused" : "no connection";
  }

  /** All addresses of a host, never none; all of them have passed the guard. Throws as {@link #dial} does. */
  List<InetAddress> addresses(Target target, long nanos) throws InterruptedException {
    var literal = AddressRange.literal(target.host());
    var known = literal.map(List::of).orElseGet(() -> resolver.known(target.host()));
    var found = known.isEmpty() ? lookUp(target, nanos) : known;
    guard.ifPresent(g -> g.check(target.host(), found));
    return found;
  }

  private List<InetAddress> lookUp(Target target, long nanos) throws InterruptedException {
    var lookUp = new FutureTask<>(() -> resolver.resolve(target.host()));
    resolving.execute(lookUp);
    try {
      var found = lookUp.get(nanos, TimeUnit.NANOSECONDS);
      if (found.isEmpty()) throw unknown(target, "its name was not found", null);
      return found;
    } catch (ExecutionException e) {
      throw unknown(target, "its name was not found", e.getCause());
    } catch (TimeoutException e) {
      throw unknown(target, "its name was not found in time", e);
    } finally {
      lookUp.cancel(false);
      resolving.remove(lookUp);
    }
  }

  /** Past a guard, a name that is missing looks like one that is private. */
  private GatewayException unknown(Target target, String why, Throwable cause) {
    return guard.isPresent() ? AddressGuard.forbidden(AddressGuard.NOT_PUBLIC) : target.unreachable(why, cause);
  }
}
