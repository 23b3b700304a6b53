package easel.upstream;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * HTTP/1.1 on a fresh connection for every call: for calls that buy, for guarded links, and for all that goes by
 * proxies. A connection that was used before may be dead without our knowing, and then nobody can tell whether the
 * upstream got the request; on a fresh one the line between "never sent" and "perhaps bought" is sharp: it is the first
 * byte written after the handshake.
 *
 * <p>Nothing is repeated, redirected or decompressed. An answer that could be read in two ways is broken.
 */
final class SocketTransport implements Transport {
  private final Dialler dialler;
  private final Detours detours;
  private final Proxies proxies;
  private final Watchdog watchdog;
  private final Optional<AddressGuard> guard;
  private final Tls tls;

  SocketTransport(UpstreamOptions options, Watchdog watchdog, Resolver resolver, Supplier<SSLContext> context,
      Optional<AddressGuard> guard, Proxies proxies) {
    this.watchdog = watchdog;
    this.guard = guard;
    this.proxies = proxies;
    tls = new Tls(context);
    dialler = new Dialler(options, resolver, guard);
    var unguarded = guard.isEmpty() ? dialler : new Dialler(options, resolver, Optional.empty());
    detours = new Detours(options.connectTimeout(), new Tunnels(unguarded, tls), dialler, guard);
  }

  @Override
  public Reply send(Call call) throws InterruptedException {
    guard.ifPresent(g -> g.check(call.uri()));
    var target = Target.of(call.uri());
    var outgoing = Outgoing.of(call, target);
    var trail = proxies.trail(call.way(), target);
    var watch = watchdog.watch(call);
    Reply reply = null;
    try {
      var errand = new Errand(call, target, outgoing, watch);
      var found = trail.isPresent() ? detours.send(errand, trail.get()) : Optional.<Reply>empty();
      reply = found.isPresent() ? found.get() : directly(errand);
      return reply;
    } finally {
      if (reply == null) watch.end();
    }
  }

  private Reply directly(Errand errand) throws InterruptedException {
    var target = errand.target();
    var channel = dialler.dial(target, errand.watch());
    if (!target.tls()) return errand.on(channel.socket());
    try {
      var socket = tls.over(channel.socket(), target.host(), target.port());
      return errand.on(socket);
    } catch (IOException e) {
      if (Thread.interrupted()) throw new InterruptedException();
      throw target.unreachable(errand.watch().late() ? "no TLS in time" : Tls.words(e), e);
    }
  }
}
