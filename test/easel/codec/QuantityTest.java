package easel.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({"500ms, 500", "30s, 30000", "30, 30000", "5m, 300000", "2h, 7200000", "7d, 604800000", "1.5 S, 1500",
      "0s, 0", "' 2H ', 7200000"})
  void durationsHaveUnits(String text, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), Quantity.duration(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1024, 1024", "64KB, 65536", "20 mb, 20971520", "2GB, 2147483648", "1.5kb, 1536", "7b, 7",
      "1TB, 1099511627776"})
  void sizesHaveUnits(String text, long bytes) {
    assertEquals(Optional.of(bytes), Quantity.bytes(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1x", "1..5s", ".", "1s2", "1 000s", "1e3s", "NaN", "٣s",
      "99999999999999999999d"})
  void whatIsNoDurationIsNotGuessed(String text) {
    assertEquals(Optional.empty(), Quantity.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "kb", "-1", "1e3", "12 bananas", "true", "{}", "9999999TB"})
  void whatIsNoSizeIsNotGuessed(String text) {
    assertEquals(Optional.empty(), Quantity.bytes(text));
  }

  @Test
  void secondsBelowZeroAndBeyondACenturyAreNone() {
    assertEquals(Optional.of(Duration.ofMillis(250)), Quantity.seconds(0.25));
    assertEquals(Optional.empty(), Quantity.seconds(-0.1));
    assertEquals(Optional.empty(), Quantity.seconds(1e12));
    assertEquals(Optional.empty(), Quantity.seconds(Double.NaN));
  }
}
