package easel.store;

import com.eclipsesource.json.JsonArray;
import easel.codec.JsonText;
import easel.core.Job;
import easel.core.JobState;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Jobs. A job that has ended stays as it ended: {@link #save} and {@link #finish} do not touch it, and only
 * {@link #settle} leads out of {@code UNKNOWN}.
 */
public final class JobTable {
  private static final String OPEN = "('queued', 'submitting', 'running', 'fetching')";
  private static final String SELECT = "SELECT " + JobRow.COLUMNS + " FROM job ";
  private static final String NEWEST = "ORDER BY created DESC, seq DESC";
  private static final String INSERT = """
      INSERT INTO job (id, owner, project, face, idempotency_key, body_hash, created, of_set, part, parts, task, state,
        provider, credential, handle, percent, words, attempts, usage, failure, updated, ended)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (owner, face, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
      """;
  private static final int CHUNK = 500;

  private static final System.Logger LOG = System.getLogger("easel.store");

  private final Database database;
  /** Those that could not be read. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  public JobTable(Database database) {
    this.database = database;
  }

  /** Stores a new job and its inputs. Answers the job that has its idempotency key already: then nothing was stored. */
  public Optional<Job> insert(Job job) {
    return insert(job, List.of());
  }

  /** The same for a set with all its parts, in one commit. */
  public Optional<Job> insert(Job job, List<Job> parts) {
    var row = row(job);
    var more = parts.stream().map(JobTable::row).toList();
    boolean stored = database.write(s -> {
      if (s.update(INSERT, row) != 1) return false;
      inputs(s, job);
      for (int i = 0; i < parts.size(); i++) {
        s.update(INSERT, more.get(i));
        inputs(s, parts.get(i));
      }
      return true;
    });
    return stored ? Optional.empty() : holder(job, parts);
  }

  private static Object[] row(Job job) {
    var origin = job.origin();
    var values = new ArrayList<Object>(List.of(job.id(), origin.owner(), origin.project(), origin.face()));
    values.add(origin.idempotencyKey().orElse(null));
    values.addAll(List.of(origin.bodyHash(), origin.created().toEpochMilli(), origin.kin().set(), origin.kin().index(),
        origin.kin().parts(), job.task().toJson().toString()));
    values.addAll(mutable(job));
    return values.toArray();
  }

  private void inputs(Session session, Job job) throws SQLException {
    for (var input : job.task().inputs()) {
      MediaTable.insertInput(session, input.media(), job, database.options().storage());
    }
  }

  private Optional<Job> holder(Job job, List<Job> parts) {
    var origin = job.origin();
    var holder = byKey(origin.owner(), origin.face(), origin.idempotencyKey().orElse(""));
    // The key may have been given back since: then it is free for this job.
    return holder.isPresent() ? holder : insert(job, parts);
  }

  /** The task is none of it: what is searched by it need not be written again with every step. */
  private static List<Object> mutable(Job job) {
    var values = new ArrayList<Object>(List.of(JobRow.word(job.state()), job.hold().provider(), job.hold().credential(),
        job.hold().handle(), job.standing().percent(), job.standing().words(), JobRow.attempts(job)));
    values.add(JobRow.usage(job));
    values.add(JobRow.failure(job));
    values.add(job.updated().toEpochMilli());
    values.add(job.outcome().ended().map(Instant::toEpochMilli).orElse(null));
    return values;
  }

  /** Stores a step on the way (an end as {@link #finish} does). False if the row has ended; then it stays as it is. */
  public boolean save(Job job) {
    return update(job, OPEN);
  }

  /** Stores the end of a job with its results. False if the row has ended; then it stays as it is. */
  public boolean finish(Job job) {
    return update(job, OPEN);
  }

  /** Leads a job out of {@code UNKNOWN}, by evidence or by a person's word. False if it is not there (any more). */
  public boolean settle(Job job) {
    return update(job, "('unknown')");
  }

  private boolean update(Job job, String from) {
    var sql = """
        UPDATE job SET state = ?, provider = ?, credential = ?, handle = ?, percent = ?, words = ?, attempts = ?,
          usage = ?, failure = ?, updated = ?, ended = ?
        WHERE id = ? AND state IN""" + " " + from;
    var values = mutable(job);
    values.add(job.id());
    var row = values.toArray();
    return database.write(s -> s.update(sql, row) == 1 && results(s, job) && counted(s, job));
  }

  /** What a credential has made is counted with the row that says so: neither can be on the disk without the other. */
  private static boolean counted(Session session, Job job) throws SQLException {
    if (job.state() != JobState.SUCCEEDED || job.isSet()) return true;
    var hold = job.hold();
    Tally.add(session, Tally.made(hold.provider(), hold.credential(), job.kind(), job.outcome().results().size(), job.updated()));
    return true;
  }

  private boolean results(Session session, Job job) throws SQLException {
    for (var result : job.outcome().results()) {
      MediaTable.insertResult(session, result, job, database.options().storage());
    }
    return true;
  }

  /**
   * Lets the idempotency key of a job be used again. Only for a job that failed or was cancelled before anything was
   * bought: the caller knows, this does not. False if there is no such job in such a state.
   */
  public boolean releaseKey(String id) {
    return database.write(s -> s.update("""
        UPDATE job SET idempotency_key = NULL
        WHERE id = ? AND state IN ('failed', 'cancelled') AND idempotency_key IS NOT NULL
        """, id)) == 1;
  }

  public Optional<Job> find(String id) {
    return one(SELECT + "WHERE id = ?", id);
  }

  public Optional<Job> byKey(String owner, String face, String key) {
    return one(SELECT + "WHERE owner = ? AND face = ? AND idempotency_key = ?", owner, face, key);
  }

  /** The jobs this request has become, newest first, that have not ended or have ended since. */
  public List<Job> recentByBody(String owner, String face, String bodyHash, Instant since) {
    // An owner may have made a million jobs; few have this body.
    return many(SELECT + "INDEXED BY job_body WHERE owner = ? AND face = ? AND body_hash = ? "
        + "AND (ended IS NULL OR ended >= ?) ORDER BY seq DESC LIMIT 20",
        owner, face, bodyHash, since.toEpochMilli());
  }

  /** The parts of a set, in order. */
  public List<Job> parts(String set) {
    return many(SELECT + "WHERE of_set = ? AND of_set <> '' ORDER BY part", set);
  }

  /** Ids of all that have not ended, oldest first. */
  public List<String> openIds() {
    return database.read(s -> s.list("SELECT id FROM job WHERE state IN " + OPEN + " ORDER BY seq", r -> r.getString(1)));
  }

  /**
   * All that have not ended, oldest first. One that cannot be read, as after an edit by hand, is told of once and left
   * alone, and so is the set that waits for it.
   */
  public List<Job> open() {
    var alone = new HashSet<String>();
    var jobs = readable(SELECT + "WHERE state IN " + OPEN + " ORDER BY seq", row -> {
      alone.add(row.id());
      alone.add(row.origin().kin().set());
    });
    return jobs.stream().filter(j -> !alone.contains(j.id())).toList();
  }

  /** Newest first. */
  public List<Job> inState(JobState state, int limit) {
    return many(SELECT + "WHERE state = ? " + NEWEST + " LIMIT ?", JobRow.word(state), limit);
  }

  /** How many there are in each state; states without jobs are left out. */
  public Map<JobState, Long> counts() {
    var counts = new EnumMap<JobState, Long>(JobState.class);
    database.read(s -> s.list("SELECT state, count(*) FROM job WHERE of_set = '' GROUP BY state", r -> {
      long count = r.getLong(2);
      JobRow.known(r.getString(1)).ifPresent(state -> counts.put(state, count));
      return count;
    }));
    return counts;
  }

  /** How many jobs a provider has now under this credential's name. */
  public long carried(String provider, String credential) {
    return database.read(s -> s.first("SELECT count(*) FROM job WHERE state IN " + OPEN
        + " AND provider = ? AND credential = ?", r -> r.getLong(1), provider, credential)).orElse(0L);
  }

  /** The same for every credential that has any. */
  public Map<AccountTable.Key, Long> carried() {
    var carried = new HashMap<AccountTable.Key, Long>();
    database.read(s -> s.list("SELECT provider, credential, count(*) FROM job WHERE state IN " + OPEN
        + " GROUP BY provider, credential",
        r -> carried.put(new AccountTable.Key(r.getString(1), r.getString(2)), r.getLong(3))));
    return carried;
  }

  /**
   * A page of one owner's jobs, newest first.
   *
   * @param before id of the last job of the page before; empty for the first page
   */
  public List<Job> page(String owner, int limit, String before) {
    if (before.isEmpty()) return many(SELECT + "WHERE owner = ? AND of_set = '' " + NEWEST + " LIMIT ?", owner, limit);
    return many(SELECT + "WHERE owner = ? AND of_set = '' AND (created, seq) < (SELECT created, seq FROM job WHERE id = ?) "
        + NEWEST + " LIMIT ?", owner, before, limit);
  }

  /** A page of everybody's jobs, newest first; {@code before} as in {@link #page}. */
  public List<Job> pageOfAll(int limit, String before) {
    if (before.isEmpty()) return many(SELECT + "WHERE of_set = '' ORDER BY seq DESC LIMIT ?", limit);
    return many(SELECT + "WHERE of_set = '' AND seq < (SELECT seq FROM job WHERE id = ?) ORDER BY seq DESC LIMIT ?", before, limit);
  }

  /** The jobs of these rows, newest first, without those that cannot be read: of them the log tells. */
  List<Job> rows(List<Long> seqs) {
    var list = new JsonArray();
    seqs.forEach(list::add);
    return readable(SELECT + "WHERE seq IN (SELECT value FROM json_each(?)) " + NEWEST, row -> { }, list.toString());
  }

  /** The states of those of these jobs that there are. */
  Map<String, JobState> states(Collection<String> ids) {
    var states = new HashMap<String, JobState>();
    var list = JsonText.strings(List.copyOf(ids)).toString();
    database.read(s -> s.list("SELECT id, state FROM job WHERE id IN (SELECT value FROM json_each(?))",
        r -> {
          var id = r.getString(1);
          JobRow.known(r.getString(2)).ifPresent(state -> states.put(id, state));
          return id;
        }, list));
    return states;
  }

  private Optional<Job> one(String sql, Object... values) {
    var jobs = many(sql, values);
    return jobs.isEmpty() ? Optional.empty() : Optional.of(jobs.getFirst());
  }

  private List<Job> many(String sql, Object... values) {
    var storage = database.options().storage();
    var loaded = load(sql, values);
    var byJob = MediaTable.byJob(loaded.media());
    return loaded.rows().stream().map(r -> r.job(byJob.getOrDefault(r.id(), List.of()), storage)).toList();
  }

  /** Those of them that can be read. */
  private List<Job> readable(String sql, Consumer<JobRow> unreadable, Object... values) {
    var storage = database.options().storage();
    var loaded = load(sql, values);
    var byJob = MediaTable.byJob(loaded.media());
    var jobs = new ArrayList<Job>();
    for (var row : loaded.rows()) {
      try {
        jobs.add(row.job(byJob.getOrDefault(row.id(), List.of()), storage));
      } catch (StoreException e) {
        unreadable.accept(row);
        if (told.add(row.id())) LOG.log(Level.ERROR, "a job is left alone, a person has to mend its row: {0}", e.getMessage());
      }
    }
    return jobs;
  }

  private record Loaded(List<JobRow> rows, List<MediaTable.Used> media) {}

  /** Rows first, then the media of all of them: two queries a chunk, in one snapshot. */
  private Loaded load(String sql, Object... values) {
    var storage = database.options().storage();
    return database.read(s -> {
      var rows = s.list(sql, JobRow::of, values);
      var media = new ArrayList<MediaTable.Used>();
      for (int i = 0; i < rows.size(); i += CHUNK) {
        var ids = rows.subList(i, Math.min(rows.size(), i + CHUNK)).stream().map(JobRow::id).toList();
        media.addAll(MediaTable.used(s, ids, storage));
      }
      return new Loaded(rows, media);
    });
  }
}
