package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Secret;
import easel.http.Request;
import easel.http.Router;
import easel.store.Terms;
import fake.FakeTime;
import fake.FlowDatabaseFile;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileApiTest {
  private static final String ONE = "session-token-number-one";
  private static final String TWO = "session-token-number-two";
  private static final Secret PROXY = new Secret("socks5://u:hush@h:1");

  @TempDir
  private Path folder;

  private final Shelf shelf = new Shelf();
  private final AdminSessions sessions = new AdminSessions((name, password) -> name.equals("boss") && password.equals("right"), new FakeTime());
  private final Router router = new Router();
  private String cookie;

  @BeforeEach
  void login() {
    var errors = new OpenAiErrors();
    router.face("/", errors::unknown, errors);
    new TokenFileApi(sessions, shelf, folder.resolve("scratch")).routes(router);
    cookie = AdminSessions.COOKIE + "=" + sessions.login(Request.of("POST", "/"), "boss", "right");
  }

  private record Answer(int status, JsonObject json) {}

  private Answer send(Request request) throws Exception {
    var response = router.handle(request.header("cookie", cookie));
    var body = new ByteArrayOutputStream();
    response.writeBody(body);
    return new Answer(response.status(), Json.parse(body.toString(StandardCharsets.UTF_8)).asObject());
  }

  private Answer post(String path, String json) throws Exception {
    return send(Request.of("POST", "/api/admin" + path).header("content-type", "application/json").body(json.replace('\'', '"')));
  }

  private static JsonObject json(String json) {
    return Json.parse(json.replace('\'', '"')).asObject();
  }

  @Test
  void aListIsTakenOverAtOnceAndTheSecondTimeChangesNothing() throws Exception {
    var list = "{'tokens':[{'session_token':'" + ONE + "','email':'ann@example.com','image_concurrency':0,'at':'x'},{'st':7},{'st':'" + TWO
        + "','remark':'two','is_active':false,'proxy_url':'" + PROXY.reveal() + "','project_id':'p-1'}]}";
    var first = post("/credentials/import", list);
    assertEquals(new Answer(200, json("""
        {'success':false,'added':2,'updated':0,'unchanged':0,'errors':[{'index':1,'field':'st','message':'st must be text'}],
         'ignored':{'at':1}}""")), first);
    assertEquals(1, shelf.together);
    var one = shelf.find("1").orElseThrow().given();
    assertEquals(new CredentialBook.Given("ann@example.com", true, Terms.OPEN, "", ""), one);
    assertEquals(Terms.OPEN.by(PROXY).in("p-1", ""), shelf.find("2").orElseThrow().given().terms());
    shelf.done.clear();
    var again = post("/tokens/import", list).json();
    assertEquals(2, again.getInt("unchanged", 0), again.toString());
    assertEquals(List.of(), shelf.done);
  }

  @Test
  void whatSomebodyElseIsTakingOverIsKnownAfterwards() throws Exception {
    shelf.before = () -> shelf.with("flow", ONE, "mine", true, Terms.OPEN);
    var answer = post("/credentials/import", "[{'st':'" + ONE + "'}]").json();
    assertEquals("0 1", answer.getInt("added", -1) + " " + answer.getInt("unchanged", -1));
    assertEquals(List.of(), shelf.done);
  }

  @Test
  void onlyWhatAListSaysIsChanged() throws Exception {
    shelf.with("flow", ONE, "mine", true, Terms.OPEN.atOnce(2, 3).by(PROXY));
    var answer = post("/credentials/import", "[{'st':'" + ONE + "','image_concurrency':4,'is_active':true,'email':'a@b.example'}]");
    assertEquals(1, answer.json().getInt("updated", 0), answer.toString());
    assertEquals(List.of("change 1"), shelf.done, "what is on already is not switched on: that would forgive");
    assertEquals(new CredentialBook.Given("mine", true, Terms.OPEN.atOnce(4, 3).by(PROXY), "", "socks5://h:1"), shelf.find("1").orElseThrow().given());
    post("/credentials/import", "[{'st':'" + ONE + "','is_active':false,'remark':'not mine'}]");
    assertEquals("change 1 false", shelf.done.getLast());
    assertEquals("not mine", shelf.find("1").orElseThrow().given().remark());
  }

  @Test
  void whatTheBookRefusesIsToldOfItsEntry() throws Exception {
    var answer = post("/credentials/import?provider=bfl", "[{'st':'" + ONE + "','proxy_url':'bad'},{'st':'" + TWO + "'}]");
    assertEquals(json("{'success':false,'added':1,'updated':0,'unchanged':0,'errors':[{'index':0,'field':'proxy','message':'proxy is none'}],'ignored':{}}"),
        answer.json());
    assertEquals("bfl", shelf.list().getFirst().provider());
    var none = post("/credentials/import", "[{'st':'" + TWO + "','proxy_url':'bad'}]");
    assertEquals(400, none.status());
    assertEquals("tokens", none.json().get("error").asObject().getString("param", ""));
  }

  @Test
  void whatIsNoListIsRefused() throws Exception {
    assertEquals(400, post("/credentials/import", "'a-text-that-looks-like-a-token'").status());
    assertEquals(400, post("/credentials/import?provider=nobody", "[]").status());
    assertEquals(415, send(Request.of("POST", "/api/admin/credentials/import").header("content-type", "text/plain").body(ONE)).status());
    cookie = "";
    assertEquals(401, post("/credentials/import", "[]").status());
  }

  @Test
  void aDatabaseIsTakenOverWithAWordAboutItsSettings() throws Exception {
    var file = folder.resolve("flow.db");
    try (var flow = FlowDatabaseFile.of2026(file)) {
      flow.account("st, email, is_active, ban_reason, video_concurrency", "'" + ONE + "', 'ann@example.com', 0, '429_rate_limit', 0");
      flow.account("st, email, remark", "'abc', 'ann@example.com', NULL");
      flow.sql("UPDATE proxy_config SET enabled = 1, proxy_url = '" + PROXY.reveal() + "'");
    }
    for (var type : List.of("application/vnd.sqlite3", "application/octet-stream")) {
      var answer = send(Request.of("POST", "/api/admin/credentials/import").header("content-type", type).body(Files.readAllBytes(file)));
      assertEquals(200, answer.status());
      assertFalse(answer.toString().contains("hush"), answer.toString());
      assertEquals(json("""
          {'success':false,'added':1,'updated':0,'unchanged':0,
           'errors':[{'index':1,'field':'st','message':'st is too short to be a token'}],'ignored':{},
           'settings':[{'section':'proxy','key':'proxy_enabled','value':true},
             {'section':'proxy','key':'proxy_url','note':'it holds a password, so it is not shown: set it by hand'}]}"""),
          answer.json().set("added", 1).set("unchanged", 0));
    }
    assertEquals(new CredentialBook.Given("ann@example.com", true, Terms.OPEN, "", ""), shelf.find("1").orElseThrow().given());
    assertFalse(Files.exists(folder.resolve("scratch")));
    var junk = send(Request.of("POST", "/api/admin/credentials/import").header("content-type", "application/octet-stream").body("junk"));
    assertEquals(400, junk.status());
  }

  @Test
  void theCopyThatAKilledProcessLeftIsTakenAway() throws Exception {
    Files.createDirectory(folder.resolve("scratch"));
    Files.writeString(folder.resolve("scratch").resolve("flow.db"), "somebody's secrets");
    new TokenFileApi(sessions, shelf, folder.resolve("scratch"));
    assertFalse(Files.exists(folder.resolve("scratch")));
  }

  @Test
  void secretsLeaveOnlyForThePasswordOnceMore() throws Exception {
    shelf.with("flow", ONE, "mine", true, Terms.OPEN.atOnce(0, -1).by(PROXY).in("p-1", "Nov"));
    shelf.with("bfl", TWO, "", false, Terms.OPEN);
    shelf.is("1", CredentialBook.State.ACTIVE, new Account(Optional.empty(), "ann@example.com",
        Optional.of(new Balance.Funds(new BigDecimal(920), "credits")), Optional.of(new Account.Tier(1, "PAYGATE_TIER_ONE")), List.of(), Optional.empty()));
    var open = send(Request.of("GET", "/api/admin/tokens/export?provider=flow"));
    var entry = json("""
        {'provider':'flow','name':'flow#1','email':'ann@example.com','remark':'mine','is_active':true,'state':'active','image_enabled':true,
         'video_enabled':true,'image_concurrency':0,'video_concurrency':-1,'current_project_id':'p-1','current_project_name':'Nov',
         'proxy':'socks5://h:1','credits':920,'user_paygate_tier':'PAYGATE_TIER_ONE'}""");
    assertEquals(json("{'version':1,'secrets':false}").add("tokens", new com.eclipsesource.json.JsonArray().add(entry)), open.json());
    for (var wrong : List.of("{'secrets':true}", "{'secrets':true,'password':'wrong'}", "{'secrets':true,'password':'right','more':1}")) {
      var refused = post("/credentials/export", wrong);
      assertTrue(refused.status() >= 400, refused.toString());
      assertFalse(refused.toString().contains(ONE));
    }
    var all = post("/credentials/export", "{'secrets':true,'password':'right'}");
    assertEquals(200, all.status());
    assertEquals(List.of(ONE, TWO), all.json().get("tokens").asArray().values().stream().map(t -> t.asObject().getString("session_token", "")).toList());
    assertEquals(PROXY.reveal(), all.json().get("tokens").asArray().get(0).asObject().getString("proxy_url", ""));
  }

  @Test
  void whatWasExportedComesBackAsItWas() throws Exception {
    shelf.with("flow", ONE, "mine", false, Terms.OPEN.able(true, false).atOnce(0, 4).by(PROXY).in("p-1", "Nov"));
    var list = post("/credentials/export", "{'secrets':true,'password':'right'}").json();
    var given = shelf.find("1").orElseThrow().given();
    assertEquals(1, post("/credentials/import", list.toString()).json().getInt("unchanged", 0));
    shelf.change("1", CredentialBook.Change.NOTHING.enabled(true).terms(t -> Terms.OPEN));
    assertEquals(1, post("/credentials/import", list.toString()).json().getInt("updated", 0));
    assertEquals(given, shelf.find("1").orElseThrow().given());
    var bare = send(Request.of("GET", "/api/admin/credentials/export")).json();
    assertTrue(post("/credentials/import", bare.toString()).json().toString().contains("session_token is required: this list was written without secrets"));
  }

  private static final String NEWER = "eyJhbGciOiJkaXIi..newer";
  private static final String NEWEST = "eyJhbGciOiJkaXIi..newest";

  private void renew(String token, int second) {
    shelf.renewed("1", Account.Renewal.of(new Secret(ONE), new Secret(token), Instant.ofEpochSecond(1_900_000_000L + second)));
    shelf.done.clear();
  }

  private JsonObject exported() throws Exception {
    return post("/credentials/export", "{'secrets':true,'password':'right'}").json();
  }

  private String imported(JsonObject list) throws Exception {
    var outcome = post("/credentials/import", list.toString()).json();
    return outcome.getInt("added", -1) + " " + outcome.getInt("updated", -1) + " " + outcome.getInt("unchanged", -1) + " " + outcome.get("errors");
  }

  @Test
  void theTokenThatIsExportedIsTheOneThatIsGoodNow() throws Exception {
    shelf.with("flow", ONE, "mine", true, Terms.OPEN);
    renew(NEWER, 0);
    var entry = exported().get("tokens").asArray().get(0).asObject();
    assertEquals(List.of(NEWER, new Secret(ONE).fingerprint().reveal(), 1_900_000_000L),
        List.of(entry.getString("session_token", ""), entry.getString("renewed_from", ""), entry.getLong("session_renewed_at", 0)));
    var open = send(Request.of("GET", "/api/admin/credentials/export")).json().toString();
    assertFalse(open.contains(NEWER) || open.contains(ONE) || open.contains("renewed_from"), open);
  }

  @Test
  void anExportComesBackAsTheSameCredentialWhicheverTokenItHas() throws Exception {
    shelf.with("flow", ONE, "mine", true, Terms.OPEN);
    var first = exported();
    renew(NEWER, 0);
    var second = exported();
    renew(NEWEST, 60);
    for (var list : List.of(first, second, exported())) assertEquals("0 0 1 []", imported(list));
    assertEquals("0 0 1 []", imported(json("{'tokens':['" + NEWEST + "']}")));
    assertEquals(List.of(), shelf.done);
    assertEquals(List.of(1, ONE), List.of(shelf.list().size(), shelf.secret("1").reveal()));
  }

  @Test
  void anExportThatIsNewerThanWhatIsHereBringsItsToken() throws Exception {
    shelf.with("flow", ONE, "mine", true, Terms.OPEN);
    renew(NEWEST, 60);
    var newest = exported();
    renew(NEWER, 0);
    assertEquals("0 1 0 []", imported(newest));
    assertEquals(List.of("renewed 1"), shelf.done);
    assertEquals(NEWEST, shelf.find("1").orElseThrow().account().current(new Secret(ONE)).reveal());
    assertEquals("0 0 1 []", imported(newest));
  }

  @Test
  void anotherHouseBeginsWithTheNewestToken() throws Exception {
    shelf.with("flow", ONE, "mine", true, Terms.OPEN);
    renew(NEWER, 0);
    var list = exported();
    shelf.clear();
    assertEquals("1 0 0 []", imported(list));
    assertEquals(NEWER, shelf.secret("1").reveal());
    assertEquals("0 0 1 []", imported(list));
  }

  private JsonObject claims(String token, String of, int second, String more) {
    return json("{'version':1,'tokens':[{'session_token':'" + token + "','renewed_from':'" + new Secret(of).fingerprint().reveal()
        + "','session_renewed_at':" + (1_900_000_000L + second) + more + "}]}");
  }

  private String from() throws Exception {
    var entry = exported().get("tokens").asArray().get(0).asObject();
    return entry.getString("session_token", "") + " " + entry.getString("renewed_from", "");
  }

  @Test
  void anotherHouseKnowsWhatItsTokenCameOf() throws Exception {
    assertEquals("1 0 0 []", imported(claims(NEWER, ONE, 0, "")));
    for (var old : List.of(json("{'tokens':['" + ONE + "']}"), claims(NEWER, ONE, 0, ""), claims("another-token-of-before", ONE, -60, ""))) {
      assertEquals("0 0 1 []", imported(old));
    }
    assertEquals(NEWER + " " + new Secret(ONE).fingerprint().reveal(), from());
    assertEquals("0 1 0 []", imported(claims(NEWEST, ONE, 60, "")));
    assertEquals(NEWEST + " " + new Secret(ONE).fingerprint().reveal(), from());
    assertEquals(List.of(1, NEWER), List.of(shelf.list().size(), shelf.secret("1").reveal()));
    assertEquals("0 0 1 []", imported(claims(NEWER, ONE, 120, "")), "what it began with is never newer");
  }

  @Test
  void whatATokenCameOfIsLearnedLaterToo() throws Exception {
    shelf.with("flow", NEWER, "", true, Terms.OPEN);
    assertEquals("0 1 0 []", imported(claims(NEWER, ONE, 0, "")));
    assertEquals("0 0 1 []", imported(claims(NEWER, ONE, 0, "")));
    assertEquals("0 0 1 []", imported(json("{'tokens':['" + ONE + "']}")));
  }

  @Test
  void oneListMayHaveSeveralTokensOfAnAccount() throws Exception {
    var newer = claims(NEWER, ONE, 0, "").get("tokens").asArray().get(0);
    var newest = claims(NEWEST, ONE, 60, "").get("tokens").asArray().get(0);
    var own = json("{'session_token':'" + ONE + "'}");
    for (var order : List.of(List.of(newest, newer, own), List.of(own, newest, newer), List.of(newer, own, newest))) {
      var tokens = new JsonArray();
      order.forEach(tokens::add);
      assertEquals("1", imported(new JsonObject().add("version", 1).add("tokens", tokens)).substring(0, 1));
      assertEquals(NEWEST + " " + new Secret(ONE).fingerprint().reveal(), from());
      assertEquals(1, shelf.list().size());
      shelf.clear();
    }
  }

  @Test
  void aClaimThatIsAgainstWhatIsKnownIsToldAndNothingIsTaken() throws Exception {
    shelf.with("flow", ONE, "", true, Terms.OPEN);
    shelf.with("flow", TWO, "", true, Terms.OPEN);
    var told = imported(claims(TWO, ONE, 0, ""));
    assertTrue(told.startsWith("0 0 0 ") && told.contains("renewed_from is that of"), told);
    shelf.is("2", CredentialBook.State.RETIRED, Account.UNKNOWN);
    shelf.is("1", CredentialBook.State.ACTIVE, new Account(Optional.empty(), "ann@example.com", Optional.empty(), Optional.empty(), List.of(),
        Optional.empty()));
    var other = imported(claims(NEWER, ONE, 0, ",'email':'bob@example.com'"));
    assertTrue(other.startsWith("0 0 0 ") && other.contains("another e-mail address"), other);
    assertEquals(ONE, exported().get("tokens").asArray().get(0).asObject().getString("session_token", ""));
    assertEquals("0 1 0 []", imported(claims(NEWER, ONE, 0, ",'email':'Ann@example.com'")));
    assertEquals("0 1 0 []", imported(claims(TWO, ONE, 60, "")), "what is being taken away is in nobody's way");
  }

  @Test
  void theFieldsOfARenewalMeanNothingInAnybodyElsesList() throws Exception {
    var list = "[{'st':'" + ONE + "','renewed_from':'x','session_renewed_at':'y'}]";
    assertEquals(json("{'renewed_from':1,'session_renewed_at':1}"), post("/credentials/import", list).json().get("ignored"));
    for (var odd : List.of("'session_renewed_at':1e300", "'session_renewed_at':-1", "'session_renewed_at':1")) {
      assertEquals("0 0 1 []", imported(json("{'version':1,'tokens':[{'session_token':'" + ONE + "','renewed_from':'x'," + odd + "}]}")));
    }
  }

  @Test
  void whoHadGoogleCookiesIsToldWhatThereIsInsteadOfThem() throws Exception {
    var usual = "'protocol_mode':'session','google_cookies':''";
    var quiet = post("/credentials/import", "[{'st':'" + ONE + "'," + usual + "}]").json();
    assertEquals("{} null", quiet.get("ignored") + " " + quiet.get("notes"));
    for (var one : List.of("'google_cookies':'SID=hush'", "'protocol_mode':'protocol'")) {
      var told = post("/credentials/import", "[{'st':'" + TWO + "'," + one + "}]").json();
      assertTrue(told.get("notes").asArray().get(0).asString().startsWith("Google cookies are not kept"), told.toString());
      assertFalse(told.toString().contains("hush"));
    }
  }

  @Test
  void whateverTheApiTakesCanBeExportedAndComesBack() throws Exception {
    var proxies = new Secret("socks5://one.test:1080\nsocks5://two.test:1080" + ("\nhttp://" + "x".repeat(60) + ".test:1").repeat(10));
    shelf.with("flow", "short", "mine", true, Terms.OPEN.by(proxies).in("p".repeat(128), "Nov"));
    var list = post("/credentials/export", "{'secrets':true,'password':'right'}").json();
    var back = post("/credentials/import", list.toString()).json();
    assertEquals("[] 1", back.get("errors") + " " + back.getInt("unchanged", 0));
  }
}
