package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * BFL's API on a real socket, with a ledger of every submit it took. It refuses what BFL refuses (strict schemas of
 * FLUX 3 and of the tools, FastAPI's complaints), knows a task only at its own region's link, and is ready at the
 * third question. The next answers may be given by the test.
 */
public final class FakeBfl implements AutoCloseable {
  public static final String KEY = "bfl-4711-very/secret+key";

  private static final List<String> FLUX_1 = List.of("flux-pro-1.1", "flux-pro-1.1-ultra", "flux-dev", "flux-pro-1.0-fill",
      "flux-pro-1.0-expand", "flux-kontext-pro", "flux-kontext-max");
  private static final List<String> FLUX_2 = List.of("flux-2-pro", "flux-2-pro-preview", "flux-2-max", "flux-2-flex",
      "flux-2-klein-4b", "flux-2-klein-9b", "flux-2-klein-9b-preview");
  /** Endpoints that refuse what they do not know, and what they know. */
  private static final Map<String, Set<String>> STRICT = Map.ofEntries(
      Map.entry("flux-3-image", Set.of("prompt", "images", "aspect_ratio", "resolution", "grounding", "version",
          "safety_tolerance", "user")),
      Map.entry("flux-3-video", Set.of("mode", "prompt", "keyframes", "start_video", "aspect_ratio", "duration", "resolution",
          "generate_audio", "draft", "version", "user", "safety_tolerance")),
      Map.entry("flux-tools/outpainting-v1", Set.of("input_image", "width", "height", "auto_crop", "reference_offset_x",
          "reference_offset_y", "mode", "prompt", "seed", "output_format")),
      Map.entry("flux-tools/erase-v1", Set.of("image", "mask", "dilate_pixels", "seed", "output_format")),
      Map.entry("flux-tools/deblur-v1", Set.of("image", "seed", "output_format")),
      Map.entry("flux-tools/vto-v1", Set.of("prompt", "person", "garment", "seed", "output_format")),
      Map.entry("flux-tools/vto-v2", Set.of("prompt", "person", "garment", "seed", "output_format")),
      Map.entry("flux-tools/video-edit-v1", Set.of("video", "prompt", "safety_tolerance", "user")),
      Map.entry("flux-tools/video-upscale-v1", Set.of("input_video", "upscale_factor", "creativity", "prompt", "safety_tolerance")));
  private static final Set<String> WITHOUT_PROMPT = Set.of("flux-tools/erase-v1", "flux-tools/deblur-v1",
      "flux-tools/outpainting-v1", "flux-tools/video-upscale-v1", "flux-pro-1.0-fill", "flux-pro-1.0-expand");

  /** One submit that was taken. */
  public record Accepted(String id, String model, JsonObject body, String tag) {}

  private final FakeUpstream upstream = new FakeUpstream();
  private final List<Accepted> ledger = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final Queue<Script> submits = new ConcurrentLinkedQueue<>();
  private final Queue<UnaryOperator<Script>> taken = new ConcurrentLinkedQueue<>();
  private final Queue<Script> polls = new ConcurrentLinkedQueue<>();
  private final Queue<Script> files = new ConcurrentLinkedQueue<>();
  private final List<String> leaks = new CopyOnWriteArrayList<>();
  private volatile String links;
  private volatile boolean mute;
  private volatile int questions = 2;

  public FakeBfl() throws IOException {
    links = upstream.uri("/eu1/v1/get_result?id=").toString();
    upstream.on("GET /eu1/v1/get_result*", this::poll);
    // the global address knows nothing of a region's tasks
    upstream.on("GET /v1/get_result*", sent -> either(polls).orElseGet(() -> missing(sent)));
    upstream.on("GET /v1/credits", sent -> known(sent) ? Script.json(200, "{\"credits\": 1234.5}") : stranger());
    upstream.on("GET /results/*", this::file);
    upstream.on("POST /v1/*", this::submit);
  }

  /** What {@code base_url} is to be. */
  public URI base() {
    return upstream.uri("");
  }

  /** Answers to the next submits; none of them is in the ledger. */
  public FakeBfl next(Script... scripts) {
    submits.addAll(List.of(scripts));
    return this;
  }

  /** The next submit is taken, and its answer bent. */
  public FakeBfl take(UnaryOperator<Script> manner) {
    taken.add(manner);
    return this;
  }

