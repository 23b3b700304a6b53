package easel;

import easel.api.ApiKeyFilter;
import easel.api.ApiKeys;
import easel.api.MediaLinks;
import easel.api.OpsApi;
import easel.core.Event;
import easel.core.Fetcher;
import easel.core.Job;
import easel.core.Metrics;
import easel.core.Notice;
import easel.core.Time;
import easel.http.HttpServer;
import easel.job.Janitor;
import easel.job.JobEngine;
import easel.pool.Refresher;
import easel.pool.TokenPool;
import easel.provider.Providers;
import easel.store.AccountTable;
import easel.store.ApiKeyTable;
import easel.store.CounterTable;
import easel.store.CredentialTable;
import easel.store.Database;
import easel.store.JobLog;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.SettingTable;
import easel.store.StoreException;
import easel.store.Vault;
import easel.upstream.Upstream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Wires the parts once, starts them in order, swaps what a new configuration changes, and stops them in order. */
final class Gateway implements AutoCloseable, Furnished {
  private static final System.Logger LOG = System.getLogger("easel");
  private static final Duration CHORES = Duration.ofMinutes(1);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** Reads the configuration as it is now. */
  interface Source {
    Config read() throws ConfigException;
  }

  private final Source source;
  private final Time time = Time.system();
  private final Database database;
  private final JobTable jobs;
  private final SettingTable settings;
  private final MediaStore media;
  private final ApiKeyFilter keys;
  private final MediaLinks links = new MediaLinks();
  private final TokenPool pool;
  private final Meters meters = new Meters();
  private final Notices notices = new Notices();
  private final AccountBook accounts;
  private final Credentials credentials;
  private final Refresher refresher;
  private final Vitals vitals;
  private final JobEngine engine;
  private final FirstStart first;
  private final Faces faces;
  private final HttpServer server;
  private final Janitor janitor;
  private final CountDownLatch serving = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReentrantLock changing = new ReentrantLock();
  private volatile OpsApi.Phase phase = OpsApi.Phase.STARTING;
  private volatile Upstream upstream;
  private volatile Providers providers;
  private volatile Config config;

  private Gateway(Config config, Source source) throws ConfigException, IOException {
    this.config = config;
    this.source = source;
    var plan = new Blueprint(config);
    var vault = Vault.open(config.storage().data(), config.secrets().vaultKey());
    database = Database.open(plan.store(), time);
    jobs = new JobTable(database);
    media = new MediaStore(database);
    settings = new SettingTable(database);
    var keyTable = new ApiKeyTable(database);
    keys = new ApiKeyFilter(keyTable, ApiKeys.NONE, time);
    accounts = new AccountBook(new AccountTable(database, vault), this::heard, time);
    pool = new TokenPool(config.pool(), accounts, time);
    accounts.tell(pool::tier);
    var shelves = new Lending.Shelves(new CredentialTable(database, vault), new CounterTable(database), jobs, accounts);
    credentials = new Credentials(this, shelves, pool, changing, time);
    credentials.load();
    upstream = new Upstream(plan.wayOut(), time, this::heard);
    providers = plan.providers(upstream, accounts, time);
    refresher = new Refresher(pool, providers::refreshing, accounts, this::heard, time);
    vitals = new Vitals(new Vitals.Now(() -> phase, () -> providers, () -> upstream), credentials, pool, database, time);
    var models = plan.checkedCatalogue(providers, credentials.with(config.providers()), time);
    engine = new JobEngine(plan.jobs(), models, pool, jobs, media, this::heard, time);
    faces = new Faces(this, keys, links, time);
    apply(config);
    // The port first: a start that cannot have it must neither make secrets nobody reads nor wake jobs it cannot
    // finish.
    server = HttpServer.start(Faces.options(config), faces.router());
    first = FirstStart.prepare(config.access(), keyTable, settings, time.instant());
    engine.resume();
    janitor = new Janitor(chores(), CHORES, time);
    refresher.tick();
    phase = OpsApi.Phase.SERVING;
    serving.countDown();
  }

  /** What has expired, what is too much, what belongs to nobody; and open jobs that nobody works on. */
  private List<Janitor.Chore> chores() {
    return List.of(new Janitor.Chore("sweep", () -> media.sweep(time)), new Janitor.Chore("resume", engine::resume),
        new Janitor.Chore("refresh", refresher::tick), new Janitor.Chore("accounts", accounts::flush),
        new Janitor.Chore("counters", credentials::fold), new Janitor.Chore("retired", credentials::tidy));
  }

  static Gateway start(Config config, Source source) throws ConfigException, IOException {
    return new Gateway(config, source);
  }

  JobEngine engine() {
    return engine;
  }

  JobTable jobs() {
    return jobs;
  }

  JobLog log() {
    return new JobLog(database);
  }

  Vitals vitals() {
    return vitals;
  }

  Metrics metrics() {
    return meters.metrics();
  }

  private void heard(Notice notice) {
    meters.heard(notice);
    notices.heard(notice);
  }

