package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Failure;
import easel.core.GatewayException;
import fake.FakeUpstream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressGuardTest {
  private static final AddressGuard GUARD = new AddressGuard(List.of());
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Names as a hostile DNS would answer them. */
  private static final Map<String, List<String>> NAMES = Map.of(
      "private.test", List.of("10.1.2.3"), "loopback.test", List.of("127.0.0.1"), "six.test", List.of("::1"),
      "mixed.test", List.of("8.8.8.8", "127.0.0.1"), "mixed6.test", List.of("2606:4700::1111", "::1"),
      "metadata.test", List.of("169.254.169.254"), "nat64.test", List.of("64:ff9b::7f00:1"),
      "six-to-four.test", List.of("2002:7f00:1::"), "zero.test", List.of("0.0.0.0"), "none.test", List.of());

  /** None of these may be connected to; {@code PORT} is one that listens and counts. */
  private static final List<String> FORBIDDEN = List.of(
      // the machine itself, in all spellings
      "http://127.0.0.1:PORT/", "http://127.0.0.1:PORT", "https://127.0.0.1:PORT/x.png", "HTTP://127.0.0.1:PORT/",
      "http://127.1:PORT/", "http://127.0.1:PORT/", "http://2130706433:PORT/", "http://0x7f000001:PORT/",
      "http://0x7f.0.0.1:PORT/", "http://0x7f.1:PORT/", "http://0177.0.0.1:PORT/", "http://017700000001:PORT/",
      "http://00127.0.0.1:PORT/", "http://127.0.0.01:PORT/", "http://127.0.0.1.:PORT/", "http://0:PORT/",
      "http://0.0.0.0:PORT/", "http://00.00.00.00:PORT/", "http://127.255.255.254:PORT/", "http://localhost:PORT/",
      "http://LOCALHOST:PORT/", "http://localhost.:PORT/", "http://127.0.0.256:PORT/", "http://1.2.3:PORT/",
      "http://127%2e0.0.1:PORT/", "http://%31%32%37.0.0.1:PORT/", "http://\uff11\uff12\uff17.0.0.1:PORT/",
      // the same in IPv6
      "http://[::1]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[0000::0001]:PORT/", "http://[::]:PORT/",
      "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[0:0:0:0:0:ffff:7f00:0001]:PORT/",
      "http://[::127.0.0.1]:PORT/", "http://[::7f00:1]:PORT/", "http://[64:ff9b::7f00:1]:PORT/",
      "http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/", "http://[2002:7f00:1::]:PORT/",
      "http://[2002:a00:1::1]:PORT/", "http://[::ffff:0:127.0.0.1]:PORT/", "http://[::1%25lo]:PORT/",
      "http://[fe80::1%25eth0]:PORT/", "http://[fe80::1]:PORT/", "http://[fc00::1]:PORT/",
      "http://[fd00:ec2::254]:PORT/", "http://[fec0::1]:PORT/", "http://[ff02::1]:PORT/", "http://[100::1]:PORT/",
      "http://[2001::1]:PORT/",
      "http://[2001:db8::1]:PORT/", "http://[3fff::1]:PORT/", "http://[5f00::1]:PORT/", "http://[4000::1]:PORT/",
      // other networks nobody outside has a business with
      "http://10.0.0.1:PORT/", "http://10.255.255.255:PORT/", "http://172.16.0.1:PORT/", "http://172.31.255.255:PORT/",
      "http://192.168.0.1:PORT/", "http://169.254.169.254:PORT/latest/meta-data/", "http://100.64.0.1:PORT/",
      "http://100.100.100.200:PORT/", "http://192.0.0.192:PORT/", "http://192.0.2.1:PORT/", "http://192.88.99.1:PORT/",
      "http://198.18.0.1:PORT/", "http://198.19.255.255:PORT/", "http://198.51.100.1:PORT/", "http://203.0.113.1:PORT/",
      "http://224.0.0.1:PORT/", "http://239.255.255.250:PORT/", "http://240.0.0.1:PORT/",
      "http://255.255.255.255:PORT/", "http://168.63.129.16:PORT/",
      // names that lead there
      "http://private.test:PORT/", "http://loopback.test:PORT/", "http://LoopBack.Test:PORT/",
      "http://loopback.test.:PORT/", "http://six.test:PORT/", "http://mixed.test:PORT/", "http://mixed6.test:PORT/",
      "http://metadata.test:PORT/", "http://nat64.test:PORT/", "http://six-to-four.test:PORT/",
      "http://zero.test:PORT/", "http://none.test:PORT/", "http://unknown.test:PORT/",
      // links that are none, or hide where they lead
      "http://user@127.0.0.1:PORT/", "http://8.8.8.8@127.0.0.1:PORT/", "http://8.8.8.8:80@127.0.0.1:PORT/",
      "http://user:sesame@8.8.8.8/", "http://@127.0.0.1:PORT/", "http://127.0.0.1:PORT#@8.8.8.8/",
      "http://8.8.8.8%40127.0.0.1:PORT/", "http://under_score.test:PORT/", "http:///127.0.0.1:PORT/",
      "http:127.0.0.1:PORT", "http:/127.0.0.1:PORT/", "//127.0.0.1:PORT/", "/x.png", "x.png", "ftp://127.0.0.1:PORT/",
      "file:///etc/passwd", "gopher://127.0.0.1:PORT/_x", "jar:http://127.0.0.1:PORT/!/x", "data:image/png;base64,AA==",
      "javascript:alert(1)", "ws://127.0.0.1:PORT/", "unix:/run/docker.sock",
      // public hosts at ports where no pictures are
      "http://8.8.8.8:22/", "http://8.8.8.8:25/", "http://8.8.8.8:0/", "http://8.8.8.8:65536/", "http://8.8.8.8:6379/",
      "http://8.8.8.8:3306/", "http://8.8.8.8:5432/", "http://8.8.8.8:11211/", "http://8.8.8.8:587/",
      "https://8.8.8.8:2375/");

  @TempDir
  Path folder;

  private static List<InetAddress> resolve(String host) throws UnknownHostException {
    var bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    // a resolver that understands such spellings differently from us: they must not get here
    if (bare.matches("[0-9a-fx.]+")) return List.of(InetAddress.getByName("8.8.8.8"));
    if (bare.equals("localhost")) return List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"));
    var known = Optional.ofNullable(NAMES.get(bare)).orElseThrow(() -> new UnknownHostException(host));
    return known.stream().map(AddressGuardTest::address).toList();
  }

  private static InetAddress address(String literal) {
    return AddressRange.literal(literal).orElseThrow(() -> new IllegalArgumentException(literal));
  }

  @Test
  void forbiddenLinksAreRefusedWithoutASingleConnection() throws Exception {
    var options = new UpstreamOptions(Duration.ofMillis(200), 0, LONG, 8, LONG, List.of());
    try (var four = new FakeUpstream(); var six = new FakeUpstream(InetAddress.getByName("::1"));
        var out = new Upstream(options, AddressGuardTest::resolve, Upstream::systemTls)) {
      for (var listening : List.of(four, six)) {
        for (var text : FORBIDDEN) {
          var link = URI.create(text.replace("PORT", String.valueOf(listening.port())));
          var call = Call.get(link, LONG, 1000);
          Caught.failure(Failure.Forbidden.class, () -> out.guarded().send(call));
          var file = folder.resolve("fetched");
          var failure = Caught.failure(Failure.Invalid.class, () -> out.fetcher().fetch(link, "image_url", 1000, file));
          assertEquals("image_url", failure.field());
          assertTrue(failure.message().startsWith("image_url must "), failure.message());
          assertFalse(failure.message().contains("sesame"), failure.message());
          assertFalse(Files.exists(file));
        }
      }
      assertEquals(0, four.connections());
      assertEquals(0, six.connections());
    }
  }

  @Test
  void publicAddressesAreOpen() {
    for (var text : List.of("8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
        "2001:4860:4860::8888",
        "2001:200::1", "2a00::1", "3ffe::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")) {
      assertTrue(GUARD.open(address(text)), text);
    }
  }

  @Test
  void privateNameAndMissingNameSoundTheSame() throws Exception {
    try (var out = new Upstream(UpstreamOptions.defaults(), AddressGuardTest::resolve, Upstream::systemTls)) {
      var messages = Stream.of("http://private.test/", "http://unknown.test/", "http://10.0.0.1/")
          .map(link -> Caught.failure(() -> out.fetcher().fetch(URI.create(link), "image", 1, folder.resolve("x"))))
          .map(Failure::message).distinct().toList();
      assertEquals(List.of("image must name a host that exists and is public"), messages);
    }
  }

  @Test
  void operatorMayOpenRangesAddressesAndHosts() throws Exception {
    var guard = new AddressGuard(List.of("10.1.0.0/16", "192.168.7.7", "fd00:1::/32", "Media.LAN"));
    assertTrue(guard.open(address("10.1.255.255")));
    assertTrue(guard.open(address("::ffff:10.1.0.1")));
    assertTrue(guard.open(address("192.168.7.7")));
    assertTrue(guard.open(address("fd00:1:ffff::1")));
    assertTrue(guard.open(address("8.8.8.8")));
    assertFalse(guard.open(address("10.2.0.1")));
    assertFalse(guard.open(address("192.168.7.8")));
    assertFalse(guard.open(address("fd00:2::1")));
    guard.check("media.lan.", List.of(address("127.0.0.1")));
    assertThrows(GatewayException.class, () -> guard.check("other.lan", List.of(address("127.0.0.1"))));
    assertThrows(GatewayException.class, () -> guard.check("x.media.lan", List.of(address("10.2.0.1"))));
  }

  @Test
  void entryThatOpensNothingIsRefused() {
    for (var entry : List.of("", " ", "10.0.0.0/33", "10.0.0.0/8/8", "10.1", "010.0.0.1", "300.1.1.1", "a b",
        "http://a", "a:1", "host:80", "[::1", "fe80::1%lo")) {
      assertThrows(IllegalArgumentException.class, () -> UpstreamOptions.defaults().allowing(List.of(entry)), entry);
    }
  }

  @Test
  void openLinksHaveNoComplaint() {
    for (var link : List.of("http://example.com", "https://example.com/a.png?x=1#y", "http://example.com:8188/view",
        "HTTPS://EXAMPLE.COM:443/", "http://8.8.8.8:9000/", "http://[2606:4700::1111]:8080/",
        "http://xn--bcher-kva.example/", "http://example.com./", "http://1.example.com/", "http://a1.b2.c3/")) {
      assertEquals(Optional.empty(), GUARD.complaint(URI.create(link)), link);
    }
  }

  @Test
  void rangesAreReadAsTheyAreWritten() {
    assertTrue(AddressRange.of("0.0.0.0/0").holds(new byte[] {1, 2, 3, 4}));
    assertTrue(AddressRange.of("10.0.0.0/8").holds(new byte[] {10, 2, 3, 4}));
    assertFalse(AddressRange.of("10.0.0.0/8").holds(new byte[] {11, 2, 3, 4}));
    assertTrue(AddressRange.of("172.16.0.0/12").holds(new byte[] {(byte) 172, 31, -1, -1}));
    assertFalse(AddressRange.of("172.16.0.0/12").holds(new byte[] {(byte) 172, 32, 0, 0}));
    assertTrue(AddressRange.of("1.2.3.4").holds(new byte[] {1, 2, 3, 4}));
    assertFalse(AddressRange.of("1.2.3.4").holds(new byte[] {1, 2, 3, 5}));
    assertFalse(AddressRange.of("::/0").holds(new byte[] {1, 2, 3, 4}));
    for (var text : List.of("", "10", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "host", "::/129", ":",
        "1::2::3", "010.0.0.0/8")) {
      assertEquals(Optional.empty(), AddressRange.parse(text), text);
    }
  }
}
