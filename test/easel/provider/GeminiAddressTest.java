package easel.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiAddressTest {
  @ParameterizedTest
  @CsvSource({"https://generativelanguage.googleapis.com,https://generativelanguage.googleapis.com/v1beta/files/a:download,true",
      "https://generativelanguage.googleapis.com,https://generativelanguage.googleapis.com/download/v1beta/files/a:download,true",
      "https://us-central1-aiplatform.googleapis.com/v1/publishers/google,https://generativelanguage.googleapis.com/x,true",
      "https://generativelanguage.googleapis.com,http://generativelanguage.googleapis.com/v1beta/files/a:download,false",
      "https://generativelanguage.googleapis.com,http://generativelanguage.googleapis.com:443/v1beta/files/a,false",
      "https://generativelanguage.googleapis.com,https://storage.googleapis.com/a,false",
      "https://generativelanguage.googleapis.com,https://generativelanguage.googleapis.com.evil.example/a,false",
      "https://relay.example,https://generativelanguage.googleapis.com/v1beta/files/a:download,false",
      "https://relay.example/px,https://relay.example/v1beta/files/a:download,true",
      "https://relay.example,https://relay.example:8443/a,false",
          "https://evilgoogleapis.com,https://generativelanguage.googleapis.com/a,false"})
  void keyGoesWhereItBelongs(String base, String link, boolean keyed) {
    assertEquals(keyed, new GeminiAddress(URI.create(base)).keyed(URI.create(link)));
  }

  @ParameterizedTest
  @CsvSource({"https://h,https://h/v1beta/models/m:x", "https://h/,https://h/v1beta/models/m:x",
      "https://h/px,https://h/px/v1beta/models/m:x",
      "https://h/v1,https://h/v1/models/m:x", "https://h/px/v1alpha/,https://h/px/v1alpha/models/m:x",
      "https://h/v1beta1/publishers/google,https://h/v1beta1/publishers/google/models/m:x"})
  void versionIsAddedWhereItIsMissing(String base, String address) {
    assertEquals(address, new GeminiAddress(URI.create(base)).model("m", "x").toString());
  }

  @ParameterizedTest
  @CsvSource({"https://h,//evil.example/x,https://h/v1beta/evil.example/x",
      "https://h,a?key=b#c,https://h/v1beta/a%3Fkey=b%23c",
      "https://h/v1/publishers/google,/evil.example/operations/1,https://h/v1/evil.example:fetchPredictOperation",
      "https://h/v1/projects/p/locations/l/publishers/google,projects/p/models/m/operations/1,https://h/v1/projects/p/models/m:fetchPredictOperation"})
  void nameOfAWorkNeverLeavesItsHost(String base, String name, String address) {
    var at = new GeminiAddress(URI.create(base));
    assertEquals(address, (at.vertex() ? at.fetchOperation(name) : at.at(name)).toString());
  }
}
