package easel.http;

import java.io.IOException;

/** The socket refused our bytes: nobody is left to tell, and nothing of ours is broken. */
final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1;

  ClientGoneException(String message, Exception cause) {
    super(message, cause);
  }
}
