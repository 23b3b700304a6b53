package easel.store;

import easel.core.Time;
import java.nio.file.Path;

/** A process of its own for {@link KillTest}: writes for ever and says what was acknowledged. */
final class WriteLoop {
  private WriteLoop() {}

  public static void main(String[] folder) {
    try (var database = Database.open(options(Path.of(folder[0])), Time.system())) {
      for (int i = 0; i < 4; i++) {
        int writer = i;
        Thread.ofVirtual().start(() -> write(database, writer));
      }
      write(database, 4);
    } catch (StoreException e) {
      System.out.println(e.trouble() + " " + e.getMessage());
    }
  }

  static StoreOptions options(Path folder) {
    return StoreOptions.at(folder.resolve("data"), folder.resolve("storage")).withReserve(4096);
  }

  private static void write(Database database, int writer) {
    var settings = new SettingTable(database);
    for (int n = 0;; n++) {
      settings.put(writer + "-" + n, "x".repeat(200));
      System.out.println(writer + "-" + n);
    }
  }
}
