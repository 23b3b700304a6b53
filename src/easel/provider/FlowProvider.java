package easel.provider;

import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Refreshing;
import easel.core.Step;
import easel.core.Task;
import easel.core.Tiered;
import easel.upstream.Call;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Pictures and videos from Google's Flow, as its web page made them at labs.google: a protocol nobody documents, and
 * that Google moves elsewhere (September 2026). A captcha is answered with what the operator has set, nothing else.
 *
 * <p>Flow takes no id of ours and lists nothing: what became of a submit without an answer cannot be told.
 */
final class FlowProvider implements Provider, Balance, Refreshing, Tiered {
  private static final int ULTRA = 2;

  private final FlowOptions options;
  private final ModelFile models;
  private final FlowFunds funds;
  private final FlowPictures pictures;
  private final FlowVideos videos;

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    return new FlowProvider(FlowOptions.of(settings, outside), ModelFile.read("flow.json", settings), outside);
  }

  FlowProvider(FlowOptions options, ModelFile models, Providers.Outside outside) {
    this.options = options;
    this.models = models;
    var time = outside.time();
    var sessions = new FlowSessions(options, outside.transport(), outside.accounts(), time);
    var wire = new FlowWire(options, outside.transport(), sessions, time);
    funds = new FlowFunds(options, wire, sessions, outside.accounts(), time);
    var submits = new FlowSubmits(options, wire, funds, outside.accounts(), time);
    var agent = List.of(new Call.Header("User-Agent", options.agent()));
    // results lie on hosts made for them, and none of our tokens goes there
    var downloads = new Downloads(options.id(), options.labs(), this::ours, link -> agent, outside.transport(),
        outside.fetcher(), time, options.answerMax(), options.videoTimeout());
    pictures = new FlowPictures(options, wire, submits, downloads, time);
    videos = new FlowVideos(options, wire, submits, new FlowFetch(options, wire, downloads, time), models, time);
  }

  private boolean ours(URI link) {
    return Downloads.sameHost(options.labs(), link) || Downloads.sameHost(options.api(), link);
  }

  @Override
  public String id() {
    return options.id();
  }

  @Override
  public List<Model> models() {
    return models.models();
  }

  private Model model(Task task) {
    return models.model(task.model()).orElseThrow(() -> new GatewayException(
        new Failure.Missing("model_not_found", "The model '" + task.model() + "' is not one of " + id() + "'s.")));
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    return switch (task) {
      case Task.Image image -> pictures.start(image, model(task), credential, progress);
      case Task.Video video -> videos.start(video, model(task), credential, progress);
    };
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    var film = FlowFilm.of(handle);
    if (film.isPresent()) return videos.resume(film.get(), credential, progress);
    var stills = FlowStills.of(handle).orElseThrow(() ->
        new GatewayException(new Failure.Internal("this handle is not one of " + id() + "'s")));
    return pictures.resume(stills, credential, progress);
  }

  // ---- accounts ---------------------------------------------------------------------------------------------------

  @Override
  public int tier(Task task) {
    if (FlowKey.ultra(task.model())) return ULTRA;
    return models.model(task.model()).map(m -> FlowShape.of(task, m).tier()).orElse(0);
  }

  @Override
  public Funds funds(Credential credential) throws InterruptedException {
    return funds.funds(credential);
  }

  @Override
  public Optional<Instant> due(Credential credential) {
    return funds.due(credential);
  }

  @Override
  public void refresh(Credential credential) throws InterruptedException {
    funds.refresh(credential);
  }
}
