package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.api.CredentialBook.Check;
import easel.api.CredentialBook.Condition;
import easel.api.CredentialBook.Count;
import easel.api.CredentialBook.Entry;
import easel.api.CredentialBook.Given;
import easel.api.CredentialBook.Source;
import easel.api.CredentialBook.State;
import easel.api.CredentialBook.Use;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Secret;
import easel.http.Request;
import easel.http.Router;
import easel.store.Terms;
import fake.FakeTime;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialApiTest {
  private static final Instant THEN = Instant.ofEpochSecond(1_900_000_000);

  private static final Condition FINE = new Condition(State.ACTIVE, "", "", Optional.empty(), Optional.empty(), 0, Optional.empty());
  private static final Use IDLE = new Use(0, 0, Count.NONE, Count.NONE, Optional.empty(), 0);

  /** Takes down what it is asked for. */
  private static final class Book implements CredentialBook {
    private final List<String> asked = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private Check check = new Check(Optional.empty(), Account.UNKNOWN, "");
    private Optional<Entry> left = Optional.empty();
    private Terms terms = Terms.OPEN;

    private static Entry entry(String id, String remark, Condition condition) {
      return new Entry(id, 7, "bfl", "bfl#3f9a2c", Source.DATABASE, new Given(remark, true, Terms.OPEN, "", ""), condition, Account.UNKNOWN,
          IDLE, Optional.of(THEN), Optional.of(THEN));
    }

    @Override
    public List<Entry> list() {
      return entries;
    }

    @Override
    public Optional<Entry> find(String id) {
      return entries.stream().filter(e -> e.id().equals(id)).findFirst();
    }

    @Override
    public Added add(Fresh fresh) {
      asked.add("add " + fresh.provider() + " " + fresh.secret().reveal() + " " + fresh.remark() + (fresh.enabled() ? "" : " off"));
      terms = fresh.terms();
      return new Added(entry("cred_1", fresh.remark(), FINE), !fresh.remark().equals("old"));
    }

    @Override
    public List<Boolean> enter(List<Fresh> many) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> amend(Map<String, Change> many) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Entry change(String id, Change change) {
      asked.add("change " + id + " " + change.enabled() + " " + change.remark() + " " + change.secret().map(Secret::reveal)
          + (change.sameAccount() ? " same" : ""));
      terms = change.terms().apply(terms);
      return entry(id, "", FINE);
    }

    @Override
    public Entry enable(String id) {
      asked.add("enable " + id);
      return entry(id, "", FINE);
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
    public Check refresh(String id) {
      asked.add("refresh " + id);
      return check;
    }

    @Override
    public void renewed(String id, Account.Renewal renewal) {
      throw new AssertionError("nobody renews anything here");
    }

    @Override
    public <T> T together(Supplier<T> changes) {
      return changes.get();
    }

    @Override
    public List<Bare> bare() {
      throw new AssertionError("nobody asked for secrets");
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

  /** One of which everything is known. */
  private static Entry rich() {
    var terms = Terms.OPEN.able(true, false).atOnce(2, -1).by(new Secret("socks5://me:the-password@10.0.0.1:1080")).in("p-1", "Boats");
    var account = Account.UNKNOWN.with(new Account.Session(new Secret("the-session"), THEN.plusSeconds(60)), "a@example.org")
        .renewed(Optional.of(Account.Renewal.of(new Secret("own"), new Secret("the-renewal"), THEN.plusSeconds(1))))
        .with(new Balance.Funds(new BigDecimal("12.5"), "credits"), Optional.of(new Account.Tier(1, "PAYGATE_TIER_ONE")), THEN);
    var condition = new Condition(State.DISABLED, "upstream_unauthorized", "not signed in", Optional.of(THEN), Optional.of(THEN.plusSeconds(5)), 3,
        Optional.of(THEN.plusSeconds(9)));
    var use = new Use(1, 2, new Count(3, 4, 5), new Count(30, 40, 50), Optional.of(THEN.minusSeconds(1)), 6);
    return new Entry("cred_1", 7, "flow", "flow#3f9a2c", Source.DATABASE, new Given("of the team", true, terms, "eyJh...xY9z",
        "socks5://10.0.0.1:1080"), condition, account, use, Optional.of(THEN), Optional.of(THEN));
  }

  @Test
  void theListHasEverythingButSecrets() throws Exception {
    book.entries.add(rich());
    assertEquals("200 " + quoted("""
        {'credentials':[{'id':'cred_1','number':7,'provider':'flow','name':'flow#3f9a2c','remark':'of the team','source':'database',
          'state':'disabled','enabled':true,'reason':{'code':'upstream_unauthorized','message':'not signed in'},'since':1900000000,
          'resting_until':1900000005,'next_refresh_at':1900000009,'secret':'eyJh...xY9z','images_enabled':true,'videos_enabled':false,
          'image_concurrency':2,'video_concurrency':-1,'proxy':'socks5://10.0.0.1:1080','proxy_set':true,'project_id':'p-1',
          'project_name':'Boats','person':'a@example.org','tier':'PAYGATE_TIER_ONE',
          'balance':{'amount':12.5,'unit':'credits','heard_at':1900000000},'session_expires_at':1900000060,'session_renewed_at':1900000001,
          'in_flight':{'images':1,'videos':2},'counters':{'today':{'images':3,'videos':4,'errors':5},
          'total':{'images':30,'videos':40,'errors':50},'errors_in_a_row':3},'last_used_at':1899999999,'jobs':6,
          'created_at':1900000000,'updated_at':1900000000}],'total':1,'has_more':false}"""), call("GET", "/credentials", ""));
    assertEquals("200 " + quoted("""
        {'providers':[{'id':'bfl','type':'bfl','enabled':true,'models':12,'credentials':2,'ready':true,'balance':true}]}"""),
        call("GET", "/providers", ""));
  }

  @Test
  void oneOfWhichNothingIsKnownIsShort() throws Exception {
    book.entries.add(Book.entry("cred_2", "", FINE));
    assertEquals("200 " + quoted("""
        {'id':'cred_2','number':7,'provider':'bfl','name':'bfl#3f9a2c','remark':'','source':'database','state':'active','enabled':true,
         'secret':'','images_enabled':true,'videos_enabled':true,'image_concurrency':-1,'video_concurrency':-1,'proxy':'',
         'proxy_set':false,'project_id':'','project_name':'','in_flight':{'images':0,'videos':0},
         'counters':{'today':{'images':0,'videos':0,'errors':0},'total':{'images':0,'videos':0,'errors':0},'errors_in_a_row':0},
         'jobs':0,'created_at':1900000000,'updated_at':1900000000}"""), call("GET", "/tokens/cred_2", ""));
    assertEquals("404", call("GET", "/credentials/cred_3", "").substring(0, 3));
  }

  @Test
  void theListIsFilteredAndPaged() throws Exception {
    var off = new Condition(State.OFF, "", "", Optional.empty(), Optional.empty(), 0, Optional.empty());
    for (int i = 0; i < 5; i++) book.entries.add(Book.entry("cred_" + i, "", i == 2 ? off : FINE));
    book.entries.add(rich());
    assertEquals("cred_2 of 1", ids("?state=off"));
    assertEquals("cred_1 of 1", ids("?provider=flow"));
    assertEquals(" of 0", ids("?provider=flow&state=active"));
    assertEquals("cred_0 cred_1 of 4 more", ids("?state=active&limit=2"));
    assertEquals("cred_3 cred_4 of 4", ids("?state=active&limit=2&after=cred_1"));
    for (var query : List.of("state=dead", "limit=0", "limit=x", "after=cred_9", "frob=1")) {
      assertEquals("400 " + query.replaceAll("=.*", "") + " invalid_value", trouble(call("GET", "/credentials?" + query, "")));
    }
  }

  private String ids(String query) throws Exception {
    var answer = Json.parse(call("GET", "/credentials" + query, "").substring(4)).asObject();
    var ids = new ArrayList<String>();
    for (var c : answer.get("credentials").asArray()) ids.add(c.asObject().getString("id", ""));
    return String.join(" ", ids) + " of " + answer.getInt("total", -1) + (answer.getBoolean("has_more", false) ? " more" : "");
  }

  @Test
  void aNewCredentialIsMadeAndAKnownOneAnswered() throws Exception {
    assertEquals("201", call("POST", "/credentials", "{'provider':'bfl','secret':' abcd ','remark':' new '}").substring(0, 3));
    assertEquals("200", call("POST", "/credentials", "{'provider':'bfl','secret':'abcd','remark':'old'}").substring(0, 3));
    assertEquals(List.of("add bfl abcd new", "add bfl abcd old"), book.asked);
  }

  @Test
  void theOlderWordForASecretMeansTheProviderItCameFrom() throws Exception {
    assertEquals("201", call("POST", "/tokens", "{'st':'abcd'}").substring(0, 3));
    assertEquals("201", call("POST", "/credentials", "{'st':'abcd','provider':'flow2'}").substring(0, 3));
    call("PATCH", "/tokens/cred_1", "{'st':'efgh'}");
    assertEquals(List.of("add flow abcd ", "add flow2 abcd ", "change cred_1 Optional.empty Optional.empty Optional[efgh]"), book.asked);
  }

  @Test
  void onlyWhatIsNamedChanges() throws Exception {
    call("PATCH", "/credentials/cred_1", "{}");
    call("PATCH", "/credentials/cred_1", "{'enabled':false,'remark':'','secret':'abcd'}");
    call("PATCH", "/tokens/cred_1", "{'secret':'abcd','same_account':true}");
    assertEquals(List.of("change cred_1 Optional.empty Optional.empty Optional.empty",
        "change cred_1 Optional[false] Optional[] Optional[abcd]", "change cred_1 Optional.empty Optional.empty Optional[abcd] same"), book.asked);
    assertEquals(Terms.OPEN, book.terms);
  }

  @Test
  void thatASecretIsOfTheSameAccountIsSaidOfASecret() throws Exception {
    var answer = call("PATCH", "/credentials/cred_1", "{'same_account':true}");
    assertTrue(answer.startsWith("400 ") && answer.contains("\"param\":\"same_account\""), answer);
    assertEquals(List.of(), book.asked);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'images_enabled':false}     | false true -1 -1   ",
      "{'videos_enabled':false}     | true false -1 -1   ",
      "{'image_concurrency':0}      | true true 0 -1   ",
      "{'video_concurrency':1000}   | true true -1 1000   ",
      "{'proxy':' st5 h:1080:u:p '} | true true -1 -1 st5 h:1080:u:p",
      "{'project_id':'0a1b-2'}      | true true -1 -1  0a1b-2 ",
      "{'project_name':' Boats '}   | true true -1 -1   Boats"})
  void everyTermCanBeSetByItself(String body, String expected) throws Exception {
    assertEquals("200", call("PATCH", "/credentials/cred_1", body).substring(0, 3));
    assertEquals(expected.strip(), terms());
    book.terms = Terms.OPEN;
    assertEquals("201", call("POST", "/tokens", body.replace("{", "{'provider':'bfl','secret':'abcd',")).substring(0, 3));
    assertEquals(expected.strip(), terms());
  }

  private String terms() {
    var t = book.terms;
    return (t.images() + " " + t.videos() + " " + t.imageConcurrency() + " " + t.videoConcurrency() + " " + t.proxy().reveal() + " " + t.projectId()
        + " " + t.projectName()).strip();
  }

  @Test
  void whatStaysForItsJobsIsTold() throws Exception {
    assertEquals("204 ", call("DELETE", "/credentials/cred_1", ""));
    book.left = Optional.of(Book.entry("cred_1", "", FINE));
    assertEquals("202 {\"id\":\"cred_1\"", call("DELETE", "/credentials/cred_1", "").substring(0, 18));
  }

  @Test
  void switchesHaveRoutesOfTheirOwn() throws Exception {
    assertEquals("200", call("POST", "/credentials/cred_1/enable", "").substring(0, 3));
    assertEquals("200", call("POST", "/credentials/cred_1/disable", "").substring(0, 3));
    assertEquals(List.of("enable cred_1", "change cred_1 Optional[false] Optional.empty Optional.empty"), book.asked);
  }

  @Test
  void aTestTellsTheBalanceOrWhatIsWrong() throws Exception {
    book.check = new Check(Optional.of(new Balance.Funds(new BigDecimal("12.5"), "credits")), Account.UNKNOWN, "");
    assertEquals("200 " + quoted("{'ok':true,'balance':{'amount':12.5,'unit':'credits'}}"), call("POST", "/credentials/cred_1/test", ""));
    book.check = new Check(Optional.empty(), Account.UNKNOWN, "bfl does not accept the credential");
    assertEquals("200 " + quoted("{'ok':false,'error':'bfl does not accept the credential'}"), call("POST", "/credentials/cred_1/test", ""));
  }

  @Test
  void aRenewalTellsWhoseItIsAndNotTheSession() throws Exception {
    book.check = new Check(Optional.empty(), rich().account(), "");
    assertEquals("200 " + quoted("{'ok':true,'person':'a@example.org','tier':'PAYGATE_TIER_ONE','balance':{'amount':12.5,'unit':'credits',"
        + "'heard_at':1900000000},'session_expires_at':1900000060,'session_renewed_at':1900000001}"), call("POST", "/tokens/cred_1/refresh", ""));
    assertEquals(List.of("refresh cred_1"), book.asked);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{}                                                        | provider | missing_required_parameter",
      "{'provider':'bfl'}                                        | secret   | missing_required_parameter",
      "{'provider':'bfl','secret':' '}                           | secret   | invalid_value",
      "{'provider':'bfl','secret':'the-secret and more'}         | secret   | invalid_value",
      "{'provider':'bfl','secret':'the-secret\\u00e9'}           | secret   | invalid_value",
      "{'provider':'bfl','secret':'the-secret\\nX-Header: a'}    | secret   | invalid_value",
      "{'provider':'bfl','secret':'abc'}                         | secret   | invalid_value",
      "{'st':'abc'}                                              | st       | invalid_value",
      "{'provider':'flow','st':'the-secret','secret':'the-secret'} | st     | unknown_parameter",
      "{'provider':'bfl','secret':7}                             | secret   | invalid_type",
      "{'provider':'bfl','secret':'the-secret','remark':'a\\nb'} | remark   | invalid_value",
      "{'provider':'bfl','secret':'the-secret','remark':'my the-secret'} | remark | invalid_value",
      "{'provider':'bfl','secret':'the-secret','image_concurrency':-2}   | image_concurrency | invalid_value",
      "{'provider':'bfl','secret':'the-secret','video_concurrency':1001} | video_concurrency | invalid_value",
      "{'provider':'bfl','secret':'the-secret','images_enabled':1}       | images_enabled    | invalid_type",
      "{'provider':'bfl','secret':'the-secret','project_id':'../x'}      | project_id        | invalid_value",
      "{'provider':'bfl','secret':'the-secret','project_name':'a\\nb'}   | project_name      | invalid_value",
      "{'provider':'bfl','secret':'the-secret','project_name':'the-secret'} | project_name   | invalid_value",
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
      "{'image_concurrency':1.5} | image_concurrency | invalid_type",
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
        .body("{\"provider\":\"bfl\",\"secret\":\"abcd\"}");
    assertEquals(415, router.handle(form).status());
    assertEquals(List.of(), book.asked);
  }

  @Test
  void nothingIsKeptByCaches() throws Exception {
    var response = router.handle(Request.of("GET", "/api/admin/credentials").header("cookie", cookie));
    assertEquals(Optional.of("no-store"), response.header("cache-control"));
  }
}
