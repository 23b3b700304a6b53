package easel.store;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Failure;
import easel.core.FailureJson;
import easel.core.Secret;
import easel.store.StoreException.Trouble;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was learned of every credential, wherever it is kept, what is held against it, and what it has done. Sessions
 * lie here sealed; one that cannot be opened counts for none, and stays until there is another.
 */
public final class AccountTable {
  /** Which credential: {@link easel.core.Credential#name()} is unique within its provider. */
  public record Key(String provider, String name) {}

  /** A session as it lies there. */
  public record Sealed(String token, Instant ends) {}

  /** What the pool holds against it. */
  public record Held(int refusals, Optional<Instant> restingUntil, Optional<Instant> disabled, Optional<Failure> why) {
    public static final Held NOTHING = new Held(0, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * One credential.
   *
   * @param number small, and never given to another; 0 until it is on the disk
   * @param sealed the account's session, or one that cannot be opened
   */
  public record Row(long number, Key key, Account account, Optional<Sealed> sealed, Held held) {
    public static Row unknown(Key key) {
      return new Row(0, key, Account.UNKNOWN, Optional.empty(), Held.NOTHING);
    }

    public Row with(Account next, Optional<Sealed> nextSealed) {
      return new Row(number, key, next, nextSealed, held);
    }

    public Row with(Held next) {
      return new Row(number, key, account, sealed, next);
    }

    public Row numbered(long given) {
      return new Row(given, key, account, sealed, held);
    }
  }

  /** Results and faults counted, and when it was lent last. */
  public record Counters(Sum today, Sum total, Optional<Instant> used) {
    public static final Counters NONE = new Counters(Sum.ZERO, Sum.ZERO, Optional.empty());
  }

  public record Sum(long images, long videos, long errors) {
    static final Sum ZERO = new Sum(0, 0, 0);
  }

  private final Database database;
  private final Vault vault;

  public AccountTable(Database database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  // ---- what was learned -------------------------------------------------------------------------------------------

  private static final String SELECT = """
      SELECT number, provider, name, session, session_ends, person, funds, unit, tier, tier_word, projects, heard,
        refusals, resting_until, disabled, why
      FROM account
      """;
  private static final String UPDATE = """
      UPDATE account SET session = ?, session_ends = ?, person = ?, funds = ?, unit = ?, tier = ?, tier_word = ?, projects = ?,
        heard = ?, refusals = ?, resting_until = ?, disabled = ?, why = ?
      WHERE provider = ? AND name = ?
      """;
  private static final String INSERT = "INSERT INTO account (provider, name) VALUES (?, ?)";

  public List<Row> list() {
    return database.read(s -> s.list(SELECT, AccountTable::row)).stream().map(this::opened).toList();
  }

  /** Gives a number to those of these that have none, and answers all their numbers. */
  public Map<Key, Long> numbers(Collection<Key> keys) {
    var numbers = new HashMap<Key, Long>();
    var all = List.copyOf(keys);
    database.write(s -> {
      for (var key : all) {
        if (number(s, key).isEmpty()) s.update(INSERT, key.provider(), key.name());
        number(s, key).ifPresent(n -> numbers.put(key, n));
      }
      return numbers.size();
    });
    return numbers;
  }

  private static Optional<Long> number(Session session, Key key) throws SQLException {
    return session.first("SELECT number FROM account WHERE provider = ? AND name = ?", r -> r.getLong(1), key.provider(), key.name());
  }

  /**
   * Stores rows as they are when their turn has come: so whatever the order of two callers, the newest state stays.
   *
   * @param rows each answers empty where it is not wanted any more
   */
  public void save(List<Supplier<Optional<Row>>> rows) {
    database.write(s -> {
      for (var supplier : rows) {
        var row = supplier.get();
        if (row.isPresent()) save(s, row.get());
      }
      return rows.size();
    });
  }

  private static void save(Session session, Row row) throws SQLException {
    var values = values(row);
    if (session.update(UPDATE, values) == 1) return;
    session.update(INSERT, row.key().provider(), row.key().name());
    session.update(UPDATE, values);
  }

  /** With what was counted for it. */
  public void delete(Key key) {
    database.write(s -> s.update("DELETE FROM account WHERE provider = ? AND name = ?", key.provider(), key.name())
        + s.update("DELETE FROM credential_day WHERE provider = ? AND name = ?", key.provider(), key.name()));
  }

  private static Object[] values(Row row) {
    var a = row.account();
    var held = row.held();
    var values = new ArrayList<Object>();
    Collections.addAll(values, row.sealed().map(Sealed::token).orElse(null), millis(row.sealed().map(Sealed::ends)), a.person(),
        a.funds().map(f -> f.amount().toPlainString()).orElse(null), a.funds().map(Balance.Funds::unit).orElse(""),
        a.tier().map(Account.Tier::rank).orElse(null), a.tier().map(Account.Tier::word).orElse(""),
        JsonText.strings(a.projects()).toString(), millis(a.heard()));
    Collections.addAll(values, held.refusals(), millis(held.restingUntil()), millis(held.disabled()),
        held.why().map(f -> FailureJson.write(f).toString()).orElse(null), row.key().provider(), row.key().name());
    return values.toArray();
  }

  private static Long millis(Optional<Instant> moment) {
    return moment.map(Instant::toEpochMilli).orElse(null);
  }

  private static Row row(ResultSet r) throws SQLException {
    var key = new Key(r.getString(2), r.getString(3));
    var token = r.getString(4);
    var sealed = JobRow.moment(r, 5).filter(ends -> token != null).map(ends -> new Sealed(token, ends));
    var amount = r.getString(7);
    var unit = r.getString(8);
    var funds = Optional.ofNullable(amount).map(a -> new Balance.Funds(new BigDecimal(a), unit));
    int rank = r.getInt(9);
    var tier = r.wasNull() ? Optional.<Account.Tier>empty() : Optional.of(new Account.Tier(rank, r.getString(10)));
    var account = new Account(Optional.empty(), r.getString(6), funds, tier, projects(key, r.getString(11)), JobRow.moment(r, 12));
    var held = new Held(r.getInt(13), JobRow.moment(r, 14), JobRow.moment(r, 15), why(key, r.getString(16)));
    return new Row(r.getLong(1), key, account, sealed, held);
  }

  private static List<String> projects(Key key, String json) {
    try {
      return Fields.of(new JsonObject().add("all", JsonText.array(json))).texts("all");
    } catch (FieldException e) {
      throw damaged(key, e);
    }
  }

  private static Optional<Failure> why(Key key, String json) {
    try {
      return Optional.ofNullable(json).map(j -> FailureJson.read(Fields.of(JsonText.object(j))));
    } catch (FieldException e) {
      throw damaged(key, e);
    }
  }

  private static StoreException damaged(Key key, FieldException e) {
    return new StoreException(Trouble.DAMAGED, "what is known of " + key.name() + " cannot be read: " + e.getMessage(), e);
  }

  // ---- sessions ---------------------------------------------------------------------------------------------------

  /**
   * A session as it is to lie there.
   *
   * @throws StoreException {@code SEALED} while the key is away that opens what is sealed here
   */
  public Sealed seal(Key key, Account.Session session) {
    // A second key would lock every credential for whoever brings back the first.
    if (!vault.hasKey() && database.read(CredentialTable::count) > 0) {
      throw new StoreException(Trouble.SEALED, "the key that secrets are sealed with is missing");
    }
    return new Sealed(vault.seal(purpose(key), session.token()), session.expires());
  }

  private Row opened(Row row) {
    if (row.sealed().isEmpty()) return row;
    var sealed = row.sealed().get();
    return open(row.key(), sealed).map(token -> row.with(
        row.account().with(new Account.Session(token, sealed.ends()), ""), row.sealed())).orElse(row);
  }

  private Optional<Secret> open(Key key, Sealed sealed) {
    try {
      return Optional.of(vault.open(purpose(key), sealed.token()));
    } catch (StoreException e) {
      // The credential is exchanged anew, and if its own key is missing too, it is told there.
      return Optional.empty();
    }
  }

  private static String purpose(Key key) {
    return "account/" + key.provider() + "/" + key.name() + "/session";
  }

  // ---- what it has done -------------------------------------------------------------------------------------------

  private static final String COUNT = """
      SELECT provider, name, sum(images), sum(videos), sum(errors), sum(iif(day = ?1, images, 0)),
        sum(iif(day = ?1, videos, 0)), sum(iif(day = ?1, errors, 0))
      FROM credential_day GROUP BY provider, name
      """;
  private static final String COUNT_ONE = """
      SELECT coalesce(sum(images), 0), coalesce(sum(videos), 0), coalesce(sum(errors), 0),
        coalesce(sum(iif(day = ?1, images, 0)), 0), coalesce(sum(iif(day = ?1, videos, 0)), 0),
        coalesce(sum(iif(day = ?1, errors, 0)), 0)
      FROM credential_day WHERE provider = ?2 AND name = ?3
      """;
  private static final String FOLD = """
      INSERT INTO credential_day (provider, name, day, images, videos, errors)
      SELECT provider, name, '', sum(images), sum(videos), sum(errors) FROM credential_day
      WHERE day <> '' AND day < ? GROUP BY provider, name
      ON CONFLICT (provider, name, day) DO UPDATE SET images = images + excluded.images, videos = videos + excluded.videos,
        errors = errors + excluded.errors
      """;

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

  /** What was not done by a job. */
  public void add(List<Tally> tallies) {
    database.write(s -> {
      for (var tally : tallies) Tally.add(s, tally);
      return tallies.size();
    });
  }

  /** Puts all days before this one into one row for each credential; answers how many there were. */
  public int fold(String before) {
    return database.write(s -> {
      s.update(FOLD, before);
      return s.update("DELETE FROM credential_day WHERE day <> '' AND day < ?", before);
    });
  }
}
