package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException.Complaint;
import easel.codec.FieldException;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Cancelling;
import easel.core.Capability;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Kind;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.core.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws by itself: no account, no network, no cost, so that the whole way through Easel can be tried at once. Pictures
 * come at once, videos and pictures marked {@code [[async]]} by way of a handle. {@link SampleMarker} lists what a
 * prompt can make it do.
 */
public final class SampleProvider implements Provider, Cancelling {
  private static final String ID = "sample";
  private static final String IMAGE = "sample-image";
  private static final String VIDEO = "sample-video";
  private static final Instant BORN = Instant.parse("2026-11-01T00:00:00Z");
  private static final int PARTIALS_MAX = 3;
  private static final Duration VIDEO_WORK = Duration.ofSeconds(2);
  private static final Duration POLL_MIN = Duration.ofMillis(100);
  private static final Duration POLL_MAX = Duration.ofSeconds(1);
  /** How much of the bar waiting takes; drawing takes the rest. */
  private static final int WAITED = 90;
  private static final int REPORTS_MAX = 60;
  private static final Duration REPORT_EVERY = Duration.ofMillis(250);
  private static final Usage FREE = new Usage(0, 0, 0, 0, Optional.of(BigDecimal.ZERO));
  private static final List<Size> VIDEO_SIZES = List.of(SampleWork.VIDEO_SIZE, new Size(192, 320), new Size(256, 256),
      new Size(640, 384), new Size(384, 640), new Size(1280, 720), new Size(720, 1280));

  private static final List<Model> MODELS = drawers();

