package easel.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Look;
import easel.core.Task;
import fake.FakeProvider;
import fake.FakeProvider.Style;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person's slip in the database does to the jobs of the next start. */
@Timeout(20)
class HandEditTest {
  @TempDir
  private Path folder;
  private final FakeTime time = new FakeTime();

  private Job job(char digit) {
    var task = new Task.Image("a-image", "a red boat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    var origin = new Job.Origin(TestEngine.CALLER.id(), "", "images/generations", Optional.empty(), "hash", time.instant());
    return Job.queued("job_" + String.valueOf(digit).repeat(32), origin, task);
  }

  @ParameterizedTest
  @ValueSource(strings = {"task = 'junk'", "task = '{}'", "attempts = '[{}]'", "usage = '{\"cost\":\"dear\"}'", "failure = '7'",
      "usage = '[]'", "attempts = '[{\"started_at\":-1}]'", "state = 'sumbitting'", "percent = -9", "updated = -9223372036854775808"})
  void aRowThatCannotBeReadIsLeftAloneAndTheOthersGoOn(String edit) throws Exception {
    var a = new FakeProvider("a", Style.BY_POLLING);
    try (var e = TestEngine.start(folder, time, List.of())) {
      for (char digit : new char[] {'1', '2', '3'}) {
        e.jobs().insert(job(digit));
        e.jobs().save(job(digit).submitting(Attempt.begun("a", "a-image", "a#1", time.instant())).holding("1:0", false, time.instant()));
      }
      e.database().write(s -> s.update("UPDATE job SET " + edit + " WHERE id = ?", job('2').id()));
    }
    try (var e = TestEngine.start(folder, time, List.of(a))) {
      for (char digit : new char[] {'1', '3'}) assertEquals(JobState.SUCCEEDED, e.resumed(job(digit).id()).state());
      e.engine().resume();
      e.media().sweep(time);
      assertEquals(2L, e.jobs().counts().get(JobState.SUCCEEDED) - (readable(e, edit) ? 1 : 0));
      assertEquals(List.of(0), List.of(a.ledger().size()));
    }
  }

  /** What does not matter, or was mended by a harmless reading, is gone on with. */
  private static boolean readable(TestEngine e, String edit) throws InterruptedException {
    var rows = e.database().read(s -> s.list("SELECT state FROM job WHERE id LIKE 'job_2%'", r -> r.getString(1)));
    boolean done = rows.equals(List.of("succeeded"));
    assertTrue(done || rows.equals(List.of("running")) || rows.equals(List.of("sumbitting")), edit + " " + rows);
    return done;
  }
}
