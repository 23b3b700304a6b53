package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Account;
import easel.core.Credential;
import easel.core.Secret;
import easel.core.Time;
import easel.store.CredentialTable.Given;
import easel.store.CredentialTable.Row;
import easel.store.StoreException.Trouble;
import fake.TempStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CredentialTableTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Credential ONE = new Credential("bfl", "bfl#000001", new Secret("first-secret-of-the-table"));
  private static final Credential TWO = new Credential("bfl", "bfl#000002", new Secret("other-secret-of-the-table"));

  private final TempStore store = new TempStore(Time.system());

  @AfterEach
  void close() {
    store.close();
  }

  private Path key() {
    return store.options().data().resolve(Vault.FILE);
  }

  /** As a new process would see it. */
  private CredentialTable table() {
    return new CredentialTable(store.database(), Vault.open(store.options().data(), Optional.empty()));
  }

  private static List<Optional<Secret>> secrets(CredentialTable table) {
    return table.list().stream().map(Row::secret).toList();
  }

  @Test
  void aCredentialComesBackAsItWasStored() {
    var row = table().insert(ONE, new Given("of the team", true, Terms.OPEN), NOW);
    assertTrue(row.id().matches("cred_[0-9a-f]{16}"), row.id());
    store.restart();
    assertEquals(List.of(new Row(row.id(), "bfl", "bfl#000001", "of the team", Optional.of(ONE.secret()), "", true, Terms.OPEN, NOW, NOW,
        Optional.empty())), table().list());
    assertTrue(table().list().getFirst().works());
  }

  @Test
  void noSecretIsInAnyFileAndNoRowPrintsOne() throws Exception {
    var table = table();
    var row = table.insert(ONE, new Given("", true, Terms.OPEN), NOW);
    table.save(row.with(TWO.name(), TWO.secret()), NOW);
    assertFalse(table.list().toString().contains("secret-of-the-table"));
    for (int i = 0; i < 2; i++) {
      try (var files = Files.list(store.options().data())) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
          assertFalse(bytes.contains("secret-of-the-table"), file + " holds a secret");
        }
      }
      store.restart();
    }
  }

  @Test
  void oneProviderHasOneNameOnce() {
    table().insert(ONE, new Given("", true, Terms.OPEN), NOW);
    assertThrows(StoreException.class, () -> table().insert(ONE, new Given("", true, Terms.OPEN), NOW));
    table().insert(new Credential("leonardo", ONE.name(), ONE.secret()), new Given("", true, Terms.OPEN), NOW);
    assertEquals(2, table().list().size());
  }

  @Test
  void whatChangesIsSavedAndTheRestStays() {
    var row = table().insert(ONE, new Given("old", true, Terms.OPEN), NOW);
    var later = NOW.plusSeconds(9);
    var next = row.with("new", false).retired(Optional.of(later));
    assertTrue(table().save(next, later));
    assertEquals(List.of(next.updated(later)), table().list());
    assertFalse(next.works());
    assertTrue(table().delete(row.id()));
    assertFalse(table().delete(row.id()));
    assertFalse(table().save(row, later));
    assertEquals(List.of(), table().list());
  }

  @Test
  void aReplacedSecretStaysApartForItsJobs() {
    var row = table().insert(ONE, new Given("r", true, Terms.OPEN), NOW);
    var later = NOW.plusSeconds(9);
    table().replace(row, row.with(TWO.name(), TWO.secret()), later);
    var rows = table().list();
    assertEquals(List.of(Optional.of(TWO), Optional.of(ONE)), rows.stream().sorted((a, b) -> a.id().equals(row.id()) ? -1 : 1)
        .map(Row::credential).toList());
    var kept = rows.stream().filter(r -> !r.id().equals(row.id())).findFirst().orElseThrow();
    assertEquals(Optional.of(later), kept.retired());
    assertFalse(kept.works());
  }

  @Test
  void aDatabaseWithoutItsKeyShowsWhatItHasLockedAndLosesNothing() throws Exception {
    var row = table().insert(ONE, new Given("r", true, Terms.OPEN), NOW);
    var away = key().resolveSibling("away");
    Files.move(key(), away);
    store.restart();
    var table = table();
    var locked = table.list().getFirst();
    assertEquals(List.of(Optional.empty()), secrets(table));
    assertTrue(locked.locked().endsWith("the key it was sealed with is missing: put back " + key() + " or set EASEL_SECRET_KEY"),
        locked.locked());
    assertFalse(locked.works());
    assertTrue(table.save(locked.with("changed meanwhile", false), NOW));
    Files.move(away, key());
    assertEquals(List.of(row.with("changed meanwhile", false)), table().list());
  }

  @Test
  void noSecondKeyIsMadeWhileTheFirstMayComeBack() throws Exception {
    var row = table().insert(ONE, new Given("", true, Terms.OPEN), NOW);
    Files.delete(key());
    var e = assertThrows(StoreException.class, () -> table().insert(TWO, new Given("", true, Terms.OPEN), NOW));
    assertEquals(Trouble.SEALED, e.trouble());
    assertTrue(e.getMessage().contains("Put back " + key() + " or set EASEL_SECRET_KEY"), e.getMessage());
    assertFalse(Files.exists(key()));
    table().delete(row.id());
    table().insert(TWO, new Given("", true, Terms.OPEN), NOW);
    assertEquals(List.of(Optional.of(TWO.secret())), secrets(table()));
  }

  @Test
  void sealedSecretsThatAreSwappedInTheDatabaseDoNotOpen() {
    var one = table().insert(ONE, new Given("", true, Terms.OPEN), NOW);
    var two = table().insert(TWO, new Given("", true, Terms.OPEN), NOW);
    store.database().write(s -> {
      var first = s.first("SELECT secret FROM credential WHERE id = ?", r -> r.getString(1), one.id()).orElseThrow();
      var second = s.first("SELECT secret FROM credential WHERE id = ?", r -> r.getString(1), two.id()).orElseThrow();
      s.update("UPDATE credential SET secret = ? WHERE id = ?", second, one.id());
      return s.update("UPDATE credential SET secret = ? WHERE id = ?", first, two.id());
    });
    assertEquals(List.of(Optional.empty(), Optional.empty()), secrets(table()));
  }

  @Test
  void aSecretDoesNotOpenForAnotherProvider() {
    var row = table().insert(ONE, new Given("", true, Terms.OPEN), NOW);
    store.database().write(s -> s.update("UPDATE credential SET provider = 'elsewhere' WHERE id = ?", row.id()));
    assertEquals(List.of(Optional.empty()), secrets(table()));
  }

  @Test
  void theProxyLiesSealedLikeTheSecretAndLocksWithIt() throws Exception {
    var terms = Terms.OPEN.atOnce(2, 0).by(new Secret("socks5://me:proxy-secret-of-the-table@h:1080")).in("p-1", "Boats");
    var row = table().insert(ONE.by(terms.proxy()), new Given("", true, terms), NOW);
    store.restart();
    assertEquals(List.of(row), table().list());
    assertEquals(Optional.of(ONE.by(terms.proxy()).labelled("Boats")), table().list().getFirst().credential());
    assertTrue(table().hasProxy(row.id()));
    try (var files = Files.list(store.options().data())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("proxy-secret-of-the-table"), file + " holds a proxy's password");
      }
    }
    store.database().write(s -> s.update("UPDATE credential SET proxy = secret"));
    var locked = table().list().getFirst();
    assertEquals(List.of(Optional.empty(), false), List.of(locked.credential(), locked.works()));
    assertFalse(locked.locked().isEmpty());
  }

  @Test
  void aDatabaseOfAnOlderEaselKeepsItsCredentials() {
    var row = table().insert(ONE, new Given("r", true, Terms.OPEN), NOW);
    store.database().write(s -> {
      Jobs.withoutLog(s);
      for (var column : List.of("images_enabled", "videos_enabled", "image_concurrency", "video_concurrency", "proxy", "project_id", "project_name")) {
        s.update("ALTER TABLE credential DROP COLUMN " + column);
      }
      return s.update("DROP TABLE account") + s.update("DROP TABLE credential_day") + s.update("PRAGMA user_version = 3");
    });
    store.restart();
    assertEquals(List.of(row), table().list());
  }

  @Test
  void anAccountOfAnOlderEaselKeepsItsSession() {
    var key = new AccountTable.Key("flow", "flow#000001");
    var accounts = new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty()));
    var session = new Account.Session(new Secret("session-from-before"), NOW);
    var row = AccountTable.Row.unknown(key).with(Account.UNKNOWN.with(session, "a@example.org"),
        new AccountTable.Seals(Optional.of(accounts.seal(key, session)), Optional.empty(), Optional.empty()));
    accounts.save(List.of(() -> Optional.of(row)));
    store.database().write(s -> {
      for (var column : List.of("session_since", "renewal", "renewed", "descent", "descended")) s.update("ALTER TABLE account DROP COLUMN " + column);
      return s.update("PRAGMA user_version = 5");
    });
    store.restart();
    assertEquals(List.of(row.numbered(1)), new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty())).list());
  }
}
