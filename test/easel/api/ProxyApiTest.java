package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.http.Request;
import easel.http.Router;
import fake.FakeTime;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyApiTest {
  private static final class Desk implements ProxyApi.Desk {
    private final List<String> asked = new ArrayList<>();
    private ProxyApi.Result result = new ProxyApi.Result(204, Duration.ofMillis(12), "socks5h://fox@p.example:1080", "");

    @Override
    public ProxyApi.Overview overview() {
      return new ProxyApi.Overview(List.of(new ProxyApi.State("http://fox@p.example:80", "usual", Optional.empty(), 0, "", 7),
          new ProxyApi.State("socks5://q.example:1080", "media", Optional.of(Instant.ofEpochSecond(1_900_000_000)), 2, "it hung up", 0)), 3, true);
    }

    @Override
    public ProxyApi.Result test(Secret proxy, URI url, Duration within) {
      asked.add(proxy.reveal() + " " + url + " " + within.toSeconds());
      if (proxy.reveal().equals("rubbish")) throw new GatewayException(new Failure.Invalid("proxy_url", "proxy_url must be one"));
      return result;
    }
  }

  private final Desk desk = new Desk();
  private final AdminSessions sessions = new AdminSessions((name, password) -> true, new FakeTime());
  private final Router router = new Router();
  private String cookie;

  @BeforeEach
  void login() {
    var errors = new OpenAiErrors();
    router.face("/", errors::unknown, errors);
    new ProxyApi(sessions, desk).routes(router);
    cookie = AdminSessions.COOKIE + "=" + sessions.login(Request.of("POST", "/"), "admin", "x");
  }

  private String send(Request request) throws Exception {
    var response = router.handle(request);
    var body = new ByteArrayOutputStream();
    response.writeBody(body);
    return response.status() + " " + body.toString(StandardCharsets.UTF_8);
  }

  private String list() throws Exception {
    return send(Request.of("GET", "/api/admin/proxies").header("cookie", cookie));
  }

  private String test(String json) throws Exception {
    return send(Request.of("POST", "/api/admin/proxies/test").header("cookie", cookie)
        .header("content-type", "application/json").body(json.replace('\'', '"')));
  }

  @Test
  void proxiesAreListedWithHowTheyDo() throws Exception {
    assertEquals("200 " + """
        {"proxies":[{"proxy":"http://fox@p.example:80","use":"usual","resting":false,"failures":0,"calls":7},\
        {"proxy":"socks5://q.example:1080","use":"media","resting":true,"resting_until":1900000000,"failures":2,"calls":0,\
        "last_error":"it hung up"}],"direct":3,"direct_fallback":true}""", list());
  }

  @Test
  void oneIsTriedOnTheUsualAddressOrAnother() throws Exception {
    assertEquals("200 " + """
        {"ok":true,"status":204,"elapsed_ms":12,"test_url":"https://labs.google/","proxy":"socks5h://fox@p.example:1080"}""",
        test("{'proxy_url':'st5 p.example:1080:fox:s3cret'}"));
    test("{'proxy_url':'p.example:80','test_url':' http://a.example/x?y=1 ','timeout_seconds':60}");
    assertEquals(List.of("st5 p.example:1080:fox:s3cret https://labs.google/ 15", "p.example:80 http://a.example/x?y=1 60"), desk.asked);
  }

  @Test
  void whatWentWrongIsTold() throws Exception {
    desk.result = new ProxyApi.Result(0, Duration.ofSeconds(1), "http://fox@p.example:80", "it hung up");
    assertEquals("200 " + """
        {"ok":false,"status":null,"elapsed_ms":1000,"test_url":"https://labs.google/","proxy":"http://fox@p.example:80",\
        "error":"it hung up"}""", test("{'proxy_url':'x'}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{}|proxy_url is required", "{'proxy_url':'rubbish'}|proxy_url must be one",
      "{'proxy_url':'x','test_url':'file:///etc/passwd'}|test_url must be an http or https address",
      "{'proxy_url':'x','test_url':'http://u:p@h/'}|test_url must be an http or https address",
      "{'proxy_url':'x','test_url':'no address'}|test_url must be an http or https address",
      "{'proxy_url':'x','timeout_seconds':4}|timeout_seconds must be between 5 and 60",
      "{'proxy_url':'x','timeout_seconds':61}|timeout_seconds must be between 5 and 60", "{'proxy_url':'x','what':1}|what is not a known field"})
  void mistakesAreNamed(String json, String words) throws Exception {
    var answer = test(json);
    assertEquals("400", answer.substring(0, 3));
    assertTrue(answer.contains(words), answer);
  }

  @Test
  void nobodyButTheAdministratorGetsIn() throws Exception {
    assertEquals("401", send(Request.of("GET", "/api/admin/proxies")).substring(0, 3));
    assertEquals("401", send(Request.of("POST", "/api/admin/proxies/test").header("content-type", "application/json").body("{}")).substring(0, 3));
    assertEquals("415", send(Request.of("POST", "/api/admin/proxies/test").header("cookie", cookie).header("content-type", "text/plain").body("{}")).substring(0, 3));
    assertEquals(List.of(), desk.asked);
  }
}
