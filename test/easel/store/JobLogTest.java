package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Task;
import easel.core.Time;
import easel.store.JobLog.Filter;
import easel.store.JobLog.Position;
import fake.TempStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobLogTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Optional<String> ANY = Optional.empty();

  private final TempStore store = new TempStore(Time.system());
  private final JobTable jobs = store.jobs();
  private int made;

  @AfterEach
  void close() {
    store.close();
  }

  private JobLog log() {
    return new JobLog(store.database());
  }

  /** One of {@code key-a}, {@code 1 s} later than the one before. */
  private Job job(String owner, String project, Task task) {
    var origin = new Job.Origin(owner, project, "videos", ANY, Jobs.BODY, NOW.plusSeconds(++made));
    return stored(Job.queued(Jobs.id(), origin, task));
  }

  private Job stored(Job job) {
    assertEquals(Optional.empty(), jobs.insert(job));
    return job;
  }

  private static Task image(String model) {
    return new Task.Image(model, "p", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
  }

  private static Task video(String model) {
    return new Task.Video(model, "p", Optional.empty(), OptionalInt.empty(), List.of(), new JsonObject());
  }

  private Job sent(Job job, String provider, String credential) {
    var sent = job.submitting(Attempt.begun(provider, "upstream", credential, NOW));
    assertTrue(jobs.save(sent));
    return sent;
  }

  private Job failed(Job job) {
    var failed = job.ended(JobState.FAILED, new Failure.UpstreamBroken(502, "nonsense"), NOW);
    assertTrue(jobs.finish(failed));
    return failed;
  }

  /** What is asked for, by the filter's own words. */
  private static Filter filter(Map<String, String> f) {
    var states = List.of(f.getOrDefault("state", "").split(",")).stream().filter(s -> !s.isEmpty()).map(JobRow::state).toList();
    var owners = List.of(f.getOrDefault("owner", "").split(",")).stream().filter(s -> !s.isEmpty()).toList();
    return new Filter(states, opt(f, "provider"), opt(f, "model"), opt(f, "credential"), owners,
        opt(f, "kind").map(k -> k.equals("image") ? Kind.IMAGE : Kind.VIDEO), opt(f, "project"),
        opt(f, "from").map(Instant::parse), opt(f, "to").map(Instant::parse), f.containsKey("parts"));
  }

  private static Optional<String> opt(Map<String, String> f, String name) {
    return Optional.ofNullable(f.get(name));
  }

  private List<Job> found(String... words) {
    var f = new HashMap<String, String>();
    for (var word : words) f.put(word.split("=")[0], word.substring(word.indexOf('=') + 1));
    return log().page(filter(f), 50, Optional.empty()).jobs();
  }

  @Test
  void everyWordNarrowsWhatIsFound() {
    var a = job("key-a", "", image("m-1"));
    var b = sent(job("key-b", "shop", video("m-2")), "flow", "flow#1");
    var c = failed(sent(job("key-a", "shop", image("m-2")), "flow", "flow#2"));
    var d = sent(job("key-c", "", image("m-1")), "bfl", "bfl#1");

    assertEquals(List.of(d, c, b, a), found());
    assertEquals(List.of(a), found("state=queued"));
    assertEquals(List.of(d, c, b), found("state=submitting,failed"));
    assertEquals(List.of(c, b), found("provider=flow"));
    assertEquals(List.of(b), found("provider=flow", "state=submitting"));
    assertEquals(List.of(c, b), found("model=m-2"));
    assertEquals(List.of(c), found("credential=flow#2"));
    assertEquals(List.of(c, a), found("owner=key-a"));
    assertEquals(List.of(d, b), found("owner=key-b,key-c"));
    assertEquals(List.of(b), found("kind=video"));
    assertEquals(List.of(d, c, a), found("kind=image"));
    assertEquals(List.of(c, b), found("project=shop"));
    assertEquals(List.of(c, b), found("from=2030-01-01T00:00:02Z", "to=2030-01-01T00:00:04Z"));
    assertEquals(List.of(c), found("state=queued,failed", "owner=key-a,key-b", "project=shop", "model=m-2", "kind=image"));
    assertEquals(List.of(), found("model=nobody's"));
  }

  @Test
  void pagesAreStableWhileNewJobsComeIn() {
    var all = new ArrayList<Job>();
    for (int i = 0; i < 7; i++) {
      // Several of one moment: their order is that of their rows.
      if (i % 3 != 0) made--;
      all.addFirst(job("key-a", "", i % 2 == 0 ? image("m") : video("m")));
    }
    var seen = new ArrayList<Job>();
    Optional<Position> next = Optional.empty();
    do {
      var page = log().page(Filter.ALL, 2, next);
      seen.addAll(page.jobs());
      next = page.next();
      job("key-b", "", image("new"));
    } while (next.isPresent());
    assertEquals(all, seen);
  }

  @Test
  void theLastPageHasNoNextAlsoWhenItIsFull() {
    job("key-a", "", image("m"));
    job("key-a", "", video("m"));
    assertTrue(log().page(Filter.ALL, 1, Optional.empty()).next().isPresent());
    assertFalse(log().page(Filter.ALL, 2, Optional.empty()).next().isPresent());
  }

  @Test
  void partsAreFoundOnlyByWhoAsksForThem() {
    var origin = new Job.Origin("key-a", "", "videos", ANY, Jobs.BODY, NOW);
    var set = Job.queued(Jobs.id(), origin, image("m")).set(2);
    var parts = List.of(set.part(0, image("m")), set.part(1, image("m")));
    assertEquals(Optional.empty(), jobs.insert(set, parts));
    var sent = sent(parts.get(1), "flow", "flow#1");

    assertEquals(List.of(set), found());
    assertEquals(List.of(), found("state=submitting"));
    assertEquals(List.of(sent), found("state=submitting", "parts=yes"));
    assertEquals(List.of(sent, parts.getFirst(), set), found("parts=yes"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "; job_kind", "kind=video; job_kind", "state=failed; job_state", "state=succeeded; job_state",
      "state=queued,running,failed; job_state", "provider=flow; job_provider", "model=m; job_model", "credential=flow#1; job_credential",
      "owner=a,b; job_owner", "project=shop; job_project", "kind=image provider=flow; job_provider", "state=unknown model=m; job_state",
      "state=succeeded model=m; job_model", "state=failed credential=flow#1 owner=a; job_credential", "from=2030-01-01T00:00:00Z; job_kind",
      "owner=a from=2030-01-01T00:00:00Z to=2030-01-02T00:00:00Z parts=yes; job_owner"})
  void everySearchWalksOneIndexInOrder(String words, String index) {
    var f = new HashMap<String, String>();
    for (var word : words == null ? new String[0] : words.split(" ")) f.put(word.split("=")[0], word.substring(word.indexOf('=') + 1));
    var plans = plans(filter(f), Optional.of(new Position(NOW.toEpochMilli(), 7)));
    // The index by state also answers how many there are in each, and so leaves the jobs of one millisecond to be
    // sorted.
    var ties = index.equals("job_state") ? "; USE TEMP B-TREE FOR LAST TERM OF ORDER BY" : "";
    var expected = "SEARCH job USING (COVERING )?INDEX " + index + " \\(\\w+=\\? AND created>\\? AND created<\\?\\)" + ties;
    for (var plan : plans) assertTrue(plan.matches(expected), plan);
  }

  private List<String> plans(Filter filter, Optional<Position> after) {
    return store.database().read(s -> {
      var plans = new ArrayList<String>();
      for (var walk : JobLog.walks(filter, 51, after)) {
        plans.add(String.join("; ", s.list("EXPLAIN QUERY PLAN " + walk.sql(), r -> r.getString(4), walk.values().toArray())));
      }
      return plans;
    });
  }

  /** Their indexes would be walked from end to end where a credential has made most of all jobs. */
  @ParameterizedTest
  @CsvSource({"SELECT count(*) FROM job WHERE state IN ('queued') AND provider = ? AND credential = ?, job_state (state=?)",
      "SELECT id FROM job WHERE owner = ? AND of_set = '' ORDER BY created DESC LIMIT 1, job_owner (owner=?)",
      "SELECT state FROM job WHERE state = 'x' AND of_set = '', job_state (state=?)"})
  void otherQuestionsKeepTheirIndexes(String sql, String index) {
    var plan = store.database().read(s -> s.list("EXPLAIN QUERY PLAN " + sql, r -> r.getString(4)));
    assertEquals(List.of("SEARCH job USING INDEX " + index), plan.stream().map(p -> p.replace("COVERING ", "")).toList());
  }

  @Test
  void theJobsOfAnOlderEaselAreFoundToo() {
    var job = job("key-a", "", video("m-1"));
    var damaged = job("key-a", "", video("m-1"));
    store.database().write(s -> {
      Jobs.withoutLog(s);
      return s.update("UPDATE job SET task = '{' WHERE id = ?", damaged.id());
    });
    store.restart();
    assertEquals(List.of(job), log().page(filter(Map.of("model", "m-1", "kind", "video")), 10, Optional.empty()).jobs());
  }

  @Test
  void aTaskIsNotWrittenAgainWithEveryStep() {
    var job = job("key-a", "", image("m"));
    store.database().write(s -> s.update("UPDATE job SET task = json_set(task, '$.prompt', 'kept')"));
    sent(job, "flow", "flow#1");
    assertEquals("kept", jobs.find(job.id()).orElseThrow().task().prompt());
  }

  @Test
  void whatAnAttemptPassedComesBack() {
    var job = sent(job("key-a", "", image("m")), "flow", "flow#1").holding("h", false, NOW.plusMillis(7)).holding("h", true, NOW.plusMillis(9));
    assertTrue(jobs.save(job));
    var read = jobs.find(job.id()).orElseThrow();
    assertEquals(job, read);
    assertEquals(new Attempt.Milestones(Optional.of(NOW.plusMillis(7)), Optional.of(NOW.plusMillis(9))), read.attempts().getFirst().milestones());
  }
}
