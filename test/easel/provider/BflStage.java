package easel.provider;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Fetcher;
import easel.core.Look;
import easel.core.Provider;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Upstream;
import fake.FakeAccounts;
import fake.FakeBfl;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An adapter before the fake, over the real way out of the process. */
final class BflStage implements ProviderContract.Stage {
  static final Credential CREDENTIAL = new Credential("bfl", "bfl#1", new Secret(FakeBfl.KEY));

  final FakeBfl fake = new FakeBfl();
  private final List<Upstream> upstreams = new ArrayList<>();
  private final URI base;
  private final Duration within;
  private final Task task;
  private final Provider provider;
  /** Links to other hosts that were fetched, with what they were fetched to. */
  final List<URI> fetched = new ArrayList<>();

  BflStage(Duration within, boolean reachable, Task task) throws IOException {
    this.base = fake.base();
    this.within = within;
    this.task = task;
    if (!reachable) fake.close();
    provider = restarted();
  }

  static BflStage ready() throws IOException {
    return new BflStage(Duration.ofSeconds(20), true, image("flux-2-pro"));
  }

  static Task.Image image(String model) {
    return image(model, Optional.of(new Size(64, 64)), "{}");
  }

  static Task.Image image(String model, Optional<Size> size, String extras) {
    return new Task.Image(model, "a red dot", 1, size, Look.ANY, 0, List.of(), Json.parse(extras).asObject());
  }

  static Task.Video video(OptionalInt seconds) {
    return new Task.Video("flux-3-video", "waves", Optional.of(new Size(1280, 720)), seconds, List.of(), new JsonObject());
  }

  @Override
  public BflProvider provider() {
    return (BflProvider) provider;
  }

  @Override
  public BflProvider restarted() {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    Fetcher fetcher = (link, field, max, file) -> {
      fetched.add(link);
      upstream.fetcher().fetch(link, field, max, file);
    };
    var outside = new Providers.Outside(upstream, upstream, fetcher, new FakeAccounts(), Time.system(), within, within, 64 << 20, "Easel/test");
    return new BflProvider(ProviderSettings.of("bfl", "bfl"), base, outside);
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
    fake.close();
    upstreams.forEach(Upstream::close);
  }
}
