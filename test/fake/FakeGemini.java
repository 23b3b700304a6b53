package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Google's Gemini API on a real socket, with a ledger of what it would have charged for: generateContent, Interactions
 * and
 * files as Google's own address has them, and the {@code predict} and {@code predictLongRunning} of relays and of
 * Vertex. It
 * refuses what Google refuses (no key, no shape it knows, seconds as a bare number), and does on demand what {@link
 * #next}
 * says: {@link FakeGeminiAnswers} lists the words.
 */
public final class FakeGemini implements AutoCloseable {
  /** Work that was accepted; {@code words} is how it goes on. */
  public record Accepted(String model, JsonObject body, String key, String word) {}

  private static final Duration DROP = Duration.ofMillis(100);

  private final FakeUpstream upstream = new FakeUpstream();
  private final Queue<String> words = new ConcurrentLinkedQueue<>();
  private final Queue<Script> questions = new ConcurrentLinkedQueue<>();
  private final List<Accepted> ledger = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Queue<String>> works = new ConcurrentHashMap<>();
  private volatile boolean hasty;

  public FakeGemini() throws IOException {
    upstream.on("POST /*", this::post);
    upstream.on("GET /*", this::get);
  }

  /** What {@code base_url} is set to. */
  public URI base() {
    return upstream.uri("");
  }

  /** Scripts for the next submits, in order; afterwards all is well again. */
  public FakeGemini next(String... more) {
    words.addAll(List.of(more));
    return this;
  }

  /** The next question (a poll or a download) is answered so. */
  public FakeGemini nextQuestion(Script script) {
    questions.add(script);
    return this;
  }

  /** From now on work is done when it is asked about for the first time. */
  public FakeGemini hasty() {
    hasty = true;
    return this;
  }

  /** Everything that was sent to it. */
  public List<Sent> sent() {
    return upstream.sent();
  }

  /** How many requests that may buy something came in, refused ones included. */
  public int submits() {
    return (int) sent().stream().filter(FakeGemini::buys).count();
  }

  /** The submits that were accepted, in order. */
  public List<Accepted> ledger() {
    return List.copyOf(ledger);
  }

  @Override
  public void close() {
    upstream.close();
  }

  private static boolean buys(Sent sent) {
    boolean question = sent.path().endsWith("/cancel") || sent.path().endsWith(":fetchPredictOperation");
    return sent.method().equals("POST") && !question;
  }

  // ---- submits ----------------------------------------------------------------------------------------------------

  private Script post(Sent sent) {
    if (sent.header("x-goog-api-key").isEmpty()) return FakeGeminiAnswers.unregistered();
    if (sent.path().endsWith(":fetchPredictOperation")) {
      return question(FakeGeminiAnswers.text(body(sent), "operationName"), sent);
    }
    if (sent.path().endsWith("/cancel")) return cancel(sent);
    var word = Optional.ofNullable(words.poll()).orElse("");
    var trouble = FakeGeminiAnswers.trouble(word, sent);
    if (trouble.isPresent()) return trouble.get();
    var wrong = FakeGeminiAnswers.complaint(sent.path(), body(sent));
    if (wrong.isPresent()) return FakeGeminiAnswers.error(400, "INVALID_ARGUMENT", wrong.get());
    var model = sent.path().contains("/models/") ? sent.path().replaceAll(".*/models/|:.*", "")
        : FakeGeminiAnswers.text(body(sent), "model");
    ledger.add(new Accepted(model, body(sent), sent.header("idempotency-key").orElse(""), word));
    if (word.equals("drop")) return Script.raw("");
    if (word.equals("hang")) return Script.hang();
    return word.equals("drip") ? accepted(sent, model, "").dripping(1, DROP) : accepted(sent, model, word);
  }

  private Script accepted(Sent sent, String model, String word) {
    var path = sent.path();
    if (path.endsWith(":generateContent")) return FakeGeminiAnswers.content(word);
    if (path.endsWith(":predict")) return FakeGeminiAnswers.predictions(word, body(sent));
    if (path.endsWith(":predictLongRunning")) return begun(operation(path, model), "", word);
    if (path.endsWith("/interactions")) return begun("v1_Chd" + ledger.size() + "-_x", model, word);
    return FakeGeminiAnswers.error(404, "NOT_FOUND", "Not found.");
  }

  private String operation(String path, String model) {
    var id = "operations/op" + ledger.size();
    return path.contains("/publishers/") ? "projects/p/locations/us-central1/publishers/google/models/" + model + "/"
        + id
        : "models/" + model + "/" + id;
  }

  private Script begun(String id, String model, String word) {
    var work = new ArrayDeque<>(List.of("pending", word.isEmpty() ? "done" : word));
    if (hasty) work.removeFirst();
    if (word.startsWith("status=")) work.add("done");
    works.put(id, work);
    if (word.equals("unnamed")) return Script.json(200, "{}");
    return model.isEmpty() ? FakeGeminiAnswers.operation(id, "pending", base())
        : FakeGeminiAnswers.interaction(id, "pending", base());
  }

  // ---- questions --------------------------------------------------------------------------------------------------

  private Script get(Sent sent) {
    var scripted = questions.poll();
    if (scripted != null) return scripted;
    if (sent.path().startsWith("/elsewhere/")) return FakeGeminiAnswers.file();
    if (sent.header("x-goog-api-key").isEmpty()) return FakeGeminiAnswers.unregistered();
    if (sent.path().contains("/files/")) return file(sent);
    return question(sent.path().replaceFirst("/(px/)?v1(beta)?/(interactions/)?", ""), sent);
  }

  /** The second question finds it done, and so does every later one. */
  private Script question(String id, Sent sent) {
    var work = works.get(id);
    boolean interaction = sent.path().contains("/interactions/");
    if (work == null) return interaction ? FakeGeminiAnswers.unknownInteraction()
        : FakeGeminiAnswers.error(404, "NOT_FOUND", "Operation not found.");
    var stage = work.size() > 1 ? work.poll() : work.peek();
    return interaction ? FakeGeminiAnswers.interaction(id, stage, base())
        : FakeGeminiAnswers.operation(id, stage, base());
  }

  private Script file(Sent sent) {
    if (!sent.target().endsWith(":download?alt=media")) return Script.json(200,
        "{\"name\":\"files/k3x9q2\",\"state\":\"ACTIVE\"}");
    if (!sent.path().contains("/files/moved")) return FakeGeminiAnswers.file();
    return Script.empty(302, "Location: " + base() + "/download" + sent.target().replace("moved", "k3x9q2"));
  }

  private Script cancel(Sent sent) {
    var id = sent.path().replaceAll(".*/interactions/|/cancel", "");
    var work = works.get(id);
    if (work == null) return FakeGeminiAnswers.unknownInteraction();
    if (work.size() > 1) {
      work.clear();
      work.add("cancelled");
    }
    return FakeGeminiAnswers.interaction(id, work.peek(), base());
  }

  private static JsonObject body(Sent sent) {
    JsonValue json = Json.parse(sent.text());
    return json.asObject();
  }
}
