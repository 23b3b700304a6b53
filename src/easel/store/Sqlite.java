package easel.store;

import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/**
 * Opens SQLite files the way Easel wants them, and refuses those it must not touch.
 *
 * <p>A new database is made whole under another name and then moved: an empty or missing file beside traces of an older
 * one is therefore always a loss, and never silently replaced.
 */
final class Sqlite {
  private static final System.Logger LOG = System.getLogger("easel.store");
  /** Larger files are not read through at every start; {@code PRAGMA quick_check} takes about 1 ms per MB. */
  private static final long CHECK_MAX = 64L << 20;
  private static final String NATIVES = "org.sqlite.tmpdir";
  private static final String MAGIC = "SQLite format 3\0";

  private Sqlite() {}

  /** Answers the database file of a folder, checked or made. */
  static Path prepare(Path folder) throws IOException, SQLException {
    if (folder.toString().contains("?")) throw unfit(folder, "a path with a question mark");
    natives(folder.resolve("native"));
    var file = folder.resolve("easel.db");
    if (Files.exists(file)) check(file);
    else if (Files.exists(folder.resolve("easel.db-wal"))) throw damaged(file, "it is missing, but its log is there");
    else create(file);
    return file;
  }

  private static StoreException unfit(Path folder, String words) {
    return new StoreException(Trouble.UNWRITABLE, "cannot use " + folder + ": " + words);
  }

  /**
   * The driver unpacks its native library at every start, and a killed process leaves it behind: so that happens in a
   * folder of our own, emptied first. It must be set before the driver's classes load.
   */
  private static void natives(Path folder) throws IOException {
    Disk.folder(folder);
    try (var old = Files.newDirectoryStream(folder)) {
      for (var file : old) remove(file);
    }
    if (System.getProperty(NATIVES) == null) System.setProperty(NATIVES, folder.toString());
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "old native library not removed file={0}", file);
    }
  }

  private static void check(Path file) throws IOException, SQLException {
    try (var in = Files.newInputStream(file)) {
      if (!new String(in.readNBytes(16), StandardCharsets.ISO_8859_1).equals(MAGIC)) {
        throw damaged(file, "it is not an SQLite database");
      }
    }
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    try (var session = open(file, config)) {
      Migrations.refuse(session, file);
      if (Files.size(file) > CHECK_MAX) return;
      var verdict = session.first("PRAGMA quick_check(1)", r -> r.getString(1)).orElse("no answer");
      if (!verdict.equals("ok")) throw damaged(file, verdict);
    } catch (SQLException e) {
      if (StoreException.of(e).trouble() == Trouble.DAMAGED) throw damaged(file, e.getMessage());
      throw e;
    }
  }

  private static StoreException damaged(Path file, String words) {
    return new StoreException(Trouble.DAMAGED, "the database " + file + " is damaged and was left as it is ("
        + words.strip().replace('\n', ' ') + "). Restore a backup over it, or move it away to start anew.");
  }

  private static void create(Path file) throws IOException, SQLException {
    var fresh = file.resolveSibling("easel.db.new");
    Files.deleteIfExists(fresh);
    Disk.create(fresh);
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.OFF);
    config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
    try (var session = open(fresh, config)) {
      Migrations.run(session);
    }
    Disk.sync(fresh);
    Disk.move(fresh, file);
    Disk.syncFolder(file.getParent());
  }

  /** Brings the schema up to date. */
  static Session writer(Path file) throws SQLException {
    return ready(open(file, common()), Migrations::run);
  }

  static Session reader(Path file) throws SQLException {
    return ready(open(file, common()), session -> session.script("PRAGMA query_only = 1"));
  }

  /** Somebody else's file: nothing of its schema is run, and nothing is written. */
  static Session foreign(Path file) throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    config.enableLoadExtension(false);
    return ready(open(file, config), session -> session.script(
        "PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA cache_size = -2000"));
  }

  private interface Preparation {
    void run(Session session) throws SQLException;
  }

  private static Session ready(Session session, Preparation preparation) throws SQLException {
    try {
      preparation.run(session);
      return session;
    } catch (SQLException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Every commit is on the disk before it returns: rows are money. */
  private static SQLiteConfig common() {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-2000);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setJournalSizeLimit(16 << 20);
    return config;
  }

  /** The driver hides in a cause that it could not load its native library, and gives no error code. */
  private static Connection connected(Path file, SQLiteConfig config) throws SQLException {
    try {
      return DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties());
    } catch (SQLException e) {
      if (e.getErrorCode() != 0 || e.getCause() == null) throw e;
      var folder = System.getProperty(NATIVES);
      throw new StoreException(Trouble.UNWRITABLE, "cannot load SQLite's native library from " + folder
          + ": is that disk mounted noexec? -D" + NATIVES + "=FOLDER names another place.", e);
    }
  }

  private static Session open(Path file, SQLiteConfig config) throws SQLException {
    config.setBusyTimeout(5000);
    var connection = connected(file, config);
    try {
      return new Session(connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
