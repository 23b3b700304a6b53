package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import easel.core.Failure;
import fake.Await;
import fake.FakeUpstream;
import fake.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against proxies that others have written: microsocks and tinyproxy, which the test starts and ends. */
@Timeout(60)
class RealProxyTest {
  private static final Duration WITHIN = Duration.ofSeconds(20);

  @TempDir
  static Path folder;
  static TestCertificates certificates;
  static SSLContext trusting;

  private final List<Process> running = new ArrayList<>();
  private final ProxyStage stage = new ProxyStage(() -> trusting);
  private FakeUpstream far;
  private FakeUpstream farTls;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = new TestCertificates(folder);
    trusting = certificates.client();
  }

  @BeforeEach
  void open() throws Exception {
    stage.names.put("localhost", List.of("127.0.0.1"));
    far = new FakeUpstream();
    farTls = new FakeUpstream(certificates.server("good"));
    for (var server : List.of(far, farTls)) server.on("POST /echo", sent -> Script.answer(200, "image/png", sent.body()));
    for (var server : List.of(far, farTls)) server.then(Script.json(200, "{}"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
    for (var process : running) process.destroy();
    for (var process : running) if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    far.close();
    farTls.close();
  }

  private int start(int port, String... command) throws Exception {
    var program = Stream.of(System.getenv("PATH").split(":")).map(d -> Path.of(d, command[0])).filter(Files::isExecutable).findFirst();
    if (program.isEmpty()) abort(command[0] + " is not on the PATH (apt-get install " + command[0] + ")");
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve(command[0] + port + ".log").toFile()).start();
    running.add(process);
    Await.until(command[0], () -> {
      if (process.isAlive()) return answers(port);
      throw new AssertionError(command[0] + " ended: " + Files.readString(folder.resolve(command[0] + port + ".log")));
    });
    return port;
  }

  private static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private int microsocks(String... login) throws Exception {
    var port = ProxyStage.nobody();
    var command = new ArrayList<>(List.of("microsocks", "-i", "127.0.0.1", "-p", String.valueOf(port)));
    if (login.length > 0) command.addAll(List.of("-u", login[0], "-P", login[1]));
    return start(port, command.toArray(String[]::new));
  }

  private int tinyproxy(String... login) throws Exception {
    var port = ProxyStage.nobody();
    var file = folder.resolve("tinyproxy" + port + ".conf");
    Files.writeString(file, "Port " + port + "\nListen 127.0.0.1\nTimeout 20\nLogLevel Error\nMaxClients 20\nAllow 127.0.0.1\n"
        + (login.length > 0 ? "BasicAuth " + login[0] + " " + login[1] + "\n" : ""));
    return start(port, "tinyproxy", "-d", "-c", file.toString());
  }

  /** Posts, gets and large bodies, with TLS and without. */
  private void carries(String proxy) throws Exception {
    var out = stage.only(proxy);
    for (var server : List.of(far, farTls)) {
      var before = server.sent().size();
      var call = Call.submit(ProxyStage.named(server, "localhost", "/echo"), new Call.Bytes("image/png", new byte[300_000]), WITHIN, 1 << 20);
      if (server == farTls) call = Call.submit(server.uri("/echo"), new Call.Bytes("image/png", new byte[300_000]), WITHIN, 1 << 20);
      try (var reply = out.send(call)) {
        assertEquals(List.of(200, 300_000), List.of(reply.status(), reply.body().readAllBytes().length));
      }
      assertEquals("200 {}", ProxyStage.text(out, Call.get(server.uri("/poll"), WITHIN, 1000)));
      assertEquals(before + 2, server.sent().size());
      assertTrue(server.sent().stream().allMatch(s -> s.header("Proxy-Authorization").isEmpty()));
    }
    assertEquals(List.of(4L, 0L), List.of(out.proxies().proxies().getFirst().calls(), out.proxies().direct()));
  }

  private String refuses(String proxy) {
    var out = stage.only(proxy);
    var before = far.connections() + farTls.connections();
    var messages = new ArrayList<String>();
    for (var server : List.of(far, farTls)) {
      messages.add(Caught.failure(Failure.Unreachable.class, () -> ProxyStage.text(out, ProxyStage.submit(server.uri("/buy")))).message());
    }
    assertEquals(before, far.connections() + farTls.connections());
    assertFalse(messages.toString().contains("wrong-s3cret"), messages.toString());
    return messages.getLast();
  }

  @Test
  void microsocksWithoutALoginCarriesCalls() throws Exception {
    var port = microsocks();
    carries("socks5h://127.0.0.1:" + port);
    assertEquals(List.of(), stage.lookedUp);
    carries("socks5://127.0.0.1:" + port);
    assertEquals(List.of("localhost"), stage.lookedUp);
  }

  @Test
  void microsocksWithALoginCarriesCallsOfThoseWhoKnowIt() throws Exception {
    var port = microsocks("fox", "p@ss:w/o%rd");
    carries("socks5h://fox:p@ss:w/o%rd@127.0.0.1:" + port);
    carries("st5 127.0.0.1:" + port + ":fox:p%40ss%3Aw%2Fo%25rd");
    assertTrue(refuses("socks5h://fox:wrong-s3cret@127.0.0.1:" + port).endsWith("refuses the user and password"));
    assertTrue(refuses("socks5h://127.0.0.1:" + port).endsWith("wants a user and a password"));
  }

  @Test
  void microsocksSaysWhenTheUpstreamIsNotThere() throws Exception {
    var out = stage.only("socks5h://127.0.0.1:" + microsocks());
    var nobody = URI.create("https://127.0.0.1:" + ProxyStage.nobody() + "/");
    assertTrue(Caught.failure(Failure.Unreachable.class, () -> ProxyStage.text(out, ProxyStage.submit(nobody))).message()
        .endsWith("was refused the connection"));
    assertEquals(List.of(), stage.notices);
  }

  @Test
  void tinyproxyWithoutALoginCarriesCalls() throws Exception {
    carries("http://127.0.0.1:" + tinyproxy());
    assertEquals(List.of(), stage.lookedUp);
  }

  @Test
  void tinyproxyWithALoginCarriesCallsOfThoseWhoKnowIt() throws Exception {
    var port = tinyproxy("fox", "p-ss_w0rd");
    carries("fox:p-ss_w0rd@127.0.0.1:" + port);
    carries("127.0.0.1:" + port + ":fox:p-ss_w0rd");
    assertTrue(refuses("http://fox:wrong-s3cret@127.0.0.1:" + port).endsWith("refuses the user and password (401)"));
    assertTrue(refuses("http://127.0.0.1:" + port).endsWith("wants a user and a password (407)"));
  }

  @Test
  void realProxiesStandInForEachOther() throws Exception {
    var socks = microsocks("fox", "s3cret");
    var http = tinyproxy("fox", "s3cret");
    var out = stage.only("socks5h://fox:other@127.0.0.1:" + socks, "http://fox:s3cret@127.0.0.1:" + http);
    assertEquals("200 {}", ProxyStage.text(out, ProxyStage.submit(farTls.uri("/buy"))));
    assertEquals(List.of(1, List.of("PROXY_DOWN")), List.of(farTls.sent("POST /buy").size(), stage.kinds()));
    for (var process : running) process.destroyForcibly().waitFor();
    Caught.failure(Failure.Unreachable.class, () -> ProxyStage.text(out, ProxyStage.submit(farTls.uri("/buy"))));
    assertEquals(List.of("PROXY_DOWN", "PROXY_DOWN"), stage.kinds());
    assertEquals(1, farTls.sent().size());
  }
}
