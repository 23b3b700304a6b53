package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Credential;
import easel.core.Failure;
import easel.core.Fetcher;
import easel.core.Notice;
import easel.core.GatewayException;
import easel.core.Secret;
import easel.core.Time;
import fake.FakeProxy;
import fake.FakeProxy.Prank;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Several proxies: their order, their rests, and the way without them. */
@Timeout(30)
class ProxiesTest {
  private static final String PUBLIC = "93.184.216.34";

  @TempDir
  Path folder;

  private final ProxyStage stage = new ProxyStage();
  private FakeUpstream far;
  private FakeProxy first;
  private FakeProxy second;

  @BeforeEach
  void open() throws IOException {
    far = new FakeUpstream();
    far.then(Script.json(200, "{}"));
    first = stage.proxy();
    second = stage.proxy();
    for (var proxy : List.of(first, second)) proxy.leading(PUBLIC, far.port());
  }

  @AfterEach
  void close() {
    stage.close();
    far.close();
  }

  private Call submit() {
    return ProxyStage.submit(far.uri("/buy"));
  }

  private void buys(Upstream out) throws Exception {
    assertEquals("200 {}", ProxyStage.text(out, submit()));
  }

  private List<Integer> connections() {
    return List.of(first.connections(), second.connections());
  }

  private static String dead() throws IOException {
    return "socks5h://fox:s3cret@127.0.0.1:" + ProxyStage.nobody();
  }

  // ---- order and rest ---------------------------------------------------------------------------------------------

  @Test
  void firstOfTheListIsTakenWhileItWorks() throws Exception {
    var out = stage.only(first.at("socks5h"), second.at("http"));
    for (int i = 0; i < 3; i++) buys(out);
    assertEquals(List.of(3, 0), connections());
    assertEquals(List.of(), stage.notices);
  }

  @ParameterizedTest
  @EnumSource(value = Prank.class, mode = EnumSource.Mode.EXCLUDE, names = {"NONE", "DRIPS", "DIES_WITH_THE_ANSWER", "TALKS_ON",
      "HANGS_UP_CONNECTED"})
  void nextOneIsTakenWhereNothingWasSent(Prank prank) throws Exception {
    var out = stage.by(true, Duration.ofMillis(200), first.playing(prank).at("socks5h"), second.at("socks5h"));
    buys(out);
    assertEquals(1, far.sent("POST /buy").size());
    assertEquals(List.of("PROXY_DOWN"), stage.kinds());
    buys(out);
    assertEquals(List.of(1, 2), connections());
  }

  @Test
  void loginThatAForwardingProxyRefusesLeadsToTheNext() throws Exception {
    var out = stage.only(first.wanting("fox", "s3cret").at("http"), second.at("http"));
    buys(out);
    assertEquals(List.of("POST " + far.uri("/buy")), second.orders());
    assertEquals(1, far.sent().size());
    assertTrue(stage.notices.getFirst().words().endsWith("wants a user and a password (407); it rests for 15 s"), stage.notices.toString());
  }

  @Test
  void oneThatFailedRestsLongerEachTimeAndIsTriedAgainThen() throws Exception {
    first.playing(Prank.HANGS_UP);
    var out = stage.only(first.at("socks5h"), second.at("socks5h"));
    var rests = new ArrayList<Long>();
    for (int i = 0; i < 7; i++) {
      buys(out);
      var until = out.proxies().proxies().getFirst().restsUntil().orElseThrow();
      var rest = Duration.between(stage.time.instant(), until);
      rests.add(rest.toSeconds());
      stage.time.advance(rest.minusMillis(1));
      buys(out);
      stage.time.advance(Duration.ofMillis(1));
    }
    assertEquals(List.of(15L, 30L, 60L, 120L, 240L, 300L, 300L), rests);
    assertEquals(7, first.connections());
    first.playing(Prank.NONE);
    buys(out);
    assertEquals(List.of("PROXY_DOWN", "PROXY_UP"), stage.kinds());
    assertEquals(List.of(Optional.empty(), 0), List.of(out.proxies().proxies().getFirst().restsUntil(), out.proxies().proxies().getFirst().failures()));
  }

