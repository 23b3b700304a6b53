package easel.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
  private static String complaint(String text) {
    return assertThrows(FieldException.class, () -> JsonText.object(text)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "`{\"prompt\":}`| body is not JSON, line 1 column 11",
      "`{\"n\": 1, }`| body is not JSON, line 1 column 10",
      "``| body is not JSON, line 1 column 1",
      "`{\"n\":01}`| body is not JSON, line 1 column 7",
      "`{} x`| body is not JSON, line 1 column 4",
      "`[1]`| body must be a JSON object",
      "`\"x\"`| body must be a JSON object",
  })
  void whatIsNotAnObjectIsSaidToBe(String text, String words) {
    assertEquals(words, complaint(text));
  }

  @Test
  void complaintNamesTheLine() {
    assertEquals("body is not JSON, line 3 column 1", complaint("{\n\"prompt\": \"x\"\n\"n\": 1}"));
  }

  @Test
  void nameMayAppearOnceInEachObject() {
    assertEquals("prompt appears twice", complaint("{\"prompt\":1,\"prompt\":1}"));
    assertEquals("a[1].b.c appears twice", complaint("{\"a\":[0,{\"b\":{\"c\":1,\"c\":2}}]}"));
    assertEquals("{\"a\":{\"a\":1}}", JsonText.object("{\"a\":{\"a\":1}}").toString());
  }

  @Test
  void nestingHasALimit() {
    var deepest = "{\"a\":".repeat(JsonText.DEPTH_MAX) + "1" + "}".repeat(JsonText.DEPTH_MAX);
    assertEquals(deepest, JsonText.object(deepest).toString());
    for (int depth : List.of(JsonText.DEPTH_MAX + 1, 999, 1001, 100_000)) {
      assertEquals("body is nested deeper than 64 levels", complaint("{\"a\":".repeat(depth) + "1"
          + "}".repeat(depth)));
    }
  }

  @Test
  void badUtf8IsNeverGuessed() {
    var bytes = "{\"a\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    bytes[6] = (byte) 0xc3;
    assertEquals("body is not UTF-8", assertThrows(FieldException.class, () -> JsonText.object(bytes)).getMessage());
  }

  @Test
  void bytesAreReadBack() {
    var object = new JsonObject().add("text", "käse \u2028 \"quoted\" \u0000 \\ \ud83d\ude00").add("n", 1.5)
        .add("no", Json.NULL);
    assertEquals(object, JsonText.object(JsonText.bytes(object)));
  }

  @Test
  void canonicalFormDoesNotDependOnTheOrderOfNames() {
    var one = JsonText.canonical(Json.parse("{\"b\":[{\"y\":1,\"x\":2}],\"a\":\"\\u0041\"}"));
    assertEquals("{\"a\":\"A\",\"b\":[{\"x\":2,\"y\":1}]}", one);
    assertEquals(one, JsonText.canonical(Json.parse("{ \"a\" : \"A\", \"b\" : [ { \"x\":2, \"y\":1 } ] }")));
    assertNotEquals(one, JsonText.canonical(Json.parse("{\"a\":\"A\",\"b\":[{\"x\":2,\"y\":1},1]}")));
  }

  @Test
  void listsAreReadAndMade() {
    assertEquals(JsonText.strings(List.of("a", "b")), JsonText.array("[\"a\",\"b\"]"));
    assertEquals("body must be a JSON list", assertThrows(FieldException.class, () -> JsonText.array("{}"))
        .getMessage());
    assertArrayEquals("[]".getBytes(StandardCharsets.UTF_8), JsonText.bytes(JsonText.strings(List.of())));
  }
}
