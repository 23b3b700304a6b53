package easel.upstream;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.upstream.NoWay.Whose;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Sends calls by proxies, one after the other until one lets the call through. It goes on only where it is proven that
 * no byte of the request reached the upstream, and without a proxy only where that is allowed.
 */
final class Detours {
  /** For a proxy that rests, where there is another way: most of those that rest are still down. */
  private static final Duration GLANCE = Duration.ofSeconds(2);

  private final Duration patience;
  private final Tunnels tunnels;
  private final Dialler dialler;
  private final Optional<AddressGuard> guard;

  /** {@code patience}: for the connection to a proxy, and once more for its own to the upstream. */
  Detours(Duration patience, Tunnels tunnels, Dialler dialler, Optional<AddressGuard> guard) {
    this.patience = patience;
    this.tunnels = tunnels;
    this.dialler = dialler;
    this.guard = guard;
  }

  /**
   * Empty where the call is to go directly.
   *
   * @throws GatewayException {@code Unreachable} where it is not, and no proxy let it through
   */
  Optional<Reply> send(Errand errand, Proxies.Trail trail) throws InterruptedException {
    var refusals = new ArrayList<NoWay>();
    // for callers, whom a proxy's address is no business of
    var told = new LinkedHashSet<String>();
    var left = trail.inOrder();
    for (int i = 0; i < left.size() && !errand.watch().late(); i++) {
      var health = left.get(i);
      var began = trail.now();
      var last = i + 1 == left.size() && !trail.mayLeave();
      try {
        var reply = by(health.proxy(), errand, patience(errand, left.size() - i, health.rests() && !last));
        trail.worked(health);
        return Optional.of(reply);
      } catch (NoWay e) {
        trail.failed(health, e, counts(e), began);
        refusals.add(e);
        told.add(e.getMessage().replace("proxy " + health.proxy().words(), "the proxy"));
      }
    }
    return without(errand, trail, refusals, String.join("; ", told));
  }

  private Duration patience(Errand errand, int ways, boolean glance) {
    var most = glance && GLANCE.compareTo(patience) < 0 ? GLANCE : patience;
    // a proxy that swallows everything must leave time for the next one
    var share = Duration.ofNanos(Math.max(1, errand.watch().left() / (ways + 1)));
    return share.compareTo(most) < 0 ? share : most;
  }

  /** A caller's link may lead to a host that makes any proxy look broken: it must not send them to rest. */
  private boolean counts(NoWay e) {
    return e.whose() == Whose.PROXY || e.whose() == Whose.UNCLEAR && guard.isEmpty();
  }

  /**
   * A caller's link goes directly only if all proxies are down: else its host could have our address by refusing
   * theirs.
   */
  private Optional<Reply> without(Errand errand, Proxies.Trail trail, List<NoWay> refusals, String told) {
    if (refusals.isEmpty()) throw errand.target().unreachable("no connection in time", null);
    var all = refusals.stream().map(NoWay::getMessage).distinct().collect(Collectors.joining("; "));
    var ours = refusals.stream().allMatch(e -> e.whose() == Whose.PROXY);
    var callers = guard.isPresent() && !guard.get().leavesNames();
    if (errand.watch().late() || !trail.mayLeave() || callers && !ours) throw errand.target().unreachable(told, refusals.getLast());
    trail.leaves(all);
    return Optional.empty();
  }

  // ---- one proxy --------------------------------------------------------------------------------------------------

  private Reply by(ProxySetting proxy, Errand errand, Duration patience) throws NoWay, InterruptedException {
    var places = places(proxy, errand, patience);
    for (int i = 0; ; i++) {
      try {
        return by(proxy, errand, places.get(i), patience);
      } catch (NoWay e) {
        // it may speak but one of IPv4 and IPv6
        if (e.whose() == Whose.PROXY || i + 1 == places.size()) throw e;
      }
    }
  }

  private Reply by(ProxySetting proxy, Errand errand, InetSocketAddress to, Duration patience)
      throws NoWay, InterruptedException {
    var line = tunnels.open(proxy, errand.target(), to, patience, errand.watch());
    if (line.forwards().isEmpty()) return errand.on(line.socket());
    try {
      return errand.by(line.forwards().get(), line.socket());
    } catch (NoWay e) {
      // what looks like the proxy's own answer may be that of the host, which somebody's link led to
      throw guard.isEmpty() ? e : new NoWay(Whose.UNCLEAR, e.getMessage(), e);
    }
  }

  /** What the proxy is told: the name where it resolves names and may; else the first address of either kind. */
  private List<InetSocketAddress> places(ProxySetting proxy, Errand errand, Duration patience)
      throws NoWay, InterruptedException {
    var target = errand.target();
    var names = proxy.kind() != ProxySetting.Kind.SOCKS5 && guard.map(AddressGuard::leavesNames).orElse(true);
    if (names && AddressRange.literal(target.host()).isEmpty()) {
      guard.ifPresent(g -> g.checkName(target.host()));
      return List.of(InetSocketAddress.createUnresolved(target.host(), target.port()));
    }
    try {
      var addresses = dialler.addresses(target, Math.min(patience.toNanos(), errand.watch().left()));
      var firsts = new ArrayList<InetAddress>(addresses.subList(0, 1));
      addresses.stream().filter(a -> four(a) != four(firsts.getFirst())).findFirst().ifPresent(firsts::add);
      return firsts.stream().map(a -> new InetSocketAddress(a, target.port())).toList();
    } catch (GatewayException e) {
      if (!(e.failure() instanceof Failure.Unreachable)) throw e;
      throw new NoWay(Whose.US, "by proxy " + proxy.words() + ": its name was not found here", e);
    }
  }

  private static boolean four(InetAddress address) {
    return address instanceof Inet4Address;
  }
}