  @Test
  void thoseThatRestAreTheLastResort() throws Exception {
    for (var proxy : List.of(first, second)) proxy.playing(Prank.HANGS_UP);
    var out = stage.only(first.at("socks5h"), second.at("socks5h"));
    Caught.failure(Failure.Unreachable.class, () -> buys(out));
    second.playing(Prank.NONE);
    buys(out);
    assertEquals(List.of("PROXY_DOWN", "PROXY_DOWN", "PROXY_UP"), stage.kinds());
    buys(out);
    assertEquals(List.of(2, 3), connections());
  }

  @Test
  void callsThatFailTogetherAreOneFailure() throws Exception {
    var health = new ProxyHealth(ProxySetting.parse("h:1"), stage.time);
    var began = stage.time.nanos();
    stage.time.advance(Duration.ofSeconds(1));
    assertEquals(Optional.of(Duration.ofSeconds(15)), health.failed(began, "no"));
    for (int i = 0; i < 10; i++) assertEquals(Optional.empty(), health.failed(began, "no"));
    assertEquals(Optional.of(Duration.ofSeconds(30)), health.failed(stage.time.nanos(), "no"));
  }

  @Test
  void upstreamThatAProxyCannotReachIsNotTheProxysFault() throws Exception {
    var out = stage.only(first.refusing(5).at("socks5h"));
    for (int i = 0; i < 3; i++) Caught.failure(Failure.Unreachable.class, () -> buys(out));
    var entry = out.proxies().proxies().getFirst();
    assertEquals(List.of(0, Optional.empty(), true, 0L),
        List.of(entry.failures(), entry.restsUntil(), entry.lastError().endsWith("was refused the connection"), entry.calls()));
    assertEquals(List.of(), stage.notices);
  }

  @Test
  void callersAreToldWhatProxiesSaidAndNotWhereTheyAre() throws Exception {
    var nobody = dead();
    var out = stage.only(nobody, first.wanting("fox", "s3cret").at("socks5h"));
    var message = Caught.failure(Failure.Unreachable.class, () -> buys(out)).message();
    assertEquals("127.0.0.1/buy cannot be reached: the proxy cannot be reached: connection refused; the proxy wants a user and a password",
        message);
    var errors = out.proxies().proxies().stream().map(ProxyReport.Entry::lastError).toList();
    assertTrue(errors.getFirst().contains(nobody.replace(":s3cret", "")), errors.toString());
  }

  // ---- which list -------------------------------------------------------------------------------------------------

  @Test
  void filesTakeTheirOwnWayAndThenTheUsualOne() throws Exception {
    var out = stage.by(new ProxyOptions(List.of(ProxySetting.parse(first.at("socks5h"))), List.of(ProxySetting.parse(second.at("http"))),
        false, List.of()));
    ProxyStage.text(out, ProxyStage.get(far.uri("/file")).carryingMedia());
    buys(out);
    assertEquals(List.of(1, 1), connections());
    second.playing(Prank.OTHER_LOGIN);
    ProxyStage.text(out, ProxyStage.get(far.uri("/file")).carryingMedia());
    assertEquals(List.of(2, 2), connections());
    assertEquals(List.of(ProxyReport.Use.USUAL, ProxyReport.Use.MEDIA), out.proxies().proxies().stream().map(ProxyReport.Entry::use).toList());
  }

  @Test
  void credentialsOwnProxiesStandForAllOthers() throws Exception {
    var out = stage.only(first.at("socks5h"));
    assertEquals("200 {}", ProxyStage.text(out, ProxyStage.by(submit().carryingMedia(), second.at("http"))));
    assertEquals(List.of(0, 1), connections());
    Caught.failure(Failure.Unreachable.class, () -> ProxyStage.text(out, ProxyStage.by(submit(), dead())));
    assertEquals(0, first.connections());
    assertEquals(List.of(ProxyReport.Use.USUAL, ProxyReport.Use.OWN, ProxyReport.Use.OWN),
        out.proxies().proxies().stream().map(ProxyReport.Entry::use).toList());
  }

