package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import fake.Await;
import fake.FakeProxy;
import fake.FakeProxy.Prank;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One call by one proxy: what the proxy is told, what the upstream sees, and what is said when it does not work. */
@Timeout(30)
class ProxyCallTest {
  @TempDir
  static Path folder;
  static TestCertificates certificates;
  static SSLContext trusting;

  private FakeUpstream far;
  private FakeUpstream farTls;
  private ProxyStage stage;
  private FakeProxy proxy;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = new TestCertificates(folder);
    trusting = certificates.client();
  }

  @BeforeEach
  void open() throws Exception {
    stage = new ProxyStage(() -> trusting);
    far = new FakeUpstream();
    farTls = new FakeUpstream(certificates.server("good"));
    for (var server : List.of(far, farTls)) server.then(Script.json(200, "{\"a\":1}"));
    proxy = stage.proxy();
  }

  @AfterEach
  void close() {
    stage.close();
    far.close();
    farTls.close();
  }

  private URI plain() {
    return ProxyStage.named(far, "good.test", "/v1/things?a=1");
  }

  private URI secured() {
    return ProxyStage.named(farTls, "good.test", "/v1/things?a=1");
  }

  private static Failure fails(Upstream out, Call call) {
    return Caught.failure(() -> ProxyStage.text(out, call));
  }

  private static String unreachable(Upstream out, Call call) {
    var message = Caught.failure(Failure.Unreachable.class, () -> ProxyStage.text(out, call)).message();
    assertFalse(message.contains("s3cret"), message);
    return message;
  }

  // ---- what the proxy is told -------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5h"})
  void proxyThatResolvesIsToldTheNameAndNobodyHereIsAsked(String scheme) throws Exception {
    var out = stage.only(proxy.wanting("fox", "s3cret").with(scheme));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.submit(secured())));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.get(plain())));
    assertEquals(scheme.equals("http")
        ? List.of("CONNECT good.test:" + farTls.port(), "GET " + plain())
        : List.of("SOCKS good.test:" + farTls.port(), "SOCKS good.test:" + far.port()), proxy.orders());
    assertEquals(List.of("fox:s3cret", "fox:s3cret"), proxy.logins());
    assertEquals(List.of(), stage.lookedUp);
  }

  @Test
  void socks5IsToldTheAddressThatWasFoundHere() throws Exception {
    stage.names.put("good.test", List.of("10.1.2.3"));
    var out = stage.only(proxy.at("socks5"));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.submit(secured())));
    assertEquals(List.of("SOCKS 10.1.2.3:" + farTls.port()), proxy.orders());
    assertTrue(certificates.namesAsked.toString().contains("good.test"));
  }

  @Test
  void socks5TriesTheOtherKindOfAddressToo() {
    stage.names.put("good.test", List.of("2001:db8::1", "2001:db8::2", "10.1.2.3", "10.1.2.4"));
    var out = stage.only(proxy.refusing(8).at("socks5"));
    assertTrue(unreachable(out, ProxyStage.submit(plain())).endsWith("does not know this kind of address"));
    assertEquals(List.of("SOCKS [2001:db8:0:0:0:0:0:1]:" + far.port(), "SOCKS 10.1.2.3:" + far.port()), proxy.orders());
  }

  @Test
  void addressInTheUrlIsToldAsAnAddress() throws Exception {
    var out = stage.only(proxy.at("socks5h"));
    ProxyStage.text(out, ProxyStage.get(URI.create("http://[2001:db8::7]:" + far.port() + "/")));
    assertEquals(List.of("SOCKS [2001:db8:0:0:0:0:0:7]:" + far.port()), proxy.orders());
  }

  @Test
  void upstreamSeesItsOwnNameAndNothingOfTheProxy() throws Exception {
    for (var scheme : List.of("http", "socks5h")) {
      var out = stage.only(proxy.wanting("fox", "s3cret").with(scheme));
      for (var uri : List.of(plain(), secured())) ProxyStage.text(out, ProxyStage.submit(uri));
    }
    for (var server : List.of(far, farTls)) {
      for (var sent : server.sent()) {
        assertEquals(List.of("/v1/things?a=1", "good.test:" + server.port(), true), List.of(sent.target(),
            sent.header("Host").orElseThrow(), sent.headers().stream().noneMatch(h -> h.toLowerCase().startsWith("proxy-"))));
      }
      assertEquals(2, server.sent().size());
    }
  }

  @Test
  void proxyBehindTlsProvesItsNameToo() throws Exception {
    var good = stage.proxy(certificates.server("good")).wanting("fox", "s3cret");
    var out = stage.only(good.with("https"));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.submit(secured())));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.submit(plain())));
    var other = stage.proxy(certificates.server("other")).wanting("fox", "s3cret");
    assertTrue(unreachable(stage.only(other.with("https")), ProxyStage.submit(secured())).contains("its certificate is not trusted"));
    assertEquals(List.of(List.of(), List.of()), List.of(other.orders(), other.logins()));
    assertEquals(List.of(1, 1), List.of(far.sent().size(), farTls.sent().size()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5h"})
  void largeBodiesPassBothWays(String scheme) throws Exception {
    for (var server : List.of(far, farTls)) server.on("POST /echo", sent -> Script.answer(200, "image/png", sent.body()));
    var out = stage.only(proxy.at(scheme));
    for (var server : List.of(far, farTls)) {
      var body = new Call.Bytes("image/png", new byte[3_000_000]);
      var call = Call.submit(ProxyStage.named(server, "good.test", "/echo"), body, ProxyStage.LONG, 4 << 20);
      try (var reply = out.send(call)) {
        assertEquals(3_000_000, reply.body().readAllBytes().length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5h"})
  void proxyThatTalksInDripsIsUnderstood(String scheme) throws Exception {
    var out = stage.only(proxy.wanting("fox", "s3cret").playing(Prank.DRIPS).with(scheme));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.submit(secured())));
  }

  @Test
  void answerOfSocksMayHoldAName() throws Exception {
    var out = stage.only(proxy.playing(Prank.TALKS_ON).at("socks5h"));
    assertEquals("200 {\"a\":1}", ProxyStage.text(out, ProxyStage.submit(secured())));
  }

  @Test
  void everyCallByAProxyIsAlone() throws Exception {
    var out = stage.only(proxy.at("socks5h"));
    for (int i = 0; i < 3; i++) ProxyStage.text(out, ProxyStage.get(plain()));
    assertEquals(List.of(3, 3), List.of(proxy.connections(), far.connections()));
  }

  // ---- never directly ---------------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"http", "https", "socks5", "socks5h"})
  void deadProxyLeadsToNobody(String scheme) throws Exception {
    var port = ProxyStage.nobody();
    var out = stage.only(scheme + "://fox:s3cret@127.0.0.1:" + port);
    for (var uri : List.of(far.uri("/"), farTls.uri("/"))) {
      for (var call : List.of(ProxyStage.submit(uri), ProxyStage.get(uri), ProxyStage.get(uri).carryingMedia())) {
        assertEquals("127.0.0.1 cannot be reached: the proxy cannot be reached: connection refused", unreachable(out, call));
      }
      Caught.failure(Failure.Unreachable.class, () -> out.open(ProxyStage.get(uri)));
    }
    assertEquals(List.of(0, 0), List.of(far.connections(), farTls.connections()));
  }

  @Test
  void liveLineIsRefusedWhereThereIsAProxyEvenOneThatWorks() {
    var out = stage.atBest(proxy.at("socks5h"));
    var failure = Caught.failure(Failure.Unreachable.class, () -> out.open(ProxyStage.get(far.uri("/ws"))));
    assertEquals("127.0.0.1/ws cannot be reached: no live line goes by a proxy, and none is opened without", failure.message());
    assertEquals(List.of(0, 0), List.of(far.connections(), proxy.connections()));
  }

  @Test
  void proxyOfACredentialThatIsNoneLeadsToNobody() throws Exception {
    var out = stage.atBest();
    var message = unreachable(out, ProxyStage.by(ProxyStage.submit(far.uri("/")), "ftp://fox:s3cret@h:1"));
    assertTrue(message.contains("the proxy of its credential must begin with http://"), message);
    assertEquals(0, far.connections());
  }

  @Test
  void hostsThatAreExemptAreCalledDirectly() throws Exception {
    var options = new ProxyOptions(List.of(ProxySetting.parse(proxy.at("socks5h"))), List.of(), false,
        List.of("good.test", ".inner.test", "127.0.0.0/8"));
    stage.names.put("good.test", List.of("127.0.0.1"));
    stage.names.put("a.inner.test", List.of("127.0.0.1"));
    var out = stage.by(options);
    for (var host : List.of("127.0.0.1", "good.test", "A.Inner.test")) {
      ProxyStage.text(out, ProxyStage.submit(ProxyStage.named(far, host, "/")));
    }
    assertEquals(List.of(0, 0L), List.of(proxy.connections(), out.proxies().direct()));
    ProxyStage.text(out, ProxyStage.submit(ProxyStage.named(far, "inner.test", "/")));
    ProxyStage.text(out, ProxyStage.submit(ProxyStage.named(far, "verygood.test", "/")));
    assertEquals(2, proxy.connections());
  }

  // ---- what is said when it does not work -------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"1,failed to connect (general failure)", "2,does not allow this connection", "3,cannot reach the network",
      "4,cannot reach the host", "5,was refused the connection", "6,gave up on the connection (TTL expired)",
      "7,does not connect for anybody (command not supported)", "8,does not know this kind of address",
      "99,answered with a failure that does not exist (99)"})
  void replyOfSocksIsPutInWords(int reply, String words) {
    var out = stage.only(proxy.wanting("fox", "s3cret").refusing(reply).with("socks5h"));
    assertEquals("good.test/v1/things cannot be reached: the proxy " + words,
        unreachable(out, ProxyStage.submit(secured())));
  }

  @ParameterizedTest
  @CsvSource({"403,does not connect (403)", "502,does not connect (502)", "503,does not connect (503)", "302,does not connect (302)"})
  void statusForATunnelIsPutInWords(int status, String words) {
    var out = stage.only(proxy.wanting("fox", "s3cret").refusing(status).with("http"));
    assertEquals("good.test/v1/things cannot be reached: the proxy " + words,
        unreachable(out, ProxyStage.submit(secured())));
  }

  @ParameterizedTest
  @CsvSource({"http,fox:other,refuses the user and password (407)", "http,,wants a user and a password (407)",
      "socks5h,fox:other,refuses the user and password", "socks5h,,wants a user and a password"})
  void wrongLoginIsToldAndNothingIsSent(String scheme, String login, String words) {
    proxy.wanting("fox", "s3cret");
    var out = stage.only(scheme + "://" + (login == null ? "" : login + "@") + "127.0.0.1:" + proxy.port());
    for (var uri : List.of(plain(), secured())) assertTrue(unreachable(out, ProxyStage.submit(uri)).endsWith(words));
    assertEquals(List.of(0, 0), List.of(far.connections(), farTls.connections()));
  }

  @ParameterizedTest
  @CsvSource({"HANGS_UP,hung up,hung up", "HANGS_UP_HALFWAY,hung up,hung up",
      "HANGS_UP_ON_THE_ORDER,hung up,hung up", "SILENT,does not connect in time,does not answer in time",
      "SILENT_ON_THE_ORDER,does not connect in time,does not connect in time", "GARBAGE,did not answer in HTTP/1.1,does not speak SOCKS 5",
      "OTHER_LOGIN,wants a user and a password (407),wants a login of a kind that was not offered",
      "HANGS_UP_CONNECTED,no TLS,no TLS", "TALKS_ON,sent more than its answer,"})
  void proxyThatMisbehavesIsToldAndNothingIsSent(Prank prank, String http, String socks) {
    proxy.playing(prank);
    for (var scheme : List.of("http", "socks5h")) {
      var words = scheme.equals("http") ? http : socks;
      if (words == null) continue;
      var out = stage.by(true, Duration.ofMillis(200), proxy.at(scheme));
      var message = unreachable(out, ProxyStage.submit(secured()));
      // a connection that ends at once may also be reset
      assertTrue(message.endsWith(words) || prank == Prank.HANGS_UP && message.contains("proxy"), message);
    }
    assertEquals(List.of(), farTls.sent());
  }

  @Test
  void upstreamWithoutItsCertificateGetsNothingThroughAProxyEither() throws Exception {
    try (var wrong = new FakeUpstream(certificates.server("other"))) {
      for (var scheme : List.of("http", "socks5h")) {
        var message = unreachable(stage.only(proxy.at(scheme)), ProxyStage.submit(ProxyStage.named(wrong, "good.test", "/")));
        assertTrue(message.contains("its certificate is not trusted"), message);
      }
      assertEquals(List.of(), wrong.sent());
    }
  }

  @Test
  void nameThatIsTooLongIsNotSent() {
    var host = "a.".repeat(127) + "bcd";
    var message = unreachable(stage.only(proxy.at("socks5h")), ProxyStage.submit(URI.create("http://" + host + "/")));
    assertTrue(message.contains("cannot be told a name of more than 255 bytes"), message);
  }

  @Test
  void nameThatIsNotFoundHereIsToldWhereSocks5NeedsIt() {
    var message = unreachable(stage.only(proxy.at("socks5")), ProxyStage.submit(plain()));
    assertTrue(message.endsWith("its name was not found here"), message);
    assertEquals(0, proxy.connections());
  }

  // ---- money ------------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"http,false", "http,true", "socks5h,false", "socks5h,true"})
  void proxyThatDiesAfterTheRequestLeavesTheOutcomeOpen(String scheme, boolean tls) throws Exception {
    var second = stage.proxy();
    var out = stage.atBest(proxy.playing(Prank.DIES_WITH_THE_ANSWER).at(scheme), second.at(scheme));
    var server = tls ? farTls : far;
    if (tls) {
      // the handshake is an answer too: here the upstream is what dies
      server.then(Script.reset());
      proxy.playing(Prank.NONE);
    }
    var failure = fails(out, ProxyStage.submit(tls ? secured() : plain()));
    assertInstanceOf(Failure.UpstreamBroken.class, failure);
    assertEquals(List.of(1, 0), List.of(server.sent().size(), second.connections()));
  }

  @Test
  void statusOfAForwardedRequestIsNoProofWhoeverSaidIt() throws Exception {
    var second = stage.proxy();
    var out = stage.atBest(proxy.refusing(502).at("http"), second.at("http"));
    assertEquals("502 no", ProxyStage.text(out, ProxyStage.submit(plain())));
    assertEquals(List.of(0, 0), List.of(second.connections(), far.connections()));
  }

  // ---- time and interrupts ----------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"http,SILENT", "socks5h,SILENT", "http,SILENT_ON_THE_ORDER", "socks5h,SILENT_ON_THE_ORDER"})
  void totalTimeCoversWhatIsSaidToTheProxy(String scheme, Prank prank) {
    var out = stage.only(proxy.playing(prank).at(scheme));
    var began = System.nanoTime();
    unreachable(out, Call.submit(secured(), ProxyStage.JSON, Duration.ofMillis(150), 100));
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos());
  }

  @ParameterizedTest
  @CsvSource({"http,SILENT", "socks5h,SILENT", "socks5h,SILENT_ON_THE_ORDER"})
  void interruptEndsWhatIsSaidToTheProxy(String scheme, Prank prank) throws Exception {
    var out = stage.only(proxy.playing(prank).at(scheme));
    for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      var before = proxy.connections();
      var thrown = new AtomicReference<Throwable>();
      var thread = builder.start(() -> thrown.set(assertThrows(Throwable.class, () -> ProxyStage.text(out, ProxyStage.submit(secured())))));
      Await.until("the proxy to be called", () -> proxy.connections() > before);
      thread.interrupt();
      assertTrue(thread.join(ProxyStage.LONG));
      assertInstanceOf(InterruptedException.class, thrown.get());
    }
  }

  // ---- probes -----------------------------------------------------------------------------------------------------

  @Test
  void probeSaysHowAProxyDoesAndTakesNoOtherWay() throws Exception {
    var out = stage.atBest();
    var good = ProxySetting.parse(proxy.wanting("fox", "s3cret").with("socks5h"));
    var probe = out.probe(good, far.uri("/"), ProxyStage.LONG, true);
    assertEquals(List.of(true, 200, ""), List.of(probe.ok(), probe.status(), probe.error()));
    var bad = out.probe(ProxySetting.parse("socks5h://fox:other@127.0.0.1:" + proxy.port()), far.uri("/"), ProxyStage.LONG, true);
    assertEquals(List.of(false, 0, true), List.of(bad.ok(), bad.status(), bad.error().endsWith("refuses the user and password")));
    assertEquals(1, far.connections());
    assertEquals(List.of(), stage.notices);
  }

  @Test
  void probeOfAnAddressNobodyConfiguredPassesTheGuard() throws Exception {
    var good = ProxySetting.parse(proxy.at("socks5h"));
    for (var link : List.of("http://127.0.0.1:" + far.port() + "/", "http://169.254.169.254/", "http://localhost/", "http://[::1]/")) {
      var probe = stage.atBest().probe(good, URI.create(link), ProxyStage.LONG, false);
      assertFalse(probe.ok(), link);
    }
    assertEquals(0, proxy.connections());
  }

  @Test
  void callersCannotSetWhatIsSaidToTheProxy() throws IOException {
    var out = stage.only(proxy.at("http"));
    for (var name : List.of("Proxy-Authorization", "proxy-connection")) {
      unreachable(out, ProxyStage.submit(plain()).with(name, "x"));
    }
    assertEquals(0, proxy.connections());
  }
}
