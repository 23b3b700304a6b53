package fake;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Pictures and videos in {@link FakeLabs}, handed in or made, and how far videos are. */
final class FakeLabsMedia {
  private static final String STATUS = "MEDIA_GENERATION_STATUS_";
  private static final Map<String, int[]> SIZES = Map.of("LANDSCAPE", new int[] {1376, 768}, "PORTRAIT", new int[] {768, 1376},
      "SQUARE", new int[] {1024, 1024}, "FOUR_THREE", new int[] {1200, 896}, "THREE_FOUR", new int[] {896, 1200});

  /** {@code st}: whose it is; {@code wide} and {@code high} in pixels. */
  record Item(String id, String st, String project, boolean video, String prompt, String model, int wide, int high,
      AtomicInteger polls) {}

  private final Map<String, Item> items = new ConcurrentHashMap<>();
  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> joins = new ConcurrentHashMap<>();

  Optional<Item> of(String st, String id) {
    return Optional.ofNullable(items.get(id)).filter(i -> i.st.equals(st));
  }

  Optional<Item> anybodys(String id) {
    return Optional.ofNullable(items.get(id));
  }

  Map<String, byte[]> uploads() {
    return Map.copyOf(uploads);
  }

  Item upload(String st, String project, byte[] bytes) {
    var item = item(st, project, false, "", "", new int[] {0, 0});
    uploads.put(item.id, bytes);
    return item;
  }

  Item make(FakeLabsAccount account, FakeLabsWork work, int index) {
    var request = work.requests().get(index);
    var aspect = request.getString("imageAspectRatio", request.getString("aspectRatio", ""));
    var shape = aspect.endsWith("_FOUR_THREE") ? "FOUR_THREE" : aspect.endsWith("_THREE_FOUR") ? "THREE_FOUR"
        : aspect.substring(aspect.lastIndexOf('_') + 1);
    var size = work.picture() ? SIZES.get(shape) : video(shape, request.getString("resolution", ""));
    return item(account.st, work.project(), !work.picture(), work.prompt(), work.model(), size);
  }

  private static int[] video(String shape, String resolution) {
    int shorter = resolution.endsWith("4K") ? 2160 : resolution.endsWith("1080P") ? 1080 : 720;
    int longer = shorter * 16 / 9;
    return shape.equals("PORTRAIT") ? new int[] {shorter, longer} : new int[] {longer, shorter};
  }

  private Item item(String st, String project, boolean video, String prompt, String model, int[] size) {
    var item = new Item(UUID.randomUUID().toString(), st, project, video, prompt, model, size[0], size[1], new AtomicInteger());
    items.put(item.id, item);
    return item;
  }

  /** What comes of it: the file. */
  static byte[] file(Item item) {
    return item.video ? FakeLeonardoFiles.mp4(item.wide, item.high) : FakeLeonardoFiles.jpeg(item.wide, item.high, 0);
  }

  /** As base64, enlarged; the sizes of 2K and 4K are twice and four times those of the picture. */
  static String enlarged(Item item, int times) {
    return Base64.getEncoder().encodeToString(FakeLeonardoFiles.jpeg(item.wide * times, item.high * times, times));
  }

  static JsonObject picture(Item item, JsonObject request, String link) {
    var made = new JsonObject().add("seed", request.getInt("seed", 0)).add("mediaGenerationId", "CAMS" + item.id.replace("-", ""))
        .add("prompt", item.prompt).add("modelNameType", item.model).add("previousMediaGenerationId", "").add("fifeUrl", link)
        .add("aspectRatio", request.get("imageAspectRatio"));
    return new JsonObject().add("name", item.id).add("projectId", item.project).add("workflowId", UUID.randomUUID().toString())
        .add("image", new JsonObject().add("generatedImage", made));
  }

  static JsonObject pending(Item item) {
    return told(item, STATUS + "PENDING", null);
  }

  private static JsonObject told(Item item, String status, JsonObject error) {
    var state = new JsonObject().add("mediaGenerationStatus", status);
    if (error != null) state.add("error", error);
    var video = new JsonObject().add("operation", new JsonObject().add("name", item.id));
    if (status.endsWith("SUCCESSFUL")) {
      video.add("generatedVideo", new JsonObject().add("model", item.model).add("seed", 7)
          .add("aspectRatio", item.wide > item.high ? "VIDEO_ASPECT_RATIO_LANDSCAPE" : "VIDEO_ASPECT_RATIO_PORTRAIT"));
      video.add("dimensions", new JsonObject().add("length", "8s"));
    }
    return new JsonObject().add("name", item.id).add("projectId", item.project).add("workflowId", UUID.randomUUID().toString())
        .add("mediaMetadata", new JsonObject().add("mediaStatus", state)).add("video", video);
  }

  static JsonObject operation(Item item) {
    return new JsonObject().add("operation", new JsonObject().add("name", item.id))
        .add("sceneId", UUID.randomUUID().toString()).add("status", STATUS + "PENDING");
  }

  /** How it is, one question later; {@code active}: how many of them find it under way. */
  static JsonObject asked(Item item, int active) {
    int polls = item.polls.getAndIncrement();
    if (polls < active || FakeLabsMarks.has(item.prompt, "stall")) return told(item, STATUS + (polls == 0 ? "PENDING" : "ACTIVE"), null);
    if (FakeLabsMarks.has(item.prompt, "vunsafe")) return told(item, STATUS + "FAILED", error(3, "PUBLIC_ERROR_UNSAFE_GENERATION"));
    if (FakeLabsMarks.has(item.prompt, "vfail")) return told(item, STATUS + "FAILED", error(13, "Internal error encountered."));
    return told(item, STATUS + "SUCCESSFUL", null);
  }

  private static JsonObject error(int code, String message) {
    return new JsonObject().add("code", code).add("message", message);
  }

  /** Whether the file is there: after the question that said so, if any was needed. */
  static boolean done(Item item, int active) {
    boolean failed = FakeLabsMarks.has(item.prompt, "vfail") || FakeLabsMarks.has(item.prompt, "vunsafe");
    return !item.video || item.polls.get() > active && !failed && !FakeLabsMarks.has(item.prompt, "stall");
  }

  /** A concatenation of these; empty where one of them is not there. */
  Optional<String> join(String st, List<String> ids) {
    if (ids.size() < 2 || !ids.stream().allMatch(id -> of(st, id).filter(Item::video).isPresent())) return Optional.empty();
    var last = of(st, ids.getLast()).orElseThrow();
    var joined = item(st, last.project, true, last.prompt, "concatenation", new int[] {last.wide, last.high});
    joins.put(joined.id, new AtomicInteger());
    return Optional.of(joined.id);
  }

  /** True once it has been asked about more than so many times. */
  boolean joined(String id, int active) {
    var polls = joins.get(id);
    if (polls == null || polls.getAndIncrement() < active) return false;
    items.get(id).polls.set(active + 1);
    return true;
  }

  boolean joins(String id) {
    return joins.containsKey(id);
  }

  static JsonArray array(List<JsonObject> items) {
    return FakeLabsWork.array(items);
  }
}
