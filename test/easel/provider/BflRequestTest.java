package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Input;
import easel.core.Look;
import easel.core.Media;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Task;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BflRequestTest {
  private static final ModelFile MODELS = ModelFile.read("bfl.json", ProviderSettings.of("bfl", "bfl"));
  /** Pictures are told by their names. */
  private static final BflRequest.Files NAMES = new BflRequest.Files() {
    @Override
    public String of(Media media) {
      return media.id();
    }

    @Override
    public String mask(Media mask, Media picture) {
      return mask.id() + " on " + picture.id();
    }
  };

  /** {@code a.png}, {@code first:a.png}, {@code last:a.png}, {@code mask:m.png}; all are 1024x768. */
  private static List<Input> inputs(String words) {
    return Arrays.stream(words.split(" ")).filter(w -> !w.isEmpty()).map(BflRequestTest::input).toList();
  }

  private static Input input(String word) {
    var role = word.startsWith("first:") ? Input.Role.FIRST_FRAME : word.startsWith("last:") ? Input.Role.LAST_FRAME
        : word.startsWith("mask:") ? Input.Role.MASK : Input.Role.REFERENCE;
    var name = word.substring(word.indexOf(':') + 1);
    var type = MediaType.ofExtension(name.substring(name.indexOf('.') + 1)).orElseThrow();
    return new Input(new Media(name, "", Media.Role.INPUT, 0, type, 9, 1024, 768, "", Path.of(name), Optional.empty(),
        Instant.EPOCH, Optional.empty()), role);
  }

  private static Look look(String moderation, MediaType format) {
    return new Look(Optional.of("high"), Optional.empty(), Optional.ofNullable(format), OptionalInt.of(80),
        Optional.ofNullable(moderation), Optional.empty(), Optional.empty());
  }

  private static JsonObject image(String model, String size, String inputs, String extras, Look look) {
    var upstream = MODELS.models().stream().filter(m -> m.name().equals(model)).findFirst().orElseThrow();
    var task = new Task.Image(upstream.upstreamName(), "a fox", 1, Size.parse(size == null ? "" : size), look, 0,
        inputs(inputs == null ? "" : inputs), Json.parse(extras).asObject());
    return BflRequest.of(task, upstream, MODELS.wire(upstream.upstreamName()), NAMES);
  }

  private static JsonObject video(String model, String size, String seconds, String inputs, String extras) {
    var upstream = MODELS.models().stream().filter(m -> m.name().equals(model)).findFirst().orElseThrow();
    var length = seconds == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(seconds));
    var task = new Task.Video(upstream.upstreamName(), "waves", Size.parse(size == null ? "" : size), length,
        inputs(inputs == null ? "" : inputs), Json.parse(extras == null ? "{}" : extras).asObject());
    return BflRequest.of(task, upstream, MODELS.wire(upstream.upstreamName()), NAMES);
  }

  private static JsonObject json(String quotes) {
    return Json.parse(quotes.replace('\'', '"')).asObject();
  }

  private static Failure.Invalid invalid(Runnable request) {
    var failure = assertThrows(GatewayException.class, request::run).failure();
    return (Failure.Invalid) failure;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '"', value = {
      "flux-2-pro              | 1792x1024 | -           | {'prompt':'a fox','width':1792,'height':1024}",
      "flux-2-pro              | -         | a.png b.jpg | {'input_image':'a.png','input_image_2':'b.jpg','prompt':'a fox'}",
      "flux-2-klein-9b-preview | 64x64     | -           | {'prompt':'a fox','width':64,'height':64}",
      "flux-kontext-max        | 1360x768  | a.png b.png | {'input_image':'a.png','input_image_2':'b.png','prompt':'a fox','aspect_ratio':'16:9'}",
      "flux-kontext-pro        | -         | a.png       | {'input_image':'a.png','prompt':'a fox'}",
      "flux-pro-1.1            | 1024x768  | a.png       | {'image_prompt':'a.png','prompt':'a fox','width':1024,'height':768}",
      "flux-dev                | -         | -           | {'prompt':'a fox'}",
      "flux-pro-1.1-ultra      | 1024x1792 | -           | {'prompt':'a fox','aspect_ratio':'9:16'}",
      "flux-pro-1.0-fill       | -         | a.png mask:m.png | {'image':'a.png','mask':'m.png on a.png','prompt':'a fox'}",
      "flux-pro-1.0-fill       | 1024x768  | a.png       | {'image':'a.png','prompt':'a fox'}",
      "flux-pro-1.0-expand     | 1125x1000 | a.png       | {'image':'a.png','prompt':'a fox','left':50,'right':51,'top':116,'bottom':116}",
      "flux-outpainting        | 1500x1000 | a.png       | {'input_image':'a.png','prompt':'a fox','width':1500,'height':1000}",
      "flux-erase              | -         | a.png mask:m.png | {'image':'a.png','mask':'m.png on a.png'}",
      "flux-deblur             | -         | a.png       | {'image':'a.png'}",
      "flux-vto                | -         | a.png b.png | {'person':'a.png','garment':'b.png','prompt':'a fox'}",
      "flux-3-image            | -         | a.png b.png | {'images':['a.png','b.png'],'prompt':'a fox'}",
      "flux-3-image            | 512x512   | -           | {'prompt':'a fox','aspect_ratio':'1:1','resolution':'768sq'}",
      "flux-3-image            | 1024x768  | -           | {'prompt':'a fox','aspect_ratio':'4:3','resolution':'1k'}",
      "flux-3-image            | 1536x1024 | -           | {'prompt':'a fox','aspect_ratio':'3:2','resolution':'1.5k'}",
      "flux-3-image            | 2048x2048 | -           | {'prompt':'a fox','aspect_ratio':'1:1','resolution':'2k'}",
      "flux-3-image            | 3840x2160 | -           | {'prompt':'a fox','aspect_ratio':'16:9','resolution':'4k'}"})
  void everyFamilyHasItsOwnShape(String model, String size, String inputs, String expected) {
    assertEquals(json(expected), image(model, size, inputs, "{}", Look.ANY));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '"', value = {
      "1280x720  | 5  | -                 | {'mode':'t2v','prompt':'waves','aspect_ratio':'16:9','resolution':'hd','duration':5}",
      "-         | -  | -                 | {'mode':'t2v','prompt':'waves'}",
      "1024x1792 | -  | -                 | {'mode':'t2v','prompt':'waves','aspect_ratio':'9:16','resolution':'fhd'}",
      "2560x1440 | -  | -                 | {'mode':'t2v','prompt':'waves','aspect_ratio':'16:9','resolution':'qhd'}",
      "3840x2160 | -  | -                 | {'mode':'t2v','prompt':'waves','aspect_ratio':'16:9','resolution':'uhd'}",
      "-         | -  | a.png             | {'keyframes':'a.png','mode':'i2v','prompt':'waves'}",
      "-         | -  | first:a.png       | {'keyframes':'a.png','mode':'i2v','prompt':'waves'}",
      "-         | -  | last:b.png first:a.png | {'keyframes':['a.png','b.png'],'mode':'i2v','prompt':'waves'}",
      "-         | 8  | b.png first:a.png last:c.png | {'keyframes':['a.png','b.png','c.png'],'mode':'i2v','prompt':'waves','duration':8}",
      "-         | 8  | last:c.png        | {'keyframes':[[8,'c.png']],'mode':'i2v','prompt':'waves','duration':8}",
      "-         | 15 | a.mp4             | {'start_video':'a.mp4','mode':'v2v','prompt':'waves','duration':15}"})
  void videoHasAModeForWhatIsHandedIn(String size, String seconds, String inputs, String expected) {
    assertEquals(json(expected), video("flux-3-video", size, seconds, inputs, null));
  }

  @Test
  void toolsForVideosTakeOne() {
    assertEquals(json("{'video':'a.mp4','prompt':'waves'}"), video("flux-video-edit", null, null, "a.mp4", null));
    assertEquals(json("{'upscale_factor':2,'input_video':'a.mp4','prompt':'waves'}"),
        video("flux-video-upscale", null, null, "a.mp4", "{\"upscale_factor\":2}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", value = {
      "flux-pro-1.0-fill   | 512x512   | a.png       | size  | size cannot be chosen for this model: the result is as large as the image, 1024x768",
      "flux-pro-1.0-expand | 512x1024  | a.png       | size  | size must be larger than the image, which is 1024x768",
      "flux-pro-1.0-expand | 1024x768  | a.png       | size  | size must be larger than the image, which is 1024x768",
      "flux-pro-1.0-expand | 1024x9000 | a.png       | size  | size must add at most 2048 pixels at each side",
      "flux-pro-1.0-expand | -         | a.png       | size  | size must say how large the picture is to become",
      "flux-outpainting    | -         | a.png       | size  | size must say how large the picture is to become",
      "flux-erase          | -         | a.png       | mask  | mask is required",
      "flux-deblur         | -         | -           | image | image is required",
      "flux-vto            | -         | a.png       | image | image must be given 2 times: the person, then the garment",
      "flux-2-pro          | -         | a.mp4       | image | image must be a picture, not a video",
      "flux-3-video        | -         | -           | model | model makes videos, not pictures"})
  void whatAShapeCannotDoIsRefusedBeforeItIsSent(String model, String size, String inputs, String field, String words) {
    assertEquals(new Failure.Invalid(field, words), invalid(() -> image(model, size, inputs, "{}", Look.ANY)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", value = {
      "flux-3-video     | -         | -  | a.png b.png c.png | seconds | seconds is needed with more than 2 pictures",
      "flux-3-video     | -         | -  | last:a.png        | seconds | seconds is needed with a last frame alone",
      "flux-3-video     | -         | 8  | last:a.png last:b.png | image | image may be the last frame only once",
      "flux-3-video     | -         | 20 | a.mp4             | seconds | seconds must be at most 15 where a video goes on",
      "flux-3-video     | -         | -  | a.mp4 b.png       | image   | image must be one video alone, or pictures alone",
      "flux-video-edit  | 1280x720  | -  | a.mp4             | size    | size cannot be chosen for this model",
      "flux-video-edit  | -         | 5  | a.mp4             | seconds | seconds cannot be chosen for this model",
      "flux-video-edit  | -         | -  | a.png             | image   | image must be a video",
      "flux-2-pro       | -         | -  | -                 | model   | model makes pictures, not videos"})
  void whatNoVideoCanBeIsRefusedBeforeItIsSent(String model, String size, String seconds, String inputs, String field,
      String words) {
    assertEquals(new Failure.Invalid(field, words), invalid(() -> video(model, size, seconds, inputs, null)));
  }

  @Test
  void lookIsSaidWhereTheEndpointHasAWordForIt() {
    assertEquals(json("{'prompt':'a fox','output_format':'webp','safety_tolerance':5}"),
        image("flux-2-max", null, null, "{}", look("low", MediaType.WEBP)));
    assertEquals(json("{'prompt':'a fox','output_format':'jpeg','safety_tolerance':6}"),
        image("flux-kontext-pro", null, null, "{}", look("low", MediaType.JPEG)));
    assertEquals(json("{'prompt':'a fox','safety_tolerance':4}"),
        image("flux-3-image", null, null, "{}", look("low", MediaType.PNG)));
    assertEquals(json("{'prompt':'a fox'}"), image("flux-2-max", null, null, "{}", look(null, null)));
  }

  @Test
  void callersOwnParametersArePassedOn() {
    var own = "{\"steps\":28,\"guidance\":3.5,\"seed\":7,\"user\":\"u1\",\"safety_tolerance\":1,\"width\":512,\"height\":512}";
    assertEquals(json(own.replace("}", ",\"prompt\":\"a fox\"}")), image("flux-dev", null, null, own, look("low", null)));
    assertEquals(json("{'width':1500,'height':900,'mode':'fast','input_image':'a.png','prompt':'a fox'}"),
        image("flux-outpainting", null, "a.png", "{\"width\":1500,\"height\":900,\"mode\":\"fast\"}", Look.ANY));
    assertEquals(json("{'top':8,'image':'a.png','prompt':'a fox'}"),
        image("flux-pro-1.0-expand", null, "a.png", "{\"top\":8}", Look.ANY));
    assertEquals(json("{'mode':'i2v','keyframes':'https://x.test/y.png','prompt':'waves'}"),
        video("flux-3-video", null, null, null, "{\"mode\":\"t2v\",\"keyframes\":\"https://x.test/y.png\"}"));
  }

  /** A draft made finer is no video from words, and must not be sold as one. */
  @Test
  void draftCannotBeMadeFiner() {
    var words = "provider_params.mode cannot be draft_enhance: a draft is not made finer here, order the video without draft";
    assertEquals(new Failure.Invalid("provider_params.mode", words),
        invalid(() -> video("flux-3-video", null, null, null, "{\"mode\":\"draft_enhance\",\"draft_cache\":\"c\"}")));
    assertEquals(new Failure.Invalid("provider_params.mode", words),
        invalid(() -> video("flux-3-video", null, null, null, "{\"draft_cache\":\"c\"}")));
  }

  @Test
  void callersOwnParametersChangeNothingThatWasAgreed() {
    var own = "{\"prompt\":\"no\",\"model\":\"no\",\"n\":4,\"batch\":4,\"webhook_url\":\"https://x.test\","
        + "\"webhook_secret\":\"s\",\"width\":64,\"input_image_2\":\"no\",\"image_prompt\":\"no\"}";
    assertEquals(json("{'width':128,'input_image':'a.png','prompt':'a fox','height':256}"),
        image("flux-2-pro", "128x256", "a.png", own, Look.ANY));
  }
}
