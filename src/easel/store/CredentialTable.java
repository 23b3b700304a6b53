package easel.store;

import easel.core.Credential;
import easel.core.Secret;
import easel.store.StoreException.Trouble;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Credentials an administrator has entered. Their secrets lie here sealed, and leave only as {@link Secret}. One that
 * cannot be opened is locked: it is listed, works for nobody, and stays as it is until its key is back.
 */
public final class CredentialTable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String SELECT =
      "SELECT id, provider, name, remark, secret, enabled, created, updated, retired FROM credential ";

  /**
   * @param name {@link Credential#name()}: which secret it is, and never what it is
   * @param secret empty while it is locked
   * @param locked why it cannot be read; empty where it can
   * @param retired since when it takes no new work and is only here for the jobs it still carries
   */
  public record Row(String id, String provider, String name, String remark, Optional<Secret> secret, String locked,
      boolean enabled, Instant created, Instant updated, Optional<Instant> retired) {

    public Optional<Credential> credential() {
      return secret.map(s -> new Credential(provider, name, s));
    }

    /** Takes new work. */
    public boolean works() {
      return enabled && retired.isEmpty() && secret.isPresent();
    }

    public Row with(String newRemark, boolean nowEnabled) {
      return new Row(id, provider, name, newRemark, secret, locked, nowEnabled, created, updated, retired);
    }

    public Row retired(Optional<Instant> since) {
      return new Row(id, provider, name, remark, secret, locked, enabled, created, updated, since);
    }

    public Row updated(Instant now) {
      return new Row(id, provider, name, remark, secret, locked, enabled, created, now, retired);
    }

    /** The same credential with this secret, and the name that goes with it. */
    public Row with(Credential next) {
      return new Row(id, provider, next.name(), remark, Optional.of(next.secret()), "", enabled, created, updated, retired);
    }
  }

  private final Database database;
  private final Vault vault;

  public CredentialTable(Database database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /** All of them, oldest first. */
  public List<Row> list() {
    var rows = database.read(s -> s.list(SELECT + "ORDER BY created, id", Sealed::of));
    return rows.stream().map(this::opened).toList();
  }

  /**
   * Stores a new one.
   *
   * @throws StoreException {@code SEALED} where a new key would be needed although the lost one may come back
   */
  public Row insert(Credential credential, String remark, Instant now) {
    var row = fresh(credential, remark, true, Optional.empty(), now);
    var values = values(row);
    database.write(s -> s.update(INSERT, values));
    return row;
  }

  /** Stores a changed row. A locked one keeps what is sealed in it. False if there is none of this id. */
  public boolean save(Row row, Instant now) {
    var values = changed(row, now);
    return database.write(s -> s.update(UPDATE, values)) == 1;
  }

  /** Stores a row with another secret, and keeps the old one apart, retired, for the jobs it still carries. */
  public void replace(Row old, Row next, Instant now) {
    var values = changed(next, now);
    var kept = fresh(old.credential().orElseThrow(), old.remark(), old.enabled(), Optional.of(now), old.created());
    var more = values(kept);
    // In this order: no two rows of a provider may have one name.
    database.write(s -> s.update(UPDATE, values) + s.update(INSERT, more));
  }

  /** False if there is none of this id. */
  public boolean delete(String id) {
    return database.write(s -> s.update("DELETE FROM credential WHERE id = ?", id)) == 1;
  }

  private static Row fresh(Credential credential, String remark, boolean enabled, Optional<Instant> retired, Instant now) {
    var random = new byte[8];
    RANDOM.nextBytes(random);
    return new Row("cred_" + HexFormat.of().formatHex(random), credential.provider(), credential.name(), remark,
        Optional.of(credential.secret()), "", enabled, now, now, retired);
  }

  // ---- on the disk ------------------------------------------------------------------------------------------------

  private static final String INSERT = """
      INSERT INTO credential (id, provider, name, remark, secret, enabled, created, updated, retired)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE = """
      UPDATE credential SET name = ?, remark = ?, secret = coalesce(?, secret), enabled = ?, updated = ?, retired = ?
      WHERE id = ?
      """;

  /** A row as it lies there. */
  private record Sealed(Row row, String secret) {
    static Sealed of(ResultSet r) throws SQLException {
      var row = new Row(r.getString(1), r.getString(2), r.getString(3), r.getString(4), Optional.empty(), "", r.getInt(6) == 1,
          Instant.ofEpochMilli(r.getLong(7)), Instant.ofEpochMilli(r.getLong(8)), JobRow.moment(r, 9));
      return new Sealed(row, r.getString(5));
    }
  }

  private Row opened(Sealed sealed) {
    var row = sealed.row();
    var secret = Optional.<Secret>empty();
    var locked = "";
    try {
      secret = Optional.of(vault.open(purpose(row), sealed.secret()));
    } catch (StoreException e) {
      locked = e.getMessage();
    }
    return new Row(row.id(), row.provider(), row.name(), row.remark(), secret, locked, row.enabled(), row.created(),
        row.updated(), row.retired());
  }

  private static String purpose(Row row) {
    return "credential/" + row.id() + "/" + row.provider() + "/secret";
  }

  private String sealed(Row row) {
    if (!vault.hasKey()) refuseSecondKey();
    return vault.seal(purpose(row), row.secret().orElseThrow());
  }

  /** With two keys about, each would lock what the other opens. */
  private void refuseSecondKey() {
    long locked = database.read(s -> s.first("SELECT count(*) FROM credential", r -> r.getLong(1)).orElse(0L));
    if (locked == 0) return;
    throw new StoreException(Trouble.SEALED, "nothing new can be sealed: the key of the " + locked
        + " credentials in the database is missing. Put back " + vault.place() + " or set " + Vault.VARIABLE
        + "; if it is lost for good, delete those credentials first.");
  }

  private Object[] values(Row row) {
    return new Object[] {row.id(), row.provider(), row.name(), row.remark(), sealed(row), row.enabled() ? 1 : 0,
        row.created().toEpochMilli(), row.updated().toEpochMilli(), row.retired().map(Instant::toEpochMilli).orElse(null)};
  }

  private Object[] changed(Row row, Instant now) {
    return new Object[] {row.name(), row.remark(), row.secret().isPresent() ? sealed(row) : null, row.enabled() ? 1 : 0,
        now.toEpochMilli(), row.retired().map(Instant::toEpochMilli).orElse(null), row.id()};
  }
}
