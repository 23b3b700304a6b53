package easel.http;

import java.lang.System.Logger.Level;

/** One DEBUG line for each request, once its answer is out. Never the query: it may hold a key. */
public final class AccessLog implements Filter {
  private static final System.Logger LOG = System.getLogger("easel.http");

  @Override
  public Response apply(Request request, Handler next) throws Exception {
    if (!LOG.isLoggable(Level.DEBUG)) {
      return next.handle(request);
    }
    long start = System.nanoTime();
    Response response;
    try {
      response = next.handle(request);
    } catch (Exception e) {
      log(request, new Response.Sent(HttpException.statusOf(e), 0, false), start);
      throw e;
    }
    return response.onSent(sent -> log(request, sent, start));
  }

  private static void log(Request request, Response.Sent sent, long start) {
    LOG.log(Level.DEBUG, "request id=" + request.requestId() + " method=" + request.method() + " path=" + request.path()
        + " status=" + sent.status() + " bytes=" + sent.bytes() + (sent.complete() ? "" : " cut=true")
        + " ms=" + (System.nanoTime() - start) / 1_000_000);
  }
}
