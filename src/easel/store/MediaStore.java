package easel.store;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Media;
import easel.core.Step;
import easel.core.Time;
import easel.store.MediaProbe.Found;
import easel.store.StoreException.Trouble;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Pictures and videos as files.
 *
 * <pre>
 *   drafts/{job}.*          what an adapter writes. Several become {job}.ready-{position}-of-{count} once all are
 *                           on the disk, and when all have become that, they move, in order (one moves at once), to
 *   images|videos/{project or default}/{provider}/{job}-{position}.{ext}
 *                           Why they are fewer or less than was ordered lies before that in
 *   drafts/{job}.shortfall.json
 *   inputs/{random}.{ext}   what callers hand in
 * </pre>
 *
 * Names say everything: a process killed at any point leaves either a result that {@link #recover} finds whole, or
 * drafts alone. Rows are written afterwards, by {@link JobTable#finish}. Nothing outside is ever told a path.
 */
public final class MediaStore {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final MediaTable table;
  private final Places places;
  private final FolderSyncs folders = new FolderSyncs(Disk::syncFolder);
  private final Drafts drafts;

  public MediaStore(Database database) {
    this.database = database;
    this.table = new MediaTable(database);
    this.places = new Places(database.options().storage());
    this.drafts = new Drafts(places, folders);
  }

  private StoreOptions options() {
    return database.options();
  }

  /** Whether there is room for new jobs; cheap enough to ask for each. */
  public boolean hasRoom() {
    return database.hasRoom();
  }

  /** Width times height of the largest picture that is kept. */
  public long pixelsMax() {
    return options().pixelsMax();
  }

  /**
   * A path that no file has yet.
   *
   * @throws StoreException also where the disk is full: what is to be written there may have been paid for already
   */
  public Path draft(String jobId, String extension) {
    return io(() -> drafts.open(jobId, random(8) + "." + Places.clean(extension, "bin")));
  }

  /** A path on the same disk for something a caller hands in, to be given to {@link #takeInput}. */
  public Path incoming() {
    return orNoSpace(() -> places.incoming(random(16)));
  }

  /**
   * Checks the results of a job and moves them to where they stay. May be repeated after a failure.
   *
   * A file that is not what it should be costs the others nothing: it stays a draft, and the rest is kept.
   *
   * @throws GatewayException {@code BadMedia} if none is what it should be (the drafts stay), {@code NoSpace} if the
   *     disk is full (nothing is lost; try again)
   */
  public List<Media> keep(Job job, List<Step.Output> outputs) {
    return keep(job, outputs, Optional.empty());
  }

  /** The same of results that are fewer or less than was ordered; {@link #shortfall} tells why until the row does. */
  public List<Media> keep(Job job, List<Step.Output> outputs, Optional<Failure> shortfall) {
    if (outputs.isEmpty()) throw MediaProbe.bad("No file came.");
    if (outputs.size() > job.positionsMax()) throw MediaProbe.bad("Too many files came: " + outputs.size() + ".");
    return orNoSpace(() -> {
      var good = usable(job, outputs);
      var files = places.current(job, good.stream().map(Step.Output::draft).toList());
      var results = new ArrayList<Media>();
      for (int i = 0; i < files.size(); i++) results.add(result(job, i, files.get(i), good.get(i).revisedPrompt()));
      drafts.note(job, shortfall.or(() -> unusable(outputs.size() - good.size())));
      if (files.size() == 1) keepOne(files.getFirst(), results.getFirst().file());
      else keepAll(job, files, results);
      drafts.forget(job.id(), files);
      return List.copyOf(results);
    });
  }

  /** What is to be said where so many files of several are not what they should be. */
  public static Optional<Failure> unusable(int count) {
    return count == 0 ? Optional.empty() : Optional.of(new Failure.BadMedia(count + " of the files that came were not usable."));
  }

  /** Why results that {@link #recover} found are fewer or less than was ordered; empty where they are whole. */
  public Optional<Failure> shortfall(Job job) {
    return io(() -> drafts.shortfall(job));
  }

  private List<Step.Output> usable(Job job, List<Step.Output> outputs) throws IOException {
    if (outputs.size() == 1) return outputs;
    var good = new ArrayList<Step.Output>();
    GatewayException last = null;
    for (var output : outputs) {
      try {
        if (Disk.plain(output.draft())) MediaProbe.probe(output.draft(), options().pixelsMax());
        good.add(output);
      } catch (GatewayException e) {
        last = e;
        LOG.log(Level.WARNING, "result not usable job={0} message={1}", job.id(), e.getMessage());
      }
    }
    if (good.isEmpty()) throw last;
    return good;
  }

  /** One file is all there is to move: it needs no steps in between. */
  private void keepOne(Path file, Path to) throws IOException {
    Disk.lastingFolder(to.getParent());
    if (!file.equals(to)) move(file, to);
    folders.sync(to.getParent());
  }

  private void keepAll(Job job, List<Path> files, List<Media> results) throws IOException {
    places.dropReady(job.id(), files);
    for (int i = 0; i < files.size(); i++) {
      if (!files.get(i).equals(results.get(i).file())) move(files.get(i), ready(job, results.get(i), files.size()));
    }
    settle(job, results, files.size());
  }

  /** A file that is checked and on the disk, under whatever name. */
  private Media result(Job job, int position, Path file, Optional<String> revisedPrompt) throws IOException {
    if (!Disk.plain(file)) throw MediaProbe.bad("The file of a result is missing.");
    Disk.close(file);
    var look = Look.lasting(file, options().pixelsMax());
    var found = look.found();
    var now = database.time().instant();
    boolean expires = job.origin().project().isEmpty() && !options().mediaLife().isZero();
    int place = job.firstPosition() + position;
    return new Media(Places.resultId(job.resultsOf(), place), job.resultsOf(), Media.Role.RESULT, place, found.type(),
        look.bytes(), found.width(), found.height(), look.sha256(), places.result(job, position, found.type()),
        revisedPrompt, now, expires ? Optional.of(now.plus(options().mediaLife())) : Optional.empty());
  }

  private Path ready(Job job, Media result, int count) throws IOException {
    return places.ready(job.id(), result.position() - job.firstPosition(), count, result.type());
  }

  private void move(Path from, Path to) throws IOException {
    options().hooks().probe().beforeMove(from, to);
    Disk.move(from, to);
  }

  /** From the first move on, what is left to do can be told from the names alone. */
  private void settle(Job job, List<Media> results, int count) throws IOException {
    for (var result : results) {
      Disk.lastingFolder(result.file().getParent());
      var ready = ready(job, result, count);
      if (Files.exists(ready)) move(ready, result.file());
    }
    for (var folder : results.stream().map(r -> r.file().getParent()).distinct().toList()) folders.sync(folder);
  }

  /**
   * Finds the results that an earlier process had kept, but not written into the job's row, and finishes moving them.
   * Empty if there is no complete set; then nothing was touched.
   */
  public List<Media> recover(Job job) {
    return io(() -> {
      var set = places.recoverable(job);
      if (set.isEmpty()) return List.of();
      var results = new ArrayList<Media>();
      try {
        for (var file : set) results.add(result(job, results.size(), file, Optional.empty()));
      } catch (GatewayException e) {
        LOG.log(Level.WARNING, "kept result not usable job={0} message={1}", job.id(), e.getMessage());
        return List.of();
      }
      settle(job, results, set.size());
      return List.copyOf(results);
    });
  }

  /**
   * Takes over a file that a caller handed in; its row is written with the job that uses it.
   *
   * @param declared the type the caller claims; what the file says of itself counts
   * @throws GatewayException {@code BadMedia} if it is not a picture or video we take, {@code NoSpace} if the disk is
   *     full; then it is still where it was
   */
  public Media takeInput(Path file, Optional<String> declared) {
    return orNoSpace(() -> {
      if (!Disk.plain(file)) throw MediaProbe.bad("The file is missing.");
      Found found;
      try {
        found = MediaProbe.probe(file, options().pixelsMax());
      } catch (GatewayException e) {
        throw declared.isEmpty() ? e : MediaProbe.bad(e.getMessage() + " It was declared as " + declared.get() + ".");
      }
      var id = random(16);
      var target = places.input(id, found.type());
      onto(file, target);
      return new Media(id, "", Media.Role.INPUT, 0, found.type(), Files.size(target), found.width(), found.height(),
          Look.sha256(target), target, Optional.empty(), database.time().instant(), Optional.empty());
    });
  }

  /** Uploads may lie on another disk: then the copy gets its name when it is whole. */
  private void onto(Path file, Path target) throws IOException {
    Disk.close(file);
    Disk.sync(file);
    try {
      Disk.move(file, target);
    } catch (AtomicMoveNotSupportedException e) {
      var near = places.incoming(random(16));
      Files.move(file, near);
      Disk.sync(near);
      Disk.move(near, target);
    }
    folders.sync(target.getParent());
  }

  /** A stored file by its public id, if it is there, complete, and really in our folder. */
  public Optional<Media> find(String id) {
    if (!Places.idLike(id)) return Optional.empty();
    return table.find(id).filter(m -> io(() -> places.inside(m.file())));
  }

  /** Removes what adapters left behind of a job; what an earlier process left, {@link #sweep} will remove. */
  public void dropDrafts(String jobId) {
    drafts.drop(jobId);
  }

  /** Removes some of them. */
  public void dropDrafts(String jobId, Collection<Path> some) {
    drafts.drop(jobId, some);
  }

  /** Whether anything lies there of a job; looks through the drafts of all. */
  public boolean hasDrafts(String jobId) {
    return drafts.any(jobId);
  }

  /** Removes what nobody needs any more; to be called every few minutes. */
  public Swept sweep(Time time) {
    return io(() -> new Sweep(database, places, time.instant()).run());
  }

  private static String random(int bytes) {
    var id = new byte[bytes];
    RANDOM.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /** What a sweep removed; {@code strangers}: files it could not explain, and left. */
  public record Swept(int expired, int overCap, int inputs, int orphans, int drafts, int strangers) {
    public int removed() {
      return expired + overCap + inputs + orphans + drafts;
    }
  }

  private interface Io<T> {
    T run() throws IOException;
  }

  private static <T> T io(Io<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new StoreException(Disk.full(e) ? Trouble.FULL : Trouble.BROKEN, "storage: " + e, e);
    }
  }

  /** For calls whose callers can answer a full disk: there it is certain that nothing is lost by failing. */
  private static <T> T orNoSpace(Io<T> work) {
    try {
      return io(work);
    } catch (StoreException e) {
      throw e.trouble() == Trouble.FULL ? new GatewayException(e.failure(), e) : e;
    }
  }
}
