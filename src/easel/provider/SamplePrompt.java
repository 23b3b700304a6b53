package easel.provider;

import easel.core.Failure;
import easel.core.GatewayException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A prompt taken apart into what is to be drawn and the markers in it. What only looks like a marker stays text. */
record SamplePrompt(String text, Map<SampleMarker, Duration> markers) {
  private static final Pattern MARKER = Pattern.compile("\\[\\[([a-z]{1,10})(?:=([0-9]{1,6}(?:\\.[0-9]{1,3})?))?]]");

  SamplePrompt {
    markers = Map.copyOf(markers);
  }

  /** @throws GatewayException {@link Failure.Invalid} for a time that is too long */
  static SamplePrompt of(String prompt) {
    var markers = new EnumMap<SampleMarker, Duration>(SampleMarker.class);
    var text = MARKER.matcher(prompt).replaceAll(found -> {
      var marker = SampleMarker.of(found.group(1)).filter(m -> found.group(2) == null || m.timed());
      if (marker.isEmpty()) return Matcher.quoteReplacement(found.group());
      markers.put(marker.get(), time(marker.get(), found.group(2)));
      return "";
    });
    return new SamplePrompt(text.strip(), markers);
  }

  private static Duration time(SampleMarker marker, String seconds) {
    if (seconds == null) return marker.usual();
    var time = Duration.ofMillis(new BigDecimal(seconds).movePointRight(3).longValue());
    if (time.compareTo(marker.most()) <= 0) return time;
    throw new GatewayException(new Failure.Invalid("prompt",
        "prompt asks for [[" + marker.word() + "=" + seconds + "]], the most is " + marker.most().toSeconds()));
  }

  boolean has(SampleMarker marker) {
    return markers.containsKey(marker);
  }

  Optional<Duration> time(SampleMarker marker) {
    return Optional.ofNullable(markers.get(marker));
  }
}
