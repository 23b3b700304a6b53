package easel.store;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Values that outlive the process and are not in the configuration file: name to text. */
public final class SettingTable {
  private final Database database;

  public SettingTable(Database database) {
    this.database = database;
  }

  public Optional<String> find(String name) {
    return database.read(s -> s.first("SELECT value FROM setting WHERE name = ?", r -> r.getString(1), name));
  }

  public Map<String, String> all() {
    var all = new TreeMap<String, String>();
    database.read(s -> s.list("SELECT name, value FROM setting", r -> all.put(r.getString(1), r.getString(2))));
    return all;
  }

  public void put(String name, String value) {
    database.write(s -> s.update("""
        INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """, name, value));
  }

  /** Stores the value unless there is one already; answers the one that is there afterwards. */
  public String putIfAbsent(String name, String value) {
    return database.write(s -> {
      s.update("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, value);
      return s.first("SELECT value FROM setting WHERE name = ?", r -> r.getString(1), name).orElse(value);
    });
  }

  public void delete(String name) {
    database.write(s -> s.update("DELETE FROM setting WHERE name = ?", name));
  }
}
