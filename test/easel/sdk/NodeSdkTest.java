package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.RealEasel;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenAI's own npm client, the newest and an older one, against a real Easel: see test/sdk for what each test does. */
@ExtendWith(Stand.Shared.class)
@Timeout(150)
class NodeSdkTest {
  private static NodeScripts scripts;

  @BeforeAll
  static void install() throws Exception {
    scripts = NodeScripts.installed();
  }

  /** The script of a test has its name. */
  private static Stream<DynamicTest> both(Stand stand, TestInfo test) throws Exception {
    var name = test.getTestMethod().orElseThrow().getName();
    var places = Map.of("EASEL_URL", stand.root(), "EASEL_KEY", RealEasel.KEY, "OTHER_KEY", Stand.OTHER_KEY,
        "FAKE_URL", Stand.root(stand.fake().base()), "PROXY_URL", Stand.root(stand.proxy().base()));
    return Stream.concat(scripts.tests(NodeSdkTest.class, "openai", name, places),
        scripts.tests(NodeSdkTest.class, "openai-6", name, places));
  }

  @Test
  void theExampleOfTheReadmeMakesAPicture(Stand stand) throws Exception {
    var code = String.join("\n", Readme.calls("js", stand.root()));
    var said = scripts.run("readme", code, Map.of("KEY", RealEasel.KEY));
    assertTrue(said.output().startsWith(stand.root() + "/media/"), said.toString());
  }

  @TestFactory
  Stream<DynamicTest> models(Stand stand, TestInfo test) throws Exception {
    return both(stand, test);
  }

  @TestFactory
  Stream<DynamicTest> images(Stand stand, TestInfo test) throws Exception {
    return both(stand, test);
  }

  @TestFactory
  Stream<DynamicTest> chat(Stand stand, TestInfo test) throws Exception {
    return both(stand, test);
  }

  @TestFactory
  Stream<DynamicTest> errors(Stand stand, TestInfo test) throws Exception {
    return both(stand, test);
  }

  @TestFactory
  Stream<DynamicTest> jobs(Stand stand, TestInfo test) throws Exception {
    return both(stand, test);
  }

  @TestFactory
  Stream<DynamicTest> retries(Stand stand, TestInfo test) throws Exception {
    return both(stand, test);
  }
}
