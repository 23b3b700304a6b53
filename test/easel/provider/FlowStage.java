package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Input;
import easel.core.Job;
import easel.core.Kind;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Progress;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Upstream;
import fake.FakeAccounts;
import fake.FakeLabs;
import fake.FakeTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The adapter before the fake, over the real way out of the process, on a clock of their own. */
final class FlowStage implements ProviderContract.Stage {
  static final Credential CREDENTIAL = new Credential("flow", "flow#1", new Secret("st-4f1e7a52-9d3e-4b7a-secret"));

  final FakeTime time = new FakeTime();
  final FakeLabs fake = new FakeLabs();
  final FakeAccounts accounts = new FakeAccounts();
  private final List<Upstream> upstreams = new ArrayList<>();
  private final Duration within;
  private final Task task;
  private final FlowProvider provider;

  FlowStage(Duration within, Task task) throws IOException {
    this.within = within;
    this.task = task;
    fake.time(time).account(CREDENTIAL.secret().reveal()).tier("PAYGATE_TIER_ONE");
    provider = restarted();
  }

  static FlowStage of(Task task) throws IOException {
    return new FlowStage(Duration.ofSeconds(20), task);
  }

  static Task task(Kind kind, String mark) {
    return kind == Kind.IMAGE ? image("GEM_PIX_2", "a red dot" + mark, 2, "1376x768") : video("veo_3_1_t2v_fast", "a red dot rolls" + mark, "1280x720");
  }

  static Task.Image image(String model, String prompt, int count, String size, Input... inputs) {
    return new Task.Image(model, prompt, count, Size.parse(size), Look.ANY, 0, List.of(inputs), new JsonObject());
  }

  static Task.Video video(String model, String prompt, String size, Input... inputs) {
    return new Task.Video(model, prompt, Size.parse(size), OptionalInt.empty(), List.of(inputs), new JsonObject());
  }

  static Input input(Path file, Input.Role role) {
    return new Input(media(file, MediaType.PNG, new Size(64, 48)), role);
  }

  static Media media(Path file, MediaType type, Size size) {
    return new Media("media_" + file.getFileName(), "", Media.Role.INPUT, 0, type, 1, size.width(), size.height(),
        "0123456789abcdef" + file.getFileName(), file, Optional.empty(), Instant.EPOCH, Optional.empty());
  }

  /** A job that the video it goes on with is known of, and whose time may be over. */
  private record Told(ProgressLog log, Optional<String> source, boolean last) implements Progress {
    @Override
    public String tag() {
      return source.map(s -> FlowRequest.derived(log.tag(), s)).orElseGet(log::tag);
    }

    @Override
    public Instant sent() {
      return log.sent;
    }

    @Override
    public void report(int percent, String words) {
      log.report(percent, words);
    }

    @Override
    public void partial(int index, Path picture) {
      log.partial(index, picture);
    }

    @Override
    public Optional<Job.Hold> made(Media media) {
      return source.map(handle -> new Job.Hold("flow", CREDENTIAL.name(), handle));
    }

    @Override
    public Path draft(String extension) {
      return log.draft(extension);
    }
  }

  /** {@code handle}: of the job that has made the video to go on with. */
  static Progress made(ProgressLog log, String handle) {
    return new Told(log, Optional.of(handle), false);
  }

  static Progress last(ProgressLog log) {
    return new Told(log, Optional.empty(), true);
  }

  Step.Done finish(Step from, Progress progress) throws InterruptedException {
    return finish(provider, from, progress);
  }

  /** Every handle on the way, the last one too. */
  final List<String> handles = new ArrayList<>();

  Step.Done finish(FlowProvider with, Step from, Progress progress) throws InterruptedException {
    var step = from;
    for (int i = 0; i < 200; i++) {
      if (step instanceof Step.Done done) return done;
      var waiting = (Step.Waiting) step;
      handles.add(waiting.handle());
      time.advance(waiting.pollAfter());
      step = with.resume(waiting.handle(), CREDENTIAL, progress);
    }
    throw new AssertionError("not done after 200 questions");
  }

  Step.Done run(Task task, Progress progress) throws InterruptedException {
    return finish(provider.start(task, CREDENTIAL, progress), progress);
  }

  @Override
  public FlowProvider provider() {
    return provider;
  }

  @Override
  public FlowProvider restarted() {
    return restarted(time);
  }

  FlowProvider restarted(Time clock) {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    var settings = settings();
    var outside = new Providers.Outside(upstream, upstream, upstream.fetcher(), accounts, clock, within, within, 64 << 20, "Easel/test");
    return (FlowProvider) FlowProvider.make(settings, outside);
  }

  private ProviderSettings settings() {
    var s = ProviderSettings.of("flow", "flow");
    var options = new JsonObject().add("labs_base_url", fake.labs().toString()).add("api_base_url", fake.api().toString());
    return new ProviderSettings(s.id(), s.type(), s.baseUrls(), s.keys(), s.models(), s.videoModels(), s.added(), s.folder(), s.enabled(),
        s.timeout(), s.limits(), options);
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Credential credential() {
    return CREDENTIAL;
  }

  /** What was charged for, the free larger pictures left out. */
  @Override
  public int submits() {
    return (int) fake.ledger().stream().filter(b -> !b.call().equals("upsampleImage")).count();
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
