package easel.api;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.http.Filter;
import easel.http.Handler;
import easel.http.Request;
import easel.http.Response;
import java.net.URI;

/** Lets the administrator's session in, and nobody else: no API key opens what is behind this. */
final class AdminFilter implements Filter {
  private final AdminSessions sessions;

  AdminFilter(AdminSessions sessions) {
    this.sessions = sessions;
  }

  Handler before(Handler handler) {
    return handler.with(this);
  }

  @Override
  public Response apply(Request request, Handler next) throws Exception {
    refuseForeign(request);
    if (!sessions.holds(request)) {
      throw new GatewayException(new Failure.Unauthorized("This needs the administrator's session: POST /api/admin/login."));
    }
    return next.handle(request).withHeader("Cache-Control", "no-store");
  }

  /** A page of somebody else's cannot act with the administrator's cookie, whatever the browser makes of SameSite. */
  static void refuseForeign(Request request) {
    var origin = request.header("origin");
    boolean foreign = origin.isPresent() && !sameHost(origin.get(), request.host());
    if (foreign || request.header("sec-fetch-site").map("cross-site"::equals).orElse(false)) {
      throw new GatewayException(new Failure.Forbidden("This request comes from another site."));
    }
  }

  private static boolean sameHost(String origin, String host) {
    try {
      return host.equalsIgnoreCase(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
