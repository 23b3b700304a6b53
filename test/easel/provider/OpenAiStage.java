package easel.provider;

import easel.core.Credential;
import easel.core.Look;
import easel.core.Provider;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Upstream;
import com.eclipsesource.json.JsonObject;
import fake.FakeOpenAi;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An adapter before the fake, over the real way out of the process. */
final class OpenAiStage implements ProviderContract.Stage {
  static final Credential CREDENTIAL = new Credential("openai", "openai#1", new Secret("sk-proj-4711-very/secret+key"));

  final FakeOpenAi fake;
  private final List<Upstream> upstreams = new ArrayList<>();
  private final OpenAiOptions options;
  private final Provider provider;
  private final Task task;

  /** {@code id}: {@code openai}, or another name for a compatible server with the one model {@code any-model}. */
  OpenAiStage(String id, Duration within, boolean reachable, Task task) throws IOException {
    fake = new FakeOpenAi();
    this.task = task;
    var base = fake.base();
    if (!reachable) fake.close();
    options = new OpenAiOptions(id, base, id.equals("openai") ? List.of() : List.of("any-model"), List.of(), within, 64 << 20,
        "Easel/test");
    provider = restarted();
  }

  static OpenAiStage openAi() throws IOException {
    return new OpenAiStage("openai", Duration.ofSeconds(20), true, image("gpt-image-2", 1, 0));
  }

  static OpenAiStage compatible() throws IOException {
    return new OpenAiStage("local", Duration.ofSeconds(20), true, image("any-model", 1, 0));
  }

  static Task.Image image(String model, int count, int partials) {
    return new Task.Image(model, "a red dot", count, Optional.of(new Size(64, 48)), Look.ANY, partials, List.of(),
        new JsonObject());
  }

  URI link(String path) {
    return fake.base().resolve(path);
  }

  @Override
  public Provider provider() {
    return provider;
  }

  @Override
  public Provider restarted() {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    return new OpenAiProvider(options, upstream, upstream.fetcher(), Time.system());
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
    return (int) fake.seen().stream().filter(r -> r.method().equals("POST")).count();
  }

  @Override
  public void close() {
    fake.close();
    upstreams.forEach(Upstream::close);
  }
}
