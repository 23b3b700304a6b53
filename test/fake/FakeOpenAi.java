package fake;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Time;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The OpenAI Images API on a real socket, with a ledger of every submit it accepted: what it would have charged for. It
 * refuses what OpenAI refuses, and misbehaves on demand, by {@link #next} or by a mark in the prompt: {@link
 * FakeOpenAiScript} lists the words. It never joins two submits with one idempotency key, just as OpenAI does not.
 *
 * <p>It is also a program: {@code java -cp ... fake.FakeOpenAi --port 9100 --delay-ms 20}. Then {@code GET /__ledger}
 * answers the ledger ({@code ?count} only its length), {@code POST /__next} takes scripts, one per line, {@code POST
 * /__release} lets the hanging answers go, {@code POST /__clear} empties the ledger.
 */
public final class FakeOpenAi implements AutoCloseable {
  public static final String ALL = "all keys";

  /** One accepted submit. */
  public record Accepted(String key, String path, String model, String prompt, int count, boolean fresh) {
    JsonObject toJson() {
      return new JsonObject().add("idempotency_key", key).add("path", path).add("model", model).add("prompt", prompt)
          .add("n", count).add("fresh_connection", fresh);
    }
  }

  /** {@code keep}: remember whole requests for {@link #seen}; {@code delayMs}: every picture takes that long. */
  public record Settings(int port, long delayMs, boolean keep) {}

  private final Settings settings;
  private final Door door;
  private final Queue<Accepted> ledger = new ConcurrentLinkedQueue<>();
  private final Queue<FakeOpenAiExchange.Request> seen = new ConcurrentLinkedQueue<>();
  private final Queue<FakeOpenAiScript> scripts = new ConcurrentLinkedQueue<>();
  private final Queue<FakeOpenAiScript> downloads = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> busy = new ConcurrentHashMap<>();
  private final Map<String, Integer> peaks = new ConcurrentHashMap<>();
  private volatile CountDownLatch hanging = new CountDownLatch(1);

  public FakeOpenAi() throws IOException {
    this(new Settings(0, 0, true));
  }

  public FakeOpenAi(Settings settings) throws IOException {
    this.settings = settings;
    door = Door.at(settings.port, "fake-openai", this::serve);
  }

  /** What an OpenAI client is given as its base URL. */
  public URI base() {
    return root().resolve("/v1");
  }

  URI root() {
    return URI.create("http://127.0.0.1:" + door.port());
  }

  /** Scripts for the next submits, in order; afterwards all is well again. */
  public FakeOpenAi next(String... words) {
    for (var w : words) scripts.add(FakeOpenAiScript.of(w));
    return this;
  }

  /** The next submit gets exactly this answer, and is not in the ledger; headers as {@code Name: value}. */
  public FakeOpenAi nextAnswer(int status, String type, String body, String... headers) {
    scripts.add(FakeOpenAiScript.answer(status, type, body, List.of(headers)));
    return this;
  }

  /** The next download of a result gets exactly this answer. */
  public FakeOpenAi nextDownload(int status, String type, String body, String... headers) {
    downloads.add(FakeOpenAiScript.answer(status, type, body, List.of(headers)));
    return this;
  }

  /** The submits that were accepted, in order. */
  public List<Accepted> ledger() {
    return List.copyOf(ledger);
  }

  /** Every request, downloads included, in order. */
  public List<FakeOpenAiExchange.Request> seen() {
    return List.copyOf(seen);
  }

  /** Lets every answer that hangs go on. */
  public void release() {
    var released = hanging;
    hanging = new CountDownLatch(1);
    released.countDown();
  }

  /** Connections that are open now. */
  public int connections() {
    return door.callers();
  }

  @Override
  public void close() {
    release();
    door.close();
  }

  private void serve(Socket socket) throws IOException, InterruptedException {
    var exchange = new FakeOpenAiExchange(socket);
    while (exchange.read()) {
      answer(exchange);
      if (!exchange.keptAlive()) break;
    }
  }

