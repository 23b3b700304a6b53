package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Provider;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import easel.upstream.Upstream;
import fake.FakeAccounts;
import fake.FakeGemini;
import fake.FakeTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The adapter before the fake, over the real way out of the process. */
final class GeminiStage implements ProviderContract.Stage {
  static final Credential CREDENTIAL = new Credential("gemini", "gemini#1", new Secret("g-key-4711-very/secret+key"));

  final FakeGemini fake = new FakeGemini();
  final FakeTime time = new FakeTime();
  private final List<Upstream> upstreams = new ArrayList<>();
  private final URI base;
  private final Duration within;
  private final Provider provider;
  private final Task task;

  /** {@code path}: below the fake's address. */
  GeminiStage(String path, Duration within, boolean reachable, Task task) throws IOException {
    this.base = URI.create(fake.base() + path);
    this.within = within;
    this.task = task;
    if (!reachable) fake.close();
    provider = restarted();
  }

  GeminiStage(Task task) throws IOException {
    this("", Duration.ofSeconds(20), true, task);
  }

  static Task.Image image(String model, int count) {
    return new Task.Image(model, "a red dot", count, Optional.of(new Size(1280, 720)), Look.ANY, 0, List.of(),
        new JsonObject());
  }

  static Task.Video video(String model) {
    return new Task.Video(model, "a red dot", Optional.of(new Size(1280, 720)), OptionalInt.of(6), List.of(),
        new JsonObject());
  }

  /** One for each way of buying. */
  static Task task(Kind kind, boolean relay) {
    if (kind == Kind.IMAGE) return relay ? image("imagen-4.0-generate-001", 2) : image("gemini-3-pro-image", 1);
    return video(relay ? "veo-3.1-generate-preview" : "gemini-omni-1.1-flash");
  }

  @Override
  public Provider provider() {
    return provider;
  }

  @Override
  public Provider restarted() {
    return at(base, List.of());
  }

  Provider at(URI address) {
    return at(address, List.of());
  }

  /** One at another address, or with models that the operator added. */
  Provider at(URI address, List<ProviderSettings.Added> added) {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    var outside = new Providers.Outside(upstream, upstream, upstream.fetcher(), new FakeAccounts(), time, within, within, 64 << 20, "Easel/test");
    var settings = new ProviderSettings("gemini", "gemini", List.of(), List.of(), List.of(), List.of(), added,
        Optional.empty(), true,
        Optional.empty(), ProviderSettings.Limits.NONE);
    return new GeminiProvider(settings, address, outside);
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
  public void close() {
    upstreams.forEach(Upstream::close);
    fake.close();
  }
}
