package easel.http;

import java.io.IOException;

/**
 * A request body that is too large (413), too slow (408), or short or malformed (400). The connection closes after it.
 */
public final class BodyException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  public BodyException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  public BodyException(int status, String message) {
    this(status, message, null);
  }

  public int status() {
    return status;
  }
}
