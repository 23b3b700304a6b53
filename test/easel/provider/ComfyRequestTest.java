package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Look;
import easel.core.Size;
import easel.core.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComfyRequestTest {
  private static final String TAG = "0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10";
  private static final ComfyWorkflow WORKFLOW = ComfyWorkflow.read("x", """
      {"1": {"class_type": "Text", "inputs": {"text": "%prompt%", "not": "%negative_prompt%", "mixed": "a %prompt% b"}, "_meta": {"title": "t"}},
       "2": {"class_type": "Latent", "inputs": {"width": "%width%", "height": "%height%", "batch_size": "%batch_size%"}},
       "3": {"class_type": "KSampler", "inputs": {"positive": ["1", 0], "seed": "%seed%", "steps": "%steps%", "cfg": "%cfg%", "on": "%on%"}},
       "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "deep/name"}},
       "_easel": {"defaults": {"cfg": 1.5, "on": true, "width": 640}}}
      """.getBytes(StandardCharsets.UTF_8));

  private static Task.Image task(String prompt, Optional<Size> size, JsonObject extras) {
    return new Task.Image("x", prompt, 2, size, Look.ANY, 0, List.of(), extras);
  }

  private static JsonObject sent(ComfyWorkflow workflow, Task task) {
    var request = new ComfyRequest(workflow, task);
    request.check();
    return request.body(TAG, Map.of());
  }

  private static JsonObject inputs(ComfyWorkflow workflow, Task task, String node) {
    return sent(workflow, task).get("prompt").asObject().get(node).asObject().get("inputs").asObject();
  }

  private static Failure failure(ComfyWorkflow workflow, Task task) {
    return assertThrows(GatewayException.class, () -> sent(workflow, task)).failure();
  }

  @Test
  void blanksBecomeValuesOfTheirType() {
    var body = sent(WORKFLOW, task("say \"%seed%\", [\"3\",0]", Optional.of(new Size(512, 768)), new JsonObject()));
    assertEquals(Json.parse("""
        {"prompt": {
          "1": {"class_type": "Text", "inputs": {"text": "say \\"%seed%\\", [\\"3\\",0]", "not": "", "mixed": "a %prompt% b"}, "_meta": {"title": "t"}},
          "2": {"class_type": "Latent", "inputs": {"width": 512, "height": 768, "batch_size": 2}},
          "3": {"class_type": "KSampler", "inputs": {"positive": ["1", 0], "seed": 59856699092221, "steps": 20, "cfg": 1.5, "on": true}},
          "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "deep/name-0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10"}}},
         "client_id": "0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10", "prompt_id": "0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10"}
        """), body);
  }

  @Test
  void callerSetsWhatTheWorkflowLeavesOpen() {
    var extras = Json.parse("{\"steps\": 4, \"cfg\": 7, \"on\": false, \"negative_prompt\": \"fog\", \"prompt\": \"mine\", \"width\": 9}").asObject();
    var task = task("a", Optional.empty(), extras);
    assertEquals(Json.parse("{\"text\": \"a\", \"not\": \"fog\", \"mixed\": \"a %prompt% b\"}"), inputs(WORKFLOW, task, "1"));
    assertEquals(Json.parse("{\"width\": 640, \"height\": 1024, \"batch_size\": 2}"), inputs(WORKFLOW, task, "2"));
    assertEquals("[4,7,false]", Json.array().add(inputs(WORKFLOW, task, "3").get("steps")).add(inputs(WORKFLOW, task, "3").get("cfg"))
        .add(inputs(WORKFLOW, task, "3").get("on")).toString());
  }

  @Test
  void valueOfAnotherTypeIsNamed() {
    assertEquals(new Failure.Invalid("provider_params.steps", "provider_params.steps must be a number"),
        failure(WORKFLOW, task("a", Optional.empty(), new JsonObject().add("steps", "many"))));
    assertEquals(new Failure.Invalid("provider_params.on", "provider_params.on must be true or false"),
        failure(WORKFLOW, task("a", Optional.empty(), new JsonObject().add("on", 1))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "18446744073709551615", "9007199254740993"})
  void seedOfTheCallerIsSentDigitByDigit(String seed) {
    var extras = Json.parse("{\"seed\": " + seed + "}").asObject();
    assertEquals(seed, inputs(WORKFLOW, task("a", Optional.empty(), extras), "3").get("seed").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551616", "-1", "1.5", "1e3", "\"x\"", "{}", "true"})
  void seedThatIsNoneIsNamed(String seed) {
    var extras = Json.parse("{\"seed\": " + seed + "}").asObject();
    assertEquals(new Failure.Invalid("provider_params.seed", "provider_params.seed must be a whole number between 0 and 18446744073709551615"),
        failure(WORKFLOW, task("a", Optional.empty(), extras)));
  }

  @Test
  void numberInTheSeedsPlaceIsReplacedToo() {
    var fixed = workflow("{\"3\": {\"class_type\": \"Noise\", \"inputs\": {\"noise_seed\": 7}}, \"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}}}");
    assertEquals("59856699092221", inputs(fixed, task("a", Optional.empty(), new JsonObject()), "3").get("noise_seed").toString());
    assertEquals("5", inputs(fixed, task("a", Optional.empty(), new JsonObject().add("seed", 5)), "3").get("noise_seed").toString());
    var meant = workflow("{\"3\": {\"class_type\": \"Noise\", \"inputs\": {\"noise_seed\": 7}}, \"9\": {\"class_type\": \"SaveImage\", \"inputs\": {}},"
        + "\"_easel\": {\"defaults\": {\"seed\": 7}}}");
    assertEquals("7", inputs(meant, task("a", Optional.empty(), new JsonObject()), "3").get("noise_seed").toString());
  }

  private static ComfyWorkflow workflow(String json) {
    return ComfyWorkflow.read("y", json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void videoHasFramesForItsSeconds() {
    var video = workflow("{\"1\": {\"class_type\": \"Wan\", \"inputs\": {\"length\": \"%frames%\", \"s\": \"%seconds%\"}},"
        + "\"9\": {\"class_type\": \"SaveWEBM\", \"inputs\": {}}, \"_easel\": {\"fps\": 24, \"seconds\": [3, 5]}}");
    var task = new Task.Video("y", "a", Optional.empty(), OptionalInt.of(3), List.of(), new JsonObject());
    assertEquals(Json.parse("{\"length\": 73, \"s\": 3}"), inputs(video, task, "1"));
    var open = new Task.Video("y", "a", Optional.empty(), OptionalInt.empty(), List.of(), new JsonObject());
    assertEquals(Json.parse("{\"length\": 73, \"s\": 3}"), inputs(video, open, "1"));
  }

  @Test
  void whatHasNoBlankIsRefusedAndNotIgnored() {
    var fixed = workflow("{\"1\": {\"class_type\": \"X\", \"inputs\": {}}, \"9\": {\"class_type\": \"SaveVideo\", \"inputs\": {}}}");
    assertEquals(new Failure.Invalid("seconds", "seconds is fixed by this workflow"),
        failure(fixed, new Task.Video("y", "a", Optional.empty(), OptionalInt.of(3), List.of(), new JsonObject())));
    assertEquals(new Failure.Invalid("size", "size is fixed by this workflow"),
        failure(fixed, new Task.Video("y", "a", Optional.of(new Size(64, 64)), OptionalInt.empty(), List.of(), new JsonObject())));
  }
}
