package easel.provider;

import easel.codec.FieldException.Complaint;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Call;
import easel.upstream.Reply;
import easel.upstream.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * Pictures from OpenAI, or from any server that speaks its Images API (another Easel too), and videos from servers that
 * speak its Videos API.
 *
 * <p>OpenAI answers a submit with the pictures themselves, and has neither a list nor an idempotency key: an answer
 * that is lost is money lost, and nobody can ask again. So a submit goes out once and is waited for long. Imitators may
 * answer links instead: these are handed to the engine first, and fetched by {@link #resume}.
 */
public final class OpenAiProvider implements Provider {
  private final OpenAiOptions options;
  private final Transport transport;
  private final Fetcher fetcher;
  private final Time time;
  private final List<Model> models;
  private final OpenAiVideos videos;

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    boolean itself = settings.id().equals(OpenAiOptions.OPENAI);
    if (!itself && settings.models().isEmpty() && settings.videoModels().isEmpty() && settings.added().isEmpty()) {
      throw settings.complaint("models", Complaint.MISSING, "is required: a compatible server does not say what it can do");
    }
    var base = itself ? settings.address(OpenAiOptions.OPENAI_URL) : settings.address();
    var options = new OpenAiOptions(settings.id(), base, settings.models(), settings.videoModels(), settings.added(),
        outside.imageTimeout(), outside.answerMax(), outside.agent());
    return new OpenAiProvider(options, outside.transport(), outside.fetcher(), outside.time());
  }

  /** {@code fetcher} gets the links to other hosts than the configured one. */
  public OpenAiProvider(OpenAiOptions options, Transport transport, Fetcher fetcher, Time time) {
    this.options = options;
    this.transport = transport;
    this.fetcher = fetcher;
    this.time = time;
    this.models = OpenAiCatalogue.models(options);
    this.videos = new OpenAiVideos(options, new Exchange(options.id(), transport, options.imageTimeout(), options.agent()), time);
  }

  @Override
  public String id() {
    return options.id();
  }

  @Override
  public List<Model> models() {
    return models;
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    return switch (task) {
      case Task.Image image -> submit(image, credential, progress);
      case Task.Video video -> videos.start(video, credential, progress);
    };
  }

  private Step submit(Task.Image task, Credential credential, Progress progress) throws InterruptedException {
    OpenAiRequest.check(task, formats(task));
    var failures = new OpenAiFailures(options.id(), credential.secret());
    progress.report(0, "sent to " + options.id());
    try (var reply = transport.send(call(task, credential, progress.tag()))) {
      if (!succeeded(reply)) throw new GatewayException(failure(reply, failures));
      return new OpenAiAnswer(task, progress, failures).read(reply);
    } catch (GatewayException e) {
      throw Exchange.unlessInterrupted(e);
    }
  }

  private List<MediaType> formats(Task.Image task) {
    return models.stream().filter(m -> m.upstreamName().equals(task.model())).findFirst()
        .map(m -> m.capability().formats()).orElse(OpenAiCatalogue.FORMATS);
  }

  private Call call(Task.Image task, Credential credential, String tag) {
    var uri = options.at(OpenAiRequest.path(task));
    var call = Call.submit(uri, OpenAiRequest.body(task), options.imageTimeout(), options.answerMax())
        .with("User-Agent", options.agent()).with("Idempotency-Key", tag);
    return Exchange.bearer(call, credential);
  }

  private static boolean succeeded(Reply reply) {
    return reply.status() >= 200 && reply.status() < 300;
  }

  private Failure failure(Reply reply, OpenAiFailures failures) {
    return failures.of(reply.status(), reply::header, beginning(reply), time.instant());
  }

  /** What an error says; the status alone where that breaks off, as the status was heard. */
  private static byte[] beginning(Reply reply) {
    try {
      return reply.body().readNBytes(OpenAiFailures.BODY_MAX);
    } catch (GatewayException | IOException e) {
      return new byte[0];
    }
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    if (OpenAiVideos.is(handle)) return videos.resume(handle, credential, progress);
    var downloads = new Downloads(options.id(), options.baseUrl(), options::ours, link -> headers(link, credential),
        transport, fetcher, time, options.answerMax(), options.imageTimeout());
    return downloads.by(credential).fetch(Finished.of(handle), progress);
  }

  /** Result links carry their own rights; only the API's own routes want the key. */
  private List<Call.Header> headers(URI link, Credential credential) {
    var agent = new Call.Header("User-Agent", options.agent());
    boolean route = link.getRawPath() != null && link.getRawPath().startsWith(options.at("/videos/").getRawPath());
    if (!route || credential.secret().isEmpty()) return List.of(agent);
    return List.of(agent, new Call.Header("Authorization", "Bearer " + credential.secret().reveal()));
  }
}
