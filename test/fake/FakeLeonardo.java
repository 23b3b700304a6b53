package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.core.Time;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Leonardo.Ai on a real socket, with the storage for uploads and the host of results beside it. It refuses what
 * Leonardo refuses (a key that is no UUID with 500, unknown keys of a body, v2's mistakes as a list with status 200),
 * keeps every generation it took, and forgets nothing: what it would have charged for is {@link #generations}.
 */
public final class FakeLeonardo implements AutoCloseable {
  public static final String USER = "1f1f1f1f-0000-4000-8000-000000000001";
  private static final String API = "/api/rest";
  private static final Set<String> V1_IMAGE = Set.of("prompt", "negative_prompt", "modelId", "sd_version", "num_images",
      "width", "height", "num_inference_steps", "guidance_scale", "scheduler", "seed", "presetStyle", "styleUUID", "alchemy",
      "ultra", "contrast", "contrastRatio", "expandedDomain", "highContrast", "highResolution", "fantasyAvatar", "tiling",
      "photoReal", "photoRealVersion", "photoRealStrength", "promptMagic", "promptMagicStrength", "promptMagicVersion",
      "enhancePrompt", "enhancePromptInstruction", "init_image_id", "init_generation_image_id", "init_strength", "imagePrompts",
      "imagePromptWeight", "controlnets", "elements", "userElements", "transparency", "public", "contextImages");
  private static final Set<String> V1_VIDEO = Set.of("prompt", "model", "resolution", "width", "height", "duration",
      "negativePrompt", "frameInterpolation", "isPublic", "promptEnhance", "promptEnhanceInstruction", "seed", "styleIds",
      "elements", "imageId", "imageType", "endFrameImage");
  private static final Set<String> V2 = Set.of("prompt", "width", "height", "quantity", "seed", "style_ids", "prompt_enhance",
      "mode", "quality", "duration", "negative_prompt", "motion_has_audio", "guidances", "contrast");

  /** A generation it took. {@code body} as it came. */
  public record Generation(String id, String path, JsonObject body, boolean video, JsonObject listed, int count,
      AtomicInteger polls) {}

  private final FakeUpstream server;
  private final Time time;
  private final List<Generation> generations = new ArrayList<>();
  private final Map<String, byte[]> uploads = new LinkedHashMap<>();
  private final Deque<Script> refused = new ArrayDeque<>();
  private final Deque<Function<Script, Script>> taken = new ArrayDeque<>();
  private final Deque<Script> polls = new ArrayDeque<>();
  private final Deque<Script> forms = new ArrayDeque<>();
  private final Deque<Script> stores = new ArrayDeque<>();
  private final Deque<Script> listings = new ArrayDeque<>();
  private UnaryOperator<JsonObject> bent = json -> json;
  private UnaryOperator<JsonObject> listedBent = json -> json;
  private JsonValue cost = dollars("0.036");
  private Optional<String> storage = Optional.empty();
  private boolean open;
  private int pending = 1;
  private int listMax = 50;

  public FakeLeonardo() throws IOException {
    this(Time.system());
  }

  /** {@code time}: what {@code createdAt} says. */
  public FakeLeonardo(Time time) throws IOException {
    this.time = time;
    server = new FakeUpstream();
    server.on("GET " + API + "/v1/me", this::me);
    server.on("GET " + API + "/v1/generations/user/*", this::list);
    server.on("GET " + API + "/v1/generations/*", this::poll);
    server.on("POST " + API + "/v1/generations", s -> submit(s, "sdGenerationJob", V1_IMAGE));
    server.on("POST " + API + "/v1/generations-text-to-video", s -> submit(s, "motionVideoGenerationJob", V1_VIDEO));
    server.on("POST " + API + "/v1/generations-image-to-video", s -> submit(s, "motionVideoGenerationJob", V1_VIDEO));
    server.on("POST " + API + "/v2/generations", s -> submit(s, "generate", V2));
    server.on("POST " + API + "/v1/init-image", this::form);
    server.on("POST " + API + "/v1/pricing-calculator", this::price);
    server.on("POST /storage/*", this::store);
    server.on("GET /cdn/*", this::file);
  }

  public static JsonObject dollars(String amount) {
    return new JsonObject().add("amount", amount).add("unit", "DOLLARS");
  }

  /** What a client is given as its base URL. */
  public URI base() {
    return server.uri(API);
  }

  public FakeUpstream server() {
    return server;
  }

  /** The next request that would buy is answered so, and buys nothing. */
  public FakeLeonardo refuse(Script... scripts) {
    refused.addAll(List.of(scripts));
    return this;
  }

  /** The next request that would buy is taken, and its answer bent. */
  public FakeLeonardo take(Function<Script, Script> manner) {
    taken.add(manner);
    return this;
  }

  /** The next questions about a generation are answered so. */
  public FakeLeonardo answerPolls(Script... scripts) {
    polls.addAll(List.of(scripts));
    return this;
  }

  /** The next question for an upload's form is answered so. */
  public FakeLeonardo breakUploads(Script script) {
    forms.add(script);
    return this;
  }

  /** The next upload is answered so. */
  public FakeLeonardo breakStorage(Script script) {
    stores.add(script);
    return this;
  }

  /** The next questions for the list are answered so. */
  public FakeLeonardo answerLists(Script... scripts) {
    listings.addAll(List.of(scripts));
    return this;
  }

  /** Finished generations look so. */
  public FakeLeonardo bend(UnaryOperator<JsonObject> how) {
    bent = how;
    return this;
  }

  /** Listed generations look so. */
  public FakeLeonardo bendListed(UnaryOperator<JsonObject> how) {
    listedBent = how;
    return this;
  }

  public FakeLeonardo costs(JsonValue what) {
    cost = what;
    return this;
  }

  /** So many questions are answered PENDING first. */
  public FakeLeonardo pendingFor(int questions) {
    pending = questions;
    return this;
  }

  /** A page of the list has so many at most, whatever is asked for. */
  public FakeLeonardo listsAtMost(int count) {
    listMax = count;
    return this;
  }

  /** Keys are not looked at. */
  public FakeLeonardo open() {
    open = true;
    return this;
  }

  /** Uploads are sent there instead. */
  public FakeLeonardo storage(String url) {
    storage = Optional.of(url);
    return this;
  }

  /** Something else that the account has made. */
  public void elsewhere(JsonObject listed) {
    generations.add(new Generation(listed.getString("id", ""), "", new JsonObject(), false, listed, 1, new AtomicInteger(99)));
  }

  public List<Generation> generations() {
    return List.copyOf(generations);
  }

  /** Uploaded bytes by id. */
  public Map<String, byte[]> uploads() {
    return uploads;
  }

  /** Requests that would buy something, as they came. */
  public List<Sent> buys() {
    return server.sent().stream().filter(s -> s.method().equals("POST") && s.path().matches(API + "/v[12]/generations.*")).toList();
  }

  public int submits() {
    return buys().size();
  }

  @Override
  public void close() {
    server.close();
  }

  public static Script error(int status, String code, String words, String... headers) {
    return Script.json(status, new JsonObject().add("error", words).add("path", "$").add("code", code).toString(), headers);
  }

  /** v2's way to say no. */
  public static Script mistakes(String code, String words) {
    var detail = new JsonObject().add("errors", new JsonArray().add(new JsonObject().add("message", words)));
    var item = new JsonObject().add("message", "validation failed").add("path", new JsonArray().add("generate"))
        .add("extensions", new JsonObject().add("code", code).add("details", detail));
    return Script.json(200, new JsonArray().add(item).toString());
  }

  private Optional<Script> locked(Sent sent) {
    if (open) return Optional.empty();
    var key = sent.header("authorization").orElse("").replaceFirst("^Bearer ", "");
    if (key.isEmpty()) return Optional.of(error(401, "access-denied", "Authentication hook unauthorized this request"));
    if (key.matches("[0-9a-f-]{36}")) return Optional.empty();
    return Optional.of(error(500, "unexpected", "Invalid response from authorization hook"));
  }

  private Script me(Sent sent) {
    var details = new JsonObject().add("user", new JsonObject().add("id", USER).add("username", "u1"))
        .add("tokenRenewalDate", Json.NULL).add("apiSubscriptionTokens", 1200).add("apiPaidTokens", 12.5)
        .add("apiConcurrencySlots", 10);
    return locked(sent).orElseGet(() -> json(new JsonObject().add("user_details", new JsonArray().add(details))));
  }

  private static Script json(JsonObject body) {
    return Script.json(200, body.toString());
  }

  private Script submit(Sent sent, String root, Set<String> known) {
    if (!refused.isEmpty()) return refused.poll();
    var locked = locked(sent);
    if (locked.isPresent()) return locked.get();
    var body = Json.parse(sent.text()).asObject();
    boolean v2 = root.equals("generate");
    var parameters = v2 ? body.get("parameters").asObject() : body;
    for (var name : parameters.names()) {
      if (!known.contains(name)) {
        return v2 ? mistakes("VALIDATION_ERROR", name + ": not allowed") : error(400, "bad-request", "Unexpected variable " + name);
      }
    }
    if (parameters.getString("prompt", "").length() > 1500 && !v2) {
      return error(400, "unexpected", "Invalid prompt, maximum length of 1500 characters exceeded.");
    }
    var made = generation(sent, body, parameters);
    generations.add(made);
    var job = new JsonObject().add("generationId", made.id).add("apiCreditCost", Json.NULL).add("cost", cost);
    var answer = json(new JsonObject().add(root, job));
    return taken.isEmpty() ? answer : taken.poll().apply(answer);
  }

  private Generation generation(Sent sent, JsonObject body, JsonObject parameters) {
    var id = UUID.randomUUID().toString();
    boolean video = sent.path().contains("video") || body.getString("model", "").matches("(veo|kling|seedance).*");
    var listed = new JsonObject().add("id", id).add("status", "PENDING").add("createdAt", time.instant().toString())
        .add("prompt", parameters.getString("prompt", "")).add("negativePrompt", Json.NULL)
        .add("modelId", body.get("modelId") == null ? Json.NULL : body.get("modelId"))
        .add("imageWidth", parameters.getInt("width", 1024)).add("imageHeight", parameters.getInt("height", 768))
        .add("seed", parameters.get("seed") == null ? Json.value(481516234) : parameters.get("seed"))
        .add("public", false).add("generated_images", new JsonArray()).add("generation_elements", new JsonArray());
    int count = video ? 1 : parameters.getInt("num_images", parameters.getInt("quantity", 1));
    return new Generation(id, sent.path(), body, video, listed, count, new AtomicInteger());
  }

  private Script poll(Sent sent) {
    if (!polls.isEmpty()) return polls.poll();
    var locked = locked(sent);
    if (locked.isPresent()) return locked.get();
    var id = sent.path().replaceFirst(".*/", "");
    var made = generations.stream().filter(g -> g.id.equals(id)).findFirst();
    if (made.isEmpty()) return json(new JsonObject().add("generations_by_pk", Json.NULL));
    boolean done = made.get().polls.getAndIncrement() >= pending;
    return json(new JsonObject().add("generations_by_pk", done ? bent.apply(finished(made.get())) : made.get().listed));
  }

  private JsonObject finished(Generation made) {
    var images = new JsonArray();
    for (int i = 0; i < made.count; i++) {
      var at = "/cdn/" + made.id + "/Leonardo_" + i;
      images.add(new JsonObject().add("id", UUID.randomUUID().toString()).add("url", server.uri(at + ".jpg").toString())
          .add("nsfw", false).add("likeCount", 0).add("motion", made.video)
          .add("motionMP4URL", made.video ? Json.value(server.uri(at + ".mp4").toString()) : Json.NULL)
          .add("generated_image_variation_generics", new JsonArray()));
    }
    return new JsonObject().merge(made.listed).set("status", "COMPLETE").set("generated_images", images);
  }

  private Script list(Sent sent) {
    if (!listings.isEmpty()) return listings.poll();
    var locked = locked(sent);
    if (locked.isPresent()) return locked.get();
    int offset = Integer.parseInt(sent.target().replaceFirst(".*offset=(\\d+).*", "$1"));
    int limit = Math.min(listMax, Integer.parseInt(sent.target().replaceFirst(".*limit=(\\d+).*", "$1")));
    var page = new JsonArray();
    generations.reversed().stream().skip(offset).limit(limit)
        .forEach(g -> page.add(listedBent.apply(new JsonObject().merge(g.listed))));
    return json(new JsonObject().add("generations", page));
  }

  private Script price(Sent sent) {
    return json(new JsonObject().add("calculateProductionApiServiceCost", new JsonObject().add("cost", 18)));
  }

  private Script form(Sent sent) {
    if (!forms.isEmpty()) return forms.poll();
    var locked = locked(sent);
    if (locked.isPresent()) return locked.get();
    var extension = Json.parse(sent.text()).asObject().getString("extension", "");
    if (!Set.of("png", "jpg", "jpeg", "webp").contains(extension)) return error(400, "unexpected", "invalid file extension");
    var id = UUID.randomUUID().toString();
    var key = "users/" + USER + "/init-images/" + id + "." + extension;
    var fields = new JsonObject().add("Content-Type", "image/" + extension).add("bucket", "image-upload").add("key", key)
        .add("Policy", "eyJ=").add("X-Amz-Algorithm", "AWS4-HMAC-SHA256").add("X-Amz-Signature", "ab12");
    var url = storage.orElse(server.uri("/storage/").toString());
    return json(new JsonObject().add("uploadInitImage",
        new JsonObject().add("id", id).add("fields", fields.toString()).add("key", key).add("url", url)));
  }

  private Script store(Sent sent) {
    if (!stores.isEmpty()) return stores.poll();
    if (sent.header("authorization").isPresent()) {
      return Script.answer(403, "application/xml", "<Error><Code>AccessDenied</Code></Error>".getBytes());
    }
    var form = FakeLeonardoForm.of(sent);
    var key = form.fields().getOrDefault("key", "");
    if (!form.fileIsLast() || !"eyJ=".equals(form.fields().get("Policy")) || key.isEmpty()) {
      return Script.answer(400, "application/xml", "<Error><Code>InvalidArgument</Code></Error>".getBytes());
    }
    uploads.put(key.replaceFirst(".*/(.*)\\..*", "$1"), form.file());
    return Script.empty(204);
  }

  private Script file(Sent sent) {
    int number = Integer.parseInt(sent.path().replaceFirst(".*_(\\d+)\\..*", "$1"));
    return sent.path().endsWith(".mp4") ? Script.answer(200, "video/mp4", film()) : Script.answer(200, "image/jpeg", picture(number));
  }

  /** What every video is. */
  public static byte[] film() {
    return FakeLeonardoFiles.mp4(832, 480);
  }

  /** The picture number {@code index} of every generation. */
  public static byte[] picture(int index) {
    return FakeLeonardoFiles.jpeg(1024, 768, index);
  }
}
