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

import com.eclipsesource.json.JsonObject;
import easel.core.Account;
import easel.core.Credential;
import easel.core.Failure;
import easel.core.GatewayException;
import easel.core.Secret;
import fake.Await;
import fake.FakeLabs;
import fake.FakeLabsAccount.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The session tokens that labs gives in place of the operator's. */
@Timeout(30)
class FlowRenewalTest {
  private static final String COOKIE = "__Secure-next-auth.session-token";

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

  private Secret exchange() throws InterruptedException {
    return stage.sessions.exchanged(CREDENTIAL);
  }

  private Secret presented() {
    return stage.sessions.presented(CREDENTIAL);
  }

  private String newest() {
    return stage.fake.account(FakeLabs.ST).cookies().getLast();
  }

  /** What every call to labs has shown, in order. */
  private List<String> shown() {
    return stage.fake.seen().stream().flatMap(r -> r.header("cookie").stream()).map(c -> c.replace(COOKIE + "=", "")).toList();
  }

  private void answers(String... headers) {
    var body = "{\"access_token\":\"ya29.good\",\"expires\":\"2030-01-01T12:00:00.000Z\"}";
    stage.fake.nextAnswer("session", 200, "application/json", body, headers);
  }

  // ---- kept and shown ---------------------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void everySessionGoesOnWithTheTokenThatTheLastOneBrought(Rotation how) throws Exception {
    stage.fake.account(FakeLabs.ST).rotation(how);
    for (int i = 0; i < 4; i++) exchange();
    boolean same = how == Rotation.NONE;
    var expected = new ArrayList<>(List.of("st-1"));
    for (int i = 1; i < 4; i++) expected.add(same ? "st-1" : newest().replaceAll("[0-9]+[.]$", i + "."));
    assertEquals(expected, shown());
    assertEquals(same ? Optional.empty() : Optional.of(Account.Renewal.of(CREDENTIAL.secret(), new Secret(newest()), stage.time.instant())),
        stage.accounts.of(CREDENTIAL).renewal());
  }

  @Test
  void everyCallToLabsShowsIt() throws Exception {
    stage.fake.account(FakeLabs.ST).rotation(Rotation.STRICT);
    exchange();
    stage.projects.next(CREDENTIAL);
    assertEquals(200, stage.wire.labs(CREDENTIAL, stage.wire.get(stage.options.labs("/auth/session"))).status());
    assertEquals(2, new HashSet<>(shown()).size());
    assertEquals("st-1", shown().getFirst());
  }

  @Test
  void aLongOneIsShownInThePiecesInWhichItCame() throws Exception {
    stage.fake.account(FakeLabs.ST).rotation(Rotation.STRICT).length(8000);
    exchange();
    assertEquals(8000, presented().reveal().length());
    exchange();
    assertEquals(2, exchanges());
    var cookie = stage.fake.seen().getLast().header("cookie").orElseThrow();
    assertTrue(cookie.matches(COOKIE + "[.]0=[^;]{3933}; " + COOKIE + "[.]1=[^;]{3933}; " + COOKIE + "[.]2=[^;]{134}"), cookie);
  }

  @Test
  void theSameTokenAgainIsNoRenewal() throws Exception {
    answers("Set-Cookie: " + COOKIE + "=st-1");
    exchange();
    assertEquals(Optional.empty(), stage.accounts.of(CREDENTIAL).renewal());
    answers("set-cookie: " + COOKIE + "=newer-token; Path=/");
    exchange();
    var first = stage.accounts.of(CREDENTIAL).renewal();
    stage.time.advance(Duration.ofHours(1));
    answers("SET-COOKIE: " + COOKIE + "=newer-token; Path=/");
    exchange();
    assertEquals(first, stage.accounts.of(CREDENTIAL).renewal());
    assertEquals("newer-token", presented().reveal());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"=; Max-Age=0", "=other-token; Max-Age=0", "=a b c d e f g", "=\"quoted-token\"", "=short", ".1=second-piece", ".0=",
      "X=of-another-name", "=other-token; Expires=Thu, 01 Jan 1970 00:00:00 GMT"})
  void whatIsNoTokenChangesNothing(String cookie) throws Exception {
    exchange();
    var before = presented();
    answers("Set-Cookie: " + COOKIE + cookie);
    exchange();
    assertEquals(before, presented());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"500|application/json|{}", "200|application/json|{}", "200|text/html|<html/>", "401|application/json|{}",
      "200|application/json|{\"access_token\":\"ya29.old\",\"error\":\"ACCESS_TOKEN_REFRESH_NEEDED\"}"})
  void onlyAGoodSessionBringsOne(int status, String type, String body) throws Exception {
    // said twice: also of the operator's own
    for (int i = 0; i < 2; i++) stage.fake.nextAnswer("session", status, type, body, "Set-Cookie: " + COOKIE + "=not-to-be-kept");
    try {
      exchange();
    } catch (GatewayException e) {
      assertTrue(e.failure().notAccepted());
    }
    assertEquals("st-1", presented().reveal());
  }

  @Test
  void aTokenThatWasCopiedWithItsNameIsRenewedToo() throws Exception {
    var copied = FlowAccountStage.credential(COOKIE + "=st-1");
    stage.sessions.exchanged(copied);
    assertEquals(newest(), stage.sessions.presented(copied).reveal());
  }

  // ---- what labs does not know any more ---------------------------------------------------------------------------

  @Test
  void theOperatorsOwnIsTriedOnceMoreAndTheRenewalDropped() throws Exception {
    exchange();
    var lost = newest();
    stage.fake.account(FakeLabs.ST).forget(lost);
    exchange();
    assertEquals(List.of("st-1", lost, "st-1"), shown());
    assertNotEquals(lost, presented().reveal());
    assertEquals(newest(), presented().reveal());
  }

  @Test
  void theOwnOneAloneIsGoodAgainWhereNoOtherIsGiven() throws Exception {
    exchange();
    stage.fake.account(FakeLabs.ST).forget(newest()).rotation(Rotation.NONE);
    exchange();
    assertEquals(Optional.empty(), stage.accounts.of(CREDENTIAL).renewal());
    exchange();
    assertEquals(4, exchanges());
  }

  @Test
  void whereNeitherIsKnownTheCredentialIsDeadAndBothWereAskedOnce() throws Exception {
    exchange();
    stage.fake.account(FakeLabs.ST).die();
    assertInstanceOf(Failure.BadCredential.class, failure(this::exchange));
    assertEquals(3, exchanges());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"500|application/json", "503|text/html", "403|text/html", "200|text/html"})
  void troubleSaysNothingAndDropsNothing(int status, String type) throws Exception {
    exchange();
    var before = stage.accounts.of(CREDENTIAL);
    stage.fake.nextAnswer("session", status, type, "<html/>");
    assertInstanceOf(Failure.NoCapacity.class, failure(this::exchange));
    assertEquals(before, stage.accounts.of(CREDENTIAL));
    assertEquals(2, exchanges());
    // the newer one is unknown, and of the own one nothing is heard: no verdict
    stage.fake.nextAnswer("session", 200, "application/json", "{}").nextAnswer("session", status, type, "<html/>");
    assertInstanceOf(Failure.NoCapacity.class, failure(this::exchange));
    assertEquals(before, stage.accounts.of(CREDENTIAL));
    assertEquals(4, exchanges());
  }

  @Test
  void noTokenIsInAnyMessage() throws Exception {
    exchange();
    var token = newest();
    for (int i = 0; i < 2; i++) stage.fake.nextAnswer("session", 403, "application/json", "{\"error\":\"no session " + token + "\"}");
    assertFalse(failure(this::exchange).message().contains(token));
    stage.fake.nextAnswer("createProject", 400, "application/json", "{\"error\":{\"json\":{\"message\":\"what is " + token + "\"}}}");
    assertFalse(failure(() -> stage.projects.next(CREDENTIAL)).message().contains(token));
    assertFalse(stage.accounts.of(CREDENTIAL).toString().contains(token));
  }

  // ---- restarts, kills, another secret ----------------------------------------------------------------------------

  private FlowSessions another() {
    return new FlowSessions(stage.options, stage.upstream, stage.accounts, stage.time);
  }

  @Test
  void anotherProcessGoesOnWithTheNewestToken() throws Exception {
    stage.fake.account(FakeLabs.ST).rotation(Rotation.STRICT);
    exchange();
    another().exchanged(CREDENTIAL);
    exchange();
    assertEquals(3, exchanges());
  }

  /**
   * The process dies before what labs has answered is on the disk. A NextAuth token is signed, not looked up: the one
   * before stays good until its own end, so nothing is lost; a site that takes it back at once would have the account
   * lost, and no order of ours could help that.
   */
  @Test
  void aTokenThatNeverReachedTheDiskIsNotMissed() throws Exception {
    exchange();
    var onDisk = stage.accounts.of(CREDENTIAL);
    exchange();
    stage.accounts.keep(CREDENTIAL, a -> onDisk);
    var token = another().exchanged(CREDENTIAL);
    assertEquals(token, stage.accounts.of(CREDENTIAL).session().orElseThrow().token());
    assertEquals(3, exchanges());
  }

  @Test
  void anotherSecretUnderTheSameNameNeverMeetsTheRenewalOfTheOldOne() throws Exception {
    exchange();
    stage.fake.account("st-2");
    var other = new Credential(CREDENTIAL.provider(), CREDENTIAL.name(), new Secret("st-2"));
    assertEquals("st-2", stage.sessions.presented(other).reveal());
    stage.sessions.exchanged(other);
    assertEquals(List.of("st-1", "st-2"), shown());
    assertEquals("st-1", presented().reveal());
  }

  // ---- one at a time ----------------------------------------------------------------------------------------------

  @Test
  void twoAdaptersAroundAReloadExchangeOnce() throws Exception {
    stage.fake.account(FakeLabs.ST).rotation(Rotation.STRICT);
    stage.fake.hold("session");
    var old = new FutureTask<>(this::exchange);
    Thread.ofVirtual().start(old);
    Await.until("an exchange", () -> exchanges() > 0);
    var others = new ArrayList<FutureTask<Secret>>();
    for (int i = 0; i < 5; i++) {
      var adapter = another();
      var by = CREDENTIAL.labelled("since then " + i);
      others.add(new FutureTask<>(i % 2 == 0 ? () -> adapter.token(by) : () -> adapter.exchanged(by)));
    }
    var threads = others.stream().map(Thread.ofVirtual()::start).toList();
    for (var thread : threads) Await.until("its wait", () -> thread.getState() == Thread.State.TIMED_WAITING);
    stage.fake.release("session");
    for (var other : others) assertEquals(old.get(), other.get());
    assertEquals(1, exchanges());
  }

  @Test
  void oneCredentialByTwoWaysIsExchangedOnce() throws Exception {
    var tokens = new HashSet<>(all(20, () -> stage.sessions.token(CREDENTIAL.labelled("a"))));
    tokens.add(stage.sessions.token(CREDENTIAL));
    assertEquals(1, tokens.size());
    assertEquals(1, exchanges());
  }

  @Test
  void whoWaitsForAnotherAdapterInVainAsksHimself() throws Exception {
    stage.fake.nextAnswer("session", 500, "application/json", "{}");
    assertThrows(GatewayException.class, this::exchange);
    another().exchanged(CREDENTIAL);
    assertEquals(2, exchanges());
  }

  // ---- how often --------------------------------------------------------------------------------------------------

  private FlowAccountStage every(int minutes) throws Exception {
    stage.close();
    stage = new FlowAccountStage(FlowOptions.HOME, new JsonObject().add("session_interval", minutes));
    return stage;
  }

  @Test
  void aTokenIsExchangedAgainBeforeItIsOld() throws Exception {
    exchange();
    var due = stage.sessions.due(CREDENTIAL);
    var now = stage.time.instant();
    assertTrue(due.isAfter(now.plus(Duration.ofMinutes(90)).minusSeconds(1)) && !due.isAfter(now.plus(Duration.ofHours(2))), due.toString());
    stage.time.advance(Duration.between(now, due));
    // not because work needs it: that goes on with what it has
    stage.sessions.token(CREDENTIAL);
    assertEquals(1, exchanges());
    stage.funds.refresh(CREDENTIAL);
    assertEquals(2, exchanges());
    assertEquals(due.plus(Duration.between(now, due)), stage.sessions.due(CREDENTIAL));
  }

  @Test
  void withoutAnIntervalOnlyTheAccessTokenCounts() throws Exception {
    every(0).sessions.exchanged(CREDENTIAL);
    assertEquals(stage.time.instant().plus(Duration.ofHours(11)), stage.sessions.due(CREDENTIAL));
  }

  @Test
  void theAccessTokensEndCountsWhereItComesFirst() throws Exception {
    stage.fake.account(FakeLabs.ST).life(Duration.ofMinutes(90));
    exchange();
    assertEquals(stage.time.instant().plus(Duration.ofMinutes(30)), stage.sessions.due(CREDENTIAL));
  }

  @Test
  void aThousandThatCameTogetherAreNotAskedTogether() {
    var now = stage.time.instant();
    var known = new TreeMap<Long, Integer>();
    var unknown = new TreeMap<Long, Integer>();
    for (int i = 0; i < 1000; i++) {
      var credential = ProviderSettings.of("flow", "flow").credential(new Secret("st-of-the-crowd-" + i));
      stage.accounts.keep(credential, a -> a.with(new Account.Session(new Secret("ya29"), now.plus(Duration.ofHours(12)), Optional.of(now)), ""));
      known.merge(minute(now, credential), 1, Integer::sum);
      // as an older Easel kept them
      stage.accounts.keep(credential, a -> a.with(new Account.Session(new Secret("ya29"), now.plus(Duration.ofHours(12))), ""));
      unknown.merge(minute(now, credential), 1, Integer::sum);
    }
    assertTrue(known.firstKey() >= 90 && known.lastKey() <= 120 && known.size() >= 30, known.toString());
    assertTrue(known.values().stream().allMatch(n -> n < 80), known.toString());
    assertTrue(unknown.lastKey() <= 120 && unknown.size() >= 110, unknown.toString());
    assertTrue(unknown.values().stream().allMatch(n -> n < 30), unknown.toString());
  }

  private long minute(Instant from, Credential credential) {
    return Duration.between(from, stage.sessions.due(credential)).toMinutes();
  }
}
