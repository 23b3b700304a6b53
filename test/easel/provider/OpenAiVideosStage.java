package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Provider;
import easel.core.Size;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Upstream;
import fake.FakeVideos;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The adapter before a compatible server that makes videos. */
final class OpenAiVideosStage implements ProviderContract.Stage {
  final FakeVideos fake = new FakeVideos(3);
  private final List<Upstream> upstreams = new ArrayList<>();
  private final Duration within;
  private final Provider provider;

  OpenAiVideosStage(Duration within, boolean reachable) throws IOException {
    this.within = within;
    if (!reachable) fake.close();
    provider = restarted();
  }

  @Override
  public Provider provider() {
    return provider;
  }

  @Override
  public Provider restarted() {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    var options = new OpenAiOptions("box", fake.base(), List.of(), List.of("wan"), within, 64 << 20, "Easel/test");
    return new OpenAiProvider(options, upstream, upstream.fetcher(), Time.system());
  }

  @Override
  public Task task() {
    return new Task.Video("wan", "a paper boat", Optional.of(new Size(1280, 720)), OptionalInt.of(4), List.of(), new JsonObject());
  }

  @Override
  public Credential credential() {
    return OpenAiStage.CREDENTIAL;
  }

  @Override
  public int submits() {
    return fake.upstream().sent("POST /v1/videos").size();
  }

  @Override
  public void close() {
    fake.close();
    upstreams.forEach(Upstream::close);
  }
}
