package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BflHostsTest {
  private static String poll(String base, String link) {
    var handle = new BflHandle("a b", link, "png", 0, Optional.empty(), false, 0);
    return new BflHosts(URI.create(base)).poll(handle).toString();
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "https://api.bfl.ai, https://api.bfl.ai/v1/get_result?id=1, -",
      "https://api.bfl.ai, https://api.eu1.bfl.ai/v1/get_result?id=1, -",
      "https://api.bfl.ai, https://API.US.BFL.AI/v1/get_result?id=1, -",
      "https://api.bfl.ai, https://gateway.bfl.ai:8443/x, -",
      "https://api.bfl.ai, https://bfl.ai/x, -",
      "https://api.bfl.ai, /v1/get_result?id=1, https://api.bfl.ai/v1/get_result?id=1",
      "http://10.0.0.5:9000, http://10.0.0.5:9000/poll/1, -",
      "http://10.0.0.5:9000/bfl, https://api.eu.bfl.ai/x, -",
      "https://relay.example, https://relay.example:8443/x, -"})
  void keyGoesToBflAndToTheOperatorsOwnServer(String base, String link, String asked) {
    assertEquals(asked == null ? link : asked, poll(base, link));
  }

  /** Then BFL is asked at the address everybody knows. */
  @ParameterizedTest
  @CsvSource({
      "https://api.bfl.ai, http://api.bfl.ai/x",
      "https://api.bfl.ai, http://api.bfl.ai:443/x",
      "https://api.bfl.ai, http://api.eu1.bfl.ai/x",
      "https://api.bfl.ai, https://bfl.ai.evil.example/x",
      "https://api.bfl.ai, https://evilbfl.ai/x",
      "https://api.bfl.ai, https://api.bfl.ai@evil.example/x",
      "https://api.bfl.ai, https://u:p@api.bfl.ai/x",
      "https://api.bfl.ai, https://api.bfl.ai.",
      "https://api.bfl.ai, //evil.example/x",
      "https://api.bfl.ai, ftp://api.bfl.ai/x",
      "https://api.bfl.ai, file:///etc/passwd",
      "https://api.bfl.ai, https:opaque",
      "https://api.bfl.ai, not a link at all",
      "https://api.bfl.ai, ''"})
  void keyGoesToNobodyElse(String base, String link) {
    assertEquals("https://api.bfl.ai/v1/get_result?id=a+b", poll(base, link));
  }

  @ParameterizedTest
  @CsvSource({
      "http://10.0.0.5:9000, http://10.0.0.5:9001/x, http://10.0.0.5:9000",
      "http://10.0.0.5:9000/bfl/, http://10.0.0.6:9000/x, http://10.0.0.5:9000/bfl",
      "https://relay.example/v1, http://relay.example/x, https://relay.example"})
  void operatorsOwnServerIsHeldToItsAddress(String base, String link, String root) {
    assertEquals(root + "/v1/get_result?id=a+b", poll(base, link));
  }
}
