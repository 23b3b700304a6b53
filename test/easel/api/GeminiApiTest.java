package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Failure;
import easel.core.Input;
import easel.core.Job;
import easel.core.MediaType;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import easel.http.Request;
import easel.job.ModelEntry;
import easel.job.Names;
import easel.job.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiApiTest {
  private static final byte[] A = Pixels.png(8, 8, 1);
  private static final byte[] B = Pixels.png(8, 8, 2);
  private static final byte[] WIDE = Pixels.png(32, 18, 3);
  private static final String CALL = "/v1beta/models/fake-image:generateContent";
  private static final String SAY = "{'contents':[{'parts':[{'text':'a boat'}]}]}";

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private Faces.Reply post(String target, String json) throws Exception {
    return faces.call(Faces.post(target, Faces.quoted(json)));
  }

  private Faces.Reply ask(String json) throws Exception {
    return post(CALL, json);
  }

  private static String inline(byte[] picture) {
    return "{'inlineData':{'mimeType':'image/png','data':'" + Base64.getEncoder().encodeToString(picture) + "'}}";
  }

  private Task bought() {
    return faces.provider.ledger.getLast();
  }

  private void assertGiven(byte[]... expected) throws IOException {
    var inputs = bought().inputs();
    assertEquals(expected.length, inputs.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], Files.readAllBytes(inputs.get(i).media().file()), "picture " + i);
    }
  }

  private static String base64(Job job, int i) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(job.outcome().results().get(i).file()));
  }

  private static JsonObject json(String text) {
    return Json.parse(Faces.quoted(text)).asObject();
  }

  // ---- answers ----------------------------------------------------------------------------------------------------

  @Test
  void theAnswerHoldsThePictureAndWhatItUsed() throws Exception {
    faces.provider.act = (task, handle, progress) -> Scripted.draw(task, progress, new Usage(6, 1, 1290, 10, Optional.empty()));

    var reply = ask(SAY);

    assertEquals(200, reply.status(), reply.body());
    var job = faces.onlyJob();
    assertEquals(json("""
        {'candidates':[{'index':0,'content':{'role':'model','parts':[{'inlineData':{'mimeType':'image/png','data':'%s'}}]},
          'finishReason':'STOP'}],'modelVersion':'draw-1','responseId':'%s',
         'usageMetadata':{'promptTokenCount':7,'candidatesTokenCount':1300,'totalTokenCount':1307,
          'promptTokensDetails':[{'modality':'TEXT','tokenCount':6},{'modality':'IMAGE','tokenCount':1}],
          'candidatesTokensDetails':[{'modality':'TEXT','tokenCount':10},{'modality':'IMAGE','tokenCount':1290}]}}"""
        .formatted(base64(job, 0), job.id())), reply.json());
    assertEquals(job.id(), reply.header("x-easel-job"));
    assertEquals("generateContent", job.origin().face());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1beta/models/fake-image:generateContent", "/v1beta/models/fake-image%3AgenerateContent",
      "/models/fake-image:generateContent", "/v1/models/fake-image:generateContent",
      "/v1beta/models/fake%2Fdraw-1:generateContent", "/v1beta/models/fake/draw-1:generateContent",
      "/v1/models/old-fake:generateContent?$alt=json"})
  void everyPathOfAModelIsUnderstood(String path) throws Exception {
    var reply = post(path, SAY);

    assertEquals(200, reply.status(), reply.body());
    assertEquals("draw-1", reply.json().getString("modelVersion", ""));
  }

  @Test
  void candidatesAreResults() throws Exception {
    var reply = ask("{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'candidateCount':3}}");

    var job = faces.onlyJob();
    var candidates = reply.json().get("candidates").asArray();
    assertEquals(3, candidates.size());
    for (int i = 0; i < 3; i++) {
      var candidate = candidates.get(i).asObject();
      assertEquals(i, candidate.getInt("index", -1));
      var part = candidate.get("content").asObject().get("parts").asArray().get(0).asObject();
      assertEquals(base64(job, i), part.get("inlineData").asObject().getString("data", ""));
    }
  }

  @Test
  void whatDidNotComeIsACandidateWithAReason() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("png"), Pixels.png()), Optional.empty())), Usage.NONE,
        Optional.of(new Failure.Refused("the other was not proper")));

    var reply = ask("{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'candidate_count':2}}");

    assertEquals(json("{'index':1,'finishReason':'IMAGE_SAFETY','finishMessage':'the other was not proper'}"),
        reply.json().get("candidates").asArray().get(1));
  }

  @Test
  void aVideoIsLinked() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("mp4"), Pixels.mp4(100)), Optional.empty())), Usage.NONE);

    var reply = post("/models/fake-video:generateContent", "{'contents':[{'role':'user','parts':[{'text':'waves'},"
        + inline(A) + "," + inline(B) + "]}],'generationConfig':{'imageConfig':{'aspectRatio':'9:16','imageSize':'1080p'}}}");

    assertEquals(200, reply.status(), reply.body());
    var media = faces.onlyJob().outcome().results().getFirst();
    assertEquals(json("{'fileData':{'mimeType':'video/mp4','fileUri':'http://localhost/media/" + media.id() + ".mp4'}}"),
        reply.json().get("candidates").asArray().get(0).asObject().get("content").asObject().get("parts").asArray().get(0));
    assertEquals(List.of(Input.Role.FIRST_FRAME, Input.Role.LAST_FRAME), bought().inputs().stream().map(Input::role).toList());
    assertEquals(Optional.of(new Size(1080, 1920)), bought().size());
  }

  // ---- contents ---------------------------------------------------------------------------------------------------

  @Test
  void onlyTheLastThingTheUserSaidIsThePrompt() throws Exception {
    ask("""
        {'contents':[{'role':'user','parts':[{'text':'a cat'}]},{'role':'model','parts':[{'text':'Here.'}]},
         {'role':'user','parts':[{'text':'  a dog '},{'text':''},{'text':'in the rain','thoughtSignature':'!!!'}]},
         {'role':'model','parts':[{'thought':true,'text':'hm'}]}],
         'tools':[{'googleSearch':{}}],'safetySettings':[],'store':false,'labels':{'data':'not base64!'}}""");

    assertEquals("a dog\nin the rain", bought().prompt());
    assertEquals(List.of(), bought().inputs());
  }

  @Test
  void aSingleContentAndASinglePartNeedNoList() throws Exception {
    var reply = ask("{'contents':{'parts':{'text':'a boat'}}}");

    assertEquals(200, reply.status(), reply.body());
    assertEquals("a boat", bought().prompt());
  }

  @Test
  void picturesAreInputsInEverySpelling() throws Exception {
    faces.web.pages.put("https://a.example/b.png", B);
    var urlSafe = Base64.getUrlEncoder().withoutPadding().encodeToString(A);

    var reply = ask("{'contents':[{'parts':[{'text':'mix'},{'inline_data':{'mime_type':'image/png','data':'" + urlSafe
        + "'}},{'fileData':{'fileUri':'https://a.example/b.png'}},{'text':'" + Faces.dataUrl(WIDE)
        + "'},{'file_data':{'mime_type':'image/png','file_uri':'https://a.example/b.png'}}]}]}");

    assertEquals(200, reply.status(), reply.body());
    assertGiven(A, B, WIDE, B);
    assertEquals("mix", bought().prompt());
  }

  @Test
  void anInstructionComesBeforeThePrompt() throws Exception {
    ask("{'systemInstruction':{'role':'user','parts':[{'text':'in oil'}]},'contents':[{'parts':[{'text':'a boat'}]}]}");
    assertEquals("in oil\n\na boat", bought().prompt());

    ask("{'system_instruction':'in ink','contents':[{'parts':[{'text':'a boat'}]}]}");
    assertEquals("in ink\n\na boat", bought().prompt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"LONG", "You have <tools>[]</tools>", "Call {\\'type\\': \\'function\\'}",
      "Use \\'parameters\\': {\\'a\\': 1}", "namespace functions {", "def draw(picture): pass"})
  void anInstructionForSomebodyElseIsLeftOut(String words) throws Exception {
    var text = words.equals("LONG") ? "x".repeat(1201) : words.replace("\\'", "\\\"");
    var body = Faces.quoted("{'systemInstruction':{'parts':[{'text':'TEXT'}]},'contents':[{'parts':[{'text':'a boat'}]}]}");

    var reply = faces.call(Faces.post(CALL, body.replace("TEXT", text)));

    assertEquals(200, reply.status(), reply.body());
    assertEquals("a boat", bought().prompt());
  }

  @Test
  void toolsInThePromptAreLeftOut() throws Exception {
    ask("{'contents':[{'parts':[{'text':'<tools>\\n{}\\n</tools> a boat'}]}]}");

    assertEquals("a boat", bought().prompt());
  }

  @Test
  void theNewestPictureOfTheModelIsEdited() throws Exception {
    ask("{'contents':[{'role':'model','parts':[" + inline(A) + "," + inline(B) + "]},"
        + "{'role':'model','parts':[{'text':'no picture'},{'thought':true,'inlineData':{'mimeType':'image/png','data':'AAAA'}}]},"
        + "{'role':'user','parts':[{'text':'with a hat'}," + inline(WIDE) + "]}]}");

    assertGiven(B, WIDE);
  }

  @Test
  void aLinkOfOursInTheConversationIsEditedToo() throws Exception {
    ask(SAY);
    var link = "http://localhost/media/" + faces.onlyJob().outcome().results().getFirst().id() + ".png";

    ask("{'contents':[{'role':'model','parts':[{'text':'![it](" + link + ")'}]},{'role':'user','parts':[{'text':'p'}]}]}");

    assertGiven(Pixels.png(64, 48, 40));
  }

  @Test
  void aModelThatCannotEditDrawsAnew() throws Exception {
    var reply = post("/v1beta/models/fake-poor:generateContent", "{'contents':[{'role':'model','parts':[" + inline(A)
        + "]},{'role':'user','parts':[{'text':'with a hat'}]}]}");

    assertEquals(200, reply.status(), reply.body());
    assertGiven();
  }

  @Test
  void picturesNobodyUsesAreGone() throws Exception {
    ask("{'contents':[{'role':'user','parts':[{'text':'p'}," + inline(A) + "]},{'role':'user','parts':[{'text':'q'}]}]}");

    assertGiven();
    assertEquals(List.of(), faces.inputFiles());
  }

  // ---- generationConfig -------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "fake-image | 'imageConfig':{} | none",
      "fake-image | 'imageConfig':{'aspectRatio':'16:9'} | 1536x1024",
      "fake-image | 'image_config':{'aspect_ratio':'9:16','image_size':'1K'} | 1024x1536",
      "gpt-image-fake | 'imageConfig':{'aspectRatio':'16:9'} | 1280x720",
      "gpt-image-fake | 'imageConfig':{'aspectRatio':'21:9'} | 1456x624",
      "gpt-image-fake | 'imageConfig':{'aspectRatio':'16:9','imageSize':'4K'} | 5376x3024",
      "gpt-image-fake | 'responseFormat':{'image':{'aspectRatio':'16:9'}} | 1280x720",
      "gpt-image-fake | 'responseFormat':[{'text':{}},{'image':{'aspectRatio':'ASPECT_RATIO_TWENTY_ONE_BY_NINE','imageSize':'IMAGE_SIZE_ONE_K'}}] | 1456x624",
      "gpt-image-fake | 'responseFormat':[{'image':{'aspectRatio':'ASPECT_RATIO_ONE_BY_ONE','imageSize':'IMAGE_SIZE_FIVE_TWELVE'}}] | 512x512",
      "gpt-image-fake | 'responseFormat':[{'image':{'aspectRatio':'ASPECT_RATIO_UNSPECIFIED'}}] | none",
      "gpt-image-fake | 'imageConfig':{'imageSize':'2K'} | 2048x2048",
      "gpt-image-fake | 'imageConfig':{'imageSize':'512'} | 512x512",
      "gpt-image-fake | 'imageConfig':{'imageSize':'512px','aspectRatio':'auto'} | 512x512"})
  void theShapeIsTheModelsOwn(String model, String config, String size) throws Exception {
    var reply = post("/v1beta/models/" + model + ":generateContent",
        "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{" + config + "}}");

    assertEquals(200, reply.status(), reply.body());
    assertEquals(size, bought().size().map(Size::toString).orElse("none"));
  }

  @Test
  void aResolutionAloneKeepsTheShapeOfTheFirstPicture() throws Exception {
    post("/v1beta/models/gpt-image-fake:generateContent", "{'contents':[{'parts':[{'text':'p'}," + inline(WIDE)
        + "]}],'generationConfig':{'imageConfig':{'imageSize':'2K'}}}");

    var size = bought().size().orElseThrow();
    assertEquals(16.0 / 9, (double) size.width() / size.height(), 0.02);
    assertEquals(4.0, size.pixels() / 1048576.0, 0.5);
  }

  @Test
  void seedAndFormatArePassedOn() throws Exception {
    ask("{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'seed':7,'temperature':1,'thinkingConfig':{'include_thoughts':true},"
        + "'responseModalities':['Text','Image'],'imageConfig':{'imageOutputOptions':{'mimeType':'image/jpeg','compressionQuality':80}}}}");

    var image = (Task.Image) bought();
    assertEquals(json("{'seed':7}"), image.extras());
    assertEquals(Optional.of(MediaType.JPEG), image.look().format());
    assertEquals(80, image.look().compression().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{} | contents | contents must hold what the user says",
      "{'contents':[]} | contents | contents must hold what the user says",
      "{'contents':'hello'} | contents | contents must be an object",
      "{'contents':['hello']} | contents[0] | contents[0] must be an object",
      "{'contents':[{'role':'model','parts':[{'text':'p'}]}]} | contents | contents must hold what the user says",
      "{'contents':[{'parts':[{'text':' '}]}]} | contents[0].parts | contents[0].parts must hold text: it is the prompt",
      "{'contents':[{'parts':[{'text':7}]}]} | contents[0].parts[0].text | contents[0].parts[0].text must be text",
      "{'contents':[{'parts':[{'functionResponse':{}}]}]} | contents[0].parts[0].functionResponse | contents[0].parts[0].functionResponse cannot be used here: send text, inlineData or fileData",
      "{'contents':[{'parts':[{'text':'p'},{'inlineData':{'mimeType':'audio/mp3','data':'AAAA'}}]}]} | contents[0].parts[1].inlineData.mimeType | contents[0].parts[1].inlineData.mimeType must be of a type like image/png",
      "{'contents':[{'parts':[{'text':'p'},{'inlineData':{'mimeType':'image/png','data':'?'}}]}]} | contents[0].parts[1].inlineData.data | contents[0].parts[1].inlineData.data is not base64",
      "{'contents':[{'parts':[{'text':'p'},{'inlineData':{'mimeType':'image/png'}}]}]} | contents[0].parts[1].inlineData.data | contents[0].parts[1].inlineData.data is required",
      "{'contents':[{'parts':[{'text':'p'},{'fileData':{'fileUri':'gs://a/b'}}]}]} | contents[0].parts[1].fileData.fileUri | contents[0].parts[1].fileData.fileUri must be an http or https link, or a data: URL",
      "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'candidateCount':9}} | generationConfig.candidateCount | generationConfig.candidateCount must be between 1 and 8",
      "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'imageConfig':{'aspectRatio':'wide'}}} | generationConfig.imageConfig.aspectRatio | generationConfig.imageConfig.aspectRatio must be like 16:9",
      "{'contents':[{'parts':[{'text':'p'}]}],'generation_config':{'image_config':{'image_size':'8K'}}} | generation_config.image_config.image_size | generation_config.image_config.image_size must be one of 0.5K, 1K, 2K, 4K, 512, 512PX",
      "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'imageConfig':{'imageSize':'4K'}}} | generationConfig.imageConfig | generationConfig.imageConfig must be one of auto, 1024x1024, 1536x1024, 1024x1536 for fake-image; gpt-image-fake could do it",
      "{'contents':[{'parts':[{'text':'p'}]}],'generationConfig':{'responseModalities':['TEXT']}} | generationConfig.responseModalities | generationConfig.responseModalities must hold IMAGE: the models here make pictures and videos, not text",
  })
  void aBadRequestIsToldWhere(String json, String field, String message) throws Exception {
    var reply = ask(json);

    assertEquals(json("""
        {'error':{'code':400,'message':'MESSAGE','status':'INVALID_ARGUMENT','details':[
          {'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'INVALID_VALUE','domain':'easel'},
          {'@type':'type.googleapis.com/google.rpc.BadRequest','fieldViolations':[{'field':'FIELD','description':'MESSAGE'}]}]}}"""
        .replace("MESSAGE", message).replace("FIELD", field)), reply.json());
    assertEquals(400, reply.status());
    assertEquals(List.of(), faces.jobs());
  }

  // ---- names of an older gateway ----------------------------------------------------------------------------------

  /** Names as the older gateway has them, made by the scripted provider. */
  private void older(String... targets) {
    var entries = new ArrayList<ModelEntry>();
    for (var entry : Names.with(List.of(), Strategy.ORDER).builtIn()) {
      for (var target : targets) {
        var words = target.split("=");
        var made = new ModelEntry.Target(words[1], entry.targets().getFirst().preset());
        if (entry.name().startsWith(words[0])) entries.add(new ModelEntry(entry.name(), List.of(), List.of(made), Optional.empty()));
      }
    }
    faces.names = new Names(List.of(), entries, Strategy.ORDER);
    faces.restart();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "gemini-3.0-pro-image | {'aspectRatio':'9:16','imageSize':'2K'} | 1536x2752 | none",
      "gemini-3.0-pro-image | {} | 1376x768 | none",
      "gemini-3.0-pro-image | {'aspect_ratio':'21:9'} | 1376x768 | gemini-3.0-pro-image is not made in the shape 21:9: it is made in landscape.",
      "gemini-3.0-pro-image-square | {'aspectRatio':'16:9'} | 1024x1024 | gemini-3.0-pro-image-square is made in square alone: the shape 16:9 was left out."})
  void namesOfAnOlderGatewayMeanWhatTheyMeantThere(String model, String image, String size, String warning) throws Exception {
    older("gemini-3.0-pro-image=fake/draw-2");

    var reply = post("/models/" + model + ":generateContent",
        "{'contents':[{'parts':[{'text':'p'}]}],'generation_config':{'image_config':" + image + "}}");

    assertEquals(200, reply.status(), reply.body());
    assertEquals(Size.parse(size), bought().size());
    var warnings = reply.json().get("warnings");
    assertEquals(warning, warnings == null ? "none" : warnings.asArray().get(0).asString());
  }

  @Test
  void aVideoOfTheCallersIsGoneOnWith() throws Exception {
    older("veo_3_1_t2v_fast=fake/move-1", "veo_3_1_extend=fake/move-2");
    faces.provider.act = (task, handle, progress) -> handle.isEmpty() ? new Step.Waiting("h1", Duration.ZERO, false)
        : new Step.Done(List.of(new Step.Output(Scripted.write(progress.draft("mp4"), Pixels.mp4(100)), Optional.empty())), Usage.NONE);
    assertEquals(200, post("/models/veo_3_1_t2v_fast:generateContent", SAY).status());
    var id = faces.onlyJob().outcome().results().getFirst().id();
    var extend = "{'contents':[{'parts':[{'text':'and then'},{'fileData':{'fileUri':'extend://" + id + "'}}]}]}";

    var reply = post("/models/veo_3_1_extend:generateContent", extend);

    assertEquals(200, reply.status(), reply.body());
    assertEquals(List.of(Input.Role.SOURCE), bought().inputs().stream().map(Input::role).toList());
    assertEquals(400, post("/models/fake-image:generateContent", extend).status());
  }

  // ---- repeats ----------------------------------------------------------------------------------------------------

  private Request keyed(String model, String verb) {
    return Faces.post("/v1beta/models/" + model + ":" + verb, Faces.quoted(SAY)).header("idempotency-key", "k1");
  }

  @Test
  void aRepeatWithTheSameKeyIsTheSameJob() throws Exception {
    var first = faces.call(keyed("fake-image", "generateContent"));
    var again = faces.call(keyed("fake-image", "generateContent"));
    var stream = faces.call(keyed("fake-image", "streamGenerateContent"));

    assertEquals(first.body(), again.body());
    assertEquals("true", stream.header("Idempotent-Replayed"));
    assertEquals(1, faces.provider.ledger.size());
  }

  @Test
  void theModelIsAPartOfWhatAKeyIsFor() throws Exception {
    faces.call(keyed("fake-image", "generateContent"));

    assertEquals(422, faces.call(keyed("gpt-image-fake", "generateContent")).status());
  }

  @Test
  void twoEqualWishesAreTwoPictures() throws Exception {
    ask(SAY);
    ask(SAY);

    assertEquals(2, faces.provider.ledger.size());
  }

  // ---- models -----------------------------------------------------------------------------------------------------

  private List<String> names(JsonObject page) {
    return page.get("models").asArray().values().stream().map(m -> m.asObject().getString("name", "")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1beta/models", "/models"})
  void everyNameIsListed(String path) throws Exception {
    var page = faces.get(path).json();

    var expected = faces.engine.catalogue().names().stream().map(n -> "models/" + n).toList();
    assertEquals(expected, names(page).subList(0, expected.size()));
    assertEquals("models/auto", names(page).getLast());
    assertTrue(names(page).contains("models/old-fake"), "aliases too");
    assertEquals(List.of("models"), page.names());
  }

  @Test
  void theListComesInPages() throws Exception {
    var all = names(faces.get("/v1beta/models").json());

    var first = faces.get("/v1beta/models?pageSize=2").json();
    var second = faces.get("/v1beta/models?page_size=1000&pageToken=" + first.getString("nextPageToken", "")).json();

    assertEquals(all.subList(0, 2), names(first));
    assertEquals(all.subList(2, all.size()), names(second));
    assertEquals(List.of("models"), second.names());
    assertEquals(400, faces.get("/v1beta/models?pageToken=nobody").status());
    assertEquals(400, faces.get("/v1beta/models?pageSize=many").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1beta/models/fake-image", "/models/fake-image"})
  void aModelSaysWhatItIs(String path) throws Exception {
    assertEquals(json("""
        {'name':'models/fake-image','version':'draw-1','displayName':'fake-image','description':'Makes pictures: fake/draw-1.',
         'supportedGenerationMethods':['generateContent','streamGenerateContent']}"""), faces.get(path).json());
  }

  @Test
  void namesWithSlashesAreFound() throws Exception {
    assertEquals("models/fake/deep/name", faces.get("/v1beta/models/fake/deep/name").json().getString("name", ""));
    assertEquals("models/fake/deep/name", faces.get("/v1beta/models/fake%2Fdeep%2Fname").json().getString("name", ""));
  }

  @Test
  void belowV1GooglesClientsAreAnsweredInTheirShapeAndOthersInOpenAis() throws Exception {
    var google = Faces.request("GET", "/v1/models").header("x-goog-api-client", "google-genai-sdk/3.1.0 gl-node/v20");
    var one = Faces.request("GET", "/v1/models/fake/deep/name").header("x-goog-api-client", "google-genai-sdk/3.1.0");

    assertEquals(names(faces.get("/v1beta/models").json()), names(faces.call(google).json()));
    assertEquals("models/fake/deep/name", faces.call(one).json().getString("name", ""));
    assertEquals("list", faces.get("/v1/models").json().getString("object", ""));
    assertEquals("fake-image", faces.get("/v1/models/fake-image").json().getString("id", ""));
    assertEquals("model_not_found", faces.get("/v1/models/nope").error().getString("code", ""));
    assertEquals("NOT_FOUND", post("/v1/models/nope:generateContent", SAY).error().getString("status", ""));
  }
}
