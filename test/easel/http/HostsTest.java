package easel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
  private final Hosts hosts = new Hosts(Set.of("Easel.example", ".lan"));

  @ParameterizedTest
  @CsvSource({"localhost,true", "LOCALHOST:8000,true", "localhost.,true", "app.localhost:1,true", "127.0.0.1:8000,true",
      "192.168.1.5,true", "[::1]:8000,true", "easel.example,true", "EASEL.example.:80,true", "nas.lan,true",
      "a.b.lan:9,true",
      "evil.example,false", "easel.example.evil,false", "notlan,false", "lan,false", "localhost.evil,false",
      "127.0.0.1.evil,false", "xn--127,false"})
  void onlyAddressesLoopbackNamesAndTheListAreAnswered(String authority, boolean allowed) {
    assertEquals(allowed, hosts.allows(authority));
  }

  @Test
  void aStarAllowsAnyName() {
    assertEquals(true, new Hosts(Set.of("*")).allows("anything.example:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":80", "a b", "a/b", "a@b", "a:b", "a:1:2", "[::1", "[::1]x", "[gg]", "[]", "a:123456",
      "ä", "a,b", "a\tb", "http://a", "."})
  void refusesWhatIsNoHost(String authority) {
    assertEquals(false, Hosts.wellFormed(authority));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b-c_d:80", "1.2.3.4", "[::1]", "[fe80::1]:65535", "a:", "a."})
  void takesWhatIs(String authority) {
    assertEquals(true, Hosts.wellFormed(authority));
  }
}
