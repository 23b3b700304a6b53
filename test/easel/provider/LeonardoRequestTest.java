package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Model;
import easel.core.Size;
import easel.core.SizeRule;
import easel.core.Task;
import easel.provider.LeonardoUpload.Uploaded;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LeonardoRequestTest {
  private static final ModelFile MODELS = ModelFile.read("leonardo.json", ProviderSettings.of("leonardo", "leonardo"));
  private static final long SEED = 4711;

  private static Task.Image image(String model, int count, String size, String quality, String extras) {
    var look = new Look(Optional.of(quality).filter(q -> !q.isEmpty()), Optional.empty(), Optional.empty(),
        OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    return new Task.Image(model, "a crane", count, Size.parse(size), look, 0, List.of(), Json.parse(extras).asObject());
  }

  private static Task.Video video(String model, String size, int seconds, String extras, Input.Role... roles) {
    var length = seconds == 0 ? OptionalInt.empty() : OptionalInt.of(seconds);
    return new Task.Video(model, "it flies", Size.parse(size), length, inputs(roles), Json.parse(extras).asObject());
  }

  private static List<Input> inputs(Input.Role... roles) {
    return List.of(roles).stream().map(r -> LeonardoStage.input(Path.of("none"), r, MediaType.PNG)).toList();
  }

  private static Task.Image faithful(String model, String fidelity, JsonObject extras) {
    var look = new Look(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(),
        Optional.of(fidelity), Optional.empty());
    return new Task.Image(model, "a crane", 1, Optional.empty(), look, 0, List.of(), extras);
  }

  private static LeonardoWire wire(Task task) {
    return new LeonardoWire(MODELS.wire(task.model()));
  }

  private static void sends(String path, String body, Task task, Uploaded... inputs) {
    var request = LeonardoRequest.of(new LeonardoRequest.Draft(task, wire(task), List.of(inputs), SEED));
    assertEquals(path, request.path());
    assertEquals(sorted(Json.parse(body).asObject()), sorted(request.body()));
  }

  private static String sorted(JsonObject json) {
    return easel.codec.JsonText.canonical(json);
  }

  private static Uploaded uploaded(Input.Role role, String id) {
    return new Uploaded(role, id);
  }

  @Test
  void pictureOfVersionOneIsOrderedByUuidPrivatelyAndWithASeedOfOurs() {
    sends("/v1/generations", """
        {"modelId": "de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3", "prompt": "a crane", "num_images": 2, "width": 1024, "height": 768,
         "contrast": 3.5, "alchemy": true, "enhancePrompt": false, "public": false, "seed": 4711}""",
        image(LeonardoStage.PHOENIX, 2, "1024x768", "", "{}"));
  }

  @Test
  void callersParametersPassUnlessTheyChangeWhatWasAgreed() {
    sends("/v1/generations", """
        {"modelId": "de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3", "prompt": "a crane", "num_images": 1, "contrast": 4,
         "alchemy": false, "enhancePrompt": false, "public": false, "seed": 7, "styleUUID": "111dc692"}""",
        image(LeonardoStage.PHOENIX, 1, "", "", """
            {"contrast": 4, "alchemy": false, "seed": 7, "styleUUID": "111dc692", "num_images": 8, "modelId": "x", "prompt": "y",
             "public": true, "isPublic": true, "sd_version": "v3", "quantity": 9}"""));
  }

  @Test
  void ultraExcludesAlchemy() {
    sends("/v1/generations", """
        {"modelId": "de7d3faf-762f-48e0-b3b7-9d0ac3a3fcf3", "prompt": "a crane", "num_images": 1, "contrast": 3.5,
         "ultra": true, "enhancePrompt": false, "public": false, "seed": 4711}""",
        image(LeonardoStage.PHOENIX, 1, "", "high", "{}"));
  }

  @Test
  void pictureOfVersionTwoIsOrderedBySlug() {
    sends("/v2/generations", """
        {"model": "lucid-origin", "public": false, "parameters": {"prompt": "a crane", "width": 1200, "height": 1200,
         "quantity": 3, "mode": "ULTRA", "prompt_enhance": "OFF", "seed": 4711}}""",
        image("lucid-origin", 3, "1200x1200", "high", "{\"quantity\": 1, \"model\": \"x\", \"public\": true}"));
  }

  @Test
  void unknownKeysAreRefusedSoASeedGoesOnlyWhereItIsDocumented() {
    sends("/v2/generations", """
        {"model": "gpt-image-2", "public": false, "parameters": {"prompt": "a crane", "quantity": 1, "quality": "MEDIUM",
         "prompt_enhance": "OFF"}}""",
        image("gpt-image-2", 1, "", "medium", "{}"));
  }

  @Test
  void uploadedPictureIsTheStartInVersionOne() {
    sends("/v1/generations", """
        {"modelId": "1e60896f-3c26-4296-8ecc-53e2afecc132", "prompt": "a crane", "num_images": 1, "init_image_id": "up-1",
         "init_strength": 0.75, "enhancePrompt": false, "public": false, "seed": 4711}""",
        faithful(LeonardoStage.DIFFUSION, "high", new JsonObject()), uploaded(Input.Role.REFERENCE, "up-1"));
    sends("/v1/generations", """
        {"modelId": "1e60896f-3c26-4296-8ecc-53e2afecc132", "prompt": "a crane", "num_images": 1, "init_image_id": "up-1",
         "init_strength": 0.2, "enhancePrompt": false, "public": false, "seed": 4711}""",
        faithful(LeonardoStage.DIFFUSION, "high", new JsonObject().add("init_strength", 0.2)), uploaded(Input.Role.REFERENCE, "up-1"));
  }

  @Test
  void kontextTakesSeveralPicturesAsContext() {
    sends("/v1/generations", """
        {"modelId": "28aeddf8-bd19-4803-80fc-79602d1a9989", "prompt": "a crane", "num_images": 1, "contrast": 3.5,
         "contextImages": [{"type": "UPLOADED", "id": "up-1"}, {"type": "UPLOADED", "id": "up-2"}], "enhancePrompt": false,
         "public": false, "seed": 4711}""",
        image("28aeddf8-bd19-4803-80fc-79602d1a9989", 1, "", "", "{}"), uploaded(Input.Role.REFERENCE, "up-1"),
        uploaded(Input.Role.REFERENCE, "up-2"));
  }

  @Test
  void uploadedPicturesAreGuidancesInVersionTwoBesideTheCallersOwn() {
    sends("/v2/generations", """
        {"model": "lucid-origin", "public": false, "parameters": {"prompt": "a crane", "quantity": 1, "prompt_enhance": "OFF",
         "seed": 4711, "guidances": {"style": [{"image": {"id": "s", "type": "GENERATED"}}],
         "content": [{"image": {"id": "up-1", "type": "UPLOADED"}, "strength": "LOW"}]}}}""",
        faithful("lucid-origin", "low", Json.parse("""
            {"guidances": {"style": [{"image": {"id": "s", "type": "GENERATED"}}]}}""").asObject()),
        uploaded(Input.Role.REFERENCE, "up-1"));
  }

  @Test
  void openSizeMeansThatOfThePictureHandedInWhereTheModelKnowsHow() {
    sends("/v2/generations", """
        {"model": "nano-banana-2", "public": false, "parameters": {"prompt": "a crane", "quantity": 1, "prompt_enhance": "OFF",
         "seed": 4711, "width": 0, "height": 0, "guidances": {"image_reference": [{"image": {"id": "up-1", "type": "UPLOADED"}}]}}}""",
        image("nano-banana-2", 1, "", "", "{}"), uploaded(Input.Role.REFERENCE, "up-1"));
  }

  @Test
  void modelsThatTakePairsGetThePairOfTheShapeThatReachesTheSize() {
    var pro = new LeonardoWire(MODELS.wire("gemini-image-2"));
    assertEquals(new Size(1024, 1024), pro.size(new Size(1024, 1024)));
    assertEquals(new Size(2752, 1536), pro.size(new Size(1920, 1080)));
    assertEquals(new Size(848, 1264), pro.size(new Size(683, 1024)));
    assertEquals(new Size(4096, 4096), pro.size(new Size(4096, 4096)));
    var lucid = new LeonardoWire(MODELS.wire("lucid-origin"));
    assertEquals(new Size(1000, 504), lucid.size(new Size(1000, 504)));
  }

  @Test
  void everyPairIsWithinTheShapesThatTheModelDeclares() {
    for (var model : MODELS.models()) {
      if (!(model.capability().sizes() instanceof SizeRule.Ratios rule)) continue;
      for (var pair : MODELS.wire(model.upstreamName()).texts("pairs")) {
        assertEquals(Optional.empty(), rule.complaint(Size.parse(pair).orElseThrow()), model.name() + " " + pair);
      }
    }
  }

  @Test
  void videoOfVersionOneIsOrderedByTextOrByPicture() {
    sends("/v1/generations-text-to-video", """
        {"prompt": "it flies", "model": "VEO3", "resolution": "RESOLUTION_1080", "width": 1080, "height": 1920, "duration": 6,
         "isPublic": false, "seed": 4711}""", video("VEO3", "1080x1920", 6, "{\"isPublic\": true}"));
    sends("/v1/generations-image-to-video", """
        {"prompt": "it flies", "model": "MOTION2", "resolution": "RESOLUTION_480", "frameInterpolation": true,
         "promptEnhance": false, "isPublic": false, "seed": 4711, "imageId": "up-1", "imageType": "UPLOADED"}""",
        video("MOTION2", "", 5, "{}"), uploaded(Input.Role.REFERENCE, "up-1"));
    sends("/v1/generations-image-to-video", """
        {"prompt": "it flies", "model": "KLING2_1", "resolution": "RESOLUTION_1080", "width": 1440, "height": 1440,
         "isPublic": false, "imageId": "up-1", "imageType": "UPLOADED", "endFrameImage": {"id": "up-2", "type": "UPLOADED"}}""",
        video("KLING2_1", "1440x1440", 0, "{}"), uploaded(Input.Role.FIRST_FRAME, "up-1"), uploaded(Input.Role.LAST_FRAME, "up-2"));
  }

  @Test
  void videoOfVersionTwoHasFramesOrReferences() {
    sends("/v2/generations", """
        {"model": "veo-3.1-fast-generate-001", "public": false, "parameters": {"prompt": "it flies", "duration": 4,
         "width": 1280, "height": 720, "quantity": 1, "motion_has_audio": false, "seed": 4711, "guidances": {
         "start_frame": [{"image": {"id": "up-1", "type": "UPLOADED"}}], "end_frame": [{"image": {"id": "up-2", "type": "UPLOADED"}}]}}}""",
        video("veo-3.1-fast-generate-001", "1280x720", 4, "{\"motion_has_audio\": false}"),
        uploaded(Input.Role.REFERENCE, "up-1"), uploaded(Input.Role.LAST_FRAME, "up-2"));
    sends("/v2/generations", """
        {"model": "kling-3.0", "public": false, "parameters": {"prompt": "it flies", "duration": 15, "width": 960,
         "height": 960, "mode": "RESOLUTION_720", "guidances": {"image_reference": [{"image": {"id": "up-1", "type": "UPLOADED"}},
         {"image": {"id": "up-2", "type": "UPLOADED"}}]}}}""",
        video("kling-3.0", "960x960", 15, "{}"), uploaded(Input.Role.REFERENCE, "up-1"), uploaded(Input.Role.REFERENCE, "up-2"));
  }

  @Test
  void videoWithoutASizeHasTheShapeOfItsFirstFrame() {
    var upright = new Task.Video("kling-3.0-turbo", "it flies", Optional.empty(), OptionalInt.empty(),
        List.of(LeonardoStage.input(Path.of("none"), Input.Role.FIRST_FRAME, MediaType.PNG, new Size(600, 900))), new JsonObject());
    sends("/v2/generations", """
        {"model": "kling-3.0-turbo", "public": false, "parameters": {"prompt": "it flies", "width": 1080, "height": 1920,
         "guidances": {"start_frame": [{"image": {"id": "up-1", "type": "UPLOADED"}}]}}}""",
        upright, uploaded(Input.Role.FIRST_FRAME, "up-1"));
    sends("/v2/generations", """
        {"model": "seedance-2.0", "public": false, "parameters": {"prompt": "it flies", "width": 1280, "height": 720,
         "mode": "RESOLUTION_720", "prompt_enhance": "OFF"}}""", video("seedance-2.0", "", 0, "{}"));
    sends("/v2/generations", """
        {"model": "seedance-2.0", "public": false, "parameters": {"prompt": "it flies", "width": 640, "height": 640,
         "prompt_enhance": "OFF"}}""", video("seedance-2.0", "", 0, "{\"width\": 640, \"height\": 640}"));
  }

  private static String complaint(Task task) {
    var e = assertThrows(GatewayException.class, () -> LeonardoRequest.check(task, wire(task)));
    return ((Failure.Invalid) e.failure()).field() + ": " + e.failure().message();
  }

  @Test
  void whatFramesCannotBeIsSaidBeforeAnythingIsHandedOver() {
    assertEquals("image: a last frame needs a first one", complaint(video("KLING2_1", "", 5, "{}", Input.Role.LAST_FRAME)));
    assertEquals("image: a video goes either by its first and last frame or by references",
        complaint(video("kling-3.0", "", 5, "{}", Input.Role.FIRST_FRAME, Input.Role.REFERENCE)));
    assertEquals("image: a last frame needs a first one",
        complaint(video("kling-3.0", "", 5, "{}", Input.Role.LAST_FRAME, Input.Role.REFERENCE)));
    assertEquals("image: a video has only one first frame",
        complaint(video("KLING2_1", "", 5, "{}", Input.Role.FIRST_FRAME, Input.Role.REFERENCE)));
  }

  /** API reference, "image to video": {@code endFrameImage} belongs to KLING2_1. */
  @Test
  void lastFrameOfVersionOneIsForTheOneModelThatTakesIt() {
    var takes = MODELS.models().stream().filter(m -> MODELS.wire(m.upstreamName()).text("api", "").equals("v1"))
        .filter(m -> m.capability().inputs().roles().contains(Input.Role.LAST_FRAME)).map(Model::upstreamName).toList();
    assertEquals(List.of("KLING2_1"), takes);
    var two = video("KLING2_5", "", 5, "{}", Input.Role.FIRST_FRAME, Input.Role.LAST_FRAME);
    assertTrue(MODELS.model("KLING2_5").orElseThrow().capability().complaint(two).isPresent());
  }

  @Test
  void priceIsAskedForOnlyWhereTheCalculatorKnowsTheModel() {
    var question = LeonardoPricing.question(image(LeonardoStage.PHOENIX, 2, "512x512", "", "{}"), MODELS.wire(LeonardoStage.PHOENIX));
    assertEquals(sorted(Json.parse("""
        {"service": "IMAGE_GENERATION", "serviceParams": {"IMAGE_GENERATION": {"imageWidth": 512, "imageHeight": 512,
         "numImages": 2, "inferenceSteps": 15, "alchemyMode": true, "highResolution": false, "promptMagic": false,
         "photoRealMode": false, "isUltra": false, "isModelCustom": false, "loraCount": 0, "isPhoenix": true}}}""").asObject()),
        sorted(question.orElseThrow()));
    assertEquals(Optional.empty(), LeonardoPricing.question(image("lucid-origin", 1, "", "", "{}"), MODELS.wire("lucid-origin")));
  }

  @Test
  void namesDoNotClashWithThoseOfOtherProviders() {
    assertEquals(List.of("lucid-origin"),
        MODELS.models().stream().map(Model::name).filter(n -> !n.startsWith("leonardo-")).toList());
  }
}
