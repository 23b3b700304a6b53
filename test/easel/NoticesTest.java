package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.JsonObject;
import easel.core.Attempt;
import easel.core.Event;
import easel.core.Job;
import easel.core.Look;
import easel.core.Notice;
import easel.core.Task;
import easel.job.Watch;
import fake.Await;
import fake.FakeProvider.Style;
import fake.FakeProvider;
import fake.FakeTime;
import fake.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  private static Task task(int count) {
    return new Task.Image("m", "p", count, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
  }

  private static Job.Origin origin(Instant now) {
    return new Job.Origin("k", "", "f", Optional.empty(), "h", now);
  }

  @Test
  void aJobWhoseCredentialIsGoneIsTold() {
    var now = Instant.parse("2030-01-01T00:00:00Z");
    var job = Job.queued("job_1", origin(now), task(1)).submitting(Attempt.begun("flow", "m", "flow#1", now)).holding("h", false, now);
    var stranded = job.progressed(7, Job.Standing.STRANDED);
    assertEquals(Optional.empty(), Gateway.stranded(new Event.Changed(stranded), now));
    // Whoever asks for what is new since yesterday hears of an old job too.
    var later = now.plusSeconds(86_400);
    assertEquals(new Notice(later, Notice.Kind.STRANDED, "flow", "flow#1", "The job job_1 waits for its credential, which is not here any more."),
        Gateway.stranded(new Event.Stranded(stranded, stranded.hold()), later).orElseThrow());
  }

  private static final Job SET = Job.queued("job_" + "0".repeat(32), origin(Instant.EPOCH), task(3)).set(3);

  private static Job part(int index, String credential) {
    var begun = Attempt.begun("flow", "m", credential, Instant.EPOCH);
    return SET.part(index, task(1)).submitting(begun).holding("h", false, Instant.EPOCH);
  }

  /** Of whom operators hear that they are gone, in the end, when this set is taken up twice. */
  private static List<String> gone(Path folder, List<Job> parts) throws Exception {
    try (var e = TestEngine.start(folder, new FakeTime(), List.of(new FakeProvider("other", Style.AT_ONCE)))) {
      e.jobs().insert(SET, IntStream.range(0, parts.size()).mapToObj(i -> SET.part(i, task(1))).toList());
      parts.forEach(e.jobs()::save);
      try (var watch = e.engine().watch(SET)) {
        for (int i = 0; i < 2; i++) {
          e.engine().resume();
          Await.until("all to wait", () -> e.engine().open() == 0);
        }
        return heard(watch).stream().flatMap(event -> Gateway.stranded(event, Instant.EPOCH).stream())
            .map(n -> n.provider() + " " + n.credential()).sorted().toList();
      }
    }
  }

  @Test
  void aSetNamesEachCredentialThatItsPartsWaitForOnce(@TempDir Path folder) throws Exception {
    var parts = List.of(part(0, "flow#1"), part(1, "flow#1"), part(2, "flow#2"));
    assertEquals(List.of("flow flow#1", "flow flow#2"), gone(folder, parts));
  }

  @Test
  void whoWasNamedBeforeARestartIsNotNamedAgain(@TempDir Path folder) throws Exception {
    var known = part(0, "flow#1").progressed(0, Job.Standing.STRANDED);
    assertEquals(List.of("flow flow#2"), gone(folder, List.of(known, part(1, "flow#1"), part(2, "flow#2"))));
  }

  private static List<Event> heard(Watch watch) throws InterruptedException {
    var events = new ArrayList<Event>();
    for (var e = watch.next(Duration.ZERO); e.isPresent(); e = watch.next(Duration.ZERO)) events.add(e.get());
    return events;
  }
}
