package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Upstream;
import fake.FakeRunware;
import fake.FakeTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An adapter before the fake, over the real way out of the process. */
final class RunwareStage implements ProviderContract.Stage {
  static final Credential CREDENTIAL = new Credential("runware", "runware#1", new Secret("rw4711VerySecretKey4711"));

  final FakeRunware fake = new FakeRunware();
  /** Goes on from now, as a log's submits are sent now. */
  final FakeTime time = new FakeTime(Time.system().instant());
  private final List<Upstream> upstreams = new ArrayList<>();
  private final RunwareOptions options;
  private final RunwareProvider provider;
  private final Task task;

  RunwareStage(Task task, Duration within, boolean reachable) throws IOException {
    this.task = task;
    options = new RunwareOptions("runware", fake.base(), within, 1 << 20, "Easel/test");
    if (!reachable) fake.close();
    provider = restarted();
  }

  static RunwareStage of(Task task) throws IOException {
    return new RunwareStage(task, Duration.ofSeconds(20), true);
  }

  static Task task(Kind kind) {
    return kind == Kind.IMAGE ? image("runware:100@1", 2) : video("google:3@3");
  }

  static Task.Image image(String model, int count, Input... inputs) {
    return new Task.Image(model, "a red dot", count, Optional.of(new Size(128, 192)), Look.ANY, 0, List.of(inputs),
        new JsonObject());
  }

  static Task.Video video(String model, Input... inputs) {
    return new Task.Video(model, "a red dot", Optional.of(new Size(1280, 720)), OptionalInt.of(4), List.of(inputs),
        new JsonObject());
  }

  static ModelFile models() {
    return ModelFile.read("runware.json", ProviderSettings.of("runware", "runware"));
  }

  @Override
  public RunwareProvider provider() {
    return provider;
  }

  @Override
  public RunwareProvider restarted() {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    return new RunwareProvider(options, models(), upstream, upstream.fetcher(), time);
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Credential credential() {
    return CREDENTIAL;
  }

  @Override
  public int submits() {
    return fake.submits().size();
  }

  @Override
  public void pass(Duration by) {
    time.advance(by);
  }

  @Override
  public void close() {
    fake.close();
    upstreams.forEach(Upstream::close);
  }
}
