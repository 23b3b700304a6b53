package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Accounts;
import easel.core.Credential;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Secret;
import easel.core.Task;
import easel.core.Time;
import easel.job.Catalogue;
import easel.job.JobEngine;
import easel.job.JobOptions;
import easel.job.Names;
import easel.job.Submission;
import easel.pool.PoolOptions;
import easel.pool.TokenPool;
import easel.provider.ProviderSettings;
import easel.provider.Providers;
import easel.store.AccountTable;
import easel.store.Vault;
import easel.upstream.ProxyOptions;
import easel.upstream.Upstream;
import easel.upstream.UpstreamOptions;
import fake.FakeLabs;
import fake.FullDisk;
import fake.TempStore;
import fake.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is learned of an account on the way to a purchase, while the database does not take it. */
@Timeout(30)
class UnwritableTest {
  private static final Credential CREDENTIAL = new Credential("flow", "flow#1", new Secret(FakeLabs.ST));

  private final Time time = Time.system();
  private final TempStore store = new TempStore(time);
  private final Upstream upstream = new Upstream(UpstreamOptions.defaults().by(ProxyOptions.only()).allowing(List.of("127.0.0.0/8")));
  private final List<String> kept = new ArrayList<>();
  private FakeLabs fake;
  private AccountBook book;

  @BeforeEach
  void open() throws Exception {
    fake = new FakeLabs();
    book = book();
  }

  @AfterEach
  void close() {
    fake.close();
    upstream.close();
    store.close();
  }

  /** As a new process would see it. */
  private AccountBook book() {
    return new AccountBook(new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty())), notice -> { }, time);
  }

  /** Whatever an adapter keeps, it keeps in a bad moment. */
  private Accounts unlucky() {
    return new Accounts() {
      @Override
      public Account of(Credential credential) {
        return book.of(credential);
      }

      @Override
      public Account keep(Credential credential, UnaryOperator<Account> change) {
        var full = FullDisk.at(store.database(), "account");
        try {
          var account = book.keep(credential, change);
          kept.add(account.session().isPresent() + " " + account.projects().size());
          return account;
        } finally {
          full.mend();
        }
      }

      @Override
      public Account note(Credential credential, UnaryOperator<Account> change) {
        return book.note(credential, change);
      }

      @Override
      public Turn turn(Credential credential) throws InterruptedException {
        return book.turn(credential);
      }
    };
  }

  private JobEngine engine() {
    var options = new JsonObject().add("labs_base_url", fake.labs().toString()).add("api_base_url", fake.api().toString());
    var settings = ProviderSettings.of("flow", "flow").withKeys(List.of(CREDENTIAL.secret())).withOptions(options);
    var within = Duration.ofSeconds(20);
    var outside = new Providers.Outside(upstream, upstream, upstream.fetcher(), unlucky(), time, within, within, 64 << 20, "Easel/test");
    var providers = new Providers(List.of(settings), outside);
    var pool = new TokenPool(PoolOptions.defaults(), book, time);
    pool.use(List.of(new TokenPool.Share(CREDENTIAL, 1, -1)));
    var offer = new Catalogue.Offer(providers.all(), Set.of("flow"), providers::cancelling, providers::reconciling);
    return new JobEngine(JobOptions.defaults(), new Catalogue(offer, Names.NONE, time), pool, store.jobs(), store.media(), event -> { }, time);
  }

  private static List<Object> told(AccountBook book) {
    var account = book.of(CREDENTIAL);
    return List.of(account.session().orElseThrow().token(), account.person(), account.funds().orElseThrow(), account.tier().orElseThrow(),
        account.projects());
  }

  @Test
  void aSessionAProjectAndFundsThatCannotBeStoredStopNoJobAndAreStoredLater() throws Exception {
    var task = new Task.Image("GEM_PIX_2", "a red boat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    var submission = new Submission(TestEngine.CALLER, "images/generations", "", task, Optional.empty(), Optional.empty(), "hash", false);
    try (var engine = engine()) {
      var job = engine.await(engine.submit(submission).job(), Duration.ofSeconds(20));
      assertEquals(JobState.SUCCEEDED, job.state(), "" + job.failure());
    }
    assertEquals(List.of(1, 1), List.of(fake.ledger().size(), fake.calls("session")));
    assertEquals("true 1", kept.getLast());
    assertEquals(Account.UNKNOWN, book().of(CREDENTIAL));
    book.flush();
    assertEquals(told(book), told(book()));
  }
}
