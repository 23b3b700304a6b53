package easel.store;

import easel.core.Credential;
import easel.core.Secret;
import easel.store.StoreException.Trouble;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials an administrator has entered. Their secrets lie here sealed, and leave only as {@link Secret}. One that
 * cannot be opened is locked: it is listed, works for nobody, and stays as it is until its key is back.
 */
public final class CredentialTable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SOME = 500;
  private static final String SELECT = """
      SELECT id, provider, name, remark, secret, enabled, created, updated, retired, images_enabled, videos_enabled,
        image_concurrency, video_concurrency, proxy, project_id, project_name
      FROM credential
      """;

  /** What is said of a new one besides what makes it one. */
  public record Given(String remark, boolean enabled, Terms terms) {}

  /**
   * @param name {@link Credential#name()}: which secret it is, and never what it is
   * @param secret empty while it is locked
   * @param locked why it, or its proxy, cannot be read; empty where both can
   * @param terms while it is locked, without the proxy
   * @param retired since when it takes no new work and is only here for the jobs it still carries
   */
  public record Row(String id, String provider, String name, String remark, Optional<Secret> secret, String locked,
      boolean enabled, Terms terms, Instant created, Instant updated, Optional<Instant> retired) {

    public Optional<Credential> credential() {
      return secret.map(s -> new Credential(provider, name, s, terms.proxy(), terms.projectName()));
    }

    /** Takes new work. */
    public boolean works() {
      return enabled && retired.isEmpty() && secret.isPresent();
    }

    public Row with(String newRemark, boolean nowEnabled) {
      return new Row(id, provider, name, newRemark, secret, locked, nowEnabled, terms, created, updated, retired);
    }

    public Row with(Terms next) {
      return new Row(id, provider, name, remark, secret, locked, enabled, next, created, updated, retired);
    }

    public Row retired(Optional<Instant> since) {
      return new Row(id, provider, name, remark, secret, locked, enabled, terms, created, updated, since);
    }

    public Row updated(Instant now) {
      return new Row(id, provider, name, remark, secret, locked, enabled, terms, created, now, retired);
    }

    /** The same row with this secret under this name. */
    public Row with(String newName, Secret next) {
      return new Row(id, provider, newName, remark, Optional.of(next), "", enabled, terms, created, updated, retired);
    }

    private Row opened(Optional<Secret> nowSecret, Secret proxy, String nowLocked) {
      return new Row(id, provider, name, remark, nowSecret, nowLocked, enabled, terms.by(proxy), created, updated, retired);
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
    // Opened one by one: of many, what is sealed would take as much memory again.
    return List.copyOf(database.read(s -> s.list(SELECT + "ORDER BY created, rowid", r -> opened(Sealed.of(r)))));
  }

  /**
   * Stores a new one.
   *
   * @throws StoreException {@code SEALED} where a new key would be needed although the lost one may come back
   */
  public Row insert(Credential credential, Given given, Instant now) {
    var row = fresh(credential, given, Optional.empty(), now);
    var values = values(row);
    database.write(s -> s.update(INSERT, values));
    return row;
  }

  /** The same for many. Some are stored at a time: what is sealed of all would take too much memory. */
  public List<Row> insert(Map<Credential, Given> many, Instant now) {
    var rows = many.entrySet().stream().map(e -> fresh(e.getKey(), e.getValue(), Optional.empty(), now)).toList();
    var some = new ArrayList<Object[]>();
    for (var row : rows) {
      some.add(values(row));
      if (some.size() == SOME) insert(some);
    }
    insert(some);
    return rows;
  }

  private void insert(List<Object[]> some) {
    database.write(s -> {
      for (var values : some) s.update(INSERT, values);
      return some.size();
    });
    some.clear();
  }

  /** Stores a changed row. A locked one keeps what is sealed in it. False if there is none of this id. */
  public boolean save(Row row, Instant now) {
    var values = changed(row, now);
    return database.write(s -> s.update(UPDATE, values)) == 1;
  }

  /** The same for a few at once, in one commit. */
  public void save(List<Row> few, Instant now) {
    var values = few.stream().map(row -> changed(row, now)).toList();
    database.write(s -> {
      for (var some : values) s.update(UPDATE, some);
      return values.size();
    });
  }

  /** Stores a row with another secret, and keeps the old one apart, retired, for the jobs it still carries. */
  public void replace(Row old, Row next, Instant now) {
    var values = changed(next, now);
    var kept = fresh(old.credential().orElseThrow(), new Given(old.remark(), old.enabled(), old.terms()), Optional.of(now), old.created());
    var more = values(kept);
    // In this order: no two rows of a provider may have one name.
    database.write(s -> s.update(UPDATE, values) + s.update(INSERT, more));
  }

  /** False if there is none of this id. */
  public boolean delete(String id) {
    return database.write(s -> s.update("DELETE FROM credential WHERE id = ?", id)) == 1;
  }

  /** Whether one is to take a way of its own, even if which one cannot be read. */
  public boolean hasProxy(String id) {
    return database.read(s -> s.first("SELECT proxy <> '' FROM credential WHERE id = ?", r -> r.getInt(1) == 1, id)).orElse(false);
  }

  private static Row fresh(Credential credential, Given given, Optional<Instant> retired, Instant now) {
    var random = new byte[8];
    RANDOM.nextBytes(random);
    return new Row("cred_" + HexFormat.of().formatHex(random), credential.provider(), credential.name(),
        given.remark(), Optional.of(credential.secret()), "", given.enabled(), given.terms(), now, now, retired);
  }

  // ---- on the disk ------------------------------------------------------------------------------------------------

  private static final String INSERT = """
      INSERT INTO credential (name, remark, secret, enabled, updated, retired, images_enabled, videos_enabled,
        image_concurrency, video_concurrency, proxy, project_id, project_name, id, provider, created)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE = """
      UPDATE credential SET name = ?, remark = ?, secret = coalesce(?, secret), enabled = ?, updated = ?, retired = ?,
        images_enabled = ?, videos_enabled = ?, image_concurrency = ?, video_concurrency = ?, proxy = coalesce(?, proxy),
        project_id = ?, project_name = ?
      WHERE id = ?
      """;

  /** A row as it lies there. */
  private record Sealed(Row row, String secret, String proxy) {
    static Sealed of(ResultSet r) throws SQLException {
      var terms = new Terms(r.getInt(10) == 1, r.getInt(11) == 1, r.getInt(12), r.getInt(13), Terms.OPEN.proxy(),
          r.getString(15), r.getString(16));
      var row = new Row(r.getString(1), r.getString(2), r.getString(3), r.getString(4), Optional.empty(), "",
          r.getInt(6) == 1, terms, Instant.ofEpochMilli(r.getLong(7)), Instant.ofEpochMilli(r.getLong(8)), JobRow.moment(r, 9));
      return new Sealed(row, r.getString(5), r.getString(14));
    }
  }

  /** Without its proxy a credential would take another way than it was told to: then it takes none. */
  private Row opened(Sealed sealed) {
    var row = sealed.row();
    try {
      var secret = vault.open(purpose(row, "secret"), sealed.secret());
      var proxy = sealed.proxy().isEmpty() ? new Secret("") : vault.open(purpose(row, "proxy"), sealed.proxy());
      return row.opened(Optional.of(secret), proxy, "");
    } catch (StoreException e) {
      return row.opened(Optional.empty(), new Secret(""), e.getMessage());
    }
  }

  private static String purpose(Row row, String what) {
    return "credential/" + row.id() + "/" + row.provider() + "/" + what;
  }

  private String sealed(Row row, String what, Secret secret) {
    if (!vault.hasKey()) refuseSecondKey();
    return vault.seal(purpose(row, what), secret);
  }

  /** With two keys about, each would lock what the other opens. */
  private void refuseSecondKey() {
    long locked = database.read(CredentialTable::count);
    if (locked == 0) return;
    throw new StoreException(Trouble.SEALED, "nothing new can be sealed: the key of the " + locked
        + " credentials in the database is missing. Put back " + vault.place() + " or set " + Vault.VARIABLE
        + "; if it is lost for good, delete those credentials first.");
  }

  static long count(Session session) throws SQLException {
    return session.first("SELECT count(*) FROM credential", r -> r.getLong(1)).orElse(0L);
  }

  private Object[] values(Row row) {
    var values = common(row, row.updated());
    Collections.addAll(values, row.id(), row.provider(), row.created().toEpochMilli());
    return values.toArray();
  }

  private Object[] changed(Row row, Instant now) {
    var values = common(row, now);
    values.add(row.id());
    return values.toArray();
  }

  private List<Object> common(Row row, Instant now) {
    var terms = row.terms();
    var values = new ArrayList<Object>();
    Collections.addAll(values, row.name(), row.remark(), row.secret().map(s -> sealed(row, "secret", s)).orElse(null),
        number(row.enabled()), now.toEpochMilli(), row.retired().map(Instant::toEpochMilli).orElse(null),
        number(terms.images()), number(terms.videos()), terms.imageConcurrency(), terms.videoConcurrency(), proxy(row),
        terms.projectId(), terms.projectName());
    return values;
  }

  /** Null where it is to stay as it is. */
  private String proxy(Row row) {
    if (row.secret().isEmpty()) return null;
    return row.terms().proxy().isEmpty() ? "" : sealed(row, "proxy", row.terms().proxy());
  }

  private static int number(boolean flag) {
    return flag ? 1 : 0;
  }
}
