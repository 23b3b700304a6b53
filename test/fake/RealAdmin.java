package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** The administrator of a {@link RealEasel}, logged in. */
public final class RealAdmin {
  public static final String PASSWORD = "password-of-the-process-tests";

  private final RealEasel easel;
  private final String cookie;

  private RealAdmin(RealEasel easel, String cookie) {
    this.easel = easel;
    this.cookie = cookie;
  }

  public static RealAdmin of(RealEasel easel) throws IOException, InterruptedException {
    var body = new JsonObject().add("username", "admin").add("password", PASSWORD);
    var request = HttpRequest.newBuilder(easel.base().resolve("/api/admin/login")).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build();
    var answer = easel.send(request);
    return new RealAdmin(easel, answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0]);
  }

  /** {@code json} may be written with single quotes; empty: no body. */
  public HttpResponse<String> ask(String method, String path, String json) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(easel.base().resolve("/api/admin" + path)).header("Cookie", cookie);
    if (!json.isEmpty()) request.header("Content-Type", "application/json");
    var body = json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json.replace('\'', '"'));
    return easel.send(request.method(method, body).build());
  }

  /** Enters a credential; its id. */
  public String add(String provider, String secret, String more) throws IOException, InterruptedException {
    var answer = ask("POST", "/credentials", "{'provider':'" + provider + "','secret':'" + secret + "'" + more + "}");
    if (answer.statusCode() != 201) throw new AssertionError(answer.body());
    return RealEasel.json(answer).getString("id", "");
  }

  public List<JsonObject> credentials() throws IOException, InterruptedException {
    var all = new ArrayList<JsonObject>();
    for (var one : Json.parse(ask("GET", "/credentials", "").body()).asObject().get("credentials").asArray()) all.add(one.asObject());
    return all;
  }

  public JsonObject credential(String id) throws IOException, InterruptedException {
    return RealEasel.json(ask("GET", "/credentials/" + id, ""));
  }
}
