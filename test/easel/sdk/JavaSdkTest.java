package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.images.ImageCreateVariationParams;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import com.openai.models.models.Model;
import fake.FakeOpenAiPicture;
import fake.RealEasel;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own Java client against a real Easel: it is stricter than the others about what an answer lacks. */
@SuppressWarnings("deprecation") // What OpenAI has retired, Easel serves, and people use.
@ExtendWith(Stand.Shared.class)
class JavaSdkTest {
  private static final byte[] INPUT = FakeOpenAiPicture.png(96, 64, 3);
  private static final byte[] OTHER = FakeOpenAiPicture.png(96, 64, 7);
  private static final String SAMPLE = "sample-image";
  private static final String GPT = "gpt-image-2";

  @TempDir
  private static Path data;
  private static Stand stand;
  private static OpenAIClient openai;

  @BeforeAll
  static void start(Stand shared) {
    stand = shared;
    openai = client(stand.easel().base());
  }

  @AfterAll
  static void stop() {
    openai.close();
  }

  static OpenAIClient client(URI base) {
    return OpenAIOkHttpClient.builder().baseUrl(Stand.root(base) + "/v1").apiKey(RealEasel.KEY)
        .timeout(Duration.ofSeconds(20)).maxRetries(0).build();
  }

  static ImageGenerateParams.Builder picture(String model, String prompt) {
    return ImageGenerateParams.builder().model(model).prompt(prompt).size("128x128");
  }

  private static ImageEditParams.Builder edit(String prompt) {
    return ImageEditParams.builder().model(SAMPLE).prompt(prompt).size("128x128")
        .responseFormat(ImageEditParams.ResponseFormat.B64_JSON);
  }

  private static byte[] decoded(String base64) {
    var bytes = Base64.getDecoder().decode(base64);
    assertEquals("\u0089PNG", new String(bytes, 0, 4, StandardCharsets.ISO_8859_1));
    return bytes;
  }

  static byte[] only(ImagesResponse response) {
    response.validate();
    var pictures = response.data().orElseThrow();
    assertEquals(1, pictures.size());
    return decoded(pictures.getFirst().b64Json().orElseThrow());
  }

  private static <T> List<T> all(StreamResponse<T> stream) {
    try (stream) {
      return stream.stream().toList();
    }
  }

  // ---- models and pictures ------------------------------------------------------------------------------------------

  @Test
  void modelsAreListedAndFoundAlsoByAnAddressWithASlash() {
    var models = openai.models().list().data();
    assertTrue(models.stream().map(Model::id).toList().containsAll(List.of(SAMPLE, GPT)), models.toString());
    models.forEach(Model::validate);
    assertEquals("sample", openai.models().retrieve("sample/sample-image").ownedBy());
    assertEquals(SAMPLE, openai.models().retrieve(SAMPLE).id());
  }

  @Test
  void generateAnswersALinkOrBase64() throws Exception {
    var linked = openai.images().generate(picture(SAMPLE, "a red boat").n(2).build()).validate().data().orElseThrow();
    assertEquals(2, linked.size());
    decoded(Base64.getEncoder().encodeToString(stand.easel().bytes(URI.create(linked.getFirst().url().orElseThrow()))));
    var base64 = ImageGenerateParams.ResponseFormat.B64_JSON;
    only(openai.images().generate(picture(SAMPLE, "a red boat").responseFormat(base64).build()));
  }

  @Test
  void aGptImageModelAnswersBase64AndUsage() {
    var response = openai.images().generate(picture(GPT, "a boat").quality(ImageGenerateParams.Quality.LOW).build());
    only(response);
    var usage = response.usage().orElseThrow();
    assertEquals(usage.totalTokens(), usage.inputTokens() + usage.outputTokens());
    assertEquals("128x128", response.size().orElseThrow().asString());
  }

  @Test
  void everyAnswerHasARequestId() {
    try (var response = openai.images().withRawResponse().generate(picture(SAMPLE, "a boat").build())) {
      assertEquals(1, response.headers().values("x-request-id").size());
      response.parse().validate();
    }
  }

  @Test
  void editTakesAStreamWithoutAFilenameAPathAndBytes() throws Exception {
    var file = Files.write(data.resolve("input.png"), INPUT);
    var streamed = only(openai.images().edit(edit("with a hat").image(new ByteArrayInputStream(INPUT)).build()));
    var fromPath = only(openai.images().edit(edit("with a hat").image(file).build()));
    var fromBytes = only(openai.images().edit(edit("with a hat").image(INPUT).build()));
    var other = only(openai.images().edit(edit("with a hat").image(OTHER).build()));
    assertArrayEquals(streamed, fromPath);
    assertArrayEquals(streamed, fromBytes);
    assertFalse(Arrays.equals(streamed, other));
  }

  @Test
  void editTakesSeveralPicturesAndAMask() {
    var pictures = List.<InputStream>of(new ByteArrayInputStream(INPUT), new ByteArrayInputStream(OTHER));
    var response = openai.images().edit(ImageEditParams.builder().model(GPT).prompt("mix").n(2)
        .imageOfInputStreams(pictures).mask(INPUT).build()).validate();
    assertEquals(2, response.data().orElseThrow().size());
    assertEquals(3 * 640, response.usage().orElseThrow().inputTokensDetails().imageTokens());
  }

