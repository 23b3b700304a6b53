package easel.sdk;

import fake.RealEasel;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Google's own npm client, the newest and an older one, against a real Easel: test/sdk/genai.mjs says what it does. */
@ExtendWith(Stand.Shared.class)
@Timeout(150)
class GenaiSdkTest {
  private static NodeScripts scripts;

  @BeforeAll
  static void install() throws Exception {
    scripts = NodeScripts.installed();
  }

  @TestFactory
  Stream<DynamicTest> genai(Stand stand) throws Exception {
    var places = Map.of("EASEL_URL", stand.root(), "EASEL_KEY", RealEasel.KEY, "OTHER_KEY", Stand.OTHER_KEY,
        "FAKE_URL", Stand.root(stand.fake().base()), "PROXY_URL", Stand.root(stand.proxy().base()));
    return Stream.concat(scripts.tests(GenaiSdkTest.class, "@google/genai", "genai", places),
        scripts.tests(GenaiSdkTest.class, "genai-1", "genai", places));
  }
}
