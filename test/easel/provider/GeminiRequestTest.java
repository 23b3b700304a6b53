package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.codec.FieldException;
import easel.codec.JsonInlay;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Secret;
import easel.core.Size;
import easel.core.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent, compared with what Google's own SDKs send for the same. */
class GeminiRequestTest {
  private static final ModelFile FILE = ModelFile.read("gemini.json", ProviderSettings.of("gemini", "gemini"));

  @TempDir
  Path folder;

  private static JsonObject sent(Task task) throws IOException {
    var inlay = new JsonInlay();
    var wire = FILE.wire(task.model());
    var way = GeminiWay.of(wire.text("way"), wire, new GeminiFailures("gemini", new Secret("")));
    var out = new ByteArrayOutputStream();
    inlay.document(way.body(task, FILE.model(task.model()).orElseThrow(), inlay)).writeTo(out);
    return Json.parse(out.toString(StandardCharsets.UTF_8)).asObject();
  }

  private static Task.Image image(String model, String size, List<Input> inputs, String extras) {
    return new Task.Image(model, "a cat", 1, Size.parse(size), Look.ANY, 0, inputs, Json.parse(extras).asObject());
  }

  private static Task.Video video(String model, String size, int seconds, List<Input> inputs, String extras) {
    return new Task.Video(model, "p", Size.parse(size), seconds == 0 ? OptionalInt.empty() : OptionalInt.of(seconds),
        inputs,
        Json.parse(extras).asObject());
  }

  private Input input(String bytes, Input.Role role, MediaType type) throws IOException {
    var file = Files.writeString(folder.resolve(bytes + "." + type.extension()), bytes);
    return new Input(new Media(bytes, "", Media.Role.INPUT, 0, type, Files.size(file), 16, 16, "", file,
        Optional.empty(),
        Instant.EPOCH, Optional.empty()), role);
  }

  private Input png(String bytes, Input.Role role) throws IOException {
    return input(bytes, role, MediaType.PNG);
  }

  private static void assertSent(String json, Task task) throws IOException {
    assertEquals(sorted(Json.parse(json)), sorted(sent(task)));
  }

  /** The order of fields means nothing. */
  private static JsonValue sorted(JsonValue value) {
    if (value.isArray()) {
      var list = new JsonArray();
      for (var item : value.asArray()) list.add(sorted(item));
      return list;
    }
    if (!value.isObject()) return value;
    var object = new JsonObject();
    value.asObject().names().stream().sorted().forEach(n -> object.add(n, sorted(value.asObject().get(n))));
    return object;
  }

  @Test
  void pictureIsOneTurnWithShapeAndResolution() throws IOException {
    assertSent("""
        {"contents":[{"role":"user","parts":[{"text":"a cat"}]}],
         "generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"16:9","imageSize":"2K"}}}""",
        image("gemini-3-pro-image", "1792x1024", List.of(), "{}"));
  }

  @Test
  void whatIsLeftOpenIsLeftToTheModel() throws IOException {
    assertSent("""
        {"contents":[{"role":"user","parts":[{"text":"a cat"}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"]}}""",
        image("gemini-3-pro-image", "", List.of(), "{}"));
  }

  @Test
  void inputsFollowTheTextInTheirOrder() throws IOException {
    var inputs = List.of(png("ABC", Input.Role.REFERENCE), input("DEF", Input.Role.REFERENCE, MediaType.JPEG));
    assertSent("""
        {"contents":[{"role":"user","parts":[{"text":"a cat"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}},
          {"inlineData":{"mimeType":"image/jpeg","data":"REVG"}}]}],
         "generationConfig":{"responseModalities":["TEXT","IMAGE"]}}""", image("gemini-3-pro-image", "", inputs, "{}"));
  }

