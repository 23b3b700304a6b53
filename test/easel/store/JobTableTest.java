package easel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Attempt;
import easel.core.Failure;
import easel.core.Input;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Media;
import easel.core.Time;
import easel.core.Usage;
import fake.TempStore;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobTableTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private final TempStore store = new TempStore(Time.system());
  private final JobTable jobs = store.jobs();

  @AfterEach
  void close() {
    store.close();
  }

  private static Job running(Job queued) {
    return queued.submitting(Attempt.begun("openai", "gpt-image", "openai#1", NOW)).holding("handle-1", false, NOW);
  }

  private static final Failure BROKEN = new Failure.UpstreamBroken(502, "The provider answered nonsense.");

  @Test
  void jobComesBackAsItWent() {
    var job = Jobs.queued("key-1");
    assertEquals(Optional.empty(), jobs.insert(job));
    assertEquals(Optional.of(job), jobs.find(job.id()));
    var running = running(job).progressed(40, "drawing\u0000\ud83c\udfa8 \u4f60\u597d");
    assertTrue(jobs.save(running));
    assertEquals(Optional.of(running), jobs.find(job.id()));
  }

  @Test
  void endComesBackWithFailureUsageAndMedia() {
    var failed = running(stored(Jobs.queued("a"))).ended(JobState.FAILED, BROKEN, NOW);
    assertTrue(jobs.finish(failed));
    assertEquals(Optional.of(failed), jobs.find(failed.id()));
    var running = running(stored(Jobs.queued("b")));
    var usage = new Usage(1, 2, 3, 4, Optional.of(new BigDecimal("0.0420")));
    var results = List.of(Jobs.result(store, running, 0), Jobs.result(store, running, 1));
    var done = running.succeeded(results, usage, NOW);
    assertTrue(jobs.finish(done));
    assertEquals(Optional.of(done), jobs.find(done.id()));
    assertEquals(results, store.mediaTable().ofJob(done.id()));
  }

  @Test
  void secondJobWithTheSameKeyFindsTheFirst() {
    var first = stored(Jobs.queued("same"));
    assertEquals(Optional.of(first), jobs.insert(Jobs.queued("same")));
    assertEquals(Optional.of(first), jobs.byKey("key-a", "images/generations", "same"));
    assertEquals(Map.of(JobState.QUEUED, 1L), jobs.counts());
  }

  @Test
  void keysOfOtherOwnersAndFacesAreTheirOwn() {
    stored(Jobs.queued("same"));
    stored(Jobs.of(Jobs.id(), "key-b", "images/generations", Optional.of("same"), NOW));
    stored(Jobs.of(Jobs.id(), "key-a", "videos", Optional.of("same"), NOW));
    stored(Jobs.of(Jobs.id(), "key-a", "videos", Optional.empty(), NOW));
    stored(Jobs.of(Jobs.id(), "key-a", "videos", Optional.empty(), NOW));
    assertEquals(Map.of(JobState.QUEUED, 5L), jobs.counts());
  }

  @Test
  void endStatesAreNeverLeft() {
    for (var state : List.of(JobState.FAILED, JobState.CANCELLED)) {
      var running = running(stored(Jobs.queued(state.name())));
      var ended = running.ended(state, BROKEN, NOW);
      assertTrue(jobs.finish(ended));
      var late = running.succeeded(List.of(Jobs.result(store, running, 0)), Usage.NONE, NOW);
      assertFalse(jobs.save(running));
      assertFalse(jobs.finish(late));
      assertFalse(jobs.settle(late));
      assertEquals(Optional.of(ended), jobs.find(ended.id()));
      assertEquals(List.of(), store.mediaTable().ofJob(ended.id()));
    }
  }

  @Test
  void unknownIsLeftBySettlingAlone() {
    var running = running(stored(Jobs.queued("a")));
    var unknown = running.ended(JobState.UNKNOWN, new Failure.OutcomeUnknown("?"), NOW);
    assertFalse(jobs.settle(unknown));
    assertTrue(jobs.finish(unknown));
    assertEquals(List.of(unknown), jobs.inState(JobState.UNKNOWN, 10));
    assertFalse(jobs.save(running));
    var found = running.succeeded(List.of(Jobs.result(store, running, 0)), Usage.NONE, NOW);
    assertFalse(jobs.finish(found));
    assertTrue(jobs.settle(found));
    assertEquals(Optional.of(found), jobs.find(found.id()));
  }

  @Test
  void keyIsGivenBackOnlyAfterAFailure() {
    var job = stored(Jobs.queued("again"));
    assertFalse(jobs.releaseKey(job.id()));
    var failed = job.ended(JobState.FAILED, new Failure.Unreachable("no way"), NOW);
    assertTrue(jobs.finish(failed));
    assertTrue(jobs.releaseKey(job.id()));
    assertFalse(jobs.releaseKey(job.id()));
    assertEquals(Optional.empty(), jobs.byKey("key-a", "images/generations", "again"));
    assertEquals(Optional.empty(), jobs.insert(Jobs.queued("again")));
  }

  @Test
  void sameBodyFindsTheNewestJobOfTheWindow() {
    var old = stored(Jobs.of(Jobs.id(), "key-a", "videos", Optional.empty(), NOW.minusSeconds(60)));
    assertEquals(List.of(old), jobs.recentByBody("key-a", "videos", Jobs.BODY, NOW.minusSeconds(60)));
    assertEquals(List.of(old), jobs.recentByBody("key-a", "videos", Jobs.BODY, NOW), "it has not ended");
    var young = stored(Jobs.of(Jobs.id(), "key-a", "videos", Optional.empty(), NOW));
    assertEquals(List.of(young, old), jobs.recentByBody("key-a", "videos", Jobs.BODY, NOW.minusSeconds(60)));
    assertEquals(List.of(), jobs.recentByBody("key-b", "videos", Jobs.BODY, NOW.minusSeconds(60)));
  }

  @Test
  void openJobsComeOldestFirstAndPagesNewestFirst() {
    var a = stored(Jobs.queued("a"));
    var b = stored(Jobs.queued("b"));
    var c = stored(Jobs.of(Jobs.id(), "key-b", "videos", Optional.empty(), NOW));
    var d = stored(Jobs.queued("d"));
    assertEquals(List.of(a, b, c, d), jobs.open());
    assertEquals(List.of(d, b), jobs.page("key-a", 2, ""));
    assertEquals(List.of(a), jobs.page("key-a", 2, b.id()));
    assertEquals(List.of(d, c, b), jobs.pageOfAll(3, ""));
    assertEquals(List.of(a), jobs.pageOfAll(3, b.id()));
    jobs.finish(b.ended(JobState.FAILED, BROKEN, NOW));
    assertEquals(List.of(a, c, d), jobs.open());
    assertEquals(Map.of(JobState.QUEUED, 3L, JobState.FAILED, 1L), jobs.counts());
  }

  @Test
  void inputsComeBackAlsoWhenAJobSharesThem() {
    var input = Jobs.input(store);
    var first = stored(Jobs.withInput(input));
    var second = stored(Jobs.withInput(input));
    var expected = new Media(input.id(), first.id(), input.role(), input.position(), input.type(), input.bytes(),
        input.width(), input.height(), input.sha256(), input.file(), input.revisedPrompt(), input.created(),
        input.expires());
    assertEquals(List.of(expected), media(jobs.find(first.id()).orElseThrow()));
    assertEquals(List.of(expected), media(jobs.find(second.id()).orElseThrow()));
  }

  @Test
  void jobCanStillBeReadWhenItsInputWasRemoved() {
    var input = Jobs.input(store);
    var job = stored(Jobs.withInput(input));
    jobs.finish(job.ended(JobState.FAILED, BROKEN, NOW));
    assertTrue(store.mediaTable().delete(input.id()));
    var read = media(jobs.find(job.id()).orElseThrow()).getFirst();
    assertEquals(input.id(), read.id());
    assertFalse(Files.exists(read.file()));
  }

  private static List<Media> media(Job job) {
    return job.task().inputs().stream().map(Input::media).toList();
  }

  private Job stored(Job job) {
    assertEquals(Optional.empty(), jobs.insert(job));
    return job;
  }
}
