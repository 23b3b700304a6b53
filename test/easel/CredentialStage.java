package easel;

import easel.core.Balance;
import easel.core.Refreshing;
import easel.pool.PoolOptions;
import easel.pool.TokenPool;
import easel.store.AccountTable;
import easel.store.CounterTable;
import easel.store.CredentialTable;
import easel.store.Vault;
import fake.FakeTime;
import fake.TempStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Credentials with a real store and a real pool, without a wire. */
final class CredentialStage implements Credentials.House, AutoCloseable {
  final FakeTime time = new FakeTime();
  final TempStore store = new TempStore(time);
  final Map<String, String> environment = new HashMap<>(Map.of("OPENAI_API_KEY", "key-of-the-environment"));
  Optional<Balance> balance = Optional.empty();
  Optional<Refreshing> refreshing = Optional.empty();
  AccountTable table;
  CredentialTable rows;
  AccountBook accounts;
  TokenPool pool;
  Credentials credentials;
  int refreshed;
  private Config config;

  CredentialStage() {
    start();
  }

  private void start() {
    config = read();
    var vault = Vault.open(store.options().data(), Optional.empty());
    table = new AccountTable(store.database(), vault);
    accounts = new AccountBook(table, notice -> { }, time);
    pool = new TokenPool(PoolOptions.defaults(), accounts, time);
    accounts.tell(pool::tier);
    rows = new CredentialTable(store.database(), vault);
    credentials = new Credentials(this, new Lending.Shelves(rows, new CounterTable(store.database()), store.jobs(), accounts), pool, new ReentrantLock(), time);
    credentials.load();
    refresh();
  }

  private Config read() {
    try {
      return ConfigReader.read(Flags.parse(List.of("--data", store.options().data().toString()), environment), environment);
    } catch (ConfigException | Flags.Usage e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A new process; what was only noted is stored first, as at every good end. */
  void restart() {
    accounts.flush();
    store.restart();
    start();
  }

  /** What the pool is given to lend for new work at openai: limits, way and class. */
  List<String> shares() {
    return credentials.shares(config).stream().filter(s -> s.credential().provider().equals("openai") && s.limits().concurrency() != 0)
        .map(s -> "openai " + s.limits().images() + " " + s.limits().videos() + " " + s.credential().proxy().reveal() + " " + s.tier()).toList();
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public int models(String provider) {
    return 0;
  }

  @Override
  public Optional<Balance> balance(String provider) {
    return balance;
  }

  @Override
  public Optional<Refreshing> refreshing(String provider) {
    return refreshing;
  }

  @Override
  public void renew(String provider, String name) throws InterruptedException {
    var whose = credentials.working().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    refreshing.orElseThrow().refresh(whose);
  }

  @Override
  public void refresh() {
    refreshed++;
    pool.use(config.pool(), credentials.shares(config), Map.of());
  }

  @Override
  public void close() {
    store.close();
  }
}
