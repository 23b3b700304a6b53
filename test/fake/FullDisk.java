package fake;

import easel.store.Database;

/** A real database that does not take what is written into one of its tables, until it is mended. */
public final class FullDisk {
  private final Database database;

  private FullDisk(Database database) {
    this.database = database;
  }

  public static FullDisk at(Database database, String table) {
    var disk = new FullDisk(database);
    for (var kind : new String[] {"INSERT", "UPDATE"}) {
      disk.run("CREATE TRIGGER full_" + kind + " BEFORE " + kind + " ON " + table + " BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
    }
    return disk;
  }

  public void mend() {
    for (var kind : new String[] {"INSERT", "UPDATE"}) run("DROP TRIGGER full_" + kind);
  }

  private void run(String sql) {
    database.write(s -> s.update(sql));
  }
}
