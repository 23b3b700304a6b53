package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Step;
import easel.core.Usage;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
    return faces.call(Faces.post(path,
        Faces.quoted("{'contents':[{'parts':[{'text':'a boat'}]}],'generationConfig':{" + config + "}}")));
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
    faces.provider.act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ofMillis(1), false);
      progress.report(40, "drawing");
      return Scripted.draw(task, progress, new Usage(5, 0, 7, 0, Optional.empty()));
    };

    var reply = ask(path, "");

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

  @Test
  void thereAreNoCommentsAndNoEndMark() throws Exception {
    var body = ask(STREAM, "").body();

    assertFalse(body.contains("\n:") || body.contains("[DONE]"), body);
  }
}
