package easel.store;

import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Everybody's jobs, as an operator looks for them: newest first, page by page. A page begins behind the last job of the
 * one before, so that new jobs move nothing.
 *
 * <p>Each value that is looked for has an index that ends in the time of a job, and one of them is walked for each
 * combination of state and owner; what else is asked for is checked on the way. Their results are then merged here,
 * since a database sorts all it finds for a list of values before it gives the first.
 */
public final class JobLog {
  private static final Comparator<Position> NEWEST =
      Comparator.comparingLong(Position::created).thenComparingLong(Position::seq).reversed();

  private final Database database;
  private final JobTable jobs;

  /**
   * What is looked for; what is empty is not asked for.
   *
   * @param credential {@link easel.core.Credential#name()} of the last one that was tried
   * @param owners {@link easel.core.Caller#id()}; one of them
   * @param from made then or later
   * @param to made before then
   * @param parts parts of sets too: only they have credentials, a set has none
   */
  public record Filter(List<JobState> states, Optional<String> provider, Optional<String> model, Optional<String> credential,
      List<String> owners, Optional<Kind> kind, Optional<String> project, Optional<Instant> from, Optional<Instant> to,
      boolean parts) {
    public static final Filter ALL = new Filter(List.of(), Optional.empty(), Optional.empty(), Optional.empty(), List.of(),
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

    public Filter {
      states = List.copyOf(states);
      owners = List.copyOf(owners);
    }

    private boolean plain() {
      boolean ours = states.isEmpty() && owners.isEmpty() && project.isEmpty();
      return ours && provider.isEmpty() && model.isEmpty() && credential.isEmpty();
    }
  }

  /** Where a page ended: when its last job was made, in milliseconds since 1970, and its row. */
  public record Position(long created, long seq) {}

  /** @param next where the following page begins; empty where there is none */
  public record Page(List<Job> jobs, Optional<Position> next) {}

  /** One walk along one index. */
  record Walk(String sql, List<Object> values) {}

  public JobLog(Database database) {
    this.database = database;
    this.jobs = new JobTable(database);
  }

  public Page page(Filter filter, int limit, Optional<Position> after) {
    var found = database.read(session -> {
      var all = new ArrayList<Position>();
      for (var walk : walks(filter, limit + 1, after)) all.addAll(positions(session, walk));
      return all;
    });
    found.sort(NEWEST);
    var page = found.subList(0, Math.min(limit, found.size()));
    var next = found.size() > limit ? Optional.of(page.getLast()) : Optional.<Position>empty();
    return new Page(jobs.rows(page.stream().map(Position::seq).toList()), next);
  }

  private static List<Position> positions(Session session, Walk walk) throws SQLException {
    return session.list(walk.sql(), r -> new Position(r.getLong(1), r.getLong(2)), walk.values().toArray());
  }

  static List<Walk> walks(Filter filter, int limit, Optional<Position> after) {
    var walks = new ArrayList<Walk>();
    for (var state : each(filter.states())) {
      for (var owner : each(filter.owners())) {
        for (var kind : kinds(filter)) walks.add(walk(filter, state, owner, kind, limit, after));
      }
    }
    return walks;
  }

  private static <T> List<Optional<T>> each(List<T> values) {
    return values.isEmpty() ? List.of(Optional.empty()) : values.stream().map(Optional::of).toList();
  }

  /** All jobs are those of either kind: so they need no index of their own. */
  private static List<Optional<Kind>> kinds(Filter filter) {
    return filter.kind().isEmpty() && filter.plain() ? each(List.of(Kind.values())) : List.of(filter.kind());
  }

  private static Walk walk(Filter f, Optional<JobState> state, Optional<String> owner, Optional<Kind> kind, int limit,
      Optional<Position> after) {
    var where = new ArrayList<String>();
    var values = new ArrayList<Object>();
    equal("state", state.map(JobRow::word), where, values);
    equal("owner", owner, where, values);
    equal("kind", kind.map(k -> k.name().toLowerCase(Locale.ROOT)), where, values);
    equal("model", f.model(), where, values);
    filled("provider", f.provider(), where, values);
    filled("credential", f.credential(), where, values);
    filled("project", f.project(), where, values);
    long to = f.to().map(t -> t.toEpochMilli() - 1).orElse(Long.MAX_VALUE);
    where.add("created >= ? AND created <= ? AND (created < ? OR seq < ?)" + (f.parts() ? "" : " AND of_set = ''"));
    values.add(f.from().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE));
    values.add(Math.min(to, after.map(Position::created).orElse(Long.MAX_VALUE)));
    values.add(after.map(Position::created).orElse(Long.MAX_VALUE));
    values.add(after.map(Position::seq).orElse(Long.MAX_VALUE));
    values.add(limit);
    return new Walk("SELECT created, seq FROM job INDEXED BY " + index(f, state, owner) + " WHERE "
        + String.join(" AND ", where) + " ORDER BY created DESC, seq DESC LIMIT ?", values);
  }

  private static void equal(String column, Optional<String> value, List<String> where, List<Object> values) {
    value.ifPresent(v -> {
      where.add(column + " = ?");
      values.add(v);
    });
  }

  /** Its index has no rows where there is nothing, and has to be told that they are not wanted. */
  private static void filled(String column, Optional<String> value, List<String> where, List<Object> values) {
    value.ifPresent(v -> where.add(column + " <> ''"));
    equal(column, value, where, values);
  }

  /** What fewest jobs have in common, as far as that can be told without counting them. */
  private static String index(Filter f, Optional<JobState> state, Optional<String> owner) {
    boolean rare = state.isPresent() && (!state.get().ended() || state.get() == JobState.UNKNOWN);
    if (rare) return "job_state";
    if (f.credential().isPresent()) return "job_credential";
    if (f.project().isPresent()) return "job_project";
    if (state.isPresent() && state.get() != JobState.SUCCEEDED) return "job_state";
    if (f.model().isPresent()) return "job_model";
    if (owner.isPresent()) return "job_owner";
    if (f.provider().isPresent()) return "job_provider";
    return state.isPresent() ? "job_state" : "job_kind";
  }
}
