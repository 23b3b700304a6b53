package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Task;
import easel.upstream.Call;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiRequestTest {
  private static final Look FULL = new Look(Optional.of("high"), Optional.of("opaque"), Optional.of(MediaType.WEBP),
      OptionalInt.of(80), Optional.of("low"), Optional.of("high"), Optional.of("vivid"));

  private static Task.Image task(String model, Look look, int partials, List<Input> inputs, String extras) {
    return new Task.Image(model, "two cats", 3, Optional.of(new Size(1536, 1024)), look, partials, inputs,
        JsonText.object(extras));
  }

  private static Input input(String name, MediaType type, Input.Role role) {
    var media = new Media(name, "", Media.Role.INPUT, 0, type, 69, 1, 1, "", Path.of("/tmp", name), Optional.empty(),
        Instant.EPOCH, Optional.empty());
    return new Input(media, role);
  }

  private static JsonObject json(Task.Image task) {
    return JsonText.object(((Call.Bytes) OpenAiRequest.body(task)).bytes());
  }

  private static List<Call.Part> form(Task.Image task) {
    return ((Call.Form) OpenAiRequest.body(task)).parts();
  }

  @Test
  void plainTaskSaysOnlyWhatWasAsked() {
    var task = new Task.Image("gpt-image-2", "a cat", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject());
    assertEquals(Json.parse("{\"model\":\"gpt-image-2\",\"prompt\":\"a cat\",\"n\":1}"), json(task));
    assertEquals("application/json", ((Call.Bytes) OpenAiRequest.body(task)).type());
    assertEquals("/images/generations", OpenAiRequest.path(task));
  }

  @Test
  void gptModelIsNeverSentWhatItRefuses() {
    assertEquals(Json.parse("""
        {"user":"u-1","model":"gpt-image-2","prompt":"two cats","n":3,"size":"1536x1024","quality":"high","background":"opaque",
         "output_format":"webp","output_compression":80,"moderation":"low"}"""),
        json(task("gpt-image-2", FULL, 0, List.of(), """
            {"user":"u-1","response_format":"url","style":"natural","input_fidelity":"low","quality":"best"}""")));
  }

  @Test
  void compatibleServerIsSentWhatTheCallerGave() {
    assertEquals(Json.parse("""
        {"user":"u-1","response_format":"url","seed":7,"style":"vivid","model":"flux","prompt":"two cats","n":3,"size":"1536x1024",
         "quality":"high","background":"opaque","output_format":"webp","output_compression":80,"moderation":"low",
         "input_fidelity":"high"}"""),
        json(task("flux", FULL, 0, List.of(),
        "{\"user\":\"u-1\",\"response_format\":\"url\",\"seed\":7,\"style\":\"natural\"}")));
  }

  @Test
  void callersParametersNeverChangeWhatTheEngineCounts() {
    var json = json(task("flux", Look.ANY, 0, List.of(),
        "{\"model\":\"x\",\"prompt\":\"y\",\"n\":9,\"stream\":true,\"partial_images\":3,\"size\":\"1x1\"}"));
    assertEquals(Json.parse("{\"size\":\"1536x1024\",\"model\":\"flux\",\"prompt\":\"two cats\",\"n\":3}"), json);
  }

  @ParameterizedTest
  @CsvSource({
      "gpt-image-2, hd, high", "gpt-image-2, standard, medium", "gpt-image-2, xhigh, ", "gpt-image-2.5-flare, max, max",
      "gpt-image-2.6-sunburst, xhigh, xhigh", "gpt-image-2-2026-04-21, max, ", "gpt-image-1.5, auto, auto",
      "chatgpt-image-latest, best, ", "dall-e-3, hd, hd", "flux, best, best"})
  void qualityIsAWordTheModelKnows(String model, String asked, String sent) {
    var look = new Look(Optional.of(asked), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(),
        Optional.empty(), Optional.empty());
    var json = json(task(model, look, 0, List.of(), "{}"));
    assertEquals(Optional.ofNullable(sent).map(Json::value), Optional.ofNullable(json.get("quality")));
  }

  @Test
  void previewsAskForAStream() {
    var json = json(task("gpt-image-2", Look.ANY, 2, List.of(), "{}"));
    assertEquals(Json.TRUE, json.get("stream"));
    assertEquals(Json.value(2), json.get("partial_images"));
    assertEquals(Json.value(3), json(task("gpt-image-2", Look.ANY, 9, List.of(), "{}")).get("partial_images"));
  }

  @Test
  void picturesMakeAnEditWithItsMask() {
    var task = task("gpt-image-1.5", FULL, 1, List.of(input("a.png", MediaType.PNG, Input.Role.REFERENCE),
        input("m.png", MediaType.PNG, Input.Role.MASK), input("b.jpg", MediaType.JPEG, Input.Role.REFERENCE)),
        "{\"user\":\"u-1\",\"image\":\"sneaky\",\"mask\":null,\"style\":\"vivid\",\"nested\":{\"a\":[1]},\"none\":null}");
    assertEquals("/images/edits", OpenAiRequest.path(task));
    assertEquals(List.of(
        new Call.TextPart("user", "u-1"), new Call.TextPart("nested", "{\"a\":[1]}"),
        new Call.TextPart("model", "gpt-image-1.5"), new Call.TextPart("prompt", "two cats"),
        new Call.TextPart("n", "3"),
        new Call.TextPart("size", "1536x1024"), new Call.TextPart("quality", "high"),
        new Call.TextPart("background", "opaque"),
        new Call.TextPart("output_format", "webp"), new Call.TextPart("output_compression", "80"),
        new Call.TextPart("input_fidelity", "high"), new Call.TextPart("stream", "true"),
        new Call.TextPart("partial_images", "1"),
        new Call.FilePart("image[]", "image-13.png", "image/png", Path.of("/tmp/a.png")),
        new Call.FilePart("image[]", "image-14.jpg", "image/jpeg", Path.of("/tmp/b.jpg")),
        new Call.FilePart("mask", "mask.png", "image/png", Path.of("/tmp/m.png"))), form(task));
  }

  @Test
  void fidelityIsDroppedWhereTheModelIsAlwaysFaithful() {
    var one = List.of(input("a.png", MediaType.PNG, Input.Role.REFERENCE));
    for (var model : List.of("gpt-image-2", "gpt-image-2.6-flare")) {
      assertEquals(List.of(), form(task(model, FULL, 0, one, "{}")).stream()
          .filter(p -> p.name().equals("input_fidelity")).toList());
    }
  }

  @Test
  void onePictureHasThePlainNameForOldServersOnly() {
    var one = List.of(input("a.png", MediaType.PNG, Input.Role.REFERENCE));
    assertEquals("image[]", form(task("gpt-image-2", Look.ANY, 0, one, "{}")).getLast().name());
    assertEquals("image", form(task("any-model", Look.ANY, 0, one, "{}")).getLast().name());
  }
}
