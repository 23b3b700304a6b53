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
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import easel.store.MediaStore.Swept;
import fake.TempStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration HOURS = Duration.ofHours(3);
  private static final Swept NOTHING = new Swept(0, 0, 0, 0, 0, 0);
  private final TestTime time = new TestTime();
  private final TempStore store = new TempStore(time, o -> o.withMedia(LIFE, 0));

  @AfterEach
  void close() {
    store.close();
  }

  private Swept sweep() {
    return store.media().sweep(time);
  }

  private Job submitted(Job job) {
    var next = job.submitting(Attempt.begun("openai", "gpt-image", "openai#1", time.instant()));
    assertEquals(Optional.empty(), store.jobs().insert(next));
    return next;
  }

  private List<Media> kept(Job job) throws IOException {
    var draft = dated(Files.write(store.media().draft(job.id(), "png"), Pictures.png(2, 2)));
    return store.media().keep(job, List.of(new Step.Output(draft, Optional.empty())));
  }

  private Media finished(Job queued) throws IOException {
    var job = submitted(queued);
    var media = kept(job);
    assertTrue(store.jobs().finish(job.succeeded(media, Usage.NONE, time.instant())));
    store.media().dropDrafts(job.id());
    return media.getFirst();
  }

  /** Files live by the machine's clock, the test by its own. */
  private Path dated(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(time.instant()));
  }

  private boolean there(Media media) {
    assertEquals(Files.exists(media.file()), store.media().find(media.id()).isPresent());
    return Files.exists(media.file());
  }

  private static Job loose() {
    return Jobs.inProject("");
  }

  @Test
  void resultsGoWhenTheirTimeIsOver() throws IOException {
    var result = finished(loose());
    var project = finished(Jobs.inProject("spring"));
    time.advance(LIFE.minusSeconds(1));
    assertEquals(NOTHING, sweep());
    time.advance(Duration.ofSeconds(1));
    assertEquals(1, sweep().expired());
    assertFalse(there(result));
    assertTrue(there(project));
    assertEquals(List.of(), store.jobs().find(result.job()).orElseThrow().outcome().results());
  }

  @Test
  void aRowOfAFileThatCannotBeReadIsLeftAndTheOthersGo() throws IOException {
    var edited = finished(loose());
    time.advance(Duration.ofSeconds(1));
    var other = finished(loose());
    store.database().write(s -> s.update("UPDATE media SET type = 'junk' WHERE id = ?", edited.id()));
    time.advance(HOURS);
    assertEquals(1, sweep().expired());
    assertEquals(List.of(true, false), List.of(Files.exists(edited.file()), there(other)));
    assertEquals(Optional.empty(), store.media().find(edited.id()));
  }

  @Test
  void resultsStayForEverWhereLifeIsZero() throws IOException {
    store.restart(o -> o.withMedia(Duration.ZERO, 0));
    var result = finished(loose());
    time.advance(Duration.ofDays(1000));
    assertEquals(NOTHING, sweep());
    assertTrue(there(result));
  }

  @Test
  void oldestGoFirstWhenThereIsTooMuch() throws IOException {
    var project = finished(Jobs.inProject("spring"));
    var first = finished(loose());
    time.advance(Duration.ofSeconds(1));
    var second = finished(loose());
    time.advance(Duration.ofSeconds(1));
    var third = finished(loose());
    store.restart(o -> o.withMedia(LIFE, 2 * first.bytes()));
    assertEquals(NOTHING, sweep(), "results just made are not removed");
    time.advance(Duration.ofMinutes(11));
    assertEquals(1, sweep().overCap());
    assertEquals(List.of(true, false, true, true), List.of(there(project), there(first), there(second), there(third)));
    assertEquals(NOTHING, sweep());
  }

  @Test
  void resultThatAnOpenJobNeedsStays() throws IOException {
    var result = finished(loose());
    var edit = submitted(Jobs.withInput(result));
    time.advance(HOURS);
    assertEquals(NOTHING, sweep());
    assertFalse(store.mediaTable().delete(result.id()));
    assertTrue(there(result));
    store.jobs().finish(edit.ended(JobState.FAILED, new Failure.Refused("no"), time.instant()));
    assertEquals(1, sweep().expired());
    assertFalse(there(result));
  }

  @Test
  void inputsOutliveTheirJobsByTheSameLife() throws IOException {
    var input = input();
    var first = submitted(Jobs.withInput(input));
    var second = submitted(Jobs.withInput(input));
    time.advance(HOURS);
    store.jobs().finish(first.ended(JobState.FAILED, new Failure.Refused("no"), time.instant()));
    time.advance(HOURS);
    assertEquals(NOTHING, sweep());
    store.jobs().finish(second.ended(JobState.UNKNOWN, new Failure.OutcomeUnknown("?"), time.instant()));
    time.advance(HOURS);
    assertEquals(NOTHING, sweep());
    store.jobs().settle(second.ended(JobState.FAILED, new Failure.Refused("no"), time.instant()));
    assertEquals(NOTHING, sweep());
    time.advance(HOURS);
    assertEquals(1, sweep().inputs());
    assertFalse(there(input));
    assertEquals(input.id(), firstInput(store.jobs().find(second.id()).orElseThrow().task()).media().id());
  }

  private static Input firstInput(Task task) {
    return task.inputs().getFirst();
  }

  private Media input() throws IOException {
    return store.media().takeInput(dated(Files.write(store.media().incoming(), Pictures.png(3, 3))), Optional.empty());
  }

  @Test
  void inputsThatNeverBecameAJobGoAfterAnHour() throws IOException {
    var input = input();
    var part = dated(Files.write(store.media().incoming(), new byte[5]));
    assertEquals(NOTHING, sweep());
    time.advance(Duration.ofMinutes(61));
    assertEquals(2, sweep().orphans());
    assertFalse(Files.exists(input.file()));
    assertFalse(Files.exists(part));
  }

  @Test
  void filesThatNeverGotARowGoOnlyIfTheirJobIsOver() throws IOException {
    var open = submitted(loose());
    var unknown = submitted(loose());
    var failed = submitted(loose());
    var files = List.of(kept(open).getFirst().file(), kept(unknown).getFirst().file(), kept(failed).getFirst().file());
    store.jobs().finish(unknown.ended(JobState.UNKNOWN, new Failure.OutcomeUnknown("?"), time.instant()));
    store.jobs().finish(failed.ended(JobState.FAILED, new Failure.TimedOut("late"), time.instant()));
    for (var job : List.of(open, unknown, failed)) store.media().dropDrafts(job.id());
    assertEquals(NOTHING, sweep());
    time.advance(HOURS);
    assertEquals(new Swept(0, 0, 0, 1, 0, 0), sweep());
    assertEquals(List.of(true, true, false), files.stream().map(Files::exists).toList());
    assertEquals(1, store.media().recover(unknown).size());
  }

  @Test
  void filesThatNothingExplainsAreLeft() throws IOException {
    var result = finished(Jobs.inProject("spring"));
    var folder = result.file().getParent();
    var strange = dated(Files.write(folder.resolve(Jobs.id() + "-0.png"), Pictures.png(1, 1)));
    var foreign = dated(Files.write(folder.resolve("holiday.png"), Pictures.png(1, 1)));
    var drafts = dated(Files.write(store.media().draft(Jobs.id(), "png"), Pictures.png(1, 1)));
    time.advance(HOURS);
    assertEquals(new Swept(0, 0, 0, 0, 0, 3), sweep());
    assertTrue(Files.exists(strange) && Files.exists(foreign) && Files.exists(drafts) && there(result));
  }

  @Test
  void draftsOfEndedJobsGo() throws IOException {
    var open = submitted(loose());
    var ended = submitted(loose());
    for (var job : List.of(open, ended)) {
      var draft = Files.write(store.media().draft(job.id(), "png"), Pictures.png(1, 1));
      dated(draft);
    }
    store.jobs().finish(ended.ended(JobState.CANCELLED, new Failure.Cancelled("stop"), time.instant()));
    assertEquals(NOTHING, sweep());
    time.advance(HOURS);
    assertEquals(1, sweep().drafts());
    assertEquals(List.of(open.id()),
        Disk.listed(store.options().storage().resolve("drafts")).stream().map(Places::jobOf).toList());
  }

  @Test
  void crashBetweenRowAndFileIsMadeGoodLater() throws IOException {
    var result = finished(loose());
    time.advance(HOURS);
    assertTrue(store.mediaTable().delete(result.id()));
    assertEquals(1, sweep().orphans());
    assertFalse(Files.exists(result.file()));
  }
}
