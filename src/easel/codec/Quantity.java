package easel.codec;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Durations and sizes as people write them in a configuration. */
final class Quantity {
  private static final Map<String, Double> SECONDS =
      Map.of("", 1d, "ms", 0.001, "s", 1d, "m", 60d, "h", 3600d, "d", 86400d);
  private static final Map<String, Double> BYTES =
      Map.of("", 1d, "b", 1d, "kb", 1024d, "mb", 1048576d, "gb", 1073741824d, "tb", 1099511627776d);

  private Quantity() {}

  static Optional<Duration> duration(String text) {
    return read(text, SECONDS).flatMap(Quantity::seconds);
  }

  static Optional<Duration> seconds(double seconds) {
    boolean sane = seconds >= 0 && seconds <= 3_155_760_000d;
    return sane ? Optional.of(Duration.ofMillis(Math.round(seconds * 1000))) : Optional.empty();
  }

  static Optional<Long> bytes(String text) {
    return read(text, BYTES).filter(b -> b >= 0 && b < 9e15).map(b -> (long) (double) b);
  }

  private static Optional<Double> read(String text, Map<String, Double> units) {
    var clean = text.strip().toLowerCase(Locale.ROOT);
    int digits = 0;
    while (digits < clean.length() && (Character.isDigit(clean.charAt(digits)) || clean.charAt(digits) == '.')) {
      digits++;
    }
    var unit = units.get(clean.substring(digits).strip());
    if (unit == null || digits == 0) return Optional.empty();
    try {
      return Optional.of(Double.parseDouble(clean.substring(0, digits)) * unit);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
