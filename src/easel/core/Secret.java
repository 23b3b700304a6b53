package easel.core;

/** A value that must never be printed. Only the code that sends it to its owner calls {@link #reveal()}. */
public record Secret(String value) {
  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  /** Somebody else's words without this value in them. */
  public String hide(String words) {
    return isEmpty() ? words : words.replace(value, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}
