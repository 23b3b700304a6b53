package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Balance;
import easel.core.Secret;
import easel.http.Request;
import easel.http.Router;
import fake.FakeTime;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialApiTest {
  private static final Instant THEN = Instant.ofEpochSecond(1_900_000_000);

  /** Takes down what it is asked for. */
  private static final class Book implements CredentialBook {
    private final List<String> asked = new ArrayList<>();
    private Check check = new Check(Optional.empty(), "");
    private Optional<Entry> left = Optional.empty();

    private static Entry entry(String remark, boolean enabled, String locked) {
      return new Entry("cred_1", "bfl", "bfl#3f9a2c", remark, Source.DATABASE, enabled, locked, false, 2, Optional.of(THEN), Optional.of(THEN));
    }

    @Override
    public List<Entry> list() {
      return List.of(new Entry("config-bfl-000001", "bfl", "bfl#000001", "", Source.ENVIRONMENT, true, "", false, 0, Optional.empty(),
          Optional.empty()), entry("of the team", true, "the key is missing"));
    }

    @Override
    public Added add(String provider, Secret secret, String remark) {
      asked.add("add " + provider + " " + secret.reveal() + " " + remark);
      return new Added(entry(remark, true, ""), !remark.equals("old"));
    }

    @Override
    public Entry change(String id, Change change) {
      asked.add("change " + id + " " + change.enabled() + " " + change.remark() + " " + change.secret().map(Secret::reveal));
      return entry("", true, "");
    }

    @Override
    public Optional<Entry> remove(String id) {
      asked.add("remove " + id);
      return left;
    }

    @Override
    public Check check(String id) {
      asked.add("check " + id);
      return check;
    }

    @Override
    public List<ProviderState> providers() {
      return List.of(new ProviderState("bfl", "bfl", true, 12, 2, true, true));
    }
  }

  private final Book book = new Book();
  private final AdminSessions sessions = new AdminSessions((name, password) -> true, new FakeTime());
  private final Router router = new Router();
  private String cookie;

  @BeforeEach
  void login() {
    var errors = new OpenAiErrors();
    router.face("/", errors::unknown, errors);
    new CredentialApi(sessions, book).routes(router);
    cookie = AdminSessions.COOKIE + "=" + sessions.login(Request.of("POST", "/"), "admin", "x");
  }

  private String call(String method, String path, String json) throws Exception {
    var request = Request.of(method, "/api/admin" + path).header("cookie", cookie);
    if (!json.isEmpty()) request = request.header("content-type", "application/json").body(json.replace('\'', '"'));
    var response = router.handle(request);
    var body = new ByteArrayOutputStream();
    response.writeBody(body);
    return response.status() + " " + body.toString(StandardCharsets.UTF_8);
  }

  private static String quoted(String json) {
    return Json.parse(json.replace('\'', '"')).toString();
  }

  @Test
  void theListHasEverythingButSecrets() throws Exception {
    assertEquals("200 " + quoted("""
        {'credentials':[
          {'id':'config-bfl-000001','provider':'bfl','name':'bfl#000001','remark':'','source':'environment','enabled':true,
           'locked':false,'retired':false,'jobs':0},
          {'id':'cred_1','provider':'bfl','name':'bfl#3f9a2c','remark':'of the team','source':'database','enabled':true,
           'locked':true,'reason':'the key is missing','retired':false,'jobs':2,'created_at':1900000000,'updated_at':1900000000}]}"""),
        call("GET", "/credentials", ""));
    assertEquals("200 " + quoted("""
        {'providers':[{'id':'bfl','type':'bfl','enabled':true,'models':12,'credentials':2,'ready':true,'balance':true}]}"""),
        call("GET", "/providers", ""));
  }

  @Test
  void aNewCredentialIsMadeAndAKnownOneAnswered() throws Exception {
    assertEquals("201", call("POST", "/credentials", "{'provider':'bfl','secret':' abc ','remark':' new '}").substring(0, 3));
    assertEquals("200", call("POST", "/credentials", "{'provider':'bfl','secret':'abc','remark':'old'}").substring(0, 3));
    assertEquals(List.of("add bfl abc new", "add bfl abc old"), book.asked);
  }

  @Test
  void onlyWhatIsNamedChanges() throws Exception {
    call("PATCH", "/credentials/cred_1", "{}");
    call("PATCH", "/credentials/cred_1", "{'enabled':false,'remark':'','secret':'abc'}");
    assertEquals(List.of("change cred_1 Optional.empty Optional.empty Optional.empty",
        "change cred_1 Optional[false] Optional[] Optional[abc]"), book.asked);
  }

  @Test
  void whatStaysForItsJobsIsTold() throws Exception {
    assertEquals("204 ", call("DELETE", "/credentials/cred_1", ""));
    book.left = Optional.of(Book.entry("", false, ""));
    assertEquals("202 {\"id\":\"cred_1\"", call("DELETE", "/credentials/cred_1", "").substring(0, 18));
  }

  @Test
  void aTestTellsTheBalanceOrWhatIsWrong() throws Exception {
    book.check = new CredentialBook.Check(Optional.of(new Balance.Funds(new BigDecimal("12.5"), "credits")), "");
    assertEquals("200 " + quoted("{'ok':true,'balance':{'amount':12.5,'unit':'credits'}}"), call("POST", "/credentials/cred_1/test", ""));
    book.check = new CredentialBook.Check(Optional.empty(), "bfl does not accept the credential");
    assertEquals("200 " + quoted("{'ok':false,'error':'bfl does not accept the credential'}"), call("POST", "/credentials/cred_1/test", ""));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{}                                                        | provider | missing_required_parameter",
      "{'provider':'bfl'}                                        | secret   | missing_required_parameter",
      "{'provider':'bfl','secret':' '}                           | secret   | invalid_value",
      "{'provider':'bfl','secret':'the-secret and more'}         | secret   | invalid_value",
      "{'provider':'bfl','secret':'the-secret\\u00e9'}           | secret   | invalid_value",
      "{'provider':'bfl','secret':'the-secret\\nX-Header: a'}    | secret   | invalid_value",
      "{'provider':'bfl','secret':7}                             | secret   | invalid_type",
      "{'provider':'bfl','secret':'the-secret','remark':'a\\nb'} | remark   | invalid_value",
      "{'provider':'bfl','secret':'the-secret','remark':'my the-secret'} | remark | invalid_value",
      "{'provider':'bfl','secret':'the-secret','enabld':true}    | enabld   | unknown_parameter"})
  void whatIsWrongIsNamedAndTheSecretIsNotRepeated(String body, String param, String code) throws Exception {
    var answer = call("POST", "/credentials", body);
    assertFalse(answer.contains("the-secret"), answer);
    assertEquals("400 " + param + " " + code, trouble(answer));
    assertEquals(List.of(), book.asked);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'enabled':'yes'}     | enabled  | invalid_type",
      "{'secret':''}         | secret   | invalid_value",
      "{'provider':'runware'} | provider | unknown_parameter"})
  void aChangeThatMakesNoSenseIsNamed(String body, String param, String code) throws Exception {
    assertEquals("400 " + param + " " + code, trouble(call("PATCH", "/credentials/cred_1", body)));
    assertEquals(List.of(), book.asked);
  }

  private static String trouble(String answer) {
    JsonObject error = Json.parse(answer.substring(4)).asObject().get("error").asObject();
    return answer.substring(0, 4) + error.getString("param", "") + " " + error.getString("code", "");
  }

  @Test
  void aSecretMayBeLongAndNotEndless() throws Exception {
    var longest = "x".repeat(8192);
    assertEquals("201", call("POST", "/credentials", "{'provider':'bfl','secret':'" + longest + "'}").substring(0, 3));
    assertEquals("400 secret invalid_value", trouble(call("POST", "/credentials", "{'provider':'bfl','secret':'" + longest + "x'}")));
  }

  @Test
  void aFormIsNotRead() throws Exception {
    var form = Request.of("POST", "/api/admin/credentials").header("cookie", cookie).header("content-type", "text/plain")
        .body("{\"provider\":\"bfl\",\"secret\":\"abc\"}");
    assertEquals(415, router.handle(form).status());
    assertEquals(List.of(), book.asked);
  }

  @Test
  void nothingIsKeptByCaches() throws Exception {
    var response = router.handle(Request.of("GET", "/api/admin/credentials").header("cookie", cookie));
    assertEquals(Optional.of("no-store"), response.header("cache-control"));
  }
}
