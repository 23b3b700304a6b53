package easel.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearTest {
  private static final List<String> MODELS = List.of("gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini",
      "sample-image");

  @ParameterizedTest
  @CsvSource({"kitten, sitting, 3", "'', abc, 3", "abc, '', 3", "abc, abc, 0", "abc, acb, 2", "prompt, promt, 1"})
  void distanceCountsEdits(String a, String b, int edits) {
    assertEquals(edits, Near.distance(a, b));
    assertEquals(edits, Near.distance(b, a));
  }

  @Test
  void nearestIsFirst() {
    assertEquals(List.of("gpt-image-2", "gpt-image-1.5"), Near.most("gpt-image-1", MODELS, 2));
    assertEquals(Optional.of("gpt-image-2"), Near.to("gpt-imge-2", MODELS));
  }

  @Test
  void nothingFarAwayIsOffered() {
    assertEquals(Optional.empty(), Near.to("veo", MODELS));
    assertEquals(Optional.empty(), Near.to("", MODELS));
    assertEquals(Optional.of("n"), Near.to("m", List.of("n", "size")));
  }

  /** A caller chooses the name, so it may be a megabyte. */
  @Test
  void longNameIsCheap() {
    var many = IntStream.range(0, 2000).mapToObj(i -> "model-number-" + i).toList();
    var found = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Near.to("m".repeat(1 << 20), many));
    assertEquals(Optional.empty(), found);
  }
}
