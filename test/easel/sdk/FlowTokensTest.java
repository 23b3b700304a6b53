package easel.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import fake.FakeLabs;
import fake.FakeLabsAccount;
import fake.FakeLabsAccount.Rotation;
import fake.RealAdmin;
import fake.RealEasel;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The session tokens of an account that labs takes back as soon as it has given another, as an operator sees them: the
 * real jar before a fake Flow.
 */
@Timeout(90)
class FlowTokensTest {
  private static final String ST = "st-of-the-token-tests";
  private static final String CONNECTION = "connection-token-of-the-tests";

  @TempDir
  private Path folder;
  private FakeLabs labs;
  private FakeLabsAccount account;
  private RealEasel easel;
  private RealAdmin admin;

  @BeforeEach
  void open() throws Exception {
    labs = new FakeLabs();
    account = labs.account(ST).rotation(Rotation.STRICT);
    start();
  }

  private void start() throws Exception {
    easel = started(folder);
    admin = RealAdmin.of(easel);
  }

  private RealEasel started(Path where) throws Exception {
    return RealEasel.configured(where, labs.section() + "[plugin]\nconnection_token = \"" + CONNECTION + "\"\n");
  }

  @AfterEach
  void close() throws Exception {
    easel.kill();
    easel.close();
    assertEquals(0, labs.leaks());
    labs.close();
  }

