package easel.api;

import easel.core.Cancelling;
import easel.core.Capability;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CountDownLatch;

/** A provider that does as the test says, and keeps a ledger of what was bought. */
final class Scripted implements Provider, Cancelling {
  static final Size SIZE = new Size(64, 48);

  /** What happens when work is sent, or asked about ({@code handle} is empty when it is sent). */
  interface Act {
    Step on(Task task, String handle, Progress progress) throws InterruptedException;
  }

  /** Every task that was sent here, in order: what was paid for. */
  final List<Task> ledger = new CopyOnWriteArrayList<>();
  final List<String> cancelled = new CopyOnWriteArrayList<>();
  volatile Act act = (task, handle, progress) -> draw(task, progress);
  volatile boolean stops;
  private volatile Task sent;

  @Override
  public String id() {
    return "fake";
  }

  @Override
  public List<Model> models() {
    return List.of(
        model("fake-image", "draw-1", image(4, SizeRule.OneOf::new), "old-fake"),
        model("gpt-image-fake", "draw-2", image(16, sizes -> new SizeRule.Any())),
        model("fake-poor", "draw-3", new Capability(Kind.IMAGE, Capability.Inputs.NONE, 1, 100, 0, new SizeRule.Any(),
            List.of(MediaType.PNG), Set.of("low", "high"), Set.of())),
        model("fake/deep/name", "deep/er", image(0, sizes -> new SizeRule.Any())),
        model("fake-video", "move-1", new Capability(Kind.VIDEO, Capability.Inputs.frames(2), 1, 5000, 0, new SizeRule.Any(),
            List.of(MediaType.MP4), Set.of(), Set.of(4, 8))),
        model("fake-extend", "move-2", new Capability(Kind.VIDEO, new Capability.Inputs(1, 1, Set.of(Input.Role.SOURCE)), 1, 5000, 0,
            new SizeRule.Any(), List.of(MediaType.MP4), Set.of(), Set.of(8))));
  }

  private interface Rule {
    SizeRule of(List<Size> sizes);
  }

  private static Capability image(int inputs, Rule rule) {
    var sizes = List.of(new Size(1024, 1024), new Size(1536, 1024), new Size(1024, 1536));
    return new Capability(Kind.IMAGE, Capability.Inputs.upTo(inputs).withMask(), 10, 10_000, 3, rule.of(sizes),
        List.of(MediaType.PNG, MediaType.JPEG, MediaType.WEBP), Set.of(), Set.of());
  }

  private static Model model(String name, String upstream, Capability capability, String... aliases) {
    return new Model(name, "fake", upstream, capability, List.of(aliases), Instant.ofEpochSecond(1_700_000_000));
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    ledger.add(task);
    sent = task;
    return act.on(task, "", progress);
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    return act.on(sent, handle, progress);
  }

  @Override
  public boolean cancel(String handle, Credential credential) {
    cancelled.add(handle);
    return stops;
  }

  // ---- acts -------------------------------------------------------------------------------------------------------

  /** As many small pictures as were asked for. */
  static Step draw(Task task, Progress progress) {
    return draw(task, progress, Usage.NONE);
  }

  static Step draw(Task task, Progress progress, Usage usage) {
    var outputs = new ArrayList<Step.Output>();
    for (int i = 0; i < task.count(); i++) outputs.add(new Step.Output(picture(progress, i), Optional.empty()));
    return new Step.Done(outputs, usage);
  }

  static Path picture(Progress progress, int shade) {
    return write(progress.draft("png"), Pixels.png(SIZE.width(), SIZE.height(), 40 + shade));
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails each time, when the work is sent. */
  void fails(Failure failure) {
    act = (task, handle, progress) -> {
      throw new GatewayException(failure);
    };
  }

  /** Takes the work, and reports this when asked about it. */
  void failsLater(Failure failure) {
    act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ZERO, false);
      throw new GatewayException(failure);
    };
  }

  /** Waits for the latch before it draws. */
  void waitsFor(CountDownLatch latch) {
    act = (task, handle, progress) -> {
      latch.await();
      return draw(task, progress);
    };
  }

  /** Takes the work, says how far it is when asked about it, and draws when the second latch is open. */
  void reports(int percent, String words, CountDownLatch reported, CountDownLatch go) {
    act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ofMillis(1), false);
      progress.report(percent, words);
      reported.countDown();
      go.await();
      return draw(task, progress);
    };
  }

  /** Takes the work, opens the first latch when asked about it, and has no answer before the second is open. */
  void stalls(CountDownLatch asked, CountDownLatch go) {
    act = (task, handle, progress) -> {
      if (!handle.isEmpty()) {
        asked.countDown();
        go.await();
      }
      return new Step.Waiting("h1", Duration.ofSeconds(1), false);
    };
  }

  /**
   * Takes the work and is never done. Each question takes a moment: by a clock that jumps, all the time a job has would
   * be over before anybody can cancel it.
   */
  void neverEnds() {
    act = (task, handle, progress) -> {
      boolean over = !handle.isEmpty() && new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
      assert !over;
      return new Step.Waiting("h1", Duration.ofSeconds(1), false);
    };
  }
}
