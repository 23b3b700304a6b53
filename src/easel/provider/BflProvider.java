package easel.provider;

import easel.codec.Fields;
import easel.codec.JsonInlay;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Step;
import easel.core.Task;
import easel.upstream.Call;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pictures and videos from Black Forest Labs: a submit answers an id and the link to ask at, the link says when there
 * is a result, and where.
 *
 * <p>BFL has neither an idempotency key nor a list of tasks: a submit whose answer is lost stays unknown.
 */
final class BflProvider implements Provider, Balance {
  /** A question is answered at once; one that is not may be asked again. */
  private static final Duration QUESTION_MAX = Duration.ofSeconds(30);
  private static final int REDIRECTS_MAX = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final String id;
  private final BflHosts hosts;
  private final ModelFile models;
  private final Providers.Outside outside;
  private final Exchange submits;
  private final Exchange questions;

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    return new BflProvider(settings, settings.address(BflHosts.HOME), outside);
  }

  BflProvider(ProviderSettings settings, URI base, Providers.Outside outside) {
    this.id = settings.id();
    this.hosts = new BflHosts(base);
    this.models = ModelFile.read("bfl.json", settings);
    this.outside = outside;
    var patience = outside.imageTimeout();
    this.submits = new Exchange(id, outside.transport(), patience, outside.agent());
    var brief = patience.compareTo(QUESTION_MAX) < 0 ? patience : QUESTION_MAX;
    this.questions = new Exchange(id, outside.transport(), brief, outside.agent());
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public List<Model> models() {
    return models.models();
  }

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    var model = models.model(task.model()).orElseThrow(() -> new GatewayException(
        new Failure.Missing("model_not_found", id + " has no model " + task.model())));
    var wire = models.wire(task.model());
    var inlay = new JsonInlay();
    var json = BflRequest.of(task, model, wire, new Inlaid(inlay, progress));
    progress.report(0, "sent to " + id);
    var call = submits.submit(hosts.at("/v1/" + task.model()), new Call.Json(inlay.document(json)))
        .with("Idempotency-Key", progress.tag());
    var answer = submits.send(keyed(call, credential));
    var reader = reader(credential);
    var format = Fields.gathering(json, e -> { }).text("output_format", "");
    return reader.waiting(reader.accepted(answer, task, model, wire, format), answer);
  }

  private BflAnswer reader(Credential credential) {
    return new BflAnswer(id, new BflFailures(id, credential.secret()), outside.time().instant());
  }

  private static Call keyed(Call call, Credential credential) {
    return Exchange.keyed(call, credential, "x-key", "");
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    if (!Finished.is(handle)) return ask(BflHandle.of(handle), credential, progress);
    var order = BflHandle.of(handle);
    try {
      var step = downloads(order).by(credential).fetch(Finished.of(handle), progress);
      return step instanceof Step.Done done ? new Step.Done(done.outputs(), order.usage(), done.shortfall()) : step;
    } catch (GatewayException e) {
      return elsewhere(handle, credential, progress, e);
    }
  }

  /** Result links die within minutes: where this one has, BFL may give a fresh one. */
  private Step elsewhere(String handle, Credential credential, Progress progress, GatewayException dead)
      throws InterruptedException {
    if (!(dead.failure() instanceof Failure.UpstreamBroken b && b.status() / 100 == 4)) throw dead;
    try {
      var fresh = ask(BflHandle.of(handle), credential, progress);
      var known = Finished.of(handle).results();
      if (fresh.fetching() && !Finished.of(fresh.handle()).results().equals(known)) return fresh;
    } catch (GatewayException none) {
      dead.addSuppressed(none);
    }
    throw dead;
  }

  private Step.Waiting ask(BflHandle handle, Credential credential, Progress progress) throws InterruptedException {
    return reader(credential).step(handle, question(hosts.poll(handle), credential), progress);
  }

  /** Follows redirects itself: the key goes to nobody but those who may see it. */
  private Exchange.Answer question(URI first, Credential credential) throws InterruptedException {
    var answer = questions.send(keyed(questions.get(first), credential));
    var next = redirect(first, answer);
    for (int i = 0; i < REDIRECTS_MAX && next.isPresent(); i++) {
      var link = next.get();
      answer = questions.send(keyed(questions.get(link), credential));
      next = redirect(link, answer);
    }
    return answer;
  }

  private Optional<URI> redirect(URI from, Exchange.Answer answer) {
    if (!REDIRECTS.contains(answer.status())) return Optional.empty();
    return answer.header().apply("location").flatMap(l -> hosts.link(from, l));
  }

  /** Results lie elsewhere, and are fetched without the key. */
  private Downloads downloads(BflHandle handle) {
    var agent = List.of(new Call.Header("User-Agent", outside.agent()));
    var within = handle.video() ? outside.videoTimeout() : outside.imageTimeout();
    return new Downloads(id, hosts.base(), link -> Downloads.sameHost(hosts.base(), link), link -> agent,
        outside.transport(), outside.fetcher(), outside.time(), outside.answerMax(), within);
  }

  @Override
  public Funds funds(Credential credential) throws InterruptedException {
    var answer = questions.send(keyed(questions.get(hosts.at("/v1/credits")), credential));
    var failures = new BflFailures(id, credential.secret());
    if (!answer.good()) throw new GatewayException(failures.submit(answer, outside.time().instant()));
    var credits = answer.object().flatMap(b -> b.optDecimal("credits"));
    return new Funds(credits.orElseThrow(() -> new GatewayException(
        failures.broken(answer.status(), "its answer makes no sense"))), "credits");
  }

  /** Files as base64, read while they are sent. */
  private record Inlaid(JsonInlay inlay, Progress progress) implements BflRequest.Files {
    @Override
    public String of(Media media) {
      try {
        return inlay.mark(media.file());
      } catch (IOException e) {
        throw new GatewayException(new Failure.Invalid("image", "an image of this request is no longer stored"), e);
      }
    }

    @Override
    public String mask(Media mask, Media picture) {
      var turned = WhiteMask.write(mask, picture, () -> progress.draft("png"));
      try {
        return inlay.mark(turned);
      } catch (IOException e) {
        throw new GatewayException(new Failure.NoCapacity(Duration.ofSeconds(10), "the mask could not be prepared"), e);
      }
    }
  }
}