  @Test
  void credentialMayHaveSeveral() throws Exception {
    var out = stage.only();
    ProxyStage.text(out, ProxyStage.by(submit(), dead() + "\n" + first.at("http") + ", " + second.at("socks5h")));
    assertEquals(List.of(1, 0), connections());
  }

  // ---- without ----------------------------------------------------------------------------------------------------

  @Test
  void callsGoWithoutOnlyWhereThatIsAllowedAndItIsToldOnce() throws Exception {
    var out = stage.atBest(first.playing(Prank.HANGS_UP).at("socks5h"));
    for (int i = 0; i < 3; i++) buys(out);
    assertEquals(3, far.sent("POST /buy").size());
    assertEquals(List.of("PROXY_DOWN", "DIRECT"), stage.kinds());
    assertEquals(3, out.proxies().direct());
    var notice = stage.notices.getLast();
    assertEquals(List.of("", "", stage.time.instant()), List.of(notice.provider(), notice.credential(), notice.at()));
    assertTrue(notice.words().startsWith("calls go directly, without a proxy: proxy " + first.at("socks5h")), notice.words());
    first.playing(Prank.NONE);
    buys(out);
    first.playing(Prank.HANGS_UP);
    buys(out);
    assertEquals(List.of("PROXY_DOWN", "DIRECT", "PROXY_UP", "PROXY_DOWN", "DIRECT"), stage.kinds());
  }

  @Test
  void questionsGoWithoutLikewise() throws Exception {
    var out = stage.atBest(dead());
    assertEquals("200 {}", ProxyStage.text(out, ProxyStage.get(far.uri("/poll"))));
    assertEquals(1, out.proxies().direct());
  }

  @Test
  void noNoticeHoldsAPassword() throws Exception {
    var out = stage.atBest(dead(), first.wanting("fox", "s3cret").playing(Prank.OTHER_LOGIN).with("http"));
    buys(out);
    assertEquals(3, stage.notices.size());
    for (var notice : stage.notices) assertFalse(notice.words().contains("s3cret"), notice.words());
    assertFalse(out.proxies().toString().contains("s3cret"), out.proxies().toString());
  }

  // ---- links ------------------------------------------------------------------------------------------------------

  private Path fetch(Fetcher fetcher, String link) throws Exception {
    var file = folder.resolve("fetched");
    fetcher.fetch(URI.create(link), "image", 1000, file);
    return file;
  }

  private String refused(Fetcher fetcher, String link) {
    return Caught.failure(Failure.Invalid.class, () -> fetch(fetcher, link)).message();
  }

  @Test
  void linkOfACallerIsResolvedAndCheckedHereAndTheProxyToldThatVeryAddress() throws Exception {
    stage.names.put("pictures.test", List.of(PUBLIC));
    far.then(Script.answer(200, "image/png", new byte[5]));
    for (var scheme : List.of("socks5", "socks5h")) {
      fetch(stage.only(first.at(scheme)).fetcher(), "http://pictures.test/a.png");
    }
    // a request to be forwarded would have to name the address in place of the host
    fetch(stage.only(second.at("http")).fetcher(), "http://pictures.test/a.png");
    assertEquals(List.of("SOCKS " + PUBLIC + ":80", "SOCKS " + PUBLIC + ":80"), first.orders());
    assertEquals(List.of("CONNECT " + PUBLIC + ":80"), second.orders());
    assertEquals(List.of("pictures.test", "pictures.test", "pictures.test"),
        far.sent("GET /a.png").stream().map(s -> s.header("Host").orElseThrow()).toList());
  }

