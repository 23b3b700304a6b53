package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Secret;
import fake.FakeComfyRecording;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComfyFailuresTest {
  private static final ComfyFailures FAILURES = new ComfyFailures("comfyui", new Secret("key-4711"));

  /** The workflow that was refused in the recordings: {@code width} of node 1 is the caller's. */
  private static ComfyRequest request(JsonObject extras) {
    var workflow = ComfyWorkflow.read("x", """
        {"1": {"class_type": "EmptyImage", "inputs": {"width": "%width%", "height": "%height%", "batch_size": 1, "color": 3}},
         "2": {"class_type": "ImageScale", "inputs": {"image": ["1", 0], "upscale_method": "%method%", "width": 128, "height": 96}},
         "5": {"class_type": "Steps", "inputs": {"seed": "%seed%"}},
         "9": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "x"}},
         "_easel": {"defaults": {"method": "area"}}}
        """.getBytes(StandardCharsets.UTF_8));
    return new ComfyRequest(workflow, ComfyStage.image("x", 1, 0, extras));
  }

  private static Exchange.Answer answer(int status, String body, String... header) {
    return new Exchange.Answer(status, name -> header.length > 0 && header[0].equals(name) ? Optional.of(header[1]) : Optional.empty(),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Failure failure(String recording, JsonObject extras) {
    var rejection = FakeComfyRecording.rejection(recording);
    return FAILURES.submit(answer(rejection.status(), rejection.body()), request(extras), Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "no_prompt_key        | comfyui cannot run this workflow: No prompt provided No prompt provided",
      "missing_class_type   | comfyui cannot run this workflow: Cannot execute because a node is missing the class_type property. Node ID '#1'",
      "unknown_class        | comfyui cannot run this workflow: Cannot execute because node NoSuchNode does not exist. Node ID '#1'",
      "no_outputs           | comfyui cannot run this workflow: Prompt has no outputs",
      "required_input_missing | comfyui cannot run this workflow: node 2 (ImageScale): Required input is missing: width",
      "value_not_in_list    | comfyui has no upscale_method 'magic', which node 2 (ImageScale) of this workflow needs",
      "model_file_missing   | comfyui has no ckpt_name 'nope.safetensors', which node 20 (CheckpointLoaderSimple) of this workflow needs",
      "bad_linked_input     | comfyui cannot run this workflow: node 3 (ImageInvert): Bad linked input, must be a length-2 list of [node_id, slot_index]: image",
      "link_to_missing_node | comfyui cannot run this workflow: node 3 (ImageInvert): Exception when validating inner node: '77'",
      "load_image_missing_custom_validation | comfyui cannot run this workflow: node 1 (LoadImage): Custom validation failed for node: image - Invalid image file: nofile.png"})
  void whatTheWorkflowOrTheServerLacksLetsOthersTry(String recording, String words) {
    assertEquals(new Failure.Missing("model_not_found", words.strip()), failure(recording, new JsonObject()));
  }

  @ParameterizedTest
  @CsvSource({"value_bigger_than_max,size", "value_smaller_than_min,size", "invalid_input_type,size"})
  void whatTheCallerSaidIsTheCallersMistake(String recording, String field) {
    assertEquals(field, assertInstanceOf(Failure.Invalid.class, failure(recording, new JsonObject())).field());
  }

  @Test
  void parameterIsTheCallersOnlyWhereTheCallerSaidIt() {
    var said = failure("value_not_in_list", new JsonObject().add("method", "magic"));
    assertEquals("provider_params.method", assertInstanceOf(Failure.Invalid.class, said).field());
    var seed = failure("seed_too_big", new JsonObject().add("seed", 1));
    assertEquals("provider_params.seed", assertInstanceOf(Failure.Invalid.class, seed).field());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "", "[]", "{\"detail\": \"no\"}"})
  void refusalThatIsNotComfyUisProvesNothing(String body) {
    var failure = FAILURES.submit(answer(400, body), request(new JsonObject()), Instant.EPOCH);
    assertInstanceOf(Failure.UpstreamBroken.class, failure);
  }

  @Test
  void proxiesSpeakByStatus() {
    assertEquals(new Failure.BadCredential("comfyui does not accept the credential: no ***"), of(401, "{\"error\": \"no key-4711\"}"));
    assertEquals(new Failure.BadCredential("comfyui does not accept the credential: no reason given"), of(403, ""));
    assertInstanceOf(Failure.OutOfCredit.class, of(402, "{}"));
    assertInstanceOf(Failure.TooLarge.class, of(413, "{}"));
    assertInstanceOf(Failure.Missing.class, of(404, "{}"));
    assertEquals(new Failure.Limited(Duration.ofSeconds(7), "comfyui takes no more requests now: slow down"),
        FAILURES.of(answer(429, "{\"message\": \"slow down\"}", "retry-after", "7"), Instant.EPOCH));
    assertEquals(new Failure.UpstreamBroken(502, "comfyui answered 502: no reason given"), of(502, "<html>"));
  }

  private static Failure of(int status, String body) {
    return FAILURES.of(answer(status, body), Instant.EPOCH);
  }

  @Test
  void nothingTakesAcceptanceBack() {
    for (var failure : new Failure[] {new Failure.Unreachable("x"), new Failure.Missing("not_found", "x"), new Failure.TooLarge("x"),
        new Failure.NoCapacity(Duration.ZERO, "x")}) {
      assertInstanceOf(Failure.UpstreamBroken.class, FAILURES.after(failure));
    }
    assertTrue(FAILURES.before(new Failure.TimedOut("x")).notAccepted());
    assertEquals(new Failure.Unreachable("x"), FAILURES.before(new Failure.Unreachable("x")));
  }
}