  /** Answers to the next questions. */
  public FakeBfl nextPoll(Script... scripts) {
    polls.addAll(List.of(scripts));
    return this;
  }

  /** Answers to the next downloads. */
  public FakeBfl nextFile(Script... scripts) {
    files.addAll(List.of(scripts));
    return this;
  }

  /** From now on submits are taken, and the connection is reset instead of an answer. */
  public FakeBfl mute() {
    mute = true;
    return this;
  }

  /** From now on tasks are ready when they are asked about for the first time. */
  public FakeBfl hasty() {
    questions = 0;
    return this;
  }

  /** What polling links begin with from now on; the id is added. */
  public FakeBfl links(String beginning) {
    links = beginning;
    return this;
  }

  /** The submits that were taken. */
  public List<Accepted> ledger() {
    return List.copyOf(ledger);
  }

  /** Requests that may have bought something. */
  public int submits() {
    return (int) upstream.sent().stream().filter(s -> s.method().equals("POST")).count();
  }

  public List<Sent> seen() {
    return upstream.sent();
  }

  /** Downloads that showed the key. */
  public List<String> leaks() {
    return List.copyOf(leaks);
  }

  @Override
  public void close() {
    upstream.close();
  }

  private static Optional<Script> either(Queue<Script> queue) {
    return Optional.ofNullable(queue.poll());
  }

  private static boolean known(Sent sent) {
    return sent.header("x-key").filter(KEY::equals).isPresent();
  }

  private static Script stranger() {
    return Script.json(403, "{\"detail\":\"Not authenticated\"}");
  }

  private static Script missing(Sent sent) {
    return Script.json(404, new JsonObject().add("id", id(sent)).add("status", "Task not found").add("result", Json.NULL)
        .add("progress", Json.NULL).add("details", Json.NULL).add("preview", Json.NULL).toString());
  }

  // ---- submits ----------------------------------------------------------------------------------------------------

  private Script submit(Sent sent) {
    var scripted = either(submits);
    if (scripted.isPresent()) return scripted.get();
    if (!known(sent)) return stranger();
    var model = sent.path().substring("/v1/".length());
    if (!FLUX_1.contains(model) && !FLUX_2.contains(model) && !STRICT.containsKey(model)) {
      return Script.json(404, "{\"detail\":\"Not Found\"}");
    }
    var body = Json.parse(sent.text()).asObject();
    var wrong = wrong(model, body);
    if (wrong.isPresent()) return wrong.get();
    var id = "0f0e0d0c-0000-4000-8000-%012d".formatted(ledger.size() + 1);
    ledger.add(new Accepted(id, model, body, sent.header("idempotency-key").orElse("")));
    if (mute) return Script.reset();
    var answer = new JsonObject().add("id", id).add("polling_url", links + id);
    if (FLUX_2.contains(model)) answer.add("cost", 3.0).add("input_mp", 0.0).add("output_mp", 1.0);
    if (FLUX_1.contains(model)) answer.add("cost", Json.NULL).add("input_mp", Json.NULL).add("output_mp", Json.NULL);
    return Optional.ofNullable(taken.poll()).orElse(UnaryOperator.identity()).apply(Script.json(200, answer.toString()));
  }

  private static Optional<Script> wrong(String model, JsonObject body) {
    if (body.get("prompt") == null && !WITHOUT_PROMPT.contains(model)) return complaint("missing", "prompt", "Field required");
    if (STRICT.containsKey(model)) {
      for (var name : body.names()) {
        if (!STRICT.get(model).contains(name)) return complaint("extra_forbidden", name, "Extra inputs are not permitted");
      }
    }
    for (var name : List.of("width", "height")) {
      int side = body.getInt(name, 64);
      if (FLUX_2.contains(model) && side % 16 != 0) return complaint("multiple_of", name, "Input should be a multiple of 16");
      if (FLUX_1.contains(model) && side != 64 && (side % 32 != 0 || side > 1440)) {
        return complaint("multiple_of", name, "Input should be a multiple of 32");
      }
    }
    for (var name : body.names()) {
      if (name.matches("(input_)?image(_.*)?|mask|person|garment") && !picture(body.get(name))) {
        return complaint("value_error", name, "Value error, Invalid base64 image");
      }
    }
    return Optional.empty();
  }

