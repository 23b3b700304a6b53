package easel.store;

import easel.core.Job;
import easel.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where each file lies in the storage folder. No name from outside reaches a path unchanged. */
final class Places {
  private static final Pattern ID = Pattern.compile("[a-z0-9]{1,80}");
  private static final Pattern JOB_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,79}");
  private static final Pattern HEX = Pattern.compile("job_[0-9a-f]{32}");
  private static final Pattern READY = Pattern.compile("ready-[0-9]{1,3}-of-([0-9]{1,3})\\.[a-z0-9]+");
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9._-]");
  private static final Pattern HIDDEN = Pattern.compile("^[._]+");
  private static final int NAME_MAX = 64;
  /** The last two digits of a result's id are its position. */
  static final int POSITIONS_MAX = 256;

  private final Path storage;

  Places(Path storage) {
    this.storage = storage;
  }

  /** A folder or file name made of what a caller or an operator wrote; never empty, never hidden, never upwards. */
  static String clean(String name, String fallback) {
    var safe = HIDDEN.matcher(STRANGE.matcher(name).replaceAll("_")).replaceFirst("");
    var bounded = safe.substring(0, Math.min(NAME_MAX, safe.length()));
    return bounded.isEmpty() ? fallback : bounded;
  }

  static boolean idLike(String id) {
    return ID.matcher(id).matches();
  }

  static String checked(String jobId) {
    if (!JOB_ID.matcher(jobId).matches()) throw new IllegalArgumentException("not a job id");
    return jobId;
  }

  /** The same for the same job and position, before and after a crash; as unguessable as the job's own id. */
  static String resultId(String jobId, int position) {
    return stem(jobId) + HexFormat.of().toHexDigits((byte) position);
  }

  /** What the ids of all results of a job begin with. */
  static String stem(String jobId) {
    return HEX.matcher(jobId).matches() ? jobId.substring(4) : hash(jobId).substring(0, 32);
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Path result(Job job, int position, MediaType type) {
    return storage.resolve(type.video() ? "videos" : "images").resolve(clean(job.origin().project(), "default"))
        .resolve(clean(job.hold().provider(), "unknown"))
        .resolve(checked(job.resultsOf()) + "-" + (job.firstPosition() + position) + "." + type.extension());
  }

  private Path drafts() {
    return storage.resolve("drafts");
  }

  /**
   * One folder for the drafts of all jobs: a folder made and removed for each would leave the file system with ever
   * more freed inodes to step over (ext4 does not reuse them for seconds).
   */
  Path draft(String jobId, String name) throws IOException {
    Disk.folder(drafts());
    return drafts().resolve(checked(jobId) + "." + name);
  }

  Path ready(String jobId, int position, int count, MediaType type) throws IOException {
    return draft(jobId, "ready-" + position + "-of-" + count + "." + type.extension());
  }

  /** The job that a draft belongs to, by the draft's name. */
  static String jobOf(Path draft) {
    return draft.getFileName().toString().split("\\.", 2)[0];
  }

  List<Path> draftsOf(String jobId) throws IOException {
    var own = new ArrayList<Path>();
    var start = checked(jobId) + ".";
    Disk.each(drafts(), file -> {
      if (file.getFileName().toString().startsWith(start)) own.add(file);
    });
    return own;
  }

  private static String nameWithoutJob(Path draft) {
    var name = draft.getFileName().toString();
    return name.substring(name.indexOf('.') + 1);
  }

  private Path inputs() throws IOException {
    var folder = storage.resolve("inputs");
    Disk.lastingFolder(folder);
    return folder;
  }

  Path input(String id, MediaType type) throws IOException {
    return inputs().resolve(id + "." + type.extension());
  }

  Path incoming(String name) throws IOException {
    return inputs().resolve(name + ".part");
  }

  /** Where the files of a set are by now: as drafts, or further on if keeping them was begun before. */
  List<Path> current(Job job, List<Path> drafts) {
    var files = new ArrayList<Path>();
    for (var draft : drafts) files.add(Disk.plain(draft) ? draft : at(job, files.size(), drafts.size()).orElse(draft));
    return files;
  }

  /** Removes what an earlier, broken off attempt has left, so that it cannot mix with these. */
  void dropReady(String jobId, List<Path> except) throws IOException {
    for (var file : draftsOf(jobId)) {
      if (READY.matcher(nameWithoutJob(file)).matches() && !except.contains(file)) Disk.remove(file);
    }
  }

  /** The files of a complete set of results in order, wherever each of them is by now; empty if one is missing. */
  List<Path> recoverable(Job job) throws IOException {
    int count = 0;
    for (var file : draftsOf(job.id())) {
      var ready = READY.matcher(nameWithoutJob(file));
      if (ready.matches()) count = Integer.parseInt(ready.group(1));
    }
    var set = new ArrayList<Path>();
    for (int i = 0; i < (count == 0 ? job.positionsMax() : count); i++) {
      var found = at(job, i, count);
      if (found.isEmpty()) return count == 0 ? set : List.of();
      set.add(found.get());
    }
    return set;
  }

  private Optional<Path> at(Job job, int position, int count) {
    for (var type : MediaType.values()) {
      var done = result(job, position, type);
      if (Disk.plain(done)) return Optional.of(done);
      var ready = drafts().resolve(job.id() + ".ready-" + position + "-of-" + count + "." + type.extension());
      if (Disk.plain(ready)) return Optional.of(ready);
    }
    return Optional.empty();
  }

  /** Whether this is a plain file that lies in the storage folder, with no link on the way that leads out of it. */
  boolean inside(Path file) throws IOException {
    return file.startsWith(storage) && Disk.plain(file) && file.toRealPath().startsWith(storage.toRealPath());
  }

  /** By name alone: fit for a file that is to be removed, where a link is removed itself. */
  boolean within(Path file) {
    return file.normalize().startsWith(storage) && !file.normalize().equals(storage);
  }

  void dropDrafts(String jobId) throws IOException {
    for (var file : draftsOf(jobId)) Disk.remove(file);
  }
}
