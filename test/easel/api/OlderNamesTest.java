package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import easel.core.Input;
import easel.core.Job;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import easel.http.Request;
import easel.job.ModelEntry;
import easel.job.Names;
import easel.job.Preset;
import easel.job.Strategy;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the older gateway send and get, under the names they know. */
class OlderNamesTest {
  private static final String TALK = ",'messages':[{'role':'user','content':'p'}]}";

  private final Faces faces = new Faces();

  /** Every name of the older gateway, made by the scripted provider. */
  @BeforeEach
  void named() {
    use(List.of());
  }

  private void use(List<ModelEntry> configured) {
    var entries = new ArrayList<ModelEntry>();
    for (var entry : Names.with(List.of(), Strategy.ORDER).builtIn()) {
      boolean extend = entry.name().contains("extend");
      boolean film = extend || entry.name().startsWith("veo") || entry.name().startsWith("omni");
      var address = extend ? "fake/move-2" : film ? "fake/move-1" : "fake/draw-2";
      var targets = List.of(new ModelEntry.Target(address, entry.targets().getFirst().preset()));
      entries.add(new ModelEntry(entry.name(), List.of(), targets, Optional.empty()));
    }
    faces.names = new Names(configured, entries, Strategy.ORDER);
    faces.restart();
  }

  @AfterEach
  void close() {
    faces.close();
  }

  private Faces.Reply chat(String model, String fields) throws Exception {
    return faces.chat("{'model':'" + model + "'" + fields + TALK);
  }

  private Task bought() {
    return faces.provider.ledger.getLast();
  }