  private static boolean picture(JsonValue text) {
    try {
      return Base64.getDecoder().decode(text.asString()).length > 8;
    } catch (IllegalArgumentException e) {
      return text.asString().startsWith("http");
    }
  }

  private static Optional<Script> complaint(String type, String name, String words) {
    var detail = new JsonObject().add("type", type).add("loc", new JsonArray().add("body").add(name)).add("msg", words)
        .add("input", new JsonObject());
    return Optional.of(Script.json(422, new JsonObject().add("detail", new JsonArray().add(detail)).toString()));
  }

  // ---- questions --------------------------------------------------------------------------------------------------

  private static String id(Sent sent) {
    return sent.target().replaceFirst(".*[?&]id=", "");
  }

  private Script poll(Sent sent) {
    var scripted = either(polls);
    if (scripted.isPresent()) return scripted.get();
    if (!known(sent)) return stranger();
    var task = ledger.stream().filter(a -> a.id().equals(id(sent))).findFirst();
    return task.map(a -> Script.json(200, standing(a).toString())).orElseGet(() -> missing(sent));
  }

  private JsonObject standing(Accepted task) {
    int times = asked.merge(task.id(), 1, Integer::sum);
    if (times > questions) return ready(task);
    return times == 1 ? status(task.id(), "Pending", Json.NULL, Json.NULL)
        : status(task.id(), "Generating", Json.NULL, Json.value(0.4));
  }

  private static JsonObject status(String id, String status, JsonValue result, JsonValue progress) {
    return new JsonObject().add("id", id).add("status", status).add("result", result).add("progress", progress)
        .add("details", Json.NULL).add("preview", Json.NULL);
  }

  private JsonObject ready(Accepted task) {
    var link = upstream.uri("/results/" + task.id() + "/sample." + format(task) + "?sig=abc").toString();
    var result = new JsonObject().add("sample", link).add("prompt", task.body().getString("prompt", "")).add("seed", 7)
        .add("start_time", 1795000400.1).add("end_time", 1795000404.6).add("duration", 4.5);
    var ready = status(task.id(), "Ready", result, Json.NULL);
    if (FLUX_1.contains(task.model())) ready.add("cost", 4);
    if (task.model().equals("flux-3-video")) ready.add("cost", 17 * task.body().getInt("duration", 5));
    return ready;
  }

  private static String format(Accepted task) {
    if (task.model().contains("video")) return "mp4";
    boolean png = STRICT.containsKey(task.model()) || task.model().contains("kontext");
    return task.body().getString("output_format", png ? "png" : "jpeg");
  }

  // ---- results ----------------------------------------------------------------------------------------------------

  private Script file(Sent sent) {
    if (sent.header("x-key").isPresent()) leaks.add(sent.target());
    var scripted = either(files);
    if (scripted.isPresent()) return scripted.get();
    var format = sent.path().replaceFirst(".*\\.", "");
    var seed = ledger.stream().filter(a -> sent.path().contains(a.id())).findFirst().map(a -> a.body().get("seed"));
    boolean drawn = format.equals("png") && seed.isPresent() && seed.get() != null;
    return Script.answer(200, format.equals("mp4") ? "video/mp4" : "image/" + format, drawn ? seeded(seed.get().asInt()) : bytes(format));
  }

  /** A PNG that tells the seed it was made with, up to 9. */
  public static byte[] seeded(int seed) {
    return FakeOpenAiPicture.png(64, 48, seed % 10);
  }

  /** The smallest files of their kinds. */
  public static byte[] bytes(String format) {
    return switch (format) {
      case "mp4" -> ByteBuffer.allocate(32).putInt(16).put(latin1("ftypisom")).putInt(0).putInt(16).put(latin1("moov")).array();
      case "jpeg" -> ByteBuffer.allocate(17).putInt(0xffd8ffc0).putShort((short) 11).put((byte) 8).putShort((short) 48)
          .putShort((short) 64).put(new byte[] {1, 1, 0x11, 0}).putShort((short) 0xffd9).array();
      case "webp" -> ByteBuffer.allocate(26).put(latin1("RIFF")).put(new byte[] {18, 0, 0, 0}).put(latin1("WEBPVP8L"))
          .put(new byte[] {6, 0, 0, 0, 0x2f, 63, 0, 12, 0, 0}).array();
      default -> FakeOpenAiPicture.png(64, 48, 3);
    };
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
