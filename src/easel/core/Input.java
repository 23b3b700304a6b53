package easel.core;

/** A picture or video the caller handed in, and what it is for. */
public record Input(Media media, Role role) {
  /** What a provider is to do with an input. */
  public enum Role { REFERENCE, MASK, FIRST_FRAME, LAST_FRAME }
}
