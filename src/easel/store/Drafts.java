package easel.store;

import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.FailureJson;
import easel.core.Job;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What lies beside the results until they are kept: the files that adapters write, and why there are fewer or less than
 * was ordered.
 */
final class Drafts {
  private static final System.Logger LOG = System.getLogger("easel.store");

  private final Places places;
  private final FolderSyncs folders;
  /** Of the jobs under way here, so that a job's end need not look through everybody's. */
  private final Map<String, Set<Path>> known = new ConcurrentHashMap<>();

  Drafts(Places places, FolderSyncs folders) {
    this.places = places;
    this.folders = folders;
  }

  /** A path of this name. */
  Path open(String jobId, String name) throws IOException {
    var draft = places.draft(jobId, name);
    own(jobId, draft);
    return draft;
  }

  private void own(String jobId, Path draft) {
    known.computeIfAbsent(jobId, id -> ConcurrentHashMap.newKeySet()).add(draft);
  }

  /** They are drafts no more. */
  void forget(String jobId, Collection<Path> some) {
    known.computeIfPresent(jobId, (id, own) -> {
      own.removeAll(some);
      return own.isEmpty() ? null : own;
    });
  }

  void drop(String jobId) {
    var own = known.remove(jobId);
    if (own != null) remove(jobId, own);
  }

  void drop(String jobId, Collection<Path> some) {
    forget(jobId, some);
    remove(jobId, some);
  }

  private static void remove(String jobId, Collection<Path> some) {
    try {
      for (var draft : some) Disk.remove(draft);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "drafts not removed job=" + jobId, e);
    }
  }

  /** Whether anything lies there of a job. */
  boolean any(String jobId) {
    try {
      return !places.draftsOf(jobId).isEmpty();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "drafts not looked at job=" + jobId, e);
      return true;
    }
  }

  // ---- why there is less ------------------------------------------------------------------------------------------

  private Path shortfallOf(Job job) throws IOException {
    return places.draft(job.id(), "shortfall.json");
  }

  /** On the disk before anything moves: whoever adopts the results must not take them for whole. */
  void note(Job job, Optional<Failure> why) throws IOException {
    var file = shortfallOf(job);
    boolean stale = Files.deleteIfExists(file);
    // it must not come back beside results that are whole
    if (stale) folders.sync(file.getParent());
    if (why.isEmpty()) return;
    own(job.id(), file);
    Files.write(file, JsonText.bytes(FailureJson.write(why.get())));
    Disk.close(file);
    Disk.sync(file);
    folders.sync(file.getParent());
  }

  /** As it was noted; empty where nothing was. */
  Optional<Failure> shortfall(Job job) throws IOException {
    var file = shortfallOf(job);
    if (!Disk.plain(file)) return Optional.empty();
    own(job.id(), file);
    try {
      return Optional.of(FailureJson.read(Fields.of(JsonText.object(Files.readAllBytes(file)))));
    } catch (FieldException e) {
      return Optional.of(new Failure.WorkFailed("The result is less than was ordered; why was lost when Easel was stopped."));
    }
  }
}
