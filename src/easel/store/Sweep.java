package easel.store;

import easel.core.JobState;
import easel.core.Media;
import easel.store.MediaStore.Swept;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One round of tidying up. Rows go before their files: nobody can find what is about to vanish, and a file left over by
 * a crash in between is an orphan for a later round. What cannot be explained by a job that has ended is never removed:
 * after an older backup was restored, such files are all there is of paid results.
 */
final class Sweep {
  private static final System.Logger LOG = System.getLogger("easel.store");
  /** Files this young may still be on their way to a row. */
  private static final Duration SETTLED = Duration.ofHours(1);
  /** Results this young are not removed for want of space: their callers have just been told of them. */
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final int PAGE = 500;
  private static final Set<JobState> OVER = Set.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);
  private static final Pattern RESULT = Pattern.compile("(.+)-([0-9]{1,3})\\.[a-z0-9]+");
  private static final Pattern INPUT = Pattern.compile("([0-9a-f]{32})\\.[a-z0-9]+");

  private final StoreOptions options;
  private final MediaTable table;
  private final JobTable jobs;
  private final Places places;
  private final Instant now;
  private int orphans;
  private int strangers;

  Sweep(Database database, Places places, Instant now) {
    this.options = database.options();
    this.table = new MediaTable(database);
    this.jobs = new JobTable(database);
    this.places = places;
    this.now = now;
  }

  Swept run() throws IOException {
    int expired = expired();
    int overCap = overCap();
    int inputs = inputs();
    for (var kind : List.of("images", "videos")) strayResults(options.storage().resolve(kind));
    strayInputs();
    int drafts = drafts();
    return new Swept(expired, overCap, inputs, orphans, drafts, strangers);
  }

  private int expired() {
    int count = 0;
    for (var page = table.expired(now, PAGE); !page.isEmpty(); page = table.expired(now, PAGE)) {
      int removed = remove(page);
      if (removed == 0) break;
      count += removed;
    }
    return count;
  }

  private int overCap() {
    int count = 0;
    long over = options.mediaBytesMax() == 0 ? 0 : table.totalBytes() - options.mediaBytesMax();
    while (over > 0) {
      var enough = new ArrayList<Media>();
      for (var media : table.oldest(now.minus(FRESH), PAGE)) {
        if (over <= 0) break;
        enough.add(media);
        over -= media.bytes();
      }
      int removed = remove(enough);
      if (removed == 0) break;
      count += removed;
    }
    return count;
  }

  private int inputs() {
    int count = 0;
    if (options.mediaLife().isZero()) return count;
    var until = now.minus(options.mediaLife());
    for (var page = table.idleInputs(until, PAGE); !page.isEmpty(); page = table.idleInputs(until, PAGE)) {
      int removed = remove(page);
      if (removed == 0) break;
      count += removed;
    }
    return count;
  }

  private int remove(List<Media> media) {
    var gone = table.delete(media);
    for (var m : gone) removeFile(m.file());
    return gone.size();
  }

  private boolean removeFile(Path file) {
    try {
      return places.within(file) && Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "file not removed file=" + file, e);
      return false;
    }
  }

  // ---- what has no row --------------------------------------------------------------------------------------------

  /** {@code {project}/{provider}/{job}-{position}.{ext}} */
  private void strayResults(Path kind) throws IOException {
    if (!folder(kind)) return;
    for (var project : Disk.listed(kind)) {
      if (!folder(project)) continue;
      for (var provider : Disk.listed(project)) {
        if (folder(provider)) strayResultsOf(provider);
      }
    }
  }

  private static boolean folder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private void strayResultsOf(Path folder) throws IOException {
    var page = new HashMap<String, Path>();
    Disk.each(folder, file -> {
      if (!settled(file)) return;
      var name = RESULT.matcher(file.getFileName().toString());
      if (name.matches()) page.put(Places.resultId(name.group(1), Integer.parseInt(name.group(2))), file);
      else strangers++;
      if (page.size() == PAGE) strayPage(page);
    });
    strayPage(page);
  }

  private void strayPage(Map<String, Path> page) {
    page.keySet().removeAll(table.known(page.keySet()));
    var states = jobs.states(page.values().stream().map(Sweep::jobOf).distinct().toList());
    for (var file : page.values()) {
      var state = states.get(jobOf(file));
      if (state == null) strangers++;
      else if (OVER.contains(state) && removeFile(file)) orphans++;
    }
    page.clear();
  }

  private static String jobOf(Path file) {
    var name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('-'));
  }

  private boolean settled(Path file) {
    try {
      return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(now.minus(SETTLED));
    } catch (IOException e) {
      // It has vanished, or cannot be looked at: either way it is not ours to judge.
      return false;
    }
  }

  /** What was handed in with a request that never became a job. */
  private void strayInputs() throws IOException {
    var page = new HashMap<String, Path>();
    Disk.each(options.storage().resolve("inputs"), file -> {
      if (!settled(file)) return;
      var name = INPUT.matcher(file.getFileName().toString());
      if (file.toString().endsWith(".part")) orphans += removeFile(file) ? 1 : 0;
      else if (name.matches()) page.put(name.group(1), file);
      else strangers++;
      if (page.size() == PAGE) strayInputPage(page);
    });
    strayInputPage(page);
  }

  private void strayInputPage(Map<String, Path> page) {
    page.keySet().removeAll(table.known(page.keySet()));
    for (var file : page.values()) orphans += removeFile(file) ? 1 : 0;
    page.clear();
  }

  private int drafts() throws IOException {
    var old = Disk.listed(options.storage().resolve("drafts")).stream().filter(this::settled).toList();
    var names = old.stream().map(Places::jobOf).distinct().toList();
    int count = 0;
    for (int i = 0; i < names.size(); i += PAGE) {
      var page = names.subList(i, Math.min(names.size(), i + PAGE));
      var states = jobs.states(page);
      for (var name : page) {
        var state = states.get(name);
        if (state == null) strangers++;
        else if (OVER.contains(state)) count += dropped(name);
      }
    }
    return count;
  }

  private int dropped(String job) {
    try {
      places.dropDrafts(job);
      return 1;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "drafts not removed job=" + job, e);
      return 0;
    }
  }
}
