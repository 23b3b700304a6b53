package easel.http;

import java.io.IOException;

/** A multipart body that breaks the format (400) or a limit (413). The message names the part. */
public final class MultipartException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  public MultipartException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
