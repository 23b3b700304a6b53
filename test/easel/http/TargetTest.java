package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "/|", "/v1|v1", "/v1/models|v1,models", "/v1/models/|v1,models,", "/a//b|a,,b",
      "/v1/models/black-forest%2Fflux|v1,models,black-forest/flux", "/%76%31|v1", "/a+b|a+b", "/a%20b|a b",
      "/m:predict|m:predict", "/%E4%BD%A0|你", "/a%2Fb%2fc/d|a/b/c,d", "/..a/b..|..a,b..", "/...|...", "/a;b=1|a;b=1"})
  void segmentsAreDecodedOneByOne(String target, String segments) {
    var expected = segments == null ? List.of("") : List.of(segments.split(",", -1));
    assertEquals(expected, Target.of(target).segments());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "", "v1", "http://evil/v1", "//evil/v1", "*", "/a/../b", "/..", "/.", "/a/./b", "/%2e%2e/b", "/%2E./b",
      "/a/..%2Fb", "/a%2F..%2Fb", "/a/..%5Cb", "/%", "/%2", "/%zz", "/%+1", "/%00", "/a%0Ab", "/a%7F", "/%FF",
      "/%C0%AF", "/%ED%A0%80", "/a#b", "/a b", "/é", "/a?x=%", "/a?x=%FF", "/a?%zz"})
  void refusesWhatCouldMeanTwoThings(String target) {
    assertEquals(400, assertThrows(HttpException.class, () -> Target.of(target)).status());
  }

  @Test
  void queryIsDecodedAndKeepsRepeatsInOrder() {
    var target = Target.of("/x?b=1&a=%26+%2B&b=2&empty=&bare&&=v");
    assertEquals(Map.of("b", List.of("1", "2"), "a", List.of("& +"), "empty", List.of(""), "bare", List.of(""),
        "", List.of("v")), target.query());
    assertEquals("/x", target.path());
  }

  @Test
  void aQuestionMarkInTheQueryIsData() {
    assertEquals(Map.of("u", List.of("http://x/?y=z")), Target.of("/x?u=http://x/?y=z").query());
  }
}
