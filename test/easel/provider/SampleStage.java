package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Cancelling;
import easel.core.Credential;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import fake.FakeTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The sample provider with its clock, and tasks for it. */
final class SampleStage implements ProviderContract.Stage {
  private final Time time;
  private final Task task;
  private volatile int starts;

  SampleStage(Time time, Task task) {
    this.time = time;
    this.task = task;
  }

  static Task task(Kind kind, String prompt) {
    return task(kind, prompt, new JsonObject(), List.of());
  }

  /** Two small pictures with two previews, or a second of video. */
  static Task task(Kind kind, String prompt, JsonObject extras, List<Input> inputs) {
    return switch (kind) {
      case IMAGE -> new Task.Image("sample-image", prompt, 2, Optional.of(new Size(96, 64)), Look.ANY, 2, inputs,
          extras);
      case VIDEO -> new Task.Video("sample-video", prompt, Optional.of(new Size(320, 192)), OptionalInt.of(1), inputs,
          extras);
    };
  }

  static Input input(Path file, Input.Role role, MediaType type, int width, int height) {
    return new Input(new Media("media_1", "", Media.Role.INPUT, 0, type, 1, width, height, "0123456789abcdef", file,
        Optional.empty(), Instant.EPOCH, Optional.empty()), role);
  }

  @Override
  public Provider provider() {
    return new Counted(new SampleProvider(time));
  }

  @Override
  public Provider restarted() {
    return new SampleProvider(time);
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Credential credential() {
    return Credential.none("sample");
  }

  @Override
  public int submits() {
    return starts;
  }

  @Override
  public void pass(Duration by) {
    if (time instanceof FakeTime fake) fake.advance(by);
  }

  @Override
  public void close() {}

  /** There is no far side that could count, so the calls are counted. */
  private final class Counted implements Provider, Cancelling {
    private final SampleProvider provider;

    Counted(SampleProvider provider) {
      this.provider = provider;
    }

    @Override
    public String id() {
      return provider.id();
    }

    @Override
    public List<Model> models() {
      return provider.models();
    }

    @Override
    public Step start(Task work, Credential credential, Progress progress) throws InterruptedException {
      starts = starts + 1;
      return provider.start(work, credential, progress);
    }

    @Override
    public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
      return provider.resume(handle, credential, progress);
    }

    @Override
    public boolean cancel(String handle, Credential credential) {
      return provider.cancel(handle, credential);
    }
  }
}
