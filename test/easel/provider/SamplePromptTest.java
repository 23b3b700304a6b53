package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import easel.core.Failure;
import easel.core.GatewayException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplePromptTest {
  @Test
  void markersAreTakenOutOfTheText() {
    assertEquals(new SamplePrompt("a red  cat",
        Map.of(SampleMarker.SLOW, Duration.ofSeconds(5), SampleMarker.FAIL, Duration.ZERO)),
        SamplePrompt.of("[[slow=5]] a red [[fail]] cat"));
  }

  @Test
  void timesMayHaveFractionsAndAUsualLength() {
    assertEquals(Duration.ofMillis(250), SamplePrompt.of("[[slow=0.25]]").time(SampleMarker.SLOW).orElseThrow());
    assertEquals(Duration.ofSeconds(3), SamplePrompt.of("[[limit]]").time(SampleMarker.LIMIT).orElseThrow());
    assertEquals(Duration.ZERO, SamplePrompt.of("[[slow=0]]").time(SampleMarker.SLOW).orElseThrow());
  }

  @Test
  void whatIsNoMarkerStaysText() {
    for (var text : new String[] {"[[blue]] cat", "[[slow=soon]] cat", "[[fail=3]]", "[slow=5]", "[[SLOW=5]]",
        "[[slow=-1]]", "[[", "a$1\\b [[x]]"}) {
      assertEquals(new SamplePrompt(text, Map.of()), SamplePrompt.of(text));
    }
  }

  @Test
  void timeThatIsTooLongIsTheCallersMistake() {
    var e = assertThrows(GatewayException.class, () -> SamplePrompt.of("[[slow=600.001]] cat"));
    assertEquals(new Failure.Invalid("prompt", "prompt asks for [[slow=600.001]], the most is 600"), e.failure());
    assertEquals(Duration.ofSeconds(600), SamplePrompt.of("[[slow=600]]").time(SampleMarker.SLOW).orElseThrow());
  }
}
