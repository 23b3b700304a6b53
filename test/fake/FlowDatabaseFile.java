package fake;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** A database as a Flow2API leaves it, written by SQLite itself, in its log's mode. */
public final class FlowDatabaseFile implements AutoCloseable {
  private static final String NOW = "TIMESTAMP DEFAULT CURRENT_TIMESTAMP";

  private final Connection connection;

  private FlowDatabaseFile(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    sql("PRAGMA journal_mode = WAL");
  }

  /** With all tables and columns of August 2026, and its rows of settings as they are seeded. */
  public static FlowDatabaseFile of2026(Path file) throws SQLException {
    var made = new FlowDatabaseFile(file);
    made.sql("CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, st TEXT UNIQUE NOT NULL, at TEXT, at_expires TIMESTAMP,"
        + " email TEXT NOT NULL, name TEXT, remark TEXT, is_active BOOLEAN DEFAULT 1, created_at " + NOW + ", last_used_at TIMESTAMP,"
        + " use_count INTEGER DEFAULT 0, credits INTEGER DEFAULT 0, user_paygate_tier TEXT, current_project_id TEXT,"
        + " current_project_name TEXT, image_enabled BOOLEAN DEFAULT 1, video_enabled BOOLEAN DEFAULT 1,"
        + " image_concurrency INTEGER DEFAULT -1, video_concurrency INTEGER DEFAULT -1, captcha_proxy_url TEXT, extension_route_key TEXT,"
        + " protocol_mode TEXT DEFAULT 'session', google_cookies TEXT DEFAULT '', login_account TEXT DEFAULT '',"
        + " login_password TEXT DEFAULT '', proxy_url TEXT DEFAULT '', auto_refresh_enabled BOOLEAN DEFAULT 1,"
        + " refresh_interval_minutes INTEGER DEFAULT 120, last_st_refresh_at TIMESTAMP, last_st_refresh_result TEXT DEFAULT '',"
        + " ban_reason TEXT, banned_at TIMESTAMP)");
    made.sql("CREATE TABLE token_stats (id INTEGER PRIMARY KEY, token_id INTEGER, image_count INTEGER DEFAULT 0, error_count INTEGER)");
    made.sql("CREATE TABLE request_logs (id INTEGER PRIMARY KEY, token_id INTEGER, operation TEXT NOT NULL, request_body TEXT)");
    made.settings();
    return made;
  }

  /** As an early version made it, before most of the columns and tables there are today. */
  public static FlowDatabaseFile early(Path file) throws SQLException {
    var made = new FlowDatabaseFile(file);
    made.sql("CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, st TEXT UNIQUE NOT NULL, at TEXT, email TEXT NOT NULL,"
        + " name TEXT, remark TEXT, is_active BOOLEAN DEFAULT 1)");
    made.sql("CREATE TABLE admin_config (id INTEGER PRIMARY KEY DEFAULT 1, username TEXT, password TEXT)");
    return made;
  }

  private void settings() throws SQLException {
    for (var table : List.of(
        "admin_config (id INTEGER PRIMARY KEY, username TEXT DEFAULT 'admin', password TEXT DEFAULT 'admin', api_key TEXT DEFAULT 'han1234',"
            + " error_ban_threshold INTEGER DEFAULT 3)",
        "proxy_config (id INTEGER PRIMARY KEY, enabled BOOLEAN DEFAULT 0, proxy_url TEXT, media_proxy_enabled BOOLEAN DEFAULT 0,"
            + " media_proxy_url TEXT)",
        "generation_config (id INTEGER PRIMARY KEY, image_timeout INTEGER DEFAULT 300, video_timeout INTEGER DEFAULT 1500,"
            + " max_retries INTEGER DEFAULT 3)",
        "call_logic_config (id INTEGER PRIMARY KEY, call_mode TEXT DEFAULT 'default', polling_mode_enabled BOOLEAN DEFAULT 0)",
        "cache_config (id INTEGER PRIMARY KEY, cache_enabled BOOLEAN DEFAULT 0, cache_timeout INTEGER DEFAULT 7200, cache_base_url TEXT)",
        "debug_config (id INTEGER PRIMARY KEY, enabled BOOLEAN DEFAULT 0)",
        "plugin_config (id INTEGER PRIMARY KEY, connection_token TEXT DEFAULT '', auto_enable_on_update BOOLEAN DEFAULT 1)")) {
      sql("CREATE TABLE " + table);
      sql("INSERT INTO " + table.substring(0, table.indexOf(' ')) + " (id) VALUES (1)");
    }
  }

  /** Columns and values as SQL has them: {@code account("st, email", "'abc', 'a@b.example'")}. */
  public FlowDatabaseFile account(String columns, String values) throws SQLException {
    return sql("INSERT INTO tokens (" + columns + ") VALUES (" + values + ")");
  }

  public FlowDatabaseFile sql(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
      return this;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
