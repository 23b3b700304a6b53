package fake;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One call of the site of {@link FakeLabs}, which knows accounts by their cookie: sessions, projects, links to files.
 */
final class FakeLabsSite {
  private static final String COOKIE = "__Secure-next-auth.session-token";
  /** NextAuth's: longer values come in pieces. */
  private static final int PIECE = 3933;

  private final FakeLabs labs;
  private final FakeOpenAiExchange to;
  private final String call;

  FakeLabsSite(FakeLabs labs, FakeOpenAiExchange to, String call) {
    this.labs = labs;
    this.to = to;
    this.call = call;
  }

  /** As NextAuth reads it: pieces are joined in the order of their numbers. */
  private Optional<FakeLabsAccount> cookie(FakeOpenAiExchange.Request request) {
    if (request.header("authorization").isPresent()) labs.leaks.incrementAndGet();
    var pieces = new TreeMap<String, String>();
    for (var cookie : request.header("cookie").orElse("").split("; ?")) {
      var pair = cookie.split("=", 2);
      if (pair[0].equals(COOKIE) || pair[0].matches(COOKIE + "[.][0-9]")) pieces.put(pair[0], pair[1]);
    }
    return labs.known(String.join("", pieces.values()));
  }

  private static String[] set(String token) {
    if (token.length() <= PIECE) return new String[] {set("", token)};
    var headers = new ArrayList<String>();
    headers.add("Set-Cookie: " + COOKIE + "=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax");
    for (int at = 0; at < token.length(); at += PIECE) {
      headers.add(set("." + at / PIECE, token.substring(at, Math.min(token.length(), at + PIECE))));
    }
    return headers.toArray(String[]::new);
  }

  private static String set(String suffix, String value) {
    return "Set-Cookie: " + COOKIE + suffix + "=" + value + "; Path=/; Expires=Fri, 31 Dec 2100 23:59:59 GMT; HttpOnly; Secure; SameSite=Lax";
  }

  void answer() throws IOException {
    var account = cookie(to.request());
    if (call.equals("session")) session(account);
    else if (account.isEmpty()) FakeLabsErrors.trpc(to, 401, "UNAUTHORIZED", call);
    else if (call.equals("createProject")) createProject(account.get());
    else if (call.equals("getMediaUrlRedirect")) redirect(account.get());
    else if (call.matches("fetchUserPreferences|getFlowAppConfig|getUserSettings|submitBatchLog")) to.json(200, new JsonObject());
    else FakeLabsErrors.trpc(to, 404, "NOT_FOUND", call);
  }

  private void session(Optional<FakeLabsAccount> known) throws IOException {
    if (known.isEmpty()) {
      var gone = "Set-Cookie: " + COOKIE + "=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax";
      to.send(200, "application/json", "{}".getBytes(), gone);
      return;
    }
    var account = known.get();
    var token = labs.token(account);
    var user = new JsonObject().add("name", "Ann").add("email", account.email).add("image", "https://lh3.example/a/x");
    var said = new JsonObject().add("user", user).add("expires", account.expires(token).toString()).add("access_token", token);
    to.send(200, "application/json", said.toString().getBytes(), labs.rotated(account).map(FakeLabsSite::set).orElse(new String[0]));
  }

  private void createProject(FakeLabsAccount account) throws IOException {
    var wanted = Json.parse(to.request().text()).asObject().get("json").asObject();
    if (!"PINHOLE".equals(wanted.getString("toolName", "")) || wanted.getString("projectTitle", "").isBlank()) {
      FakeLabsErrors.trpc(to, 400, "BAD_REQUEST", "project.createProject");
      return;
    }
    var id = UUID.randomUUID().toString();
    account.create(id);
    var result = new JsonObject().add("result", new JsonObject().add("projectId", id));
    to.json(200, new JsonObject().add("result", new JsonObject().add("data", new JsonObject().add("json", result))));
  }

  private void redirect(FakeLabsAccount account) throws IOException {
    var item = labs.media.of(account.st, query(to.request().target(), "name"));
    boolean full = query(to.request().target(), "mediaUrlType").equals("MEDIA_URL_TYPE_FULL_MEDIA");
    if (!labs.redirects) FakeLabsErrors.trpc(to, 500, "INTERNAL_SERVER_ERROR", "media.getMediaUrlRedirect");
    else if (item.isEmpty() || !full || !FakeLabsMedia.done(item.get(), labs.active)) {
      FakeLabsErrors.trpc(to, 404, "NOT_FOUND", "media.getMediaUrlRedirect");
    } else to.send(307, "text/plain", new byte[0], "Location: " + labs.link(item.get()));
  }

  private static String query(String target, String name) {
    for (var pair : target.substring(target.indexOf('?') + 1).split("&")) {
      if (pair.startsWith(name + "=")) return pair.substring(name.length() + 1);
    }
    return "";
  }
}
