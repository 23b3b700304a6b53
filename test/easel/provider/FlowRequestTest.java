package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.JsonObject;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Look;
import easel.core.Size;
import easel.core.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Whole bodies, as the page sent them. */
class FlowRequestTest {
  private static final String TAG = "0d9c1e52-5b3f-4c9e-9d53-6f0f5a1f7a10";
  private static final FlowRequest.Context CONTEXT = new FlowRequest.Context(new JsonObject().add("token", "T")
      .add("applicationType", "RECAPTCHA_APPLICATION_TYPE_WEB"), ";1795234692780", "p-1", Optional.empty());
  private static final FlowShape WIDE = new FlowShape("VIDEO_ASPECT_RATIO_LANDSCAPE", Optional.of("4K"));
  private static final String CLIENT = """
      {"recaptchaContext":{"token":"T","applicationType":"RECAPTCHA_APPLICATION_TYPE_WEB"},
       "sessionId":";1795234692780","projectId":"p-1","tool":"PINHOLE"}""";
  private static final String PAYING = CLIENT.replace("\"tool\":\"PINHOLE\"", "\"tool\":\"PINHOLE\",\"userPaygateTier\":\"PAYGATE_TIER_TWO\"");

  @Test
  void theAnswerToACaptchaIsSentAndNotPrinted() {
    var context = new FlowRequest.Context(new JsonObject().add("token", "03AF-of-the-operator"), ";1", "p-1", Optional.empty());
    assertFalse(context.toString().contains("03AF"), context.toString());
    assertFalse(new FlowSubmits.Taken(null, context).toString().contains("03AF"));
  }

  private static void assertBody(String expected, JsonObject body) {
    assertEquals(JsonText.canonical(JsonText.object(expected)), JsonText.canonical(body));
  }

  private static Task.Image image(int count, String extras) {
    return new Task.Image("NARWHAL", "a red apple", count, Optional.of(new Size(1376, 768)), Look.ANY, 0, List.of(), JsonText.object(extras));
  }

  private static Task.Video video(String extras) {
    return new Task.Video("veo_3_1_t2v_fast", "a cat runs", Optional.empty(), OptionalInt.empty(), List.of(), JsonText.object(extras));
  }

  private static String picture(int seed, String inputs) {
    return """
        {"clientContext":%s,"seed":%d,"imageModelName":"NARWHAL","imageAspectRatio":"IMAGE_ASPECT_RATIO_LANDSCAPE",
         "structuredPrompt":{"parts":[{"text":"a red apple"}]},"imageInputs":[%s]}""".formatted(CLIENT, seed, inputs);
  }

  @Test
  void picturesAreRequestsOfOneCallWithSeedsOfTheirOwn() {
    var shape = new FlowShape("IMAGE_ASPECT_RATIO_LANDSCAPE", Optional.empty());
    var input = "{\"name\":\"m-1\",\"imageInputType\":\"IMAGE_INPUT_TYPE_REFERENCE\"}";
    assertBody("""
        {"clientContext":%s,"mediaGenerationContext":{"batchId":"%s"},"useNewMedia":true,"requests":[%s,%s]}"""
        .formatted(CLIENT, TAG, picture(999_999, input), picture(1, input)),
        FlowRequest.pictures(CONTEXT, image(2, "{\"seed\":999999}"), shape, List.of("m-1"), TAG));
  }

  @Test
  void aPictureIsMadeLarger() {
    assertBody("""
        {"mediaId":"m-1","targetResolution":"UPSAMPLE_IMAGE_RESOLUTION_4K","clientContext":%s}""".formatted(PAYING),
        FlowRequest.larger(CONTEXT.as("PAYGATE_TIER_TWO"), "m-1", "4K"));
  }

  private static String submit(String batch, String request) {
    return """
        {"mediaGenerationContext":{"batchId":"%s","audioFailurePreference":"BLOCK_SILENCED_VIDEOS"},
         "clientContext":%s,"requests":[%s],"useV2ModelConfig":true}""".formatted(batch, PAYING, request);
  }

  private static String request(String key, String more) {
    return """
        {"aspectRatio":"VIDEO_ASPECT_RATIO_LANDSCAPE","seed":7,"textInput":{"structuredPrompt":{"parts":[{"text":"a cat runs"}]}},
         "videoModelKey":"%s"%s}""".formatted(key, more);
  }

