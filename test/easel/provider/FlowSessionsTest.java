package easel.provider;

import static easel.provider.FlowAccountStage.CREDENTIAL;
import static easel.provider.FlowAccountStage.all;
import static easel.provider.FlowAccountStage.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Balance;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.upstream.Call;
import easel.upstream.Transport;
import fake.Await;
import fake.FakeLabs;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FlowSessionsTest {
  private FlowAccountStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new FlowAccountStage();
  }

  @AfterEach
  void close() {
    assertEquals(0, stage.fake.leaks());
    stage.close();
  }

  private int exchanges() {
    return stage.fake.calls("session");
  }

  @Test
  void aTokenIsKeptWithWhoseItIsAndUsedAgain() throws Exception {
    var token = stage.sessions.token(CREDENTIAL);
    assertEquals(token, stage.sessions.token(CREDENTIAL));
    var now = stage.time.instant();
    var renewal = stage.accounts.of(CREDENTIAL).renewal();
    assertEquals(new Account(Optional.of(new Account.Session(token, now.plus(Duration.ofHours(12)), Optional.of(now))), renewal, Optional.empty(),
        "st-1@example.com", Optional.empty(), Optional.empty(), List.of(), Optional.empty()), stage.accounts.of(CREDENTIAL));
    assertEquals(1, exchanges());
    assertEquals(Optional.of("__Secure-next-auth.session-token=st-1"), stage.fake.seen().getFirst().header("cookie"));
  }

  @Test
  void aTokenMayBeCopiedWithTheNameOfItsCookie() throws Exception {
    var copied = FlowAccountStage.credential("__Secure-next-auth.session-token=st-1");
    stage.sessions.token(copied);
    assertEquals("st-1@example.com", stage.accounts.of(copied).person());
  }

  @Test
  void fiftyWhoNeedOneAtOnceShareOneExchange() throws Exception {
    assertEquals(1, new HashSet<>(all(50, () -> stage.sessions.token(CREDENTIAL))).size());
    assertEquals(1, exchanges());
  }

  @Test
  void credentialsDoNotWaitForEachOther() throws Exception {
    stage.fake.account("st-2");
    var other = FlowAccountStage.credential("st-2");
    assertNotEquals(stage.sessions.token(CREDENTIAL), stage.sessions.token(other));
    assertEquals("st-2@example.com", stage.accounts.of(other).person());
  }

  @Test
  void oneWhoStopsWaitingDoesNotTakeTheAnswerFromTheOthers() throws Exception {
    stage.fake.hold("session");
    var impatient = Thread.ofVirtual().start(() -> assertThrows(InterruptedException.class, () -> stage.sessions.token(CREDENTIAL)));
    Await.until("the exchange", () -> exchanges() > 0);
    var other = new FutureTask<>(() -> stage.sessions.token(CREDENTIAL));
    Thread.ofVirtual().start(other);
    impatient.interrupt();
    impatient.join();
    stage.fake.release("session");
    assertEquals("***", other.get().toString());
    assertEquals(1, exchanges());
  }

  @Test
  void itIsRenewedAnHourBeforeItEnds() throws Exception {
    stage.close();
    stage = new FlowAccountStage(FlowOptions.HOME, new JsonObject().add("session_interval", 0));
    var first = stage.sessions.token(CREDENTIAL);
    assertEquals(stage.time.instant().plus(Duration.ofHours(11)), stage.sessions.due(CREDENTIAL));
    stage.time.advance(Duration.ofHours(11).minusSeconds(1));
    assertEquals(first, stage.sessions.token(CREDENTIAL));
    stage.time.advance(Duration.ofSeconds(2));
    assertNotEquals(first, stage.sessions.token(CREDENTIAL));
    assertEquals(2, exchanges());
  }

  @Test
  void withoutASessionItIsDueNow() {
    assertEquals(stage.time.instant(), stage.sessions.due(CREDENTIAL));
  }

  @Test
  void aTokenThatIsShortLivedFromTheBeginningIsNotAskedForAtEachCall() throws Exception {
    stage.fake.account(FakeLabs.ST).life(Duration.ofMinutes(50));
    var first = stage.sessions.token(CREDENTIAL);
    assertEquals(first, stage.sessions.token(CREDENTIAL));
    assertEquals(stage.time.instant().plus(Duration.ofMinutes(5)), stage.sessions.due(CREDENTIAL));
    stage.time.advance(Duration.ofMinutes(6));
    assertNotEquals(first, stage.sessions.token(CREDENTIAL));
    assertEquals(2, exchanges());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"200|application/json|{}", "200|application/json|{\"user\":{\"email\":\"a@b.c\"}}",
      "401|application/json|{}", "403|application/json|{\"error\":\"signed out\"}", "401|application/json|''"})
  void onlyLabsItselfDeclaresASessionDead(int status, String type, String body) {
    stage.fake.nextAnswer("session", status, type, body);
    var failure = failure(() -> stage.sessions.token(CREDENTIAL));
    assertInstanceOf(Failure.BadCredential.class, failure);
    assertTrue(failure.message().startsWith("the session token is no longer valid: "), failure.message());
    assertEquals(Account.UNKNOWN, stage.accounts.of(CREDENTIAL));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"500|application/json|{}", "503|text/html|<html/>", "429|application/json|{}",
      "200|text/html|<html>captive portal</html>", "403|text/html|<html>denied</html>", "401|text/html|<html/>", "200|text/plain|''",
      "302|text/html|''", "0|x|x", "404|application/json|{}", "200|application/json|[]"})
  void whateverElseGoesWrongIsNoVerdictOnTheSession(int status, String type, String body) {
    stage.fake.nextAnswer("session", status, type, body);
    // the JDK's client asks a second time where a connection ends without an answer
    if (status == 0) stage.fake.nextAnswer("session", status, type, body);
    var failure = failure(() -> stage.sessions.token(CREDENTIAL));
    assertInstanceOf(Failure.NoCapacity.class, failure, failure.toString());
    assertTrue(failure.notAccepted());
  }

  @Test
  void labsSaysHowLongItIsToBeLeftAlone() {
    stage.fake.nextAnswer("session", 429, "application/json", "{}", "Retry-After: 17");
    assertEquals(new Failure.NoCapacity(Duration.ofSeconds(17), "labs answered 429 when it was asked for a session"),
        failure(() -> stage.sessions.token(CREDENTIAL)));
  }

  @Test
  void withoutANetworkTheTokenWeHaveIsUsedWhileItLives() throws Exception {
    try (var cut = new FlowAccountStage(URI.create("http://127.0.0.1:1/fx/api"), new JsonObject())) {
      assertInstanceOf(Failure.Unreachable.class, failure(() -> cut.sessions.token(CREDENTIAL)));
      var old = cut.holds(CREDENTIAL, Duration.ofMinutes(10));
      assertEquals(old, cut.sessions.token(CREDENTIAL));
      cut.time.advance(Duration.ofMinutes(9));
      assertInstanceOf(Failure.Unreachable.class, failure(() -> cut.sessions.token(CREDENTIAL)));
    }
  }

  @Test
  void aTroubledLabsIsNotAskedAtEachCallWhileATokenLives() throws Exception {
    var old = stage.holds(CREDENTIAL, Duration.ofMinutes(30));
    stage.fake.nextAnswer("session", 500, "text/html", "");
    for (int i = 0; i < 20; i++) assertEquals(old, stage.sessions.token(CREDENTIAL));
    assertEquals(1, exchanges());
    stage.time.advance(Duration.ofSeconds(31));
    assertNotEquals(old, stage.sessions.token(CREDENTIAL));
  }

  @Test
  void aDeadSessionBuysNothingButBoughtWorkIsAskedAboutWhileTheTokenLives() throws Exception {
    var token = stage.sessions.token(CREDENTIAL);
    stage.time.advance(Duration.ofHours(11).plusMinutes(10));
    stage.fake.account(FakeLabs.ST).die();
    assertInstanceOf(Failure.BadCredential.class, failure(() -> stage.sessions.token(CREDENTIAL)));
    assertEquals(token, stage.sessions.token(CREDENTIAL, false));
    stage.time.advance(Duration.ofMinutes(50));
    assertInstanceOf(Failure.BadCredential.class, failure(() -> stage.sessions.token(CREDENTIAL, false)));
  }

  @Test
  void aTokenWhoseEndIsNotToldIsAskedForAgainSoon() throws Exception {
    stage.fake.nextAnswer("session", 200, "application/json", "{\"access_token\":\"ya29.x\",\"expires\":\"soon\"}");
    assertEquals("ya29.x", stage.sessions.token(CREDENTIAL).reveal());
    assertEquals(stage.time.instant().plus(Duration.ofMinutes(5)), stage.sessions.due(CREDENTIAL));
  }

  // ---- 401 --------------------------------------------------------------------------------------------------------

  private Exchange.Answer credits() throws InterruptedException {
    return stage.wire.api(CREDENTIAL, stage.wire.get(stage.options.api("/credits")));
  }

  @Test
  void aTokenThatIsNotAcceptedIsRenewedOnceAndTheCallSentOnceMore() throws Exception {
    stage.token();
    stage.fake.account(FakeLabs.ST).revoke();
    assertEquals(200, credits().status());
    assertEquals(2, stage.fake.calls("credits"));
    assertEquals(2, exchanges());
  }

  @Test
  void aSecond401IsTheAnswer() throws Exception {
    stage.fake.nextAnswer("credits", 401, "application/json", "{}").nextAnswer("credits", 401, "application/json", "{}");
    var answer = credits();
    assertEquals(401, answer.status());
    assertInstanceOf(Failure.BadCredential.class, stage.wire.rejected(CREDENTIAL, answer).failure());
    assertEquals(2, stage.fake.calls("credits"));
  }

  @ParameterizedTest
  @CsvSource({"400", "403", "429", "500", "503"})
  void noOtherAnswerIsAskedForTwice(int status) throws Exception {
    stage.fake.nextAnswer("credits", status, "application/json", "{}");
    assertEquals(status, credits().status());
    assertEquals(1, stage.fake.calls("credits"));
  }

  @Test
  void fiftyRevokedCallsRenewOnce() throws Exception {
    stage.token();
    stage.fake.account(FakeLabs.ST).revoke();
    assertEquals(Set.of(200), new HashSet<>(all(50, () -> credits().status())));
    assertEquals(2, exchanges());
  }

  @Test
  void aSubmitOfARevokedTokenIsBoughtOnce() throws Exception {
    var project = stage.projects.next(CREDENTIAL);
    stage.token();
    stage.fake.account(FakeLabs.ST).revoke();
    var uri = stage.options.api("/projects/" + project + "/flowMedia:batchGenerateImages");
    var answer = stage.wire.api(CREDENTIAL, stage.wire.submit(uri, FlowWire.json(picture(project, "a red apple"))));
    assertEquals(200, answer.status());
    assertEquals(2, stage.fake.calls("batchGenerateImages"));
    assertEquals(1, stage.fake.submits());
  }

  @Test
  void aSubmitThatBreaksOffIsNotSentAgain() throws Exception {
    var project = stage.projects.next(CREDENTIAL);
    var uri = stage.options.api("/projects/" + project + "/flowMedia:batchGenerateImages");
    for (var mark : List.of("[[drop]]", "[[reset]]")) {
      var call = stage.wire.submit(uri, FlowWire.json(picture(project, mark)));
      assertFalse(failure(() -> stage.wire.api(CREDENTIAL, call)).notAccepted());
    }
    assertEquals(2, stage.fake.submits());
    assertEquals(2, stage.fake.calls("batchGenerateImages"));
  }

  private JsonObject picture(String project, String prompt) {
    var context = new JsonObject().add("recaptchaContext", stage.options.recaptcha()).add("sessionId", ";1795234692780")
        .add("projectId", project).add("tool", "PINHOLE");
    var parts = new JsonArray().add(new JsonObject().add("text", prompt));
    var request = new JsonObject().add("clientContext", context).add("seed", 1).add("imageModelName", "NARWHAL")
        .add("imageAspectRatio", "IMAGE_ASPECT_RATIO_SQUARE").add("structuredPrompt", new JsonObject().add("parts", parts));
    return new JsonObject().add("clientContext", context).add("mediaGenerationContext", new JsonObject().add("batchId", "b"))
        .add("useNewMedia", true).add("requests", new JsonArray().add(request));
  }

  @Test
  void tokensGoToTheirOwnHostsAlone() {
    var elsewhere = stage.wire.get(URI.create("http://127.0.0.2:" + stage.fake.api().getPort() + "/v1/credits"));
    assertThrows(IllegalArgumentException.class, () -> stage.wire.api(CREDENTIAL, elsewhere));
    assertThrows(IllegalArgumentException.class, () -> stage.wire.labs(CREDENTIAL, elsewhere));
    assertEquals(0, stage.fake.calls("credits"));
  }

  @Test
  void callsSayWhereTheyComeFromAndNothingOfABrowser() throws Exception {
    credits();
    var headers = stage.fake.seen().getLast().headers();
    assertEquals(Set.of("accept", "accept-encoding", "authorization", "content-length", "host", "origin", "referer", "user-agent"), headers.keySet());
    assertEquals("https://labs.google", headers.get("origin"));
    assertEquals("Easel/test", headers.get("user-agent"));
  }

  @Test
  void theCredentialsOwnProxyIsTheWayOfEveryCall() throws Exception {
    var byProxy = CREDENTIAL.by(new Secret("socks5://10.0.0.1:1080"));
    var ways = new ArrayList<Call.Way>();
    Transport seen = call -> {
      ways.add(call.way());
      return stage.upstream.send(call);
    };
    var sessions = new FlowSessions(stage.options, seen, stage.accounts, stage.time);
    var wire = new FlowWire(stage.options, seen, sessions, stage.time);
    wire.api(byProxy, wire.get(stage.options.api("/credits")));
    wire.labs(byProxy, wire.get(stage.options.labs("/auth/session")));
    assertEquals(3, ways.size());
    assertTrue(ways.stream().allMatch(w -> w.own().equals(byProxy.proxy()) && !w.media()));
  }

  // ---- what is left -----------------------------------------------------------------------------------------------

  @Test
  void creditsAndClassAreHeardAndKept() throws Exception {
    stage.fake.account(FakeLabs.ST).tier("PAYGATE_TIER_TWO").credits(920);
    assertEquals(new Balance.Funds(new BigDecimal("920"), "credits"), stage.funds.funds(CREDENTIAL));
    var account = stage.accounts.of(CREDENTIAL);
    assertEquals(Optional.of(new Account.Tier(2, "PAYGATE_TIER_TWO")), account.tier());
    assertEquals(Optional.of(stage.time.instant()), account.heard());
  }

  @ParameterizedTest
  @CsvSource({"PAYGATE_TIER_NOT_PAID,0", "PAYGATE_TIER_ONE,1", "PAYGATE_TIER_TWO,2", "PAYGATE_TIER_SEVEN,0"})
  void aClassNobodyKnowsCountsAsTheLowest(String word, int rank) {
    assertEquals(new Account.Tier(rank, word), FlowFunds.tier(word));
  }

  @Test
  void troubleWithCreditsIsNoVerdict() {
    stage.fake.nextAnswer("credits", 500, "application/json", "{}");
    assertInstanceOf(Failure.NoCapacity.class, failure(() -> stage.funds.funds(CREDENTIAL)));
    stage.fake.nextAnswer("credits", 200, "text/html", "<html/>");
    assertInstanceOf(Failure.NoCapacity.class, failure(() -> stage.funds.funds(CREDENTIAL)));
    assertEquals(Optional.empty(), stage.accounts.of(CREDENTIAL).funds());
  }

  @Test
  void aRefreshAsksForASessionWhateverThereIsAndHearsTheFunds() throws Exception {
    var first = stage.token();
    stage.funds.refresh(CREDENTIAL);
    assertEquals(2, exchanges());
    assertNotEquals(Optional.of(first), stage.accounts.of(CREDENTIAL).session().map(Account.Session::token));
    assertTrue(stage.accounts.of(CREDENTIAL).funds().isPresent());
  }

  @Test
  void aRefreshOfADeadSessionSaysSoThoughATokenLives() throws Exception {
    stage.token();
    stage.fake.account(FakeLabs.ST).die();
    assertInstanceOf(Failure.BadCredential.class, failure(() -> stage.funds.refresh(CREDENTIAL)));
  }

  @Test
  void noSecretIsInAnyMessage() {
    stage.fake.nextAnswer("session", 403, "application/json", "{\"error\":\"no session st-of-eight\"}");
    var e = assertThrows(GatewayException.class, () -> stage.sessions.token(FlowAccountStage.credential("st-of-eight")));
    assertFalse(e.getMessage().contains("st-of-eight"), e.getMessage());
  }
}
