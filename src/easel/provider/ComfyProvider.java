package easel.provider;

import easel.core.Cancelling;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.Model;
import easel.core.Progress;
import easel.core.Provider;
import easel.core.Reconciling;
import easel.core.Step;
import easel.core.Task;
import easel.core.Time;
import easel.upstream.Sockets;
import easel.upstream.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Workflows on ComfyUI servers of one's own. Nothing here costs money; the rules are kept all the same, because a
 * second run of a video is an hour of somebody's graphics card.
 *
 * <p>Our tag is the prompt's id, so that work is found again whose answer was lost. Queue and history are in the
 * server's memory alone: what is in neither of them, twice in a row, went with a restart.
 */
final class ComfyProvider implements Provider, Reconciling, Cancelling {
  private static final Duration FAR_BACK = Duration.ofSeconds(10);

  private final ComfyOptions options;
  private final ComfyWorkflows workflows;
  private final Transport transport;
  private final Sockets sockets;
  private final Fetcher fetcher;
  private final Time time;
  private final AtomicInteger turn = new AtomicInteger();

  static Provider make(ProviderSettings settings, Providers.Outside outside) {
    settings.address();
    var options = new ComfyOptions(settings.id(), settings.baseUrls(), outside.imageTimeout(), outside.answerMax(),
        outside.agent(), ComfyOptions.Pace.USUAL);
    return new ComfyProvider(options, ComfyWorkflows.read(settings), outside.transport(), outside.sockets(),
        outside.fetcher(), outside.time());
  }

  ComfyProvider(ComfyOptions options, ComfyWorkflows workflows, Transport transport, Sockets sockets, Fetcher fetcher, Time time) {
    this.options = options;
    this.workflows = workflows;
    this.transport = transport;
    this.sockets = sockets;
    this.fetcher = fetcher;
    this.time = time;
  }

  @Override
  public String id() {
    return options.id();
  }

  @Override
  public List<Model> models() {
    return workflows.models(options.id());
  }

  // ---- start --------------------------------------------------------------------------------------------------------

  @Override
  public Step start(Task task, Credential credential, Progress progress) throws InterruptedException {
    var workflow = workflow(task);
    var request = new ComfyRequest(workflow, task);
    request.check();
    var failures = failures(credential);
    ComfyServer server;
    Map<String, String> uploaded;
    try {
      server = leastBusy(credential);
      uploaded = upload(workflow, request, server, progress.tag());
    } catch (GatewayException e) {
      throw new GatewayException(failures.before(e.failure()), e);
    }
    progress.report(0, "sent to " + options.id());
    var answer = server.submit(request.body(progress.tag(), uploaded), progress.tag());
    if (!answer.good()) throw new GatewayException(failures.submit(answer, request, time.instant()));
    return accepted(answer, workflow, request, server, progress.tag());
  }

  private ComfyWorkflow workflow(Task task) {
    return workflows.workflow(task.model()).orElseThrow(() -> new GatewayException(
        new Failure.Missing("model_not_found", options.id() + " has no workflow " + task.model())));
  }

  private ComfyFailures failures(Credential credential) {
    return new ComfyFailures(options.id(), credential.secret());
  }

  private ComfyServer server(URI base, Credential credential) {
    return new ComfyServer(base, options, credential, transport, sockets, time);
  }

  /** The servers, each time beginning with another one. */
  private List<ComfyServer> servers(Credential credential) {
    var servers = new ArrayList<ComfyServer>();
    int first = Math.floorMod(turn.getAndIncrement(), options.servers().size());
    for (int i = 0; i < options.servers().size(); i++) {
      servers.add(server(options.servers().get((first + i) % options.servers().size()), credential));
    }
    return servers;
  }

  /** One with the shortest queue, in turn where several have; those that do not answer are left out. */
  private ComfyServer leastBusy(Credential credential) throws InterruptedException {
    var servers = servers(credential);
    if (servers.size() == 1) return servers.getFirst();
    record Busy(ComfyServer server, int load) {}
    var busy = new ArrayList<Busy>();
    var deaf = new ArrayList<GatewayException>();
    for (var server : servers) {
      try {
        busy.add(new Busy(server, server.load()));
      } catch (GatewayException e) {
        deaf.add(e);
      }
    }
    return busy.stream().min(Comparator.comparingInt(Busy::load)).map(Busy::server).orElseThrow(deaf::getFirst);
  }

  private static Map<String, String> upload(ComfyWorkflow workflow, ComfyRequest request, ComfyServer server, String tag)
      throws InterruptedException {
    var wanted = new HashMap<String, Media>();
    var pictures = request.pictures();
    for (int i = 0; i < workflow.pictures().size(); i++) wanted.put(workflow.pictures().get(i), pictures.get(i));
    request.mask().ifPresent(m -> wanted.put("mask", m));
    var names = new HashMap<String, String>();
    for (var input : wanted.entrySet()) {
      var name = tag + "-" + input.getKey() + "." + input.getValue().type().extension();
      names.put(input.getKey(), server.upload(input.getValue(), name));
    }
    return names;
  }

