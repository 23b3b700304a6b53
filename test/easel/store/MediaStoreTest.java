package easel.store;

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
import java.util.List;
import java.util.Optional;
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
    assertFalse(Files.exists(storage().resolve("drafts").resolve(job.id())));
  }

  @Test
  void resultsOfAProjectDoNotExpire() throws IOException {
    var job = submitted(Jobs.inProject("spring"));
    assertEquals(Optional.empty(), media.keep(job, List.of(output(job, Pictures.png(1, 1)))).getFirst().expires());
    var other = submitted(Jobs.queued("a"));
    assertTrue(media.keep(other, List.of(output(other, Pictures.png(1, 1)))).getFirst().expires().isPresent());
  }

  @Test
  void badResultKeepsNothingAndNamesWhatCame() throws IOException {
    var job = submitted(Jobs.queued("a"));
    var outputs = List.of(output(job, Pictures.png(1, 1)), output(job, "<!doctype html>".getBytes()));
    var e = assertThrows(GatewayException.class, () -> media.keep(job, outputs));
    assertEquals(new Failure.BadMedia("The file is an HTML, XML or SVG document, not a picture or a video."), e.failure());
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
    assertEquals(first.stream().map(Media::sha256).toList(), again.stream().map(Media::sha256).toList());
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
  void badInputStaysWhereItWas() throws IOException {
    var file = Files.write(elsewhere.resolve("upload"), "{}".getBytes());
    var e = assertThrows(GatewayException.class, () -> media.takeInput(file, Optional.of("image/png")));
    assertEquals("The file is JSON text, not a picture or a video. It was declared as image/png.", e.getMessage());
    assertTrue(Files.exists(file));
  }
}
