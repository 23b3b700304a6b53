package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A ComfyUI on a real socket: HTTP, WebSocket, one worker, queue and history in memory, and a ledger of every prompt it
 * was sent. It refuses what ComfyUI refuses ({@link FakeComfyGraph}) and misbehaves on demand ({@link #next}).
 */
public final class FakeComfy implements AutoCloseable {
  /** One prompt as it was sent. */
  public record Submit(String prompt, String client, JsonObject graph, Optional<String> key) {}

  private static final int DROP_MS = 100;

  private final Door door;
  private final Queue<String> scripts = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> questions = new ConcurrentLinkedQueue<>();
  private final List<Submit> submits = new CopyOnWriteArrayList<>();
  private final List<FakeOpenAiExchange.Request> seen = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> inputs = new ConcurrentHashMap<>();
  private final List<FakeComfyLine> lines = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final FakeComfyWorker worker;
  private volatile String key = "";
  private volatile boolean newer;
  private volatile boolean sockets = true;
  private volatile int lateHistory;
  private volatile int load;

  public FakeComfy() throws IOException {
    worker = new FakeComfyWorker();
    door = Door.at(0, "fake-comfy", this::serve);
    door.start(worker::run);
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + door.port());
  }

  /** Every submit that was read, refused ones included. */
  public List<Submit> submits() {
    return List.copyOf(submits);
  }

  public List<FakeOpenAiExchange.Request> seen() {
    return List.copyOf(seen);
  }

  /** Requests of a route such as {@code "GET /queue"}. */
  public long seen(String route) {
    return seen.stream().filter(r -> (r.method() + " " + r.path()).equals(route)).count();
  }

  /** Uploaded files by {@code subfolder/name}. */
  public Map<String, byte[]> inputs() {
    return Map.copyOf(inputs);
  }

  /** Every WebSocket so far. */
  public List<FakeComfyLine> lines() {
    return List.copyOf(lines);
  }

  /**
   * How the next submit is dealt with: {@code 401 402 403 404 413 500}, {@code 429=SECONDS}, {@code drop}, {@code
   * hang}, {@code html}, {@code empty}; {@code reject=NAME} with a recorded answer; accepted, then: {@code play=NAME}
   * as it was recorded, {@code lose} (the answer is), {@code muddle} (it is no JSON), {@code drip} (it does), {@code
   * fail}, {@code stay} (runs until it is stopped), {@code dropped} (200, the outputs refused).
   */
  public FakeComfy next(String script) {
    scripts.add(script);
    return this;
  }

  /** The next question after work is answered with this status. */
  public FakeComfy nextQuestion(int status) {
    questions.add(status);
    return this;
  }

  /** Stands for the key of a proxy before it. */
  public FakeComfy withKey(String bearer) {
    key = bearer;
    return this;
  }

  /** As servers since late 2025 are: ids must be UUIDs. */
  public FakeComfy newer() {
    newer = true;
    return this;
  }

  /** As behind a proxy that lets no WebSocket through. */
  public FakeComfy withoutSockets() {
    sockets = false;
    worker.hold(0);
    return this;
  }

  /** So many questions about ended work find nothing yet. */
  public FakeComfy lateHistory(int count) {
    lateHistory = count;
    return this;
  }

  /** Pretends to have so much more to do. */
  public FakeComfy load(int prompts) {
    load = prompts;
    return this;
  }

  public FakeComfyWorker worker() {
    return worker;
  }

  /** Loses queue, history and lines, as a restart does. */
  public void restart() throws IOException {
    worker.forget();
    for (var line : lines) line.cut();
  }

  @Override
  public void close() {
    closing.countDown();
    worker.close();
    door.close();
  }

  private void serve(Socket socket) throws IOException, InterruptedException {
    var exchange = new FakeOpenAiExchange(socket);
    while (exchange.read()) {
      if (!answer(exchange, socket) || !exchange.keptAlive()) break;
    }
  }

  /** False where the connection ends. */
  private boolean answer(FakeOpenAiExchange exchange, Socket socket) throws IOException, InterruptedException {
    var request = exchange.request();
    seen.add(request);
    if (request.path().equals("/prompt") && request.method().equals("POST")) return submit(exchange);
    if (!key.isEmpty() && !request.header("authorization").equals(Optional.of("Bearer " + key))) {
      return send(exchange, 401, "{\"error\": \"bad " + request.header("authorization").orElse("none") + "\"}");
    }
    if (request.path().equals("/ws")) return live(exchange, socket);
    boolean about = request.path().startsWith("/history/") || request.path().equals("/view") || request.path().equals("/queue");
    if (about && !questions.isEmpty()) return send(exchange, questions.remove(), "busy");
    var route = request.method() + " " + request.path();
    return switch (route) {
      case "GET /prompt" -> send(exchange, 200, "{\"exec_info\": {\"queue_remaining\": " + (worker.load() + load) + "}}");
      case "GET /models" -> send(exchange, 200, "[\"checkpoints\", \"diffusion_models\"]");
      case "GET /queue" -> send(exchange, 200, worker.queue().toString());
      case "POST /queue" -> {
        for (var id : request.json().get("delete").asArray()) worker.delete(id.asString());
        yield send(exchange, 200, "");
      }
      case "POST /interrupt" -> {
        worker.interrupt(request.json().getString("prompt_id", ""));
        yield send(exchange, 200, "");
      }
      case "POST /upload/image" -> upload(exchange);
      case "GET /view" -> view(exchange);
      default -> request.path().startsWith("/history/") ? history(exchange) : send(exchange, 404, "");
    };
  }

  private static boolean send(FakeOpenAiExchange exchange, int status, String body, String... headers) throws IOException {
    exchange.send(status, "application/json; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), headers);
    return true;
  }

  private boolean submit(FakeOpenAiExchange exchange) throws IOException, InterruptedException {
    var request = exchange.request();
    var body = request.json();
    var prompt = body.getString("prompt_id", "made-by-the-server");
    var submit = new Submit(prompt, body.getString("client_id", ""), body.get("prompt").asObject(), request.header("idempotency-key"));
    submits.add(submit);
    var script = scripts.isEmpty() ? "" : scripts.remove();
    if (script.isEmpty() && !key.isEmpty() && !request.header("authorization").equals(Optional.of("Bearer " + key))) script = "401";
    if (script.startsWith("reject=")) {
      var rejection = FakeComfyRecording.rejection(script.substring("reject=".length()));
      return send(exchange, rejection.status(), rejection.body());
    }
    if (script.startsWith("429=")) return send(exchange, 429, "{\"message\": \"slow down\"}", "Retry-After: " + script.substring(4));
    if (script.matches("[0-9]{3}")) {
      var said = request.header("authorization").orElse("nobody");
      return script.equals("500") ? html(exchange, 500) : send(exchange, Integer.parseInt(script), "{\"error\": \"not for " + said + "\"}");
    }
    return switch (script) {
      case "html" -> html(exchange, 200);
      case "empty" -> send(exchange, 200, "{}");
      case "drop" -> {
        exchange.drop(false);
        yield false;
      }
      case "hang" -> {
        closing.await();
        yield false;
      }
      default -> checked(exchange, submit, script);
    };
  }

  private static boolean html(FakeOpenAiExchange exchange, int status) throws IOException {
    exchange.send(status, "text/html", "<html>Server got itself in trouble</html>".getBytes(StandardCharsets.UTF_8));
    return true;
  }

  private boolean checked(FakeOpenAiExchange exchange, Submit submit, String script) throws IOException, InterruptedException {
    if (newer && !submit.prompt.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      return send(exchange, 400, "{\"error\": {\"type\": \"invalid_prompt_id\", \"message\": \"prompt_id must be a UUID\", "
          + "\"details\": \"\", \"extra_info\": {}}, \"node_errors\": {}}");
    }
    boolean played = script.startsWith("play=");
    var complaint = played ? Optional.<JsonObject>empty() : new FakeComfyGraph(submit.graph).complaint(inputs.keySet());
    if (complaint.isPresent()) return send(exchange, 400, complaint.get().toString());
    var errors = script.equals("dropped") ? FakeComfyGraph.dropped(submit.graph) : new JsonObject();
    long number = worker.add(submit, script);
    if (script.equals("lose")) {
      exchange.drop(false);
      return false;
    }
    var answer = new JsonObject().add("prompt_id", submit.prompt).add("number", number).add("node_errors", errors).toString();
    if (script.equals("muddle")) return html(exchange, 200);
    return script.equals("drip") ? drip(exchange, answer) : send(exchange, 200, answer);
  }

  private boolean drip(FakeOpenAiExchange exchange, String answer) throws IOException, InterruptedException {
    var out = exchange.begin(200, "application/json", answer.length());
    for (byte b : answer.getBytes(StandardCharsets.UTF_8)) {
      if (closing.await(DROP_MS, TimeUnit.MILLISECONDS)) return false;
      out.write(b);
    }
    return true;
  }

  private boolean live(FakeOpenAiExchange exchange, Socket socket) throws IOException {
    if (!sockets) return send(exchange, 404, "");
    var line = new FakeComfyLine(socket, exchange.request().header("sec-websocket-key").orElseThrow());
    lines.add(line);
    worker.listen(query(exchange).get("clientId"), line);
    line.listen();
    worker.forget(line);
    return false;
  }

  private boolean history(FakeOpenAiExchange exchange) throws IOException {
    var id = exchange.request().path().substring("/history/".length());
    var entry = worker.entry(id);
    if (entry.isPresent() && lateHistory-- > 0) return send(exchange, 200, "{}");
    return send(exchange, 200, entry.map(e -> new JsonObject().add(id, e)).orElseGet(JsonObject::new).toString());
  }

  private boolean view(FakeOpenAiExchange exchange) throws IOException {
    var query = query(exchange);
    var file = worker.file(query.get("type") + "/" + query.get("subfolder") + "/" + query.get("filename"));
    if (file.isEmpty()) return send(exchange, 404, "");
    exchange.send(200, "application/octet-stream", file.get(), "Content-Disposition: filename=\"" + query.get("filename") + "\"");
    return true;
  }

  private boolean upload(FakeOpenAiExchange exchange) throws IOException {
    var form = new String(exchange.request().body(), StandardCharsets.ISO_8859_1);
    var folder = part(form, "subfolder");
    var name = form.replaceAll("(?s).*name=\"image\"; filename=\"([^\"]*)\".*", "$1");
    var file = form.replaceAll("(?s).*filename=\"[^\"]*\"\r\n[^\r]*\r\n\r\n(.*)\r\n--.*", "$1");
    inputs.put(folder + "/" + name, file.getBytes(StandardCharsets.ISO_8859_1));
    var answer = new JsonObject().add("name", name).add("subfolder", folder).add("type", "input");
    if (newer) answer.add("asset", new JsonObject().add("id", "a1").add("tags", new JsonArray()));
    return send(exchange, 200, answer.toString());
  }

  private static String part(String form, String name) {
    return form.replaceAll("(?s).*name=\"" + name + "\"\r\n\r\n([^\r]*)\r\n.*", "$1");
  }

  private static Map<String, String> query(FakeOpenAiExchange exchange) {
    var all = new HashMap<String, String>();
    var target = exchange.request().target();
    for (var pair : target.substring(target.indexOf('?') + 1).split("&")) {
      var parts = pair.split("=", 2);
      all.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
    }
    return all;
  }

  /** The graphs that were sent, as text. */
  public List<String> graphs() {
    var graphs = new ArrayList<String>();
    for (var submit : submits) graphs.add(submit.graph.toString());
    return graphs;
  }

  static JsonObject json(String text) {
    return Json.parse(text).asObject();
  }
}