  private int chat() throws Exception {
    var message = new JsonObject().add("role", "user").add("content", "a boat");
    var body = new JsonObject().add("model", "gemini-3.1-flash-image-landscape").add("messages", new JsonArray().add(message));
    return easel.send(easel.request("/v1/chat/completions").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())).build()).statusCode();
  }

  private JsonObject refreshed(String id) throws Exception {
    return RealEasel.json(admin.ask("POST", "/tokens/" + id + "/refresh", ""));
  }

  private JsonObject export() throws Exception {
    return export(admin);
  }

  private static String imported(RealAdmin into, String list) throws Exception {
    var outcome = RealEasel.json(into.ask("POST", "/tokens/import", list));
    return outcome.getInt("added", -1) + " " + outcome.getInt("updated", -1) + " " + outcome.getInt("unchanged", -1) + " " + outcome.get("errors");
  }

  private static JsonObject export(RealAdmin admin) throws Exception {
    return RealEasel.json(admin.ask("POST", "/tokens/export", "{'secrets':true,'password':'" + RealAdmin.PASSWORD + "'}"));
  }

  private static String token(JsonObject export) {
    return export.get("tokens").asArray().get(0).asObject().getString("session_token", "");
  }

  private static long renewedAt(JsonObject export) {
    return export.get("tokens").asArray().get(0).asObject().getLong("session_renewed_at", 0);
  }

  /** Lists tell whole seconds: of two tokens of one second neither is newer. */
  private JsonObject renewedAfter(JsonObject before, RealAdmin admin, String id) throws Exception {
    await(() -> {
      assertEquals("true", RealEasel.json(admin.ask("POST", "/tokens/" + id + "/refresh", "")).get("ok").toString());
      return renewedAt(export(admin)) > renewedAt(before);
    });
    return export(admin);
  }

  private JsonObject push(String token) throws Exception {
    var body = new JsonObject().add("session_token", token).toString();
    var request = easel.request("/api/plugin/update-token").setHeader("Authorization", "Bearer " + CONNECTION);
    return RealEasel.json(easel.send(request.POST(BodyPublishers.ofString(body)).build()));
  }

  private String newest() {
    return account.cookies().getLast();
  }

  private void await(Claim claim) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!claim.holds()) if (System.nanoTime() > until) throw new AssertionError(easel.said());
  }

  private interface Claim {
    boolean holds() throws Exception;
  }

  @Test
  void anAccountGoesOnWithItsNewestTokenThroughStopsAndKills() throws Exception {
    var id = admin.add("flow", ST, "");
    assertEquals(200, chat());
    for (int i = 0; i < 3; i++) assertEquals("true", refreshed(id).get("ok").toString());
    var before = newest();
    easel.kill();
    easel.close();
    start();
    assertEquals(200, chat());
    assertEquals("true", refreshed(id).get("ok").toString());
    assertNotEquals(before, newest());
    assertEquals(0, easel.stop());
    easel.close();
    start();
    assertEquals("true", refreshed(id).get("ok").toString());
    var told = admin.credential(id);
    assertEquals("active", told.getString("state", ""));
    assertTrue(told.getLong("session_renewed_at", 0) > 1_700_000_000L, told.toString());
    assertEquals(2, labs.submits());
  }

  @Test
  void anExportHasTheNewestTokenAndComesBackAsTheSameAccount() throws Exception {
    var id = admin.add("flow", ST, "");
    refreshed(id);
    var old = export();
    refreshed(id);
    var now = export();
    assertEquals(List.of(newest(), 1), List.of(token(now), now.get("tokens").asArray().size()));
    assertNotEquals(token(now), token(old));
    for (var list : List.of(old, now)) {
      var outcome = RealEasel.json(admin.ask("POST", "/tokens/import", list.toString()));
      assertEquals("0 0 1", outcome.getInt("added", -1) + " " + outcome.getInt("updated", -1) + " " + outcome.getInt("unchanged", -1));
    }
    assertEquals(200, admin.ask("POST", "/tokens", "{'st':'" + newest() + "'}").statusCode(), "it is there already");
    assertEquals(1, admin.credentials().size());
    assertFalse(easel.said().contains(newest()) || admin.credentials().toString().contains(newest()));
  }

  /** Two credentials of one account would each take what is allowed to one, and one of them ends the other's token. */
  @Test
  void anAccountThatGoesThroughAnotherHouseStaysOne() throws Exception {
    var id = admin.add("flow", ST, "");
    refreshed(id);
    var first = export();
    var list = first.toString();
    try (var second = started(Files.createDirectories(folder.resolve("other")))) {
      var other = RealAdmin.of(second);
      assertEquals("1 0 0 []", imported(other, list));
      for (var old : List.of("[{'st':'" + ST + "'}]", list)) assertEquals("0 0 1 []", imported(other, old));
      var there = other.credentials().get(0).asObject().getString("id", "");
      var back = renewedAfter(first, other, there);
      assertEquals("0 0 1 []", imported(other, list));
      assertEquals(List.of(newest(), 1), List.of(token(back), other.credentials().size()));
      // labs has taken back what the first house has
      assertEquals("0 1 0 []", imported(admin, back.toString()));
      assertEquals("0 0 1 []", imported(admin, list));
      assertEquals("0 1 0 []", imported(other, renewedAfter(back, admin, id).toString()));
      assertEquals(List.of(1, 1), List.of(other.credentials().size(), admin.credentials().size()));
      second.kill();
    }
  }

  @Test
  void whatTheExtensionBringsIsNotLostByAskingWhoseItIs() throws Exception {
    var id = admin.add("flow", ST, "");
    assertEquals("true", refreshed(id).get("ok").toString());
    for (var known : List.of(newest(), ST)) {
      assertEquals(List.of("updated", id), List.of(push(known).getString("action", ""), push(newest()).getString("token_id", "")));
      assertEquals("true", refreshed(id).get("ok").toString());
    }
    // of a browser that is signed in anew; the account's address is the same
    var fresh = labs.account("st-of-a-new-sign-in").named(account.email()).rotation(Rotation.STRICT);
    account.die();
    assertEquals(List.of("updated", id), List.of(push("st-of-a-new-sign-in").getString("action", ""), id));
    assertEquals("true", refreshed(id).get("ok").toString());
    assertEquals(fresh.cookies().getLast(), token(export()));
    assertEquals(1, admin.credentials().size());
    assertEquals("0", admin.credential(id).get("counters").asObject().get("errors_in_a_row").toString());
  }

  @Test
  void theDoctorTriesTheNewestTokenAndLosesNone() throws Exception {
    var id = admin.add("flow", ST, "");
    assertEquals("true", refreshed(id).get("ok").toString());
    assertEquals(0, easel.stop());
    easel.close();
    // the access token has ended too: the doctor has to ask for a session
    account.revoke();
    var before = newest();
    var config = folder.resolve("setting.toml").toString();
    var said = doctor("--config", config, "--data", folder.resolve("data").toString());
    assertTrue(said.contains("works, 10000 credits left"), said);
    assertNotEquals(before, newest());
    start();
    assertEquals("true", refreshed(id).get("ok").toString());
  }

  private static String doctor(String... flags) throws Exception {
    var command = new ArrayList<>(List.of(RealEasel.java(), "-jar", RealEasel.jar(), "doctor", "--check-keys", "--port", "0"));
    command.addAll(List.of(flags));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.startsWith("EASEL_"));
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void aNewTokenOfTheOperatorsNeverMeetsTheOldOnesRenewal() throws Exception {
    var id = admin.add("flow", ST, "");
    refreshed(id);
    labs.account("st-of-the-operator").rotation(Rotation.NONE);
    assertEquals(200, admin.ask("PATCH", "/tokens/" + id, "{'secret':'st-of-the-operator','same_account':true}").statusCode());
    assertEquals("st-of-the-operator@example.com", refreshed(id).getString("person", ""));
    assertEquals("st-of-the-operator", token(export()));
    assertEquals(null, admin.credential(id).get("session_renewed_at"));
  }

  @Test
  void aReloadInTheMiddleOfAnExchangeDoesNotMakeASecond() throws Exception {
    var id = admin.add("flow", ST, "");
    refreshed(id);
    int before = labs.calls("session");
    labs.hold("session");
    var first = new FutureTask<>(() -> push(ST));
    Thread.ofVirtual().start(first);
    await(() -> labs.calls("session") == before + 1);
    var reload = easel.request("/admin/reload-config").POST(BodyPublishers.noBody()).build();
    assertEquals(200, easel.send(reload).statusCode());
    var second = new FutureTask<>(() -> refreshed(id));
    Thread.ofVirtual().start(second);
    labs.release("session");
    assertEquals("updated", first.get().getString("action", ""));
    assertEquals("true", second.get().get("ok").toString());
    assertEquals(1, labs.mostAtOnce("session"));
    assertEquals("true", refreshed(id).get("ok").toString());
  }
}
