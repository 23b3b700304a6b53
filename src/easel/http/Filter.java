package easel.http;

/** Stands before a handler: may answer itself, change the request, or change the answer. */
@FunctionalInterface
public interface Filter {
  Response apply(Request request, Handler next) throws Exception;
}
