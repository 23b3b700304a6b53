package easel;

import easel.api.CredentialBook;
import easel.api.MetricsApi;
import easel.api.OpsApi;
import easel.core.Provider;
import easel.core.Time;
import easel.pool.Health;
import easel.pool.TokenPool;
import easel.provider.Providers;
import easel.store.Database;
import easel.upstream.Upstream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How the parts fare, read from them whenever somebody asks. */
final class Vitals implements MetricsApi.Readings {
  /** Those that a new configuration replaces, and how far the process is: as they are at the moment. */
  record Now(Supplier<OpsApi.Phase> phase, Supplier<Providers> providers, Supplier<Upstream> upstream) {}

  private final Now now;
  private final CredentialBook credentials;
  private final TokenPool pool;
  private final Database database;
  private final Time time;
  private final Instant started;

  Vitals(Now now, CredentialBook credentials, TokenPool pool, Database database, Time time) {
    this.now = now;
    this.credentials = credentials;
    this.pool = pool;
    this.database = database;
    this.time = time;
    this.started = time.instant();
  }

  @Override
  public OpsApi.Phase phase() {
    return now.phase().get();
  }

  @Override
  public String version() {
    return Version.text();
  }

  @Override
  public Instant started() {
    return started;
  }

  @Override
  public boolean activeTokens() {
    return pool.able();
  }

  @Override
  public List<CredentialBook.Entry> entries() {
    return credentials.list();
  }

  @Override
  public Set<String> sessions() {
    var providers = now.providers().get();
    return providers.all().stream().map(Provider::id).filter(p -> providers.refreshing(p).isPresent()).collect(Collectors.toSet());
  }

  @Override
  public List<Health> healths() {
    return pool.health();
  }

  @Override
  public int waiting() {
    return pool.waiting();
  }

  @Override
  public List<MetricsApi.Way> ways() {
    var ways = new ArrayList<MetricsApi.Way>();
    for (var p : now.upstream().get().proxies().proxies()) {
      boolean resting = p.restsUntil().map(time.instant()::isBefore).orElse(false);
      var use = p.use().name().toLowerCase(Locale.ROOT);
      ways.add(new MetricsApi.Way(ways.size() + 1, use, resting, p.failures(), p.calls()));
    }
    return ways;
  }

  @Override
  public long direct() {
    return now.upstream().get().proxies().direct();
  }

  @Override
  public long commits() {
    return database.commits();
  }

  @Override
  public long writes() {
    return database.writes();
  }
}
