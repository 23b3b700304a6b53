package easel.provider;

import com.eclipsesource.json.JsonObject;
import easel.core.Balance;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.core.Usage;
import easel.upstream.Transport;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Pictures and videos from Runware, over its REST API.
 *
 * <p>The id of a task is ours ({@link Progress#tag}), so a submit whose answer was lost is never lost itself: Runware
 * is asked what became of it. That is why tasks are delivered asynchronously, as Runware's own SDK does by default for
 * all kinds: one that runs synchronously cannot be asked about until it is over.
 */
final class RunwareProvider implements Provider, Reconciling, Balance {
  /** Pauses before asking about a submit that may still be on its way; half a minute in all. */
  private static final List<Duration> GRACE = List.of(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(4),
      Duration.ofSeconds(8), Duration.ofSeconds(16));
  /** Times in a row that it must be unknown, the last time included, to count as never accepted. */
  private static final int STABLE = 3;
  /** How long after a submit a no is proof: for how long past tasks are kept is not documented. */
  private static final Duration KEPT = Duration.ofMinutes(10);
  /** Answers in a row after which a task that was accepted, and is unknown or said to have failed, is given up. */
  private static final int LOST_AFTER = 8;

  private final RunwareOptions options;
  private final ModelFile models;
  private final Transport transport;
  private final Time time;
  private final Downloads downloads;

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    var options = new RunwareOptions(settings.id(), settings.address(RunwareOptions.HOME), outside.imageTimeout(),
        outside.answerMax(), outside.agent());
    var models = ModelFile.read("runware.json", settings);
    return new RunwareProvider(options, models, outside.transport(), outside.fetcher(), outside.time());
  }

  /** {@code fetcher} gets the links, which are of hosts made for them. */
  RunwareProvider(RunwareOptions options, ModelFile models, Transport transport, Fetcher fetcher, Time time) {
    this.options = options;
    this.models = models;
    this.transport = transport;
    this.time = time;
    // links need no key (docs), so none is sent along
    downloads = new Downloads(options.id(), options.base(), link -> Downloads.sameHost(options.base(), link),
        link -> List.of(), transport, fetcher, time, options.answerMax(), options.within());
  }

  @Override
  public String id() {
    return options.id();
  }

  @Override
  public List<Model> models() {
    return models.models();
  }

  private RunwareWire wire(Credential credential) {
    return new RunwareWire(options, transport, time, credential);
  }

  private Model model(Task task) {
    return models.model(task.model()).orElseThrow(() -> new GatewayException(
        new Failure.Missing("model_not_found", "The model '" + task.model() + "' is not one of " + id() + "'s.")));
  }

  private RunwareRequest request(Task task) {
    return new RunwareRequest(task, model(task), models.wire(task.model()));
  }

  private static RunwareHandle handle(Task task, RunwareRequest request, String tag) {
    return new RunwareHandle(tag, task.count(), request.type().extension());
  }

  // ---- start ------------------------------------------------------------------------------------------------------

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    var request = request(task);
    request.check();
    var wire = wire(credential);
    var pictures = new RunwareInputs(wire, progress).hand(task);
    progress.report(0, "sent to " + id());
    var heard = wire.submit(request.json(progress.tag(), pictures), progress.tag());
    var answer = RunwareAnswer.read(heard, progress.tag());
    var handle = handle(task, request, progress.tag());
    if (answer.pending() > 0 || answer.alreadyAccepted()) return handle.waiting();
    if (answer.results().isEmpty()) throw wire.rejected(heard, answer);
    return settled(handle, answer, wire.failures());
  }

  // ---- resume -----------------------------------------------------------------------------------------------------

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    if (Finished.is(handle)) return downloads.by(credential).fetch(Finished.of(handle), progress);
    var waiting = RunwareHandle.of(handle);
    var wire = wire(credential);
    var answer = wire.status(waiting.task());
    if (over(answer, waiting, progress)) return settled(waiting, answer, wire.failures());
    if (answer.doubtful()) return doubted(waiting.doubtedOnceMore(), answer, wire.failures(), progress);
    progress.report(percent(answer), words(answer, waiting));
    return waiting.certain().waiting();
  }

  /**
   * All results are there, or it is said why some will never be and nothing is being made any more. A poll tells the
   * whole state of the task each time.
   */
  private static boolean over(RunwareAnswer answer, RunwareHandle handle, Progress progress) {
    boolean failed = answer.verdict().isPresent() && answer.pending() == 0;
    return answer.results().size() >= handle.count() || failed || !answer.results().isEmpty() && progress.last();
  }

  /** Only what Runware says itself: the engine gives up work that was at more than nothing and stands still. */
  private static int percent(RunwareAnswer answer) {
    return answer.progress() * 85 / 100;
  }

  private String words(RunwareAnswer answer, RunwareHandle handle) {
    var some = answer.results().isEmpty() ? "" : ", " + answer.results().size() + " of " + handle.count() + " done";
    return "working at " + id() + some;
  }

  /** It was accepted, so it is not to be given up for an answer or two. */
  private Step doubted(RunwareHandle handle, RunwareAnswer answer, RunwareFailures failures, Progress progress) {
    var words = id() + (answer.absent() ? " does not know the task any more" : " tells of errors");
    if (handle.doubts() >= LOST_AFTER) {
      if (answer.absent()) throw new GatewayException(new Failure.WorkFailed(words));
      return settled(handle, answer, failures);
    }
    progress.report(0, words + ", it is asked again");
    return handle.waiting();
  }

  /** Hands over the links of what came. @throws GatewayException if nothing did */
  private static Step settled(RunwareHandle handle, RunwareAnswer answer, RunwareFailures failures) {
    var good = answer.results().stream().filter(r -> !r.flagged()).map(RunwareAnswer.Result::link).toList();
    var why = answer.verdict().or(() -> answer.complaints().stream().findFirst()).map(failures::verdict);
    boolean flagged = good.size() < answer.results().size();
    var missing = why.or(() -> flagged ? Optional.of(failures.flagged()) : Optional.empty())
        .orElseGet(() -> failures.fewer(good.size(), handle.count()));
    if (good.isEmpty()) throw new GatewayException(missing);
    var shortfall = good.size() < handle.count() ? Optional.of(missing) : Optional.<Failure>empty();
    return Finished.links(good, handle.extension(), usage(answer), shortfall).waiting();
  }

  /** What was charged, flagged results included; a sum of some of the costs would pass for the whole. */
  private static Usage usage(RunwareAnswer answer) {
    var costs = answer.results().stream().flatMap(r -> r.cost().stream()).toList();
    if (costs.size() < answer.results().size()) return Usage.NONE;
    return Usage.charged(costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  // ---- doubt ------------------------------------------------------------------------------------------------------

  /**
   * Asks until Runware knows the task, or has said often enough that it does not. What a second submit with the same id
   * would do is not documented, so there is none; and a task that runs synchronously is known only afterwards, so of
   * such a one nothing can be proven. Nor of one that was sent long ago, when a process comes back after hours.
   */
  @Override
  public Optional<Step> find(Task task, Credential credential, Progress progress) throws InterruptedException {
    var request = request(task);
    var wire = wire(credential);
    var unclear = new GatewayException(new Failure.OutcomeUnknown(id() + " does not tell whether it took the task"));
    int absent = 0;
    for (var pause : GRACE) {
      time.sleep(pause);
      try {
        var answer = wire.status(progress.tag());
        if (!answer.absent() && !answer.empty()) return Optional.of(handle(task, request, progress.tag()).waiting());
        absent = answer.neverTaken() ? absent + 1 : 0;
      } catch (GatewayException e) {
        unclear = e;
        absent = 0;
      }
    }
    boolean recent = Duration.between(progress.sent(), time.instant()).abs().compareTo(KEPT) < 0;
    if (absent < STABLE || request.sync() || !recent) throw unclear;
    return Optional.empty();
  }

  // ---- money ------------------------------------------------------------------------------------------------------

  @Override
  public Funds funds(Credential credential) throws InterruptedException {
    var wire = wire(credential);
    var id = UUID.randomUUID().toString();
    var heard = wire.ask(new JsonObject().add("taskType", "accountManagement").add("taskUUID", id)
        .add("operation", "getDetails"));
    // an object in current answers, a plain number in older ones
    var details = heard.object().stream().flatMap(b -> b.list("data", f -> f).stream()).findFirst();
    var amount = details.flatMap(d -> d.optObject("balance").flatMap(b -> b.optDecimal("amount"))
        .or(() -> d.optDecimal("balance")));
    var unit = details.flatMap(d -> d.optObject("balance")).flatMap(b -> b.optText("currency")).orElse("USD");
    return new Funds(amount.orElseThrow(() -> wire.rejected(heard, RunwareAnswer.read(heard, id))), unit);
  }
}
