package easel.core;

/** The one exception of the house: it carries a {@link Failure}, and the cause for the log. */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient Failure failure;

  public GatewayException(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public GatewayException(Failure failure, Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
