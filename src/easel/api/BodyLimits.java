package easel.api;

/**
 * How much a request may bring.
 *
 * @param body bytes of a body with pictures in it
 * @param picture bytes of one picture, sent or fetched
 */
public record BodyLimits(long body, long picture) {
  public static final BodyLimits USUAL = new BodyLimits(64L << 20, 50L << 20);
}
