package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Account;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Notice;
import easel.core.Secret;
import easel.pool.Standing;
import easel.store.AccountTable;
import easel.store.AccountTable.Key;
import easel.store.CounterTable;
import easel.store.Tally;
import easel.store.Vault;
import fake.Await;
import fake.FakeTime;
import fake.TempStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AccountBookTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Credential ONE = new Credential("flow", "flow#000001", new Secret("first-secret-of-the-book"));
  private static final Key KEY = new Key("flow", "flow#000001");
  private static final Account.Session SESSION = new Account.Session(new Secret("session-of-the-book"), NOW.plusSeconds(3600));
  private static final Standing DISABLED =
      new Standing(3, Optional.empty(), Optional.of(NOW), Optional.of(new Failure.BadCredential("not signed in")));

  private final FakeTime time = new FakeTime();
  private final TempStore store = new TempStore(time);
  private final List<Notice> notices = new ArrayList<>();
  private final List<String> tiers = new ArrayList<>();

  @AfterEach
  void close() {
    store.close();
  }

  /** As a new process would see it. */
  private AccountBook book() {
    var book = new AccountBook(new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty())), notices::add, time);
    book.tell((provider, name, rank) -> tiers.add(provider + " " + name + " " + rank));
    return book;
  }

  private void awaitStored(Standing standing) {
    Await.until("the standing to be stored", () -> book().standing(KEY).equals(standing));
  }

  private static Account funded(Account account, String amount) {
    return account.with(new Balance.Funds(new BigDecimal(amount), "credits"), Optional.empty(), NOW);
  }

  @Test
  void whatIsKeptIsOnTheDiskWhenTheCallReturns() {
    var kept = book().keep(ONE, account -> account.with(SESSION, "a@example.org").withProjects(List.of("p-1")));
    assertEquals(kept, book().of(ONE));
    assertEquals(Account.UNKNOWN, book().of(new Credential("gemini", ONE.name(), ONE.secret())));
    book().keep(ONE, Account::withoutSession);
    assertEquals(kept.withoutSession(), book().of(ONE));
  }

  @Test
  void whatTookASecretsPlaceIsOnTheDiskToo() {
    var renewal = Account.Renewal.of(ONE.secret(), new Secret("renewal-of-the-book"), NOW);
    book().keep(ONE, account -> account.with(SESSION, "").renewed(Optional.of(renewal)));
    assertEquals(renewal.token(), book().of(ONE).current(ONE.secret()));
    assertEquals(new Secret("another-secret"), book().of(ONE).current(new Secret("another-secret")));
    assertEquals(Optional.of(KEY), book().renewed("flow", renewal.token()));
    assertEquals(Optional.empty(), book().renewed("gemini", renewal.token()));
    book().keep(ONE, account -> account.renewed(Optional.empty()));
    assertEquals(Account.UNKNOWN.with(SESSION, ""), book().of(ONE));
  }

  @Test
  void oneAtATimeHasTheTurnOfACredential() throws Exception {
    var book = book();
    var turn = book.turn(ONE);
    var other = new FutureTask<>(() -> {
      var mine = book.turn(ONE.labelled("by another way"));
      mine.end();
      return true;
    });
    var thread = Thread.ofVirtual().start(other);
    Await.until("its wait", () -> thread.getState() == Thread.State.WAITING);
    book.turn(new Credential("flow", "flow#000002", ONE.secret())).end();
    assertFalse(other.isDone());
    turn.end();
    assertEquals(true, other.get());
    var again = book.turn(ONE);
    var impatient = new FutureTask<>(() -> assertThrows(InterruptedException.class, () -> book.turn(ONE)));
    Thread.ofVirtual().start(impatient).interrupt();
    impatient.get();
    again.end();
  }

  @Test
  void whatIsNotedIsKnownAtOnceAndStoredWithTheNextFlush() {
    var book = book();
    var noted = book.note(ONE, account -> funded(account, "7"));
    assertEquals(noted, book.of(ONE));
    assertEquals(Account.UNKNOWN, book().of(ONE));
    book.flush();
    assertEquals(noted, book().of(ONE));
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    var book = book();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        var id = "p-" + i;
        threads.submit(() -> book.keep(ONE, account -> {
          var projects = new ArrayList<>(account.projects());
          projects.add(id);
          return account.withProjects(projects);
        }));
        threads.submit(() -> book.note(ONE, account -> funded(account, "7")));
        threads.submit(() -> book.changed(ONE, DISABLED, Optional.empty()));
      }
    }
    book.flush();
    assertEquals(50, book().of(ONE).projects().size());
    assertEquals(book.of(ONE), book().of(ONE));
    awaitStored(DISABLED);
  }

  @Test
  void everyRefusalMoreIsAnErrorAndNothingElseIs() {
    var book = book();
    book.meet(List.of(KEY), List.of(ONE));
    for (int refusals : List.of(1, 2, 0, 0, 1)) {
      book.changed(ONE, new Standing(refusals, Optional.of(NOW), Optional.empty(), Optional.empty()), Optional.empty());
    }
    var table = new CounterTable(store.database());
    Await.until("all errors to be counted", () -> {
      book.flush();
      var counters = table.counters(Tally.day(NOW)).get(KEY);
      return counters != null && counters.today().errors() == 3;
    });
    assertEquals(new CounterTable.Sum(0, 0, 3), table.counters(Tally.day(NOW)).get(KEY).total());
  }

  @Test
  void aStandingOutlivesTheProcessAndANoticeIsToldOn() {
    var notice = new Notice(NOW, Notice.Kind.DISABLED, "flow", ONE.name(), "refused three times");
    book().changed(ONE, DISABLED, Optional.of(notice));
    assertEquals(List.of(notice), notices);
    awaitStored(DISABLED);
    var book = book();
    book.forgive(KEY);
    assertEquals(Standing.CLEAN, book.standing(KEY));
    assertEquals(Standing.CLEAN, book().standing(KEY));
  }

  @Test
  void whatIsHeardOfAReplacedSecretDoesNotCountAgainstTheNewOne() {
    var book = book();
    book.meet(List.of(KEY), List.of(new Credential("flow", ONE.name(), new Secret("renewed-secret-of-the-book"))));
    book.changed(ONE, DISABLED, Optional.empty());
    assertEquals(Standing.CLEAN, book.standing(KEY));
    book.meet(List.of(KEY), List.of(ONE));
    book.changed(ONE, DISABLED, Optional.empty());
    assertEquals(DISABLED, book.standing(KEY));
  }

  @Test
  void aClassOfAccountThatChangesIsToldToThePool() {
    var book = book();
    assertEquals(-1, book.tier(KEY));
    for (int rank : List.of(1, 1, 2)) {
      book.note(ONE, account -> account.with(new Balance.Funds(BigDecimal.ONE, "credits"), Optional.of(new Account.Tier(rank, "T" + rank)), NOW));
    }
    book.note(ONE, account -> funded(account, "7"));
    assertEquals(List.of("flow flow#000001 1", "flow flow#000001 2"), tiers);
    assertEquals(2, book.tier(KEY));
  }

  @Test
  void aClassThatTheProviderSaysOnceMoreIsToldToThePoolAndOneThatIsOnlyKnownIsNot() {
    var book = book();
    for (int hour = 0; hour < 2; hour++) {
      var heard = NOW.plusSeconds(3600 * hour);
      book.keep(ONE, account -> account.with(new Balance.Funds(BigDecimal.ONE, "credits"), Optional.of(new Account.Tier(1, "T1")), heard));
    }
    book.keep(ONE, account -> account.with(SESSION, "a@example.org"));
    book.note(ONE, account -> account.with(new Balance.Funds(BigDecimal.TEN, "credits"), Optional.empty(), NOW.plusSeconds(9999)));
    assertEquals(List.of("flow flow#000001 1", "flow flow#000001 1"), tiers);
  }

  @Test
  void everyCredentialHasANumberThatItKeeps() {
    var two = new Key("flow", "flow#000002");
    book().meet(List.of(KEY, two), List.of(ONE));
    var book = book();
    book.meet(List.of(two), List.of());
    assertEquals(List.of(1L, 2L, 0L), List.of(book.row(KEY).number(), book.row(two).number(), book.row(new Key("x", "x")).number()));
  }

  @Test
  void whatIsForgottenIsNotStoredAgain() {
    var book = book();
    book.note(ONE, account -> funded(account, "7"));
    book.forget(KEY);
    book.flush();
    assertEquals(Account.UNKNOWN, book().of(ONE));
    assertEquals(List.of(), new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty())).list());
  }

  @Test
  void whatComesLateOfAForgottenOneIsNotStoredNorHeldAgainstItWhenItIsBack() {
    var book = book();
    book.meet(List.of(KEY), List.of(ONE));
    book.forget(KEY);
    book.keep(ONE, account -> account.with(SESSION, "a@example.org"));
    book.changed(ONE, DISABLED, Optional.empty());
    book.flush();
    assertEquals(List.of(), new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty())).list());
    book.meet(List.of(KEY), List.of(ONE));
    assertEquals(List.of(Standing.CLEAN, Account.UNKNOWN), List.of(book.standing(KEY), book.of(ONE)));
    var kept = book.keep(ONE, account -> account.withProjects(List.of("p-1")));
    assertEquals(List.of(kept, 2L), List.of(book().of(ONE), book().row(KEY).number()));
  }

  @Test
  void whatCannotBeStoredIsStillKnown() {
    var book = book();
    var options = store.options();
    store.database().close();
    assertEquals(funded(Account.UNKNOWN, "7"), book.keep(ONE, account -> funded(account, "7")));
    book.flush();
    book.changed(ONE, DISABLED, Optional.empty());
    assertEquals(DISABLED, book.standing(KEY));
    assertEquals(funded(Account.UNKNOWN, "7"), book.of(ONE));
    store.restart(o -> options);
    assertEquals(Account.UNKNOWN, book().of(ONE));
  }

  @Test
  void nothingHerePrintsASession() {
    var book = book();
    book.keep(ONE, account -> account.with(SESSION, "a@example.org"));
    assertFalse((book.row(KEY) + " " + book.of(ONE)).contains("session-of-the-book"));
  }
}
