package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.api.CredentialBook;
import easel.api.CredentialBook.Check;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Refreshing;
import easel.core.Secret;
import easel.pool.PoolOptions;
import easel.pool.TokenPool;
import easel.store.AccountTable;
import easel.store.CredentialTable;
import easel.store.Terms;
import easel.store.Vault;
import fake.FakeTime;
import fake.TempStore;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trying a credential at a provider that tells what is left, without a wire. */
class CredentialCheckTest {
  private static final Secret SECRET = new Secret("secret-of-the-check");
  private static final Balance RICH = credential -> new Balance.Funds(new BigDecimal("7.25"), "USD");
  private static final Balance RUDE = credential -> {
    throw new GatewayException(new Failure.BadCredential("no such key: " + credential.secret().reveal()));
  };

  private final FakeTime time = new FakeTime();
  private final TempStore store = new TempStore(time);
  private Optional<Balance> balance = Optional.of(RICH);
  private Optional<Refreshing> refreshing = Optional.empty();
  private AccountBook accounts;
  private Credentials credentials;
  private int refreshed;

  @BeforeEach
  void start() throws Exception {
    var environment = Map.of("OPENAI_API_KEY", "key-of-the-environment");
    var config = ConfigReader.read(Flags.parse(List.of("--data", store.options().data().toString()), environment), environment);
    var vault = Vault.open(store.options().data(), Optional.empty());
    var table = new CredentialTable(store.database(), vault);
    var accountTable = new AccountTable(store.database(), vault);
    accounts = new AccountBook(accountTable, notice -> { });
    credentials = new Credentials(new Credentials.House() {
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
        refreshing.orElseThrow().refresh(new Credential(provider, name, SECRET));
      }

      @Override
      public void refresh() {
        refreshed++;
      }
    }, new Credentials.Shelves(table, accountTable, store.jobs(), accounts), new TokenPool(PoolOptions.defaults(), time), new ReentrantLock(), time);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static CredentialBook.Fresh fresh(String provider) {
    return new CredentialBook.Fresh(provider, SECRET, "", true, Terms.OPEN);
  }

  @Test
  void whatIsLeftIsToldForEverySource() throws Exception {
    var entered = credentials.add(fresh("openai"));
    assertEquals(true, entered.fresh());
    assertEquals(1, refreshed);
    for (var entry : credentials.list()) {
      assertEquals(new Check(Optional.of(new Balance.Funds(new BigDecimal("7.25"), "USD")), Account.UNKNOWN, ""), credentials.check(entry.id()));
    }
    assertEquals(2, credentials.list().size());
  }

  @Test
  void aRefusalIsToldWithoutTheSecretThatTheProviderRepeats() throws Exception {
    var id = credentials.add(fresh("openai")).entry().id();
    balance = Optional.of(RUDE);
    assertEquals(new Check(Optional.empty(), Account.UNKNOWN, "no such key: ***"), credentials.check(id));
  }

  @Test
  void whatCannotBeTriedForNothingIsNotTried() {
    var id = credentials.add(fresh("openai")).entry().id();
    balance = Optional.empty();
    var e = assertThrows(GatewayException.class, () -> credentials.check(id));
    assertEquals(new Failure.Invalid("id", "The provider openai has nothing that tries a credential without buying something."), e.failure());
  }

  @Test
  void aProviderThatIsNotSetUpGetsNoCredential() {
    var e = assertThrows(GatewayException.class, () -> credentials.add(fresh("opnai")));
    assertTrue(e.failure().message().startsWith("provider must be one of openai"), e.failure().message());
    assertEquals("provider", ((Failure.Invalid) e.failure()).field());
    assertThrows(GatewayException.class, () -> credentials.add(fresh("sample")));
    assertEquals(1, credentials.list().size());
  }

  @Test
  void nobodyKnowsAnUnknownOne() {
    assertEquals(new Failure.Missing("credential_not_found", "There is no such credential."),
        assertThrows(GatewayException.class, () -> credentials.check("cred_0")).failure());
  }
}
