package easel.api;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.codec.Fields;
import easel.codec.JsonText;
import easel.http.Filter;
import easel.http.Handler;
import easel.http.HttpException;
import easel.http.Request;
import easel.http.Response;
import easel.http.Router;
import java.io.IOException;
import java.util.List;

/**
 * What the administrator does. Stands behind {@link OpenAiErrors}. A session opens it and an API key does not, but for
 * the one route that scripts need.
 */
public final class AdminApi {
  private static final int BODY_MAX = 16 * 1024;

  /** Reads the configuration again; answers the complaints, none if it is in force. */
  public interface Reload {
    List<String> run();
  }

  private final AdminSessions sessions;
  private final ApiKeyFilter keys;
  private final Reload reload;

  public AdminApi(AdminSessions sessions, ApiKeyFilter keys, Reload reload) {
    this.sessions = sessions;
    this.keys = keys;
    this.reload = reload;
  }

  public void routes(Router router) {
    router.on("POST /api/admin/login", this::login);
    router.on("POST /api/admin/logout", this::logout);
    router.on("POST /admin/reload-config", behind(this::reloadOrKey));
  }

  private static Handler behind(Handler handler) {
    Filter sameSite = (request, next) -> {
      AdminFilter.refuseForeign(request);
      return next.handle(request);
    };
    return handler.with(sameSite);
  }

  private Response login(Request request) throws IOException {
    AdminFilter.refuseForeign(request);
    if (!request.contentType().map("application/json"::equals).orElse(false)) {
      throw new HttpException(415, "send JSON: {\"username\": ..., \"password\": ...}");
    }
    var fields = Fields.of(JsonText.object(request.bytes(BODY_MAX)));
    var name = fields.text("username");
    var password = fields.text("password");
    fields.strict();
    var cookie = AdminSessions.COOKIE + "=" + sessions.login(request, name, password)
        + "; Path=/; HttpOnly; SameSite=Strict" + (request.scheme().equals("https") ? "; Secure" : "");
    return done().withHeader("Set-Cookie", cookie);
  }

  private Response logout(Request request) {
    AdminFilter.refuseForeign(request);
    sessions.logout(request);
    return done().withHeader("Set-Cookie", AdminSessions.COOKIE + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  }

  private Response reloadOrKey(Request request) throws Exception {
    return sessions.holds(request) ? reload() : keys.apply(request, asked -> reload());
  }

  private Response reload() {
    var complaints = reload.run();
    var json = new JsonObject().add("success", complaints.isEmpty());
    if (complaints.isEmpty()) return Response.json(200, JsonText.bytes(json)).withHeader("Cache-Control", "no-store");
    json.add("error", new JsonObject().add("message", String.join("; ", complaints)).add("type", "invalid_request_error")
        .add("param", Json.NULL).add("code", "invalid_configuration")).add("complaints", JsonText.strings(complaints));
    return Response.json(400, JsonText.bytes(json)).withHeader("Cache-Control", "no-store");
  }

  private static Response done() {
    return Response.json(200, JsonText.bytes(new JsonObject().add("success", true))).withHeader("Cache-Control", "no-store");
  }
}