  /** A 200 that names nodes has dropped what depends on them; where that is all we want, nothing is to run at all. */
  private Step accepted(Exchange.Answer answer, ComfyWorkflow workflow, ComfyRequest request, ComfyServer server, String tag)
      throws InterruptedException {
    var body = answer.object();
    var prompt = body.flatMap(b -> b.optText("prompt_id"));
    var failures = server.failures();
    if (prompt.isEmpty()) throw new GatewayException(failures.broken(answer.status(), "no prompt_id"));
    var errors = failures.nodeErrors(body.get());
    var dropped = new HashSet<String>();
    errors.forEach(e -> dropped.addAll(e.outputs()));
    var left = workflow.outputs().stream().filter(o -> !dropped.contains(o)).toList();
    if (left.isEmpty()) {
      giveUp(server, prompt.get());
      throw new GatewayException(failures.rejected(errors, request));
    }
    return work(server, prompt.get(), tag, workflow, request.task(), left).waiting(Duration.ZERO);
  }

  private static void giveUp(ComfyServer server, String prompt) throws InterruptedException {
    try {
      server.stop(prompt);
    } catch (GatewayException e) {
      // what is left of it runs for nobody, and costs nothing
      return;
    }
  }

  private static ComfyWork work(ComfyServer server, String prompt, String client, ComfyWorkflow workflow, Task task, List<String> outputs) {
    int partials = task instanceof Task.Image image ? image.partials() : 0;
    return new ComfyWork(server.base(), prompt, client, outputs, workflow.capability().kind(), task.count(), partials, 0, 0);
  }

  // ---- resume -------------------------------------------------------------------------------------------------------

  @Override
  public Step resume(String handle, Credential credential, Progress progress) throws InterruptedException {
    if (Finished.is(handle)) return downloads(credential).by(credential).fetch(Finished.of(handle), progress);
    var work = ComfyWork.of(handle);
    try {
      return follow(server(known(work), credential), work, progress);
    } catch (GatewayException e) {
      throw new GatewayException(failures(credential).after(e.failure()), e);
    }
  }

  /** A server that is no longer configured is not sent the key. */
  private URI known(ComfyWork work) {
    if (options.ours(work.server())) return work.server();
    throw new GatewayException(new Failure.UpstreamBroken(0, work.server().getHost() + " is no longer a server of " + options.id()));
  }

  private Step follow(ComfyServer server, ComfyWork work, Progress progress) throws InterruptedException {
    var state = server.state(work.prompt());
    if (state instanceof ComfyServer.Unknown) {
      time.sleep(options.pace().poll());
      state = server.state(work.prompt());
    }
    return switch (state) {
      case ComfyServer.Over over -> finished(over, server, work);
      case ComfyServer.Unknown unknown -> throw new GatewayException(new Failure.WorkFailed(options.id()
          + " has forgotten the work: the server was restarted, or somebody removed it", true));
      case ComfyServer.Pending pending -> {
        progress.report(work.percent(), "queued at " + options.id() + ", " + pending.ahead() + " ahead");
        yield pending.ahead() > 1 && !progress.last() ? work.waiting(later(pending)) : watch(server, work, progress);
      }
      case ComfyServer.Running running -> {
        if (work.percent() == 0) progress.report(0, "running at " + options.id());
        yield watch(server, work, progress);
      }
    };
  }

  /** A whole queue that is asked about by all who are in it would be the server's main work. */
  private Duration later(ComfyServer.Pending pending) {
    var after = options.pace().poll().multipliedBy(pending.ahead());
    return after.compareTo(FAR_BACK) < 0 ? after : FAR_BACK;
  }

  private Step watch(ComfyServer server, ComfyWork work, Progress progress) throws InterruptedException {
    if (progress.last()) return work.waiting(Duration.ZERO);
    try (var watch = new ComfyWatch(server, time, options.pace())) {
      var seen = watch.watch(work, progress);
      return seen.state() instanceof ComfyServer.Over over ? finished(over, server, seen.work()) : seen.work().waiting(Duration.ZERO);
    }
  }

  private Step finished(ComfyServer.Over over, ComfyServer server, ComfyWork work) {
    return new ComfyResults(server).read(over.entry(), work).waiting();
  }

  private Downloads downloads(Credential credential) {
    var first = server(options.servers().getFirst(), credential);
    return new Downloads(options.id(), first.base(), options::ours, link -> first.headers(), transport, fetcher, time,
        options.answerMax(), options.within());
  }

  // ---- doubt and cancel ---------------------------------------------------------------------------------------------

  @Override
  public Optional<Step> find(Task task, Credential credential, Progress progress) throws InterruptedException {
    var workflow = workflow(task);
    var server = holder(credential, progress.tag());
    if (server.isEmpty()) {
      // the submit may still be on its way into a server that is busy loading a model
      time.sleep(options.pace().poll());
      server = holder(credential, progress.tag());
    }
    return server.map(s -> work(s, progress.tag(), progress.tag(), workflow, task, workflow.outputs()).waiting(Duration.ZERO));
  }

  /** The server that knows the prompt; empty only if every one of them says that it does not. */
  private Optional<ComfyServer> holder(Credential credential, String prompt) throws InterruptedException {
    var deaf = new ArrayList<GatewayException>();
    for (var server : servers(credential)) {
      try {
        if (!(server.state(prompt) instanceof ComfyServer.Unknown)) return Optional.of(server);
      } catch (GatewayException e) {
        deaf.add(e);
      }
    }
    if (deaf.isEmpty()) return Optional.empty();
    throw new GatewayException(new Failure.OutcomeUnknown("not every server of " + options.id() + " says whether it has the work: "
        + deaf.getFirst().failure().message()), deaf.getFirst());
  }

  @Override
  public boolean cancel(String handle, Credential credential) throws InterruptedException {
    if (Finished.is(handle)) return false;
    var work = ComfyWork.of(handle);
    return server(known(work), credential).stop(work.prompt());
  }
}
