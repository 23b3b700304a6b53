package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderValueTest {
  private static Map<String, String> params(String text) {
    return HeaderValue.of(text).params();
  }

  @Test
  void readsValueAndParameters() {
    var value = HeaderValue.of("Form-Data; Name=\"image[]\"; filename=\"a b;c=d.png\" ; x=y");
    assertEquals("form-data", value.value());
    assertEquals(Map.of("name", "image[]", "filename", "a b;c=d.png", "x", "y"), value.params());
  }

  @Test
  void quotesAndBackslashes() {
    assertEquals(Map.of("a", "say \"hi\" \\ C:\\dir\\x"), params("v;a=\"say \\\"hi\\\" \\\\ C:\\dir\\x\""));
    assertEquals(Map.of("a", "open"), params("v; a=\"open"));
    assertEquals(Map.of("a", "open\\"), params("v; a=\"open\\"));
    assertEquals(Map.of("a", "", "b", ""), params("v; a=\"\"; b="));
  }

  @Test
  void oddInputIsReadAsFarAsItGoes() {
    assertEquals(Map.of(), params(""));
    assertEquals(Map.of(), params("v;"));
    assertEquals(Map.of(), params("v; a"));
    assertEquals(Map.of("b", "c"), params("v; a; b=c"));
    assertEquals(Map.of("a", "1"), params("v; a=1; A=2"));
    assertEquals(Map.of("a", "b=c"), params("v;a=b=c"));
  }
}
