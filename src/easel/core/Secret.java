package easel.core;

/** A value that must never be printed. Only the code that sends it to its owner calls {@link #reveal()}. */
public record Secret(String value) {
  /** Shorter ones are no real secrets, but can be a part of any word. */
  private static final int HIDDEN_MIN = 8;

  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  /** Somebody else's words without this value in them. */
  public String hide(String words) {
    return value.length() < HIDDEN_MIN ? words : words.replace(value, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}
