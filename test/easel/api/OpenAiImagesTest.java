package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Look;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiImagesTest {
  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  @Test
  void aPromptAloneBecomesAPictureBehindALink() throws Exception {
    var reply = faces.generate("{'prompt':'a red dot'}");

    assertEquals(200, reply.status(), reply.body());
    var job = faces.onlyJob();
    var media = job.outcome().results().getFirst();
    var expected = new JsonObject().add("created", faces.time.instant().getEpochSecond()).add("output_format", "png")
        .add("size", "64x48")
        .add("data", Json.array().add(new JsonObject().add("url", "http://localhost/media/" + media.id() + ".png")))
        .add("provider", "fake").add("model", "draw-1");
    assertEquals(expected, reply.json());
    assertEquals(job.id(), reply.header("x-easel-job"));
    assertEquals("application/json", reply.header("content-type"));
  }

  @Test
  void everyFieldOfTheApiReachesTheTask() throws Exception {
    faces.generate("""
        {'model':'fake-image','prompt':'p','n':2,'size':'1536x1024','quality':'high','style':'vivid','background':'opaque',
         'moderation':'low','output_format':'webp','output_compression':80,'user':'u','safety_identifier':'s','stream':false,
         'partial_images':2,'response_format':'url','some_new_field':{'deep':[1]}}""");

    var look = new Look(Optional.of("high"), Optional.of("opaque"), Optional.of(MediaType.WEBP), OptionalInt.of(80),
        Optional.of("low"), Optional.empty(), Optional.of("vivid"));
    assertEquals(List.of(new Task.Image("draw-1", "p", 2, Optional.of(new Size(1536, 1024)), look, 0, List.of(), new JsonObject())),
        faces.provider.ledger);
  }

  @Test
  void autoAndNullMeanTheProvidersChoice() throws Exception {
    faces.generate("""
        {'model':null,'prompt':'p','n':null,'size':'auto','quality':'auto','background':'auto','moderation':'auto',
         'output_format':null,'response_format':null,'stream':null,'user':null}""");

    assertEquals(List.of(new Task.Image("draw-1", "p", 1, Optional.empty(), Look.ANY, 0, List.of(), new JsonObject())),
        faces.provider.ledger);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'n':1} | missing_required_parameter prompt | prompt is required",
      "{'prompt':''} | invalid_value prompt | prompt is required",
      "{'prompt':'   '} | invalid_value prompt | prompt is required",
      "{'prompt':7} | invalid_type prompt | prompt must be text",
      "{'prompt':'p','n':0} | invalid_value n | n must be between 1 and 10",
      "{'prompt':'p','n':11} | invalid_value n | n must be between 1 and 10",
      "{'prompt':'p','n':1.5} | invalid_type n | n must be a whole number",
      "{'prompt':'p','n':'2'} | invalid_type n | n must be a whole number",
      "{'prompt':'p','size':'big'} | invalid_value size | size must be auto, or like 1024x1024, with sides up to 16384",
      "{'prompt':'p','size':'99999x1'} | invalid_value size | size must be auto, or like 1024x1024, with sides up to 16384",
      "{'prompt':'p','output_format':'svg'} | invalid_value output_format | output_format must be one of png, jpeg, webp, gif",
      "{'prompt':'p','output_compression':101} | invalid_value output_compression | output_compression must be between 0 and 100",
      "{'prompt':'p','partial_images':4} | invalid_value partial_images | partial_images must be between 0 and 3",
      "{'prompt':'p','response_format':'png'} | invalid_value response_format | response_format must be one of url, b64_json",
      "{'prompt':'p','background':'transparent','output_format':'jpeg'} | invalid_value background | background must not be transparent for jpeg: ask for png or webp",
      "{'prompt':'p','quality':'very high'} | invalid_value quality | quality must be a single word",
      "{'prompt':'p','stream':'yes'} | invalid_type stream | stream must be true or false",
      "{'prompt':'p','stream':true,'async':true} | invalid_value async | async must not be true together with stream",
      "{'prompt':'p','project':'../up'} | invalid_value project | project must be 1 to 64 letters, digits, dots, dashes or underscores, and not start with a dot",
      "{'prompt':'p','seed':1.5} | invalid_type seed | seed must be a whole number",
      "{'prompt':'p','provider_params':[]} | invalid_type provider_params | provider_params must be an object",
      "{'prompt':'p','mask':'https://a.example/m.png'} | missing_required_parameter image | image is required",
      "{'prompt':'p','model':'fake-poor','quality':'hd'} | invalid_value quality | quality must be one of high, low for fake-poor; fake-image could do it",
      "{'prompt':'p','model':'fake-image','size':'17x17'} | invalid_value size | size must be one of auto, 1024x1024, 1536x1024, 1024x1536 for fake-image; gpt-image-fake could do it",
      "{'prompt':'p','model':'fake-video'} | invalid_value model | fake-video makes videos, not pictures; fake-image could do it",
      "{'prompt':'p','provider':'nobody'} | invalid_value provider | provider must be one of fake",
  })
  void aBadRequestNamesTheField(String json, String trouble, String message) throws Exception {
    var reply = faces.generate(json);

    assertEquals("400 invalid_request_error " + trouble, reply.trouble());
    assertEquals(message, reply.error().get("message").asString());
    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void brokenJsonIsToldByLineAndColumn() throws Exception {
    var reply = faces.generate("{'prompt':'p',}");

    assertEquals("400 invalid_request_error invalid_json null", reply.trouble());
    assertTrue(reply.error().get("message").asString().startsWith("body is not JSON, line 1 column "), reply.body());
  }

  @Test
  void anUnknownModelIsNotFoundAndItsNeighboursAreNamed() throws Exception {
    var reply = faces.generate("{'prompt':'p','model':'fake-imag'}");

    assertEquals("404 invalid_request_error model_not_found model", reply.trouble());
    assertTrue(reply.error().get("message").asString().contains("fake-image"), reply.body());
  }

  @ParameterizedTest
  @CsvSource({"gpt-image-fake,,b64_json", "fake/draw-2,,url", "fake-image,,url", "gpt-image-fake,url,url", "fake-image,b64_json,b64_json"})
  void gptImageModelsAnswerWithThePictureUnlessTheCallerSays(String model, String format, String expected) throws Exception {
    var json = new JsonObject().add("prompt", "p").add("model", model);
    if (format != null) json.add("response_format", format);

    var reply = faces.generate(json.toString());

    assertEquals(List.of(expected), reply.data(0).names());
  }

  @Test
  void base64IsTheFileByteForByte() throws Exception {
    var reply = faces.generate("{'prompt':'p','model':'gpt-image-fake','n':3}");

    for (int i = 0; i < 3; i++) assertArrayEquals(Pixels.png(64, 48, 40 + i), reply.picture(i));
    assertEquals(reply.body().length(), reply.response().body().length());
  }

  @Test
  void usageAndRevisedPromptAreTheProviders() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.picture(progress, 0), Optional.of("a very red dot"))),
        new Usage(12, 3, 196, 4, Optional.of(new BigDecimal("0.04"))));

    var reply = faces.generate("{'prompt':'p','quality':'low','background':'opaque'}");

    assertEquals(Json.parse("""
        {"input_tokens":15,"output_tokens":200,"total_tokens":215,
         "input_tokens_details":{"text_tokens":12,"image_tokens":3},
         "output_tokens_details":{"text_tokens":4,"image_tokens":196}}"""), reply.json().get("usage"));
    assertEquals("a very red dot", reply.data(0).get("revised_prompt").asString());
    assertEquals("low", reply.json().get("quality").asString());
    assertEquals("opaque", reply.json().get("background").asString());
  }

  @Test
  void theBodyOfAnotherGatewayWorksAsItStands() throws Exception {
    var reply = faces.generate("""
        {'prompt':'a fox','provider':'fake','provider_params':{'model':'draw-2','steps':28,'prompt_upsampling':true},
         'user_id':'user 17','project':'demo.site-1'}""");

    assertEquals(200, reply.status(), reply.body());
    var task = faces.provider.ledger.getFirst();
    assertEquals("draw-2", task.model());
    assertEquals(Json.parse("{\"steps\":28,\"prompt_upsampling\":true}"), task.extras());
    assertEquals("demo.site-1", faces.onlyJob().origin().project());
  }

  @Test
  void theModelFieldWinsOverTheOneInTheParameters() throws Exception {
    faces.generate("{'prompt':'p','model':'fake-image','provider_params':{'model':'draw-2'}}");

    assertEquals("draw-1", faces.provider.ledger.getFirst().model());
    assertFalse(faces.provider.ledger.getFirst().extras().names().contains("model"));
  }

  @Test
  void seedIsAnExtraAndMinusOneIsNone() throws Exception {
    faces.generate("{'prompt':'p','seed':42}");
    faces.generate("{'prompt':'p','seed':-1}");

    assertEquals(Json.parse("{\"seed\":42}"), faces.provider.ledger.get(0).extras());
    assertEquals(new JsonObject(), faces.provider.ledger.get(1).extras());
  }

  @Test
  void linksPointToTheConfiguredAddress() throws Exception {
    faces.links.use("https://cdn.example/pics/");

    var url = faces.generate("{'prompt':'p'}").data(0).get("url").asString();

    assertTrue(url.matches("https://cdn\\.example/pics/media/[0-9a-f]+\\.png"), url);
  }

  @Test
  void whoAcceptsPicturesAloneGetsThePictureAlone() throws Exception {
    var response = faces.router.handle(Faces.generation("{\"prompt\":\"p\"}").header("accept", "image/png, image/*"));
    var body = new java.io.ByteArrayOutputStream();
    response.writeBody(body);

    assertArrayEquals(Pixels.png(64, 48, 40), body.toByteArray());
    assertEquals("image/png", response.header("content-type").orElseThrow());
    assertEquals(faces.onlyJob().id(), response.header("x-easel-job").orElseThrow());
  }

  @Test
  void aJobWithoutItsResultsIsNotAnEmptyList() throws Exception {
    var first = faces.generate("{'prompt':'p'}");
    var id = first.header("x-easel-job");
    var media = faces.onlyJob().outcome().results().getFirst();
    java.nio.file.Files.delete(media.file());

    var again = faces.call(Faces.generation("{\"prompt\":\"p\",\"response_format\":\"b64_json\"}")
        .header("idempotency-key", "k"));
    assertEquals(200, again.status(), "a new job has its own picture");
    java.nio.file.Files.delete(faces.store.jobs().find(again.header("x-easel-job")).orElseThrow().outcome().results().getFirst().file());
    var replay = faces.call(Faces.generation("{\"prompt\":\"p\",\"response_format\":\"b64_json\"}")
        .header("idempotency-key", "k"));

    assertEquals("404 invalid_request_error result_expired null", replay.trouble());
    assertFalse(id.isEmpty());
  }
}