  private void answer(FakeOpenAiExchange exchange) throws IOException, InterruptedException {
    var request = exchange.request();
    if (settings.keep) seen.add(request);
    switch (request.method() + " " + request.path()) {
      case "POST /v1/images/generations", "POST /v1/images/edits" -> submit(exchange);
      case "GET /v1/models" -> exchange.json(200, new JsonObject().add("object", "list").add("data", models()));
      case "GET /__ledger" -> exchange.json(200, ledgerJson(request.target().endsWith("?count")));
      case "POST /__next" -> control(exchange, () -> next(request.text().strip().split("\n")));
      case "POST /__release" -> control(exchange, this::release);
      case "POST /__clear" -> control(exchange, ledger::clear);
      default -> file(exchange);
    }
  }

  private static void control(FakeOpenAiExchange exchange, Runnable action) throws IOException {
    action.run();
    exchange.json(200, new JsonObject().add("ok", true));
  }

  private JsonObject ledgerJson(boolean countOnly) {
    var all = ledger();
    var json = new JsonObject().add("count", all.size());
    if (countOnly) return json;
    var entries = new JsonArray();
    all.forEach(a -> entries.add(a.toJson()));
    return json.add("accepted", entries);
  }

  private static JsonArray models() {
    var list = new JsonArray();
    for (var id : List.of("gpt-image-2", "gpt-image-1.5")) {
      list.add(new JsonObject().add("id", id).add("object", "model").add("created", 1_776_729_600)
          .add("owned_by", "system"));
    }
    return list;
  }

  /** Result links: {@code /files/NUMBER.png}; a name with {@code gone} is not there any more. */
  private void file(FakeOpenAiExchange exchange) throws IOException {
    var path = exchange.request().path();
    var scripted = Optional.ofNullable(path.startsWith("/files/") ? downloads.poll() : null);
    if (scripted.isPresent()) scripted.get().refuses(exchange);
    else if (path.startsWith("/files/") && !path.contains("gone")) {
      int index = path.charAt("/files/".length()) - '0';
      exchange.send(200, "image/png", FakeOpenAiPicture.png(1024, 1024, index));
    } else {
      exchange.error(404, "invalid_request_error", null, null,
          "Invalid URL (" + exchange.request().method() + " " + path + ")");
    }
  }

  private void submit(FakeOpenAiExchange exchange) throws IOException, InterruptedException {
    var order = FakeOpenAiOrder.of(exchange.request());
    var queued = Optional.ofNullable(scripts.poll());
    var script = queued.orElseGet(() -> FakeOpenAiScript.marks(order.text("prompt")));
    if (script.refuses(exchange)) return;
    if (order.refused(exchange)) return;
    ledger.add(new Accepted(exchange.request().header("idempotency-key").orElse(""), exchange.request().path(),
        order.text("model"), order.text("prompt"), order.count(), exchange.fresh()));
    var key = exchange.request().header("authorization").orElse("");
    begun(key);
    begun(ALL);
    try {
      long wait = settings.delayMs + script.slow();
      if (wait > 0) Time.system().sleep(Duration.ofMillis(wait));
      if (script.has("hang")) hanging.await();
    } finally {
      // Before the answer: whoever has that may send the next.
      busy.merge(key, -1, Integer::sum);
      busy.merge(ALL, -1, Integer::sum);
    }
    script.answer(exchange, order, root());
  }

  private void begun(String key) {
    peaks.merge(key, busy.merge(key, 1, Integer::sum), Math::max);
  }

  /**
   * The most submits that were worked on at once, by the header {@code Authorization}; by {@link #ALL}, of all keys.
   */
  public Map<String, Integer> peaks() {
    return Map.copyOf(peaks);
  }

  public static void main(String[] args) throws Exception {
    int port = 0;
    long delay = 0;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--port" -> port = Integer.parseInt(args[i + 1]);
        case "--delay-ms" -> delay = Long.parseLong(args[i + 1]);
        default -> throw new IllegalArgumentException(args[i] + " is not --port or --delay-ms");
      }
    }
    var fake = new FakeOpenAi(new Settings(port, delay, false));
    System.out.println("ready " + fake.base());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
