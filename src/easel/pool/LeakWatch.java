package easel.pool;

import easel.core.Notice;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Knows the leases that are out. One that is out for too long is told of and not taken away: its work may be paid for.
 * Guarded by the pool's lock.
 */
final class LeakWatch {
  private final Moments moments;
  private final Tidings tidings;
  /** The oldest first. */
  private final Set<Lease> out = new LinkedHashSet<>();

  LeakWatch(Moments moments, Tidings tidings) {
    this.moments = moments;
    this.tidings = tidings;
  }

  void lent(Lease lease) {
    out.add(lease);
  }

  void back(Lease lease) {
    out.remove(lease);
  }

  /** Those that are out for longer, each told of once. */
  List<Notice> late(Duration longest) {
    long now = moments.now();
    return out.stream().takeWhile(l -> now - l.terms().since() >= longest.toNanos()).filter(Lease::tell)
        .map(l -> late(l, Duration.ofNanos(now - l.terms().since()))).toList();
  }

  private Notice late(Lease lease, Duration out) {
    var credential = lease.credential();
    var terms = lease.terms();
    var kind = terms.kind().name().toLowerCase(Locale.ROOT);
    var since = moments.instant().minus(out);
    tidings.said(Level.WARNING, "lease is out for long provider={0} credential={1} kind={2} owner={3} since={4}",
        credential.provider(), credential.name(), kind, terms.owner(), since);
    var whose = terms.fresh() ? "to " + terms.owner() : "for work that was upstream already";
    return new Notice(moments.instant(), Notice.Kind.LEAKED, credential.provider(), credential.name(),
        "A lease for one " + kind + " is out since " + since + ", " + whose + ".");
  }
}
