package easel.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Attempt;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Job;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Step;
import easel.core.Time;
import easel.core.Usage;
import fake.TempStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaStoreTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private final TempStore store = new TempStore(Time.system());
  private final MediaStore media = store.media();
  @TempDir
  Path elsewhere;

  @AfterEach
  void close() {
    store.close();
  }

  private Job submitted(Job queued) {
    var job = queued.submitting(Attempt.begun("openai", "gpt-image", "openai#1", NOW));
    assertEquals(Optional.empty(), store.jobs().insert(job));
    return job;
  }

  private static Step.Output output(MediaStore media, Job job, byte[] bytes) throws IOException {
    return new Step.Output(Files.write(media.draft(job.id(), "x"), bytes), Optional.empty());
  }

  private static List<String> hashes(List<Media> media) {
    return media.stream().map(Media::sha256).toList();
  }

  private Step.Output output(Job job, byte[] bytes) throws IOException {
    return new Step.Output(Files.write(media.draft(job.id(), "png"), bytes), Optional.of("better"));
  }

  private Path storage() {
    return store.options().storage();
  }

  @Test
  void resultsAreKeptFoundAndPrivate() throws IOException {
    var job = submitted(Jobs.queued("a"));
    var kept = media.keep(job, List.of(output(job, Pictures.png(4, 3)), output(job, Pictures.gif(7, 5))));
    var first = kept.getFirst();
    assertEquals(storage().resolve("images/default/openai/" + job.id() + "-0.png"), first.file());
    assertEquals(storage().resolve("images/default/openai/" + job.id() + "-1.gif"), kept.get(1).file());
    assertEquals(List.of(4, 3, MediaType.PNG, Optional.of("better")),
        List.of(first.width(), first.height(), first.type(), first.revisedPrompt()));
    assertEquals(Optional.empty(), media.find(first.id()));
    assertTrue(store.jobs().finish(job.succeeded(kept, Usage.NONE, NOW)));
    var stored = media.find(first.id()).orElseThrow();
    assertEquals(first.file(), stored.file());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(stored.file())));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(stored.file().getParent())));
    media.dropDrafts(job.id());
    assertEquals(List.of(), Disk.listed(storage().resolve("drafts")));
  }

  @Test
  void aJobHasDraftsOnceOneIsWrittenAndForTheNextProcessToo() throws IOException {
    var draft = media.draft("job_1", "png");
    assertFalse(media.hasDrafts("job_1"));
    Files.write(draft, Pictures.png(4, 3));
    assertTrue(media.hasDrafts("job_1"));
    assertFalse(media.hasDrafts("job_2"));
    assertTrue(store.media().hasDrafts("job_1"), "another process");
  }

  @Test
  void resultsOfAProjectDoNotExpire() throws IOException {
    var job = submitted(Jobs.inProject("spring"));
    assertEquals(Optional.empty(), media.keep(job, List.of(output(job, Pictures.png(1, 1)))).getFirst().expires());
    var other = submitted(Jobs.queued("a"));
    assertTrue(media.keep(other, List.of(output(other, Pictures.png(1, 1)))).getFirst().expires().isPresent());
  }

  @Test
  void badResultCostsTheGoodOnesNothing() throws IOException {
    var job = submitted(Jobs.queued("a"));
    var outputs = List.of(output(job, "<!doctype html>".getBytes()), output(job, Pictures.png(2, 1)), output(job, Pictures.png(3, 1)));
    assertEquals(List.of(2, 3), media.keep(job, outputs).stream().map(Media::width).toList());
    assertTrue(Files.exists(outputs.getFirst().draft()));
  }

  @Test
  void badResultKeepsNothingAndNamesWhatCame() throws IOException {
    var job = submitted(Jobs.queued("a"));
    var outputs = List.of(output(job, "<!doctype html>".getBytes()), output(job, "<!doctype html>".getBytes()));
    var e = assertThrows(GatewayException.class, () -> media.keep(job, outputs));
    var words = "The file is an HTML, XML or SVG document, not a picture or a video.";
    assertEquals(new Failure.BadMedia(words), e.failure());
    assertEquals(List.of(), media.recover(job));
    assertTrue(Files.exists(outputs.getFirst().draft()));
    assertThrows(GatewayException.class, () -> media.keep(job, List.of()));
  }

  @Test
  void keepingMayBeRepeated() throws IOException {
    var job = submitted(Jobs.queued("a"));
    var outputs = List.of(output(job, Pictures.png(1, 1)), output(job, Pictures.png(2, 2)));
    var first = media.keep(job, outputs);
    var again = media.keep(job, outputs);
    assertEquals(hashes(first), hashes(again));
    assertEquals(first.stream().map(Media::id).toList(), again.stream().map(Media::id).toList());
  }

  @Test
  void inputIsTakenAndBelongsToItsJob() throws IOException {
    var file = Files.write(elsewhere.resolve("upload"), Pictures.png(9, 8));
    var input = media.takeInput(file, Optional.of("image/jpeg"));
    assertEquals(List.of(MediaType.PNG, 9, 8, Media.Role.INPUT, ""),
        List.of(input.type(), input.width(), input.height(), input.role(), input.job()));
    assertFalse(Files.exists(file));
    assertEquals(storage().resolve("inputs"), input.file().getParent());
    var job = Jobs.withInput(input);
    store.jobs().insert(job);
    assertEquals(job.id(), media.find(input.id()).orElseThrow().job());
  }

  @Test
  void threadThatIsToldToStopStillKeepsWhatWasPaidFor() throws IOException {
    var job = submitted(Jobs.queued("a"));
    var outputs = List.of(output(job, Pictures.png(1, 1)), output(job, Pictures.png(2, 2)));
    Thread.currentThread().interrupt();
    var kept = media.keep(job, outputs);
    assertTrue(store.jobs().finish(job.succeeded(kept, Usage.NONE, NOW)));
    assertTrue(Thread.interrupted());
    assertTrue(media.find(kept.getLast().id()).isPresent());
  }

  @Test
  void badInputStaysWhereItWas() throws IOException {
    var file = Files.write(elsewhere.resolve("upload"), "{}".getBytes());
    var e = assertThrows(GatewayException.class, () -> media.takeInput(file, Optional.of("image/png")));
    assertEquals("The file is JSON text, not a picture or a video. It was declared as image/png.", e.getMessage());
    assertTrue(Files.exists(file));
  }

  /** Dies before the {@code n}th time a file gets another name. */
  private static Database.Probe dyingAt(int n) {
    var moves = new AtomicInteger();
    return new Database.Probe() {
      @Override
      public void beforeMove(Path from, Path to) {
        if (moves.incrementAndGet() == n) throw new IllegalStateException("killed before move " + n);
      }
    };
  }

  @Test
  void processKilledWhileKeepingLosesNothing() throws IOException {
    var pictures = List.of(Pictures.png(1, 1), Pictures.gif(2, 2), Pictures.png(3, 3));
    for (int n = 1; n <= 7; n++) {
      int at = n;
      store.restart(o -> o.withProbe(dyingAt(at)));
      var job = submitted(Jobs.queued("n" + n));
      var dying = store.media();
      var outputs = new ArrayList<Step.Output>();
      for (var picture : pictures) outputs.add(output(dying, job, picture));
      if (n < 7) assertThrows(IllegalStateException.class, () -> dying.keep(job, outputs));
      else dying.keep(job, outputs);
      store.restart(o -> o.withProbe(new Database.Probe() {}));
      var after = store.media();
      var recovered = after.recover(job);
      // Up to the third move not all of them are known to be whole: then the provider is asked again.
      if (n <= 3) {
        assertEquals(List.of(), recovered);
        recovered = after.keep(job, outputs);
      }
      assertEquals(List.of(1, 2, 3), recovered.stream().map(Media::width).toList());
      assertEquals(List.of(Places.resultId(job.id(), 0), Places.resultId(job.id(), 1), Places.resultId(job.id(), 2)),
          recovered.stream().map(Media::id).toList());
      for (int i = 0; i < 3; i++) assertArrayEquals(pictures.get(i), Files.readAllBytes(recovered.get(i).file()));
      assertEquals(hashes(recovered), hashes(after.recover(job)));
      assertTrue(store.jobs().finish(job.succeeded(recovered, Usage.NONE, NOW)));
      assertEquals(recovered.getLast().file(), after.find(recovered.getLast().id()).orElseThrow().file());
    }
  }

  @Test
  void leftoversOfABrokenOffAttemptDoNotMix() throws IOException {
    store.restart(o -> o.withProbe(dyingAt(3)));
    var dying = store.media();
    var job = submitted(Jobs.queued("a"));
    var three = new ArrayList<Step.Output>();
    for (int i = 1; i <= 3; i++) three.add(output(dying, job, Pictures.png(i, i)));
    assertThrows(IllegalStateException.class, () -> dying.keep(job, three));
    store.restart(o -> o.withProbe(dyingAt(4)));
    var again = store.media();
    var two = new ArrayList<Step.Output>();
    for (int i = 8; i <= 9; i++) two.add(output(again, job, Pictures.png(i, i)));
    assertThrows(IllegalStateException.class, () -> again.keep(job, two));
    var ready = Disk.listed(two.getFirst().draft().getParent()).stream().map(f -> f.getFileName().toString())
        .filter(name -> name.contains(".ready-")).toList();
    assertEquals(List.of(job.id() + ".ready-1-of-2.png"), ready);
    store.restart(o -> o.withProbe(new Database.Probe() {}));
    assertEquals(List.of(8, 9), store.media().recover(job).stream().map(Media::width).toList());
  }

  @Test
  void recoveringAJobThatKeptNothingFindsNothing() throws IOException {
    var job = submitted(Jobs.queued("a"));
    assertEquals(List.of(), media.recover(job));
    output(job, Pictures.png(1, 1));
    assertEquals(List.of(), media.recover(job));
  }

  @Test
  void namesFromOutsideStayInTheFolder() throws IOException {
    var names = List.of("..", "../../etc", "a/../../b", "/etc/passwd", ".hidden", "a\\b", "\u0000", "x".repeat(500),
        "\u4f60", "");
    for (var name : names) {
      var job = Job.queued(Jobs.id(), Jobs.inProject(name).origin(), Jobs.queued("x").task())
          .submitting(Attempt.begun(name, "m", name, NOW));
      var file = media.keep(job, List.of(output(job, Pictures.png(1, 1)))).getFirst().file();
      assertEquals(storage().resolve("images"), file.normalize().getParent().getParent().getParent(), name);
      assertTrue(file.getParent().getFileName().toString().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), file.toString());
      assertTrue(Files.exists(file));
    }
    var odd = media.draft(Jobs.id(), "../../../x");
    assertEquals(storage().resolve("drafts"), odd.normalize().getParent());
    for (var id : List.of("..", "job/../..", "", "/", ".", "job_\n", "a".repeat(100))) {
      assertThrows(IllegalArgumentException.class, () -> media.draft(id, "png"));
    }
    for (var id : List.of("..", "../x", "", "%2e%2e", "A", "a/b", "a".repeat(81))) {
      assertEquals(Optional.empty(), media.find(id));
    }
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    var secret = Files.write(elsewhere.resolve("secret.png"), Pictures.png(1, 1));
    var job = submitted(Jobs.queued("a"));
    var linked = media.draft(job.id(), "png");
    Files.createSymbolicLink(linked, secret);
    assertThrows(GatewayException.class, () -> media.keep(job, List.of(new Step.Output(linked, Optional.empty()))));
    var input = Files.createSymbolicLink(elsewhere.resolve("link.png"), secret);
    assertThrows(GatewayException.class, () -> media.takeInput(input, Optional.empty()));
    var kept = media.keep(job, List.of(output(job, Pictures.png(1, 1))));
    store.jobs().finish(job.succeeded(kept, Usage.NONE, NOW));
    var file = kept.getFirst().file();
    assertTrue(media.find(kept.getFirst().id()).isPresent());
    Files.delete(file);
    assertEquals(Optional.empty(), media.find(kept.getFirst().id()));
    Files.createSymbolicLink(file, secret);
    assertEquals(Optional.empty(), media.find(kept.getFirst().id()));
    Files.delete(file);
    Files.delete(file.getParent());
    Files.write(elsewhere.resolve(file.getFileName()), Pictures.png(1, 1));
    Files.createSymbolicLink(file.getParent(), elsewhere);
    assertEquals(Optional.empty(), media.find(kept.getFirst().id()));
  }
}
