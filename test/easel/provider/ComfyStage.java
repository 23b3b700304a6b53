package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Credential;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Provider;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Upstream;
import fake.FakeComfy;
import fake.FakeOpenAiPicture;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An adapter before fakes of one or several servers, over the real way out of the process. */
final class ComfyStage implements ProviderContract.Stage {
  static final Credential CREDENTIAL = new Credential("comfyui", "comfyui#1", new Secret("proxy-4711-very/secret+key"));
  static final String VIDEO = """
      {"1": {"class_type": "EmptyImage", "inputs": {"width": "%width%", "height": "%height%", "batch_size": "%frames%", "color": 1}},
       "2": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 16}},
       "9": {"class_type": "SaveVideo", "inputs": {"video": ["2", 0], "filename_prefix": "video/gw", "format": "auto", "codec": "auto"}}}
      """;
  static final String EDIT = """
      {"1": {"class_type": "LoadImage", "inputs": {"image": "%input_image%"}},
       "2": {"class_type": "LoadImageMask", "inputs": {"image": "%mask%", "channel": "alpha"}},
       "3": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
       "8": {"class_type": "PreviewImage", "inputs": {"images": ["3", 0]}},
       "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "edit"}}}
      """;

  final List<FakeComfy> fakes = new ArrayList<>();
  final FakeComfy fake;
  private final Path folder;
  private final Duration within;
  private final Task task;
  private final List<URI> servers = new ArrayList<>();
  private final List<Upstream> upstreams = new ArrayList<>();
  private Credential credential = CREDENTIAL;

  ComfyStage(Path folder, Task task, Duration within, int count) throws IOException {
    this.folder = folder.resolve("workflows");
    this.task = task;
    this.within = within;
    for (int i = 0; i < count; i++) fakes.add(new FakeComfy());
    fake = fakes.getFirst();
    fakes.forEach(f -> servers.add(f.base()));
    Files.createDirectories(this.folder);
    write("to-video", VIDEO);
    write("edit", EDIT);
  }

  static ComfyStage one(Path folder, Task task) throws IOException {
    return new ComfyStage(folder, task, Duration.ofSeconds(20), 1);
  }

  void write(String name, String workflow) throws IOException {
    Files.writeString(folder.resolve(name + ".json"), workflow);
  }

  ComfyStage keyless() {
    credential = Credential.none("comfyui");
    return this;
  }

  static Task.Image image(String model, int count, int partials, JsonObject extras) {
    return new Task.Image(model, "a red dot", count, Optional.of(new Size(512, 512)), Look.ANY, partials, List.of(), extras);
  }

  static Task.Video video() {
    return new Task.Video("to-video", "a red dot", Optional.of(new Size(512, 512)), OptionalInt.empty(), List.of(), new JsonObject());
  }

  static Task.Image edit(Path folder, Input.Role... roles) throws IOException {
    var inputs = new ArrayList<Input>();
    for (var role : roles) {
      var file = folder.resolve("input" + inputs.size() + ".png");
      Files.write(file, FakeOpenAiPicture.png(8, 8, inputs.size()));
      inputs.add(new Input(new Media("m" + inputs.size(), "", Media.Role.INPUT, 0, MediaType.PNG, Files.size(file), 8, 8, "", file,
          Optional.empty(), Instant.EPOCH, Optional.empty()), role));
    }
    return new Task.Image("edit", "turn it", 1, Optional.empty(), Look.ANY, 0, inputs, new JsonObject());
  }

  @Override
  public Provider provider() {
    return restarted();
  }

  @Override
  public Provider restarted() {
    return comfy();
  }

  ComfyProvider comfy() {
    var upstream = new Upstream(ProviderContract.OUT);
    upstreams.add(upstream);
    var settings = new ProviderSettings("comfyui", "comfyui", servers, List.of(), List.of(), List.of(), List.of(), Optional.of(folder), true,
        Optional.empty(), ProviderSettings.Limits.NONE);
    var pace = new ComfyOptions.Pace(Duration.ofMillis(30), Duration.ofSeconds(5));
    var options = new ComfyOptions("comfyui", servers, within, 64 << 20, "Easel/test", pace);
    return new ComfyProvider(options, ComfyWorkflows.read(settings), upstream, upstream, upstream.fetcher(), Time.system());
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Credential credential() {
    return credential;
  }

  @Override
  public int submits() {
    return fakes.stream().mapToInt(f -> f.submits().size()).sum();
  }

  @Override
  public void close() {
    fakes.forEach(FakeComfy::close);
    upstreams.forEach(Upstream::close);
  }
}
