package easel.store;

import easel.store.AccountTable.Key;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What every credential has done, day by day; what is added to it is a {@link Tally}. */
public final class CounterTable {
  /** Results and faults counted, and when it was lent last. */
  public record Counters(Sum today, Sum total, Optional<Instant> used) {
    public static final Counters NONE = new Counters(Sum.ZERO, Sum.ZERO, Optional.empty());
  }

  public record Sum(long images, long videos, long errors) {
    static final Sum ZERO = new Sum(0, 0, 0);
  }

  /** Days as they are added up; a number that nobody could have reached is cut, as sums of such would break. */
  private static final String DAYS = """
      (SELECT provider, name, day, min(max(images, 0), 1000000000) AS images, min(max(videos, 0), 1000000000) AS videos,
        min(max(errors, 0), 1000000000) AS errors FROM credential_day)
      """;
  private static final String COUNT = """
      SELECT provider, name, sum(images), sum(videos), sum(errors), sum(iif(day = ?1, images, 0)),
        sum(iif(day = ?1, videos, 0)), sum(iif(day = ?1, errors, 0))
      FROM %s GROUP BY provider, name
      """.formatted(DAYS);
  private static final String COUNT_ONE = """
      SELECT coalesce(sum(images), 0), coalesce(sum(videos), 0), coalesce(sum(errors), 0),
        coalesce(sum(iif(day = ?1, images, 0)), 0), coalesce(sum(iif(day = ?1, videos, 0)), 0),
        coalesce(sum(iif(day = ?1, errors, 0)), 0)
      FROM %s WHERE provider = ?2 AND name = ?3
      """.formatted(DAYS);
  private static final String FOLD = """
      INSERT INTO credential_day (provider, name, day, images, videos, errors)
      SELECT provider, name, '', sum(images), sum(videos), sum(errors) FROM %s
      WHERE day <> '' AND day < ? GROUP BY provider, name
      ON CONFLICT (provider, name, day) DO UPDATE SET images = min(images, 1000000000) + excluded.images,
        videos = min(videos, 1000000000) + excluded.videos, errors = min(errors, 1000000000) + excluded.errors
      """.formatted(DAYS);

  private final Database database;

  public CounterTable(Database database) {
    this.database = database;
  }

  /** Of every credential that has any; {@code today}: {@link Tally#day}. */
  public Map<Key, Counters> counters(String today) {
    var all = new HashMap<Key, Counters>();
    database.read(s -> {
      s.list(COUNT, r -> all.put(key(r), new Counters(sum(r, 6), sum(r, 3), Optional.empty())), today);
      return s.list("SELECT provider, name, used FROM account WHERE used IS NOT NULL", r -> {
        var known = all.getOrDefault(key(r), Counters.NONE);
        return all.put(key(r), new Counters(known.today(), known.total(), JobRow.moment(r, 3)));
      });
    });
    return all;
  }

  /** The same of one alone. */
  public Map<Key, Counters> counters(String today, Key key) {
    return database.read(s -> {
      var used = s.first("SELECT used FROM account WHERE provider = ? AND name = ?", r -> JobRow.moment(r, 1), key.provider(), key.name());
      var counted = s.first(COUNT_ONE, r -> new Counters(sum(r, 4), sum(r, 1), used.flatMap(u -> u)), today, key.provider(), key.name());
      return counted.map(c -> Map.of(key, c)).orElseGet(Map::of);
    });
  }

  private static Key key(ResultSet r) throws SQLException {
    return new Key(r.getString(1), r.getString(2));
  }

  private static Sum sum(ResultSet r, int first) throws SQLException {
    return new Sum(r.getLong(first), r.getLong(first + 1), r.getLong(first + 2));
  }

  /** Puts all days before this one into one row for each credential; answers how many there were. */
  public int fold(String before) {
    return database.write(s -> {
      s.update(FOLD, before);
      return s.update("DELETE FROM credential_day WHERE day <> '' AND day < ?", before);
    });
  }
}
