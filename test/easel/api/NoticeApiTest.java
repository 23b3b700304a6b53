package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import easel.core.Notice;
import easel.http.Request;
import easel.http.Router;
import fake.FakeTime;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeApiTest {
  private final List<String> asked = new ArrayList<>();
  private final AdminSessions sessions = new AdminSessions((name, password) -> true, new FakeTime());

  private String get(String query) throws Exception {
    var router = new Router();
    var errors = new OpenAiErrors();
    router.face("/", errors::unknown, errors);
    new NoticeApi(sessions, (limit, since) -> {
      asked.add(limit + " " + since.getEpochSecond());
      return List.of(new Notice(Instant.ofEpochSecond(7), Notice.Kind.DISABLED, "flow", "flow#1", "refused three times"),
          new Notice(Instant.ofEpochSecond(6), Notice.Kind.PROXY_DOWN, "", "", "no answer"));
    }).routes(router);
    var cookie = AdminSessions.COOKIE + "=" + sessions.login(Request.of("POST", "/"), "admin", "x");
    var response = router.handle(Request.of("GET", "/api/admin/notices" + query).header("cookie", cookie));
    var body = new ByteArrayOutputStream();
    response.writeBody(body);
    return response.status() + " " + body.toString(StandardCharsets.UTF_8);
  }

  @Test
  void noticesAreToldNewestFirst() throws Exception {
    assertEquals("200 " + """
        {"notices":[{"at":7,"kind":"disabled","provider":"flow","credential":"flow#1","message":"refused three times"},\
        {"at":6,"kind":"proxy_down","message":"no answer"}]}""", get(""));
    get("?limit=5&since=1900000000");
    assertEquals(List.of("100 0", "5 1900000000"), asked);
  }

  @Test
  void aLimitThatMakesNoSenseIsNamed() throws Exception {
    for (var query : List.of("?limit=0", "?limit=501", "?since=-1", "?since=soon", "?frob=1")) assertEquals("400", get(query).substring(0, 3), query);
    assertEquals(List.of(), asked);
  }
}
