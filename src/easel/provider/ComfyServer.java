package easel.provider;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Media;
import easel.core.Time;
import easel.upstream.Call;
import easel.upstream.LiveSocket;
import easel.upstream.Sockets;
import easel.upstream.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One server, asked with one credential. Server API of ComfyUI 0.3.64, and what is the same in 0.35. */
final class ComfyServer {
  /** A prompt where the server has it. */
  sealed interface State {}

  /** It ended, well or not. {@code entry} is its page in the history. */
  record Over(Fields entry) implements State {}

  record Running() implements State {}

  /** {@code ahead}: how many come first, the running one among them. */
  record Pending(int ahead) implements State {}

  /** Neither in the queue nor in the history: both are in memory alone. */
  record Unknown() implements State {}

  /** The whole queue has all workflows in it. */
  private static final long QUEUE_MAX = 64 << 20;
  private static final int MESSAGE_MAX = 8 << 20;
  /** ComfyUI answers questions on the thread that also loads models. */
  private static final Duration QUESTION = Duration.ofSeconds(20);
  private static final Duration GLANCE = Duration.ofSeconds(5);
  /** Frames of a preview then say whose they are; must be the first that is said. */
  private static final String FEATURES = new JsonObject().add("type", "feature_flags")
      .add("data", new JsonObject().add("supports_preview_metadata", true)).toString();

  private final URI base;
  private final ComfyOptions options;
  private final Credential credential;
  private final Exchange exchange;
  private final Sockets sockets;
  private final ComfyFailures failures;
  private final Time time;

  ComfyServer(URI base, ComfyOptions options, Credential credential, Transport transport, Sockets sockets, Time time) {
    this.base = base;
    this.options = options;
    this.credential = credential;
    this.exchange = new Exchange(options.id(), transport, options.within(), options.agent());
    this.sockets = sockets;
    this.failures = new ComfyFailures(options.id(), credential.secret());
    this.time = time;
  }

  URI base() {
    return base;
  }

  ComfyFailures failures() {
    return failures;
  }

  /** An address below the base URL, which may have a path of its own. */
  URI at(String path) {
    var text = base.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }

  List<Call.Header> headers() {
    var headers = new ArrayList<Call.Header>();
    headers.add(new Call.Header("User-Agent", options.agent()));
    if (!credential.secret().isEmpty()) headers.add(new Call.Header("Authorization", "Bearer " + credential.secret().reveal()));
    return headers;
  }

  /** How many prompts it has before it, running ones included. */
  int load() throws InterruptedException {
    return ask("/prompt", GLANCE, QUEUE_MAX).object("exec_info").integer("queue_remaining", 0, 0, Integer.MAX_VALUE);
  }

  /** Puts a picture among the server's inputs; answers the name it has there. */
  String upload(Media picture, String name) throws InterruptedException {
    var form = new Call.Form(List.of(new Call.TextPart("type", "input"), new Call.TextPart("subfolder", "easel"),
        new Call.TextPart("overwrite", "true"), new Call.FilePart("image", name, picture.type().mime(), picture.file())));
    var answer = exchange.send(with(exchange.post(at("/upload/image"), form)).carryingMedia());
    if (!answer.good()) throw new GatewayException(failures.of(answer, time.instant()));
    var stored = answer.object().orElseThrow(() -> new GatewayException(failures.broken(answer.status(), "no file name")));
    var folder = stored.text("subfolder", "");
    var file = stored.optText("name").orElseThrow(() -> new GatewayException(failures.broken(answer.status(), "no file name")));
    return folder.isEmpty() ? file : folder + "/" + file;
  }

  /** Queues a prompt: the one call that sets a machine to work. */
  Exchange.Answer submit(JsonObject body, String tag) throws InterruptedException {
    return exchange.send(with(exchange.submit(at("/prompt"), body)).with("Idempotency-Key", tag));
  }

  /**
   * Where a prompt is. The history comes first: what ends between the two questions is then in neither, and asked for
   * again.
   */
  State state(String prompt) throws InterruptedException {
    var entry = entry(prompt);
    return entry.isPresent() ? new Over(entry.get()) : queued(prompt);
  }

  private Optional<Fields> entry(String prompt) throws InterruptedException {
    return ask("/history/" + prompt, QUESTION, QUEUE_MAX).optObject(prompt);
  }

  State queued(String prompt) throws InterruptedException {
    var queue = ask("/queue", QUESTION, QUEUE_MAX);
    var running = queue.rows("queue_running");
    if (running.stream().anyMatch(r -> is(r, prompt))) return new Running();
    var pending = queue.rows("queue_pending");
    var ours = pending.stream().filter(r -> is(r, prompt)).findFirst();
    if (ours.isEmpty()) return new Unknown();
    // the list is a heap: its order says nothing, the numbers do
    double number = ours.get().optNumber("0").orElse(0.0);
    long before = pending.stream().filter(r -> r.optNumber("0").orElse(0.0) < number).count();
    return new Pending((int) before + running.size());
  }

  private static boolean is(Fields row, String prompt) {
    return row.text("1", "").equals(prompt);
  }

  /** Takes a prompt out of the queue, or stops it while it runs; true if there was something to stop. */
  boolean stop(String prompt) throws InterruptedException {
    if (queued(prompt) instanceof Unknown) return false;
    tell("/queue", new JsonObject().add("delete", new JsonArray().add(prompt)));
    // older servers stop whatever runs, so they are told only where that is ours
    if (queued(prompt) instanceof Running) tell("/interrupt", new JsonObject().add("prompt_id", prompt));
    return true;
  }

  /** Listens as that client. */
  LiveSocket listen(String client) throws InterruptedException {
    var live = sockets.open(with(Call.get(at("/ws?clientId=" + client), GLANCE, MESSAGE_MAX)));
    live.send(FEATURES, GLANCE);
    return live;
  }

  private void tell(String path, JsonObject body) throws InterruptedException {
    var answer = exchange.send(with(exchange.post(at(path), body)));
    if (!answer.good()) throw new GatewayException(failures.of(answer, time.instant()));
  }

  private Fields ask(String path, Duration patience, long max) throws InterruptedException {
    var within = patience.compareTo(options.within()) < 0 ? patience : options.within();
    var answer = exchange.send(with(Call.get(at(path), within, max).with("User-Agent", options.agent())));
    if (!answer.good()) throw new GatewayException(failures.of(answer, time.instant()));
    return answer.object().orElseThrow(() -> new GatewayException(failures.broken(answer.status(), "something that is not JSON")));
  }

  private Call with(Call call) {
    return Exchange.bearer(call, credential);
  }
}
