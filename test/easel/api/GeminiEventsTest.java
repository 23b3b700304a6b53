package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Step;
import easel.core.Usage;
import easel.http.EventStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GeminiEventsTest {
  private static final String STREAM = "/v1beta/models/fake-image:streamGenerateContent";

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private Faces.Reply ask(String path, String config) throws Exception {
    return ask(path, config, new ByteArrayOutputStream());
  }

  private Faces.Reply ask(String path, String config, ByteArrayOutputStream body) throws Exception {
    return faces.call(Faces.post(path,
        Faces.quoted("{'contents':[{'parts':[{'text':'a boat'}]}],'generationConfig':{" + config + "}}")), body);
  }

  private static JsonObject candidate(JsonObject event) {
    assertEquals(1, event.get("candidates").asArray().size());
    return event.get("candidates").asArray().get(0).asObject();
  }

  private static JsonObject part(JsonObject event) {
    return candidate(event).get("content").asObject().get("parts").asArray().get(0).asObject();
  }

  @ParameterizedTest
  @ValueSource(strings = {STREAM + "?alt=sse", STREAM, "/models/fake-image:streamGenerateContent"})
  void aStreamIsThoughtsAndThenThePicture(String path) throws Exception {
    var watching = new CountDownLatch(1);
    faces.provider.act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ofMillis(1), false);
      watching.await();
      progress.report(40, "drawing");
      return Scripted.draw(task, progress, new Usage(5, 0, 7, 0, Optional.empty()));
    };

    var reply = ask(path, "", new JobsApiTest.SignalOnWrite(watching));

    assertEquals("text/event-stream", reply.header("content-type"));
    var events = Events.of(reply).data();
    var job = faces.onlyJob();
    for (var event : events) {
      assertEquals(job.id(), event.getString("responseId", ""));
      assertEquals("model", candidate(event).get("content").asObject().getString("role", ""));
    }
    for (var event : events.subList(0, events.size() - 1)) {
      assertTrue(part(event).getBoolean("thought", false), event.toString());
      assertTrue(part(event).getString("text", "").endsWith("\n"), event.toString());
      assertEquals(List.of("index", "content"), candidate(event).names());
    }
    assertTrue(reply.body().contains("40% drawing"), reply.body());
    var data = Base64.getEncoder().encodeToString(Files.readAllBytes(job.outcome().results().getFirst().file()));
    assertEquals(Json.parse(Faces.quoted("""
        {'candidates':[{'index':0,'content':{'role':'model','parts':[{'inlineData':{'mimeType':'image/png','data':'%s'}}]},
          'finishReason':'STOP'}],'modelVersion':'draw-1','responseId':'%s',
         'usageMetadata':{'promptTokenCount':5,'candidatesTokenCount':7,'totalTokenCount':12,
          'promptTokensDetails':[{'modality':'TEXT','tokenCount':5}],
          'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':7}]}}""".formatted(data, job.id()))), events.getLast());
  }

  @Test
  void eachOfSeveralPicturesIsAnEvent() throws Exception {
    var events = Events.of(ask(STREAM, "'candidateCount':3")).data();

    var last = events.subList(events.size() - 3, events.size());
    assertEquals(List.of(0, 1, 2), last.stream().map(e -> candidate(e).getInt("index", -1)).toList());
    assertEquals(List.of("STOP", "STOP", "STOP"), last.stream().map(e -> candidate(e).getString("finishReason", "")).toList());
    assertEquals(List.of(false, false, true), last.stream().map(e -> e.names().contains("usageMetadata")).toList());
  }

  /** What clients that do not look for errors stumble over stands at the end, and is no event. */
  @Test
  void aFailureIsAnErrorThatNoClientCanOverlook() throws Exception {
    faces.provider.failsLater(new Failure.Refused("not such a picture"));

    var body = ask(STREAM, "").body();

    var error = "{\"error\":{\"code\":400,\"message\":\"not such a picture\",\"status\":\"INVALID_ARGUMENT\",\"details\":["
        + "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"PROHIBITED_CONTENT\",\"domain\":\"easel\"}]}}";
    assertTrue(body.endsWith("data: " + error + "\n\n" + error), body);
  }

  @Test
  void aBadRequestHasItsStatusEvenForAStream() throws Exception {
    assertEquals(400, ask(STREAM, "'candidateCount':0").status());
    assertEquals(404, ask("/v1beta/models/nope:streamGenerateContent", "").status());
  }

  /** The events of a job whose provider goes on until an empty thought was sent. */
  private List<JsonObject> watched(Duration silence, Scripted.Act act, CountDownLatch seen) throws Exception {
    faces.provider.act = act;
    var accepted = faces.call(Faces.post("/v1beta/models/fake-image:generateContent",
        Faces.quoted("{'contents':[{'parts':[{'text':'a boat'}]}]}")).header("prefer", "respond-async"));
    assertEquals(202, accepted.status());
    var job = faces.onlyJob();
    var order = new Order("generateContent", job.task(), null, true, List.of());
    var links = faces.links.of(Faces.request("GET", "/"));
    var out = new ByteArrayOutputStream() {
      @Override
      public void flush() {
        if (toString(StandardCharsets.UTF_8).contains("\"text\":\"\"")) seen.countDown();
      }
    };
    new GeminiEvents(faces.engine, job, order, links, faces.time, silence).run(EventStream.to(out));
    return Events.of(out.toString(StandardCharsets.UTF_8)).data();
  }

  @Test
  void aSilenceIsBrokenByEmptyThoughts() throws Exception {
    var seen = new CountDownLatch(1);

    var events = watched(Duration.ofMillis(1), (task, handle, progress) -> {
      seen.await();
      return Scripted.draw(task, progress);
    }, seen);

    assertEquals("STOP", candidate(events.getLast()).getString("finishReason", ""));
  }

  @Test
  void progressWithoutNewWordsIsASilenceToo() throws Exception {
    var seen = new CountDownLatch(1);

    var events = watched(Duration.ofMinutes(5), (task, handle, progress) -> {
      for (int i = 0; seen.getCount() > 0; i++) {
        faces.time.advance(Duration.ofMinutes(6));
        progress.report(0, "busy " + i);
        seen.await(1, TimeUnit.MILLISECONDS);
      }
      return Scripted.draw(task, progress);
    }, seen);

    assertEquals("STOP", candidate(events.getLast()).getString("finishReason", ""));
  }

  @Test
  void thereAreNoCommentsAndNoEndMark() throws Exception {
    var body = ask(STREAM, "").body();

    assertFalse(body.contains("\n:") || body.contains("[DONE]"), body);
  }
}
