package easel.provider;

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
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pictures from OpenAI, or from any server that speaks its Images API (another Easel too).
 *
 * <p>OpenAI answers a submit with the pictures themselves, and has neither a list nor an idempotency key: an answer
 * that is lost is money lost, and nobody can ask again. So a submit goes out once and is waited for long. Imitators may
 * answer links instead: these are handed to the engine first, and fetched by {@link #resume}.
 */
public final class OpenAiProvider implements Provider {
  private static final int REDIRECTS_MAX = 5;

  private final OpenAiOptions options;
  private final Transport transport;
  private final Fetcher fetcher;
  private final Time time;

  /** {@code fetcher} gets the links to other hosts than the configured one. */
  public OpenAiProvider(OpenAiOptions options, Transport transport, Fetcher fetcher, Time time) {
    this.options = options;
    this.transport = transport;
    this.fetcher = fetcher;
    this.time = time;
  }

  @Override
  public String id() {
    return options.id();
  }

  @Override
  public List<Model> models() {
    return OpenAiCatalogue.models(options, time.instant());
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    return switch (task) {
      case Task.Image image -> submit(image, credential, progress);
      case Task.Video video -> {
        throw new GatewayException(new Failure.Invalid("model", "model makes pictures, not videos"));
      }
    };
  }

  private Step submit(Task.Image task, Credential credential, Progress progress) throws InterruptedException {
    var failures = new OpenAiFailures(options.id(), credential.secret());
    progress.report(0, "sent to " + options.id());
    try (var reply = transport.send(call(task, credential, progress.tag()))) {
      if (!succeeded(reply)) throw new GatewayException(failure(reply, failures));
      return new OpenAiAnswer(task, progress, failures).read(reply);
    } catch (GatewayException e) {
      throw unlessInterrupted(e);
    }
  }

  private Call call(Task.Image task, Credential credential, String tag) {
    var uri = options.at(OpenAiRequest.path(task));
    var call = Call.submit(uri, OpenAiRequest.body(task), options.imageTimeout(), options.answerMax())
        .with("User-Agent", options.agent()).with("Idempotency-Key", tag);
    return credential.secret().isEmpty() ? call : call.with("Authorization", "Bearer " + credential.secret().reveal());
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

  /** The transport tells an interrupt in the middle of a body as a broken call, and leaves the flag set. */
  private static GatewayException unlessInterrupted(GatewayException e) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    return e;
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    var order = OpenAiHandle.of(handle);
    long deadline = time.deadline(options.imageTimeout());
    var outputs = new ArrayList<Step.Output>();
    for (var result : order.results()) {
      progress.report(90, "downloading " + (outputs.size() + 1) + " of " + order.results().size());
      var draft = result.link() ? progress.draft(order.extension()) : Path.of(result.place());
      if (result.link()) download(options.baseUrl(), result.place(), draft, deadline);
      // a draft dies with the process that made it; the links do not
      if (Files.exists(draft)) outputs.add(new Step.Output(draft, result.revisedPrompt()));
    }
    if (outputs.isEmpty()) throw new GatewayException(new Failure.WorkFailed(options.id() + "'s results were lost"));
    return new Step.Done(outputs, order.usage());
  }

  /** The work is done and paid for: whatever goes wrong here proves nothing and may be tried again. */
  private void download(URI base, String link, Path draft, long deadline) throws InterruptedException {
    try {
      fetch(resolve(base, link), draft, deadline);
      if (picture(draft).isEmpty()) throw broken(200, "gave a link to something that is no picture");
    } catch (GatewayException e) {
      var failure = unlessInterrupted(e).failure();
      if (!failure.notAccepted()) throw e;
      var words = options.id() + "'s result cannot be fetched: " + failure.message();
      throw new GatewayException(new Failure.UpstreamBroken(0, words), e);
    } catch (IOException disk) {
      throw unlessInterrupted(new GatewayException(new Failure.Internal("the result could not be written"), disk));
    }
  }

  private URI resolve(URI base, String link) {
    try {
      return base.resolve(link.strip());
    } catch (IllegalArgumentException e) {
      throw broken(200, "gave a result's link that is none");
    }
  }

  private void fetch(URI first, Path draft, long deadline) throws InterruptedException, IOException {
    var link = first;
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
      if (!options.ours(link)) {
        fetcher.fetch(link, "url", options.answerMax(), draft);
        return;
      }
      var next = fetchOurs(link, draft, time.left(deadline));
      if (next.isEmpty()) return;
      link = resolve(link, next.get());
    }
    throw broken(302, "redirects its result without end");
  }

  /** From the configured server itself, without the key; answers where it sent us instead. */
  private Optional<String> fetchOurs(URI link, Path draft, Duration within) throws InterruptedException, IOException {
    if (!within.isPositive()) {
      throw new GatewayException(new Failure.TimedOut(options.id() + "'s results took too long to fetch"));
    }
    var call = Call.get(link, within, options.answerMax()).with("User-Agent", options.agent());
    try (var reply = transport.send(call)) {
      var elsewhere = reply.status() / 100 == 3 ? reply.header("location") : Optional.<String>empty();
      if (elsewhere.isPresent()) return elsewhere;
      if (!succeeded(reply)) throw broken(reply.status(), "answered a result's link with " + reply.status());
      write(reply.body(), draft);
      return Optional.empty();
    }
  }

  private static void write(InputStream body, Path draft) throws IOException {
    try (var file = Files.newOutputStream(draft)) {
      body.transferTo(file);
    }
  }

  private static Optional<MediaType> picture(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return MediaType.sniff(in.readNBytes(MediaType.HEAD));
    }
  }

  private GatewayException broken(int status, String words) {
    return new GatewayException(new Failure.UpstreamBroken(status, options.id() + " " + words));
  }
}
