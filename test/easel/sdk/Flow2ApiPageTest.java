package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import fake.FakeLabs;
import fake.FlowDatabaseFile;
import fake.RealEasel;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/flow2api.md tells people to type, typed as it stands: their file, their database, their client's request.
 */
@Timeout(120)
class Flow2ApiPageTest {
  private static final String ADDRESS = "http://127.0.0.1:8000";
  private static final String START = "java -jar easel.jar\n";
  private static final String PASSWORD = "password-of-the-process-tests";
  /** The file as Flow2API has it, but for where Google is. */
  private static final String SETTINGS = """
      [global]
      api_key = "%s"
      admin_username = "admin"
      admin_password = "%s"

      [flow]
      labs_base_url = "%s"
      api_base_url = "%s"
      timeout = 120
      poll_interval = 3.0
      max_poll_attempts = 200
      max_retries = 3
      image_request_timeout = 40
      image_timeout_retry_count = 1
      image_timeout_retry_delay = 0.8
      image_timeout_use_media_proxy_fallback = true
      image_prefer_media_proxy = false
      image_slot_wait_timeout = 480
      video_launch_soft_limit = 0

      [server]
      host = "127.0.0.1"
      port = %d

      [debug]
      enabled = false
      log_requests = true
      log_responses = true
      mask_token = true

      [proxy]
      proxy_enabled = false
      proxy_url = ""

      [generation]
      image_timeout = 300
      video_timeout = 1500

      [call_logic]
      call_mode = "default"

      [admin]
      error_ban_threshold = 3

      [cache]
      enabled = false
      timeout = 7200
      base_url = ""

      [captcha]
      captcha_method = "browser"
      browser_proxy_enabled = false
      """;

  @TempDir
  private Path folder;

  private static List<String> blocks() throws IOException {
    return Pattern.compile("(?ms)^```sh\n(.*?)^```$").matcher(Files.readString(Path.of("docs/flow2api.md"))).results()
        .map(found -> found.group(1)).toList();
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  private void settle(FakeLabs labs, int port) throws Exception {
    var flow = folder.resolve("flow2api");
    Files.createDirectories(flow.resolve("config"));
    Files.createDirectories(flow.resolve("data"));
    Files.writeString(flow.resolve("config/setting.toml"), SETTINGS.formatted(RealEasel.KEY, PASSWORD, labs.labs(), labs.api(), port));
    labs.account("session-token-number-one");
    try (var database = FlowDatabaseFile.of2026(flow.resolve("data/flow.db"))) {
      database.account("st, email, name, remark, user_paygate_tier", "'session-token-number-one', 'ann@example.com', 'Ann', NULL, 'PAYGATE_TIER_ONE'");
    }
    Files.createSymbolicLink(folder.resolve("easel.jar"), Path.of(RealEasel.jar()).toAbsolutePath());
    Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("bin/java"), Path.of(RealEasel.java()).toAbsolutePath());
  }

  private String typed(String block) throws Exception {
    var environment = new HashMap<>(Map.of("KEY", RealEasel.KEY, "PATH", folder.resolve("bin") + ":" + System.getenv("PATH")));
    System.getenv().keySet().stream().filter(k -> k.startsWith("EASEL_") || k.endsWith("_API_KEY")).forEach(k -> environment.put(k, ""));
    var outcome = Program.run(60, environment, "sh", "-ec", "cd '" + folder + "'\n" + block);
    assertEquals(0, outcome.status(), block + outcome.output() + outcome.errors());
    return outcome.output();
  }

  @Test
  void fiveMinutesAreEnough() throws Exception {
    try {
      Program.run(10, "curl", "--version");
    } catch (IOException none) {
      abort("curl is not on the PATH");
    }
    int port = freePort();
    try (var labs = new FakeLabs()) {
      settle(labs, port);
      var blocks = blocks();
      assertEquals(5, blocks.size());
      assertEquals("", typed(blocks.get(0)));
      assertEquals("added 1, updated 0, unchanged 0, not taken 0\n", typed(blocks.get(1)));
      assertEquals(START, blocks.get(2));
      var config = folder.resolve("config/setting.toml");
      try (var easel = RealEasel.start(folder.resolve("data"), Map.of(), "--config", config.toString())) {
        var looks = typed(blocks.get(3));
        assertTrue(looks.matches("(?s)cred_\\S+ +flow#\\S+ +active +(\\S+ )?ann@example.com\nok +flow#\\S+ +10000 credits left\n"), looks);
        var chat = typed(blocks.get(4).replace(ADDRESS, easel.base().toString()).replace("curl ", "curl -sSf --max-time 30 "));
        assertTrue(chat.contains("![") && chat.contains(easel.base() + "/media/"), chat);
        assertEquals(List.of("session-token-number-one GEM_PIX_2"), labs.ledger().stream().map(b -> b.st() + " " + b.model()).toList());
      }
    }
  }
}
