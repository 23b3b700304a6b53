package easel.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Files and folders that nobody but us reads, and that are on the disk when we say so. */
final class Disk {
  private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private Disk() {}

  /** Makes a folder, and those above it; one that is there already stays as it is. */
  static void folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) Files.createDirectories(folder, mode("rwx------"));
  }

  /** Makes a folder, and those above it, so that they survive a power cut. */
  static void lastingFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) return;
    var parent = folder.getParent();
    if (parent != null) lastingFolder(parent);
    folder(folder);
    if (parent != null) syncFolder(parent);
  }

  static void create(Path file) throws IOException {
    Files.createFile(file, mode("rw-------"));
  }

  private static FileAttribute<?>[] mode(String permissions) {
    if (!POSIX) return new FileAttribute<?>[0];
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))};
  }

  /** Takes the file from everybody else, whoever wrote it. */
  static void close(Path file) throws IOException {
    if (POSIX) Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** The permissions of a file that others can get at; empty where only its owner can, or where there are none. */
  static Optional<String> openToOthers(Path file) throws IOException {
    if (!POSIX || !Files.getFileStore(file).supportsFileAttributeView("posix")) return Optional.empty();
    var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    return permissions.endsWith("------") ? Optional.empty() : Optional.of(permissions);
  }

  static boolean plain(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Waits until the bytes are on the disk. Not through a channel: an interrupt would close that half way. */
  static void sync(Path file) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.getFD().sync();
    }
  }

  /** Waits until the names in a folder are on the disk, also in a thread that was told to stop. */
  static void syncFolder(Path folder) throws IOException {
    if (!POSIX) return;
    boolean interrupted = Thread.interrupted();
    try {
      for (;;) {
        try (var open = FileChannel.open(folder, StandardOpenOption.READ)) {
          open.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes a file, or a folder with all that is in it; links are removed, not followed. */
  static void remove(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (var inner : listed(path)) remove(inner);
    }
    Files.deleteIfExists(path);
  }

  /** What lies in a folder; nothing, if there is none. */
  static List<Path> listed(Path folder) throws IOException {
    var list = new ArrayList<Path>();
    each(folder, list::add);
    return list;
  }

  /** As {@link #listed}, for folders that may hold more than should be in memory at once. */
  static void each(Path folder, Consumer<Path> sink) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      files.forEach(sink);
    } catch (NoSuchFileException e) {
      return;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The system's words for ENOSPC and EDQUOT; Java has no code for them. */
  static boolean full(IOException e) {
    var words = String.valueOf(e.getMessage());
    return words.contains("No space left") || words.contains("quota exceeded") || words.contains("not enough space");
  }
}
