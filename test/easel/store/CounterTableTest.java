package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Kind;
import easel.core.Time;
import easel.store.AccountTable.Key;
import easel.store.CounterTable.Counters;
import easel.store.CounterTable.Sum;
import fake.TempStore;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CounterTableTest {
  private static final Key ONE = new Key("flow", "flow#000001");
  private static final Key TWO = new Key("flow", "flow#000002");

  private final TempStore store = new TempStore(Time.system());

  @AfterEach
  void close() {
    store.close();
  }

  /** As a new process would see it. */
  private CounterTable table() {
    return new CounterTable(store.database());
  }

  private AccountTable accounts() {
    return new AccountTable(store.database(), Vault.open(store.options().data(), Optional.empty()));
  }

  private static Instant noon(String day) {
    return LocalDate.parse(day).atTime(LocalTime.NOON).atZone(ZoneId.systemDefault()).toInstant();
  }

  private void add(Tally tally) {
    accounts().add(List.of(tally));
  }

  private static Tally image(String day, int count) {
    return Tally.made(ONE.provider(), ONE.name(), Kind.IMAGE, count, noon(day));
  }

  @Test
  void aNewDayBeginsAtMidnightWhereTheServerStandsAndTheTotalGoesOn() {
    var midnight = LocalDate.parse("2030-03-02").atStartOfDay(ZoneId.systemDefault()).toInstant();
    accounts().numbers(List.of(ONE));
    add(Tally.made(ONE.provider(), ONE.name(), Kind.IMAGE, 2, midnight.minusMillis(1)));
    add(Tally.made(ONE.provider(), ONE.name(), Kind.VIDEO, 1, midnight));
    add(Tally.failed(ONE.provider(), ONE.name(), midnight.plusSeconds(1)));
    var used = Optional.of(midnight.plusSeconds(1));
    assertEquals(Map.of(ONE, new Counters(new Sum(2, 0, 0), new Sum(2, 1, 1), used)), table().counters("2030-03-01"));
    store.restart();
    assertEquals(Map.of(ONE, new Counters(new Sum(0, 1, 1), new Sum(2, 1, 1), used)), table().counters("2030-03-02"));
    assertEquals(Map.of(ONE, new Counters(Sum.ZERO, new Sum(2, 1, 1), used)), table().counters("2030-03-03"));
    assertEquals(table().counters("2030-03-02"), table().counters("2030-03-02", ONE));
  }

  @Test
  void whatWasUsedLastIsTheLatestWhateverComesFirst() {
    accounts().numbers(List.of(ONE));
    add(image("2030-03-02", 0));
    add(image("2030-03-01", 0));
    assertEquals(Map.of(ONE, new Counters(Sum.ZERO, Sum.ZERO, Optional.of(noon("2030-03-02")))), table().counters("2030-03-02"));
  }

  @Test
  void oldDaysAreFoldedAndNothingIsLost() {
    for (var day : List.of("2030-01-01", "2030-01-02", "2030-02-01")) add(image(day, 3));
    add(Tally.made(TWO.provider(), TWO.name(), Kind.VIDEO, 1, noon("2030-01-01")));
    var before = table().counters("2030-02-01");
    assertEquals(3, table().fold("2030-02-01"));
    assertEquals(before, table().counters("2030-02-01"));
    assertEquals(0, table().fold("2030-02-01"));
    assertEquals(1, table().fold("2030-02-02"));
    assertEquals(new Sum(9, 0, 0), table().counters("2030-02-03").get(ONE).total());
    assertEquals(2, store.database().read(s -> s.list("SELECT day FROM credential_day", r -> r.getString(1))).size());
  }

  @Test
  void whatIsTakenAwayTakesItsCountersAlong() {
    accounts().numbers(List.of(ONE, TWO));
    add(image("2030-01-01", 3));
    accounts().delete(ONE);
    assertEquals(Map.of(), table().counters("2030-01-01"));
    assertEquals(Map.of(ONE, Counters.NONE), table().counters("2030-01-01", ONE));
  }

  @Test
  void aTransactionThatIsLostCountsNothing() {
    assertThrows(StoreException.class, () -> store.database().write(s -> {
      Tally.add(s, image("2030-01-01", 3));
      throw new SQLException("lost");
    }));
    assertEquals(Map.of(), table().counters("2030-01-01"));
  }

  @Test
  void countersThatWereEditedToJunkBreakNoSum() {
    for (var day : List.of("'2029-01-01'", "'2029-01-02'", "'no day'", "''")) {
      store.database().write(s -> s.update("INSERT INTO credential_day VALUES ('flow', 'flow#000001', " + day + ", 9223372036854775807, -5, 3)"));
    }
    var total = new Sum(4_000_000_000L, 0, 12);
    assertEquals(total, table().counters("2030-01-01").get(ONE).total());
    assertEquals(total, table().counters("2030-01-01", ONE).get(ONE).total());
    table().fold("2030-01-01");
    assertEquals(12, table().counters("2030-01-01").get(ONE).total().errors());
  }
}
