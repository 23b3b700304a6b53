package easel.store;

import easel.codec.JsonText;
import easel.core.Job;
import easel.core.Media;
import easel.core.MediaType;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of stored pictures and videos. Paths are kept relative to the storage folder, so that it may move. */
public final class MediaTable {
  private static final System.Logger LOG = System.getLogger("easel.store");
  private static final String COLUMNS = """
      m.id, m.job, m.role, m.position, m.type, m.bytes, m.width, m.height, m.sha256, m.path, m.revised_prompt,
      m.created, m.expires
      """;
  private static final String INTO = """
       INTO media (id, job, role, project, position, type, bytes, width, height, sha256, path, revised_prompt, created,
        expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String INSERT_INPUT = "INSERT OR IGNORE" + INTO;
  private static final String INSERT_RESULT = "INSERT OR REPLACE" + INTO;
  private static final String USED = """
      SELECT m.job, %s FROM json_each(?) stem JOIN media m ON m.id >= stem.value AND m.id < stem.value || 'g'
      WHERE m.role = 'result'
      UNION ALL
      SELECT i.job, %s FROM job_input i JOIN media m ON m.id = i.media
      WHERE i.job IN (SELECT value FROM json_each(?))
      """.formatted(COLUMNS, COLUMNS);
  /** The results that may go: all have the same life, so that those that end first are the oldest. */
  private static final String LOOSE = "m.role = 'result' AND m.project = ''";
  /** A result may be the input of a job that still needs it, or one of a set that is not done yet. */
  private static final String IDLE = """
      NOT EXISTS (SELECT 1 FROM job_input i JOIN job j ON j.id = i.job
        WHERE i.media = m.id AND j.state IN ('queued', 'submitting', 'running', 'fetching', 'unknown'))
      AND NOT EXISTS (SELECT 1 FROM job j WHERE j.id = m.job AND j.state IN ('queued', 'submitting', 'running', 'fetching'))
      """;

  /** A file in the part it has for a job. */
  record Used(String job, Media media) {}

  private final Database database;
  private final Path storage;

  public MediaTable(Database database) {
    this.database = database;
    this.storage = database.options().storage();
  }

  static void insertInput(Session session, Media media, Job job, Path storage) throws SQLException {
    session.update(INSERT_INPUT, values(media, job, storage));
    session.update("INSERT INTO job_input (job, media) VALUES (?, ?) ON CONFLICT DO NOTHING", job.id(), media.id());
  }

  static void insertResult(Session session, Media media, Job job, Path storage) throws SQLException {
    session.update(INSERT_RESULT, values(media, job, storage));
  }

  private static Object[] values(Media m, Job job, Path storage) {
    var role = m.role().name().toLowerCase(Locale.ROOT);
    var project = m.role() == Media.Role.RESULT ? job.origin().project() : "";
    var path = storage.relativize(m.file()).toString().replace('\\', '/');
    var owner = m.role() == Media.Role.RESULT ? m.job() : job.id();
    return new Object[] {m.id(), owner, role, project, m.position(), m.type().mime(), m.bytes(), m.width(),
        m.height(), m.sha256(), path, m.revisedPrompt().orElse(null), m.created().toEpochMilli(),
        m.expires().map(Instant::toEpochMilli).orElse(null)};
  }

  /** The results and inputs of some jobs. */
  static List<Used> used(Session session, List<String> jobs, Path storage) throws SQLException {
    var ids = JsonText.strings(jobs).toString();
    var stems = JsonText.strings(jobs.stream().map(Places::stem).toList()).toString();
    return session.list(USED, r -> used(r, storage), stems, ids).stream().flatMap(Optional::stream).toList();
  }

  private static Optional<Used> used(ResultSet r, Path storage) throws SQLException {
    var job = r.getString(1);
    return readable(r, 2, storage).map(media -> new Used(job, media));
  }

  /** One that cannot be read is as good as gone: neither jobs nor the tidying up of others must stop for it. */
  private static Optional<Media> readable(ResultSet r, int at, Path storage) throws SQLException {
    try {
      return Optional.of(row(r, at, storage));
    } catch (IllegalArgumentException e) {
      LOG.log(Level.WARNING, "what the database says of a file cannot be read job={0} media={1}", r.getString(at + 1), r.getString(at));
      return Optional.empty();
    }
  }

  static Map<String, List<Media>> byJob(List<Used> used) {
    var map = new HashMap<String, List<Media>>();
    for (var u : used) map.computeIfAbsent(u.job(), j -> new ArrayList<>()).add(u.media());
    map.values().forEach(list -> list.sort((a, b) -> Integer.compare(a.position(), b.position())));
    return map;
  }

  private static Media row(ResultSet r, int at, Path storage) throws SQLException {
    var role = Media.Role.valueOf(r.getString(at + 2).toUpperCase(Locale.ROOT));
    var type = MediaType.ofMime(r.getString(at + 4)).orElseThrow(() -> new IllegalArgumentException("unknown media type"));
    return new Media(r.getString(at), r.getString(at + 1), role, r.getInt(at + 3), type, r.getLong(at + 5),
        r.getInt(at + 6), r.getInt(at + 7), r.getString(at + 8), storage.resolve(r.getString(at + 9)),
        Optional.ofNullable(r.getString(at + 10)), Instant.ofEpochMilli(r.getLong(at + 11)), JobRow.moment(r, at + 12));
  }

  private List<Media> list(String where, Object... values) {
    return database.read(s -> s.list("SELECT " + COLUMNS + " FROM media m " + where, r -> readable(r, 1, storage), values))
        .stream().flatMap(Optional::stream).toList();
  }

  public Optional<Media> find(String id) {
    return list("WHERE m.id = ?", id).stream().findFirst();
  }

  /** What a job made, in order. */
  public List<Media> ofJob(String job) {
    var stem = Places.stem(job);
    return list("WHERE m.id >= ? AND m.id < ? AND m.role = 'result' ORDER BY m.position", stem, stem + "g");
  }

  /** Results whose time is over and that no open job needs. */
  public List<Media> expired(Instant now, int limit) {
    return list("WHERE " + LOOSE + " AND m.expires <= ? AND " + IDLE + " ORDER BY m.expires LIMIT ?",
        now.toEpochMilli(), limit);
  }

  /** Results without a project that were made before {@code until} and that no open job needs, oldest first. */
  public List<Media> oldest(Instant until, int limit) {
    return list("WHERE " + LOOSE + " AND m.created <= ? AND " + IDLE + " ORDER BY m.expires, m.rowid LIMIT ?",
        until.toEpochMilli(), limit);
  }

  /** Inputs handed in before {@code until}, all of whose jobs have ended before that too. */
  public List<Media> idleInputs(Instant until, int limit) {
    return list("""
        WHERE m.role = 'input' AND m.created <= ? AND NOT EXISTS (SELECT 1 FROM job_input i JOIN job j ON j.id = i.job
          WHERE i.media = m.id AND (j.ended IS NULL OR j.state = 'unknown' OR j.ended > ?))
        ORDER BY m.created LIMIT ?
        """, until.toEpochMilli(), until.toEpochMilli(), limit);
  }

  /** Bytes of all results without a project. */
  public long totalBytes() {
    return database.read(s -> s.first("SELECT coalesce(sum(bytes), 0) FROM media m WHERE " + LOOSE,
        r -> r.getLong(1))).orElse(0L);
  }

  /** Removes a row. False if it is gone already, or an open job needs it now. */
  public boolean delete(String id) {
    return database.write(s -> deleted(s, id));
  }

  /** Removes rows in one commit; answers those that were there and that no open job needs. */
  List<Media> delete(List<Media> media) {
    return database.write(s -> {
      var gone = new ArrayList<Media>();
      for (var m : media) if (deleted(s, m.id())) gone.add(m);
      return gone;
    });
  }

  private static boolean deleted(Session session, String id) throws SQLException {
    return session.update("DELETE FROM media AS m WHERE m.id = ? AND " + IDLE, id) == 1;
  }

  /** Those of these ids that have a row. */
  Set<String> known(Collection<String> ids) {
    var list = JsonText.strings(List.copyOf(ids)).toString();
    return new HashSet<>(database.read(s -> s.list("SELECT id FROM media WHERE id IN (SELECT value FROM json_each(?))",
        r -> r.getString(1), list)));
  }
}
