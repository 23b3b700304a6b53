package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import easel.http.Request;
import java.time.Duration;
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
        {'backend_running':true,'has_active_tokens':true,'status':'ok','version':'1.2.3','uptime_seconds':%d,
         'jobs':{'queued':0,'submitting':0,'running':0,'fetching':0,'succeeded':1,'failed':0,'cancelled':0,'unknown':0}}""")
        .formatted(uptime)), reply.json());
    assertEquals(true, uptime >= 90);
    assertEquals("no-store", reply.header("cache-control"));
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
