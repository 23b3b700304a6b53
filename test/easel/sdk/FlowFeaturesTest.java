package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import fake.FakeLabs;
import fake.FakeOpenAiPicture;
import fake.RealAdmin;
import fake.RealEasel;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything Flow2API makes, asked for as its clients ask: the real jar before a fake Flow, and what Flow was asked
 * for.
 */
class FlowFeaturesTest {
  private static final Pattern DRAWN = Pattern.compile("!\\[Generated Image]\\((http[^)]+)\\)");
  private static final Pattern FILMED = Pattern.compile("<video src='(http[^']+)' data-media-id='([^']+)'");

  @TempDir
  private static Path folder;
  private static FakeLabs labs;
  private static RealEasel easel;
  private int before;

  @BeforeAll
  static void open() throws Exception {
    labs = new FakeLabs();
    labs.account("st-1").tier("PAYGATE_TIER_TWO").credits(1_000_000);
    easel = RealEasel.configured(folder, labs.section() + "poll_interval = 0.1\n");
    RealAdmin.of(easel).add("flow", "st-1", "");
  }

  @AfterAll
  static void close() throws Exception {
    easel.kill();
    easel.close();
    labs.close();
  }

  @BeforeEach
  void count() {
    before = labs.submits();
  }

  // ---- asking -----------------------------------------------------------------------------------------------------

  private static JsonObject text(String words) {
    return new JsonObject().add("type", "text").add("text", words);
  }

  private static JsonObject picture(int seed) throws Exception {
    var data = "data:image/png;base64," + Base64.getEncoder().encodeToString(FakeOpenAiPicture.png(32, 32, seed));
    return link(data);
  }

  private static JsonObject link(String url) {
    return new JsonObject().add("type", "image_url").add("image_url", new JsonObject().add("url", url));
  }

  private static JsonObject user(JsonValue... parts) {
    var content = new JsonArray();
    for (var part : parts) content.add(part);
    return new JsonObject().add("role", "user").add("content", content);
  }

  private static HttpResponse<String> chat(String model, JsonObject more, JsonObject... messages) throws Exception {
    var all = new JsonArray();
    for (var message : messages) all.add(message);
    var body = new JsonObject().add("model", model).add("messages", all);
    for (var member : more) body.set(member.getName(), member.getValue());
    return easel.send(easel.request("/v1/chat/completions").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build());
  }

  private static String content(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    var choice = RealEasel.json(answer).get("choices").asArray().get(0).asObject();
    return choice.get("message").asObject().getString("content", "");
  }

  private static String made(String model, JsonObject... messages) throws Exception {
    return content(chat(model, new JsonObject(), messages));
  }

  /** What Flow was asked for since the test began, in order. */
  private List<FakeLabs.Bought> bought() {
    return labs.ledger().subList(before, labs.submits());
  }

  private FakeLabs.Bought only() {
    assertEquals(1, bought().size(), bought().toString());
    return bought().getFirst();
  }

  private static String found(Pattern pattern, String content, int group) {
    var matcher = pattern.matcher(content);
    assertTrue(matcher.find(), content);
    return matcher.group(group);
  }

  // ---- pictures ---------------------------------------------------------------------------------------------------

  @Test
  void picturesFromTextComeOneByOneAndSeveralInOneCall() throws Exception {
    made("gemini-3.0-pro-image-landscape", user(text("a boat")));
    assertEquals(List.of("GEM_PIX_2", 1), List.of(only().model(), only().count()));
    var four = chat("gemini-3.1-flash-image-square", new JsonObject().add("n", 4), user(text("four boats")));
    assertEquals(4, RealEasel.json(four).get("choices").asArray().get(0).asObject().get("message").asObject().get("images").asArray().size());
    assertEquals(List.of(2, 4), List.of(bought().size(), bought().getLast().count()));
  }

  @Test
  void picturesAreMadeFromPicturesWhichAreUploadedOnce() throws Exception {
    int uploads = labs.calls("uploadImage");
    made("gemini-3.0-pro-image-portrait", user(text("both of them"), picture(1), picture(2)));
    assertEquals(2, only().sources().size());
    made("gemini-3.0-pro-image-portrait", user(text("again"), picture(2), picture(1)));
    // Work goes into several projects in turn, and an upload belongs to one.
    assertTrue(labs.calls("uploadImage") <= uploads + 4);
    for (int i = 0; i < 8; i++) made("gemini-3.0-pro-image-portrait", user(text("again " + i), picture(1), picture(2)));
    assertTrue(labs.calls("uploadImage") <= uploads + 8, "each picture once in each of four projects");
  }

  @Test
  void theLastPictureOfAConversationIsEdited() throws Exception {
    var first = made("gemini-3.0-pro-image-landscape", user(text("a boat")));
    var said = new JsonObject().add("role", "assistant").add("content", first);
    made("gemini-3.0-pro-image-landscape", user(text("a boat")), said, user(text("at night")));
    assertEquals(List.of(2, 1), List.of(bought().size(), bought().getLast().sources().size()));
    assertEquals("at night", bought().getLast().prompt());
  }

