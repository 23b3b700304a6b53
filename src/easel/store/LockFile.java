package easel.store;

import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second process away from a data folder. The system frees the lock when the process dies, however it dies.
 *
 * <p>On POSIX systems closing any handle of a file drops all locks the process has on it: so within one process the
 * names are compared first, and the file is not opened again.
 */
final class LockFile implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final int PID_MAX = 20;
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static LockFile take(Path folder) throws IOException {
    var file = folder.toRealPath().resolve("easel.lock");
    if (!HELD.add(file)) throw taken(folder, "this process");
    try {
      return new LockFile(file, locked(folder, file));
    } catch (IOException | RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  private static FileChannel locked(Path folder, Path file) throws IOException {
    if (!Files.exists(file)) Disk.create(file);
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) throw taken(folder, holder(channel));
      sign(channel);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Only for the message of whoever comes second: a full disk must not keep us from starting. */
  private static void sign(FileChannel channel) {
    var pid = String.format("%-" + PID_MAX + "d", ProcessHandle.current().pid());
    try {
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "lock not signed", e);
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(PID_MAX);
    channel.read(bytes, 0);
    var pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  private static StoreException taken(Path folder, String holder) {
    return new StoreException(Trouble.LOCKED, "another Easel already works in " + folder + " (" + holder + ")");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "lock not freed file=" + file, e);
    } finally {
      HELD.remove(file);
    }
  }
}
