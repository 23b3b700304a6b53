package easel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Secret;
import easel.core.Time;
import easel.store.CredentialTable;
import easel.store.Database;
import easel.store.StoreOptions;
import easel.store.Vault;
import fake.FakeOpenAiPicture;
import fake.Parrot;
import fake.RealEasel;
import fake.Script;
import fake.Sent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No secret gets out. Keys are planted in file, environment and database, before providers that repeat them in all they
 * say; the real process runs through success and every kind of trouble with its log at its loudest, and afterwards
 * everything it has said or written is searched.
 */
@Timeout(180)
class CanaryTest {
  /** Both ends of every planted secret, so that a part of one is found too. */
  private static final String HEAD = "Zq7canary";
  private static final String TAIL = "yranac7qZ";
  private static final String PASSWORD = canary("password");
  private static final String API_KEY = canary("apikey");
  private static final List<String> FLAGS = List.of("--check-keys", "--json");
  private static final List<String> SOURCES = List.of("file", "env", "db");

  /**
   * A kind of provider to be watched. A new one joins by a line in {@link #WATCHED}.
   *
   * @param path what its base_url has behind the host
   * @param settings further lines of its section
   * @param models what is ordered from it: pictures and films alike, each through chat
   * @param good what it answers where all is well, by the path behind {@code path}
   */
  private record Watched(String type, String path, String settings, List<String> models, BiFunction<Sent, String, Optional<Script>> good) {}

  private static final List<Watched> WATCHED = List.of(
      new Watched("openai", "/v1", "models = [\"gpt-image-2\"]\nvideo_models = [\"wan\"]", List.of("gpt-image-2", "wan"), CanaryTest::openAi),
      new Watched("bfl", "", "", List.of("flux-2-pro"), CanaryTest::bfl),
      new Watched("leonardo", "/api/rest", "", List.of("lucid-origin"), CanaryTest::leonardo),
      new Watched("runware", "/v1/tasks", "", List.of("runware:100@1"), CanaryTest::runware),
      new Watched("gemini", "/v1beta", "", List.of("gemini-3-pro-image"), CanaryTest::gemini));

  private static final byte[] PNG = FakeOpenAiPicture.png(64, 64, 1);

  /** {@code base}: the address before the path. */
  private static Optional<Script> openAi(Sent sent, String base) {
    var picture = Base64.getEncoder().encodeToString(PNG);
    return switch (sent.path()) {
      case "/v1/images/generations" -> json("{'created':1,'data':[{'b64_json':'" + picture + "'}]}");
      case "/v1/videos" -> json("{'id':'video_1','status':'queued'}");
      case "/v1/videos/video_1" -> json("{'id':'video_1','status':'completed'}");
      case "/v1/videos/video_1/content" -> Optional.of(Script.answer(200, "video/mp4", "\0\0\0\20ftypisom\0\0\2\0\0\0\0\10moov".getBytes(ISO_8859_1)));
      case "/v1/models" -> json("{'data':[]}");
      case "/result.png" -> Optional.of(Script.answer(200, "image/png", PNG));
      default -> Optional.empty();
    };
  }

  private static Optional<Script> bfl(Sent sent, String base) {
    return switch (sent.path()) {
      case "/v1/flux-2-pro" -> json("{'id':'task-1','polling_url':'" + base + "/v1/get_result?id=task-1'}");
      case "/v1/get_result" -> json("{'id':'task-1','status':'Ready','result':{'sample':'" + base + "/result.png'}}");
      case "/v1/credits" -> json("{'credits':7.5}");
      default -> Optional.empty();
    };
  }

  private static Optional<Script> leonardo(Sent sent, String base) {
    var id = "0f0e0d0c-0000-4000-8000-000000000001";
    return switch (sent.path()) {
      case "/api/rest/v1/generations" -> json("{'sdGenerationJob':{'generationId':'" + id + "'}}");
      case "/api/rest/v2/generations" -> json("{'generate':{'generationId':'" + id + "'}}");
      case "/api/rest/v1/generations/0f0e0d0c-0000-4000-8000-000000000001" -> json("{'generations_by_pk':{'id':'" + id
          + "','status':'COMPLETE','generated_images':[{'id':'i','url':'" + base + "/result.png'}]}}");
      case "/api/rest/v1/me" -> json("{'user_details':[{'user':{'id':'u'},'apiPaidTokens':5,'apiSubscriptionTokens':2}]}");
      default -> Optional.empty();
    };
  }

