package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import easel.core.Failure;
import easel.core.Job;
import easel.core.JobState;
import easel.core.Step;
import easel.core.Usage;
import easel.http.Request;
import fake.Await;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobsApiTest {
  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private Job submitted() throws Exception {
    faces.generate("{'prompt':'p','model':'fake-image','async':true}");
    return faces.onlyJob();
  }

  private void ended() throws Exception {
    assertTrue(faces.engine.await(faces.onlyJob(), Duration.ofSeconds(30)).state().ended());
  }

  @Test
  void aJobThatSucceededShowsEverything() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("png"), Pixels.png(64, 48, 0)), Optional.of("better"))),
        new Usage(1, 0, 2, 0, Optional.of(new BigDecimal("0.04"))));
    faces.generate("{'prompt':'p','model':'fake-image'}");
    var job = faces.onlyJob();
    var now = job.origin().created().getEpochSecond();
    var media = job.outcome().results().getFirst();
    var attempt = job.attempts().getFirst();

    var reply = faces.get("/v1/jobs/" + job.id());

    assertEquals(Json.parse(Faces.quoted("""
        {'id':'%s','object':'job','status':'succeeded','progress':100,'model':'fake-image','kind':'image','provider':'fake',
         'created_at':%d,'updated_at':%d,'ended_at':%d,
         'attempts':[{'provider':'fake','model':'draw-1','credential':'%s','started_at':%d,'ended_at':%d,
          'milliseconds':%d,'outcome':'succeeded','cost':0.04}],'cost':0.04,
         'usage':{'input_tokens':1,'output_tokens':2,'total_tokens':3,'input_tokens_details':{'text_tokens':1,'image_tokens':0},
          'output_tokens_details':{'text_tokens':0,'image_tokens':2}},
         'data':[{'url':'http://localhost/media/%s.png','type':'image/png','bytes':45,'size':'64x48','revised_prompt':'better',
          'expires_at':%d}],
         'links':{'self':'/v1/jobs/%s','events':'/v1/jobs/%s/events'}}""")
        .formatted(job.id(), now, now, now, attempt.credential(), now, now,
            Duration.between(attempt.started(), attempt.ended().orElseThrow()).toMillis(), media.id(), now + 86400, job.id(), job.id())), reply.json());
    assertEquals("no-store", reply.header("cache-control"));
  }

  @Test
  void aJobThatFailedSaysWhy() throws Exception {
    faces.provider.failsLater(new Failure.Refused("not such a picture"));
    faces.generate("{'prompt':'p','project':'shop'}");

    var json = faces.get("/v1/jobs/" + faces.onlyJob().id()).json();

    assertEquals("failed", json.get("status").asString());
    assertEquals("shop", json.get("project").asString());
    assertEquals(Json.parse("{\"code\":\"moderation_blocked\",\"message\":\"not such a picture\",\"type\":\"image_generation_user_error\"}"),
        json.get("error"));
    assertTrue(json.get("cost").isNull());
    assertEquals(Json.parse("[]"), json.get("data"));
  }

  @Test
  void aRunningJobShowsHowFarItIs() throws Exception {
    var reported = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    faces.provider.reports(37, "drawing", reported, go);
    var job = submitted();
    reported.await();

    var json = faces.get("/v1/jobs/" + job.id()).json();

    assertEquals("running", json.get("status").asString());
    assertEquals(37, json.get("progress").asInt());
    assertEquals("drawing", json.get("message").asString());
    assertFalse(json.names().contains("error"));
    assertFalse(json.names().contains("ended_at"));
    go.countDown();
    ended();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v1/jobs/ID", "DELETE /v1/jobs/ID", "GET /v1/jobs/ID/events"})
  void theJobsOfOthersAreNotThere(String route) throws Exception {
    var job = submitted();
    ended();
    var words = route.replace("ID", job.id()).split(" ");
    var asked = Request.of(words[0], words[1]).header("authorization", "Bearer " + Faces.OTHER_KEY);

    var theirs = faces.call(asked);
    var nobodys = faces.call(Faces.request(words[0], words[1].replace(job.id(), "job_0")));

    assertEquals("404 invalid_request_error job_not_found null", theirs.trouble());
    assertEquals(nobodys.body().replace("job_0", ""), theirs.body().replace(job.id(), ""));
  }

  // ---- cancel -----------------------------------------------------------------------------------------------------

  private Faces.Reply cancel(Job job) throws Exception {
    return faces.call(Faces.request("DELETE", "/v1/jobs/" + job.id()).header("content-type", "application/json"));
  }

  @Test
  void aJobThatTheProviderStopsIsCancelled() throws Exception {
    faces.provider.neverEnds();
    faces.provider.stops = true;
    var job = submitted();

    var reply = cancel(job);

    assertEquals(200, reply.status());
    assertEquals("done", reply.json().get("cancel").asString());
    assertEquals("cancelled", reply.json().get("status").asString());
    assertEquals("cancelled", reply.json().get("error").asObject().get("code").asString());
  }

  @Test
  void anEndedJobIsTooLateToCancel() throws Exception {
    var job = submitted();
    ended();

    var reply = cancel(job);

    assertEquals("too_late", reply.json().get("cancel").asString());
    assertEquals("succeeded", reply.json().get("status").asString());
  }

  @Test
  void whoWaitsForACancelledJobIsTold() throws Exception {
    faces.provider.stops = true;
    faces.provider.act = (task, handle, progress) -> {
      if (!handle.isEmpty()) faces.engine.cancel(faces.onlyJob());
      return new Step.Waiting("h1", Duration.ofMillis(1), false);
    };

    var reply = faces.generate("{'prompt':'p'}");

    assertEquals("409 invalid_request_error cancelled null", reply.trouble());
    assertEquals("false", reply.header("x-should-retry"));
  }

  // ---- events -----------------------------------------------------------------------------------------------------

  @Test
  void watchingAnEndedJobTellsItsEndAtOnce() throws Exception {
    var job = submitted();
    ended();

    var reply = faces.call(Faces.request("GET", "/v1/jobs/" + job.id() + "/events").header("last-event-id", "17"));

    var events = Events.of(reply);
    assertEquals(List.of("end"), events.names());
    assertEquals(faces.get("/v1/jobs/" + job.id()).json(), events.data().getFirst());
    assertEquals("text/event-stream", reply.header("content-type"));
    assertEquals("no-store", reply.header("cache-control"));
  }

  @Test
  void watchingFollowsAJobToItsEnd() throws Exception {
    var watching = new CountDownLatch(1);
    faces.provider.act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ofMillis(1), false);
      watching.await();
      progress.report(50, "half");
      progress.partial(0, Scripted.write(progress.draft("png"), Pixels.png()));
      return Scripted.draw(task, progress);
    };
    var job = submitted();
    var response = faces.router.handle(Faces.request("GET", "/v1/jobs/" + job.id() + "/events"));
    var out = new SignalOnWrite(watching);

    response.writeBody(out);

    var events = Events.of(out.toString());
    assertEquals("job", events.names().getFirst());
    assertEquals("end", events.names().getLast());
    assertTrue(events.names().contains("partial"));
    assertTrue(events.data().stream().anyMatch(d -> d.get("progress") != null && d.get("progress").asInt() == 50));
    assertEquals(JobState.SUCCEEDED, faces.onlyJob().state());
    assertTrue(events.data().stream().allMatch(d -> d.get("error") == null));
  }

  /** Opens the latch as soon as the stream has said something. */
  static final class SignalOnWrite extends java.io.ByteArrayOutputStream {
    private final CountDownLatch latch;

    SignalOnWrite(CountDownLatch latch) {
      this.latch = latch;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, length);
      latch.countDown();
    }
  }

  @Test
  void aJobThatNobodyWorksOnIsLeftAtOnce() throws Exception {
    var stopper = faces.stopsInTheMiddle();
    var job = submitted();
    faces.engine.await(job, Duration.ofSeconds(30));
    stopper.join();
    Await.until("the engine to let go of its jobs", () -> faces.engine.open() == 0);

    assertEquals(List.of("left"), Events.of(faces.get("/v1/jobs/" + job.id() + "/events")).names());
  }

  @Test
  void aStoppingProcessSaysThatTheJobIsLeft() throws Exception {
    var stopper = faces.stopsInTheMiddle();
    var job = submitted();

    var reply = faces.get("/v1/jobs/" + job.id() + "/events");

    stopper.join();
    assertEquals("left", Events.of(reply).names().getLast());
  }
}
