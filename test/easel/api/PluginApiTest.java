package easel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.http.Request;
import easel.http.Router;
import easel.store.Terms;
import fake.FakeTime;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PluginApiTest {
  private static final String TOKEN = "token-of-the-extension";

  private final FakeTime time = new FakeTime();
  private final Shelf shelf = new Shelf();
  private final Map<String, String> persons = new HashMap<>(Map.of("st-new", "ann@example.com"));
  private Optional<Secret> own = Optional.empty();
  private Optional<Secret> renewed = Optional.empty();
  private final Router router = new Router();
  private PluginApi.Options options = new PluginApi.Options(Optional.of(new Secret(TOKEN)), true);

  @BeforeEach
  void route() {
    new PluginApi(() -> options, shelf, st -> {
      if (persons.containsKey(st.reveal())) return new PluginApi.Person(persons.get(st.reveal()), own.orElse(st), renewed);
      throw new GatewayException(new Failure.BadCredential("the session token is no longer valid"));
    }, time).routes(router);
  }

  private record Answer(int status, JsonObject json) {}

  private Answer call(String path, String authorization, String json) throws Exception {
    var request = Request.of("POST", "/api/plugin/" + path).header("authorization", authorization).body(json.replace('\'', '"'));
    var response = router.handle(request);
    var body = new ByteArrayOutputStream();
    response.writeBody(body);
    return new Answer(response.status(), Json.parse(body.toString(StandardCharsets.UTF_8)).asObject());
  }

  private static JsonObject json(String json) {
    return Json.parse(json.replace('\'', '"')).asObject();
  }

  private Answer push(String st) throws Exception {
    return call("update-token", "Bearer " + TOKEN, "{'session_token':'" + st + "','protocol_mode':'session','google_cookies':'hush'}");
  }

  private static Account of(String person) {
    return new Account(Optional.empty(), person, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  @Test
  void withoutAConnectionTokenOfItsOwnNobodyComesIn() throws Exception {
    assertEquals(new Answer(401, json("{'detail':'The connection token is not right.'}")), call("update-token", "Bearer nobody", "{}"));
    assertEquals(401, call("check-tokens", "", "{}").status());
    assertEquals(200, call("check-tokens", TOKEN, "{}").status(), "bare, as there");
    options = new PluginApi.Options(Optional.empty(), true);
    assertEquals(403, call("check-tokens", "Bearer ", "{}").status());
    assertEquals(403, push("st-new").status());
    assertEquals(List.of(), shelf.list());
  }

  @Test
  void aPersonNobodyKnowsIsAdded() throws Exception {
    assertEquals(new Answer(200, json("{'success':true,'message':'The token of ann@example.com was added.','action':'added','token_id':'1'}")),
        push("st-new"));
    assertEquals(List.of("add 1"), shelf.done);
    assertEquals("updated", push("st-new").json().getString("action", ""), "the second push finds the first");
    assertEquals(1, shelf.list().size());
  }

  @Test
  void theTokenOfAPersonWhoIsKnownIsRenewed() throws Exception {
    shelf.with("bfl", "st-other", "ann@example.com", true, Terms.OPEN).with("flow", "st-old", "of the team", true, Terms.OPEN);
    shelf.is("2", CredentialBook.State.ACTIVE, of("Ann@example.com"));
    assertEquals(new Answer(200, json("{'success':true,'message':'The token of Ann@example.com was renewed.','action':'updated','token_id':'2'}")),
        push("st-new"));
    assertEquals(List.of("change 2 same"), shelf.done);
    assertEquals("st-new", shelf.secret("2").reveal());
  }

  @Test
  void anImportedAccountIsKnownByTheAddressInItsRemark() throws Exception {
    shelf.with("flow", "st-old", "ann@example.com", true, Terms.OPEN);
    assertEquals("1", push("st-new").json().getString("token_id", ""));
  }

  @Test
  void ofTwoOfOnePersonTheOneThatNeedsItIsRenewed() throws Exception {
    shelf.with("flow", "st-good", "ann@example.com", true, Terms.OPEN).with("flow", "st-bad", "ann@example.com", true, Terms.OPEN);
    shelf.is("2", CredentialBook.State.DISABLED, of("ann@example.com"));
    assertEquals("2", push("st-new").json().getString("token_id", ""));
  }

  @Test
  void anAccountThatIsOffIsSwitchedOnIfThatIsWanted() throws Exception {
    shelf.with("flow", "st-old", "ann@example.com", false, Terms.OPEN);
    options = new PluginApi.Options(options.token(), false);
    assertFalse(push("st-new").json().names().contains("auto_enabled"));
    options = new PluginApi.Options(options.token(), true);
    assertEquals("true", push("st-new").json().get("auto_enabled").toString());
    assertEquals("enable 1", shelf.done.getLast());
  }

  @Test
  void whatLabsGaveInPlaceOfTheTokenIsKeptWithIt() throws Exception {
    renewed = Optional.of(new Secret("given-by-labs"));
    push("st-new");
    var expected = Optional.of(Account.Renewal.of(new Secret("st-new"), new Secret("given-by-labs"), time.instant()));
    assertEquals(List.of("add 1", "renewed 1"), shelf.done);
    assertEquals(expected, shelf.find("1").orElseThrow().account().renewal());
    persons.put("st-newer", "ann@example.com");
    renewed = Optional.of(new Secret("given-next-by-labs"));
    push("st-newer");
    assertEquals("given-next-by-labs", shelf.find("1").orElseThrow().account().current(shelf.secret("1")).reveal());
    assertEquals(2, shelf.together);
  }

  @Test
  void theTokenThatTookTheOldOnesPlaceIsTheSameAccount() throws Exception {
    shelf.with("flow", "st-old", "", true, Terms.OPEN);
    persons.put("st-new", "");
    own = Optional.of(new Secret("st-old"));
    assertEquals("updated", push("st-new").json().getString("action", ""));
    assertEquals(List.of(1, "st-old"), List.of(shelf.list().size(), shelf.secret("1").reveal()));
  }

  @Test
  void aTokenThatIsNobodysIsNotTaken() throws Exception {
    assertEquals(new Answer(400, json("{'detail':'the session token is no longer valid'}")), push("st-dead"));
    assertEquals(400, call("update-token", TOKEN, "{}").status());
    assertEquals(400, call("update-token", TOKEN, "{'session_token':'two words'}").status());
    assertEquals(400, call("update-token", TOKEN, "no JSON").status());
    assertEquals(List.of(), shelf.done);
  }

  @Test
  void staleAccountsAreToldByWhatIsLeftOfTheirSessions() throws Exception {
    shelf.with("flow", "st-1", "", true, Terms.OPEN).with("flow", "st-2", "bob@example.com", false, Terms.OPEN).with("bfl", "x", "", true, Terms.OPEN);
    var ends = time.instant().plus(Duration.ofHours(2));
    shelf.is("1", CredentialBook.State.ACTIVE, new Account(Optional.of(new Account.Session(new Secret("ya29"), ends)), "ann@example.com",
        Optional.of(new Balance.Funds(new BigDecimal(920), "credits")), Optional.empty(), List.of(), Optional.empty()));
    var ann = "{'id':'1','email':'ann@example.com','is_active':true,'needs_refresh':%s,'at_expires':'" + ends
        + "','last_used_at':null,'protocol_mode':'session','credits':920}";
    var bob = "{'id':'2','email':'bob@example.com','is_active':false,'needs_refresh':true,'at_expires':null,'last_used_at':null,"
        + "'protocol_mode':'session','credits':null}";
    assertEquals(json("{'success':true,'tokens':[" + ann.formatted("false") + "," + bob + "]}"), call("check-tokens", TOKEN, "{}").json());
    time.advance(Duration.ofMinutes(61));
    assertEquals(json("{'success':true,'tokens':[" + ann.formatted("true") + "]}"),
        call("check-tokens", TOKEN, "{'emails':['ANN@example.com']}").json());
  }
}