  @ParameterizedTest
  @CsvSource({"gemini-3-pro-image,1024x1024,1:1,1K", "gemini-3-pro-image,1152x928,5:4,1K",
      "gemini-3-pro-image,2048x2048,1:1,2K",
      "gemini-3-pro-image,5504x3072,16:9,4K", "gemini-3-pro-image,512x512,1:1,1K",
          "gemini-nano-banana-2.1,384x3072,1:8,1K",
      "gemini-3.1-flash-image,688x384,16:9,512", "gemini-3.1-flash-lite-image,1024x1024,1:1,",
          "gemini-3-pro-image,1024x1536,2:3,2K"})
  void lowestResolutionThatReachesThePixelsIsChosen(String model, String size, String ratio,
      String tier) throws IOException {
    var image = sent(image(model, size, List.of(), "{}")).get("generationConfig").asObject().get("imageConfig")
        .asObject();
    assertEquals(ratio, image.getString("aspectRatio", ""));
    assertEquals(Optional.ofNullable(tier).orElse(""), image.getString("imageSize", ""));
  }

  @Test
  void callersParametersPassWhereTheyChangeNothingThatWasAgreed() throws IOException {
    assertSent("""
        {"safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],"labels":{"my_team":"x"},
         "contents":[{"role":"user","parts":[{"text":"a cat"}]}],
         "generationConfig":{"seed":7,"thinkingConfig":{"thinkingLevel":"LOW"},"responseModalities":["TEXT","IMAGE"],
          "imageConfig":{"personGeneration":"ALLOW_NONE","aspectRatio":"1:1","imageSize":"1K"}}}""",
        image("gemini-3-pro-image", "1024x1024", List.of(), """
            {"safety_settings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],"labels":{"my_team":"x"},
             "contents":[],"model":"dearer","webhook_config":{"uris":["http://x"]},
             "generation_config":{"seed":7,"candidate_count":8,"responseModalities":["TEXT"],
              "thinking_config":{"include_thoughts":true,"thinking_level":"LOW"},
              "image_config":{"image_size":"4K","aspect_ratio":"16:9","person_generation":"ALLOW_NONE"}}}"""));
  }

  @Test
  void parametersOfTheWrongKindAreNamed() {
    var e = assertThrows(FieldException.class, () -> sent(image("gemini-3-pro-image", "", List.of(),
        "{\"generationConfig\":7}")));
    assertEquals("provider_params.generationConfig must be an object", e.getMessage());
  }

  @Test
  void videoIsBoughtInTheBackgroundAndFetchedByLink() throws IOException {
    assertSent("""
        {"model":"gemini-omni-1.1-flash","background":true,"input":"p",
         "response_format":{"type":"video","delivery":"uri","aspect_ratio":"9:16","resolution":"1080p","duration":"8s"}}""",
        video("gemini-omni-1.1-flash", "1024x1792", 8, List.of(), "{}"));
    assertSent("""
        {"model":"gemini-omni-1.2-flash","background":true,"input":"p","response_format":{"type":"video","delivery":"uri"}}""",
        video("gemini-omni-1.2-flash", "", 0, List.of(), "{}"));
  }

  @Test
  void partsOfThePicturesAreDeclaredInThePrompt() throws IOException {
    var inputs = List.of(png("R0", Input.Role.REFERENCE), png("L0", Input.Role.LAST_FRAME),
        png("R1", Input.Role.REFERENCE),
        png("F0", Input.Role.FIRST_FRAME));
    var sent = sent(video("gemini-omni-1.1-flash", "1280x720", 6, inputs, "{}"));
    assertEquals(Json.parse("""
        [{"type":"image","data":"RjA=","mime_type":"image/png"},{"type":"image","data":"TDA=","mime_type":"image/png"},
         {"type":"image","data":"UjA=","mime_type":"image/png"},{"type":"image","data":"UjE=","mime_type":"image/png"},
         {"type":"text","text":"[# Sources <FIRST_FRAME>@Image1 <LAST_FRAME>@Image2] [# References <IMAGE_REF_0>@Image3 \
        <IMAGE_REF_1>@Image4] p"}]"""), sent.get("input"));
    assertEquals(Json.parse("{\"video_config\":{\"task\":\"image_to_video\"}}"), sent.get("generation_config"));
  }

