package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * ComfyUI's one worker. It waits a moment for the client to listen, which the real one does not: it is as if the first
 * node took that long.
 */
public final class FakeComfyWorker {
  private static final int STEPS = 4;
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1};
  private static final byte[] MP4 = FakeLeonardo.film();
  private static final byte[] WEBM = {0x1a, 0x45, (byte) 0xdf, (byte) 0xa3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  private record Queued(long number, FakeComfy.Submit submit, String script) {
    JsonArray toJson() {
      var outputs = new JsonArray();
      new FakeComfyGraph(submit.graph()).outputs().forEach(outputs::add);
      return new JsonArray().add(number).add(submit.prompt()).add(submit.graph())
          .add(new JsonObject().add("client_id", submit.client())).add(outputs);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Queued> pending = new ArrayList<>();
  private final Map<String, JsonObject> history = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new HashMap<>();
  private final Map<String, JsonObject> cache = new HashMap<>();
  private final Map<String, FakeComfyLine> listeners = new HashMap<>();
  private Optional<Queued> running = Optional.empty();
  private boolean interrupted;
  private boolean paused;
  private boolean closed;
  private long numbers;
  private long holdMillis = 500;

  // ---- from outside
  // ---------------------------------------------------------------------------------------------------

  void hold(long millis) {
    holdMillis = millis;
  }

  /** Takes no work up until {@link #go}. */
  public void pause() {
    locked(() -> paused = true);
  }

  public void go() {
    locked(() -> paused = false);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long add(FakeComfy.Submit submit, String script) {
    lock.lock();
    try {
      pending.add(new Queued(++numbers, submit, script));
      changed.signalAll();
      return numbers;
    } finally {
      lock.unlock();
    }
  }

  void listen(String client, FakeComfyLine line) {
    locked(() -> {
      listeners.put(client, line);
      say(client, status().set("sid", client), "status");
    });
  }

  void forget(FakeComfyLine line) {
    locked(() -> listeners.values().remove(line));
  }

  void forget() {
    locked(() -> {
      pending.clear();
      history.clear();
      running = Optional.empty();
      interrupted = true;
    });
  }

  void delete(String prompt) {
    locked(() -> pending.removeIf(q -> q.submit().prompt().equals(prompt)));
  }

  void interrupt(String prompt) {
    locked(() -> interrupted |= running.map(q -> q.submit().prompt().equals(prompt)).orElse(false));
  }

  int load() {
    lock.lock();
    try {
      return pending.size() + (running.isPresent() ? 1 : 0);
    } finally {
      lock.unlock();
    }
  }

  JsonObject queue() {
    lock.lock();
    try {
      var now = new JsonArray();
      running.ifPresent(r -> now.add(r.toJson()));
      var then = new JsonArray();
      // a heap: not in order
      for (var q : pending.reversed()) then.add(q.toJson());
      return new JsonObject().add("queue_running", now).add("queue_pending", then);
    } finally {
      lock.unlock();
    }
  }

  Optional<JsonObject> entry(String prompt) {
    lock.lock();
    try {
      return Optional.ofNullable(history.get(prompt));
    } finally {
      lock.unlock();
    }
  }

  /** One of {@link #files}. */
  public Optional<byte[]> file(String place) {
    lock.lock();
    try {
      return Optional.ofNullable(files.get(place));
    } finally {
      lock.unlock();
    }
  }

  /** Every file there is, as {@code type/subfolder/name}. */
  public List<String> files() {
    lock.lock();
    try {
      return files.keySet().stream().sorted().toList();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a prompt of somebody else's before all others. */
  public void occupy(int prompts) {
    for (int i = 0; i < prompts; i++) {
      add(new FakeComfy.Submit("other-" + i, "somebody", FakeComfy.json("{\"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}}"), Optional.empty()), "stay");
    }
  }

  void close() {
    locked(() -> closed = true);
  }

  // ---- the worker
  // -----------------------------------------------------------------------------------------------------

  void run() {
    lock.lock();
    try {
      while (!closed) {
        if (paused || pending.isEmpty()) {
          changed.await();
          continue;
        }
        var next = pending.removeFirst();
        running = Optional.of(next);
        interrupted = false;
        perform(next);
        running = Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void perform(Queued work) throws InterruptedException {
    awaitListener(work);
    var submit = work.submit();
    if (work.script().startsWith("play=")) {
      play(FakeComfyRecording.of(work.script().substring("play=".length())), submit);
      return;
    }
    while (work.script().equals("stay") && !interrupted && !closed) changed.await();
    if (running.isEmpty()) return;
    say(submit.client(), about(submit).add("timestamp", 1), "execution_start");
    say(submit.client(), about(submit).add("nodes", new JsonArray()).add("timestamp", 1), "execution_cached");
    if (interrupted) {
      end(submit, new JsonObject(), "execution_interrupted", about(submit).add("node_id", "40").add("node_type", "KSampler"));
    } else if (work.script().equals("fail")) {
      end(submit, new JsonObject(), "execution_error", about(submit).add("node_id", "40").add("node_type", "KSampler")
          .add("exception_message", "Allocation on device\n").add("exception_type", "torch.OutOfMemoryError"));
    } else {
      boolean cached = cache.containsKey(submit.graph().toString());
      if (!cached) steps(submit);
      end(submit, cache.computeIfAbsent(submit.graph().toString(), g -> make(submit.graph())), "execution_success", about(submit));
    }
  }

  private void awaitListener(Queued work) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(holdMillis);
    while (left > 0 && !closed && !interrupted && !listeners.containsKey(work.submit().client())) left = changed.awaitNanos(left);
  }

  private static JsonObject about(FakeComfy.Submit submit) {
    return new JsonObject().add("prompt_id", submit.prompt());
  }

  private JsonObject status() {
    return new JsonObject().add("status", new JsonObject().add("exec_info", new JsonObject().add("queue_remaining", load())));
  }

  private void steps(FakeComfy.Submit submit) {
    say(submit.client(), about(submit).add("node", "40").add("display_node", "40"), "executing");
    for (int i = 1; i <= STEPS; i++) {
      say(submit.client(), about(submit).add("value", i).add("max", STEPS).add("node", "40"), "progress");
      var frame = new byte[8 + JPEG.length];
      frame[3] = 1;
      frame[7] = 1;
      System.arraycopy(JPEG, 0, frame, 8, JPEG.length);
      send(submit.client(), new FakeComfyRecording.Frame("", Optional.of(frame)));
    }
  }

  private void end(FakeComfy.Submit submit, JsonObject outputs, String event, JsonObject data) {
    boolean good = event.equals("execution_success");
    for (var output : outputs) say(submit.client(), about(submit).add("node", output.getName()).add("output", output.getValue()), "executed");
    say(submit.client(), data, event);
    history.put(submit.prompt(), new JsonObject().add("outputs", outputs).add("status", new JsonObject()
        .add("status_str", good ? "success" : "error").add("completed", good).add("messages", new JsonArray().add(new JsonArray().add(event).add(data)))));
    running = Optional.empty();
    say(submit.client(), status(), "status");
    say(submit.client(), about(submit).add("node", Json.NULL), "executing");
  }

  private void play(FakeComfyRecording recording, FakeComfy.Submit submit) {
    for (var frame : recording.frames(submit.prompt(), submit.client())) {
      boolean over = frame.text().contains("\"node\": null") && frame.text().contains(submit.prompt());
      if (over) {
        var entry = recording.entry(submit.prompt(), submit.client());
        for (var output : entry.get("outputs").asObject()) keep(output.getValue().asObject());
        history.put(submit.prompt(), entry);
        running = Optional.empty();
      }
      send(submit.client(), frame);
    }
  }

  private void keep(JsonObject output) {
    for (var file : output.get("images").asArray()) {
      var f = file.asObject();
      keep(f.getString("type", ""), f.getString("subfolder", ""), f.getString("filename", ""));
    }
  }

  private void keep(String type, String folder, String name) {
    var bytes = name.endsWith("mp4") ? MP4 : name.endsWith("webm") ? WEBM : FakeOpenAiPicture.png(8, 8, files.size());
    files.put(type + "/" + folder + "/" + name, bytes);
  }

  /** Runs the output nodes. */
  private JsonObject make(JsonObject json) {
    var graph = new FakeComfyGraph(json);
    var outputs = new JsonObject();
    int batch = 1;
    for (var node : json) batch = Math.max(batch, graph.inputs(node.getName()).getInt("batch_size", 1));
    for (var id : graph.outputs()) {
      var type = graph.type(id);
      var list = new JsonArray();
      boolean moves = !type.endsWith("Image");
      for (int i = 1; i <= (moves ? 1 : batch); i++) list.add(file(graph, id, type, i));
      var output = new JsonObject().add("images", list);
      if (moves) output.add("animated", new JsonArray().add(true));
      outputs.add(id, output);
    }
    return outputs;
  }

  private JsonObject file(FakeComfyGraph graph, String id, String type, int i) {
    var prefix = type.equals("PreviewImage") ? "ComfyUI_temp_" + id : graph.inputs(id).getString("filename_prefix", "ComfyUI");
    var place = type.equals("PreviewImage") ? "temp" : "output";
    int slash = prefix.lastIndexOf('/');
    var folder = slash < 0 ? "" : prefix.substring(0, slash);
    var ending = type.equals("SaveVideo") ? "mp4" : type.equals("SaveWEBM") ? "webm" : "png";
    var name = prefix.substring(slash + 1) + "_0000" + i + "_." + ending;
    keep(place, folder, name);
    return new JsonObject().add("filename", name).add("subfolder", folder).add("type", place);
  }

  // ---- speech
  // ---------------------------------------------------------------------------------------------------------

  private void say(String client, JsonObject data, String type) {
    send(client, new FakeComfyRecording.Frame(new JsonObject().add("type", type).add("data", data).toString(), Optional.empty()));
  }

  private void send(String client, FakeComfyRecording.Frame frame) {
    var line = listeners.get(client);
    if (line == null) return;
    try {
      if (frame.binary().isPresent()) line.binary(frame.binary().get());
      else line.text(frame.text());
    } catch (IOException gone) {
      listeners.remove(client);
    }
  }
}
