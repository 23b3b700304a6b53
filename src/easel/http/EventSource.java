package easel.http;

/**
 * Writes one event stream and returns when it has said everything.
 *
 * <p>It runs on the request's thread and may block there: heart-beats come from elsewhere. When the client has gone or
 * the server drains, that thread is interrupted and every further {@code send} throws {@link EventStream.Ended};
 * letting either travel up is the right ending and no error.
 */
@FunctionalInterface
public interface EventSource {
  void run(EventStream stream) throws Exception;

  /** Whether the first event is sent at once: then the head of the answer need not leave before it. */
  default boolean atOnce() {
    return false;
  }
}
