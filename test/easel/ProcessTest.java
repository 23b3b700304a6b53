package easel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.eclipsesource.json.Json;
import fake.Await;
import fake.FakeOpenAi;
import fake.RealAdmin;
import fake.RealEasel;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real jar as an operator meets it: first start, exit codes, signals, a new configuration, a stop. */
@Timeout(60)
class ProcessTest {
  @TempDir
  private Path folder;

  private record Ran(int code, String said) {}

  /** Runs the jar to its end. */
  private Ran run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(RealEasel.java(), "-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1", "-jar", RealEasel.jar()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.startsWith("EASEL_") || k.endsWith("_API_KEY"));
    builder.environment().putAll(environment);
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), said);
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  @Test
  void theFirstStartSaysItsSecretsOnceAndTheirHashesAreAllThatStays() throws Exception {
    var none = Map.of("EASEL_API_KEY", "", "EASEL_ADMIN_PASSWORD", "");
    String first;
    try (var easel = RealEasel.start(Path.of(data()), none)) {
      var models = easel.send(HttpRequest.newBuilder(easel.base().resolve("/health")).build());
      assertEquals(200, models.statusCode());
      first = easel.said();
      assertEquals(0, easel.stop());
    }
    assertTrue(first.lines().takeWhile(l -> !l.contains(" INFO ")).count() <= 15, first);
    var key = first.lines().filter(l -> l.contains("API key ")).findFirst().orElseThrow().strip().split(" +")[2];
    var password = first.lines().filter(l -> l.contains("admin / ")).findFirst().orElseThrow().strip().split(" +")[3];
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains(key) || bytes.contains(password), file + " holds a secret");
      }
    }
    try (var easel = RealEasel.start(Path.of(data()), none)) {
      var request = HttpRequest.newBuilder(easel.base().resolve("/v1/models")).header("Authorization", "Bearer " + key).build();
      assertEquals(200, easel.send(request).statusCode());
      var second = easel.said().lines().filter(l -> !l.contains(" INFO ")).toList();
      assertEquals(3, second.size(), easel.said());
      assertFalse(easel.said().contains(key) || easel.said().contains(password));
    }
  }

  @Test
  void anotherPasswordEndsTheSessionsThatTheOldOneOpened() throws Exception {
    var config = folder.resolve("setting.toml");
    Files.writeString(config, "[global]\nadmin_password = \"" + RealAdmin.PASSWORD + "\"\n");
    try (var easel = RealEasel.start(Path.of(data()), Map.of("EASEL_ADMIN_PASSWORD", ""), "--port", "0", "--config", config.toString())) {
      var admin = RealAdmin.of(easel);
      var reload = easel.request("/admin/reload-config").POST(HttpRequest.BodyPublishers.noBody()).build();
      assertEquals(200, easel.send(reload).statusCode());
      assertEquals(200, admin.ask("GET", "/notices", "").statusCode());
      Files.writeString(config, "[global]\nadmin_password = \"another-password-of-theirs\"\n");
      assertEquals(200, easel.send(reload).statusCode());
      assertEquals(401, admin.ask("GET", "/notices", "").statusCode());
    }
  }

  @Test
  void theCurlLineOfTheFirstStartMakesAPicture() throws Exception {
    assumeProgram("sh");
    assumeProgram("curl");
    try (var easel = RealEasel.start(Path.of(data()), Map.of("EASEL_API_KEY", "", "EASEL_ADMIN_PASSWORD", ""))) {
      easel.send(HttpRequest.newBuilder(easel.base().resolve("/health")).build());
      var lines = easel.said().lines().dropWhile(l -> !l.contains("curl ")).takeWhile(l -> !l.isBlank()).toList();
      var shell = new ProcessBuilder("sh", "-c", String.join("\n", lines)).directory(folder.toFile()).redirectErrorStream(true).start();
      var said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, shell.waitFor(), said);
      var picture = Files.readAllBytes(folder.resolve("boat.png"));
      assertEquals("PNG", new String(picture, 1, 3, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void whatMakesNoSenseIsSaidInALineWithItsExitCode() throws Exception {
    assertEquals(new Ran(64, "'serv' is not a command I know. Try: easel help\n"), run(Map.of(), "serv"));
    assertEquals(64, run(Map.of(), "--nonsense").code());
    var config = folder.resolve("bad.toml");
    Files.writeString(config, "[server]\nport = \"many\"\n");
    assertEquals(new Ran(78, config + ":2: server.port must be a whole number\n"), run(Map.of(), "--config", config.toString()));
    var weak = run(Map.of("EASEL_API_KEY", "short"), "--host", "0.0.0.0", "--data", data());
    assertEquals(78, weak.code());
    assertTrue(weak.said().contains("shorter than 12 characters"), weak.said());
    assertFalse(Files.exists(Path.of(data())), "a start that is refused leaves nothing");
  }

  @Test
  void versionAndHelpAnswer() throws Exception {
    var version = run(Map.of(), "version");
    assertEquals(0, version.code());
    assertTrue(version.said().startsWith("easel "), version.said());
    assertTrue(run(Map.of(), "--help").said().contains("doctor"));
  }

  @Test
  void aSecondProcessOnOneFolderIsRefused() throws Exception {
    try (var easel = RealEasel.start(Path.of(data()), Map.of())) {
      var second = run(Map.of("EASEL_API_KEY", RealEasel.KEY), "--data", data(), "--port", "0");
      assertEquals(75, second.code(), second.said());
      easel.kill();
    }
    try (var again = RealEasel.start(Path.of(data()), Map.of())) {
      assertTrue(again.pid() > 0, "a killed process leaves the folder free");
    }
  }

  @Test
  void theDoctorBesideAServerDoesNotSayThatKeysAreMissing() throws Exception {
    try (var easel = RealEasel.start(Path.of(data()), Map.of())) {
      var doctor = run(Map.of("EASEL_PROVIDERS_FLOW_TYPE", "flow"), "doctor", "--data", data(), "--port", "0");
      assertTrue(doctor.said().contains("; the credentials in it were not looked at (easel token test tries them)"), doctor.said());
      assertTrue(doctor.said().contains("ok    provider flow          has no key in the configuration; those in the database were not looked at"),
          doctor.said());
      assertFalse(doctor.said().contains("INFO"), doctor.said());
      easel.kill();
    }
    var alone = run(Map.of("EASEL_PROVIDERS_FLOW_TYPE", "flow"), "doctor", "--data", data(), "--port", "0");
    assertTrue(alone.said().contains("warn  provider flow          has no key, so its models cannot be used"), alone.said());
  }

  @Test
  void theDoctorFindsABadKeyAndAGoodOne() throws Exception {
    try (var fake = new FakeOpenAi()) {
      var good = new java.util.HashMap<>(RealEasel.upstream(fake));
      var quiet = run(good, "doctor", "--data", data(), "--port", "0");
      assertEquals(0, quiet.code(), quiet.said());
      assertTrue(quiet.said().contains("key present"), quiet.said());
      assertEquals(0, fake.seen().size(), "nobody is asked unasked");
      var well = run(good, "doctor", "--check-keys", "--data", data(), "--port", "0");
      assertEquals(0, well.code(), well.said());
      assertTrue(well.said().contains("answers 200"), well.said());
      assertFalse(well.said().contains("sk-fake"), well.said());
    }
    var none = run(Map.of("EASEL_PROVIDERS_OPENAI_BASE_URL", "http://127.0.0.1:9/v1", "EASEL_PROVIDERS_OPENAI_API_KEY", "sk-x"),
        "doctor", "--check-keys", "--json", "--data", data(), "--port", "0");
    assertEquals(1, none.code(), none.said());
    assertTrue(Json.parse(none.said()).asObject().get("findings").asArray().size() > 4);
  }

  @Test
  void aKeyForSecretsThatIsNoneOrIsOpenToOthersStopsTheStartAndSaysWhatToDo() throws Exception {
    assertEquals(new Ran(78, "EASEL_SECRET_KEY: must be 32 bytes, as base64 (openssl rand -base64 32) or as 64 hex digits\n"),
        run(Map.of("EASEL_SECRET_KEY", "too-short-a-key"), "--data", data(), "--port", "0"));
    var key = Files.createDirectories(Path.of(data())).resolve("secret.key");
    Files.writeString(key, "ab".repeat(32));
    Files.setPosixFilePermissions(key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    var open = "the key file " + key + " can be read by others (rw-r--r--): run chmod 600 " + key + ", or give the key as EASEL_SECRET_KEY";
    assertEquals(new Ran(78, open + "\n"), run(Map.of(), "--data", data(), "--port", "0"));
    var doctor = run(Map.of(), "doctor", "--data", data(), "--port", "0");
    assertEquals(1, doctor.code());
    assertTrue(doctor.said().contains("bad   secret key             " + open), doctor.said());
  }

  private static void assumeProgram(String name) {
    var path = System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator);
    assumeTrue(java.util.Arrays.stream(path).anyMatch(folder -> Files.isExecutable(Path.of(folder, name))), name + " is not on the PATH");
  }

  private static final String TOML = "[cache]\nbase_url = \"%s\"\n";

  @Test
  void aNewConfigurationTakesEffectAndABadOneChangesNothing() throws Exception {
    assumeProgram("kill");
    var config = folder.resolve("setting.toml");
    Files.writeString(config, TOML.formatted("http://old.example"));
    try (var easel = RealEasel.start(Path.of(data()), Map.of(), "--port", "0", "--config", config.toString())) {
      Files.writeString(config, TOML.formatted("http://new.example") + "[generation]\nimage_timeout = \"x\"\n");
      var bad = easel.send(easel.request("/admin/reload-config").POST(BodyPublishers.noBody()).build());
      assertEquals(400, bad.statusCode());
      assertTrue(bad.body().contains("setting.toml:4: generation.image_timeout must be seconds"), bad.body());
      assertTrue(picture(easel).startsWith("http://old.example/media/"));
      Files.writeString(config, TOML.formatted("http://new.example"));
      assertEquals(200, easel.send(easel.request("/admin/reload-config").POST(BodyPublishers.noBody()).build()).statusCode());
      assertTrue(picture(easel).startsWith("http://new.example/media/"));
      Files.writeString(config, TOML.formatted("http://hup.example"));
      new ProcessBuilder("kill", "-HUP", String.valueOf(easel.pid())).start().waitFor();
      Await.until("the configuration to be read again", () -> picture(easel).startsWith("http://hup.example/media/"));
    }
  }

  private static String picture(RealEasel easel) throws Exception {
    var answer = easel.send(easel.request("/v1/images/generations").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"model\":\"sample-image\",\"prompt\":\"dot\",\"size\":\"64x64\"}")).build());
    return RealEasel.json(answer).get("data").asArray().get(0).asObject().getString("url", "");
  }

  @Test
  void theAdministratorLogsInWithThePasswordAndNotWithTheKey() throws Exception {
    try (var easel = RealEasel.start(Path.of(data()), Map.of())) {
      assertEquals(401, login(easel, "admin", "wrong").statusCode());
      assertEquals(401, login(easel, "admin", RealEasel.KEY).statusCode());
      var good = login(easel, "admin", "password-of-the-process-tests");
      assertEquals(200, good.statusCode());
      var cookie = good.headers().firstValue("Set-Cookie").orElseThrow();
      assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
      var reload = HttpRequest.newBuilder(easel.base().resolve("/admin/reload-config")).header("Cookie", cookie.split(";")[0]);
      assertEquals(200, easel.send(reload.POST(BodyPublishers.noBody()).build()).statusCode());
      assertEquals(403, easel.send(reload.header("Origin", "http://evil.example").POST(BodyPublishers.noBody()).build()).statusCode());
      var models = HttpRequest.newBuilder(easel.base().resolve("/v1/models")).header("Cookie", cookie.split(";")[0]).build();
      assertEquals(401, easel.send(models).statusCode(), "a session does not open the faces");
    }
  }

  private static java.net.http.HttpResponse<String> login(RealEasel easel, String name, String password) throws Exception {
    var body = new com.eclipsesource.json.JsonObject().add("username", name).add("password", password);
    return easel.send(HttpRequest.newBuilder(easel.base().resolve("/api/admin/login")).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build());
  }

  @Test
  void aStopLetsWorkThatIsBeingSentComeToItsAnswer() throws Exception {
    try (var fake = new FakeOpenAi(); var easel = RealEasel.start(Path.of(data()), RealEasel.upstream(fake))) {
      var answer = CompletableFuture.supplyAsync(() -> {
        try {
          return easel.send(easel.image("k", "gpt-image-2", "a boat [[hang]]"));
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
      Await.until("the submit", () -> !fake.ledger().isEmpty());
      var stopped = CompletableFuture.supplyAsync(() -> {
        try {
          return easel.stop();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
      Await.until("the stop to begin", () -> easel.send(easel.request("/ready").GET().build()).statusCode() == 503);
      fake.release();
      assertEquals(200, answer.get().statusCode(), answer.get().body());
      assertEquals(0, stopped.get());
      assertTrue(easel.said().contains("stopped"), easel.said());
    }
  }

  @Test
  void aStopTellsAWaitingClientThatItsJobGoesOn() throws Exception {
    try (var easel = RealEasel.start(Path.of(data()), Map.of())) {
      var answer = CompletableFuture.supplyAsync(() -> {
        try {
          return easel.send(easel.image("k", "sample-image", "a boat [[async]] [[slow=30]]"));
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
      Await.until("the job to run",
          () -> easel.send(easel.request("/health").GET().build()).body().contains("\"running\":1"));
      assertEquals(0, easel.stop());
      assertEquals(503, answer.get().statusCode(), answer.get().body());
      assertTrue(answer.get().headers().firstValue("x-easel-job").isPresent());
      assertTrue(answer.get().headers().firstValue("Retry-After").isPresent());
    }
  }
}
