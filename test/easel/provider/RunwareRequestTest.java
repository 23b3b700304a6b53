package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.core.Capability;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunwareRequestTest {
  private static final ModelFile MODELS = RunwareStage.models();

  private static RunwareRequest request(Task task) {
    return new RunwareRequest(task, MODELS.model(task.model()).orElseThrow(), MODELS.wire(task.model()));
  }

  private static JsonObject json(Task task, String... pictures) {
    var request = request(task);
    request.check();
    return request.json("tag", List.of(pictures));
  }

  private static Failure refused(Task task) {
    return assertThrows(GatewayException.class, () -> request(task).check()).failure();
  }

  private static Input input(Input.Role role, int width, int height) {
    return SampleStage.input(Path.of("a.png"), role, MediaType.PNG, width, height);
  }

  private static Task.Image image(String model, String size, Look look, String extras, Input... inputs) {
    return new Task.Image(model, "a cat", 1, Optional.of(size).flatMap(Size::parse), look, 0, List.of(inputs),
        Json.parse(extras).asObject());
  }

  private static Task.Image image(String model, String size, Input... inputs) {
    return image(model, size, Look.ANY, "{}", inputs);
  }

  private static Task.Video video(String model, String size, Input... inputs) {
    return new Task.Video(model, "a cat", Optional.of(size).flatMap(Size::parse), OptionalInt.empty(), List.of(inputs),
        new JsonObject());
  }

  private static Look look(String quality, String background, MediaType format, int compression) {
    return new Look(Optional.ofNullable(quality), Optional.ofNullable(background), Optional.ofNullable(format),
        compression < 0 ? OptionalInt.empty() : OptionalInt.of(compression), Optional.empty(), Optional.empty(),
        Optional.empty());
  }

  @Test
  void picturesAreOrderedInThePlainStyle() {
    var task = new Task.Image("runware:100@1", "a cat", 3, Optional.of(new Size(1024, 768)), Look.ANY, 0, List.of(),
        new JsonObject());
    assertEquals(Json.parse("""
        {"taskType":"imageInference","taskUUID":"tag","model":"runware:100@1","steps":4,"positivePrompt":"a cat",
        "width":1024,"height":768,"numberResults":3,"outputType":"URL","outputFormat":"JPG","includeCost":true,
        "deliveryMethod":"async"}"""), json(task));
  }

  @Test
  void oneResultIsNotCountedAndAnOpenSizeIsTheUsualOne() {
    var json = json(image("bfl:5@1", "auto"));
    assertFalse(json.names().contains("numberResults"));
    assertEquals("1024x1024", json.get("width") + "x" + json.get("height"));
  }

  @Test
  void aPictureIsASeedBesideTheRestOrAReferenceUnderInputs() {
    var seed = json(image("runware:101@1", "512x512", input(Input.Role.REFERENCE, 800, 600)), "e5");
    assertEquals("e5", seed.getString("seedImage", ""));
    var two = json(image("runware:400@2", "512x512", input(Input.Role.REFERENCE, 8, 8), input(Input.Role.REFERENCE, 8, 8)), "a", "b");
    assertEquals(Json.parse("{\"referenceImages\":[\"a\",\"b\"]}"), two.get("inputs"));
    var flat = json(image("bfl:3@1", "1024x1024", input(Input.Role.REFERENCE, 8, 8)), "a");
    assertEquals(Json.parse("[\"a\"]"), flat.get("referenceImages"));
  }

  @Test
  void anOpenSizeTakesTheShapeOfThePicture() {
    var seed = json(image("runware:101@1", "auto", input(Input.Role.REFERENCE, 1600, 900)), "e5");
    assertEquals("1344x768", seed.get("width") + "x" + seed.get("height"));
    var kontext = json(image("runware:106@1", "auto", input(Input.Role.REFERENCE, 900, 1600)), "e5");
    assertEquals("752x1392", kontext.get("width") + "x" + kontext.get("height"));
    var banana = json(image("google:4@2", "auto", input(Input.Role.REFERENCE, 900, 1600)), "e5");
    assertFalse(banana.names().contains("width"));
  }

  @Test
  void closeMeansLittleStrength() {
    var close = new Look(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(),
        Optional.of("high"), Optional.empty());
    var task = image("runware:101@1", "512x512", close, "{}", input(Input.Role.REFERENCE, 8, 8));
    assertEquals(0.4, json(task, "e5").getDouble("strength", 0));
    var own = image("runware:101@1", "512x512", close, "{\"strength\":0.9}", input(Input.Role.REFERENCE, 8, 8));
    assertEquals(0.9, json(own, "e5").getDouble("strength", 0));
  }

  @ParameterizedTest
  @CsvSource({"1024x1024,1024x1024", "1792x1024,2752x1536", "1360x768,1376x768", "3000x2000,5056x3392", "2000x3000,3392x5056",
      "4096x4096,4096x4096", "900x900,1024x1024"})
  void fixedSizesAreOfTheNearestShapeAndLargeEnough(String wanted, String made) {
    var json = json(image("google:4@2", wanted));
    assertEquals(made, json.get("width") + "x" + json.get("height"));
  }

  @Test
  void maskIsNamedAndNeededWhereThereIsNothingElseToDo() {
    var json = json(image("runware:102@1", "512x512", input(Input.Role.REFERENCE, 8, 8), input(Input.Role.MASK, 8, 8)), "e5", "m6");
    assertEquals("e5 m6", json.getString("seedImage", "") + " " + json.getString("maskImage", ""));
    assertEquals("mask", ((Failure.Invalid) refused(image("runware:102@1", "512x512", input(Input.Role.REFERENCE, 8, 8)))).field());
  }

  @Test
  void toolsNeedNoWordsAndNoSize() {
    var up = json(image("runware:504@1", "auto", input(Input.Role.REFERENCE, 8, 8)), "e5");
    assertEquals(Json.parse("""
        {"taskType":"upscale","taskUUID":"tag","model":"runware:504@1","upscaleFactor":2,"inputs":{"image":"e5"},
        "outputType":"URL","outputFormat":"JPG","includeCost":true,"deliveryMethod":"async"}"""), up);
    var factor = image("runware:504@1", "auto", Look.ANY, "{\"upscaleFactor\":4}", input(Input.Role.REFERENCE, 8, 8));
    assertEquals(4, json(factor, "e5").getInt("upscaleFactor", 0));
    var cut = json(image("runware:112@1", "auto", look(null, "transparent", null, -1), "{}", input(Input.Role.REFERENCE, 8, 8)), "e5");
    assertEquals("removeBackground PNG", cut.getString("taskType", "") + " " + cut.getString("outputFormat", ""));
    assertEquals("size", ((Failure.Invalid) refused(image("runware:504@1", "512x512", input(Input.Role.REFERENCE, 8, 8)))).field());
  }

  @Test
  void qualityAndBackgroundGoToThoseWhoTakeThem() {
    var gpt = json(image("openai:4@1", "1024x1536", look("high", "transparent", null, -1), "{}"));
    assertEquals(Json.parse("{\"openai\":{\"quality\":\"high\",\"background\":\"transparent\"}}"), gpt.get("providerSettings"));
    assertEquals("PNG", gpt.getString("outputFormat", ""));
    var usual = json(image("openai:4@1", "1024x1024"));
    assertEquals(Json.parse("{\"openai\":{\"quality\":\"auto\",\"background\":\"auto\"}}"), usual.get("providerSettings"));
    assertFalse(json(image("runware:100@1", "512x512", look("high", null, null, -1), "{}")).names().contains("providerSettings"));
    assertEquals("background", ((Failure.Invalid) refused(image("runware:100@1", "512x512", look(null, "transparent", null, -1), "{}"))).field());
  }

  @Test
  void compressionIsTakenInRunwaresRange() {
    var webp = json(image("runware:100@1", "512x512", look(null, null, MediaType.WEBP, 50), "{}"));
    assertEquals("WEBP 50", webp.getString("outputFormat", "") + " " + webp.getInt("outputQuality", 0));
    assertEquals(new Failure.Invalid("output_compression", "output_compression must be between 20 and 99 for this model"),
        refused(image("runware:100@1", "512x512", look(null, null, MediaType.WEBP, 100), "{}")));
  }

  @Test
  void callersParametersPassUnlessTheyWouldChangeWhatWasAgreed() {
    var extras = """
        {"seed":7,"steps":9,"negativePrompt":"dogs","safety":{"checkContent":true},"model":"google:4@2","positivePrompt":"x",
        "numberResults":20,"taskUUID":"x","taskType":"x","webhookURL":"https://x","uploadEndpoint":"https://x","ttl":60,
        "includeCost":false,"outputType":"dataURI","deliveryMethod":"sync","width":2048,"height":2048,"resolution":"4k",
        "apiKey":"x","outputFormat":"PNG"}""";
    assertEquals(Json.parse("""
        {"taskType":"imageInference","taskUUID":"tag","model":"runware:100@1","steps":9,"seed":7,"negativePrompt":"dogs",
        "safety":{"checkContent":true},"positivePrompt":"a cat","width":512,"height":512,"outputType":"URL",
        "outputFormat":"JPG","includeCost":true,"deliveryMethod":"async"}""").toString().length(),
        json(image("runware:100@1", "512x512", Look.ANY, extras)).toString().length());
    var json = json(image("runware:100@1", "512x512", Look.ANY, extras));
    assertEquals(List.of("runware:100@1", "a cat", "tag", "URL", "async"), List.of(json.getString("model", ""),
        json.getString("positivePrompt", ""), json.getString("taskUUID", ""), json.getString("outputType", ""),
        json.getString("deliveryMethod", "")));
    assertEquals(7, json.getInt("seed", 0));
  }

  @Test
  void resolutionOfTheCallersOwnReplacesAnOpenSize() {
    var json = json(image("google:4@2", "auto", Look.ANY, "{\"resolution\":\"2K\"}", input(Input.Role.REFERENCE, 8, 8)), "e5");
    assertEquals("2K", json.getString("resolution", ""));
    assertFalse(json.names().contains("width"));
  }

  @Test
  void videosAreAsynchronousAndLastAsLongAsIsUsual() {
    assertEquals(Json.parse("""
        {"taskType":"videoInference","taskUUID":"tag","model":"klingai:6@1","positivePrompt":"a cat","width":1280,
        "height":720,"frameImages":[{"inputImage":"e5","frame":"first"}],"duration":5,"outputType":"URL",
        "outputFormat":"MP4","includeCost":true,"deliveryMethod":"async"}"""),
        json(video("klingai:6@1", "1280x720", input(Input.Role.FIRST_FRAME, 1280, 720)), "e5"));
  }

  @Test
  void framesHaveTheirPartsAndDecideTheShape() {
    var both = json(video("google:3@2", "1920x1080", input(Input.Role.REFERENCE, 1280, 720), input(Input.Role.LAST_FRAME, 1280, 720)), "a", "b");
    assertEquals(Json.parse("{\"frameImages\":[{\"image\":\"a\",\"frame\":\"first\"},{\"image\":\"b\",\"frame\":\"last\"}]}"),
        both.get("inputs"));
    assertEquals("1080p", both.getString("resolution", ""));
    assertFalse(both.names().contains("width"));
    var last = json(video("google:3@2", "auto", input(Input.Role.LAST_FRAME, 1280, 720)), "b");
    assertEquals(Json.parse("{\"frameImages\":[{\"image\":\"b\",\"frame\":\"last\"}]}"), last.get("inputs"));
    assertEquals(new Failure.Invalid("size", "size must have the shape of the picture, or be left out"),
        refused(video("google:3@2", "1280x720", input(Input.Role.FIRST_FRAME, 900, 1600))));
  }

  @Test
  void modelThatCannotBeAskedAboutIsWaitedFor() {
    var wire = Fields.of(Json.parse("{\"delivery\":\"sync\",\"size\":\"512x512\"}").asObject());
    var task = image("runware:100@1", "auto");
    var request = new RunwareRequest(task, MODELS.model("runware:100@1").orElseThrow(), wire);
    assertEquals("sync", request.json("tag", List.of()).getString("deliveryMethod", ""));
    assertTrue(request.sync());
  }

  /** The usual size of every model is one that it declares, and its fixed sizes have the shapes it declares. */
  @Test
  void everyRowIsSound() {
    for (var model : MODELS.models()) {
      var wire = MODELS.wire(model.upstreamName());
      var can = model.capability();
      assertTrue(model.name().startsWith("runware-"), model.name());
      wire.optText("size").ifPresent(s -> assertEquals(Optional.empty(), can.sizes().complaint(Size.parse(s).orElseThrow()), model.name()));
      for (var size : wire.texts("sizes")) {
        assertEquals(Optional.empty(), can.sizes().complaint(Size.parse(size).orElseThrow()), model.name() + " " + size);
      }
      if (can.sizes() instanceof SizeRule.Ratios ratios) assertShapes(model.name(), ratios, wire);
      int seconds = wire.integer("seconds", 5, 1, 600);
      assertTrue(can.seconds().isEmpty() || can.seconds().contains(seconds), model.name());
      assertTrue(can.inputs().equals(Capability.Inputs.NONE) || wire.has("input"), model.name());
    }
  }

  private static void assertShapes(String name, SizeRule.Ratios ratios, Fields wire) {
    for (var ratio : ratios.ratios()) {
      assertTrue(wire.texts("sizes").stream().map(s -> Size.parse(s).orElseThrow())
          .anyMatch(s -> ratio.distance(s) <= 2 * SizeRule.Ratios.TOLERANCE), name + " makes nothing of " + ratio);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{\"providerSettings\":{\"bytedance\":{\"maxSequentialImages\":15}}}|providerSettings.bytedance",
      "{\"settings\":{\"maxSequentialImages\":2}}|settings"})
  void moreResultsThanWereOrderedAreRefused(String extras, String where) {
    var field = "provider_params." + where + ".maxSequentialImages";
    assertEquals(new Failure.Invalid(field, field + " cannot be chosen: say with n how many to make"),
        refused(image("bytedance:5@0", "", Look.ANY, extras)));
  }
}