  @ParameterizedTest
  @CsvSource({"REFERENCE,PNG,reference_to_video,[# References <IMAGE_REF_0>@Image1] p",
      "FIRST_FRAME,PNG,image_to_video,[# Sources <FIRST_FRAME>@Image1] p",
          "REFERENCE,MP4,edit,[# Sources <VIDEO_0>@Video1] p"})
  void taskFollowsFromWhatIsHandedIn(Input.Role role, MediaType type, String task, String prompt) throws IOException {
    var sent = sent(video("gemini-omni-1.1-flash", "", 0, List.of(input("x", role, type)), "{}"));
    assertEquals(task, sent.get("generation_config").asObject().get("video_config").asObject().getString("task", ""));
    assertEquals(prompt, sent.get("input").asArray().get(1).asObject().getString("text", ""));
    assertEquals(type.video() ? "video" : "image", sent.get("input").asArray().get(0).asObject().getString("type", ""));
  }

  @Test
  void promptThatGivesOutThePartsItselfStays() throws IOException {
    var task = new Task.Video("gemini-omni-1.1-flash", "like <IMAGE_REF_0> walking", Optional.empty(),
        OptionalInt.empty(),
        List.of(png("x", Input.Role.REFERENCE)), new JsonObject());
    assertEquals("like <IMAGE_REF_0> walking", sent(task).get("input").asArray().get(1).asObject()
        .getString("text", ""));
  }

  @Test
  void workStaysOursWhateverTheCallerSays() throws IOException {
    assertSent("""
        {"service_tier":"flex","model":"gemini-omni-1.1-flash","background":true,"input":"p",
         "response_format":{"frame_rate":24,"type":"video","delivery":"uri","duration":"6s"}}""",
        video("gemini-omni-1.1-flash", "", 6, List.of(), """
            {"serviceTier":"flex","background":false,"store":false,"stream":true,"webhookConfig":{"uris":["http://x"]},"input":"q",
             "responseFormat":{"frameRate":24,"gcsUri":"gs://theirs","delivery":"inline","duration":"10s"}}"""));
  }

  @Test
  void imagenGetsItsCountAlways() throws IOException {
    assertSent("""
        {"instances":[{"prompt":"a cat"}],"parameters":{"negativePrompt":"n","sampleCount":2,"includeRaiReason":true,
          "aspectRatio":"16:9","sampleImageSize":"2K","outputOptions":{"mimeType":"image/jpeg","compressionQuality":80}}}""",
        new Task.Image("imagen-4.0-generate-001", "a cat", 2, Size.parse("2048x1152"),
            new Look(Optional.empty(), Optional.empty(),
            Optional.of(MediaType.JPEG), OptionalInt.of(80), Optional.empty(), Optional.empty(), Optional.empty()), 0,
                List.of(),
            Json.parse("{\"negative_prompt\":\"n\",\"sampleCount\":4,\"storageUri\":\"gs://theirs\",\"sampleImageSize\":\"1K\"}").asObject()));
    assertSent("{\"instances\":[{\"prompt\":\"a cat\"}],\"parameters\":{\"sampleCount\":1,\"includeRaiReason\":true}}",
        image("imagen-4.0-fast-generate-001", "", List.of(), "{}"));
  }

  @Test
  void veoGetsFramesAndReferencesInTheirPlaces() throws IOException {
    var inputs = List.of(png("F", Input.Role.FIRST_FRAME), png("L", Input.Role.LAST_FRAME),
        png("R", Input.Role.REFERENCE));
    assertSent("""
        {"instances":[{"prompt":"p","image":{"bytesBase64Encoded":"Rg==","mimeType":"image/png"},
          "lastFrame":{"bytesBase64Encoded":"TA==","mimeType":"image/png"},
          "referenceImages":[{"image":{"bytesBase64Encoded":"Ug==","mimeType":"image/png"},"referenceType":"ASSET"}]}],
         "parameters":{"negativePrompt":"n","sampleCount":1,"aspectRatio":"16:9","resolution":"1080p","durationSeconds":8}}""",
        video("veo-3.1-generate-preview", "1920x1080", 8, inputs,
            "{\"negativePrompt\":\"n\",\"sampleCount\":4,\"resolution\":\"4k\"}"));
  }
}
