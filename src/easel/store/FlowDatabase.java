package easel.store;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The database of a Flow2API ({@code data/flow.db}), read to take its accounts over. The file is somebody else's: a
 * copy is opened, read-only, nothing that its schema says is run, and what is read of it is bounded. Older versions
 * lack columns, so only those are read that are there.
 *
 * <p>What is wrong with the file is a {@link FieldException} about the whole body.
 */
public final class FlowDatabase {
  /** Its log of requests is never pruned, and lies in the same file. */
  public static final long BYTES_MAX = 2L << 30;
  private static final int ROWS_MAX = 5_000;
  private static final int TEXT_MAX = 9_000;
  /** Of all accounts together: a column's default stands in each row, and takes no room in the file. */
  private static final int TEXTS_MAX = 32 << 20;
  private static final long CHECK_MAX = 64L << 20;
  private static final int PIECE = 64 * 1024;
  private static final String MAGIC = "SQLite format 3\0";

  private static final String ACCOUNTS = "tokens";
  private static final List<String> WORDS = List.of("st", "email", "remark", "current_project_id", "current_project_name",
      "proxy_url", "ban_reason", "protocol_mode");
  private static final List<String> NUMBERS =
      List.of("is_active", "image_enabled", "video_enabled", "image_concurrency", "video_concurrency");
  /** Its tables of settings, one row each, and what of them matters here. */
  private static final Map<String, List<String>> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put("admin_config", List.of("username", "password", "api_key", "error_ban_threshold"));
    SETTINGS.put("proxy_config", List.of("enabled", "proxy_url", "media_proxy_enabled", "media_proxy_url"));
    SETTINGS.put("generation_config", List.of("image_timeout", "video_timeout", "max_retries"));
    SETTINGS.put("call_logic_config", List.of("call_mode"));
    SETTINGS.put("cache_config", List.of("cache_enabled", "cache_timeout", "cache_base_url"));
    SETTINGS.put("debug_config", List.of("enabled"));
    SETTINGS.put("plugin_config", List.of("connection_token", "auto_enable_on_update"));
  }

  /**
   * What it holds, secrets included.
   *
   * @param accounts its rows in order, each with the columns that are there and hold something
   * @param settings by the names of their tables
   */
  public record Content(JsonArray accounts, JsonObject settings) {
    @Override
    public String toString() {
      return accounts.size() + " accounts, settings " + settings.names();
    }
  }

  private interface Filling {
    void into(Path copy) throws IOException;
  }

  private FlowDatabase() {}

  /** Whether a file that begins so is an SQLite database. */
  public static boolean recognises(byte[] beginning) {
    int length = MAGIC.length();
    return beginning.length >= length && new String(beginning, 0, length, StandardCharsets.ISO_8859_1).equals(MAGIC);
  }

  /**
   * Reads a file, and the log beside it that a Flow2API leaves when it is killed.
   *
   * @param scratch a folder for the copy alone: it is emptied before and removed afterwards
   */
  public static Content read(Path file, Path scratch) throws IOException, InterruptedException {
    return read(scratch, copy -> {
      copy(file, copy);
      var log = beside(file);
      if (Files.exists(log)) copy(log, beside(copy));
    });
  }

  /** Reads what somebody sends. */
  public static Content read(InputStream body, Path scratch) throws IOException, InterruptedException {
    return read(scratch, copy -> copy(body, copy));
  }

  /** Takes away what a process left there that was killed while it read. */
  public static void discard(Path scratch) throws IOException {
    Disk.remove(scratch);
  }

  private static Path beside(Path database) {
    return database.resolveSibling(database.getFileName() + "-wal");
  }

  private static Content read(Path scratch, Filling filling) throws IOException, InterruptedException {
    Disk.remove(scratch);
    Disk.folder(scratch);
    try {
      var copy = scratch.resolve("flow.db");
      filling.into(copy);
      return aside(copy);
    } finally {
      Disk.remove(scratch);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.isRegularFile(from)) throw FieldException.body(from.getFileName() + " is not a file");
    try (var in = Files.newInputStream(from)) {
      copy(in, to);
    }
  }

  private static void copy(InputStream in, Path to) throws IOException {
    Disk.create(to);
    try (OutputStream out = Files.newOutputStream(to)) {
      var piece = new byte[PIECE];
      long size = 0;
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        size += n;
        if (size > BYTES_MAX) throw FieldException.body("the database is larger than " + (BYTES_MAX >> 20) + " MB");
        out.write(piece, 0, n);
      }
    }
  }

  /** Native code holds the thread it is on, which may be a virtual one's carrier: so it gets a thread of its own. */
  private static Content aside(Path copy) throws IOException, InterruptedException {
    var task = new FutureTask<>(() -> content(copy));
    Thread.ofPlatform().name("flow-database").daemon().start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case SQLException s -> throw damaged(s.getMessage());
        case IOException i -> throw i;
        case RuntimeException r -> throw r;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static FieldException damaged(String words) {
    return FieldException.body("the database is damaged: " + words.strip().replace('\n', ' '));
  }

  private static Content content(Path copy) throws IOException, SQLException {
    if (!recognises(beginning(copy))) {
      throw FieldException.body("this is no SQLite database, or an encrypted one: Flow2API's is data/flow.db");
    }
    try (var session = Sqlite.foreign(copy)) {
      if (Files.size(copy) <= CHECK_MAX) check(session);
      if (!isTable(session, ACCOUNTS)) throw FieldException.body("this database has no table of tokens, so it is not Flow2API's");
      return new Content(accounts(session), settings(session));
    }
  }

  private static byte[] beginning(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(MAGIC.length());
    }
  }

  private static void check(Session session) throws SQLException {
    var verdict = session.first("PRAGMA quick_check(1)", r -> r.getString(1)).orElse("no answer");
    if (!verdict.equals("ok")) throw damaged(verdict);
  }

  /** A view or a virtual table of that name would run what its author wants. */
  private static boolean isTable(Session session, String name) throws SQLException {
    return session.first("SELECT type, sql FROM sqlite_master WHERE lower(name) = ?", r -> r.getString(1).equals("table")
        && !String.valueOf(r.getString(2)).stripLeading().regionMatches(true, 0, "CREATE VIRTUAL", 0, 14), name).orElse(false);
  }

  private static JsonArray accounts(Session session) throws SQLException {
    var columns = columns(session, ACCOUNTS);
    if (!columns.contains("st")) throw FieldException.body("the table of tokens has no column st");
    var wanted = new ArrayList<>(WORDS);
    wanted.addAll(NUMBERS);
    wanted.retainAll(columns);
    var order = columns.contains("id") ? " ORDER BY id" : "";
    var left = new AtomicInteger(TEXTS_MAX);
    var rows = session.list(select(wanted, ACCOUNTS) + order + " LIMIT " + (ROWS_MAX + 1), r -> row(r, wanted, left));
    if (rows.size() > ROWS_MAX) throw FieldException.body("the database has more than " + ROWS_MAX + " accounts");
    var accounts = new JsonArray();
    rows.forEach(accounts::add);
    return accounts;
  }

  /** Generated columns, which could be any expression, are not told here. */
  private static List<String> columns(Session session, String table) throws SQLException {
    return session.list("SELECT lower(name) FROM pragma_table_info(?)", r -> r.getString(1), table);
  }

  private static String select(List<String> columns, String table) {
    var bounded = columns.stream().map(c -> "substr(CAST(" + c + " AS TEXT), 1, " + TEXT_MAX + ")").toList();
    return "SELECT " + String.join(", ", bounded) + " FROM " + table;
  }

  private static JsonObject row(ResultSet r, List<String> columns, AtomicInteger left) throws SQLException {
    var row = new JsonObject();
    for (int i = 0; i < columns.size(); i++) {
      var text = r.getString(i + 1);
      if (text != null && left.addAndGet(-text.length()) < 0) {
        throw FieldException.body("the accounts in the database have more than " + (TEXTS_MAX >> 20) + " MB of text");
      }
      if (text != null) row.add(columns.get(i), WORDS.contains(columns.get(i)) ? Json.value(text) : number(text));
    }
    return row;
  }

  /** What is no number stays text, for its reader to complain about. */
  private static JsonValue number(String text) {
    return text.matches("-?[0-9]{1,9}") ? Json.value(Integer.parseInt(text)) : Json.value(text);
  }

  private static JsonObject settings(Session session) throws SQLException {
    var settings = new JsonObject();
    for (var table : SETTINGS.entrySet()) {
      if (!isTable(session, table.getKey())) continue;
      var wanted = new ArrayList<>(table.getValue());
      wanted.retainAll(columns(session, table.getKey()));
      if (wanted.isEmpty()) continue;
      var row = session.first(select(wanted, table.getKey()) + " LIMIT 1", r -> texts(r, wanted));
      row.ifPresent(r -> settings.add(table.getKey(), r));
    }
    return settings;
  }

  private static JsonObject texts(ResultSet r, List<String> columns) throws SQLException {
    var row = new JsonObject();
    for (int i = 0; i < columns.size(); i++) {
      if (r.getString(i + 1) != null) row.add(columns.get(i), r.getString(i + 1));
    }
    return row;
  }
}
