package easel.core;

/** A value that must never be printed. Only the code that sends it to its owner calls {@link #reveal()}. */
public record Secret(String value) {
  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return "***";
  }
}