  private void heard(Event event) {
    meters.heard(event);
    credentials.heard(event);
    stranded(event, time.instant()).ifPresent(this::heard);
  }

  /** A job says so once of each: whether its credential is to come back is for a person to decide. */
  static Optional<Notice> stranded(Event event, Instant now) {
    if (!(event instanceof Event.Stranded s)) return Optional.empty();
    return Optional.of(new Notice(now, Notice.Kind.STRANDED, s.hold().provider(), s.hold().credential(),
        "The job " + s.job().id() + " " + Job.Standing.STRANDED + "."));
  }

  Credentials credentials() {
    return credentials;
  }

  MediaStore media() {
    return media;
  }

  /** The way out by the rules of the moment. */
  Upstream upstream() {
    return upstream;
  }

  /** Downloads what callers link to, by the rules of the moment. */
  Fetcher fetcher() {
    return (link, field, bytesMax, file) -> upstream.fetcher().fetch(link, field, bytesMax, file);
  }

  boolean isAdmin(String name, String password) {
    return FirstStart.matches(config.access(), settings, name, password);
  }

  // ---- configuration ----------------------------------------------------------------------------------------------

  /** Everything a new configuration changes without a restart, in one go. */
  private void apply(Config next) {
    var plan = new Blueprint(next);
    keys.use(plan.apiKeys());
    links.use(next.storage().baseUrl().map(Object::toString).orElse(""));
    lend(next, plan);
    faces.use(next.limits());
    database.use(next.storage().life(), next.storage().bytesMax(), next.limits().pixelsMax());
    LogFormat.debug(next.debug());
    boolean sameAdmin = next.access().adminName().equals(config.access().adminName())
        && next.access().adminPassword().equals(config.access().adminPassword());
    config = next;
    if (!sameAdmin) faces.logOut();
  }

  private void lend(Config next, Blueprint plan) {
    var shares = credentials.shares(next);
    pool.use(next.pool(), shares, plan.caps());
    upstream.keep(shares.stream().map(s -> s.credential().proxy()).toList());
  }

  /**
   * Reads the configuration again. A bad one changes nothing: its complaints are logged and answered.
   *
   * @return the complaints; empty when the new configuration is in force
   */
  List<String> reload() {
    changing.lock();
    try {
      var next = source.read();
      // Jobs under way keep the connections they began with: the old way out is not closed.
      var plan = new Blueprint(next);
      var wayOut = plan.wayOut().equals(new Blueprint(config).wayOut()) ? upstream : upstream.with(plan.wayOut());
      var nextProviders = plan.providers(wayOut, accounts, time);
      credentials.load();
      var models = plan.checkedCatalogue(nextProviders, credentials.with(next.providers()), time);
      upstream = wayOut;
      providers = nextProviders;
      engine.use(plan.jobs(), models);
      apply(next);
      credentials.forgiveConfigured();
      server.use(next.server().hosts(), next.server().trustForwarded());
      engine.resume();
      refresher.use(providers::refreshing);
      refresher.tick();
      LOG.log(Level.INFO, "configuration read again");
      return List.of();
    } catch (ConfigException e) {
      e.complaints().forEach(c -> LOG.log(Level.WARNING, "configuration kept as it was: " + c));
      return e.complaints();
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "configuration kept as it was", e);
      return List.of("The credentials in the database cannot be read: " + e.getMessage());
    } finally {
      changing.unlock();
    }
  }

  /** Lets the credentials of the database as they are now take effect; jobs under way keep theirs. */
  @Override
  public void refresh() {
    var plan = new Blueprint(config);
    lend(config, plan);
    engine.use(plan.jobs(), plan.catalogue(providers, credentials.with(config.providers()), time));
    engine.resume();
    refresher.tick();
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Providers providers() {
    return providers;
  }

  @Override
  public void renew(String provider, String name) throws InterruptedException {
    refresher.refresh(provider, name);
  }

  Notices notices() {
    return notices;
  }

  // ---- life -------------------------------------------------------------------------------------------------------

  /** Waits until the jobs of an earlier process are under way again; false if that takes longer than this. */
  boolean serves(Duration patience) throws InterruptedException {
    return serving.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  String address() {
    return address(config.server().host(), server.port());
  }

  /** Where a server that listens so can be called on this machine. */
  static String address(String host, int port) {
    return "http://" + (everywhere(host) ? "127.0.0.1" : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean everywhere(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  void welcome(PrintStream out) {
    first.tell(out, address(), everywhere(config.server().host()), config.storage().data().toString(), config.access().adminName());
  }

  /** Takes nothing new, lets what is being sent come to its answer, tells every listener, and lets go of the folder. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    LOG.log(Level.INFO, "stopping, jobs under way: {0}", engine.open());
    phase = OpsApi.Phase.DRAINING;
    try {
      engine.drain(config.server().drain());
      server.drain(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
    janitor.close();
    refresher.close();
    engine.close();
    upstream.close();
    accounts.flush();
    database.close();
    LOG.log(Level.INFO, "stopped");
  }
}
