package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.api.CredentialBook.Count;
import easel.api.CredentialBook.State;
import easel.core.Metrics.Family;
import easel.core.Metrics.Sample;
import easel.core.Metrics.Type;
import easel.http.HttpOptions;
import easel.http.HttpServer;
import easel.http.Request;
import fake.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsApiTest {
  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private List<String> lines() throws Exception {
    return faces.get("/metrics").body().lines().toList();
  }

  private List<String> lines(String start) throws Exception {
    return lines().stream().filter(l -> l.startsWith(start)).toList();
  }

  // ---- the text ---------------------------------------------------------------------------------------------------

  @Test
  void theTextIsThatOfPrometheus() {
    var text = MetricsText.of(List.of(
        new Family("a_total", Type.COUNTER, "Counts \\ and\nlines.", List.of(new Sample(Map.of("x", "a \"b\" \\ c\nd"), 3))),
        new Family("b", Type.GAUGE, "B.", List.of(new Sample("", Map.of(), 0.25))),
        new Family("none", Type.GAUGE, "Nothing.", List.of())));

    assertEquals("""
        # HELP a_total Counts \\\\ and\\nlines.
        # TYPE a_total counter
        a_total{x="a \\"b\\" \\\\ c\\nd"} 3
        # HELP b B.
        # TYPE b gauge
        b 0.25
        """, text);
  }

  @Test
  void numbersAreAsExactAsTheyAre() {
    assertEquals(List.of("0", "-3", "1.89345600025E9", "9007199254740991", "0.1", "NaN", "+Inf"), List.of(MetricsText.number(0),
        MetricsText.number(-3), MetricsText.number(1893456000.25),
        MetricsText.number(9007199254740991.0), MetricsText.number(0.1), MetricsText.number(Double.NaN), MetricsText.number(1 / 0.0)));
  }

  /** Every line is a comment or a number, every family comes once, and no number comes twice. */
  @Test
  void theAnswerIsWellFormed() throws Exception {
    faces.entries = List.of(Entries.of(1, "flow").session(Instant.EPOCH).funds("1", "credits").state(State.DISABLED, "x").entry(),
        Entries.of(1, "flow").entry(), Entries.of(0, "flow").entry(), Entries.of(0, "flow").entry());
    faces.metrics.histogram("easel_x_seconds", "X.", new double[] {1}, "kind").observe(2, "image");
    faces.generate("{'prompt':'p'}");

    var reply = faces.get("/metrics");

    assertEquals("text/plain; version=0.0.4; charset=utf-8", reply.header("content-type"));
    var seen = new HashSet<String>();
    for (var line : reply.body().lines().toList()) {
      boolean comment = line.matches("# (HELP [a-z_0-9]+ [A-Z0-9].*\\.|TYPE [a-z_0-9]+ (counter|gauge|histogram))");
      boolean number = line.matches("easel_[a-z_0-9]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [-+0-9.E]+");
      assertTrue(comment || number, line);
      assertTrue(seen.add(line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' '))), "twice: " + line);
    }
    assertTrue(reply.body().endsWith("\n"));
  }

  // ---- the numbers ------------------------------------------------------------------------------------------------

  @Test
  void theProcessAndItsJobsAreTold() throws Exception {
    faces.generate("{'prompt':'p'}");
    // The answer leaves before the job's thread has given its credential back.
    Await.until("the end of the job's thread", () -> faces.engine.open() == 0);

    assertEquals(List.of("easel_up 1"), lines("easel_up"));
    assertEquals(List.of("easel_ready 1"), lines("easel_ready"));
    assertEquals(List.of("easel_build_info{version=\"1.2.3\"} 1"), lines("easel_build_info"));
    assertTrue(lines("easel_jobs{").contains("easel_jobs{state=\"succeeded\"} 1"));
    assertEquals(List.of("easel_queue_waiting 0"), lines("easel_queue_waiting"));
    assertTrue(lines("easel_provider_breaker").contains("easel_provider_breaker{provider=\"fake\",state=\"closed\"} 1"));
    assertTrue(lines("easel_provider_in_flight").contains("easel_provider_in_flight{provider=\"fake\"} 0"));
  }

  @Test
  void aCredentialIsToldByItsNumberAlone() throws Exception {
    faces.entries = List.of(
        Entries.of(7, "flow").session(Instant.ofEpochSecond(1_700_000_000)).funds("120.5", "credits").use(2, 1, new Count(3, 0, 1), new Count(40, 5, 6)).entry(),
        Entries.of(8, "flow").funds("10", "credits").state(State.DISABLED, "upstream_unauthorized").entry(),
        Entries.of(9, "openai").state(State.OFF, "").entry());

    var lines = lines();

    var told = new ArrayList<String>();
    for (var line : lines) if (line.startsWith("easel_credential_") && line.contains("\"7\"")) told.add(line.substring("easel_credential_".length()));
    assertEquals(List.of(
        "active{credential=\"7\",provider=\"flow\"} 1", "resting{credential=\"7\",provider=\"flow\"} 0",
        "refusals{credential=\"7\",provider=\"flow\"} 0", "balance{credential=\"7\",provider=\"flow\"} 120.5",
        "session_expires_timestamp_seconds{credential=\"7\",provider=\"flow\"} 1700000000",
        "last_used_timestamp_seconds{credential=\"7\",provider=\"flow\"} 1700000000",
        "in_flight{credential=\"7\",provider=\"flow\",kind=\"image\"} 2", "in_flight{credential=\"7\",provider=\"flow\",kind=\"video\"} 1",
        "images_total{credential=\"7\",provider=\"flow\"} 40", "images_today{credential=\"7\",provider=\"flow\"} 3",
        "videos_total{credential=\"7\",provider=\"flow\"} 5", "videos_today{credential=\"7\",provider=\"flow\"} 0",
        "errors_total{credential=\"7\",provider=\"flow\"} 6", "errors_today{credential=\"7\",provider=\"flow\"} 1"), told);
    assertTrue(lines.contains("easel_credential_disabled{credential=\"8\",provider=\"flow\",reason=\"upstream_unauthorized\"} 1"));
    assertTrue(lines.contains("easel_credential_disabled{credential=\"9\",provider=\"openai\",reason=\"off\"} 1"));
    assertTrue(lines.contains("easel_credentials{state=\"disabled\"} 1"));
    assertTrue(lines.contains("easel_sessions{state=\"missing\"} 1"));
    assertTrue(lines.contains("easel_balance{provider=\"flow\",unit=\"credits\",active=\"true\"} 120.5"));
    for (var secret : Entries.PRIVATE) assertFalse(String.join("\n", lines).contains(secret), secret);
  }

  @Test
  void proxiesAreToldByTheirPlaces() throws Exception {
    assertEquals(List.of("easel_proxy_up{proxy=\"1\",use=\"usual\"} 1", "easel_proxy_up{proxy=\"2\",use=\"own\"} 0",
        "easel_proxy_failures{proxy=\"1\",use=\"usual\"} 0", "easel_proxy_failures{proxy=\"2\",use=\"own\"} 3",
        "easel_proxy_calls_total{proxy=\"1\",use=\"usual\"} 12", "easel_proxy_calls_total{proxy=\"2\",use=\"own\"} 0"), lines("easel_proxy_"));
    assertEquals(List.of("easel_direct_calls_total 4"), lines("easel_direct"));
  }

  @Test
  void theDatabaseIsNotAskedForEveryCall() throws Exception {
    lines();
    lines();
    assertEquals(1, faces.looks);

    faces.store.database().close();
    faces.time.advance(Duration.ofSeconds(3));
    assertEquals(List.of("easel_up 1"), lines("easel_up"));
    assertEquals(List.of(), lines("easel_jobs{"));
  }

  // ---- who may ask ------------------------------------------------------------------------------------------------

  @Test
  void whoIsNotHereNeedsAKey() throws Exception {
    assertEquals("401 invalid_request_error null null", faces.call(Request.of("GET", "/metrics")).trouble());
    assertEquals(200, faces.call(Request.of("GET", "/metrics").header("x-api-key", Faces.KEY)).status());
  }

  private int asked(String... header) throws IOException, InterruptedException {
    try (var server = HttpServer.start(HttpOptions.defaults().withHost("127.0.0.1").withPort(0), faces.router);
        var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"));
      if (header.length > 0) request.headers(header);
      return client.send(request.build(), BodyHandlers.ofString()).statusCode();
    }
  }

  @Test
  void whoAsksFromThisMachineNeedsNone() throws Exception {
    assertEquals(200, asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "X-Forwarded-Proto", "X-Forwarded-Host"})
  void aProxyBeforeUsIsNotThisMachine(String header) throws Exception {
    assertEquals(401, asked(header, "10.1.1.1"));
    assertEquals(200, asked(header, "10.1.1.1", "Authorization", "Bearer " + Faces.KEY));
  }
}
