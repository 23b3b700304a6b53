package easel.http;

import java.util.List;

/** A request that gets no further, with the status to answer and a message written for the client. */
public final class HttpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient List<Response.Header> headers;

  public HttpException(int status, String message, Response.Header... headers) {
    super(message);
    this.status = status;
    this.headers = List.of(headers);
  }

  public int status() {
    return status;
  }

  /** Headers the answer must carry, such as {@code Allow} or {@code Retry-After}. */
  public List<Response.Header> headers() {
    return headers == null ? List.of() : headers;
  }

  /** The status that fits an exception of this package; 500 for any other. */
  public static int statusOf(Throwable problem) {
    return switch (problem) {
      case HttpException http -> http.status();
      case BodyException body -> body.status();
      case MultipartException multipart -> multipart.status();
      default -> 500;
    };
  }
}
