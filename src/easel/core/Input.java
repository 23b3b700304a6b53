package easel.core;

/** A picture or video the caller handed in, and what it is for. */
public record Input(Media media, Role role) {
  /** What a provider is to do with an input. {@code SOURCE}: a video of its own making, to go on with. */
  public enum Role { REFERENCE, MASK, FIRST_FRAME, LAST_FRAME, SOURCE }
}
