package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Event;
import easel.core.Job;
import easel.core.Look;
import easel.core.Notice;
import easel.core.Task;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NoticesTest {
  private static Notice at(int second) {
    return new Notice(Instant.ofEpochSecond(second), Notice.Kind.RESTED, "flow", "flow#1", "n" + second);
  }

  private static List<String> words(List<Notice> notices) {
    return notices.stream().map(Notice::words).toList();
  }

  @Test
  void theLatestComeFirstAndTheOldestGo() {
    var notices = new Notices();
    for (int i = 0; i < Notices.KEPT + 5; i++) notices.heard(at(i));
    assertEquals(List.of("n504", "n503"), words(notices.latest(2, Instant.EPOCH)));
    assertEquals(List.of("n504", "n503", "n502"), words(notices.latest(99, Instant.ofEpochSecond(502))));
    var all = notices.latest(1000, Instant.EPOCH);
    assertEquals(List.of(Notices.KEPT, "n5"), List.of(all.size(), all.getLast().words()));
  }

  @Test
  void aJobWhoseCredentialIsGoneIsTold() {
    var now = Instant.parse("2030-01-01T00:00:00Z");
    var task = new Task.Image("m", "p", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    var origin = new Job.Origin("k", "", "f", Optional.empty(), "h", now);
    var job = Job.queued("job_1", origin, task).submitting(Attempt.begun("flow", "m", "flow#1", now)).holding("h", false, now);
    assertEquals(Optional.empty(), Gateway.stranded(new Event.Changed(job)));
    var stranded = job.progressed(7, Job.Standing.STRANDED);
    assertEquals(Optional.empty(), Gateway.stranded(new Event.Left(stranded)));
    assertEquals(new Notice(now, Notice.Kind.STRANDED, "flow", "flow#1", "The job job_1 waits for its credential, which is not here any more."),
        Gateway.stranded(new Event.Changed(stranded)).orElseThrow());
  }
}
