package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import fake.FakeLabs;
import fake.FlowDatabaseFile;
import fake.RealEasel;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code easel token}, with the real jar: on a folder by itself, and through the server that runs on it. */
@Timeout(120)
class TokenCommandTest {
  private static final String ONE = "session-token-number-one";
  private static final String TWO = "session-token-number-two";
  private static final String PUSHED = "session-token-just-pushed";
  private static final String CONNECTION = "token-of-the-extension";

  @TempDir
  private Path folder;
  private FakeLabs labs;
  private Path config;

  private record Ran(int code, String out, String err) {
    JsonObject json() {
      return Json.parse(out).asObject();
    }
  }

  @BeforeEach
  void start() throws IOException {
    labs = new FakeLabs();
    labs.account(ONE);
    labs.account(PUSHED);
    config = folder.resolve("setting.toml");
    Files.writeString(config, "[flow]\nlabs_base_url = \"" + labs.labs() + "\"\napi_base_url = \"" + labs.api() + "\"\n[plugin]\nconnection_token = \""
        + CONNECTION + "\"\n");
  }

  @AfterEach
  void stop() {
    labs.close();
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Ran token(String... words) throws IOException, InterruptedException {
    return token(Map.of(), words);
  }

  private Ran token(Map<String, String> environment, String... words) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(RealEasel.java(), "-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", RealEasel.jar(), "token"));
    command.addAll(List.of(words));
    command.addAll(List.of("--config", config.toString(), "--data", data().toString()));
    var errors = folder.resolve("errors");
    var builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().keySet().removeIf(k -> k.startsWith("EASEL_") || k.endsWith("_API_KEY"));
    builder.environment().putAll(environment);
    var process = builder.start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(errors));
  }

  private Path flow() throws Exception {
    var file = folder.resolve("flow.db");
    try (var flow = FlowDatabaseFile.of2026(file)) {
      flow.account("st, email, remark, image_concurrency, video_enabled", "'" + ONE + "', 'ann@example.com', 'Ã¤lter', 0, 0");
      flow.account("st, email, is_active, ban_reason", "'" + TWO + "', 'ann@example.com', 0, '429_rate_limit'");
      flow.account("st, email", "'', 'nobody@example.com'");
      flow.sql("UPDATE proxy_config SET enabled = 1, proxy_url = 'http://u:hush@h:1'").sql("UPDATE cache_config SET cache_timeout = 60");
    }
    return file;
  }

  @Test
  void aDatabaseIsTakenOverIntoAFolderOnWhichNothingRuns() throws Exception {
    var file = flow().toString();
    var first = token("import", file);
    assertEquals(new Ran(1, """
        added 2, updated 0, unchanged 0, not taken 1
          tokens[2]: st is too short to be a token

        That database also has settings, which are not taken over. In setting.toml they are:
        [proxy]
        proxy_enabled = true
        #proxy_url = ""   # it holds a password, so it is not shown: set it by hand
        [cache]
        timeout = 60
        """, ""), first);
    assertTrue(token("import", file).out().startsWith("added 0, updated 0, unchanged 2, not taken 1\n"));
    var list = token("list").out();
    assertTrue(list.matches("cred_[0-9a-f]{16} +flow#[0-9a-f]{6} +active +Ã¤lter\ncred_[0-9a-f]{16} +flow#[0-9a-f]{6} +active +ann@example.com\n"), list);
    var tested = token("test");
    assertEquals(1, tested.code());
    assertTrue(tested.out().matches("ok +flow#[0-9a-f]{6} +10000 credits left\nbad +flow#[0-9a-f]{6} +.*no longer valid.*\n"), tested.out());
    assertEquals(0, token("test", list.split(" ")[0]).code());
    assertFalse((first + list + tested).contains(ONE));
    assertEquals(List.of(), labs.ledger(), "nothing was bought");
  }

  @Test
  void whatIsExportedWithSecretsIsItsOwnersAloneAndComesBackElsewhere() throws Exception {
    assertEquals(1, token("import", flow().toString()).code());
    var open = token("export").json();
    assertFalse(open.toString().contains(ONE));
    assertEquals(2, open.get("tokens").asArray().size());
    var file = folder.resolve("out.json");
    Files.writeString(file, "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    var ran = token("export", file.toString(), "--secrets");
    assertEquals(0, ran.code(), ran.err());
    assertTrue(ran.err().contains("WARN  easel.api credentials exported with their secrets"), ran.err());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    var entry = Json.parse(Files.readString(file)).asObject().get("tokens").asArray().get(0).asObject();
    assertEquals(List.of(ONE, "-1", "false"), List.of(entry.getString("session_token", ""), entry.get("image_concurrency").toString(),
        entry.get("video_enabled").toString()));
    Files.move(data(), folder.resolve("elsewhere"));
    assertEquals(new Ran(0, "added 2, updated 0, unchanged 0, not taken 0\n", ""), token("import", file.toString()));
  }

  @Test
  void anExportWithoutSecretsReplacesNoneThatHasThem() throws Exception {
    assertEquals(1, token("import", flow().toString()).code());
    var file = folder.resolve("out.json");
    for (int i = 0; i < 2; i++) assertEquals(0, token("export", file.toString()).code(), "none is lost");
    for (int i = 0; i < 2; i++) assertEquals(0, token("export", file.toString(), "--secrets").code(), "none is lost");
    var before = Files.readString(file);
    var refused = token("export", file.toString());
    assertEquals(new Ran(1, "", file + " is there and may hold secrets, which an export without --secrets has not: it was left as it is."
        + " Take another name, or remove it.\n"), refused);
    assertEquals(before, Files.readString(file));
    Files.writeString(file, "a note of somebody's");
    assertEquals(List.of(1, "a note of somebody's"), List.of(token("export", file.toString()).code(), Files.readString(file)));
  }

  private Path pipe() throws Exception {
    var pipe = folder.resolve("pipe");
    try {
      assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    } catch (IOException none) {
      abort("mkfifo is not on the PATH");
    }
    return pipe;
  }

  /** Else an export to /dev/null by root would leave the machine without one. */
  @Test
  void whatIsNoFileIsWrittenToAndNotReplaced() throws Exception {
    var pipe = pipe();
    var read = new FutureTask<>(() -> Files.readString(pipe));
    Thread.ofPlatform().daemon().start(read);
    assertEquals(0, token("export", pipe.toString()).code());
    assertTrue(Files.readAttributes(pipe, BasicFileAttributes.class).isOther());
    assertEquals("[]", Json.parse(read.get()).asObject().get("tokens").toString());
  }

  @Test
  void whereAServerRunsItIsAsked() throws Exception {
    var lines = folder.resolve("tokens.txt");
    Files.writeString(lines, ONE + " the first\n");
    try (var easel = RealEasel.start(data(), Map.of(), "--port", "0", "--config", config.toString())) {
      var port = String.valueOf(easel.base().getPort());
      var password = Map.of("EASEL_ADMIN_PASSWORD", "password-of-the-process-tests");
      var locked = token("list", "--port", port);
      assertEquals(78, locked.code());
      assertTrue(locked.err().contains("another Easel already works in ") && locked.err().contains("set EASEL_ADMIN_PASSWORD"), locked.err());
      var wrong = token(Map.of("EASEL_ADMIN_PASSWORD", "not-the-password"), "list", "--port", port);
      assertEquals(1, wrong.code(), wrong.err());
      assertTrue(wrong.err().contains("does not let me in: Name or password is wrong."), wrong.err());
      var lost = token(password, "list", "--port", "1");
      assertEquals(78, lost.code(), lost.err());
      assertTrue(lost.err().contains("nobody answers at http://127.0.0.1:1: say where"), lost.err());
      assertEquals(new Ran(0, "added 1, updated 0, unchanged 0, not taken 0\n", ""), token(password, "import", lines.toString(), "--port", port));
      var listed = token(password, "list", "--port", port).out();
      assertTrue(listed.matches("(?s).* active    (\\S+ )?the first\n"), listed);
      assertEquals(0, token(password, "test", "--port", port).code());
      assertTrue(token(password, "export", "--secrets", "--port", port).out().contains(ONE));
      assertTrue(easel.said().contains("WARN  easel.api credentials") && easel.said().contains("credentials exported with their secrets"), easel.said());
      uploaded(easel);
      pushed(easel);
      assertFalse(easel.said().contains(ONE) || easel.said().contains(PUSHED), "no token is in the log");
    }
  }

  private void uploaded(RealEasel easel) throws Exception {
    var login = HttpRequest.newBuilder(easel.base().resolve("/api/admin/login")).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"username\":\"admin\",\"password\":\"password-of-the-process-tests\"}")).build();
    var cookie = easel.send(login).headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    var upload = HttpRequest.newBuilder(easel.base().resolve("/api/admin/tokens/import")).header("Content-Type", "application/vnd.sqlite3")
        .header("Cookie", cookie).POST(BodyPublishers.ofFile(flow())).build();
    var outcome = RealEasel.json(easel.send(upload));
    assertEquals("1 1 4", outcome.getInt("added", 0) + " " + outcome.getInt("updated", 0) + " " + (outcome.get("settings").asArray().size() + 1),
        outcome.toString());
    assertFalse(Files.exists(data().resolve("import")));
  }

  private void pushed(RealEasel easel) throws Exception {
    var push = HttpRequest.newBuilder(easel.base().resolve("/api/plugin/update-token")).header("Authorization", "Bearer " + CONNECTION)
        .POST(BodyPublishers.ofString("{\"session_token\":\"" + PUSHED + "\"}")).build();
    assertEquals("added", RealEasel.json(easel.send(push)).getString("action", ""));
    assertEquals("updated", RealEasel.json(easel.send(push)).getString("action", ""));
    var check = HttpRequest.newBuilder(easel.base().resolve("/api/plugin/check-tokens")).header("Authorization", "Bearer " + CONNECTION)
        .POST(BodyPublishers.ofString("{\"emails\":[\"" + PUSHED + "@example.com\"]}")).build();
    assertEquals(1, RealEasel.json(easel.send(check)).get("tokens").asArray().size());
    var dead = HttpRequest.newBuilder(easel.base().resolve("/api/plugin/update-token")).header("Authorization", CONNECTION)
        .POST(BodyPublishers.ofString("{\"session_token\":\"" + TWO + "\"}")).build();
    assertEquals(400, easel.send(dead).statusCode());
  }

  @Test
  void whatMakesNoSenseIsSaid() throws Exception {
    assertEquals(new Ran(64, "", "token needs to be told what to do. Try: easel help\n"), token());
    assertEquals(new Ran(64, "", "token does not know 'steal'. Try: easel help\n"), token("steal"));
    assertEquals(new Ran(64, "", "token import needs a FILE. Try: easel help\n"), token("import"));
    assertEquals(new Ran(64, "", "--secrets belongs to token export. Try: easel help\n"), token("list", "--secrets"));
    assertTrue(token("import", "--help").out().startsWith("easel token: "));
    assertEquals(1, token("import", folder.resolve("nothing.json").toString()).code());
    var junk = Files.writeString(folder.resolve("junk.json"), "{\"tokens\":");
    assertEquals(new Ran(1, "", junk + ": body is not JSON, line 1 column 11\n"), token("import", junk.toString()));
    assertFalse(Files.exists(data()), "nothing was made for it");
  }
}
