package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Job;
import easel.core.Step;
import easel.core.Usage;
import easel.http.HttpOptions;
import easel.http.HttpServer;
import easel.http.Request;
import easel.store.ApiKeyTable.ApiKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JobLogApiTest {
  private static final String JOBS = "/api/admin/jobs";

  private final Faces faces = new Faces();
  private HttpServer server;
  private HttpClient client;
  private String cookie;

  @BeforeEach
  void start() throws IOException {
    var options = HttpOptions.defaults().withPort(0).withLastResort(OpenAiErrors::lastResort);
    server = HttpServer.start(options.withPace(options.pace().withHeartbeat(Duration.ofMillis(40))), r -> faces.router.handle(r));
    client = HttpClient.newHttpClient();
    cookie = AdminSessions.COOKIE + "=" + faces.sessions.login(Request.of("POST", "/"), "admin", "x");
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
    faces.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).header("Cookie", cookie);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(to(path).build(), BodyHandlers.ofString());
  }

  private JsonObject json(String path) throws Exception {
    var reply = get(path);
    assertEquals(200, reply.statusCode(), reply.body());
    assertEquals("no-store", reply.headers().firstValue("cache-control").orElseThrow());
    return Json.parse(reply.body()).asObject();
  }

  private List<JsonObject> rows(String query) throws Exception {
    var rows = new ArrayList<JsonObject>();
    json(JOBS + query).get("jobs").asArray().forEach(r -> rows.add(r.asObject()));
    return rows;
  }

  private List<String> ids(String query) throws Exception {
    return rows(query).stream().map(r -> r.get("id").asString()).toList();
  }

  /** The newest job. */
  private Job made(String json) throws Exception {
    var reply = faces.generate(json);
    assertTrue(reply.status() < 300, reply.body());
    return faces.jobs().getFirst();
  }

  private Job ended(Job job) throws InterruptedException {
    var ended = faces.engine.await(job, Duration.ofSeconds(30));
    assertTrue(ended.state().ended());
    return ended;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // ---- who may look -----------------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"GET /api/admin/jobs", "GET /api/admin/jobs/events", "GET /api/admin/jobs/ID", "DELETE /api/admin/jobs/ID",
      "GET /api/admin/jobs/ID/events"})
  void anApiKeyOpensNoneOfIt(String route) throws Exception {
    var job = made("{'prompt':'p'}");
    var words = route.replace("ID", job.id()).split(" ");
    var asked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + words[1]))
        .header("Authorization", "Bearer " + Faces.KEY).method(words[0], HttpRequest.BodyPublishers.noBody()).build();

    var reply = client.send(asked, BodyHandlers.ofString());

    assertEquals(401, reply.statusCode());
    assertFalse(reply.body().contains("draw-1"), reply.body());
  }

  // ---- rows -------------------------------------------------------------------------------------------------------

  @Test
  void aRowSaysWhoMadeWhatForWhomAndHowItEnded() throws Exception {
    faces.entries = List.of(Entries.of(7, "fake").entry(), named(12, "fake", "fake"));
    faces.provider.act = (task, handle, progress) -> Scripted.draw(task, progress, Usage.charged(new BigDecimal("0.04")));
    var job = made("{'prompt':'a cat','model':'fake-image','project':'shop'}");
    var created = job.origin().created().getEpochSecond();
    var seconds = Duration.between(job.origin().created(), job.outcome().ended().orElseThrow()).toMillis() / 1000.0;

    assertEquals(List.of(Json.parse(Faces.quoted("""
        {'id':'%s','object':'job','state':'succeeded','progress':100,'kind':'image','model':'fake-image','key':'first key',
         'face':'images/generations','project':'shop','prompt':'a cat','prompt_length':5,'provider':'fake','upstream_model':'draw-1',
         'credential':{'name':'fake','id':'id-12','number':12,'remark':'a remark'},'attempt_count':1,
         'created_at':%d,'started_at':%d,'updated_at':%d,'ended_at':%d,'seconds':%s,'cost':0.04,'status_code':200,'result_count':1,
         'links':{'self':'/api/admin/jobs/%s','events':'/api/admin/jobs/%s/events'}}""")
        .formatted(job.id(), created, created, created, created, Json.value(seconds), job.id(), job.id()))), rows(""));
  }

  private static CredentialBook.Entry named(long number, String provider, String name) {
    var e = Entries.of(number, provider).entry();
    return new CredentialBook.Entry(e.id(), e.number(), provider, name, e.source(), e.given(), e.condition(), e.account(), e.use(),
        e.created(), e.updated());
  }

  @Test
  void aFailureHasItsCodeItsWordsAndTheStatusTheCallerGot() throws Exception {
    faces.provider.fails(new Failure.UpstreamBroken(500, "The provider answered nonsense."));
    assertEquals(502, faces.generate("{'prompt':'p','model':'fake-image'}").status());

    var row = rows("?state=unknown").getFirst();

    assertEquals("unknown", row.get("state").asString());
    assertEquals(502, row.get("status_code").asInt());
    assertEquals("upstream_outcome_unknown", row.get("error").asObject().get("code").asString());
    assertTrue(row.get("cost").isNull());
  }

  @Test
  void theCallersOwnMistakeIsA400() throws Exception {
    faces.provider.fails(new Failure.Refused("not such a picture"));
    faces.generate("{'prompt':'p','model':'fake-image'}");

    var row = rows("?state=failed").getFirst();

    assertEquals(400, row.get("status_code").asInt());
    assertEquals(Json.parse("{\"code\":\"moderation_blocked\",\"message\":\"not such a picture\"}"), row.get("error"));
  }

  @Test
  void aRunningJobShowsWhatIsNotOnTheDisk() throws Exception {
    var reported = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    faces.provider.reports(37, "drawing", reported, go);
    var job = made("{'prompt':'p','model':'fake-image','async':true}");
    reported.await();

    var row = rows("?state=running").getFirst();

    assertEquals(0, faces.store.jobs().find(job.id()).orElseThrow().standing().percent());
    assertEquals("37 drawing", row.get("progress").asInt() + " " + row.get("message").asString());
    assertNull(row.get("status_code"));
    go.countDown();
    ended(job);
  }

  @Test
  void longPromptsAreShortenedAndStayWhole() throws Exception {
    var prompt = "\uD83C\uDFA8".repeat(2500);
    var job = made("{'prompt':'" + prompt + "','model':'fake-image'}");

    var row = rows("").getFirst();

    assertEquals("\uD83C\uDFA8".repeat(200), row.get("prompt").asString());
    assertEquals(2500, row.get("prompt_length").asInt());
    assertEquals("\uD83C\uDFA8".repeat(2000), json(JOBS + "/" + job.id()).get("prompt").asString());
    assertEquals(prompt, faces.onlyJob().task().prompt());
  }

  // ---- looking for ------------------------------------------------------------------------------------------------

  @Test
  void jobsAreFoundByWhatIsKnownOfThem() throws Exception {
    faces.entries = List.of(named(12, "fake", "fake"));
    var first = made("{'prompt':'p','model':'fake-image','project':'shop'}").id();
    faces.provider.fails(new Failure.Refused("no"));
    faces.call(Request.of("POST", "/v1/images/generations").header("authorization", "Bearer " + Faces.OTHER_KEY)
        .header("content-type", "application/json").body("{\"prompt\":\"p\",\"model\":\"gpt-image-fake\"}"));
    var second = faces.jobs().getFirst().id();

    assertEquals(List.of(second, first), ids(""));
    assertEquals(List.of(first), ids("?state=succeeded,running"));
    assertEquals(List.of(second, first), ids("?state=succeeded&state=failed"));
    assertEquals(List.of(second), ids("?model=gpt-image-fake"));
    assertEquals(List.of(second), ids("?key=" + encoded("second key")));
    assertEquals(List.of(first), ids("?key=one"));
    assertEquals(List.of(), ids("?key=nobody"));
    assertEquals(List.of(first), ids("?project=shop&kind=image&provider=fake"));
    assertEquals(List.of(), ids("?kind=video"));
    assertEquals(List.of(second, first), ids("?credential=id-12"));
    assertEquals(List.of(second, first), ids("?credential=fake"));
    assertEquals(List.of(), ids("?credential=id-13"));
    assertEquals(List.of(), ids("?to=2020-01-01T00:00:00Z"));
    assertEquals(List.of(second, first), ids("?from=2020-01-01T00:00:00+01:00&to=2100-01-01T00:00:00Z"));
  }

  @Test
  void aRevokedKeyKeepsItsName() throws Exception {
    var then = Instant.ofEpochSecond(1_700_000_000);
    faces.store.apiKeys().insert(new ApiKey("id-of-old", "old key", "sk-ol", ApiKeys.hash("sk-old-0123456789abcdef"), then, Optional.empty()));
    faces.call(Request.of("POST", "/v1/images/generations").header("authorization", "Bearer sk-old-0123456789abcdef")
        .header("content-type", "application/json").body("{\"prompt\":\"p\",\"model\":\"fake-image\"}"));
    faces.store.apiKeys().revoke("id-of-old", then);

    assertEquals("old key", rows("?key=old%20key").getFirst().get("key").asString());
  }

  @Test
  void pagesFollowEachOtherByNext() throws Exception {
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) made.addFirst(made("{'prompt':'p','model':'fake-image'}").id());
    var first = json(JOBS + "?limit=3");
    made("{'prompt':'newer','model':'fake-image'}");
    var second = json(JOBS + "?limit=3&next=" + first.get("next").asString());

    var seen = new ArrayList<String>();
    for (var page : List.of(first, second)) page.get("jobs").asArray().forEach(r -> seen.add(r.asObject().get("id").asString()));
    assertEquals(made, seen);
    assertNull(second.get("next"));
  }

  @ParameterizedTest
  @CsvSource({"state=done, state", "state=failed&state=, state", "kind=audio, kind", "limit=0, limit", "limit=201, limit", "limit=x, limit",
      "from=yesterday, from", "from=2026-01-01, from", "to=1000000000-01-01T00:00:00Z, to", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z, to",
      "next=abc, next", "next=%25, next", "provider=, provider", "model=a&model=b, model", "sate=failed, sate", "parts=maybe, parts"})
  void aBadParameterIsNamed(String query, String name) throws Exception {
    var reply = get(JOBS + "?" + query);

    assertEquals(400, reply.statusCode(), reply.body());
    var error = Json.parse(reply.body()).asObject().get("error").asObject();
    assertEquals(name, error.get("param").asString());
    assertTrue(error.get("message").asString().startsWith(name + " "), reply.body());
  }

  // ---- one --------------------------------------------------------------------------------------------------------

  @Test
  void oneJobTellsItsAttemptsItsTimeItsParametersAndItsResults() throws Exception {
    faces.provider.act = (task, handle, progress) -> {
      faces.time.advance(Duration.ofMillis(handle.isEmpty() ? 1200 : 3400));
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ZERO, false);
      if (handle.equals("h1")) return new Step.Waiting("h2", Duration.ZERO, true);
      return Scripted.draw(task, progress);
    };
    var job = made("{'prompt':'p','model':'fake-image','quality':'high','provider_params':{'seed':7}}");
    var media = job.outcome().results().getFirst();

    var json = json(JOBS + "/" + job.id());

    assertEquals(json("/api/admin/jobs/" + job.id()).get("attempts"), faces.get("/v1/jobs/" + job.id()).json().get("attempts"));
    var timing = json.get("timing").asObject();
    assertEquals(1200, timing.get("submit_ms").asLong());
    assertTrue(timing.get("upstream_ms").asLong() >= 3400, timing.toString());
    assertTrue(timing.get("fetch_ms").asLong() >= 3400, timing.toString());
    assertEquals(timing.get("total_ms").asLong(), timing.get("queued_ms").asLong() + timing.get("submit_ms").asLong()
        + timing.get("upstream_ms").asLong() + timing.get("fetch_ms").asLong());
    assertEquals(Json.parse("{\"n\":1,\"quality\":\"high\",\"extras\":{\"seed\":7}}"), json.get("parameters"));
    var result = json.get("results").asArray().get(0).asObject();
    assertEquals(media.id(), result.get("id").asString());
    assertEquals("http://127.0.0.1:" + server.port() + "/media/" + media.id() + ".png", result.get("url").asString());
    assertEquals(Json.parse("[]"), json.get("inputs"));
  }

  @Test
  void whatWasHandedInIsNotInTheAnswers() throws Exception {
    var picture = Faces.dataUrl(Pixels.png(8, 8, 30));
    faces.edit("{'prompt':'as in " + picture + " but blue','model':'fake-image','images':[{'image_url':'" + picture + "'}],"
        + "'provider_params':{'webhook_secret':'hush-hush','webhook_url':'https://u:p@example.com/hook?token=hush'}}");
    var job = faces.onlyJob();

    var body = get(JOBS + "/" + job.id()).body() + get(JOBS).body();

    for (var hidden : List.of("data:", "base64", "hush", "u:p@", "st-secret")) assertFalse(body.contains(hidden), body);
    var json = json(JOBS + "/" + job.id());
    assertEquals("as in (file left out) but blue", json.get("prompt").asString());
    assertEquals(Json.parse("{\"webhook_secret\":\"***\",\"webhook_url\":\"https://example.com/hook?***\"}"),
        json.get("parameters").asObject().get("extras"));
    var input = json.get("inputs").asArray().get(0).asObject();
    assertEquals("image/png reference 8x8", input.get("type").asString() + " " + input.get("role").asString() + " " + input.get("size").asString());
  }

  @Test
  void aSetAndItsPartsLeadToEachOther() throws Exception {
    var job = made("{'prompt':'p','model':'fake-poor','n':3}");

    var json = json(JOBS + "/" + job.id());

    assertEquals(3, json.get("part_count").asInt());
    var part = json.get("parts").asArray().get(1).asObject();
    assertEquals(job.id() + "-part1", part.get("id").asString());
    var whole = json(part.get("links").asObject().get("self").asString());
    assertEquals(JOBS + "/" + job.id(), whole.get("links").asObject().get("set").asString());
    assertEquals(job.id() + " 1", whole.get("set").asString() + " " + whole.get("part").asInt());
    assertEquals(List.of(job.id()), ids(""));
    assertEquals(List.of(4, 3, 0), List.of(ids("?parts=true").size(), ids("?credential=fake").size(), ids("?credential=fake&parts=false").size()));
  }

  @Test
  void aJobThatIsNotThereIsA404() throws Exception {
    for (var path : List.of("/job_0", "/job_0/events")) {
      var reply = get(JOBS + path);
      assertEquals(404, reply.statusCode());
      assertEquals("job_not_found", Json.parse(reply.body()).asObject().get("error").asObject().get("code").asString());
    }
  }

  @Test
  void theAdministratorCancelsAnybodysJob() throws Exception {
    faces.provider.neverEnds();
    faces.provider.stops = true;
    var job = made("{'prompt':'p','model':'fake-image','async':true}");

    var reply = client.send(to(JOBS + "/" + job.id()).DELETE().build(), BodyHandlers.ofString());

    var json = Json.parse(reply.body()).asObject();
    assertEquals("200 done cancelled", reply.statusCode() + " " + json.get("cancel").asString() + " " + json.get("state").asString());
    var again = client.send(to(JOBS + "/" + job.id()).DELETE().build(), BodyHandlers.ofString());
    assertEquals("too_late", Json.parse(again.body()).asObject().get("cancel").asString());
  }

  @Test
  void anotherSiteCancelsNothing() throws Exception {
    var job = made("{'prompt':'p','model':'fake-image'}");
    var reply = client.send(to(JOBS + "/" + job.id()).header("Origin", "https://evil.example").DELETE().build(), BodyHandlers.ofString());
    assertEquals(403, reply.statusCode());
  }

  // ---- live -------------------------------------------------------------------------------------------------------

  @Test
  void oneJobIsWatchedAsItsCallerWatchesIt() throws Exception {
    var job = ended(made("{'prompt':'p','model':'fake-image'}"));

    var admins = Events.of(get(JOBS + "/" + job.id() + "/events").body());

    assertEquals(List.of("end"), admins.names());
    assertEquals(job.id(), admins.data().getFirst().get("id").asString());
    assertEquals("succeeded", admins.data().getFirst().get("status").asString());
  }

  @Test
  void allJobsAreWatchedInOneStreamThatEndsWithTheSession() throws Exception {
    try (var stream = new BufferedReader(new InputStreamReader(
        client.send(to(JOBS + "/events").build(), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
      assertEquals(": listening", stream.readLine());
      var go = new CountDownLatch(1);
      faces.provider.waitsFor(go);
      var job = made("{'prompt':'p','model':'fake-image','async':true}");
      assertEquals(job.id() + " submitting", next(stream));
      go.countDown();
      var last = next(stream);
      while (!last.endsWith("succeeded")) last = next(stream);
      assertEquals(job.id() + " succeeded", last);
      faces.sessions.end();
      made("{'prompt':'afterwards','model':'fake-image'}");
      assertEquals(List.of(), stream.lines().filter(l -> l.contains("afterwards")).toList());
    }
  }

  @Test
  void oneJobIsWatchedNoLongerThanTheSessionLasts() throws Exception {
    var go = new CountDownLatch(1);
    faces.provider.waitsFor(go);
    var job = made("{'prompt':'p','model':'fake-image','async':true}");
    try (var stream = new BufferedReader(new InputStreamReader(
        client.send(to(JOBS + "/" + job.id() + "/events").build(), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
      for (var line = ""; !line.startsWith("data: "); line = stream.readLine()) assertFalse(line.contains("succeeded"));
      faces.sessions.end();
      go.countDown();
      ended(job);
      assertEquals(List.of(), stream.lines().filter(l -> l.contains("succeeded")).toList());
    }
  }

  /** The next job that is told of: its id and its state. */
  private static String next(BufferedReader stream) throws IOException {
    for (var line = stream.readLine(); line != null; line = stream.readLine()) {
      if (!line.startsWith("data: ")) continue;
      var row = Json.parse(line.substring(6)).asObject();
      return row.get("id").asString() + " " + row.get("state").asString();
    }
    throw new AssertionError("the stream has ended");
  }
}
