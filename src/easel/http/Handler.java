package easel.http;

/** Answers a request. Only {@link HttpServer} touches the socket, so a handler is tested by calling it. */
@FunctionalInterface
public interface Handler {
  Response handle(Request request) throws Exception;

  /** This handler behind the filters, the first of them outermost. */
  default Handler with(Filter... filters) {
    var handler = this;
    for (int i = filters.length - 1; i >= 0; i--) {
      var filter = filters[i];
      var next = handler;
      handler = request -> filter.apply(request, next);
    }
    return handler;
  }
}