  @Test
  void linkOfACallerNeverMakesAProxyReachSomethingPrivate() throws Exception {
    stage.names.put("rebound.test", List.of("169.254.169.254"));
    stage.names.put("half.test", List.of(PUBLIC, "10.0.0.1"));
    for (var scheme : List.of("http", "socks5", "socks5h")) {
      var out = stage.atBest(first.at(scheme));
      for (var link : List.of("http://127.0.0.1:" + far.port() + "/", "http://rebound.test/", "http://half.test/", "http://unknown.test/",
          "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://[::ffff:10.0.0.1]/")) {
        refused(out.fetcher(), link);
        Caught.failure(Failure.Forbidden.class, () -> out.guarded().send(ProxyStage.get(URI.create(link))));
      }
    }
    assertEquals(List.of(List.of(0, 0), 0), List.of(connections(), far.connections()));
  }

  @Test
  void linkOfAProviderIsLeftToAProxyThatResolvesNames() throws Exception {
    far.then(Script.answer(200, "image/png", new byte[5]));
    var out = stage.only(first.leading("cdn.test", far.port()).at("socks5h"));
    assertEquals(5, Files.size(fetch(out.resultFetcher(), "http://cdn.test/a.png")));
    fetch(stage.only(second.leading("cdn.test", far.port()).at("http")).resultFetcher(), "http://cdn.test/a.png");
    assertEquals(List.of("SOCKS cdn.test:80", "GET http://cdn.test/a.png"), List.of(first.orders().getFirst(), second.orders().getFirst()));
    assertEquals(List.of(), stage.lookedUp);
  }

  @Test
  void butNotWhereItSaysItselfThatItIsPrivate() throws Exception {
    for (var scheme : List.of("http", "socks5", "socks5h")) {
      var out = stage.atBest(first.at(scheme));
      for (var link : List.of("http://127.0.0.1:" + far.port() + "/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/",
          "http://localhost/", "http://a.localhost/", "http://router.local/", "http://box/", "http://metadata.google.internal/",
          "http://nas.home.arpa/", "http://localhost./")) {
        refused(out.resultFetcher(), link);
      }
    }
    assertEquals(List.of(List.of(0, 0), 0), List.of(connections(), far.connections()));
  }

  @Test
  void linksAreFetchedByTheWayOfTheCredential() throws Exception {
    stage.names.put("pictures.test", List.of(PUBLIC));
    far.then(Script.answer(200, "image/png", new byte[5]));
    second.leading("pictures.test", far.port());
    var out = stage.only(first.at("socks5h"));
    var own = new Credential("p", "p#1", new Secret("key"), new Secret(second.at("socks5h")));
    fetch(out.resultFetcher().by(own), "http://pictures.test/a.png");
    fetch(out.fetcher().by(own), "http://pictures.test/a.png");
    assertEquals(List.of(0, 2), connections());
  }

  /** Else whoever may send links could have our proxies rest, and learn our own address. */
  @ParameterizedTest
  @EnumSource(value = Prank.class, names = {"NONE", "HANGS_UP_ON_THE_ORDER", "HANGS_UP_CONNECTED"})
  void linkThatNoProxyReachesSendsNoneToRestAndIsNotFetchedDirectly(Prank prank) throws Exception {
    stage.names.put("evil.test", List.of(PUBLIC));
    first.playing(prank).refusing(prank == Prank.NONE ? 1 : 0);
    var out = stage.atBest(first.at("socks5h"));
    assertEquals("image cannot be reached", refused(out.fetcher(), "https://evil.test/"));
    assertEquals(List.of(List.of(), 0L), List.of(stage.notices, out.proxies().direct()));
  }

  @Test
  void linkIsNotBlamedForProxiesThatAreDown() throws Exception {
    stage.names.put("pictures.test", List.of(PUBLIC));
    var out = stage.only(dead());
    assertEquals("no link can be fetched now: no proxy works",
        Caught.failure(Failure.NoCapacity.class, () -> fetch(out.fetcher(), "http://pictures.test/a.png")).message());
    assertEquals(List.of(Notice.Kind.PROXY_DOWN), stage.notices.stream().map(Notice::kind).toList());
  }

