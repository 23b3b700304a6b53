package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Runware's REST API on a real socket: one address that takes lists of tasks. It refuses what Runware refuses (a body
 * that is no list, an id that is no UUID v4 or is in use), acknowledges asynchronous tasks and tells their whole state
 * at each question, remembers past tasks, and misbehaves when told to by {@link #next}, {@link #nextAccepted}, {@link
 * #nextPoll} and {@link #nextDownload}. Its ledger is {@link #accepted}.
 */
public final class FakeRunware implements AutoCloseable {
  private static final String V4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  /** What every video is. */
  public static final byte[] MP4 = FakeLeonardo.film();

  /** A task that was taken. */
  private static final class Work {
    final JsonObject task;
    int polls;

    Work(JsonObject task) {
      this.task = task;
    }
  }

  private final FakeUpstream upstream = new FakeUpstream();
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final Map<String, byte[]> uploads = new LinkedHashMap<>();
  private final List<JsonObject> submits = new CopyOnWriteArrayList<>();
  private final List<JsonObject> accepted = new CopyOnWriteArrayList<>();
  private final Queue<Script> rejections = new ConcurrentLinkedQueue<>();
  private final Queue<Script> acceptances = new ConcurrentLinkedQueue<>();
  private final Queue<Script> polls = new ConcurrentLinkedQueue<>();
  private final Queue<Script> details = new ConcurrentLinkedQueue<>();
  private final Queue<Script> downloads = new ConcurrentLinkedQueue<>();
  private final Queue<Script> handed = new ConcurrentLinkedQueue<>();
  private volatile boolean forgetful;

  public FakeRunware() throws IOException {
    upstream.on("POST /v1", this::post);
    upstream.on("GET /files/*", this::file);
  }

  /** What a client is told. */
  public URI base() {
    return upstream.uri("/v1");
  }

  public URI link(String path) {
    return upstream.uri(path);
  }

  /** The next submits get these answers, and are not accepted. */
  public FakeRunware next(Script... scripts) {
    rejections.addAll(List.of(scripts));
    return this;
  }

  /** The next submits are accepted, and get these answers. */
  public FakeRunware nextAccepted(Script... scripts) {
    acceptances.addAll(List.of(scripts));
    return this;
  }

  /** The next {@code getResponse} get these answers. */
  public FakeRunware nextPoll(Script... scripts) {
    polls.addAll(List.of(scripts));
    return this;
  }

  public FakeRunware nextDetails(Script... scripts) {
    details.addAll(List.of(scripts));
    return this;
  }

  public FakeRunware nextDownload(Script... scripts) {
    downloads.addAll(List.of(scripts));
    return this;
  }

  public FakeRunware nextUpload(Script... scripts) {
    handed.addAll(List.of(scripts));
    return this;
  }

  /** From now on {@code getResponse} knows nothing: results have expired there, and are among the past tasks. */
  public void expire() {
    forgetful = true;
  }

  /** Requests that may buy something, whatever came of them. */
  public List<JsonObject> submits() {
    return List.copyOf(submits);
  }

  /** What would be charged for. */
  public List<JsonObject> accepted() {
    return List.copyOf(accepted);
  }

  /** The files that were handed over, by the id they got. */
  public Map<String, byte[]> uploads() {
    return uploads;
  }

  public List<Sent> sent() {
    return upstream.sent();
  }

  @Override
  public void close() {
    upstream.close();
  }

  private static Script json(int status, JsonObject body) {
    return Script.json(status, body.toString());
  }

  private static Script data(JsonObject... items) {
    var list = new JsonArray();
    for (var item : items) list.add(item);
    return json(200, new JsonObject().add("data", list));
  }

  /** One error as Runware words it. */
  public static Script error(int status, String code, String task) {
    return json(status, new JsonObject().add("data", new JsonArray()).add("errors", new JsonArray().add(new JsonObject()
        .add("code", code).add("message", "This is " + code + ".").add("taskUUID", task).add("status", "error"))));
  }

  private Script post(Sent sent) {
    var body = Json.parse(sent.text());
    if (!body.isArray() || body.asArray().isEmpty()) return error(400, "invalidRequestBody", "");
    if (sent.header("authorization").isEmpty()) return error(401, "missingApiKey", "");
    var task = body.asArray().get(0).asObject();
    var id = task.getString("taskUUID", "");
    if (!id.matches(V4)) return error(400, "invalidTaskUUID", id);
    return switch (task.getString("taskType", "")) {
      case "imageUpload" -> scripted(handed).orElseGet(() -> upload(task, id));
      case "getResponse" -> scripted(polls).orElseGet(() -> poll(id));
      case "getTaskDetails" -> scripted(details).orElseGet(() -> details(id));
      case "accountManagement" -> scripted(details).orElseGet(() -> account(id));
      case "imageInference", "videoInference", "upscale", "removeBackground" -> submit(task, id);
      default -> error(400, "invalidTaskType", id);
    };
  }

  private static Optional<Script> scripted(Queue<Script> scripts) {
    return Optional.ofNullable(scripts.poll());
  }

  private Script upload(JsonObject task, String id) {
    var image = task.getString("image", "");
    uploads.put("picture-" + uploads.size(), Base64.getDecoder().decode(image.substring(image.indexOf(",") + 1)));
    // the link is missing in practice
    return data(new JsonObject().add("taskType", "imageUpload").add("taskUUID", id)
        .add("imageUUID", "picture-" + (uploads.size() - 1)));
  }

  private Script submit(JsonObject task, String id) {
    submits.add(task);
    var rejection = scripted(rejections);
    if (rejection.isPresent()) return rejection.get();
    if (works.containsKey(id)) return error(400, "conflictTaskUUID", id);
    works.put(id, new Work(task));
    accepted.add(task);
    var sync = task.getString("deliveryMethod", "sync").equals("sync");
    return scripted(acceptances).orElseGet(() -> sync ? data(results(task)) : data(item(task)));
  }

  private static JsonObject item(JsonObject task) {
    return new JsonObject().add("taskType", task.get("taskType")).add("taskUUID", task.get("taskUUID"));
  }

  private JsonObject[] results(JsonObject task) {
    var count = task.getInt("numberResults", 1);
    var items = new ArrayDeque<JsonObject>();
    for (int i = 0; i < count; i++) items.add(result(task, i));
    return items.toArray(JsonObject[]::new);
  }

  /** Result number {@code index} of a task. */
  public JsonObject result(JsonObject task, int index) {
    boolean video = task.getString("taskType", "").equals("videoInference");
    var kind = video ? "video" : "image";
    var id = new UUID(4711, index).toString();
    var type = task.getString("outputFormat", "jpg").toLowerCase(Locale.ROOT);
    return item(task).add("status", "success").add(kind + "UUID", id)
        .add(kind + "URL", link("/files/" + index + "." + type).toString()).add("seed", 7 + index)
        .add("cost", Json.parse(video ? "0.35" : "0.0006"));
  }

  private Script poll(String id) {
    var work = works.get(id);
    if (work == null || forgetful) return error(400, "taskNotFound", id);
    if (work.polls++ == 0) return data(item(work.task).add("status", "processing").add("progress", 40));
    return data(results(work.task));
  }

  private Script details(String id) {
    var work = works.get(id);
    if (work == null) return error(404, "taskNotFound", id);
    var response = new JsonObject().add("data", array(results(work.task)));
    return data(new JsonObject().add("taskType", "getTaskDetails").add("taskUUID", id)
        .add("request", new JsonArray().add(work.task)).add("response", response));
  }

  private static JsonArray array(JsonValue... values) {
    var list = new JsonArray();
    for (var value : values) list.add(value);
    return list;
  }

  private static Script account(String id) {
    return data(new JsonObject().add("taskType", "accountManagement").add("taskUUID", id).add("organizationName", "Us")
        .add("balance", new JsonObject().add("amount", 12.345).add("currency", "USD")));
  }

  /** Whatever the name says, a picture is a PNG; a name with {@code gone} is not there any more. */
  private Script file(Sent sent) {
    var scripted = scripted(downloads);
    if (scripted.isPresent()) return scripted.get();
    if (sent.path().contains("gone")) return Script.empty(404);
    if (sent.path().endsWith(".mp4")) return Script.answer(200, "video/mp4", MP4);
    int index = sent.path().charAt("/files/".length()) - '0';
    return Script.answer(200, "image/png", FakeOpenAiPicture.png(64, 64, index));
  }
}
