package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import easel.api.CredentialBook.State;
import easel.http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpsApiTest {
  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private Faces.Reply get(String path) throws Exception {
    return faces.call(Request.of("GET", path));
  }

  @Test
  void healthTellsWhatIsGoingOnAndNeedsNoKey() throws Exception {
    faces.generate("{'prompt':'p'}");
    faces.time.advance(Duration.ofSeconds(90));

    var reply = get("/health");

    assertEquals(200, reply.status());
    var uptime = reply.json().get("uptime_seconds").asLong();
    assertEquals(Json.parse(Faces.quoted("""
        {'backend_running':true,'has_active_tokens':true,'total_tokens':0,'active_tokens':0,'tokens_missing_at':0,
         'tokens_expired':0,'tokens_expiring_within_1h':0,'banned_429_tokens':0,'captcha_method':'none',
         'remote_browser_configured':false,'status':'ok','version':'1.2.3','uptime_seconds':%d,
         'jobs':{'queued':0,'submitting':0,'running':0,'fetching':0,'succeeded':1,'failed':0,'cancelled':0,'unknown':0}}""")
        .formatted(uptime)), reply.json());
    assertEquals(true, uptime >= 90);
    assertEquals("no-store", reply.header("cache-control"));
  }

  @Test
  void healthSumsUpTheCredentials() throws Exception {
    var now = faces.time.instant();
    faces.entries = List.of(Entries.of(1, "flow").session(now.plusSeconds(7200)).entry(), Entries.of(2, "flow").entry(),
        Entries.of(3, "flow").session(now).entry(), Entries.of(4, "flow").session(now.plusSeconds(3600)).entry(),
        Entries.of(5, "flow").session(now.plusSeconds(7200)).state(State.RESTING, "rate_limit_exceeded").entry(),
        Entries.of(6, "openai").state(State.RESTING, "insufficient_quota").entry(), Entries.of(7, "flow").state(State.RETIRED, "").entry(),
        Entries.of(1, "flow").entry());

    var health = get("/health").json();

    var told = new ArrayList<String>();
    for (var name : List.of("total_tokens", "active_tokens", "tokens_missing_at", "tokens_expired", "tokens_expiring_within_1h",
        "banned_429_tokens")) told.add(name + " " + health.get(name).asInt());
    assertEquals(List.of("total_tokens 6", "active_tokens 4", "tokens_missing_at 1", "tokens_expired 1", "tokens_expiring_within_1h 1",
        "banned_429_tokens 1"), told);
    get("/health");
    assertEquals(1, faces.looks);
  }

  @Test
  void readyFollowsTheLifeOfTheProcess() throws Exception {
    faces.phase = OpsApi.Phase.STARTING;
    assertEquals("503 starting", ready());
    faces.phase = OpsApi.Phase.SERVING;
    assertEquals("200 ready", ready());
    faces.phase = OpsApi.Phase.DRAINING;
    assertEquals("503 draining", ready());
  }

  private String ready() throws Exception {
    var reply = get("/ready");
    return reply.status() + " " + reply.json().get("status").asString();
  }

  @Test
  void aFullDiskIsNotReady() throws Exception {
    var room = new long[] {1L << 40};
    faces.store.restart(o -> o.withFreeSpace(path -> room[0]));
    faces.start();
    assertEquals("200 ready", ready());

    room[0] = 0;
    faces.time.advance(Duration.ofSeconds(10));

    assertEquals("503 the disk is nearly full", ready());
    assertEquals("507 server_error insufficient_storage null", faces.generate("{'prompt':'p'}").trouble());
  }

  @Test
  void aDeadDatabaseIsNotReadyAndHealthStillAnswers() throws Exception {
    faces.store.database().close();

    assertEquals("503 the database does not answer", ready());
    var health = get("/health");
    assertEquals(200, health.status());
    assertEquals(false, health.json().get("has_active_tokens").asBoolean());
  }

  @Test
  void theDatabaseIsNotAskedForEveryCall() throws Exception {
    assertEquals("200 ready", ready());
    faces.store.database().close();
    assertEquals("200 ready", ready());
    faces.time.advance(Duration.ofSeconds(3));
    assertEquals("503 the database does not answer", ready());
  }
}
