package easel.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The keys callers use. Only their hashes are here: they are long random values, so that a fast hash is enough. */
public final class ApiKeyTable {
  private static final String SELECT = "SELECT id, name, prefix, hash, created, revoked FROM api_key ";

  /**
   * @param prefix its first characters, to tell keys apart where people look at them
   * @param hash SHA-256 of the whole key, lower-case hex
   * @param revoked since when it no longer works
   */
  public record ApiKey(String id, String name, String prefix, String hash, Instant created,
      Optional<Instant> revoked) {}

  private final Database database;

  public ApiKeyTable(Database database) {
    this.database = database;
  }

  public void insert(ApiKey key) {
    var sql = "INSERT INTO api_key (id, name, prefix, hash, created, revoked) VALUES (?, ?, ?, ?, ?, ?)";
    database.write(s -> s.update(sql, key.id(), key.name(), key.prefix(), key.hash(), key.created().toEpochMilli(),
        key.revoked().map(Instant::toEpochMilli).orElse(null)));
  }

  /** The key with this hash, if it still works. */
  public Optional<ApiKey> byHash(String hash) {
    return database.read(s -> s.first(SELECT + "WHERE hash = ? AND revoked IS NULL", ApiKeyTable::row, hash));
  }

  /** All of them, revoked ones too, oldest first. */
  public List<ApiKey> list() {
    return database.read(s -> s.list(SELECT + "ORDER BY created, id", ApiKeyTable::row));
  }

  /** False if there is no such key, or it was revoked before. */
  public boolean revoke(String id, Instant now) {
    return database.write(s -> s.update("UPDATE api_key SET revoked = ? WHERE id = ? AND revoked IS NULL",
        now.toEpochMilli(), id)) == 1;
  }

  private static ApiKey row(ResultSet r) throws SQLException {
    return new ApiKey(r.getString(1), r.getString(2), r.getString(3), r.getString(4),
        Instant.ofEpochMilli(r.getLong(5)), JobRow.moment(r, 6));
  }
}
