package easel.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import easel.core.Secret;
import easel.upstream.ProxySetting.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingTest {
  private static ProxySetting proxy(Kind kind, String user, String password) {
    return new ProxySetting(kind, "host.example", 1080, user, new Secret(password));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {
      "http://host.example:1080 HTTP", "https://host.example:1080 HTTPS", "socks5://host.example:1080 SOCKS5",
      "socks5h://host.example:1080 SOCKS5H", "SOCKS5H://Host.Example:1080/ SOCKS5H", "host.example:1080 HTTP",
      "http://host.example:1080/ HTTP"})
  void proxyWithoutALogin(String text, Kind kind) {
    assertEquals(proxy(kind, "", ""), ProxySetting.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://fox:s3cret@host.example:1080", "socks5://host.example:1080:fox:s3cret",
      "st5 host.example:1080:fox:s3cret", "ST5  fox:s3cret@host.example:1080", " \n socks5://fox:s3cret@HOST.example:1080\r\n ",
      "Socks5://fox:s3cret@host.example:1080/", "socks5://%66ox:s3%63ret@host.example:1080"})
  void everySpellingMeansTheSame(String text) {
    assertEquals(proxy(Kind.SOCKS5, "fox", "s3cret"), ProxySetting.parse(text));
  }

  @Test
  void withoutASchemeItIsHttpAsOlderGatewaysHaveIt() {
    assertEquals(proxy(Kind.HTTP, "fox", "s3cret"), ProxySetting.parse("fox:s3cret@host.example:1080"));
    assertEquals(proxy(Kind.HTTP, "fox", "s3cret"), ProxySetting.parse("host.example:1080:fox:s3cret"));
    assertEquals(proxy(Kind.HTTP, "fox", ""), ProxySetting.parse("fox@host.example:1080"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"p@ss", "p:ss", "p/ss", "p%ss", "100%", "%zz", "a%4", "@", ":", "//", "p@ss:w/o%rd", "%ff%fe", "%0a",
      "a b", "p#q?r&s=t", "пароль", "p@host:12"})
  void passwordPastedAsItIsStaysAsItIs(String password) {
    assertEquals(proxy(Kind.HTTP, "fox", password), ProxySetting.parse("http://fox:" + password + "@host.example:1080"));
    assertEquals(proxy(Kind.SOCKS5H, "fox", password), ProxySetting.parse("socks5h://fox:" + password + "@host.example:1080"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"p:ss", "p/ss", "p%ss", "p@ss", "http://x", "a:b:c"})
  void likewiseBehindTheHost(String password) {
    assertEquals(proxy(Kind.HTTP, "fox", password), ProxySetting.parse("host.example:1080:fox:" + password));
    assertEquals(proxy(Kind.SOCKS5, "fox", password), ProxySetting.parse("st5 host.example:1080:fox:" + password));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {"p%40ss p@ss", "p%3Ass p:ss", "p%2fss p/ss", "50%25 50%", "%D0%BF п", "a%2Cb a,b"})
  void passwordThatIsEncodedIsDecoded(String written, String meant) {
    assertEquals(proxy(Kind.HTTP, "fox", meant), ProxySetting.parse("http://fox:" + written + "@host.example:1080"));
    assertEquals(proxy(Kind.HTTP, "fox", meant), ProxySetting.parse("host.example:1080:fox:" + written));
  }

  @Test
  void ipv6StandsInBrackets() {
    var expected = new ProxySetting(Kind.SOCKS5, "2001:db8::1", 1080, "fox", new Secret("s3cret"));
    for (var text : List.of("socks5://fox:s3cret@[2001:db8::1]:1080", "socks5://[2001:DB8::1]:1080:fox:s3cret", "st5 [2001:db8::1]:1080:fox:s3cret")) {
      assertEquals(expected, ProxySetting.parse(text));
    }
    assertEquals("socks5://fox@[2001:db8::1]:1080", expected.words());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "nonsense", "host.example", "http://host.example", "host.example:0", "host.example:65536",
      "host.example:99999999999", "http://:1080", "http://fox:s3cret@", "ftp://fox:s3cret@host.example:21", "socks4://host.example:1080",
      "socks4a://fox:s3cret@host.example:1080", "socks://host.example:1080", "http://:s3cret@host.example:1080", "127.1:1080",
      "http://2130706433:80", "2001:db8::1:1080", "http://[nonsense]:1080", "http://fox:s3cret@host.example:1080/path",
      "http://fox:s3\ncret@host.example:1080", "host.example:1080:s3cret", "http://höst:80", "http://a%3Ab:s3cret@host.example:80"})
  void whatIsNoProxyIsRefusedInWordsWithoutThePassword(String text) {
    var thrown = assertThrows(IllegalArgumentException.class, () -> ProxySetting.parse(text));
    assertTrue(thrown.getMessage().startsWith("must "), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("s3cret") || thrown.getCause() != null, thrown.getMessage());
  }

  @Test
  void socksTakesNoLongNamesAndPasswords() {
    assertThrows(IllegalArgumentException.class, () -> ProxySetting.parse("socks5://fox:" + "x".repeat(256) + "@host.example:1080"));
    assertThrows(IllegalArgumentException.class, () -> ProxySetting.parse("socks5://" + "ф".repeat(128) + ":x@host.example:1080"));
    assertEquals(256, ProxySetting.parse("http://fox:" + "x".repeat(256) + "@host.example:1080").password().reveal().length());
  }

  @Test
  void neverPrintsThePassword() {
    var proxy = ProxySetting.parse("http://fo%20x%40y:s3cret@host.example:1080");
    assertEquals("http://fo%20x%40y@host.example:1080", proxy.words());
    for (var words : List.of(proxy.words(), proxy.toString(), String.valueOf(List.of(proxy)), String.valueOf(ProxyOptions.only(proxy)),
        String.valueOf(UpstreamOptions.defaults().by(ProxyOptions.only(proxy))))) {
      assertFalse(words.contains("s3cret"), words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://a.example:1,http://u:p@b.example:2", "socks5://a.example:1\nu:p@b.example:2\n",
      " , socks5://a.example:1  b.example:2:u:p ,,", "st5 a.example:1\nb.example:2:u:p", "socks5://a.example:1 http://u:p@b.example:2 socks5://A.example:1"})
  void severalStandInOrder(String text) {
    assertEquals(List.of("socks5://a.example:1", "http://u@b.example:2"), ProxySetting.parseAll(text).stream().map(ProxySetting::words).toList());
  }

  @Test
  void commaInAPasswordIsNoSeparatorWhereItCanBeTold() {
    assertEquals("p,w", ProxySetting.parseAll("http://u:p,w@b.example:2").getFirst().password().reveal());
    assertEquals("p,w", ProxySetting.parseAll("http://u:p%2Cw@b.example:2 c.example:3").getFirst().password().reveal());
    assertEquals(List.of(), ProxySetting.parseAll(" \n"));
    assertThrows(IllegalArgumentException.class, () -> ProxySetting.parseAll("socks5://a.example:1, rubbish"));
  }

  /** Several services have a key for a user, and no password. */
  @Test
  void userWithoutAPasswordIsNotShown() {
    var key = ProxySetting.parse("http://0123456789abcdef@proxy.test:8011");
    assertEquals("http://***@proxy.test:8011", key.words());
    assertEquals(key.words(), ProxySetting.parse("http://0123456789abcdef:@proxy.test:8011").toString());
    assertTrue(key.namedBy(ProxySetting.parse(key.words())));
    assertFalse(key.namedBy(ProxySetting.parse("http://somebody@proxy.test:8011")));
    var login = ProxySetting.parse("http://fox:hush@proxy.test:8011");
    assertTrue(login.namedBy(ProxySetting.parse(login.words())));
    assertFalse(login.namedBy(ProxySetting.parse("socks5://fox@proxy.test:8011")));
  }
}
