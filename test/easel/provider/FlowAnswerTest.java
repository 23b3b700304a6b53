package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.codec.Fields;
import easel.codec.JsonText;
import easel.core.Failure;
import easel.core.Secret;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowAnswerTest {
  private static final FlowFailures FAILURES = new FlowFailures("flow", new Secret("st-secret"));

  private static Fields fields(String json) {
    return Fields.gathering(JsonText.object(json), e -> { });
  }

  @Test
  void picturesWithoutALinkDidNotCome() {
    var body = fields("""
        {"media":[{"name":"m-1","image":{"generatedImage":{"fifeUrl":"https://x/1"}}},{"name":"m-2","image":{}},
         {"name":"m-3","image":{"generatedImage":{"fifeUrl":7}}},{"image":{"generatedImage":{"fifeUrl":"https://x/4"}}}]}""");
    assertEquals(List.of(new FlowAnswer.Picture("m-1", "https://x/1"), new FlowAnswer.Picture("", "https://x/4")), FlowAnswer.pictures(body));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"media\":[{\"name\":\"v-1\"}]}", "{\"media\":[{\"video\":{\"operation\":{\"name\":\"v-1\"}}}]}",
      "{\"operations\":[{\"operation\":{\"name\":\"v-1\"},\"sceneId\":\"s\"}]}",
      "{\"operations\":[{\"operation\":{\"name\":\"old\"}}],\"media\":[{\"name\":\"v-1\"}]}", "{\"media\":null,\"operations\":[{\"operation\":{\"name\":\"v-1\"}}]}"})
  void aVideoTakenHasItsNameInAnyOfTheForms(String body) {
    assertEquals(Optional.of("v-1"), FlowAnswer.taken(fields(body)));
  }

  @Test
  void whatIsNeitherIsNoVideo() {
    assertEquals(Optional.empty(), FlowAnswer.taken(fields("{\"media\":[],\"operations\":\"none\",\"remainingCredits\":900}")));
    assertEquals(Optional.of(new BigDecimal(900)), FlowAnswer.left(fields("{\"remainingCredits\":900}")));
  }

  private static FlowAnswer.Standing standing(String status) {
    return FlowAnswer.standing(fields("{\"mediaMetadata\":{\"mediaStatus\":" + status + "}}"), FAILURES);
  }

  @Test
  void wordsNobodyKnowsMeanThatItIsBeingMade() {
    assertEquals(new FlowAnswer.Working(true), standing("{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_PENDING\"}"));
    assertEquals(new FlowAnswer.Working(false), standing("{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_ACTIVE\"}"));
    assertEquals(new FlowAnswer.Working(false), standing("{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_POLISHING\"}"));
    assertEquals(new FlowAnswer.Working(false), standing("{}"));
    assertEquals(new FlowAnswer.Ready(), standing("{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_SUCCESSFUL\"}"));
    assertEquals(new FlowAnswer.Ready(), FlowAnswer.standing(fields("{\"mediaStatus\":{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_SUCCESSFUL\"}}"), FAILURES));
    assertEquals(new FlowAnswer.Ready(), FlowAnswer.standing(fields("{\"status\":\"MEDIA_GENERATION_STATUS_SUCCESSFUL\"}"), FAILURES));
  }

  @Test
  void failuresAreRefusalsOrWorkThatIsNotKnownToBeFree() {
    var error = "{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_FAILED\",\"error\":{\"code\":%d,\"message\":\"%s\"}}";
    assertEquals(new FlowAnswer.Failed(new Failure.Refused("flow refused the content: PUBLIC_ERROR_UNSAFE_GENERATION")),
        standing(error.formatted(13, "PUBLIC_ERROR_UNSAFE_GENERATION")));
    assertEquals(new FlowAnswer.Failed(new Failure.Refused("flow gave up: no")), standing(error.formatted(3, "no")));
    assertEquals(new FlowAnswer.Failed(new Failure.WorkFailed("flow gave up: Internal error encountered.")),
        standing(error.formatted(13, "Internal error encountered.")));
    assertEquals(new FlowAnswer.Failed(new Failure.WorkFailed("flow gave up: no reason given, no code")),
        standing("{\"mediaGenerationStatus\":\"MEDIA_GENERATION_STATUS_ERROR_UNKNOWN\"}"));
  }

  @Test
  void eachVideoOfAPollIsFoundByAnyOfItsNames() {
    var body = fields("{\"media\":[{\"name\":\"a\",\"status\":\"1\"},{\"name\":\"x\",\"video\":{\"operation\":{\"name\":\"b\"}},\"status\":\"2\"}],"
        + "\"operations\":[{\"operation\":{\"name\":\"c\"},\"status\":\"3\"}]}");
    assertEquals(List.of("1", "2", "3"), List.of("a", "b", "c").stream().map(n -> FlowAnswer.item(body, n).orElseThrow().text("status")).toList());
    assertEquals(Optional.empty(), FlowAnswer.item(body, "d"));
  }
}
