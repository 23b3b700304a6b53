package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Account;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Secret;
import easel.core.Time;
import easel.store.AccountTable.Held;
import easel.store.AccountTable.Key;
import easel.store.AccountTable.Row;
import easel.store.AccountTable.Seals;
import fake.TempStore;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountTableTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Key ONE = new Key("flow", "flow#000001");
  private static final Key TWO = new Key("flow", "flow#000002");
  private static final Account.Session SESSION = new Account.Session(new Secret("session-of-the-table"), NOW.plusSeconds(3600), Optional.of(NOW));
  private static final Account.Renewal DESCENT =
      Account.Renewal.of(new Secret("oldest-secret-of-the-table"), new Secret("own-secret-of-the-table"), NOW);
  private static final Account.Renewal RENEWAL =
      Account.Renewal.of(new Secret("own-secret-of-the-table"), new Secret("renewal-of-the-table"), NOW.plusSeconds(1));

  private final TempStore store = new TempStore(Time.system());

  @AfterEach
  void close() {
    store.close();
  }

  private Vault vault() {
    return Vault.open(store.options().data(), Optional.empty());
  }

  /** As a new process would see it. */
  private AccountTable table() {
    return new AccountTable(store.database(), vault());
  }

  private static void save(AccountTable table, Row row) {
    table.save(List.of(() -> Optional.of(row)));
  }

  private static Row rich(AccountTable table) {
    var account = Account.UNKNOWN.with(SESSION, "a@example.org").renewed(Optional.of(RENEWAL)).from(Optional.of(DESCENT))
        .with(new Balance.Funds(new BigDecimal("12.50"), "credits"), Optional.of(new Account.Tier(2, "PAYGATE_TIER_TWO")), NOW)
        .withProjects(List.of("p-1", "p-2"));
    var held = new Held(3, Optional.of(NOW.plusSeconds(60)), Optional.of(NOW), Optional.of(new Failure.Limited(Duration.ofSeconds(9), "slow")));
    var seals = new Seals(Optional.of(table.seal(ONE, SESSION)), Optional.of(table.seal(ONE, RENEWAL)),
        Optional.of(table.sealDescent(ONE, DESCENT)));
    return Row.unknown(ONE).with(account, seals).with(held);
  }

  @Test
  void everythingThatWasLearnedComesBack() {
    var row = rich(table());
    save(table(), row);
    save(table(), Row.unknown(TWO));
    store.restart();
    assertEquals(List.of(row.numbered(1), Row.unknown(TWO).numbered(2)), table().list());
    save(table(), Row.unknown(ONE));
    assertEquals(List.of(Row.unknown(ONE).numbered(1), Row.unknown(TWO).numbered(2)), table().list());
  }

  @Test
  void numbersAreSmallStableAndNeverGivenTwice() {
    assertEquals(Map.of(ONE, 1L, TWO, 2L), table().numbers(List.of(ONE, TWO)));
    store.restart();
    assertEquals(Map.of(ONE, 1L, TWO, 2L), table().numbers(List.of(TWO, ONE)));
    table().delete(TWO);
    assertEquals(Map.of(TWO, 3L), table().numbers(List.of(TWO)));
    var other = new Key("gemini", ONE.name());
    assertEquals(Map.of(other, 4L), table().numbers(List.of(other)));
  }

  @Test
  void neitherASessionNorARenewalIsInAnyFileOrRow() throws Exception {
    var table = table();
    save(table, rich(table));
    assertFalse(table.list().toString().contains("-of-the-table"));
    for (int i = 0; i < 2; i++) {
      try (var files = Files.list(store.options().data())) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
          assertFalse(bytes.contains("-of-the-table"), file + " holds a session");
          assertFalse(bytes.contains(DESCENT.of().reveal()), file + " tells which secret it came of");
          assertFalse(bytes.contains(RENEWAL.of().reveal()), file + " tells which secret was renewed");
        }
      }
      store.restart();
    }
  }

  @Test
  void withoutTheKeyASessionIsUnknownAndStaysForWhenItIsBack() throws Exception {
    var row = rich(table());
    save(table(), row);
    var key = store.options().data().resolve(Vault.FILE);
    var away = Files.move(key, key.resolveSibling("away"));
    var locked = table().list().getFirst();
    assertEquals(row.account().withoutSession(), locked.account());
    save(table(), locked.with(Held.NOTHING));
    Files.move(away, key);
    assertEquals(List.of(row.with(Held.NOTHING).numbered(1)), table().list());
  }

  @Test
  void noSecondKeyIsMadeForASessionWhileThatOfTheCredentialsMayComeBack() throws Exception {
    new CredentialTable(store.database(), vault()).insert(new Credential("flow", "flow#000001", new Secret("s")),
        new CredentialTable.Given("", true, Terms.OPEN), NOW);
    var key = store.options().data().resolve(Vault.FILE);
    Files.delete(key);
    assertThrows(StoreException.class, () -> table().seal(ONE, SESSION));
    assertFalse(Files.exists(key));
  }

  @Test
  void aSessionThatIsMovedToAnotherCredentialDoesNotOpen() {
    var row = rich(table());
    save(table(), new Row(0, TWO, row.account(), row.sealed(), Held.NOTHING));
    assertEquals(row.account().withoutSession(), table().list().getFirst().account());
  }

  @Test
  void whatIsNotWantedAnyMoreIsNotStored() {
    table().save(List.of(Optional::empty, () -> Optional.of(Row.unknown(TWO))));
    assertEquals(List.of(TWO), table().list().stream().map(Row::key).toList());
  }

  // ---- counters ---------------------------------------------------------------------------------------------------

  /** Noon where the server stands, so that an hour more or less is the same day. */
  private Row edited(String edit) {
    var why = new Failure.BadCredential("no");
    var held = new Held(3, Optional.of(NOW), Optional.of(NOW), Optional.of(why));
    var sealed = table().seal(ONE, SESSION);
    var account = new Account(Optional.of(SESSION), "a@example.org", Optional.of(new Balance.Funds(BigDecimal.TEN, "credits")),
        Optional.of(new Account.Tier(1, "ONE")), List.of("p-1"), Optional.of(NOW));
    save(table(), Row.unknown(ONE).with(account, new Seals(Optional.of(sealed), Optional.empty(), Optional.empty())).with(held));
    store.database().write(s -> s.update("UPDATE account SET " + edit));
    return table().list().getFirst();
  }

  @Test
  void whatWasEditedToJunkIsNotKnownAndTheRestOfItsRowIs() {
    for (var junk : List.of("plenty", "1e999999999")) assertEquals(Optional.empty(), edited("funds = '" + junk + "'").account().funds());
    assertEquals(Optional.empty(), edited("tier = -4").account().tier());
    for (var junk : List.of("", "[", "{}", "[7]")) assertEquals(List.of(), edited("projects = '" + junk + "'").account().projects());
    for (var junk : List.of("", "[]", "{}", "{\"kind\":7}")) assertEquals(Optional.empty(), edited("why = '" + junk + "'").held().why());
    assertEquals(Optional.empty(), edited("heard = 9223372036854775807").account().heard());
    assertEquals(Optional.empty(), edited("resting_until = -9223372036854775808").held().restingUntil());
    for (var junk : List.of("", "v1:", "v1:!!", "junk")) assertEquals(Optional.empty(), edited("session = '" + junk + "'").account().session());
    var row = edited("why = 'x', projects = 'x', funds = 'x', refusals = -5, disabled = 9223372036854775807, session_ends = -1");
    assertEquals(List.of(0, Optional.of(Instant.EPOCH), "a@example.org"),
        List.of(row.held().refusals(), row.held().disabled(), row.account().person()));
  }
}