  private void makesVideos() {
    faces.provider.act = (task, handle, progress) -> handle.isEmpty() ? new Step.Waiting("h1", Duration.ofMillis(1), false) : new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("mp4"), Pixels.mp4(100)), Optional.empty())), Usage.NONE);
  }

  private String video() throws Exception {
    makesVideos();
    assertEquals(200, chat("veo_3_1_t2v_fast", "").status());
    return faces.jobs().getFirst().outcome().results().getFirst().id();
  }

  private static String warnings(Faces.Reply reply) {
    var warnings = reply.json().get("warnings");
    return warnings == null ? "" : String.join(" ", warnings.asArray().values().stream().map(JsonValue::asString).toList());
  }

  // ---- shape and size ---------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "gemini-3.0-pro-image | | gemini-3.0-pro-image-landscape | 1376x768",
      "gemini-3.0-pro-image | ,'size':'1024x1792','quality':'hd' | gemini-3.0-pro-image-portrait-4k | 3072x5504",
      "gemini-3.1-flash-image | ,'generationConfig':{'imageConfig':{'aspectRatio':'1:1','imageSize':'2K'}} | gemini-3.1-flash-image-square-2k | 2048x2048",
      "imagen-4.0-generate-preview | ,'aspect_ratio':'9:16' | imagen-4.0-generate-preview-portrait | 768x1376"})
  void anAliasMeansTheNameOfTheShapeAskedFor(String model, String fields, String name, String size) throws Exception {
    var reply = chat(model, fields == null ? "" : fields);

    assertEquals(200, reply.status(), reply.body());
    assertEquals(name, reply.json().get("model").asString());
    assertEquals(Size.parse(size), bought().size());
    assertEquals("", warnings(reply));
  }

  @Test
  void theImagesRouteKnowsTheSameHints() throws Exception {
    assertEquals(200, faces.generate("{'model':'gemini-3.0-pro-image','prompt':'p','size':'1024x1024','quality':'medium'}").status());
    assertEquals(Optional.of(new Size(2048, 2048)), bought().size());

    var reply = faces.generate("{'model':'imagen-4.0-generate-preview','prompt':'p','size':'1:1','response_format':'url'}");
    assertEquals(Optional.of(new Size(1376, 768)), bought().size());
    assertEquals("imagen-4.0-generate-preview is not made in the shape 1:1: it is made in landscape.", warnings(reply));
  }

  @Test
  void thePictureHandedInSaysTheShape() throws Exception {
    var reply = chat("gemini-3.0-pro-image", ",'image':'" + Faces.dataUrl(Pixels.png(60, 80, 1)) + "'");

    assertEquals("gemini-3.0-pro-image-three-four", reply.json().get("model").asString(), reply.body());
  }

  @Test
  void aNameThatSaysItsSizeHasNoOther() throws Exception {
    var reply = chat("gemini-3.0-pro-image-portrait", ",'size':'1024x1024','quality':'hd','aspect_ratio':'16:9'");

    assertEquals(200, reply.status(), reply.body());
    assertEquals(Optional.of(new Size(768, 1376)), bought().size());
    assertEquals(Optional.empty(), ((Task.Image) bought()).look().quality());
    assertEquals("gemini-3.0-pro-image-portrait is made in portrait alone: the shape 1024x1024 was left out."
        + " gemini-3.0-pro-image-portrait is made in 768x1376 alone: the size 4k was left out.", warnings(reply));
    assertEquals("", warnings(chat("veo_3_1_t2v_fast_4k", ",'size':'1280x720','image_size':'4k'")));
  }

  @Test
  void aStreamSaysWhatWasLeftOut() throws Exception {
    var events = Events.of(chat("gemini-3.0-pro-image", ",'stream':true,'aspect_ratio':'21:9'"));

    assertEquals("gemini-3.0-pro-image is not made in the shape 21:9: it is made in landscape.\n",
        events.data().get(1).get("choices").asArray().get(0).asObject().get("delta").asObject().get("reasoning_content").asString());
  }

  @Test
  void everyOtherModelRefusesASizeItDoesNotMake() throws Exception {
    assertEquals("400 invalid_request_error invalid_value size", chat("fake-image", ",'size':'100x100'").trouble());
  }

  @Test
  void aNameTheOperatorHasTakenObeysTheOperatorsRules() throws Exception {
    var preset = new Preset(Optional.of(new Size(512, 512)), Preset.NONE.seconds(), Preset.NONE.extras());
    use(List.of(new ModelEntry("gemini-3.0-pro-image", List.of(), List.of(new ModelEntry.Target("fake/draw-2", preset)), Optional.empty())));

    assertEquals("400 invalid_request_error invalid_value size", chat("gemini-3.0-pro-image", ",'size':'1024x1024'").trouble());
    assertEquals("gemini-3.0-pro-image", chat("gemini-3.0-pro-image", "").json().get("model").asString());
  }

  @Test
  void theSameBodyIsTheSameJobWhateverItsNameMeans() throws Exception {
    var body = "{'model':'gemini-3.0-pro-image','size':'1024x1792'" + TALK;
    var keyed = Faces.post("/v1/chat/completions", Faces.quoted(body)).header("idempotency-key", "k1");

    var first = faces.call(keyed);
    var again = faces.call(Faces.post("/v1/chat/completions", Faces.quoted(body)).header("idempotency-key", "k1"));

    assertEquals(first.json(), again.json());
    assertEquals(1, faces.provider.ledger.size());
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  @Test
  void allFiftyNineAliasesAreListedAndAnswered() throws Exception {
    var listed = new ArrayList<String>();
    for (var item : faces.get("/v1/models/aliases").json().get("data").asArray()) {
      var alias = item.asObject();
      if (!alias.get("owned_by").asString().equals("fake") || alias.get("id").asString().equals("old-fake")) continue;
      listed.add(alias.get("id").asString());
      assertEquals(List.of("model", true), List.of(alias.get("object").asString(), alias.get("is_alias").asBoolean()));
      assertTrue(!alias.get("description").asString().isEmpty());
    }

    assertEquals(Aliases.all().stream().map(Aliases.Alias::name).toList(), listed);
    assertEquals(59, listed.size());
  }

  @Test
  void everyShapeOfEveryAliasIsANameOfItsOwn() {
    var catalogue = faces.engine.catalogue();
    for (var alias : Aliases.all()) {
      assertTrue(catalogue.inherited(alias.name()), alias.name());
      assertTrue(alias.shapes().containsKey(Aspect.LANDSCAPE), alias.name());
      for (var name : alias.shapes().values()) {
        assertTrue(catalogue.inherited(name), name);
        for (var size : alias.sizes()) assertTrue(catalogue.inherited(name + "-" + size), name + "-" + size);
      }
    }
  }

  // ---- requests ---------------------------------------------------------------------------------------------------

  @Test
  void contentsAreReadWhereThereAreNoMessages() throws Exception {
    var png = Pixels.png(8, 8, 3);
    faces.web.pages.put("https://a.example/b.png", Pixels.png(8, 8, 4));

    var reply = faces.chat("{'model':'fake-image','messages':[],'contents':[{'role':'user','parts':[{'text':'before'}]},"
        + "{'role':'model','parts':[{'text':'yes'}]},{'parts':[{'text':'a cat'},{'inlineData':{'mimeType':'image/png','data':'"
        + Faces.dataUrl(png).substring("data:image/png;base64,".length()) + "'}},{'fileData':{'fileUri':'https://a.example/b.png'}}]}]}");

    assertEquals(200, reply.status(), reply.body());
    assertEquals("a cat", bought().prompt());
    assertArrayEquals(png, Files.readAllBytes(bought().inputs().getFirst().media().file()));
    assertEquals(2, bought().inputs().size());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'contents':[]} | missing_required_parameter messages",
      "{'contents':[{'parts':[{'text':' '}]}]} | missing_required_parameter contents[0].parts",
      "{'contents':[{'role':'model','parts':[{'text':'x'}]}]} | missing_required_parameter messages",
      "{'contents':[{'parts':[{'functionCall':{}}]}]} | invalid_value contents[0].parts[0].text",
      "{'contents':[{'parts':[{'text':'p'},{'inlineData':{}}]}]} | missing_required_parameter contents[0].parts[1].inlineData.data",
      "{'contents':[{'parts':[{'text':'p'},{'inlineData':{'mimeType':'image/png','data':'@@@'}}]}]} | invalid_value contents[0].parts[1].inlineData.data"})
  void badContentsAreToldWhere(String json, String trouble) throws Exception {
    assertEquals("400 invalid_request_error " + trouble, faces.chat(json).trouble());
  }

  @ParameterizedTest
  @ValueSource(strings = {"veo_3_1_r2v_fast", "omni"})
  void picturesOfTheseNamesAreWhatTheVideoIsAbout(String model) throws Exception {
    makesVideos();

    chat(model, ",'image':'" + Faces.dataUrl(Pixels.png(8, 8, 1)) + "'");

    assertEquals(List.of(Input.Role.REFERENCE), bought().inputs().stream().map(Input::role).toList());
  }

  @Test
  void aWrongNumberOfPicturesIsRefused() throws Exception {
    var picture = ",{'type':'image_url','image_url':{'url':'" + Faces.dataUrl(Pixels.png(8, 8, 1)) + "'}}";

    var reply = faces.chat("{'model':'veo_3_1_i2v_s','messages':[{'role':'user','content':[{'type':'text','text':'p'}" + picture.repeat(3) + "]}]}");

    assertEquals("400 invalid_request_error invalid_value image", reply.trouble());
    assertEquals(List.of(), faces.provider.ledger);
  }

  // ---- videos to go on with ---------------------------------------------------------------------------------------

  private static String extend(String model, String... urls) {
    var parts = new StringBuilder("{'type':'text','text':'and then'}");
    for (var url : urls) parts.append(",{'type':'image_url','image_url':{'url':'").append(url).append("'}}");
    return "{'model':'" + model + "','messages':[{'role':'user','content':[" + parts + "]}]}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".mp4"})
  void aVideoOfTheCallersIsGoneOnWith(String ending) throws Exception {
    var id = video();

    var reply = faces.chat(extend("veo_3_1_extend", "extend://" + id + ending));

    assertEquals(200, reply.status(), reply.body());
    assertTrue(reply.body().contains(" data-media-id='"), reply.body());
    var input = bought().inputs().getFirst();
    assertEquals(List.of(id, Input.Role.SOURCE), List.of(input.media().id(), input.role()));
    assertEquals(1, bought().inputs().size());
  }

  @Test
  void whatIsNoVideoOfTheCallersIsRefused() throws Exception {
    var id = video();
    faces.provider.act = (task, handle, progress) -> Scripted.draw(task, progress);
    chat("fake-image", "");
    var picture = faces.jobs().stream().map(Job::outcome).flatMap(o -> o.results().stream()).filter(m -> !m.type().video()).findFirst();
    var field = "400 invalid_request_error invalid_value messages[0].content[1].image_url.url";

    assertEquals(field, faces.chat(extend("veo_3_1_extend", "extend://" + "0".repeat(34))).trouble());
    assertEquals(field, faces.chat(extend("veo_3_1_extend", "extend://")).trouble());
    assertEquals(field, faces.chat(extend("veo_3_1_extend", "extend://../../easel.db")).trouble());
    assertEquals(field, faces.chat(extend("veo_3_1_extend", "extend://" + picture.orElseThrow().id())).trouble());
    assertEquals(field, faces.chat(extend("fake-image", "extend://" + id)).trouble());
    var other = Request.of("POST", "/v1/chat/completions").header("authorization", "Bearer " + Faces.OTHER_KEY)
        .header("content-type", "application/json").body(Faces.quoted(extend("veo_3_1_extend", "extend://" + id)));
    assertEquals(field, faces.call(other).trouble());
    assertEquals(2, faces.provider.ledger.size());
  }

  @Test
  void aVideoThatHasExpiredIsRefused() throws Exception {
    var id = video();
    faces.time.advance(Duration.ofDays(400));

    assertEquals(400, faces.chat(extend("veo_3_1_extend", "extend://" + id)).status());
  }

  @Test
  void oneVideoAtATimeIsGoneOnWith() throws Exception {
    var id = video();

    assertEquals("400 invalid_request_error invalid_value messages[0].content[2].image_url.url",
        faces.chat(extend("veo_3_1_extend", "extend://" + id, "extend://" + id)).trouble());
    assertEquals("400 invalid_request_error invalid_value image", faces.chat(extend("veo_3_1_t2v_fast", "extend://" + id)).trouble());
    assertEquals("400 invalid_request_error invalid_value image", faces.chat(extend("veo_3_1_extend")).trouble());
  }

  // ---- answers ----------------------------------------------------------------------------------------------------

  @Test
  void theStreamIsThatOfTheOlderGateway() throws Exception {
    makesVideos();
    var events = Events.of(chat("veo_3_1_t2v_fast", ",'stream':true"));
    var media = faces.onlyJob().outcome().results().getFirst();

    var first = delta(events.data().getFirst());
    assertEquals("assistant", first.get("role").asString());
    assertTrue(first.get("reasoning_content").asString().endsWith("\n"));
    var choice = events.data().getLast().get("choices").asArray().get(0).asObject();
    assertEquals("stop", choice.get("finish_reason").asString());
    assertEquals("```html\n<video src='http://localhost/media/" + media.id() + ".mp4' data-media-id='" + media.id()
        + "' controls></video>\n```", choice.get("delta").asObject().get("content").asString());
    assertEquals("[DONE]", events.texts().getLast());
    assertEquals(Json.NULL, events.data().getFirst().get("choices").asArray().get(0).asObject().get("finish_reason"));
  }

  private static JsonObject delta(JsonObject chunk) {
    return chunk.get("choices").asArray().get(0).asObject().get("delta").asObject();
  }
}
