package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import fake.FakeOpenAi;
import fake.FakeProxy;
import fake.FakeProxy.Prank;
import fake.RealAdmin;
import fake.RealEasel;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real process behind a proxy: what the settings say is what happens, from the next reload on. */
@Timeout(120)
class ProxyProcessTest {
  /** Nowhere but behind the proxy. */
  private static final String HOST = "far.test";

  @TempDir
  Path folder;
  private FakeOpenAi far;
  private FakeProxy proxy;

  @BeforeEach
  void open() throws Exception {
    far = new FakeOpenAi();
    proxy = new FakeProxy().wanting("fox", "s3cret-of-the-proxy");
  }

  @AfterEach
  void close() {
    proxy.close();
    far.close();
  }

  private String base(String host) {
    return "http://" + host + ":" + far.base().getPort() + far.base().getPath();
  }

  private Path config(String host, String proxied) throws Exception {
    return Files.writeString(folder.resolve("setting.toml"), "[providers.openai]\nbase_url = \"" + base(host) + "\"\napi_key = \"sk-fake\"\n"
        + "[proxy]\nproxy_enabled = true\nno_proxy = []\n" + proxied);
  }

  private static void reload(RealEasel easel) throws Exception {
    var answer = easel.send(easel.request("/admin/reload-config").POST(BodyPublishers.noBody()).build());
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private static JsonObject asked(RealAdmin admin, String method, String path, String json) throws Exception {
    var answer = admin.ask(method, path, json);
    assertEquals(200, answer.statusCode(), answer.body());
    assertFalse(answer.body().contains("s3cret"), answer.body());
    return Json.parse(answer.body()).asObject();
  }

  private static String kinds(RealAdmin admin) throws Exception {
    var kinds = new StringBuilder();
    for (var notice : asked(admin, "GET", "/notices", "").get("notices").asArray()) kinds.append(notice.asObject().getString("kind", "")).append(' ');
    return kinds.toString();
  }

  @Test
  void everythingGoesByTheProxyUntilTheSettingsSayOtherwise() throws Exception {
    var dead = "proxy_url = \"socks5h://fox:s3cret-of-the-proxy@127.0.0.1:1\"\n";
    var good = "proxy_url = \"" + proxy.with("socks5h") + "\"\n";
    var file = config(HOST, good + "direct_fallback = false\n");
    try (var easel = RealEasel.start(folder.resolve("data"), Map.of(), "--port", "0", "--config", file.toString())) {
      var admin = RealAdmin.of(easel);
      assertEquals(200, easel.send(easel.image("one", "gpt-image-2", "a fox")).statusCode());
      assertTrue(proxy.orders().contains("SOCKS " + HOST + ":" + far.base().getPort()), proxy.orders().toString());
      var state = asked(admin, "GET", "/proxies", "").get("proxies").asArray().get(0).asObject();
      assertEquals("socks5h://fox@127.0.0.1:" + proxy.port(), state.getString("proxy", ""));
      assertTrue(state.getInt("calls", 0) > 0 && !state.getBoolean("resting", true), state.toString());

      config("127.0.0.1", dead + "direct_fallback = false\n");
      reload(easel);
      var before = far.connections();
      var refused = easel.send(easel.image("two", "openai/gpt-image-2", "a fox"));
      assertTrue(refused.statusCode() >= 500 && refused.body().contains("upstream_unreachable"), refused.statusCode() + refused.body());
      assertEquals(before, far.connections(), "nobody was called without the proxy");
      assertTrue(kinds(admin).contains("proxy_down"), kinds(admin));

      config("127.0.0.1", dead);
      reload(easel);
      assertEquals(200, easel.send(easel.image("three", "openai/gpt-image-2", "a fox")).statusCode());
      assertTrue(kinds(admin).contains("direct"), kinds(admin));
      assertTrue(asked(admin, "GET", "/proxies", "").getInt("direct", 0) > 0);
      assertEquals(0, easel.stop());
      assertFalse(easel.said().contains("s3cret"), easel.said());
      assertTrue(easel.said().contains("notice kind=direct"), easel.said());
    }
  }

  @Test
  void administratorTriesProxiesAndSeesNothingOfTheHouseThroughThem() throws Exception {
    var file = config(HOST, "proxy_url = \"" + proxy.with("socks5h") + "\"\n");
    try (var easel = RealEasel.start(folder.resolve("data"), Map.of(), "--port", "0", "--config", file.toString())) {
      var admin = RealAdmin.of(easel);
      var url = base(HOST) + "/models";
      for (var spelling : new String[] {proxy.with("socks5h"), proxy.with("http"), "socks5h://fox@127.0.0.1:" + proxy.port()}) {
        var good = asked(admin, "POST", "/proxies/test", "{'proxy_url':'" + spelling + "','test_url':'" + url + "'}");
        assertTrue(good.getBoolean("ok", false), good.toString());
      }
      var wrong = asked(admin, "POST", "/proxies/test", "{'proxy_url':'fox:wrong@127.0.0.1:" + proxy.port() + "','test_url':'" + url + "'}");
      assertTrue(wrong.getString("error", "").endsWith("refuses the user and password (407)"), wrong.toString());
      var orders = proxy.orders().size();
      for (var inside : new String[] {far.base().toString(), "http://localhost/", "http://169.254.169.254/"}) {
        var kept = asked(admin, "POST", "/proxies/test", "{'proxy_url':'" + proxy.with("socks5h") + "','test_url':'" + inside + "'}");
        assertFalse(kept.getBoolean("ok", true), kept.toString());
      }
      assertEquals(orders, proxy.orders().size());
      assertEquals(400, admin.ask("POST", "/proxies/test", "{'proxy_url':'ftp://fox:s3cret-of-the-proxy@h:1'}").statusCode());
      assertFalse(easel.said().contains("s3cret"), easel.said());
    }
  }

  @Test
  void theDoctorTriesProxiesWhenAsked() throws Exception {
    var file = config(HOST, "proxy_url = \"" + proxy.playing(Prank.OTHER_LOGIN).with("socks5h") + "\"\ndirect_fallback = false\n");
    var said = doctor(file);
    assertTrue(said.contains("socks5h://fox@127.0.0.1:" + proxy.port() + " (--check-keys tries it)"), said);
    assertEquals(0, proxy.connections());
    var tried = doctor(file, "--check-keys");
    assertTrue(tried.contains("wants a login of a kind that was not offered"), tried);
    assertEquals(0, far.connections());
  }

  private String doctor(Path file, String... flags) throws Exception {
    var command = new ArrayList<>(List.of(RealEasel.java(), "-jar", RealEasel.jar(), "doctor", "--port", "0", "--data",
        folder.resolve("data").toString(), "--config", file.toString()));
    command.addAll(List.of(flags));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.startsWith("EASEL_"));
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertFalse(said.contains("s3cret"), said);
    return said;
  }
}