  private final Time time;

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    if (settings.id().equals(ID)) return new SampleProvider(outside.time());
    throw settings.complaint("type", Complaint.VALUE, "sample is for the section providers.sample alone");
  }

  public SampleProvider(Time time) {
    this.time = time;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<Model> models() {
    return MODELS;
  }

  private static List<Model> drawers() {
    int side = SampleWork.SIDE_MAX;
    var anySize = new SizeRule.Free(1, SampleWork.SIDE_MIN, side, side / SampleWork.SIDE_MIN, 1, (long) side * side);
    var seconds = IntStream.rangeClosed(1, 12).boxed().collect(Collectors.toSet());
    return List.of(
        new Model(IMAGE, ID, IMAGE, new Capability(Kind.IMAGE, Capability.Inputs.upTo(16).withMask(), 10, 32_000,
            PARTIALS_MAX, anySize, List.of(MediaType.PNG), Set.of(), Set.of()), List.of(), BORN),
        new Model(VIDEO, ID, VIDEO, new Capability(Kind.VIDEO, Capability.Inputs.frames(2), 1, 32_000, 0,
            new SizeRule.OneOf(VIDEO_SIZES), List.of(MediaType.MP4), Set.of(), seconds), List.of(), BORN));
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    var work = SampleWork.of(task);
    var prompt = SamplePrompt.of(work.prompt());
    SampleInputs.check(work);
    trouble(prompt);
    progress.report(0, "accepted");
    if (work.kind() == Kind.IMAGE && !prompt.has(SampleMarker.ASYNC)) {
      int shown = linger(prompt.time(SampleMarker.SLOW), work, prompt, progress);
      previews(work, prompt, shown, WAITED, progress);
      return finish(work, prompt, progress);
    }
    return new Step.Waiting(new Held(time.instant(), 0, work).handle(), poll(duration(work, prompt)), false);
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    var held = Held.of(handle);
    var work = held.work();
    var prompt = SamplePrompt.of(work.prompt());
    var takes = duration(work, prompt);
    var passed = Duration.between(held.started(), time.instant());
    // A clock that was set back must not make anybody wait.
    if (passed.isNegative() || passed.compareTo(takes) >= 0) {
      previews(work, prompt, held.shown(), WAITED, progress);
      return finish(work, prompt, progress);
    }
    int percent = percent(passed, takes);
    progress.report(percent, "pretending to work");
    int shown = previews(work, prompt, held.shown(), percent, progress);
    return new Step.Waiting(new Held(held.started(), shown, work).handle(), poll(takes.minus(passed)), false);
  }

  /** There is nothing to stop but the waiting, and that stops by itself when nobody asks. */
  @Override
  public boolean cancel(String handle, Credential credential) {
    return true;
  }

  private void trouble(SamplePrompt prompt) throws InterruptedException {
    if (prompt.has(SampleMarker.REFUSE)) {
      throw failed(new Failure.Refused("The sample provider refuses prompts that say [[refuse]]."));
    }
    if (prompt.has(SampleMarker.LIMIT)) {
      var wait = prompt.time(SampleMarker.LIMIT).orElseThrow();
      throw failed(new Failure.Limited(wait, "The sample provider limits prompts that say [[limit]]."));
    }
    if (prompt.has(SampleMarker.DROP)) {
      throw failed(new Failure.OutcomeUnknown("The sample provider broke off because the prompt says [[drop]]."));
    }
    if (prompt.has(SampleMarker.HANG)) {
      time.sleep(prompt.time(SampleMarker.HANG).orElseThrow());
      throw failed(new Failure.TimedOut("The sample provider said nothing because the prompt says [[hang]]."));
    }
  }

  private static GatewayException failed(Failure failure) {
    return new GatewayException(failure);
  }

  /** Spends the time, if any, with reports and previews on the way; answers how many previews were shown. */
  private int linger(Optional<Duration> takes, SampleWork work, SamplePrompt prompt, Progress progress)
      throws InterruptedException {
    int shown = 0;
    if (takes.isEmpty()) return shown;
    int reports = (int) Math.max(4, Math.min(REPORTS_MAX, takes.get().dividedBy(REPORT_EVERY)));
    for (int i = 1; i <= reports; i++) {
      time.sleep(takes.get().dividedBy(reports));
      int percent = WAITED * i / reports;
      progress.report(percent, "pretending to work");
      shown = previews(work, prompt, shown, percent, progress);
    }
    return shown;
  }

  /** Shows the previews that are due at this percentage and answers how many have been shown. */
  private int previews(SampleWork work, SamplePrompt prompt, int shown, int percent, Progress progress) {
    int wanted = Math.min(PARTIALS_MAX, work.partials());
    int due = Math.min(wanted, percent * (wanted + 1) / (WAITED + 1));
    if (due <= shown) return shown;
    var whole = new SamplePicture(work, prompt.text(), 0).draw();
    int coarsest = Math.max(8, Math.min(whole.width, whole.height) / 12);
    for (int i = shown; i < due; i++) {
      var file = progress.draft("png");
      write(whole.mosaic(Math.max(2, coarsest >> i)), file);
      progress.partial(i, file);
    }
    return due;
  }

  private Step finish(SampleWork work, SamplePrompt prompt, Progress progress) throws InterruptedException {
    if (prompt.has(SampleMarker.FAIL)) {
      throw failed(new Failure.WorkFailed("The sample provider failed because the prompt says [[fail]]."));
    }
    progress.report(WAITED, "drawing");
    var outputs = new ArrayList<Step.Output>();
    for (int i = 0; i < work.count(); i++) {
      if (Thread.interrupted()) throw new InterruptedException();
      outputs.add(new Step.Output(output(work, prompt, i, progress), Optional.empty()));
    }
    progress.report(100, "done");
    return new Step.Done(outputs, FREE);
  }

  private static Path output(SampleWork work, SamplePrompt prompt, int position,
      Progress progress) throws InterruptedException {
    var file = progress.draft(work.kind() == Kind.IMAGE ? "png" : "mp4");
    try {
      if (prompt.has(SampleMarker.JUNK)) Files.writeString(file,
          "This is not a picture, because the prompt says [[junk]].\n");
      else if (work.kind() == Kind.VIDEO) SampleVideo.write(work, prompt.text(), file, progress);
      else write(new SamplePicture(work, prompt.text(), position).draw(), file);
    } catch (IOException e) {
      throw unwritten(e);
    }
    return file;
  }

  private static void write(SampleCanvas canvas, Path file) {
    try {
      PngWriter.write(canvas, file);
    } catch (IOException e) {
      throw unwritten(e);
    }
  }

  private static GatewayException unwritten(IOException e) {
    return new GatewayException(new Failure.Internal("the sample provider could not write its file"), e);
  }

  /** How long work behind a handle takes. */
  private static Duration duration(SampleWork work, SamplePrompt prompt) {
    var usual = work.kind() == Kind.VIDEO ? VIDEO_WORK : prompt.time(SampleMarker.ASYNC).orElse(VIDEO_WORK);
    return prompt.time(SampleMarker.SLOW).orElse(usual);
  }

  private static Duration poll(Duration left) {
    if (left.compareTo(POLL_MIN) < 0) return POLL_MIN;
    return left.compareTo(POLL_MAX) > 0 ? POLL_MAX : left;
  }

  private static int percent(Duration passed, Duration takes) {
    return (int) (WAITED * passed.toMillis() / Math.max(1, takes.toMillis()));
  }

  /** What a handle says: when the work began, and how many previews were shown. */
  private record Held(Instant started, int shown, SampleWork work) {
    String handle() {
      return new JsonObject().add("started", started.toEpochMilli()).add("shown", shown).add("work", work.toJson())
          .toString();
    }

    static Held of(String handle) {
      try {
        var f = Fields.of(JsonText.object(handle));
        var started = Instant.ofEpochMilli(f.optWhole("started", 0, Long.MAX_VALUE).orElse(0L));
        return new Held(started, f.integer("shown", 0, 0, PARTIALS_MAX), SampleWork.of(f.object("work")));
      } catch (FieldException e) {
        throw new GatewayException(new Failure.Internal("this is no handle of the sample provider"), e);
      }
    }
  }
}
