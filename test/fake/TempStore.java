package fake;

import easel.core.Time;
import easel.store.ApiKeyTable;
import easel.store.Database;
import easel.store.JobTable;
import easel.store.MediaStore;
import easel.store.MediaTable;
import easel.store.SettingTable;
import easel.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.UnaryOperator;

/** A real store in a folder of its own, gone after {@link #close}. {@link #restart} is what a new process would see. */
public final class TempStore implements AutoCloseable {
  private final Path folder;
  private final Time time;
  private StoreOptions options;
  private Database database;

  public TempStore(Time time) {
    this(time, o -> o);
  }

  /** With other options than usual: {@code new TempStore(time, o -> o.withProbe(probe))}. */
  public TempStore(Time time, UnaryOperator<StoreOptions> change) {
    this.time = time;
    this.folder = fresh();
    var usual = StoreOptions.at(folder.resolve("data"), folder.resolve("storage")).withReserve(1 << 12);
    this.options = change.apply(usual);
    this.database = Database.open(options, time);
  }

  private static Path fresh() {
    try {
      return Files.createTempDirectory("easel-store");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Database database() {
    return database;
  }

  public StoreOptions options() {
    return options;
  }

  public JobTable jobs() {
    return new JobTable(database);
  }

  public MediaTable mediaTable() {
    return new MediaTable(database);
  }

  public MediaStore media() {
    return new MediaStore(database);
  }

  public ApiKeyTable apiKeys() {
    return new ApiKeyTable(database);
  }

  public SettingTable settings() {
    return new SettingTable(database);
  }

  /** Closes the database, also a dead one, and opens it again. Tables made before are of no use afterwards. */
  public void restart() {
    restart(o -> o);
  }

  public void restart(UnaryOperator<StoreOptions> change) {
    database.close();
    options = change.apply(options);
    database = Database.open(options, time);
  }

  @Override
  public void close() {
    database.close();
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
