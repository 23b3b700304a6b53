package easel.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One connection, one thread, and the statements prepared on it. Values go in as {@code ?}: text, whole numbers, bytes
 * or null.
 */
public final class Session implements AutoCloseable {
  /** Reads one row. */
  public interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /** Transactions are opened and closed by their own statements: the driver is only told to keep its own out of it. */
  Session(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    update("COMMIT");
  }

  /** Answers how many rows changed. */
  public int update(String sql, Object... values) throws SQLException {
    var statement = prepare(sql);
    try {
      bind(statement, values);
      return statement.executeUpdate();
    } catch (SQLException e) {
      forget(sql);
      throw e;
    }
  }

  public <T> List<T> list(String sql, Row<T> row, Object... values) throws SQLException {
    var statement = prepare(sql);
    try {
      bind(statement, values);
      var list = new ArrayList<T>();
      try (var result = statement.executeQuery()) {
        while (result.next()) list.add(row.of(result));
      }
      return list;
    } catch (SQLException e) {
      forget(sql);
      throw e;
    }
  }

  public <T> Optional<T> first(String sql, Row<T> row, Object... values) throws SQLException {
    var all = list(sql, row, values);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
  }

  /** Several statements at once, without values. */
  void script(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    var known = prepared.get(sql);
    if (known != null) return known;
    var fresh = connection.prepareStatement(sql);
    prepared.put(sql, fresh);
    return fresh;
  }

  private static void bind(PreparedStatement statement, Object[] values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      switch (values[i]) {
        case null -> statement.setNull(i + 1, Types.NULL);
        case String text -> statement.setString(i + 1, text);
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        default -> throw new IllegalArgumentException("no column takes a " + values[i].getClass().getName());
      }
    }
  }

  /** After an error the driver may have closed a statement for good. */
  private void forget(String sql) throws SQLException {
    var statement = prepared.remove(sql);
    if (statement != null) statement.close();
  }

  /** Ends whatever is open; SQLite has already done so itself after some errors, and then complains. */
  void rollback() {
    try {
      update("ROLLBACK");
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).contains("no transaction is active")) throw StoreException.of(e);
    }
  }

  @Override
  public void close() throws SQLException {
    prepared.clear();
    connection.close();
  }
}