  private static Optional<Script> runware(Sent sent, String base) {
    if (!sent.path().equals("/v1/tasks")) return Optional.empty();
    var task = Json.parse(sent.text()).asArray().get(0).asObject();
    var items = new JsonArray();
    for (int i = 0; i < task.getInt("numberResults", 1); i++) {
      items.add(new JsonObject().add("taskType", task.get("taskType")).add("taskUUID", task.get("taskUUID")).add("status", "success")
          .add("imageUUID", "i" + i).add("imageURL", base + "/result.png").add("balance", 3.5));
    }
    return Optional.of(Script.json(200, new JsonObject().add("data", items).toString()));
  }

  private static Optional<Script> gemini(Sent sent, String base) {
    if (!sent.path().endsWith(":generateContent")) return Optional.empty();
    return json("{'candidates':[{'content':{'role':'model','parts':[{'inlineData':{'mimeType':'image/png','data':'"
        + Base64.getEncoder().encodeToString(PNG) + "'}}]},'finishReason':'STOP'}]}");
  }

  private static Optional<Script> json(String text) {
    return Optional.of(Script.json(200, text.replace('\'', '"')));
  }

  private static String canary(String what) {
    return HEAD + "-" + what + "-" + TAIL;
  }

  /** One section: a type of provider, where its key is kept, and what goes wrong there. */
  private record Cage(Watched watched, String source, String trouble) {
    String id() {
      return (watched.type() + "_" + source + "_" + trouble).toLowerCase(Locale.ROOT);
    }

    String key() {
      return canary(source + "-" + watched.type());
    }
  }

  @TempDir
  private Path folder;
  /** Everything that was said, by where it was heard. */
  private final Map<String, String> heard = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final Collection<String> jobs = new ConcurrentLinkedQueue<>();
  private final List<Cage> cages = new ArrayList<>();
  private RealEasel easel;
  private String cookie = "";

  @Test
  void noSecretIsInAnyAnswerLogOrFile() throws Exception {
    try (var parrot = new Parrot((sent, base) -> WATCHED.stream().flatMap(w -> w.good().apply(sent, base).stream()).findFirst())) {
      plant(parrot);
      easel = RealEasel.start(data(), environment(), "--port", "0", "--config", config().toString());
      try {
        administer();
        order();
        reload();
        lookAround();
        doctor("while it runs");
        heard.put("log", easel.said());
        search("while it runs");
        assertEquals(0, easel.stop());
        heard.put("log", easel.said());
      } finally {
        easel.close();
      }
      doctor("afterwards");
      for (var w : WATCHED) for (var source : sources(w)) assertEquals(canary(source + "-" + w.type()), parrot.shown(source + "-" + w.type()));
    }
    search("afterwards");
    theLogWasLoud();
    theDatabaseHadThemSealed();
  }

