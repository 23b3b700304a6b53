package easel.provider;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Function;

/**
 * How long a provider asks to be left alone: {@code retry-after-ms}, {@code retry-after} in seconds or as a date (RFC
 * 9110, 10.2.3).
 */
final class RetryAfter {
  private static final Duration DEFAULT = Duration.ofSeconds(5);
  private static final Duration MAX = Duration.ofHours(1);

  private RetryAfter() {}

  /** A few seconds where nothing is said, and never more than an hour. */
  static Duration of(Function<String, Optional<String>> header, Instant now) {
    return bounded(stated(header, now).orElse(DEFAULT));
  }

  static Optional<Duration> stated(Function<String, Optional<String>> header, Instant now) {
    return header.apply("retry-after-ms").flatMap(v -> number(v, 1))
        .or(() -> header.apply("retry-after").flatMap(v -> number(v, 1000).or(() -> until(v, now)))).map(RetryAfter::bounded);
  }

  static Duration bounded(Duration delay) {
    return delay.isNegative() ? Duration.ZERO : delay.compareTo(MAX) > 0 ? MAX : delay;
  }

  private static Optional<Duration> number(String text, int millis) {
    try {
      double value = Double.parseDouble(text);
      return Double.isNaN(value) ? Optional.empty()
          : Optional.of(Duration.ofMillis((long) Math.min(MAX.toMillis(), value * millis)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> until(String date, Instant now) {
    try {
      var moment = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(now, moment));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
