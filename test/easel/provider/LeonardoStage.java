package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Input;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import easel.upstream.Upstream;
import fake.FakeAccounts;
import fake.FakeLeonardo;
import fake.FakeTime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The adapter before the fake, over the real way out of the process, on a clock of their own. */
final class LeonardoStage implements ProviderContract.Stage {
  static final String PHOENIX = "de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3";
  static final String DIFFUSION = "1e60896f-3c26-4296-8ecc-53e2afecc132";
  static final Credential CREDENTIAL =
      new Credential("leonardo", "leonardo#1", new Secret("5f1c6a52-9d3e-4b7a-8c21-7d90e4b3a6f8"));

  final FakeTime time = new FakeTime();
  final FakeLeonardo fake;
  private final List<Upstream> upstreams = new ArrayList<>();
  private final Duration within;
  private final LeonardoProvider provider;
  private final Task task;

  LeonardoStage(Duration within, boolean reachable, Task task) throws IOException {
    this.within = within;
    this.task = task;
    fake = new FakeLeonardo(time);
    if (!reachable) fake.close();
    provider = restarted();
  }

  static LeonardoStage of(Task task) throws IOException {
    return new LeonardoStage(Duration.ofSeconds(20), true, task);
  }

  static Task task(Kind kind) {
    return kind == Kind.IMAGE ? image(PHOENIX, 2) : video("MOTION2");
  }

  static Task.Image image(String model, int count, Input... inputs) {
    return new Task.Image(model, "a red dot", count, Optional.of(new Size(1024, 768)), Look.ANY, 0, List.of(inputs), new JsonObject());
  }

  static Task.Video video(String model, Input... inputs) {
    return new Task.Video(model, "a red dot rolls", Optional.empty(), OptionalInt.empty(), List.of(inputs), new JsonObject());
  }

  static Input input(Path file, Input.Role role, MediaType type) {
    return input(file, role, type, new Size(64, 48));
  }

  static Input input(Path file, Input.Role role, MediaType type, Size size) {
    return new Input(new Media("media_1", "", Media.Role.INPUT, 0, type, 1, size.width(), size.height(), "0123456789abcdef", file,
        Optional.empty(), Instant.EPOCH, Optional.empty()), role);
  }

  @Override
  public LeonardoProvider provider() {
    return provider;
  }

  @Override
  public LeonardoProvider restarted() {
    return restarted(fake.base());
  }

  LeonardoProvider restarted(URI base) {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    var outside = new Providers.Outside(upstream, upstream, upstream.fetcher(), new FakeAccounts(), time, within, within, 64 << 20, "Easel/test");
    return new LeonardoProvider(ProviderSettings.of("leonardo", "leonardo"), base, outside);
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
    return fake.submits();
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
