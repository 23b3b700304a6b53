package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.eclipsesource.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      a boat                                            | a boat
      data: see the metadata:x                          | data: see the metadata:x
      ![x](data:image/png;base64,AAAA/+=) and more      | ![x]((file left out)) and more
      DATA:video/mp4;codecs=avc1;base64,AAAA            | (file left out)
      a dAtA:image/png;base64,AAAA b                    | a (file left out) b
      data:a/data:b/c,d data:e/(data:f/g,h,i)           | (file left out) data:e/((file left out))
      'like data:image/svg+xml,%3Csvg%3E, and so on'    | like (file left out) and so on
      """)
  void filesInsideAreLeftOut(String text, String shown) {
    assertEquals(shown, Shown.text(text));
  }

  @Test
  void whatMayBeASecretIsNotShown() {
    var json = Json.parse("""
        {"apiKey":"k","nested":[{"x_token":"t","max_tokens":7,"style":"raw"}],"webhook":"http://u:p@h/x?sig=1#y","plain":"https://h/a"}""");
    assertEquals(Json.parse("""
        {"apiKey":"***","nested":[{"x_token":"***","max_tokens":7,"style":"raw"}],"webhook":"http://h/x?***","plain":"https://h/a"}"""),
        Shown.parameters(json.asObject()));
  }

  @Test
  void charactersAreNotCutInHalves() {
    assertEquals("a\uD83C\uDFA8", Shown.text("a\uD83C\uDFA8b", 2));
    assertEquals("a\uD83C\uDFA8b", Shown.text("a\uD83C\uDFA8b", 3));
  }

  /** Looked at once from each place where one begins, a tenth of it would take minutes. */
  @Test
  void textThatOnlyBeginsLikeAFileCostsLittle() {
    var text = "data:a/".repeat(500_000);
    assertTimeout(Duration.ofSeconds(20), () -> assertEquals(text, Shown.text(text)));
  }
}