  /** Where a key is kept makes no difference to an adapter: all places for the first, one for each of the others. */
  private static List<String> sources(Watched watched) {
    int index = WATCHED.indexOf(watched);
    return index == 0 ? SOURCES : List.of(SOURCES.get(index % SOURCES.size()));
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path config() {
    return folder.resolve("setting.toml");
  }

  // ---- planting ---------------------------------------------------------------------------------------------------

  private void plant(Parrot parrot) throws IOException {
    var troubles = new ArrayList<>(Parrot.TROUBLES);
    troubles.add("good");
    var text = new StringBuilder("[debug]\nenabled = true\n[global]\napi_keys = [\"" + canary("second-apikey") + "\"]\n");
    for (var w : WATCHED) for (var source : sources(w)) for (var trouble : troubles) cages.add(new Cage(w, source, trouble));
    for (var c : cages) {
      text.append("[providers.").append(c.id()).append("]\ntype = \"").append(c.watched().type()).append("\"\nbase_url = \"")
          .append(parrot.base(c.trouble(), c.source() + "-" + c.watched().type())).append(c.watched().path()).append("\"\n")
          .append(c.watched().settings()).append('\n');
      if (c.source().equals("file")) text.append("api_key = \"").append(c.key()).append("\"\n");
    }
    Files.writeString(config(), text);
  }

  private Map<String, String> environment() {
    var environment = new HashMap<>(Map.of("EASEL_API_KEY", API_KEY, "EASEL_ADMIN_PASSWORD", PASSWORD,
        "EASEL_GENERATION_WAIT_TIMEOUT", "300ms", "EASEL_GENERATION_VIDEO_WAIT_TIMEOUT", "300ms", "EASEL_GENERATION_IMAGE_TIMEOUT", "4",
        "EASEL_GENERATION_VIDEO_TIMEOUT", "4", "EASEL_GENERATION_FETCH_GRACE", "1", "EASEL_SERVER_DRAIN_TIMEOUT", "1"));
    for (var c : cages) {
      if (c.source().equals("env")) environment.put("EASEL_PROVIDERS_" + c.id().toUpperCase(Locale.ROOT) + "_API_KEY", c.key());
    }
    return environment;
  }

  // ---- using ------------------------------------------------------------------------------------------------------

  private HttpResponse<String> hear(String method, String path, String body, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(easel.base().resolve(path));
    if (!body.isEmpty()) request.header("Content-Type", "application/json");
    if (headers.length > 0) request.headers(headers);
    var answer = easel.send(request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build());
    heard.put(number.incrementAndGet() + " " + method + " " + path.replaceAll("\\?.*", ""), answer.statusCode() + " " + answer.headers().map() + "\n" + answer.body());
    return answer;
  }

  private HttpResponse<String> admin(String method, String path, String body) throws Exception {
    return hear(method, "/api/admin" + path, body, "Cookie", cookie);
  }

  private void administer() throws Exception {
    var login = new JsonObject().add("username", canary("name")).add("password", PASSWORD);
    assertEquals(401, hear("POST", "/api/admin/login", login.toString()).statusCode());
    login.set("username", "admin").set("password", canary("wrong"));
    assertEquals(401, hear("POST", "/api/admin/login", login.toString()).statusCode());
    var in = hear("POST", "/api/admin/login", login.set("password", PASSWORD).toString());
    cookie = in.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (var c : cages) if (c.source().equals("db")) all.add(threads.submit(() -> enter(c)));
      for (var one : all) one.get();
    }
    for (var c : cages) if (c.source().equals("db") && c.trouble().equals("good")) goByProxies(c);
    var spare = new JsonObject().add("provider", "openai").add("secret", canary("spare")).add("remark", "spare");
    var made = admin("POST", "/credentials", spare.toString());
    var id = Json.parse(made.body()).asObject().getString("id", "");
    for (var bad : List.of(spare.toString() + "}", "{\"secret\":\"" + canary("x") + "\"}", "{\"secret\":\"" + canary("x") + " \\n\"}",
        "[\"" + canary("x") + "\"]", "{\"secret\":\"" + canary("x") + "\",\"remark\":\"" + canary("x") + "\"}", canary("x"))) {
      assertEquals(400, admin("POST", "/credentials", bad).statusCode(), bad);
      admin("PATCH", "/credentials/" + id, bad);
    }
    assertEquals(200, admin("PATCH", "/credentials/" + id, new JsonObject().add("secret", canary("other")).toString()).statusCode());
    admin("POST", "/credentials/" + id + "/test", "");
    assertEquals(204, admin("DELETE", "/credentials/" + id, "").statusCode());
    hear("GET", "/api/admin/credentials", "", "Authorization", "Bearer " + API_KEY, "Cookie", "easel_admin=" + PASSWORD);
  }

  private Void enter(Cage cage) throws Exception {
    var made = admin("POST", "/credentials", new JsonObject().add("provider", cage.id()).add("secret", cage.key()).toString());
    assertEquals(201, made.statusCode(), made.body());
    admin("POST", "/credentials/" + Json.parse(made.body()).asObject().getString("id", "") + "/test", "");
    return null;
  }

  /** Ways that do not lead there, and words that are none. */
  private void goByProxies(Cage cage) throws Exception {
    var spare = new JsonObject().add("provider", cage.id()).add("secret", canary("proxied"));
    var made = admin("POST", "/tokens", spare.toString());
    var path = "/tokens/" + Json.parse(made.body()).asObject().getString("id", "");
    for (var way : List.of("http://me:%s@127.0.0.1:1", "socks5h://me:%s@127.0.0.1:1", "127.0.0.1:1:me:%s")) {
      var proxy = new JsonObject().add("proxy", String.format(way, canary("proxy")));
      assertEquals(200, admin("PATCH", path, proxy.toString()).statusCode());
      for (var what : List.of("/test", "/refresh")) admin("POST", path + what, "");
    }
    for (var bad : List.of("ftp://me:%s@h:1", "%s", "h:1:%s", "http://%s@h:port")) {
      assertEquals(400, admin("PATCH", path, new JsonObject().add("proxy", String.format(bad, canary("proxy"))).toString()).statusCode(), bad);
    }
    assertEquals(400, admin("PATCH", path, new JsonObject().add("project_id", canary("x") + "/").toString()).statusCode());
    doctor("with a proxy");
    assertEquals(204, admin("DELETE", path, "").statusCode());
  }