  private static void assertVideo(String more, FlowKey.Way way, String... inputs) {
    var body = FlowRequest.video(CONTEXT.as("PAYGATE_TIER_TWO"), video("{\"seed\":7}"), new FlowKey("key", way), WIDE, List.of(inputs), TAG);
    assertBody(submit(TAG, request("key", more)), body);
  }

  @Test
  void videosOfTheSixWaysDifferInWhatTheyAreMadeOf() {
    var start = ",\"metadata\":{},\"startImage\":{\"mediaId\":\"m-1\"}";
    assertVideo(",\"metadata\":{}", FlowKey.Way.TEXT);
    assertVideo(start, FlowKey.Way.START, "m-1");
    assertVideo(start + ",\"endImage\":{\"mediaId\":\"m-2\"}", FlowKey.Way.FRAMES, "m-1", "m-2");
    assertVideo("""
        ,"metadata":{},"referenceImages":[{"imageUsageType":"IMAGE_USAGE_TYPE_ASSET","mediaId":"m-1"},
         {"imageUsageType":"IMAGE_USAGE_TYPE_ASSET","mediaId":"m-2"}]""", FlowKey.Way.REFERENCES, "m-1", "m-2");
    assertVideo(",\"metadata\":{\"workflowId\":\"" + FlowRequest.derived(TAG, "workflow") + "\"},\"videoInput\":{\"mediaId\":\"v-1\"}",
        FlowKey.Way.EXTENSION, "v-1");
    assertBody(submit(FlowRequest.derived(TAG, "upscale"), """
        {"aspectRatio":"VIDEO_ASPECT_RATIO_LANDSCAPE","seed":%d,"resolution":"VIDEO_RESOLUTION_4K","videoInput":{"mediaId":"v-1"},
         "videoModelKey":"veo_3_1_upsampler_4k","metadata":{"sceneId":"%s"}}"""
        .formatted(Math.floorMod(TAG.hashCode(), 99_999) + 1, FlowRequest.derived(TAG, "scene"))),
        FlowRequest.larger(CONTEXT.as("PAYGATE_TIER_TWO"), "v-1", WIDE, TAG));
  }

  @Test
  void piecesAreJoinedByTheirRealLength() {
    assertBody("""
        {"inputVideos":[
          {"mediaGenerationId":"v-1","lengthNanos":4000,"startTimeOffset":"0s","endTimeOffset":"4s"},
          {"mediaGenerationId":"v-2","lengthNanos":8000,"startTimeOffset":"1s","endTimeOffset":"8s"}]}""",
        FlowRequest.joined(List.of(new FlowFilm.Piece("v-1", 4), new FlowFilm.Piece("v-2", 8))));
    assertBody("{\"operation\":{\"operation\":{\"name\":\"op-1\"}}}", FlowRequest.join("op-1"));
  }

  @Test
  void severalVideosAreOneQuestion() {
    assertBody("{\"media\":[{\"name\":\"v-1\",\"projectId\":\"p-1\"},{\"name\":\"v-2\",\"projectId\":\"p-2\"}]}",
        FlowRequest.poll(List.of(new FlowPolls.Film("v-1", "p-1"), new FlowPolls.Film("v-2", "p-2"))));
  }

  @Test
  void theCallersOwnParametersArePassedOnButForOurs() {
    var body = FlowRequest.video(CONTEXT, video("{\"negativePrompt\":\"dogs\",\"videoModelKey\":\"mine\",\"seed\":3}"),
        new FlowKey("key", FlowKey.Way.TEXT), WIDE, List.of(), TAG);
    var request = body.get("requests").asArray().get(0).asObject();
    assertEquals(List.of("dogs", "key"), List.of(request.getString("negativePrompt", ""), request.getString("videoModelKey", "")));
  }

  @Test
  void aSeedOutOfRangeIsTheCallersMistake() {
    var failure = assertThrows(GatewayException.class, () -> FlowRequest.video(CONTEXT, video("{\"seed\":100000}"),
        new FlowKey("key", FlowKey.Way.TEXT), WIDE, List.of(), TAG)).failure();
    assertEquals(new Failure.Invalid("provider_params.seed", "provider_params.seed must be between 1 and 99999"), failure);
  }
}
