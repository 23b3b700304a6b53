package easel.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where things are kept, for how long, and how much of them. All of it is read at the start.
 *
 * @param data folder of the database, the lock and the reserve; one process at a time
 * @param storage folder of pictures and videos; may lie on another disk
 * @param reserveBytes a file of this size is held on the data disk, and given up when an upstream id could not be
 *     stored otherwise; new jobs are refused while less than this is free besides it
 * @param mediaLife how long results without a project and inputs are kept; zero: for ever
 * @param mediaBytesMax results without a project take at most this much together, the oldest go first; 0: no limit
 * @param pixelsMax pictures with more are refused; nothing is ever decoded to find out
 * @param hooks what tests put in place of the machine
 */
public record StoreOptions(Path data, Path storage, long reserveBytes, Duration mediaLife, long mediaBytesMax,
    long pixelsMax, Hooks hooks) {
  public static final long RESERVE = 16L << 20;
  public static final long PIXELS_MAX = 50_000_000;

  /**
   * Where tests reach in.
   *
   * @param probe hears of every commit
   * @param space tells how many bytes are free at a path
   */
  public record Hooks(Database.Probe probe, FreeSpace space) {
    public static final Hooks NONE = new Hooks(new Database.Probe() {}, path -> path.toFile().getUsableSpace());
  }

  /** Bytes that can still be written at a path. */
  public interface FreeSpace {
    long at(Path path);
  }

  public StoreOptions {
    data = data.toAbsolutePath().normalize();
    storage = storage.toAbsolutePath().normalize();
    if (reserveBytes < 0 || mediaLife.isNegative() || mediaBytesMax < 0 || pixelsMax < 1) {
      throw new IllegalArgumentException("store options must not be negative");
    }
  }

  /** Results live for a day, as much of them as the disk takes. */
  public static StoreOptions at(Path data, Path storage) {
    return new StoreOptions(data, storage, RESERVE, Duration.ofDays(1), 0, PIXELS_MAX, Hooks.NONE);
  }

  public StoreOptions withReserve(long bytes) {
    return new StoreOptions(data, storage, bytes, mediaLife, mediaBytesMax, pixelsMax, hooks);
  }

  public StoreOptions withMedia(Duration life, long bytesMax) {
    return new StoreOptions(data, storage, reserveBytes, life, bytesMax, pixelsMax, hooks);
  }

  public StoreOptions withPixels(long max) {
    return new StoreOptions(data, storage, reserveBytes, mediaLife, mediaBytesMax, max, hooks);
  }

  public StoreOptions withProbe(Database.Probe probe) {
    return withHooks(new Hooks(probe, hooks.space()));
  }

  public StoreOptions withFreeSpace(FreeSpace space) {
    return withHooks(new Hooks(hooks.probe(), space));
  }

  private StoreOptions withHooks(Hooks next) {
    return new StoreOptions(data, storage, reserveBytes, mediaLife, mediaBytesMax, pixelsMax, next);
  }
}
