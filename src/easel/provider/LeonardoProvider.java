package easel.provider;

import easel.codec.Fields;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.GatewayException;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.provider.Exchange.Answer;
import easel.upstream.Call;
import easel.upstream.Transport;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Pictures and videos from Leonardo.Ai. There are two ways to order (v1 by UUID, v2 by slug) and one to ask: v1's
 * {@code GET /generations/{id}} tells of both.
 *
 * <p>It takes no id of ours and knows no idempotency key; a repeated submit is charged again. What became of a submit
 * without an answer can only be read from the account's list of generations: see {@link LeonardoSearch}. A failed
 * generation has no reason, and nobody documents that it is free.
 */
public final class LeonardoProvider implements Provider, Reconciling, Balance {
  static final URI HOME = URI.create("https://cloud.leonardo.ai/api/rest");
  /** Every call but a download is answered in seconds, whatever is made. */
  private static final Duration CALL_MAX = Duration.ofMinutes(2);

  private final String id;
  private final URI base;
  private final ModelFile models;
  private final Exchange exchange;
  private final Downloads downloads;
  private final Time time;
  private final LeonardoTwins twins = new LeonardoTwins();

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    return new LeonardoProvider(settings, settings.address(HOME), outside);
  }

  /** {@code base}: above {@code /v1} and {@code /v2}. */
  LeonardoProvider(ProviderSettings settings, URI base, Providers.Outside outside) {
    this.id = settings.id();
    this.base = above(base);
    this.models = ModelFile.read("leonardo.json", settings);
    this.time = outside.time();
    Transport transport = outside.transport();
    var within = outside.imageTimeout().compareTo(CALL_MAX) < 0 ? outside.imageTimeout() : CALL_MAX;
    exchange = new Exchange(id, transport, within, outside.agent());
    var agent = List.of(new Call.Header("User-Agent", outside.agent()));
    // results lie on a public host and want no key
    downloads = new Downloads(id, this.base, link -> Downloads.sameHost(this.base, link), link -> agent, transport,
        outside.fetcher(), time, outside.answerMax(), outside.videoTimeout());
  }

  /** The documents name the address with its version. */
  private static URI above(URI base) {
    var text = base.toString().replaceFirst("/+$", "").replaceFirst("/v[12]$", "");
    return URI.create(text);
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
    var wire = new LeonardoWire(models.wire(task.model()));
    LeonardoRequest.check(task, wire);
    var failures = failures(credential);
    var upload = new LeonardoUpload(exchange.by(credential), body -> keyed(exchange.post(at("/v1/init-image"), body), credential),
        base, failures, time);
    var inputs = upload.all(task.inputs(), progress);
    var draft = new LeonardoRequest.Draft(task, wire, inputs, LeonardoWire.seed(progress.tag()));
    progress.report(0, "sent to " + id);
    return submit(LeonardoRequest.of(draft), task, credential, progress);
  }

  private Step submit(LeonardoRequest request, Task task, Credential credential, Progress progress)
      throws InterruptedException {
    twins.add(progress, LeonardoTraces.promptHash(task));
    try {
      var call = exchange.submit(at(request.path()), request.body()).with("Idempotency-Key", progress.tag());
      return taken(exchange.send(keyed(call, credential)), task, failures(credential)).taken();
    } catch (GatewayException e) {
      if (e.failure().notAccepted()) twins.remove(progress);
      throw e;
    }
  }

  private LeonardoOrder taken(Answer answer, Task task, LeonardoFailures failures) {
    if (!answer.good()) throw new GatewayException(failures.of(answer, time.instant()));
    return answer.object().flatMap(o -> LeonardoAnswer.taken(task, o))
        .orElseThrow(() -> new GatewayException(failures.withoutWork(answer, time.instant())));
  }

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    if (Finished.is(handle)) return downloads.by(credential).fetch(Finished.of(handle), progress);
    var order = LeonardoOrder.of(handle);
    twins.add(progress, order.promptHash());
    var answer = asked("/v1/generations/" + order.generation(), credential);
    return LeonardoAnswer.step(order, answer, failures(credential), progress);
  }

  /** {@inheritDoc} Never empty: that nothing was accepted cannot be told here. Takes a minute until that is sure. */
  @Override
  public Optional<Step> find(Task task, Credential credential, Progress progress) throws InterruptedException {
    var traces = LeonardoTraces.of(task, new LeonardoWire(models.wire(task.model())), progress);
    int promptHash = LeonardoTraces.promptHash(task);
    twins.add(progress, promptHash);
    progress.report(0, "looking for the work in " + id + "'s list");
    var search = new LeonardoSearch(() -> list(credential), traces, () -> twins.alone(progress, promptHash), time);
    return Optional.of(LeonardoOrder.of(task, search.find(), Optional.empty()).waiting());
  }

  private LeonardoSearch.Pages list(Credential credential) throws InterruptedException {
    var user = LeonardoAnswer.id(details(credential).object("user"), "id").orElseThrow(() ->
        new GatewayException(failures(credential).broken(200, "it does not say whose key it is")));
    return offset -> listed(user, offset, credential);
  }

  private List<Fields> listed(String user, int offset, Credential credential) throws InterruptedException {
    var path = "/v1/generations/user/" + user + "?offset=" + offset + "&limit=" + LeonardoSearch.PAGE;
    var answer = asked(path, credential);
    // what cannot be read must not pass for the end of the list
    if (answer.isList("generations")) return answer.list("generations", g -> g);
    throw new GatewayException(failures(credential).broken(200, "there is no list in its answer"));
  }

  /** {@inheritDoc} Their unit is the account's: credits on old plans, seemingly dollars where one pays as one goes. */
  @Override
  public Funds funds(Credential credential) throws InterruptedException {
    var details = details(credential);
    var plan = details.optDecimal("apiSubscriptionTokens").orElse(BigDecimal.ZERO);
    return new Funds(plan.add(details.optDecimal("apiPaidTokens").orElse(BigDecimal.ZERO)), "tokens");
  }

  private Fields details(Credential credential) throws InterruptedException {
    return asked("/v1/me", credential).list("user_details", d -> d).stream().findFirst()
        .orElseThrow(() -> new GatewayException(failures(credential).broken(200, "there is no account in its answer")));
  }

  /** What a task would cost in credits; empty for models that the calculator does not know. */
  OptionalLong credits(Task.Image task, Credential credential) throws InterruptedException {
    var question = LeonardoPricing.question(task, models.wire(task.model()));
    if (question.isEmpty()) return OptionalLong.empty();
    var call = keyed(exchange.post(at("/v1/pricing-calculator"), question.get()), credential);
    var answer = good(exchange.send(call), credential).object("calculateProductionApiServiceCost");
    return answer.optWhole("cost", 0, Long.MAX_VALUE).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private Fields asked(String path, Credential credential) throws InterruptedException {
    return good(exchange.send(keyed(exchange.get(at(path)), credential)), credential);
  }

  private Fields good(Answer answer, Credential credential) {
    var failures = failures(credential);
    if (!answer.good()) throw new GatewayException(failures.polled(answer, time.instant()));
    return answer.object().orElseThrow(() ->
        new GatewayException(failures.broken(answer.status(), "its answer makes no sense")));
  }

  private LeonardoFailures failures(Credential credential) {
    return new LeonardoFailures(id, credential.secret());
  }

  private URI at(String path) {
    return URI.create(base + path);
  }

  private static Call keyed(Call call, Credential credential) {
    return Exchange.bearer(call.with("Accept", "application/json"), credential);
  }
}
