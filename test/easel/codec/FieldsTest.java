package easel.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonObject;
import easel.codec.FieldException.Complaint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private enum Shade { LIGHT, VERY_DARK }

  private static Fields fields(String json) {
    return Fields.of(JsonText.object(json));
  }

  private static FieldException complaint(String json, Consumer<Fields> read) {
    return assertThrows(FieldException.class, () -> read.accept(fields(json)));
  }

  private static String words(String json, Consumer<Fields> read) {
    return complaint(json, read).getMessage();
  }

  @Test
  void complaintsReadAsTheStandardSays() {
    assertEquals("n must be between 1 and 10", words("{\"n\":11}", f -> f.integer("n", 1, 1, 10)));
    assertEquals("n must be a whole number", words("{\"n\":1.5}", f -> f.integer("n", 1, 1, 10)));
    assertEquals("prompt is required", words("{}", f -> f.text("prompt")));
    assertEquals("prompt appears twice", words("{\"prompt\":\"a\",\"prompt\":\"b\"}", f -> { }));
    assertEquals("body is not JSON, line 1 column 11", words("{\"prompt\":}", f -> { }));
    assertEquals("images[1].strength must be between 0 and 100",
        words("{\"images\":[{\"strength\":1},{\"strength\":101}]}",
            f -> f.list("images", i -> i.integer("strength", 0, 0, 100))));
    assertEquals("promt is not a known field", words("{\"promt\":\"a\"}", Fields::strict));
  }

  @Test
  void aListMayHoldTextsAndObjects() {
    var read = fields("{\"who\":[\"a\",{\"name\":\"b\"}]}").mixed("who", t -> t, f -> f.text("name"));
    assertEquals(List.of("a", "b"), read);
    assertEquals("who[1] must be text or a table", words("{\"who\":[\"a\",7]}", f -> f.mixed("who", t -> t, o -> "")));
    assertEquals("who[0].name must be text", words("{\"who\":[{\"name\":7}]}", f -> f.mixed("who", t -> t, o -> o.text("name"))));
  }

  @Test
  void unknownFieldNamesTheOneThatWasProbablyMeant() {
    assertEquals("promt is not a known field, did you mean prompt?", words("{\"promt\":\"a\"}", f -> {
      f.optText("prompt");
      f.strict();
    }));
    assertEquals("images[0].hight is not a known field, did you mean height?",
        words("{\"images\":[{\"height\":1,\"hight\":2}]}", f -> f.list("images", i -> {
          i.integer("height", 0, 0, 9);
          i.strict();
          return i;
        })));
  }

  @Test
  void eachComplaintTellsItsKind() {
    assertEquals(Complaint.VALUE, complaint("{\"n\":11}", f -> f.integer("n", 1, 1, 10)).complaint());
    assertEquals(Complaint.TYPE, complaint("{\"n\":\"1\"}", f -> f.integer("n", 1, 1, 10)).complaint());
    assertEquals(Complaint.MISSING, complaint("{}", f -> f.text("prompt")).complaint());
    assertEquals(Complaint.UNKNOWN, complaint("{\"x\":1}", Fields::strict).complaint());
    assertEquals(Complaint.SYNTAX, complaint("{", f -> { }).complaint());
  }

  @Test
  void nullCountsAsAbsent() {
    var f = fields("{\"a\":null}");
    assertFalse(f.has("a"));
    assertEquals(Optional.empty(), f.optText("a"));
    assertEquals(3, f.integer("a", 3, 1, 5));
    assertTrue(f.flag("a", true));
    assertEquals(List.of(), f.list("a", x -> x));
    assertEquals(new JsonObject(), f.rawObject("a"));
    assertEquals("a is required", words("{\"a\":null}", g -> g.text("a")));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1.0, 1", "1e1, 10", "10.00e0, 10", "0.5e1, 5"})
  void wholeNumbersMayBeSpelledAsFloats(String spelled, int value) {
    assertEquals(OptionalInt.of(value), fields("{\"n\":" + spelled + "}").optInteger("n", 0, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1e-1", "1e999", "\"1\"", "true", "[]", "{}"})
  void whatIsNotAWholeNumberIsSaidToBe(String value) {
    assertEquals("n must be a whole number", words("{\"n\":" + value + "}", f -> f.integer("n", 0, 0, 10)));
  }

  @Test
  void limitsOfWholeNumbersAreExact() {
    assertEquals(Optional.of(Long.MAX_VALUE), fields("{\"n\":9223372036854775807}").optWhole("n", 0, Long.MAX_VALUE));
    assertEquals(Optional.of(9007199254740993L), fields("{\"n\":9007199254740993}").optWhole("n", 0, Long.MAX_VALUE));
    assertEquals("n must be at least 1", words("{\"n\":0}", f -> f.integer("n", 1, 1, Integer.MAX_VALUE)));
    assertEquals("n must be between 1 and 2147483647",
        words("{\"n\":3000000000}", f -> f.integer("n", 1, 1, Integer.MAX_VALUE)));
  }

  @Test
  void eachMethodNamesWhatItExpects() {
    assertEquals("a must be text", words("{\"a\":1}", f -> f.text("a")));
    assertEquals("a must be text", words("{\"a\":[]}", f -> f.optScalar("a")));
    assertEquals("a must be a number", words("{\"a\":\"1\"}", f -> f.optNumber("a")));
    assertEquals("a must be true or false", words("{\"a\":\"true\"}", f -> f.flag("a", false)));
    assertEquals("a must be a list", words("{\"a\":{}}", f -> f.list("a", x -> x)));
    assertEquals("a must be an object", words("{\"a\":[]}", f -> f.optObject("a")));
    assertEquals("a[1] must be an object", words("{\"a\":[{},1]}", f -> f.list("a", x -> x)));
    assertEquals("a[1] must be text", words("{\"a\":[\"x\",null]}", f -> f.texts("a")));
    assertEquals("a must be one of light, very_dark", words("{\"a\":\"dark\"}", f ->
        f.choice("a", Shade.class, Shade.LIGHT)));
    assertEquals("a must be one of x, y", words("{\"a\":\"z\"}", f -> f.optChoice("a", List.of("x", "y"))));
    assertEquals("a must be seconds, or like 500ms, 30s, 5m, 2h, 7d",
        words("{\"a\":\"soon\"}", f -> f.duration("a", Duration.ZERO)));
    assertEquals("a must be bytes, or like 64KB, 20MB, 2GB", words("{\"a\":-1}", f -> f.bytes("a", 0)));
  }

  @Test
  void goodValuesAreRead() {
    var f =
        fields("{\"t\":\"x\",\"i\":3,\"d\":2.5,\"b\":true,\"c\":\"very_dark\",\"w\":\"5m\",\"s\":1.5,\"z\":\"20MB\",\"k\":64}");
    assertEquals("x", f.text("t"));
    assertEquals("fallback", f.text("no", "fallback"));
    assertEquals(Optional.of(2.5), f.optNumber("d"));
    assertEquals(Optional.of("3"), f.optScalar("i"));
    assertEquals(Optional.of("true"), f.optScalar("b"));
    assertEquals(Shade.VERY_DARK, f.choice("c", Shade.class, Shade.LIGHT));
    assertEquals(Duration.ofMinutes(5), f.duration("w", Duration.ZERO));
    assertEquals(Duration.ofMillis(1500), f.duration("s", Duration.ZERO));
    assertEquals(20 << 20, f.bytes("z", 0));
    assertEquals(64, f.bytes("k", 0));
    assertEquals(Set.of("t", "i", "d", "b", "c", "w", "s", "z", "k"), f.names());
  }

  @Test
  void pathsReachIntoObjects() {
    assertEquals("outer.inner.n must be a whole number",
        words("{\"outer\":{\"inner\":{\"n\":\"x\"}}}", f -> f.object("outer").object("inner").integer("n", 0, 0, 1)));
    assertEquals("a.b is required", words("{}", f -> f.object("a").text("b")));
  }

  @Test
  void oneTextOrManyAreRead() {
    assertEquals(List.of("x"), fields("{\"a\":\"x\"}").oneOrMoreTexts("a"));
    assertEquals(List.of("x", "y"), fields("{\"a\":[\"x\",\"y\"]}").oneOrMoreTexts("a"));
    assertEquals(List.of(), fields("{}").oneOrMoreTexts("a"));
  }

  @Test
  void configurationTellsEveryComplaintOnceAndGoesOnWithTheFallback() {
    var said = new ArrayList<String>();
    var f = Fields.gathering(JsonText.object("{\"n\":99,\"t\":5,\"list\":[1,{}],\"zzz\":1}"), e ->
        said.add(e.getMessage()));
    assertEquals(1, f.integer("n", 1, 1, 10));
    assertEquals("", f.text("t"));
    assertEquals("", f.text("u"));
    assertEquals(1, f.list("list", x -> x).size());
    f.complain("n", "is odd");
    f.strict();
    assertEquals(List.of("n must be between 1 and 10", "t must be text", "u is required", "list[0] must be an object",
        "n is odd", "zzz is not a known field"), said);
  }

  @Test
  void rawObjectsArePassedOnUnread() {
    var f = fields("{\"extras\":{\"a\":[1,{\"b\":null}]}}");
    assertEquals("{\"a\":[1,{\"b\":null}]}", f.rawObject("extras").toString());
    f.strict();
  }
}
