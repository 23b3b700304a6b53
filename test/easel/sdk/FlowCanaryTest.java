package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import fake.FakeLabs;
import fake.RealAdmin;
import fake.RealEasel;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Session and access tokens, those that took their place, and a proxy's password: searched for wherever they should not
 * be.
 */
class FlowCanaryTest {
  private static final String ST = "canary-session-token-0123456789-abcdef";
  /** How the fake's newer session tokens begin. */
  private static final String RENEWED = "rotated-";
  /** How the fake's access tokens for it begin. */
  private static final String AT = "ya29.canarysessiontoken";
  private static final String PROXY = "canary-proxy-password";

  @TempDir
  private Path folder;
  private final List<String> heard = new ArrayList<>();

  private void chat(RealEasel easel, String model, String prompt, boolean stream) throws Exception {
    var message = new JsonObject().add("role", "user").add("content", prompt);
    var body = new JsonObject().add("model", model).add("stream", stream).add("messages", new JsonArray().add(message));
    hear(easel.send(easel.request("/v1/chat/completions").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build()));
  }

  private static String account() {
    return ST + "@example.com";
  }

  private void hear(HttpResponse<String> answer) {
    heard.add(answer.statusCode() + " " + answer.headers().map() + " " + answer.body());
  }

  private void ask(RealEasel easel, RealAdmin admin, String id) throws Exception {
    for (var path : List.of("/health", "/metrics", "/v1/models", "/ready")) hear(easel.send(easel.request(path).GET().build()));
    for (var path : List.of("/credentials", "/credentials/" + id, "/tokens", "/notices", "/providers", "/proxies", "/credentials/export")) {
      hear(admin.ask("GET", path, ""));
    }
    hear(admin.ask("POST", "/credentials/" + id + "/test", ""));
    hear(admin.ask("POST", "/credentials/" + id + "/refresh", ""));
  }

  @Test
  void neitherAnAnswerNorTheLogNorAFileHoldsOne() throws Exception {
    try (var labs = new FakeLabs()) {
      var account = labs.account(ST);
      var settings = labs.section() + """
          poll_interval = 0.1
          [generation]
          wait_timeout = "100ms"
          video_wait_timeout = "100ms"
          [debug]
          enabled = true
          """;
      var data = folder.resolve("data");
      try (var easel = RealEasel.configured(folder, settings)) {
        var admin = RealAdmin.of(easel);
        var id = admin.add("flow", ST, ",'remark':'the canary'");
        for (var prompt : List.of("a boat", "[[unsafe]]", "[[400]]", "[[500]]", "[[drop]]", "[[junk]]", "[[captcha]]", "[[tier]]")) {
          chat(easel, "gemini-3.1-flash-image-landscape", prompt, false);
          chat(easel, "gemini-3.1-flash-image-landscape", prompt + " again", true);
          hear(admin.ask("POST", "/credentials/" + id + "/enable", ""));
        }
        chat(easel, "veo_3_1_t2v_fast", "a boat [[vfail]]", false);
        ask(easel, admin, id);
        // A way that leads nowhere, and a token that has ended.
        hear(admin.ask("PATCH", "/credentials/" + id, "{'proxy':'socks5://me:" + PROXY + "@127.0.0.1:9'}"));
        chat(easel, "gemini-3.1-flash-image-landscape", "a boat", false);
        ask(easel, admin, id);
        assertTrue(account.cookies().size() > 1, "newer ones were given");
        account.die().revoke();
        for (int i = 0; i < 3; i++) ask(easel, admin, id);
        heard.add(easel.said());
        assertTrue(easel.said().contains("DEBUG"), "the log tells all it ever tells");
        assertEquals(0, easel.stop());
        heard.add(easel.said());
      }
      try (var files = Files.walk(data)) {
        for (var file : files.filter(Files::isRegularFile).toList()) heard.add(file + " " + Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertTrue(heard.size() > 60);
    assertTrue(heard.stream().anyMatch(h -> h.contains("session_renewed_at")));
    for (var mark : List.of(ST, RENEWED, AT, PROXY)) {
      // The fake names its accounts' addresses after their tokens.
      var where = heard.stream().map(h -> h.replace(account(), "")).filter(h -> h.contains(mark)).map(h -> h.substring(Math.max(0, h.indexOf(mark) - 200), Math.min(h.length(), h.indexOf(mark) + 100))).toList();
      assertEquals(List.of(), where, mark);
    }
  }
}