  /** A proxy that forwards passes the far side's answers on, also those that only a proxy should give. */
  @ParameterizedTest
  @CsvSource({"407, far", "401, tinyproxy/1.11.1"})
  void linkCannotSpeakForTheProxyThatForwardsIt(int status, String server) throws Exception {
    far.then(Script.empty(status, "Server: " + server, "Proxy-Authenticate: Basic realm=\"x\""));
    var out = stage.atBest(first.at("http"));
    refused(out.fetcher(), "http://" + PUBLIC + "/a.png");
    assertEquals(List.of(List.of(), 0L), List.of(stage.notices, out.proxies().direct()));
    refused(stage.only(first.leading("cdn.test", far.port()).at("http")).resultFetcher(), "http://cdn.test/a.png");
    assertEquals(List.of(List.of(), 2), List.of(stage.notices, far.sent().size()));
  }

  /** Metrics call them by their place: one that comes later must not take another's. */
  @Test
  void proxiesOfCredentialsKeepTheirPlaces() throws Exception {
    var proxies = new Proxies(ProxyOptions.NONE, Time.system(), notice -> { });
    var target = Target.of(URI.create("http://far.test/"));
    var came = IntStream.rangeClosed(1, 20).mapToObj(i -> "http://own-" + i + ":8080").toList();
    for (var own : came) proxies.trail(new Call.Way(new Secret(own), false), target).orElseThrow();
    assertEquals(came, proxies.report().proxies().stream().map(ProxyReport.Entry::proxy).toList());
  }

  // ---- other rules ------------------------------------------------------------------------------------------------

  private UpstreamOptions among(String... texts) {
    var all = Stream.of(texts).map(ProxySetting::parse).toList();
    return new UpstreamOptions(Duration.ofSeconds(10), 0, ProxyStage.LONG, 8, ProxyStage.LONG, List.of(),
        new ProxyOptions(all, List.of(), true, List.of()));
  }

  private static List<String> told(Upstream out) {
    return out.proxies().proxies().stream().map(e -> e.proxy() + " " + e.use() + " " + e.failures()).toList();
  }

  @Test
  void whatIsKnownOfAProxyOutlivesAnotherConfigurationWhileItIsStillThere() throws Exception {
    var old = stage.only(first.playing(Prank.HANGS_UP).at("socks5h"), second.at("http"));
    buys(old);
    try (var out = old.with(among(second.at("http"), first.at("socks5h")))) {
      out.keep(List.of());
      buys(out);
      assertEquals(List.of(1, 2), connections());
      assertEquals(List.of(second.at("http") + " USUAL 0", first.at("socks5h") + " USUAL 1"), told(out));
      stage.time.advance(Duration.ofMinutes(1));
      first.playing(Prank.NONE);
      ProxyStage.text(out, ProxyStage.by(submit(), first.at("socks5h")));
      assertEquals(List.of("PROXY_DOWN", "PROXY_UP"), stage.kinds());
    }
    try (var out = old.with(among(second.at("http")))) {
      out.keep(List.of());
      assertEquals(List.of(second.at("http") + " USUAL 0"), told(out));
    }
  }

  @Test
  void theProxyOfACredentialIsForgottenWithIt() throws Exception {
    var out = stage.only(second.at("http"));
    for (var own : List.of(first.at("socks5h"), "http://127.0.0.1:" + ProxyStage.nobody())) {
      try {
        ProxyStage.text(out, ProxyStage.by(submit(), own));
      } catch (GatewayException e) {
        assertEquals("upstream_unreachable", e.failure().code());
      }
    }
    out.keep(List.of(new Secret(first.at("socks5h") + "\n" + second.at("http")), new Secret("what is this"), new Secret("")));
    assertEquals(List.of(second.at("http") + " USUAL 0", first.at("socks5h") + " OWN 0"), told(out));
    out.keep(List.of());
    assertEquals(List.of(second.at("http") + " USUAL 0"), told(out));
    assertEquals("200 {}", ProxyStage.text(out, ProxyStage.by(submit(), first.at("socks5h"))));
  }
}