  /** Every model of every cage; of the first also streamed, and with previews. */
  private void order() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (var cage : cages) {
        for (var model : cage.watched().models()) {
          all.add(threads.submit(() -> order(cage, model, false)));
          if (cage.watched() == WATCHED.getFirst()) all.add(threads.submit(() -> order(cage, model, true)));
          if (cage.watched() == WATCHED.getFirst()) all.add(threads.submit(() -> preview(cage, model)));
        }
      }
      for (var one : all) one.get();
    }
    for (var job : jobs) {
      var told = hear("GET", "/v1/jobs/" + job, "", "Authorization", "Bearer " + API_KEY);
      // One that an adapter still looks for would keep its listeners waiting.
      if (told.body().contains("ended_at")) hear("GET", "/v1/jobs/" + job + "/events", "", "Authorization", "Bearer " + API_KEY);
    }
  }

  private Void order(Cage cage, String model, boolean stream) throws Exception {
    var message = new JsonObject().add("role", "user").add("content", "a boat for " + cage.id() + stream);
    var body = new JsonObject().add("model", cage.id() + "/" + model).add("stream", stream)
        .add("messages", new JsonArray().add(message));
    var answer = hear("POST", "/v1/chat/completions", body.toString(), "Authorization", "Bearer " + API_KEY);
    answer.headers().firstValue("x-easel-job").ifPresent(jobs::add);
    if (cage.trouble().equals("good")) assertEquals(200, answer.statusCode(), answer.body());
    return null;
  }

  private Void preview(Cage cage, String model) throws Exception {
    var body = new JsonObject().add("model", cage.id() + "/" + model).add("stream", true).add("partial_images", 1).add("prompt", "a boat");
    hear("POST", "/v1/images/generations", body.toString(), "Authorization", "Bearer " + API_KEY);
    return null;
  }

  /** Files that are broken where their keys are. */
  private void reload() throws Exception {
    var good = Files.readString(config());
    var key = canary("file-openai");
    for (var bad : List.of("[x]\nkey = \"a\" " + key, "[x]\nkey = " + key, "[x]\nkey = '" + key, "[x]\nkey \"" + key + "\"", key,
        "[providers.x]\ntype = \"openai\"\napi_key = \"" + key + "\"\napi_key = \"" + key + "\"", "[providers.x]\napi_key = [\"" + key + "\"]",
        "[providers.x]\ntype = \"" + key + "\"", "[providers.x]\ntype = \"openai\"\nbase_url = \"http://" + key + "@host/v1\"",
        "[providers.x]\ntype = \"openai\"\nbase_url = \"http://" + key + " /v1\"", "[providers.x]\ntype = \"openai\"\napi_key = \"" + key + " é\"",
        "[generation]\nno_progress_timeout = \"" + key + "\"", "[limits]\nbody_max = \"" + key + "\"")) {
      Files.writeString(config(), good + "\n" + bad + "\n");
      assertEquals(400, hear("POST", "/admin/reload-config", "", "Authorization", "Bearer " + API_KEY).statusCode(), bad);
      if (bad.startsWith("[x]")) doctorOfABrokenFile();
    }
    doctor("of a broken file");
    Files.writeString(config(), good);
    assertEquals(200, hear("POST", "/admin/reload-config", "", "Cookie", cookie).statusCode());
  }

  private void lookAround() throws Exception {
    for (var path : List.of("/health", "/ready", "/v1/models", "/v1/models/aliases", "/nowhere", "/v1/nowhere", "/v1/models/nothing",
        "/api/admin/credentials", "/api/admin/tokens?limit=2", "/api/admin/notices", "/api/admin/providers", "/api/admin/jobs?limit=200&parts=true",
        "/v1/models?key=" + API_KEY)) {
      hear("GET", path, "", "Authorization", "Bearer " + API_KEY, "Cookie", cookie);
    }
    hear("GET", "/v1/models", "", "Authorization", "Bearer " + canary("wrong-apikey"));
    hear("GET", "/v1/models", "", "X-API-Key", canary("wrong-apikey") + "\"");
    hear("GET", "/v1/models", "", "Authorization", canary("scheme"));
    hear("POST", "/v1/images/generations", "{\"model\":\"sample-image\",\"prompt\":\"a boat\"}", "Authorization", "Bearer " + canary("second-apikey"));
  }

  private void doctor(String when) throws Exception {
    for (var flag : FLAGS) {
      var command = new ArrayList<>(List.of(RealEasel.java(), "-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1", "-jar", RealEasel.jar()));
      command.addAll(order(flag));
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().keySet().removeIf(k -> k.startsWith("EASEL_") || k.endsWith("_API_KEY"));
      builder.environment().putAll(environment());
      var process = builder.start();
      heard.put(number.incrementAndGet() + " doctor " + flag + " " + when, new String(process.getInputStream().readAllBytes(), UTF_8));
      process.waitFor();
    }
  }

  private List<String> order(String flag) {
    return List.of("doctor", flag, "--port", "0", "--data", data().toString(), "--config", config().toString());
  }

  /** The same without a process: what it says of a file that it cannot read needs nothing of one. */
  private void doctorOfABrokenFile() {
    for (var flag : FLAGS) {
      var said = new ByteArrayOutputStream();
      var out = new PrintStream(said, true, UTF_8);
      assertEquals(1, Main.run(order(flag), environment(), out, out));
      heard.put(number.incrementAndGet() + " doctor " + flag + " of a broken file", said.toString(UTF_8));
    }
  }

  // ---- searching --------------------------------------------------------------------------------------------------

  private void search(String when) throws IOException {
    var found = new TreeMap<String, String>();
    var marks = marks();
    heard.forEach((where, text) -> search(where, text, marks, found));
    try (var files = Files.walk(data())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        search("file " + data().relativize(file), new String(Files.readAllBytes(file), ISO_8859_1), marks, found);
      }
    }
    assertTrue(found.isEmpty(), () -> when + ", secrets are in " + found.size() + " places:\n" + found.entrySet().stream().limit(40)
        .map(e -> e.getKey() + ": " + e.getValue()).collect(Collectors.joining("\n")));
  }

  /** As it is, and as it looks when somebody has encoded what holds it. */
  private List<String> marks() throws IOException {
    var marks = new ArrayList<String>();
    for (var mark : List.of(HEAD, TAIL)) {
      marks.add(mark);
      marks.add(HexFormat.of().formatHex(mark.getBytes(UTF_8)));
      for (int shift = 0; shift < 3; shift++) {
        // Without the letters at both ends, which depend on the neighbours.
        var coded = Base64.getEncoder().withoutPadding().encodeToString(("x".repeat(shift) + mark).getBytes(UTF_8));
        marks.add(coded.substring(shift == 0 ? 0 : shift + 1, coded.length() - 2));
      }
    }
    marks.add(Files.readString(data().resolve(Vault.FILE)).strip());
    return marks;
  }

  private static void search(String where, String text, List<String> marks, Map<String, String> found) {
    if (where.equals("file " + Vault.FILE)) return;
    var low = text.toLowerCase(Locale.ROOT);
    for (var mark : marks) {
      int at = low.indexOf(mark.toLowerCase(Locale.ROOT));
      if (at >= 0) found.put(where, text.substring(Math.max(0, at - 80), Math.min(text.length(), at + 80)).replace('\n', ' '));
    }
  }

  /** Otherwise nothing would have been proven. */
  private void theLogWasLoud() {
    assertTrue(heard.get("log").contains(" DEBUG easel.api request refused "), "debug was on");
    assertTrue(heard.values().stream().anyMatch(text -> text.contains("Incorrect API key provided: ***")), "errors were passed on");
    assertTrue(heard.size() > 2 * cages.size(), "much was heard: " + heard.size());
  }

  private void theDatabaseHadThemSealed() {
    var options = StoreOptions.at(data(), data().resolve("storage")).withReserve(0);
    try (var database = Database.open(options, Time.system())) {
      var rows = new CredentialTable(database, Vault.open(data(), Optional.empty())).list();
      var wanted = cages.stream().filter(c -> c.source().equals("db")).collect(Collectors.toMap(Cage::id, c -> new Secret(c.key())));
      assertEquals(wanted, rows.stream().collect(Collectors.toMap(CredentialTable.Row::provider, r -> r.secret().orElseThrow())));
    }
  }
}
