package easel.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import easel.core.Failure;
import easel.core.Input;
import easel.core.Job;
import easel.core.Size;
import easel.core.Step;
import easel.core.Task;
import easel.core.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiChatTest {
  private static final byte[] A = Pixels.png(8, 8, 1);
  private static final byte[] B = Pixels.png(8, 8, 2);

  private final Faces faces = new Faces();

  @AfterEach
  void close() {
    faces.close();
  }

  private Faces.Reply say(String words) throws Exception {
    return faces.chat("{'model':'fake-image','messages':[{'role':'user','content':'" + words + "'}]}");
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

  private String link(Job job) {
    var media = job.outcome().results().getFirst();
    return "http://localhost/media/" + media.id() + "." + media.type().extension();
  }

  // ---- what is asked for ------------------------------------------------------------------------------------------

  @Test
  void fewerPicturesThanAskedForAreSaidInWords() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("png"), Pixels.png()), Optional.empty())), Usage.NONE,
        Optional.of(new Failure.Refused("the other was not proper")));

    var reply = faces.chat("{'model':'fake-image','n':2,'messages':[{'role':'user','content':'a boat'}]}").json();

    assertTrue(reply.toString().contains("1 of 2 were made: the other was not proper"), reply.toString());
    assertEquals(2, reply.get("ordered").asInt());
  }

  @Test
  void theAnswerIsAPictureInMarkdownAndInAList() throws Exception {
    faces.provider.act = (task, handle, progress) -> Scripted.draw(task, progress, new Usage(6, 1, 1290, 10, Optional.empty()));

    var reply = say("draw a red dot");

    assertEquals(200, reply.status(), reply.body());
    var job = faces.onlyJob();
    assertEquals(Json.parse(Faces.quoted("""
        {'id':'chatcmpl-%s','object':'chat.completion','created':%d,'model':'fake-image','choices':[{'index':0,
         'message':{'role':'assistant','content':'![Generated Image](%s)','refusal':null,
          'images':[{'type':'image_url','index':0,'image_url':{'url':'%s'}}]},
         'logprobs':null,'finish_reason':'stop'}],
         'usage':{'prompt_tokens':7,'completion_tokens':1300,'total_tokens':1307}}""")
        .formatted(job.id().substring(4), job.origin().created().getEpochSecond(), link(job), link(job))), reply.json());
  }

  @Test
  void onlyTheLastThingTheUserSaidIsThePrompt() throws Exception {
    faces.chat("""
        {'model':'fake-image','temperature':0.5,'max_tokens':100,'tools':[],'response_format':{'type':'text'},
         'modalities':['image','text'],'messages':[{'role':'system','content':'be brief'},{'role':'user','content':'a cat'},
         {'role':'assistant','content':null},{'role':'user','content':[{'type':'text','text':'  a dog '},
         {'type':'text','text':''},{'type':'text','text':'in the rain'}]}]}""");

    assertEquals("a dog\nin the rain", bought().prompt());
    assertEquals(List.of(), bought().inputs());
  }

  @Test
  void aConversationMayEndWithTheAssistant() throws Exception {
    faces.chat("{'messages':[{'role':'user','content':'a cat'},{'role':'assistant','content':'Sure: '}]}");

    assertEquals("a cat", bought().prompt());
  }

  @Test
  void picturesInTheMessageAreInputs() throws Exception {
    faces.web.pages.put("https://a.example/b.png", B);

    var reply = faces.chat("""
        {'model':'fake-image','messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'%s','detail':'low'}},
         {'type':'text','text':'mix them'},{'type':'image_url','image_url':{'url':'https://a.example/b.png'}}]}]}"""
        .formatted(Faces.dataUrl(A)));

    assertEquals(200, reply.status(), reply.body());
    assertGiven(A, B);
    assertEquals(Input.Role.REFERENCE, bought().inputs().getFirst().role());
  }

  @Test
  void theResponsesApisSpellingIsUnderstood() throws Exception {
    faces.chat("{'messages':[{'role':'user','content':[{'type':'input_text','text':'p'},{'type':'input_image','image_url':'"
        + Faces.dataUrl(A) + "'}]}]}");

    assertGiven(A);
  }

  @Test
  void theOldFieldForOnePictureIsAnInput() throws Exception {
    faces.chat("{'image':'" + Faces.dataUrl(A) + "','messages':[{'role':'user','content':'p'}]}");

    assertGiven(A);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{} | missing_required_parameter messages | messages must hold what the user says",
      "{'messages':[]} | missing_required_parameter messages | messages must hold what the user says",
      "{'messages':'hello'} | invalid_type messages | messages must be a list",
      "{'messages':['hello']} | invalid_type messages[0] | messages[0] must be an object",
      "{'messages':[{'content':'hello'}]} | missing_required_parameter messages[0].role | messages[0].role is required",
      "{'messages':[{'role':'system','content':'hello'}]} | missing_required_parameter messages | messages must hold a user message",
      "{'messages':[{'role':'user','content':'  '}]} | missing_required_parameter messages[0].content | messages[0].content must hold text: it is the prompt",
      "{'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a.example/'}}]}]} | missing_required_parameter messages[0].content | messages[0].content must hold text: it is the prompt",
      "{'messages':[{'role':'user','content':[{'type':'input_audio'}]}]} | invalid_value messages[0].content[0].type | messages[0].content[0].type must be text or image_url, not 'input_audio'",
      "{'messages':[{'role':'user','content':[{'type':'text','text':'p'},{'type':'image_url','image_url':{}}]}]} | missing_required_parameter messages[0].content[1].image_url.url | messages[0].content[1].image_url.url is required",
      "{'messages':[{'role':'user','content':[{'type':'text','text':'p'},{'type':'image_url','image_url':{'url':'C:/a.png'}}]}]} | invalid_value messages[0].content[1].image_url.url | messages[0].content[1].image_url.url must be an http or https link, or a data: URL",
      "{'n':0,'messages':[{'role':'user','content':'p'}]} | invalid_value n | n must be between 1 and 10",
      "{'size':'x','messages':[{'role':'user','content':'p'}]} | invalid_value size | size must be auto, or like 1024x1024, with sides up to 16384",
      "{'aspect_ratio':'wide','messages':[{'role':'user','content':'p'}]} | invalid_value aspect_ratio | aspect_ratio must be like 16:9",
      "{'image_config':{'aspect_ratio':'0:9'},'messages':[{'role':'user','content':'p'}]} | invalid_value image_config.aspect_ratio | image_config.aspect_ratio must be like 16:9",
      "{'model':'fake-video','n':2,'messages':[{'role':'user','content':'p'}]} | invalid_value n | n must be 1 for a video",
      "{'model':'fake-video','seconds':'soon','messages':[{'role':'user','content':'p'}]} | invalid_value seconds | seconds must be whole seconds, at most 3600",
  })
  void aBadConversationIsToldWhere(String json, String trouble, String message) throws Exception {
    var reply = faces.chat(json);

    assertEquals("400 invalid_request_error " + trouble, reply.trouble());
    assertEquals(message, reply.error().get("message").asString());
    assertEquals(List.of(), faces.jobs());
  }

  @Test
  void anUnknownModelIsNotFound() throws Exception {
    var reply = faces.chat("{'model':'nope','messages':[{'role':'user','content':'p'}]}");

    assertEquals("404 invalid_request_error model_not_found model", reply.trouble());
  }

  // ---- the picture before -----------------------------------------------------------------------------------------

  /** A conversation in which the assistant has answered with {@code content}, and the user wants a change. */
  private Faces.Reply change(String model, String content) throws Exception {
    return faces.chat("{'model':'" + model + "','messages':[{'role':'user','content':'a cat'},{'role':'assistant','content':"
        + Json.value(content) + "},{'role':'user','content':'with a hat'}]}");
  }

  @Test
  void theLastPictureOfTheConversationIsEdited() throws Exception {
    var first = say("a cat").json().get("choices").asArray().get(0).asObject().get("message").asObject();

    var reply = change("fake-image", "Here it is: " + first.get("content").asString() + "\n\nDo you like it?");

    assertEquals(200, reply.status(), reply.body());
    assertGiven(Pixels.png(64, 48, 40));
    assertEquals("with a hat", bought().prompt());
    assertEquals(List.of(), faces.web.fetched);
  }

  @Test
  void theNewestPictureCountsAndComesBeforeTheUsersOwn() throws Exception {
    faces.web.pages.put("https://a.example/new.png", B);

    faces.chat("""
        {'model':'fake-image','messages':[
         {'role':'assistant','content':'![old](https://a.example/old.png)'},
         {'role':'assistant','content':'![x](https://a.example/mid.png) and ![y](https://a.example/new.png \\'title\\')'},
         {'role':'assistant','content':'no picture here'},
         {'role':'user','content':[{'type':'text','text':'p'},{'type':'image_url','image_url':{'url':'%s'}}]}]}""".formatted(Faces.dataUrl(A))
        .replace("\\'", "\\\""));

    assertGiven(B, A);
    assertEquals(List.of("https://a.example/new.png"), faces.web.fetched);
  }

  @Test
  void aPictureInTheListOfAnAnswerCountsToo() throws Exception {
    faces.chat("{'model':'fake-image','messages':[{'role':'assistant','content':'Here it is.','images':[{'type':'image_url','image_url':{'url':'"
        + Faces.dataUrl(A) + "'}}]},{'role':'user','content':'p'}]}");

    assertGiven(A);
  }

  @Test
  void aPictureWrittenOutInMarkdownCountsToo() throws Exception {
    assertEquals(200, change("fake-image", "![cat](" + Faces.dataUrl(A) + ")").status());

    assertGiven(A);
  }

  @Test
  void aRelativeLinkIsOurs() throws Exception {
    say("a cat");
    var path = link(faces.onlyJob()).substring("http://localhost".length());

    change("fake-image", "![cat](" + path + ")");

    assertGiven(Pixels.png(64, 48, 40));
  }

  @Test
  void aModelThatCannotEditDrawsAnew() throws Exception {
    var reply = change("fake-poor", "![cat](https://a.example/cat.png)");

    assertEquals(200, reply.status(), reply.body());
    assertGiven();
    assertEquals(List.of(), faces.web.fetched);
  }

  @Test
  void aFullHandLeavesThePictureBeforeOut() throws Exception {
    var pictures = (",{'type':'image_url','image_url':{'url':'" + Faces.dataUrl(A) + "'}}").repeat(4);

    faces.chat("{'model':'fake-image','messages':[{'role':'assistant','content':'![x](https://a.example/x.png)'},"
        + "{'role':'user','content':[{'type':'text','text':'p'}" + pictures + "]}]}");

    assertEquals(4, bought().inputs().size());
    assertEquals(List.of(), faces.web.fetched);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost/media/0123456789.png", "https://a.example/tmp/cat.png", "https://a.example/page.html"})
  void aPictureThatIsGoneIsNotPaidForByDrawingAnother(String link) throws Exception {
    faces.web.pages.put("https://a.example/page.html", "<html>This link has expired".getBytes(StandardCharsets.UTF_8));
    var reply = change("fake-image", "![cat](" + link + ")");

    assertEquals("400 invalid_request_error invalid_value messages[1].content", reply.trouble());
    assertEquals("messages[1].content: the picture of that message is no longer there; send the picture again, or begin a new conversation", reply.error().get("message").asString());
    assertEquals(List.of(), faces.provider.ledger);
  }

  @Test
  void picturesHandedInAreNotReachedByALink() throws Exception {
    faces.chat("{'image':'" + Faces.dataUrl(A) + "','messages':[{'role':'user','content':'p'}]}");
    var input = bought().inputs().getFirst().media();

    var reply = change("fake-image", "![mine](http://localhost/media/" + input.id() + ".png)");

    assertEquals(400, reply.status());
  }

  // ---- size, video ------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "fake-image | 'size':'1024x1536' | 1024x1536",
      "fake-image | 'aspect_ratio':'16:9' | 1536x1024",
      "fake-image | 'image_config':{'aspect_ratio':'9:16'} | 1024x1536",
      "fake-image | 'image_config':{'aspect_ratio':'1:1','image_size':'1K'} | 1024x1024",
      "fake-image | 'generationConfig':{'imageConfig':{'aspectRatio':'4:3'}} | 1536x1024",
      "gpt-image-fake | 'aspect_ratio':'1:1' | 1024x1024",
      "gpt-image-fake | 'aspect_ratio':'16:9' | 1280x720",
      "gpt-image-fake | 'size':'1024x768','aspect_ratio':'1:1' | 1024x768",
      "gpt-image-fake | 'aspect_ratio':'auto' | none",
      "gpt-image-fake | 'size':'auto' | none"})
  void theShapeIsUnderstoodInEverySpelling(String model, String fields, String size) throws Exception {
    var reply = faces.chat("{'model':'" + model + "'," + fields + ",'messages':[{'role':'user','content':'p'}]}");

    assertEquals(200, reply.status(), reply.body());
    assertEquals(size, ((Task.Image) bought()).size().map(Size::toString).orElse("none"));
  }

  @Test
  void aVideoModelAnswersWithAPlayer() throws Exception {
    faces.provider.act = (task, handle, progress) -> new Step.Done(
        List.of(new Step.Output(Scripted.write(progress.draft("mp4"), Pixels.mp4(100)), Optional.empty())), Usage.NONE);

    var reply = faces.chat("""
        {'model':'fake-video','seconds':8,'messages':[{'role':'user','content':[{'type':'text','text':'waves'},
         {'type':'image_url','image_url':{'url':'%s'}},{'type':'image_url','image_url':{'url':'%s'}}]}]}"""
        .formatted(Faces.dataUrl(A), Faces.dataUrl(B)));

    assertEquals(200, reply.status(), reply.body());
    var message = reply.json().get("choices").asArray().get(0).asObject().get("message").asObject();
    var id = faces.onlyJob().outcome().results().getFirst().id();
    assertEquals("```html\n<video src='" + link(faces.onlyJob()) + "' data-media-id='" + id + "' controls></video>\n```",
        message.get("content").asString());
    assertTrue(link(faces.onlyJob()).endsWith(".mp4"));
    var task = (Task.Video) bought();
    assertEquals(OptionalInt.of(8), task.seconds());
    assertEquals(List.of(Input.Role.FIRST_FRAME, Input.Role.LAST_FRAME), task.inputs().stream().map(Input::role).toList());
    assertEquals(List.of("role", "content", "refusal"), message.names());
  }

  // ---- streams ----------------------------------------------------------------------------------------------------

  private static final String STREAM = "{'model':'fake-image','stream':true,'stream_options':{'include_usage':true},"
      + "'messages':[{'role':'user','content':'p'}]}";

  @Test
  void aStreamIsRoleProgressResultUsageDone() throws Exception {
    faces.provider.act = (task, handle, progress) -> {
      if (handle.isEmpty()) return new Step.Waiting("h1", Duration.ofMillis(1), false);
      progress.report(40, "drawing");
      return Scripted.draw(task, progress, new Usage(5, 0, 7, 0, Optional.empty()));
    };

    var reply = faces.chat(STREAM);

    var events = Events.of(reply);
    var job = faces.onlyJob();
    assertTrue(events.names().stream().allMatch(String::isEmpty), "chunks have no event names");
    assertEquals("[DONE]", events.texts().getLast());
    assertTrue(reply.body().endsWith("data: [DONE]\n\n"));
    var chunks = events.data();
    for (var chunk : chunks) {
      assertEquals("chatcmpl-" + job.id().substring(4), chunk.get("id").asString());
      assertEquals("chat.completion.chunk", chunk.get("object").asString());
      assertEquals(job.origin().created().getEpochSecond(), chunk.get("created").asLong());
    }
    assertEquals(Json.parse("{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\"Taken as " + job.id() + ".\\n\"}"),
        delta(chunks.getFirst()));
    int n = chunks.size();
    for (var chunk : chunks.subList(1, n - 2)) assertTrue(delta(chunk).asObject().get("reasoning_content").asString().endsWith("\n"));
    assertEquals(Json.parse(Faces.quoted("{'index':0,'delta':{'content':'![Generated Image](" + link(job)
        + ")','images':[{'type':'image_url','index':0,'image_url':{'url':'" + link(job)
        + "'}}]},'logprobs':null,'finish_reason':'stop'}")), chunks.get(n - 2).get("choices").asArray().get(0));
    assertEquals(Json.parse("[]"), chunks.get(n - 1).get("choices"));
    assertEquals(Json.parse("{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}"), chunks.get(n - 1).get("usage"));
    assertTrue(chunks.subList(0, n - 1).stream().allMatch(c -> c.get("usage").isNull()));
  }

  private static com.eclipsesource.json.JsonValue delta(com.eclipsesource.json.JsonObject chunk) {
    return chunk.get("choices").asArray().get(0).asObject().get("delta");
  }

  @Test
  void oneThatIsStillAskedTellsHowFarItIsWhereThatIsKnown() throws Exception {
    faces.chat(STREAM);
    var done = faces.onlyJob();
    var asked = done.submitting(done.attempts().getLast());
    assertEquals(List.of("Asking fake.", "11% drawing"), List.of(ChatEvents.words(asked.progressed(0, "accepted")),
        ChatEvents.words(asked.progressed(11, "drawing"))));
  }

  @Test
  void usageIsSentOnlyWhenAskedFor() throws Exception {
    var events = Events.of(faces.chat("{'stream':true,'messages':[{'role':'user','content':'p'}]}"));

    assertTrue(events.data().stream().allMatch(c -> c.get("usage") == null));
    assertTrue(events.data().stream().allMatch(c -> c.get("error") == null), "no chunk has an error key");
  }

  @Test
  void aFailureOnTheWayIsAnErrorAndThenDone() throws Exception {
    faces.provider.failsLater(new Failure.Refused("not such a picture"));

    var reply = faces.chat(STREAM);

    assertTrue(reply.body().endsWith("data: {\"error\":{\"message\":\"not such a picture\",\"type\":\"image_generation_user_error\","
        + "\"param\":null,\"code\":\"moderation_blocked\",\"status_code\":400}}\n\ndata: [DONE]\n\n"), reply.body());
  }

  @Test
  void aBadRequestHasItsStatusEvenForAStream() throws Exception {
    assertEquals(400, faces.chat("{'stream':true,'messages':[]}").status());
  }

  @Test
  void aJobThatFailsHasTheStatusOfItsFailure() throws Exception {
    faces.provider.fails(new Failure.Refused("not such a picture"));

    assertEquals("400 image_generation_user_error moderation_blocked null", say("something").trouble());
  }
}
