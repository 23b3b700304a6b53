package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import easel.core.Credential;
import easel.core.Secret;
import easel.pool.TokenPool.Limits;
import easel.provider.ProviderSettings;
import easel.store.CredentialTable.Row;
import easel.store.Terms;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Secret ONE = new Secret("first-secret-of-the-roster");
  private static final Secret TWO = new Secret("second-secret-of-the-roster");
  private static final Limits BY_SECTION = new Limits(4, -1, -1, 60);

  private static ProviderSettings section(Secret... keys) {
    return new ProviderSettings("box", "openai", List.of(URI.create("http://127.0.0.1:9/v1")), List.of(keys), List.of(), List.of(), List.of(),
        Optional.empty(), true, Optional.empty(), new ProviderSettings.Limits(4, 60, -1, -1));
  }

  private static Row row(String name, Secret secret, Terms terms) {
    return new Row("cred_" + name, "box", name, "", Optional.of(secret), "", true, terms, NOW, NOW, Optional.empty());
  }

  private static List<String> lent(Roster roster) {
    return roster.members().stream().map(m -> m.credential().name() + " " + m.credential().proxy().reveal() + " " + m.limits()).toList();
  }

  private static String line(String name, String proxy, Limits limits) {
    return name + " " + proxy + " " + limits;
  }

  /** Two secrets whose names would be the same: one pair in a few thousand. */
  private static List<Secret> twins(ProviderSettings section) {
    var seen = new HashMap<String, Secret>();
    for (int i = 0; ; i++) {
      var secret = new Secret("secret-" + i);
      var other = seen.put(section.credential(secret).name(), secret);
      if (other != null) return List.of(other, secret);
    }
  }

  @Test
  void keysOfTheConfigurationHaveTheLimitsOfTheirSectionAndRowsTheirOwnToo() {
    var section = section(ONE);
    var terms = Terms.OPEN.able(true, false).atOnce(2, 3).by(new Secret("socks5://h:1080"));
    var roster = new Roster(List.of(section), List.of(row("box#two", TWO, terms)));
    assertEquals(List.of(line(section.credential(ONE).name(), "", BY_SECTION), line("box#two", "socks5://h:1080", new Limits(4, 2, 0, 60))),
        lent(roster));
  }

  @Test
  void aSecretInBothPlacesIsOneCredentialWithTheTermsOfItsRow() {
    var row = row("box#one", ONE, Terms.OPEN.atOnce(1, 0).by(new Secret("h:1")));
    var roster = new Roster(List.of(section(ONE)), List.of(row));
    assertEquals(List.of(line("box#one", "h:1", new Limits(4, 1, 0, 60))), lent(roster));
    var off = new Roster(List.of(section(ONE)), List.of(row.with("", false)));
    assertEquals(List.of(line("box#one", "", BY_SECTION)), lent(off));
  }

  @Test
  void whatTakesNothingNewIsThereForItsJobs() {
    var off = row("box#one", ONE, Terms.OPEN).with("", false);
    var locked = new Row("cred_x", "box", "box#two", "", Optional.empty(), "no key", true, Terms.OPEN, NOW, NOW, Optional.empty());
    var roster = new Roster(List.of(section()), List.of(off, locked));
    assertEquals(List.of(line("box", "", BY_SECTION), line("box#one", "", new Limits(0, 0, 0, 0))), lent(roster));
    assertEquals(List.of("box#one", "box#two", "box"), roster.names().stream().map(k -> k.name()).toList());
  }

  @Test
  void twoSecretsNeverHaveOneName() {
    var bare = section();
    var twins = twins(bare);
    var first = new Roster(List.of(bare), List.of()).named(bare, twins.get(0));
    var rows = new ArrayList<>(List.of(row(first.name(), twins.get(0), Terms.OPEN)));
    var second = new Roster(List.of(bare), rows).named(bare, twins.get(1));
    assertNotEquals(first.name(), second.name());
    assertEquals(first.name(), second.name().substring(0, first.name().length()));
    rows.add(row(second.name(), twins.get(1), Terms.OPEN));
    var roster = new Roster(List.of(bare), rows);
    assertEquals(List.of(first, second), twins.stream().map(s -> roster.named(bare, s)).toList());
    assertEquals(2, roster.members().size());
    var keys = section(twins.get(0), twins.get(1));
    assertEquals(2, new Roster(List.of(keys), List.of()).members().stream().map(m -> m.credential().name()).distinct().count());
  }

  @Test
  void aSecretKeepsTheNameItsRowGaveIt() {
    var renewed = row("box#older-name", TWO, Terms.OPEN);
    assertEquals(new Credential("box", "box#older-name", TWO), new Roster(List.of(section()), List.of(renewed)).named(section(), TWO));
  }
}