  @Test
  void createVariationMakesAnotherOfAPicture() {
    only(openai.images().createVariation(ImageCreateVariationParams.builder().model(SAMPLE).image(INPUT)
        .responseFormat(ImageCreateVariationParams.ResponseFormat.B64_JSON).build()));
  }

  @Test
  void generateStreamsPreviewsThenThePicture() {
    var wish = picture(SAMPLE, "[[slow=0.9]] a lake").partialImages(2).build();
    var events = all(openai.images().generateStreaming(wish));
    events.forEach(e -> e.validate());
    assertEquals(3, events.size());
    assertEquals(0, events.get(0).asGenerationPartialImage().partialImageIndex());
    assertEquals(1, events.get(1).asGenerationPartialImage().partialImageIndex());
    var last = events.getLast().asGenerationCompleted();
    decoded(last.b64Json());
    assertEquals(last.usage().totalTokens(), last.usage().inputTokens() + last.usage().outputTokens());
    last.createdAt();
    last.quality();
    last.background();
  }

  @Test
  void editStreamsThePictureLast() {
    var events = all(openai.images().editStreaming(edit("[[slow=0.8]] a lake").image(INPUT).partialImages(1).build()));
    events.forEach(e -> e.validate());
    assertEquals(2, events.size());
    decoded(events.getFirst().asPartialImage().b64Json());
    decoded(events.getLast().asCompleted().b64Json());
  }

  // ---- chat ---------------------------------------------------------------------------------------------------------

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder().model(SAMPLE)
        .putAdditionalBodyProperty("size", JsonValue.from("128x128"));
  }

  @Test
  void aChatWithAPictureAnswersAPicture() {
    var link = "data:image/png;base64," + Base64.getEncoder().encodeToString(INPUT);
    var url = ChatCompletionContentPartImage.ImageUrl.builder().url(link).build();
    var image = ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder().imageUrl(url).build());
    var text = ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text("with a hat").build());
    var wish = chat().addUserMessageOfArrayOfContentParts(List.of(text, image)).build();
    var reply = openai.chat().completions().create(wish).validate();
    var message = reply.choices().getFirst().message();
    assertTrue(message.content().orElseThrow().matches("!\\[.*]\\(http://.*/media/.*\\.png\\)"), message.toString());
    assertTrue(message._additionalProperties().containsKey("images"));
    assertTrue(reply.usage().isPresent());
  }

  @Test
  void aStreamedChatTellsItsProgressThenThePicture() {
    var chunks = all(openai.chat().completions().createStreaming(chat().addUserMessage("[[slow=0.4]] a boat")
        .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build()).build()));
    chunks.forEach(c -> c.validate());
    assertTrue(chunks.getLast().usage().isPresent() && chunks.getLast().choices().isEmpty(), chunks.toString());
    var deltas = chunks.stream().flatMap(c -> c.choices().stream()).map(c -> c.delta()).toList();
    var more = deltas.stream().flatMap(d -> d._additionalProperties().keySet().stream()).toList();
    assertTrue(more.containsAll(List.of("reasoning_content", "images")), chunks.toString());
    var content = deltas.stream().map(d -> d.content()).flatMap(Optional::stream).collect(Collectors.joining());
    assertTrue(content.matches("!\\[.*]\\(http://.*/media/.*\\.png\\)"), content);
  }

  // ---- errors -------------------------------------------------------------------------------------------------------

  static <E extends OpenAIServiceException> E fails(Class<E> type, String code, Executable action) {
    var problem = assertThrows(type, action);
    assertEquals(Optional.of(code), problem.code(), problem.toString());
    assertFalse(problem.type().orElseThrow().isEmpty());
    return problem;
  }

  @Test
  void errorsAreTheClassesOfTheSdk() {
    var images = openai.images();
    var stranger = openai.withOptions(o -> o.apiKey("sk-nobody-knows-this-key"));
    fails(UnauthorizedException.class, "invalid_api_key", () -> stranger.models().list());
    fails(NotFoundException.class, "model_not_found", () -> images.generate(picture("nope", "a boat").build()));
    var wrong = fails(BadRequestException.class, "invalid_value",
        () -> images.generate(picture(SAMPLE, "a boat").n(11).build()));
    assertEquals(Optional.of("n"), wrong.param());
    fails(BadRequestException.class, "moderation_blocked",
        () -> images.generate(picture(SAMPLE, "[[refuse]] a boat").build()));
    var key = Map.of("Idempotency-Key", List.of("java-key"));
    images.generate(picture(SAMPLE, "a boat").putAllAdditionalHeaders(key).build());
    fails(UnprocessableEntityException.class, "idempotency_key_reused",
        () -> images.generate(picture(SAMPLE, "two boats").putAllAdditionalHeaders(key).build()));
  }

  @Test
  void aRefusalInAStreamIsAnErrorOfTheStream() {
    fails(SseException.class, "moderation_blocked",
        () -> all(openai.images().generateStreaming(picture(SAMPLE, "[[refuse]] a boat").build())));
    fails(SseException.class, "moderation_blocked",
        () -> all(openai.chat().completions().createStreaming(chat().addUserMessage("[[refuse]] a boat").build())));
  }
}
