package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import fake.Await;
import fake.FakeUpstream;
import fake.Script;
import fake.Sent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Credentials of file, environment and database in the real wiring, before a provider that tells who called. */
@Timeout(60)
class CredentialsTest {
  private static final String ONE = "first-key-of-the-box";
  private static final String TWO = "second-key-of-the-box";
  private static final String PASSWORD = "password-of-the-credentials-test";
  private static final String API_KEY = "api-key-of-the-credentials-test";
  private static final byte[] MP4 = "\0\0\0\20ftypisom\0\0\2\0\0\0\0\10moov".getBytes(StandardCharsets.ISO_8859_1);

  @TempDir
  private Path folder;
  private FakeUpstream box;
  private Gateway gateway;
  private String cookie;
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile boolean done;
  private int ids;

  @BeforeEach
  void start() throws Exception {
    box = new FakeUpstream().on("POST /v1/videos", sent -> Script.json(200, video("video_" + ids++, "queued"), "openai-poll-after-ms: 500"))
        .on("GET /v1/videos/*", this::look);
    gateway = started(Map.of());
    cookie = login();
  }

  @AfterEach
  void stop() {
    gateway.close();
    box.close();
    client.close();
  }

  private static String video(String id, String status) {
    return new JsonObject().add("id", id).add("status", status).toString();
  }

  private Script look(Sent sent) {
    if (sent.path().endsWith("/content")) return Script.answer(200, "video/mp4", MP4);
    return Script.json(200, video(sent.path().substring("/v1/videos/".length()), done ? "completed" : "processing"), "openai-poll-after-ms: 500");
  }

  private Gateway started(Map<String, String> more) throws Exception {
    var config = folder.resolve("setting.toml");
    if (!Files.exists(config)) Files.writeString(config, """
        [providers.box]
        type = "openai"
        base_url = "%s"
        video_models = ["wan"]
        """.formatted(box.uri("/v1")));
    var environment = new java.util.HashMap<>(Map.of("EASEL_API_KEY", API_KEY, "EASEL_ADMIN_PASSWORD", PASSWORD));
    environment.putAll(more);
    var flags = Flags.parse(List.of("--config", config.toString(), "--data", folder.resolve("data").toString(), "--port", "0"), environment);
    Gateway.Source source = () -> ConfigReader.read(flags, environment);
    return Gateway.start(source.read(), source);
  }

  private void restart(Map<String, String> more) throws Exception {
    gateway.close();
    gateway = started(more);
    cookie = login();
  }

