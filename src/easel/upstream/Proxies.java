package easel.upstream;

import easel.core.Notice;
import easel.core.Secret;
import easel.core.Time;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which proxies a call takes, and how they do. The list is the credential's own where it has any; else those for files,
 * where the call carries some, and then the usual ones. Those that are well come first, those that rest are the last
 * resort. Whatever changes is told once.
 */
final class Proxies {
  private static final System.Logger LOG = System.getLogger("easel.upstream");
  /** For those who have nobody else who hears. */
  static final Notice.Listener LOGGED = notice -> LOG.log(notice.kind() == Notice.Kind.PROXY_UP ? Level.INFO : Level.WARNING, notice.words());

  private final ProxyOptions options;
  private final NoProxy exempt;
  private final Time time;
  private final Notice.Listener listener;
  private final ConcurrentHashMap<ProxySetting, ProxyHealth> known = new ConcurrentHashMap<>();
  /** In the order in which they were first asked for: metrics call them by their place. */
  private final List<ProxyHealth> met = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<List<ProxySetting>, Trail> trails = new ConcurrentHashMap<>();
  private final LongAdder direct;

  Proxies(ProxyOptions options, Time time, Notice.Listener listener) {
    this(options, time, listener, new LongAdder());
  }

  private Proxies(ProxyOptions options, Time time, Notice.Listener listener, LongAdder direct) {
    this.options = options;
    this.time = time;
    this.listener = listener;
    this.direct = direct;
    exempt = NoProxy.of(options.noProxy());
  }

  /** The same by other rules: what is known of a proxy is shared with calls that go on by the old ones. */
  Proxies with(ProxyOptions next) {
    var other = new Proxies(next, time, listener, direct);
    for (var health : met) {
      other.known.put(health.proxy(), health);
      other.met.add(health);
    }
    return other;
  }

  /** Forgets all that are neither configured nor among those of credentials. */
  void keep(Collection<Secret> owned) {
    var wanted = new HashSet<>(options.usual());
    wanted.addAll(options.media());
    for (var own : owned) wanted.addAll(parsed(own));
    trails.keySet().removeIf(list -> !wanted.containsAll(list));
    met.removeIf(health -> !wanted.contains(health.proxy()));
    known.keySet().retainAll(wanted);
  }

  private static List<ProxySetting> parsed(Secret own) {
    try {
      return own.isEmpty() ? List.of() : ProxySetting.parseAll(own.reveal());
    } catch (IllegalArgumentException e) {
      // nothing goes by it, so nothing is known of it
      return List.of();
    }
  }

  /**
   * The proxies that a call has to take; empty where it goes directly, and rightly so.
   *
   * @throws easel.core.GatewayException {@code Unreachable} where the credential's own proxy is none
   */
  Optional<Trail> trail(Call.Way way, Target target) {
    var list = way.own().isEmpty() ? usual(way.media()) : own(way, target);
    if (list.isEmpty() || exempt.holds(target)) return Optional.empty();
    return Optional.of(trails.computeIfAbsent(list, Trail::new));
  }

  private List<ProxySetting> usual(boolean media) {
    if (!media || options.media().isEmpty()) return options.usual();
    var both = new LinkedHashSet<>(options.media());
    both.addAll(options.usual());
    return List.copyOf(both);
  }

  private static List<ProxySetting> own(Call.Way way, Target target) {
    try {
      return ProxySetting.parseAll(way.own().reveal());
    } catch (IllegalArgumentException e) {
      throw target.unreachable("the proxy of its credential " + e.getMessage(), null);
    }
  }

  ProxyReport report() {
    var entries = new ArrayList<ProxyReport.Entry>();
    for (var proxy : options.usual()) entries.add(health(proxy).report(ProxyReport.Use.USUAL));
    for (var proxy : options.media()) {
      if (!options.usual().contains(proxy)) entries.add(health(proxy).report(ProxyReport.Use.MEDIA));
    }
    for (var health : met) {
      var configured = options.usual().contains(health.proxy()) || options.media().contains(health.proxy());
      if (!configured) entries.add(health.report(ProxyReport.Use.OWN));
    }
    return new ProxyReport(List.copyOf(entries), direct.sum());
  }

  private ProxyHealth health(ProxySetting proxy) {
    return known.computeIfAbsent(proxy, p -> {
      var health = new ProxyHealth(p, time);
      met.add(health);
      return health;
    });
  }

  private void tell(Notice.Kind kind, String words) {
    listener.heard(new Notice(time.instant(), kind, "", "", words));
  }

  /** The proxies of one list. */
  final class Trail {
    private final List<ProxyHealth> all;
    private final AtomicBoolean left = new AtomicBoolean();

    private Trail(List<ProxySetting> list) {
      all = list.stream().map(Proxies.this::health).toList();
    }

    /** All of them, those that rest at the end. */
    List<ProxyHealth> inOrder() {
      var order = new ArrayList<ProxyHealth>(all.size());
      var resting = new ArrayList<ProxyHealth>();
      for (var health : all) (health.rests() ? resting : order).add(health);
      order.addAll(resting);
      return order;
    }

    /** Whether a call may go without where none of them lets it through. */
    boolean mayLeave() {
      return options.directFallback();
    }

    long now() {
      return time.nanos();
    }

    /** {@code counts}: whether this says that the proxy does not work; {@code began}: on {@link #now}. */
    void failed(ProxyHealth health, NoWay why, boolean counts, long began) {
      if (why.whose() == NoWay.Whose.TARGET && health.worked(false)) up(health);
      if (!counts) {
        health.noted(why.getMessage());
        return;
      }
      var rest = health.failed(began, why.getMessage());
      if (rest.isEmpty()) return;
      var words = why.getMessage() + "; it rests for " + rest.get().toSeconds() + " s";
      if (health.report(ProxyReport.Use.USUAL).failures() == 1) tell(Notice.Kind.PROXY_DOWN, words);
      else LOG.log(Level.DEBUG, words);
    }

    void worked(ProxyHealth health) {
      if (health.worked(true)) up(health);
      if (left.compareAndSet(true, false)) LOG.log(Level.INFO, "calls go by proxy " + health.proxy().words() + " again");
    }

    private void up(ProxyHealth health) {
      tell(Notice.Kind.PROXY_UP, "proxy " + health.proxy().words() + " works again");
    }

    /** A call goes without; {@code why}: what its proxies said. */
    void leaves(String why) {
      direct.increment();
      if (left.compareAndSet(false, true)) tell(Notice.Kind.DIRECT, "calls go directly, without a proxy: " + why);
    }
  }
}
