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
import java.lang.System.Logger.Level;
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
 * What was learned of every credential, wherever it is kept, and what is held against it. Sessions and renewals lie
 * here sealed; one that cannot be opened counts for none, and stays until there is another. What it has done stands in
 * {@link CounterTable}.
 */
public final class AccountTable {
  /** Which credential: {@link easel.core.Credential#name()} is unique within its provider. */
  public record Key(String provider, String name) {}

  /** A session as it lies there. */
  public record Sealed(String token, Instant ends, Optional<Instant> since) {}

  /** What took a secret's place, as it lies there. */
  public record SealedRenewal(String text, Instant since) {}

  /** What is sealed of an account, whether it can be opened or not. */
  public record Seals(Optional<Sealed> session, Optional<SealedRenewal> renewal, Optional<SealedRenewal> descent) {
    public static final Seals NONE = new Seals(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** What the pool holds against it. */
  public record Held(int refusals, Optional<Instant> restingUntil, Optional<Instant> disabled, Optional<Failure> why) {
    public static final Held NOTHING = new Held(0, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * One credential.
   *
   * @param number small, and never given to another; 0 until it is on the disk
   * @param sealed the account's secrets, or some that cannot be opened
   */
  public record Row(long number, Key key, Account account, Seals sealed, Held held) {
    public static Row unknown(Key key) {
      return new Row(0, key, Account.UNKNOWN, Seals.NONE, Held.NOTHING);
    }

    public Row with(Account next, Seals nextSealed) {
      return new Row(number, key, next, nextSealed, held);
    }

    public Row with(Held next) {
      return new Row(number, key, account, sealed, next);
    }

    public Row numbered(long given) {
      return new Row(given, key, account, sealed, held);
    }
  }

  private static final System.Logger LOG = System.getLogger("easel.store");
  /** A date after this one was never written by us. */
  private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

  private final Database database;
  private final Vault vault;

  public AccountTable(Database database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  // ---- what was learned -------------------------------------------------------------------------------------------

  private static final String SELECT = """
      SELECT number, provider, name, session, session_ends, person, funds, unit, tier, tier_word, projects, heard,
        refusals, resting_until, disabled, why, session_since, renewal, renewed, descent, descended
      FROM account
      """;
  private static final String UPDATE = """
      UPDATE account SET session = ?, session_ends = ?, person = ?, funds = ?, unit = ?, tier = ?, tier_word = ?, projects = ?,
        heard = ?, refusals = ?, resting_until = ?, disabled = ?, why = ?, session_since = ?, renewal = ?, renewed = ?,
        descent = ?, descended = ?
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

  /** Counts what was not done by a job. */
  public void add(List<Tally> tallies) {
    database.write(s -> {
      for (var tally : tallies) Tally.add(s, tally);
      return tallies.size();
    });
  }

  private static Object[] values(Row row) {
    var a = row.account();
    var held = row.held();
    var session = row.sealed().session();
    var renewal = row.sealed().renewal();
    var descent = row.sealed().descent();
    var values = new ArrayList<Object>();
    Collections.addAll(values, session.map(Sealed::token).orElse(null), millis(session.map(Sealed::ends)), a.person(),
        a.funds().map(f -> f.amount().toPlainString()).orElse(null), a.funds().map(Balance.Funds::unit).orElse(""),
        a.tier().map(Account.Tier::rank).orElse(null), a.tier().map(Account.Tier::word).orElse(""),
        JsonText.strings(a.projects()).toString(), millis(a.heard()));
    Collections.addAll(values, held.refusals(), millis(held.restingUntil()), millis(held.disabled()),
        held.why().map(f -> FailureJson.write(f).toString()).orElse(null), millis(session.flatMap(Sealed::since)),
        renewal.map(SealedRenewal::text).orElse(null), millis(renewal.map(SealedRenewal::since)),
        descent.map(SealedRenewal::text).orElse(null), millis(descent.map(SealedRenewal::since)), row.key().provider(), row.key().name());
    return values.toArray();
  }

  private static Long millis(Optional<Instant> moment) {
    return moment.map(Instant::toEpochMilli).orElse(null);
  }

  private static Row row(ResultSet r) throws SQLException {
    var key = new Key(r.getString(2), r.getString(3));
    var amount = r.getString(7);
    var unit = r.getString(8);
    var funds = readable(key, "funds", () -> Optional.ofNullable(amount).map(a -> new Balance.Funds(amount(a), unit)));
    int rank = r.getInt(9);
    var tier = r.wasNull() || rank < 0 ? Optional.<Account.Tier>empty() : Optional.of(new Account.Tier(rank, r.getString(10)));
    var account = new Account(Optional.empty(), r.getString(6), funds, tier, projects(key, r.getString(11)), moment(key, r, 12));
    // whoever wrote there that it is disabled meant it, whatever the date is
    var disabled = JobRow.moment(r, 15).map(any -> sane(any) ? any : Instant.EPOCH);
    var held = new Held(Math.max(0, r.getInt(13)), moment(key, r, 14), disabled, why(key, r.getString(16)));
    return new Row(r.getLong(1), key, account, seals(key, r), held);
  }

  private static Seals seals(Key key, ResultSet r) throws SQLException {
    var token = r.getString(4);
    var since = moment(key, r, 17);
    var session = moment(key, r, 5).filter(ends -> token != null).map(ends -> new Sealed(token, ends, since));
    return new Seals(session, renewal(key, r, 18), renewal(key, r, 20));
  }

  /** @param column of the text; the date is in the next one */
  private static Optional<SealedRenewal> renewal(Key key, ResultSet r, int column) throws SQLException {
    var text = r.getString(column);
    return moment(key, r, column + 1).filter(when -> text != null).map(when -> new SealedRenewal(text, when));
  }

  private static List<String> projects(Key key, String json) {
    return readable(key, "projects", () -> Optional.of(Fields.of(new JsonObject().add("all", JsonText.array(json))).texts("all")))
        .orElse(List.of());
  }

  private static Optional<Failure> why(Key key, String json) {
    return readable(key, "why", () -> Optional.ofNullable(json).map(j -> FailureJson.read(Fields.of(JsonText.object(j)))));
  }

  private static Optional<Instant> moment(Key key, ResultSet r, int column) throws SQLException {
    var moment = JobRow.moment(r, column);
    if (moment.isEmpty() || sane(moment.get())) return moment;
    told(key, "a date");
    return Optional.empty();
  }

  /** Written out, a number with a huge exponent would fill the memory. */
  private static BigDecimal amount(String text) {
    var amount = new BigDecimal(text);
    if (Math.abs(amount.scale()) > 100) throw new NumberFormatException("no sum of money");
    return amount;
  }

  private static boolean sane(Instant moment) {
    return !moment.isBefore(Instant.EPOCH) && moment.isBefore(FAR);
  }

  /** What cannot be read, as after an edit by hand, is not known: it must not keep anything else from starting. */
  private static <T> Optional<T> readable(Key key, String what, Supplier<Optional<T>> value) {
    try {
      return value.get();
    } catch (FieldException | NumberFormatException e) {
      told(key, what);
      return Optional.empty();
    }
  }

  private static void told(Key key, String what) {
    LOG.log(Level.WARNING, "what the database says of a credential cannot be read and counts for nothing provider={0} credential={1}: {2}",
        key.provider(), key.name(), what);
  }

  // ---- secrets ----------------------------------------------------------------------------------------------------

  /**
   * A session as it is to lie there.
   *
   * @throws StoreException {@code SEALED} while the key is away that opens what is sealed here
   */
  public Sealed seal(Key key, Account.Session session) {
    return new Sealed(sealed(key, "session", session.token()), session.expires(), session.since());
  }

  /** The same of what took a secret's place. */
  public SealedRenewal seal(Key key, Account.Renewal renewal) {
    return sealed(key, "renewal", renewal);
  }

  /** The same of how the credential's own secret took another one's. */
  public SealedRenewal sealDescent(Key key, Account.Renewal descent) {
    return sealed(key, "descent", descent);
  }

  private SealedRenewal sealed(Key key, String what, Account.Renewal renewal) {
    var text = new Secret(renewal.of().reveal() + " " + renewal.token().reveal());
    return new SealedRenewal(sealed(key, what, text), renewal.since());
  }

  private String sealed(Key key, String what, Secret secret) {
    // A second key would lock every credential for whoever brings back the first.
    if (!vault.hasKey() && database.read(CredentialTable::count) > 0) {
      throw new StoreException(Trouble.SEALED, "the key that secrets are sealed with is missing");
    }
    return vault.seal(purpose(key, what), secret);
  }

  private Row opened(Row row) {
    var seals = row.sealed();
    var session = seals.session().flatMap(s -> open(row.key(), "session", s.token())
        .map(token -> new Account.Session(token, s.ends(), s.since())));
    var account = row.account().renewed(opened(row.key(), "renewal", seals.renewal())).from(opened(row.key(), "descent", seals.descent()));
    return row.with(session.map(s -> account.with(s, "")).orElse(account), seals);
  }

  private Optional<Account.Renewal> opened(Key key, String what, Optional<SealedRenewal> sealed) {
    return sealed.flatMap(s -> open(key, what, s.text()).flatMap(text -> renewal(text, s.since())));
  }

  private static Optional<Account.Renewal> renewal(Secret text, Instant since) {
    var words = text.reveal().split(" ", 2);
    return words.length < 2 ? Optional.empty()
        : Optional.of(new Account.Renewal(new Secret(words[1]), new Secret(words[0]), since));
  }

  private Optional<Secret> open(Key key, String what, String sealed) {
    try {
      return Optional.of(vault.open(purpose(key, what), sealed));
    } catch (StoreException e) {
      // The credential is exchanged anew, and if its own key is missing too, it is told there.
      if (vault.hasKey()) told(key, "its " + what);
      return Optional.empty();
    }
  }

  private static String purpose(Key key, String what) {
    return "account/" + key.provider() + "/" + key.name() + "/" + what;
  }
}