  private String login() throws Exception {
    var body = new JsonObject().add("username", "admin").add("password", PASSWORD);
    var answer = send(request("/api/admin/login").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString())));
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.address()).resolve(path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = client.send(request.build(), BodyHandlers.ofString());
    assertFalse(answer.body().contains(ONE) || answer.body().contains(TWO), "an answer holds a secret");
    return answer;
  }

  private HttpResponse<String> admin(String method, String path, String json) throws Exception {
    var request = request("/api/admin" + path).header("Cookie", cookie);
    if (!json.isEmpty()) request.header("Content-Type", "application/json");
    return send(request.method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json.replace('\'', '"'))));
  }

  private JsonObject add(String provider, String secret) throws Exception {
    var answer = admin("POST", "/credentials", "{'provider':'" + provider + "','secret':'" + secret + "'}");
    assertEquals(201, answer.statusCode(), answer.body());
    return Json.parse(answer.body()).asObject();
  }

  private static String id(JsonObject credential) {
    return credential.getString("id", "");
  }

  private List<JsonObject> list() throws Exception {
    var list = new ArrayList<JsonObject>();
    var answer = admin("GET", "/credentials", "");
    for (var entry : Json.parse(answer.body()).asObject().get("credentials").asArray()) list.add(entry.asObject());
    return list;
  }

  /** Name, source, and what is the matter with it. */
  private List<String> told() throws Exception {
    var told = new ArrayList<String>();
    for (var c : list()) {
      told.add(c.getString("name", "").replaceAll("#.*", "") + " " + c.getString("source", "") + " " + c.getString("state", "")
          + (c.getInt("jobs", 0) > 0 ? " jobs" : ""));
    }
    return told;
  }

  private JsonObject reason() throws Exception {
    return list().getFirst().get("reason").asObject();
  }

  private String models() throws Exception {
    return send(request("/v1/models").header("Authorization", "Bearer " + API_KEY)).body();
  }

  /** Orders a film, and answers the job's path. */
  private String film() throws Exception {
    var before = box.sent("POST /v1/videos").size();
    var answer = send(request("/v1/chat/completions").header("Authorization", "Bearer " + API_KEY).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"model\":\"box/wan\",\"async\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a boat\"}]}")));
    assertEquals(202, answer.statusCode(), answer.body());
    Await.until("the order of a film", () -> box.sent("POST /v1/videos").size() > before);
    var job = answer.headers().firstValue("Location").orElseThrow();
    Await.until("the job to run", () -> state(job).equals("running"));
    return job;
  }

  private String state(String job) throws Exception {
    return Json.parse(send(request(job).header("Authorization", "Bearer " + API_KEY)).body()).asObject().getString("status", "");
  }

  private void succeeds(String job) throws Exception {
    done = true;
    Await.until("the end of the job", () -> !List.of("running", "fetching").contains(state(job)));
    assertEquals("succeeded", state(job));
  }

  private String lastCaller(String route) {
    return box.sent(route).getLast().header("authorization").orElse("nobody").replace("Bearer ", "");
  }

  private void awaitPollBy(String key) {
    int before = box.sent("GET /v1/videos/*").size();
    Await.until("the next poll", () -> box.sent("GET /v1/videos/*").size() > before);
    assertEquals(key, lastCaller("GET /v1/videos/*"));
  }

  @Test
  void aCredentialWorksAsSoonAsItIsEnteredAndEverAfter() throws Exception {
    assertFalse(models().contains("gpt-image-2"));
    var made = add("openai", ONE);
    assertTrue(made.getString("name", "").matches("openai#[0-9a-f]{6}"), made.toString());
    assertTrue(models().contains("gpt-image-2"));
    restart(Map.of());
    assertTrue(models().contains("gpt-image-2"));
    assertEquals(200, admin("PATCH", "/credentials/" + id(made), "{'enabled':false,'remark':'of the team'}").statusCode());
    assertFalse(models().contains("gpt-image-2"));
    assertEquals(List.of("openai database off"), told());
    assertEquals("of the team", list().getFirst().getString("remark", ""));
    assertEquals(200, admin("PATCH", "/credentials/" + id(made), "{'enabled':true}").statusCode());
    assertTrue(models().contains("gpt-image-2"));
    assertEquals(204, admin("DELETE", "/credentials/" + id(made), "").statusCode());
    assertFalse(models().contains("gpt-image-2"));
    assertEquals(List.of(), told());
    assertEquals(404, admin("DELETE", "/credentials/" + id(made), "").statusCode());
  }

  @Test
  void theSameKeyTwiceIsOneCredential() throws Exception {
    var first = add("openai", ONE);
    var again = admin("POST", "/credentials", "{'provider':'openai','secret':' " + ONE + " ','remark':'again'}");
    assertEquals(200, again.statusCode());
    assertEquals(id(first), id(Json.parse(again.body()).asObject()));
    assertEquals(1, list().size());
    assertEquals("again", list().getFirst().getString("remark", ""));
    add("box", ONE);
    assertEquals(2, list().size());
  }

  @Test
  void everySourceIsToldAndOnlyTheDatabaseCanBeChangedHere() throws Exception {
    Files.writeString(folder.resolve("setting.toml"), "[providers.openai]\napi_keys = [\"a-key-of-the-file\"]\n");
    restart(Map.of("EASEL_PROVIDERS_OPENAI_API_KEY", "a-key-of-the-environment"));
    add("openai", ONE);
    assertEquals(List.of("openai environment active", "openai file active", "openai database active"), told());
    var config = list().getFirst();
    for (var method : List.of("PATCH", "DELETE")) {
      var answer = admin(method, "/credentials/" + id(config), method.equals("PATCH") ? "{'enabled':false}" : "");
      assertEquals(403, answer.statusCode(), answer.body());
    }
    assertFalse(admin("GET", "/credentials", "").body().contains("a-key-of"));
    assertEquals(Json.parse("{\"id\":\"openai\",\"type\":\"openai\",\"enabled\":true,\"models\":4,\"credentials\":3,\"ready\":true,\"balance\":false}")
        .asObject().remove("models"), provider("openai").remove("models"));
    // The same key in a second place adds nothing.
    add("openai", "a-key-of-the-file");
    assertEquals(3, provider("openai").getInt("credentials", 0));
  }

  private JsonObject provider(String id) throws Exception {
    for (var p : Json.parse(admin("GET", "/providers", "").body()).asObject().get("providers").asArray()) {
      if (p.asObject().getString("id", "").equals(id)) return p.asObject();
    }
    throw new AssertionError("no provider " + id);
  }

  @Test
  void aCredentialThatIsTakenAwayStaysForItsJobsEvenOverARestart() throws Exception {
    var one = add("box", ONE);
    var job = film();
    assertEquals(ONE, lastCaller("POST /v1/videos"));
    var left = admin("DELETE", "/credentials/" + id(one), "");
    assertEquals(202, left.statusCode());
    assertEquals(List.of("box database retired jobs"), told());
    assertEquals(400, admin("PATCH", "/credentials/" + id(one), "{'enabled':true}").statusCode());
    film();
    assertEquals("nobody", lastCaller("POST /v1/videos"), "it takes nothing new");
    restart(Map.of());
    assertEquals(List.of("box database retired jobs"), told());
    Await.until("the first poll", () -> !box.sent("GET /v1/videos/video_0").isEmpty());
    succeeds(job);
    assertEquals(ONE, box.sent("GET /v1/videos/video_0").getLast().header("authorization").orElse("").replace("Bearer ", ""));
    Await.until("the retired one to go", () -> told().isEmpty());
  }

  @Test
  void aDisabledCredentialFinishesItsJobs() throws Exception {
    var one = add("box", ONE);
    var job = film();
    admin("PATCH", "/credentials/" + id(one), "{'enabled':false}");
    restart(Map.of());
    awaitPollBy(ONE);
    succeeds(job);
    assertEquals(List.of("box database off"), told());
  }

  @Test
  void jobsGoOnWithTheSecretTheyBeganWith() throws Exception {
    var one = add("box", ONE);
    var job = film();
    var changed = admin("PATCH", "/credentials/" + id(one), "{'secret':'" + TWO + "'}");
    assertEquals(200, changed.statusCode(), changed.body());
    assertEquals(id(one), id(Json.parse(changed.body()).asObject()));
    assertEquals(List.of("box database active", "box database retired jobs"), told().stream().sorted().toList());
    restart(Map.of());
    awaitPollBy(ONE);
    film();
    assertEquals(TWO, lastCaller("POST /v1/videos"));
    succeeds(job);
    Await.until("the retired one to go", () -> told().size() <= 1);
    assertEquals(id(one), id(list().getFirst()));
    assertEquals(400, admin("PATCH", "/credentials/" + id(add("box", ONE)), "{'secret':'" + TWO + "'}").statusCode());
  }

  @Test
  void aRetiredCredentialThatIsEnteredAgainWorksAgain() throws Exception {
    var one = add("box", ONE);
    film();
    admin("DELETE", "/credentials/" + id(one), "");
    assertEquals(200, admin("POST", "/credentials", "{'provider':'box','secret':'" + ONE + "'}").statusCode());
    assertEquals(List.of("box database active jobs"), told());
    film();
    assertEquals(ONE, lastCaller("POST /v1/videos"));
  }

  @Test
  void withoutItsKeyACredentialIsLockedUntilTheKeyIsBack() throws Exception {
    var one = add("openai", ONE);
    var key = folder.resolve("data").resolve("secret.key");
    var away = folder.resolve("away");
    Files.move(key, away);
    restart(Map.of());
    assertEquals(List.of("openai database locked"), told());
    assertTrue(reason().getString("message", "").contains("put back " + key + " or set EASEL_SECRET_KEY"), list().toString());
    assertFalse(models().contains("gpt-image-2"));
    var tested = Json.parse(admin("POST", "/credentials/" + id(one) + "/test", "").body()).asObject();
    assertFalse(tested.getBoolean("ok", true));
    var second = admin("POST", "/credentials", "{'provider':'openai','secret':'" + TWO + "'}");
    assertEquals(500, second.statusCode());
    assertTrue(second.body().contains("nothing new can be sealed"), second.body());
    Files.move(away, key);
    assertEquals(List.of(), gateway.reload());
    assertEquals(List.of("openai database active"), told());
    assertTrue(models().contains("gpt-image-2"));
  }

  @Test
  void theKeyOfTheEnvironmentSealsWithoutAFile() throws Exception {
    var key = Map.of("EASEL_SECRET_KEY", "ab".repeat(32));
    restart(key);
    add("openai", ONE);
    assertFalse(Files.exists(folder.resolve("data").resolve("secret.key")));
    restart(key);
    assertEquals(List.of("openai database active"), told());
    restart(Map.of("EASEL_SECRET_KEY", "cd".repeat(32)));
    assertEquals(List.of("openai database locked"), told());
    restart(Map.of());
    assertEquals(List.of("openai database locked"), told());
  }

  /** Orders a film that fails. */
  private void refusedFilm() throws Exception {
    var answer = send(request("/v1/chat/completions").header("Authorization", "Bearer " + API_KEY).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"model\":\"box/wan\",\"messages\":[{\"role\":\"user\",\"content\":\"a boat\"}]}")));
    assertTrue(answer.statusCode() >= 400, answer.body());
  }

  private JsonObject only() throws Exception {
    assertEquals(1, list().size());
    return list().getFirst();
  }

  private void awaitState(String state) throws Exception {
    Await.until("the state " + state, () -> only().getString("state", "").equals(state));
  }

  private void strict(String... lines) throws Exception {
    Files.writeString(folder.resolve("setting.toml"), """
        [admin]
        error_ban_threshold = 1
        [providers.box]
        type = "openai"
        base_url = "%s"
        video_models = ["wan"]
        """.formatted(box.uri("/v1")) + String.join("\n", lines));
    restart(Map.of());
  }

  @Test
  void whatItsProviderRefusesIsDisabledWithItsReasonAndStaysSoAfterARestart() throws Exception {
    strict();
    box.on("POST /v1/videos", sent -> Script.json(401, "{\"error\":{\"message\":\"no such key: " + ONE + "\"}}"));
    var id = id(add("box", ONE));
    refusedFilm();
    awaitState("disabled");
    restart(Map.of());
    var entry = only();
    assertEquals("disabled", entry.getString("state", ""));
    assertEquals("upstream_unauthorized", entry.get("reason").asObject().getString("code", ""));
    assertTrue(entry.getLong("since", 0) > 0 && entry.getBoolean("enabled", false), entry.toString());
    var counters = entry.get("counters").asObject();
    assertEquals(List.of(1, 1), List.of(counters.getInt("errors_in_a_row", 0), counters.get("total").asObject().getInt("errors", 0)));
    int sent = box.sent("POST /v1/videos").size();
    refusedFilm();
    assertEquals(sent, box.sent("POST /v1/videos").size(), "it is lent no more");
    assertEquals(List.of(), gateway.reload());
    assertEquals("disabled", only().getString("state", ""));
    assertEquals(200, admin("POST", "/tokens/" + id + "/enable", "").statusCode());
    assertEquals("active", only().getString("state", ""));
    box.on("POST /v1/videos", s -> Script.json(200, video("video_9", "queued"), "openai-poll-after-ms: 500"));
    film();
    restart(Map.of());
    assertEquals("active", only().getString("state", ""));
  }

  @Test
  void aKeyOfTheFileIsForgivenWhenTheFileIsReadAgain() throws Exception {
    strict("api_keys = [\"" + ONE + "\"]");
    box.on("POST /v1/videos", sent -> Script.json(401, "{\"error\":{\"message\":\"no\"}}"));
    refusedFilm();
    awaitState("disabled");
    restart(Map.of());
    assertEquals("disabled", only().getString("state", ""));
    assertEquals(List.of(), gateway.reload());
    awaitState("active");
    restart(Map.of());
    assertEquals("active", only().getString("state", ""));
  }

  @Test
  void whatMayMakeNoVideosIsNeverAskedForOne() throws Exception {
    var id = id(add("box", ONE));
    admin("PATCH", "/credentials/" + id, "{'video_concurrency':0}");
    refusedFilm();
    assertEquals(0, box.sent("POST /v1/videos").size());
    admin("PATCH", "/credentials/" + id, "{'video_concurrency':1}");
    film();
    assertEquals(1, only().get("in_flight").asObject().getInt("videos", 0));
  }

  @Test
  void aBadFieldIsNamed() throws Exception {
    var id = id(add("box", ONE));
    for (var bad : List.of("proxy|'ftp://h'", "image_concurrency|-2", "project_id|'a/b'", "remark|'a\\nb'")) {
      var field = bad.split("\\|");
      var answer = admin("PATCH", "/credentials/" + id, "{'" + field[0] + "':" + field[1] + "}");
      assertEquals(400, answer.statusCode(), answer.body());
      assertEquals(field[0], Json.parse(answer.body()).asObject().get("error").asObject().getString("param", ""));
    }
  }

  @Test
  void aReloadKeepsWhatTheDatabaseHas() throws Exception {
    add("openai", ONE);
    Files.writeString(folder.resolve("setting.toml"), "[providers.openai]\nenabled = true\n");
    assertEquals(List.of(), gateway.reload());
    assertTrue(models().contains("gpt-image-2"));
  }

  @Test
  void nobodyButTheAdministratorComesIn() throws Exception {
    var one = id(add("openai", ONE));
    var routes = List.of("GET /credentials", "POST /credentials", "PATCH /credentials/" + one, "DELETE /credentials/" + one,
        "POST /credentials/" + one + "/test", "GET /credentials/" + one, "POST /credentials/" + one + "/enable",
        "POST /credentials/" + one + "/disable", "POST /tokens/" + one + "/refresh", "GET /tokens", "GET /notices", "GET /providers");
    for (var route : routes) {
      var words = route.split(" ");
      var body = words[0].equals("POST") || words[0].equals("PATCH") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody();
      var path = "/api/admin" + words[1];
      assertEquals(401, send(request(path).method(words[0], body)).statusCode(), route);
      assertEquals(401, send(request(path).header("Authorization", "Bearer " + API_KEY).method(words[0], body)).statusCode(), route);
      assertEquals(401, send(request(path).header("Cookie", "easel_admin=" + API_KEY).method(words[0], body)).statusCode(), route);
      assertEquals(403, send(request(path).header("Cookie", cookie).header("Origin", "http://evil.example").method(words[0], body)).statusCode(), route);
    }
    assertEquals(1, list().size());
  }
}
