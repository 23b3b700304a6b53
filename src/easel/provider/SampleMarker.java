package easel.provider;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a prompt can tell the sample provider to do, so that people can try what happens then: {@code [[slow=5]] a red
 * cat}. Times are in seconds, fractions too.
 */
public enum SampleMarker {
  SLOW(10, 600, "takes this long, with progress on the way"),
  ASYNC(2, 600, "answers a picture with a handle first and is ready after this long; videos always do"),
  LIMIT(3, 600, "refuses with a rate limit that ends after this long"),
  HANG(600, 600, "takes the work and says nothing until the call times out after this long"),
  DROP("takes the work and breaks off, so that nobody knows what became of it"),
  REFUSE("refuses the prompt as its policy would"),
  FAIL("does the work and reports that it failed"),
  JUNK("delivers a file that is neither picture nor video");

  private final boolean timed;
  private final Duration usual;
  private final Duration most;
  private final String description;

  SampleMarker(int usual, int most, String description) {
    this(true, usual, most, description);
  }

  SampleMarker(String description) {
    this(false, 0, 0, description);
  }

  SampleMarker(boolean timed, int usual, int most, String description) {
    this.timed = timed;
    this.usual = Duration.ofSeconds(usual);
    this.most = Duration.ofSeconds(most);
    this.description = description;
  }

  /** Whether it takes a time, as in {@code [[slow=5]]}. */
  public boolean timed() {
    return timed;
  }

  /** The time meant where none is given. */
  public Duration usual() {
    return usual;
  }

  /** The longest time it takes. */
  public Duration most() {
    return most;
  }

  /** What the provider does on seeing it, for people: "The sample provider ..." */
  public String description() {
    return description;
  }

  /** As it is written between the brackets. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<SampleMarker> of(String word) {
    return Arrays.stream(values()).filter(m -> m.word().equals(word)).findFirst();
  }
}