  @ParameterizedTest
  @CsvSource({"gemini-3.0-pro-image-landscape-2k", "gemini-3.1-flash-image-square-4k"})
  void picturesAreEnlargedAfterwards(String model) throws Exception {
    int enlarged = labs.calls("upsampleImage");
    var content = made(model, user(text("a boat")));
    assertEquals(enlarged + 1, labs.calls("upsampleImage"));
    // A smaller one would say so.
    assertEquals("![Generated Image](" + found(DRAWN, content, 1) + ")", content);
    assertTrue(easel.bytes(URI.create(found(DRAWN, content, 1))).length > 0);
    assertEquals(1, bought().stream().filter(b -> b.call().equals("batchGenerateImages")).count());
  }

  @Test
  void aliasesTakeTheirShapeAndSizeFromHints() throws Exception {
    var hints = new JsonObject().add("generationConfig", new JsonObject().add("imageConfig",
        new JsonObject().add("aspectRatio", "3:4").add("imageSize", "2K")));
    var answer = chat("gemini-3.0-pro-image", hints, user(text("a boat")));
    assertEquals("gemini-3.0-pro-image-three-four-2k", RealEasel.json(answer).getString("model", answer.body()));
    assertEquals("GEM_PIX_2", bought().getFirst().model());
  }

  // ---- videos -----------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
      "veo_3_1_t2v_fast_portrait, 0, batchAsyncGenerateVideoText, veo_3_1_t2v_fast_portrait_ultra",
      "veo_3_1_i2v_s_fast_fl, 1, batchAsyncGenerateVideoStartImage, veo_3_1_i2v_s_fast_ultra",
      "veo_3_1_i2v_s_fast_fl, 2, batchAsyncGenerateVideoStartAndEndImage, veo_3_1_i2v_s_fast_ultra_fl",
      "veo_3_1_r2v_fast, 3, batchAsyncGenerateVideoReferenceImages, veo_3_1_r2v_fast_landscape_ultra",
      "omni, 0, batchAsyncGenerateVideoText, abra_t2v_8s",
      "omni_portrait, 2, batchAsyncGenerateVideoReferenceImages, abra_r2v_8s"})
  void everyKindOfVideoGoesItsOwnWay(String model, int pictures, String call, String key) throws Exception {
    var parts = new JsonValue[pictures + 1];
    parts[0] = text("it moves");
    for (int i = 1; i <= pictures; i++) parts[i] = picture(10 + i);
    var link = found(FILMED, made(model, user(parts)), 1);
    assertEquals(List.of(call, key, pictures), List.of(only().call(), only().model(), only().sources().size()));
    assertTrue(easel.bytes(URI.create(link)).length > 100);
  }

  @ParameterizedTest
  @CsvSource({"veo_3_1_t2v_fast_ultra_1080p, veo_3_1_upsampler_1080p", "veo_3_1_t2v_fast_ultra_4k, veo_3_1_upsampler_4k"})
  void videosAreEnlargedOnce(String model, String upsampler) throws Exception {
    made(model, user(text("it moves")));
    assertEquals(List.of("veo_3_1_t2v_fast_ultra", upsampler), bought().stream().map(FakeLabs.Bought::model).toList());
  }

  @Test
  void aVideoIsExtendedByWhatItsElementSays() throws Exception {
    var first = made("veo_3_1_t2v_fast", user(text("a boat sails")));
    int joined = labs.calls("runVideoFxConcatenation");
    var id = found(FILMED, first, 2);
    var longer = made("veo_3_1_extend", user(text("and sinks"), link("extend://" + id)));
    assertEquals(List.of("batchAsyncGenerateVideoText", "batchAsyncGenerateVideoExtendVideo"), bought().stream().map(FakeLabs.Bought::call).toList());
    assertEquals(joined + 1, labs.calls("runVideoFxConcatenation"));
    assertTrue(!found(FILMED, longer, 2).equals(id));
    var nothing = chat("veo_3_1_extend", new JsonObject(), user(text("what?")));
    assertEquals(400, nothing.statusCode(), nothing.body());
    assertEquals(2, bought().size());
  }

  // ---- shapes -----------------------------------------------------------------------------------------------------

  @Test
  void aStreamTellsOfProgressAndEndsWithTheResult() throws Exception {
    var answer = chat("gemini-3.0-pro-image-landscape", new JsonObject().add("stream", true), user(text("a boat")));
    var events = answer.body().lines().filter(l -> l.startsWith("data: ")).map(l -> l.substring(6)).toList();
    assertEquals("[DONE]", events.getLast());
    var first = delta(events.getFirst());
    assertEquals("assistant", first.getString("role", ""));
    assertTrue(first.getString("reasoning_content", "").endsWith("\n"), events.getFirst());
    assertTrue(DRAWN.matcher(delta(events.get(events.size() - 2)).getString("content", "")).find(), answer.body());
    assertTrue(events.get(events.size() - 2).contains("\"finish_reason\":\"stop\""));
    only();
  }

  private static JsonObject delta(String event) {
    return Json.parse(event).asObject().get("choices").asArray().get(0).asObject().get("delta").asObject();
  }
}
